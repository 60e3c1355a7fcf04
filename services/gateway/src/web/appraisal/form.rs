//! From the forms of the council to messages.

use chiso_domain::appraisal::{Decision, Round};
use chiso_domain::cycle::{Criterion, Rule};
use chiso_domain::kernel::Instant;
use chiso_platform::words::Words;
use chiso_wire::convert::timestamp;
use chiso_wire::kernel::{LeafInput, PenaltyInput, PenaltyItem};
use chiso_wire::ledger as pb;
use chiso_wire::ledger::appraise_entry_request::Value;
use chiso_wire::registry as registry_pb;

use super::super::errors::{Errors, Names};
use super::super::form::Form;
use super::super::ledger::{entered, moment};
use super::super::posted::Posted;
use super::load::{Bench, Spot, Way};

/// The decisions, each with its value in the form.
pub(super) const DECISIONS: [(&str, Decision); 3] = [
    ("agree", Decision::Agree),
    ("disagree", Decision::Disagree),
    ("request", Decision::RequestEvidence),
];
/// The field of which button was pressed, and its value for going on.
pub(super) const THEN: &str = "then";
pub(super) const NEXT: &str = "next";
/// The field of a penalty's id, made with the form, so that a form sent twice proposes once.
pub(super) const PENALTY: &str = "_penalty";
/// The field of the decision that the form showed: its time in microseconds, empty where there was none.
pub(super) const RULING: &str = "_ruling";

/// The decisions of a round: more evidence is wanted in the first only.
pub(super) fn decisions(round: Round) -> impl Iterator<Item = (&'static str, Decision)> {
    DECISIONS
        .into_iter()
        .filter(move |(_, decision)| round == Round::First || *decision != Decision::RequestEvidence)
}

/// The part of the page with the newest decision of the round.
pub(super) const DECIDED: &str = "y-kien";

/// Which field shows what is refused of a decision.
pub(super) fn names(row: &Criterion, posted: &Posted) -> Vec<(&'static str, &'static str)> {
    // Where points are typed, the inputs of the rule are not read.
    let input: &Names = if posted.text("points").trim().is_empty() {
        match row.rule {
            Rule::Ratio { .. } => &[
                ("input", "planned"),
                ("input.ratio.planned", "planned"),
                ("input.ratio.achieved", "achieved"),
            ],
            Rule::Tier { .. } => &[("input", "tier")],
            Rule::Deduct { .. } | Rule::Add { .. } => &[("input", "count")],
            _ => &[("input", "reached")],
        }
    } else {
        &[("input", "points")]
    };
    let own: &Names = &[
        ("value", "points"),
        ("points", "points"),
        ("decision", "decision"),
        ("reason", "reason"),
        ("seen_ruling", DECIDED),
    ];
    [input, own].concat()
}

/// A decision. To agree is to confirm what the unit entered, whatever stands in the other fields.
pub(super) fn ruling(
    w: Words,
    (bench, spot, way): (&Bench, &Spot, Way),
    entry: &pb::Entry,
    posted: &Posted,
) -> Result<pb::AppraiseEntryRequest, Errors> {
    let mut form = Form::new(posted, w);
    let offered: Vec<&str> = decisions(way.round).map(|(value, _)| value).collect();
    let chosen = form.choice("decision", &offered);
    if chosen.is_none() && form.errors.is_empty() {
        form.errors.add("decision", w.say("appraisal-decision-missing"));
    }
    let (decision, value) = match chosen {
        Some("agree") => (pb::Decision::Agree, Some(agreed(entry))),
        Some("request") => (
            pb::Decision::RequestEvidence,
            other(w, &spot.row, &mut form, posted),
        ),
        _ => (pb::Decision::Disagree, other(w, &spot.row, &mut form, posted)),
    };
    if chosen.is_some_and(|chosen| chosen != "agree") && posted.text("reason").trim().is_empty() {
        form.errors.add("reason", w.say("appraisal-reason-missing"));
    }
    if !form.errors.is_empty() {
        return Err(form.errors);
    }
    Ok(pb::AppraiseEntryRequest {
        request_id: posted.request_id().to_owned(),
        cycle: bench.cycle.code.to_string(),
        unit: spot.unit.to_string(),
        criterion: spot.row.code.to_string(),
        round: way.wire().into(),
        decision: decision.into(),
        value,
        reason: posted.text("reason").trim().to_owned(),
        version: posted.version(),
        seen_ruling: posted.all(RULING).next().map(seen),
    })
}

/// The decision that a form shows, for its hidden field.
pub(super) fn shown(step: Option<&pb::Step>) -> String {
    let at = step.and_then(|step| moment(step.at.as_ref()));
    at.map(|at| at.micros().to_string()).unwrap_or_default()
}

/// The decision that a form showed, from its hidden field.
pub(super) fn seen(shown: &str) -> pb::SeenRuling {
    let at = shown.parse().ok().map(Instant::from_micros);
    pb::SeenRuling {
        at: at.map(timestamp),
    }
}

/// The unit's own input; of a leaf that it never filled, no points.
pub(super) fn agreed(entry: &pb::Entry) -> Value {
    let own = entry.self_.as_ref().and_then(|own| own.input.clone());
    own.map_or_else(|| Value::Points("0".to_owned()), Value::Input)
}

/// Points on the scale where they were typed, else the input read again.
fn other(w: Words, row: &Criterion, form: &mut Form<'_>, posted: &Posted) -> Option<Value> {
    let points = form.decimal("points");
    if points.is_some() {
        return points.map(Value::Points);
    }
    let before = form.errors.items().len();
    let kind = entered(w, row, form, posted);
    if kind.is_none() && form.errors.items().len() == before {
        form.errors.add("points", w.say("appraisal-points-missing"));
    }
    kind.map(|kind| Value::Input(LeafInput { kind: Some(kind) }))
}

/// Which field shows what is refused of a proposal.
pub(super) const PROPOSE_NAMES: &Names = &[
    ("penalty.unit", "don-vi"),
    ("penalty.criterion", "kind"),
    ("penalty.input", "count"),
    ("penalty.document", "document"),
    ("penalty.reason", "reason"),
    ("unit", "don-vi"),
    ("criterion", "kind"),
    ("input", "count"),
];

/// A row and a kind of it, as one choice: "VII.1/0".
pub(super) fn kind_value(row: &Criterion, kind: usize) -> String {
    format!("{}/{kind}", row.code)
}

/// A penalty that is proposed.
pub(super) fn penalty(
    w: Words,
    (cycle, unit): (&str, &str),
    kinds: &[String],
    posted: &Posted,
) -> Result<pb::ProposePenaltyRequest, Errors> {
    let mut form = Form::new(posted, w);
    let offered: Vec<&str> = kinds.iter().map(String::as_str).collect();
    let chosen = form.choice("kind", &offered);
    if chosen.is_none() && form.errors.is_empty() {
        form.errors.add("kind", w.say("appraisal-kind-missing"));
    }
    let typed = form.needed("count");
    let count = typed.parse::<i64>().ok().filter(|n| (1..1_000_000).contains(n));
    if count.is_none() && !typed.is_empty() {
        form.errors.add("count", w.say("appraisal-count-bad"));
    }
    let (document, reason) = (form.needed("document"), form.needed("reason"));
    let (Some((criterion, kind)), Some(count), true) = (
        chosen.and_then(|chosen| chosen.split_once('/')),
        count,
        form.errors.is_empty(),
    ) else {
        return Err(form.errors);
    };
    let kind = kind.parse().unwrap_or_default();
    let penalty = pb::Penalty {
        penalty_id: posted.text(PENALTY).to_owned(),
        cycle: cycle.to_owned(),
        unit: unit.to_owned(),
        criterion: criterion.to_owned(),
        input: Some(PenaltyInput {
            items: vec![PenaltyItem { kind, count }],
        }),
        document: document.to_owned(),
        reason: reason.to_owned(),
        ..pb::Penalty::default()
    };
    Ok(pb::ProposePenaltyRequest {
        request_id: posted.request_id().to_owned(),
        penalty: Some(penalty),
    })
}

/// Which field shows what is refused of a decision about a penalty, before it is made one of that penalty's.
pub(super) const JUDGE_NAMES: &Names = &[("accept", "accept"), ("reason", "reason")];

/// The field of a decision about one penalty; a page has several.
pub(super) fn of_penalty(field: &str, penalty: &str) -> String {
    format!("{field}-{penalty}")
}

/// What the chair decides about a penalty.
pub(super) fn judgement(
    w: Words,
    penalty: &str,
    posted: &Posted,
) -> Result<pb::DecidePenaltyRequest, Errors> {
    let mut form = Form::new(posted, w);
    let (decision, reason) = (of_penalty("accept", penalty), of_penalty("reason", penalty));
    let chosen = form.choice(&decision, &["1", "0"]);
    if chosen.is_none() && form.errors.is_empty() {
        form.errors.add(&decision, w.say("appraisal-accept-missing"));
    }
    let why = posted.text(&reason).trim();
    if chosen == Some("0") && why.is_empty() {
        form.errors.add(&reason, w.say("appraisal-reject-reason"));
    }
    if !form.errors.is_empty() {
        return Err(form.errors);
    }
    Ok(pb::DecidePenaltyRequest {
        request_id: posted.request_id().to_owned(),
        penalty_id: penalty.to_owned(),
        accept: chosen == Some("1"),
        reason: why.to_owned(),
    })
}

/// Which field shows what is refused of a reassignment.
pub(super) const REASSIGN_NAMES: &Names = &[
    ("reassignment.agency", "agency"),
    ("reassignment.unit", "unit"),
    ("reassignment.criterion", "criterion"),
    ("reassignment.substitute", "substitute"),
    ("reassignment.reason", "reason"),
    ("reassignment", "agency"),
];

/// Who stands in for an agency from now on.
pub(super) fn reassignment(
    w: Words,
    cycle: &str,
    posted: &Posted,
) -> Result<registry_pb::ReassignAppraiserRequest, Errors> {
    let mut form = Form::new(posted, w);
    let reassignment = registry_pb::Reassignment {
        agency: form.needed("agency").to_owned(),
        unit: posted.text("unit").trim().to_owned(),
        criterion: posted.text("criterion").trim().to_owned(),
        substitute: form.needed("substitute").to_owned(),
        reason: form.needed("reason").to_owned(),
    };
    if !form.errors.is_empty() {
        return Err(form.errors);
    }
    Ok(registry_pb::ReassignAppraiserRequest {
        request_id: posted.request_id().to_owned(),
        cycle: cycle.to_owned(),
        reassignment: Some(reassignment),
    })
}
