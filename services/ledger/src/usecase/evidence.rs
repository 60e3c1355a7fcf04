//! Adding a link or the record of an in-person presentation, taking evidence off a leaf, and what all ways of
//! adding share.

use std::sync::Arc;

use chiso_domain::appraisal::Act;
use chiso_domain::cycle::{Cycle, Window};
use chiso_domain::kernel::{EvidenceId, Instant};
use chiso_platform::Error;
use chiso_platform::auth::Caller;
use chiso_platform::db::Tx;
use chiso_platform::once::Once;
use chiso_wire::convert::{BadField, optional_text, parse, text};
use chiso_wire::ledger as pb;

use super::sheet::settle;
use super::{Change, LONG_TEXT, SHORT_TEXT, load_rows, place, record, scored_leaf, self_scoring_over};
use crate::error::{FileRefusal, LedgerRefusal};
use crate::policy::{self, Viewer};
use crate::store::evidence::{Body, Evidence};
use crate::store::{self, Place};
use crate::view::View;
use crate::{SERVICE, Service};

/// Most pieces of evidence on one leaf, removed ones counted.
const MOST_PIECES: i64 = 100;
/// Longest address on the web.
const LONG_URL: usize = 2_000;

/// The window in which a unit touches its evidence.
pub(super) struct Open {
    pub(super) cycle: Arc<Cycle>,
    /// Between the rounds.
    pub(super) supplement: bool,
}

impl Service {
    /// Self-scoring, or else the explanation window. Where neither is open, the refusal is that of
    /// self-scoring until the explanations have begun.
    pub(super) async fn evidence_window(&self, place: &Place, now: Instant) -> Result<Open, Error> {
        let (cycles, unit) = (&self.ctx.cycles, Some(&place.unit));
        let early = match cycles.check(&place.cycle, Window::SelfScoring, unit, now).await {
            Ok(cycle) => {
                return Ok(Open {
                    cycle,
                    supplement: false,
                });
            }
            Err(early) => early,
        };
        match cycles.check(&place.cycle, Window::Explanation, unit, now).await {
            Ok(cycle) => Ok(Open {
                cycle,
                supplement: true,
            }),
            Err(late) => {
                let cycle = cycles.get(&place.cycle).await?;
                let begun = cycle
                    .calendar
                    .span(Window::Explanation, unit)
                    .is_some_and(|span| span.start <= now);
                Err(if begun { late } else { early })
            }
        }
    }

    /// Adds a link, or the record of an in-person presentation of secret evidence (4.33).
    ///
    /// # Errors
    /// `SECRET_EVIDENCE_REFUSED` where a record carries anything of the document, the calendar's, and the
    /// common ones.
    pub async fn add_evidence(
        &self,
        caller: &Caller,
        request: &pb::AddEvidenceRequest,
    ) -> Result<pb::AddEvidenceResponse, Error> {
        let now = self.ctx.clock.now();
        let place = place(&request.cycle, &request.unit, &request.criterion)?;
        caller.require(policy::SCORE, Some(&place.cycle))?;
        let cycle = self.ctx.cycles.get(&place.cycle).await?;
        scored_leaf(&cycle, &place)?;
        policy::own_unit(caller, policy::SCORE, &place.cycle, &place.unit)?;
        let wanted = request
            .evidence
            .as_ref()
            .ok_or_else(|| BadField::missing("evidence"))?;
        let evidence = evidence(wanted, place, (caller.actor(), now))?;
        let once = Once::new(SERVICE, "AddEvidence", caller, &request.request_id, request)?;
        let window = self.evidence_window(&evidence.place, now).await;

        let mut tx = self.ctx.db.begin().await?;
        if let Some(reply) = once.replay(&mut tx).await? {
            return Ok(reply);
        }
        let entry = attach(&mut tx, caller, window?, evidence, now).await?;
        let reply = pb::AddEvidenceResponse { entry: Some(entry) };
        once.remember(&mut tx, now, &reply).await?;
        tx.commit().await?;
        Ok(reply)
    }

    /// Takes evidence off a leaf; between the rounds only what was added there.
    ///
    /// # Errors
    /// `NOT_FOUND`, `EVIDENCE_STAYS`, the calendar's, and the common ones.
    pub async fn remove_evidence(
        &self,
        caller: &Caller,
        request: &pb::RemoveEvidenceRequest,
    ) -> Result<pb::RemoveEvidenceResponse, Error> {
        let now = self.ctx.clock.now();
        caller.require(policy::SCORE, None)?;
        let id: EvidenceId = parse("evidence_id", &request.evidence_id)?;
        let reason = optional_text("reason", &request.reason, LONG_TEXT)?;
        let found = store::evidence::find(&mut &self.ctx.db, id)
            .await?
            .ok_or_else(unknown)?;
        let place = found.place.clone();
        policy::own_unit(caller, policy::SCORE, &place.cycle, &place.unit).map_err(|_| unknown())?;
        let once = Once::new(SERVICE, "RemoveEvidence", caller, &request.request_id, request)?;
        let window = self.evidence_window(&place, now).await;

        let mut tx = self.ctx.db.begin().await?;
        if let Some(reply) = once.replay(&mut tx).await? {
            return Ok(reply);
        }
        let open = window?;
        let progress = may_touch(&mut tx, &open, &place, now).await?;
        let found = store::evidence::find(&mut tx, id).await?.ok_or_else(unknown)?;
        if found.removed_at.is_some() {
            return Err(unknown());
        }
        if open.supplement && !found.supplement {
            return Err(LedgerRefusal::EvidenceStays.into());
        }
        store::evidence::remove(&mut tx, id, now).await?;
        let change = Change {
            act: "evidence.remove",
            object: place.object(),
            before: Some(found.to_json()),
            after: serde_json::json!({ "evidence_id": id, "removed_at": now }),
            reason,
        };
        record(&mut tx, caller, now, change).await?;
        let entry = touched(&mut tx, (caller, now), &open.cycle, &place, progress).await?;
        let reply = pb::RemoveEvidenceResponse { entry: Some(entry) };
        once.remember(&mut tx, now, &reply).await?;
        tx.commit().await?;
        Ok(reply)
    }
}

pub(super) fn unknown() -> Error {
    Error::not_found(
        "evidence_id",
        "Không có tài liệu này. Tải lại tiêu chí rồi thử lại.",
    )
}

/// Adds a piece of evidence to its leaf: journal, version, and the entry as it then is.
pub(super) async fn attach(
    tx: &mut Tx,
    caller: &Caller,
    open: Open,
    mut evidence: Evidence,
    now: Instant,
) -> Result<pb::Entry, Error> {
    let place = evidence.place.clone();
    let progress = may_touch(tx, &open, &place, evidence.added_at).await?;
    evidence.supplement = open.supplement;
    if store::evidence::find(tx, evidence.id).await?.is_some() {
        return Err(LedgerRefusal::IdTaken("evidence_id").into());
    }
    let last = store::evidence::of_leaf(tx, &place)
        .await?
        .last()
        .map_or(0, |piece| piece.ordinal);
    if last >= MOST_PIECES {
        return Err(LedgerRefusal::TooManyEvidence(MOST_PIECES).into());
    }
    evidence.ordinal = last + 1;
    store::evidence::insert(tx, &evidence).await?;
    let mut after = evidence.to_json();
    if let Some(fields) = after.as_object_mut() {
        // Both, since an upload counts by when it began (D6).
        fields.insert("received_at".to_owned(), serde_json::json!(evidence.added_at));
        fields.insert("stored_at".to_owned(), serde_json::json!(now));
    }
    let change = Change {
        act: "evidence.add",
        object: place.object(),
        before: None,
        after,
        reason: String::new(),
    };
    record(tx, caller, now, change).await?;
    touched(tx, (caller, now), &open.cycle, &place, progress).await
}

async fn may_touch(
    tx: &mut Tx,
    open: &Open,
    place: &Place,
    at: Instant,
) -> Result<chiso_domain::appraisal::Progress, Error> {
    let progress = store::sheet::progress(tx, &place.cycle).await?;
    if open.supplement {
        let state = settle(tx, &open.cycle, &place.unit, at).await?;
        progress.check(Act::Explain, state)?;
    } else {
        let sheet = store::sheet::load(tx, &place.cycle, &place.unit).await?;
        progress.check(
            Act::Save,
            sheet.state.at(self_scoring_over(&open.cycle, &place.unit, at)),
        )?;
    }
    Ok(progress)
}

/// A leaf whose evidence somebody changed is another version of it, by that person.
async fn touched(
    tx: &mut Tx,
    (caller, now): (&Caller, Instant),
    cycle: &Cycle,
    place: &Place,
    progress: chiso_domain::appraisal::Progress,
) -> Result<pb::Entry, Error> {
    let leaf = scored_leaf(cycle, place)?;
    let mut rows = load_rows(tx, place).await?;
    if !rows.entry.not_applicable.is_empty() {
        return Err(LedgerRefusal::NotApplicable(place.criterion.clone()).into());
    }
    rows.entry.change(caller.actor(), now);
    store::entry::put(tx, place, &rows.entry).await?;
    let actor = caller.require(policy::SCORE, Some(&place.cycle))?;
    let view = View {
        cycle,
        viewer: &Viewer::of(&actor),
        progress,
    };
    Ok(view.entry(place, leaf, &rows))
}

fn evidence(
    wanted: &pb::Evidence,
    place: Place,
    (added_by, added_at): (String, Instant),
) -> Result<Evidence, Error> {
    let body = match wanted.kind() {
        pb::EvidenceKind::Link => Body::Link(url(&wanted.url)?),
        pb::EvidenceKind::InPerson => in_person(wanted)?,
        pb::EvidenceKind::File => {
            let vi = "Tệp phải tải lên bằng luồng riêng (UploadEvidence).";
            return Err(BadField::new("evidence.kind", "files are uploaded", vi).into());
        }
        pb::EvidenceKind::Unspecified => return Err(BadField::missing("evidence.kind").into()),
    };
    Ok(Evidence {
        id: parse("evidence.evidence_id", &wanted.evidence_id)?,
        place,
        ordinal: 0,
        body,
        document: optional_text("evidence.document", &wanted.document, SHORT_TEXT)?,
        locator: optional_text("evidence.locator", &wanted.locator, SHORT_TEXT)?,
        supplement: false,
        added_by,
        added_at,
        removed_at: None,
    })
}

fn url(value: &str) -> Result<String, BadField> {
    let value = text("evidence.url", value, LONG_URL)?;
    let rest = value
        .strip_prefix("https://")
        .or_else(|| value.strip_prefix("http://"));
    let plausible = rest.is_some_and(|rest| !rest.is_empty() && !value.chars().any(char::is_whitespace));
    if plausible {
        Ok(value)
    } else {
        let vi = "Đường liên kết phải bắt đầu bằng http:// hoặc https:// và không có khoảng trắng.";
        Err(BadField::new("evidence.url", "not a web address", vi))
    }
}

/// Date, place, members: nothing that tells what the document is (Law on state secrets).
fn in_person(wanted: &pb::Evidence) -> Result<Body, Error> {
    let details = [
        ("evidence.document", &wanted.document),
        ("evidence.locator", &wanted.locator),
        ("evidence.file_name", &wanted.file_name),
        ("evidence.url", &wanted.url),
        ("evidence.sha256", &wanted.sha256),
    ];
    if let Some((field, _)) = details.into_iter().find(|(_, value)| !value.is_empty()) {
        return Err(FileRefusal::SecretDetail(field).into());
    }
    let on = text("evidence.presented_on", &wanted.presented_on, 10)?;
    if on.len() != 10 || Instant::parse(&format!("{on}T00:00:00+07:00")).is_err() {
        let vi = "Ngày trình bày ghi dạng 2022-12-15.";
        return Err(BadField::new("evidence.presented_on", "not a calendar date", vi).into());
    }
    if wanted.members.is_empty() || wanted.members.len() > 50 {
        return Err(BadField::missing("evidence.members").into());
    }
    let member = |name: &String| text("evidence.members", name, 200);
    Ok(Body::InPerson {
        on,
        at: text("evidence.presented_at", &wanted.presented_at, SHORT_TEXT)?,
        members: wanted
            .members
            .iter()
            .map(member)
            .collect::<Result<_, BadField>>()?,
    })
}
