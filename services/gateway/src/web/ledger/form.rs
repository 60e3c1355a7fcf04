//! From the forms of a criterion to messages of the ledger.

use chiso_domain::cycle::{Criterion, Rule};
use chiso_platform::words::{Arg, Words};
use chiso_wire::kernel::leaf_input::Kind;
use chiso_wire::kernel::{LeafInput, RatioInput};
use chiso_wire::ledger as pb;

use super::super::errors::{Errors, Names};
use super::super::form::Form;
use super::super::posted::Posted;
use super::load::Leaf;

/// The field with the id of evidence, made with the form, so that a form sent twice adds one piece.
pub(super) const EVIDENCE: &str = "_evidence";
/// The button that saves and goes on.
pub(super) const THEN: &str = "_then";
/// To the next criterion, after the last one to the review.
pub(super) const NEXT: &str = "tiep";
/// To the list that one came from.
pub(super) const BACK: &str = "ve";
/// Nobody counts more.
const MOST_DIGITS: usize = 6;

/// Which field of the form shows what the ledger refuses of an input.
pub(super) fn names(leaf: &Criterion) -> &'static Names {
    match leaf.rule {
        Rule::Ratio { .. } => &[
            ("input", "planned"),
            ("input.ratio.planned", "planned"),
            ("input.ratio.achieved", "achieved"),
            ("explanation", "explanation"),
        ],
        Rule::Tier { .. } => &[("input", "tier"), ("explanation", "explanation")],
        Rule::Deduct { .. } | Rule::Add { .. } => &[("input", "count"), ("explanation", "explanation")],
        _ => &[("input", "reached"), ("explanation", "explanation")],
    }
}

/// The fields of evidence.
pub(super) const EVIDENCE_NAMES: &Names = &[
    ("evidence.url", "link_url"),
    ("evidence.document", "link_document"),
    ("evidence.locator", "link_locator"),
    ("evidence.presented_on", "met_on"),
    ("evidence.presented_at", "met_at"),
    ("evidence.members", "met_members"),
];

/// The fields of a file.
pub(super) const FILE_NAMES: &Names = &[
    ("header.document", "file_document"),
    ("header.locator", "file_locator"),
    ("header.secret", "secret"),
    ("header", "file"),
    ("part", "file"),
    ("chunk", "file"),
    ("end", "file"),
];

/// The field of the further explanation.
pub(super) const EXPLAIN_NAMES: &Names = &[("text", "answer")];

/// Where somebody goes who saved a criterion, or the answer to its appraisal.
pub(super) fn then(leaf: &Leaf, posted: &Posted) -> String {
    match posted.text(THEN) {
        NEXT => match leaf.beside(&|_| true) {
            (_, Some(next)) => leaf.place.leaf_href(next.code.as_str(), leaf.way),
            (_, None) => format!("{}/gui", leaf.place.href()),
        },
        BACK => leaf.back_href(),
        _ => leaf.href(),
    }
}

/// What is to be saved of a criterion. Nothing typed is nothing saved: the explanation may come first.
pub(super) fn save(w: Words, leaf: &Leaf, posted: &Posted) -> Result<pb::SaveEntryRequest, Errors> {
    let mut form = Form::new(posted, w);
    let kind = entered(w, &leaf.row, &mut form, posted);
    if !form.errors.is_empty() {
        return Err(form.errors);
    }
    Ok(pb::SaveEntryRequest {
        request_id: posted.request_id().to_owned(),
        cycle: leaf.place.cycle.code.to_string(),
        unit: leaf.place.unit.to_string(),
        criterion: leaf.row.code.to_string(),
        version: posted.version(),
        input: kind.map(|kind| LeafInput { kind: Some(kind) }),
        explanation: posted.text("explanation").trim().to_owned(),
    })
}

/// What was filled in of a rule; what cannot be read is an error of the form.
pub(in crate::web) fn entered(
    w: Words,
    row: &Criterion,
    form: &mut Form<'_>,
    posted: &Posted,
) -> Option<Kind> {
    match &row.rule {
        Rule::Tier { tiers } => {
            let places: Vec<String> = (0..tiers.len()).map(|at| at.to_string()).collect();
            let offered: Vec<&str> = places.iter().map(String::as_str).collect();
            let chosen = form.choice("tier", &offered).and_then(|at| at.parse().ok());
            let chosen = chosen.and_then(|at: usize| tiers.get(at));
            chosen.map(|tier| Kind::Tier(tier.points.to_string()))
        }
        Rule::Ratio { .. } => ratio(w, form),
        Rule::Deduct { .. } | Rule::Add { .. } => count(w, form, posted).map(Kind::Count),
        _ => {
            let chosen = form.choice("reached", &["1", "0"]);
            chosen.map(|chosen| Kind::Achieved(chosen == "1"))
        }
    }
}

/// Both numbers, or neither.
fn ratio(w: Words, form: &mut Form<'_>) -> Option<Kind> {
    let (planned, achieved) = (form.decimal("planned"), form.decimal("achieved"));
    if !form.errors.is_empty() {
        return None;
    }
    match (planned, achieved) {
        (Some(planned), Some(achieved)) => Some(Kind::Ratio(RatioInput { planned, achieved })),
        (None, None) => None,
        (None, Some(_)) => {
            form.errors.add("planned", w.say("ledger-ratio-both"));
            None
        }
        (Some(_), None) => {
            form.errors.add("achieved", w.say("ledger-ratio-both"));
            None
        }
    }
}

fn count(w: Words, form: &mut Form<'_>, posted: &Posted) -> Option<i64> {
    let typed = posted.text("count").trim();
    if typed.is_empty() {
        return None;
    }
    let digits = typed.len() <= MOST_DIGITS && typed.bytes().all(|b| b.is_ascii_digit());
    let read = typed.parse().ok().filter(|_| digits);
    if read.is_none() {
        let given = [("typed", Arg::Text(typed))];
        form.errors.add("count", w.tell("ledger-count-bad", &given));
    }
    read
}

/// A link to a document.
pub(super) fn link(w: Words, leaf: &Leaf, posted: &Posted) -> Result<pb::AddEvidenceRequest, Errors> {
    let mut form = Form::new(posted, w);
    let evidence = pb::Evidence {
        evidence_id: posted.text(EVIDENCE).to_owned(),
        kind: pb::EvidenceKind::Link.into(),
        document: form.needed("link_document").to_owned(),
        locator: posted.text("link_locator").trim().to_owned(),
        url: form.needed("link_url").to_owned(),
        ..pb::Evidence::default()
    };
    added(form.errors, leaf, posted, evidence)
}

/// What is said of a file before its bytes. Of a secret document nothing but that it is one.
pub(super) fn file(
    w: Words,
    leaf: &Leaf,
    posted: &Posted,
    name: Option<&str>,
) -> Result<pb::UploadHeader, Errors> {
    let mut form = Form::new(posted, w);
    let secret = posted.text("secret") == "1";
    if !secret {
        form.needed("file_document");
        if name.is_none() {
            form.errors.add("file", w.say("ledger-file-missing"));
        }
    }
    if !form.errors.is_empty() {
        return Err(form.errors);
    }
    let told = |field| if secret { "" } else { posted.text(field).trim() };
    Ok(pb::UploadHeader {
        request_id: posted.request_id().to_owned(),
        evidence_id: posted.text(EVIDENCE).to_owned(),
        cycle: leaf.place.cycle.code.to_string(),
        unit: leaf.place.unit.to_string(),
        criterion: leaf.row.code.to_string(),
        document: told("file_document").to_owned(),
        locator: told("file_locator").to_owned(),
        file_name: name.filter(|_| !secret).unwrap_or_default().to_owned(),
        size_bytes: 0,
        sha256: String::new(),
        secret,
    })
}

/// The record that a secret document was shown in person. It holds nothing of the document.
pub(super) fn record(w: Words, leaf: &Leaf, posted: &Posted) -> Result<pb::AddEvidenceRequest, Errors> {
    let mut form = Form::new(posted, w);
    form.needed("met_on");
    let on = form.day("met_on").unwrap_or_default();
    let members = form.needed("met_members").lines().map(str::trim);
    let evidence = pb::Evidence {
        evidence_id: posted.text(EVIDENCE).to_owned(),
        kind: pb::EvidenceKind::InPerson.into(),
        presented_on: on,
        members: members
            .filter(|name| !name.is_empty())
            .map(str::to_owned)
            .collect(),
        presented_at: form.needed("met_at").to_owned(),
        ..pb::Evidence::default()
    };
    added(form.errors, leaf, posted, evidence)
}

fn added(
    errors: Errors,
    leaf: &Leaf,
    posted: &Posted,
    evidence: pb::Evidence,
) -> Result<pb::AddEvidenceRequest, Errors> {
    if !errors.is_empty() {
        return Err(errors);
    }
    Ok(pb::AddEvidenceRequest {
        request_id: posted.request_id().to_owned(),
        cycle: leaf.place.cycle.code.to_string(),
        unit: leaf.place.unit.to_string(),
        criterion: leaf.row.code.to_string(),
        evidence: Some(evidence),
    })
}

/// The field that names a penalty.
pub(super) const PENALTY: &str = "_penalty";

/// The field of the answer to a penalty; a page has several.
pub(super) fn answer_to(penalty: &str) -> String {
    format!("answer-{penalty}")
}

/// The unit's answer to a proposed penalty.
pub(super) fn penalty(w: Words, posted: &Posted) -> Result<pb::ExplainPenaltyRequest, Errors> {
    let penalty_id = posted.text(PENALTY).to_owned();
    let mut form = Form::new(posted, w);
    let text = form.needed(&answer_to(&penalty_id)).to_owned();
    if !form.errors.is_empty() {
        return Err(form.errors);
    }
    Ok(pb::ExplainPenaltyRequest {
        request_id: posted.request_id().to_owned(),
        penalty_id,
        text,
        version: Some(posted.version()),
    })
}

/// The unit's answer to the first appraisal.
pub(super) fn answer(w: Words, leaf: &Leaf, posted: &Posted) -> Result<pb::ExplainEntryRequest, Errors> {
    let mut form = Form::new(posted, w);
    let text = form.needed("answer").to_owned();
    if !form.errors.is_empty() {
        return Err(form.errors);
    }
    Ok(pb::ExplainEntryRequest {
        request_id: posted.request_id().to_owned(),
        cycle: leaf.place.cycle.code.to_string(),
        unit: leaf.place.unit.to_string(),
        criterion: leaf.row.code.to_string(),
        version: posted.version(),
        text,
    })
}
