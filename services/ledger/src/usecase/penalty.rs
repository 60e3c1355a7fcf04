//! Penalties: proposed with a document, answered by the unit, decided by the chair (readings 4.25 to 4.27).

use chiso_domain::appraisal::{Act, AppraisalRefusal, Round, SheetState, penalty as rule};
use chiso_domain::cycle::{Criterion, Cycle, Rule, Window};
use chiso_domain::index_points::{LeafInput, Source};
use chiso_domain::kernel::{CycleCode, Instant, PenaltyId, Points, UnitCode};
use chiso_domain::scoring;
use chiso_platform::Error;
use chiso_platform::auth::{Actor, Caller, Role};
use chiso_platform::once::Once;
use chiso_platform::page::Page;
use chiso_wire::convert::{BadField, optional_text, parse, parse_optional, text};
use chiso_wire::kernel as kernel_pb;
use chiso_wire::ledger as pb;

use super::appraise::waited;
use super::{Change, LONG_TEXT, SHORT_TEXT, index_set, ledger_leaf, penalty_points, place, record};
use crate::error::LedgerRefusal;
use crate::policy::{self, Viewer};
use crate::store::penalty::{Penalty, PenaltyState};
use crate::store::{self, Place};
use crate::view::penalty_message;
use crate::{SERVICE, Service};

impl Service {
    /// Proposes a penalty; while round 1 or the explanations run, so that the unit can answer.
    ///
    /// # Errors
    /// `LEAF_RULE_WRONG`, `PENALTY_EMPTY`, `APPRAISER_OF_OWN_UNIT`, `NOT_APPRAISER_OF_LEAF`, the
    /// calendar's, what scoring refuses, and the common ones.
    pub async fn propose_penalty(
        &self,
        caller: &Caller,
        request: &pb::ProposePenaltyRequest,
    ) -> Result<pb::ProposePenaltyResponse, Error> {
        let now = self.ctx.clock.now();
        let wanted = request
            .penalty
            .as_ref()
            .ok_or_else(|| BadField::missing("penalty"))?;
        let place = place(&wanted.cycle, &wanted.unit, &wanted.criterion).map_err(|e| e.within("penalty"))?;
        let actor = caller.require(policy::PROPOSE, Some(&place.cycle))?;
        let cycle = self.ctx.cycles.get(&place.cycle).await?;
        let leaf = penalty_leaf(&cycle, &place)?;
        let agency = proposer(&cycle, caller, &actor, &place)?;
        let penalty = proposal(wanted, place, agency, (caller.actor(), now))?;
        let points = points(&cycle, leaf, &penalty)?;
        if rule::is_empty(&penalty.input) {
            return Err(LedgerRefusal::PenaltyEmpty.into());
        }
        let once = Once::new(SERVICE, "ProposePenalty", caller, &request.request_id, request)?;
        let window = self.window_to_propose(&penalty.place, now).await;

        let mut tx = self.ctx.db.begin().await?;
        if let Some(reply) = once.replay(&mut tx).await? {
            return Ok(reply);
        }
        window?;
        let progress = store::sheet::progress(&mut tx, &penalty.place.cycle).await?;
        progress.check(Act::Propose, SheetState::Submitted)?;
        if store::penalty::find(&mut tx, penalty.id).await?.is_some() {
            return Err(LedgerRefusal::IdTaken("penalty.penalty_id").into());
        }
        store::penalty::put(&mut tx, &penalty).await?;
        record(&mut tx, caller, now, change("penalty.propose", None, &penalty)).await?;
        let reply = pb::ProposePenaltyResponse {
            penalty: Some(penalty_message(&penalty, points)),
        };
        once.remember(&mut tx, now, &reply).await?;
        tx.commit().await?;
        Ok(reply)
    }

    async fn window_to_propose(&self, place: &Place, now: Instant) -> Result<(), Error> {
        let cycles = &self.ctx.cycles;
        match cycles
            .check(&place.cycle, Window::Appraisal1, Some(&place.unit), now)
            .await
        {
            Ok(_) => Ok(()),
            Err(first) => {
                let later = cycles
                    .check(&place.cycle, Window::Explanation, Some(&place.unit), now)
                    .await;
                later.map(|_| ()).map_err(|_| first)
            }
        }
    }

    /// The unit's answer to a proposal.
    ///
    /// # Errors
    /// `NOT_FOUND`, `PENALTY_DECIDED`, `ROUND_NOT_CLOSED`, `VERSION_CONFLICT`, the calendar's, and the common ones.
    pub async fn explain_penalty(
        &self,
        caller: &Caller,
        request: &pb::ExplainPenaltyRequest,
    ) -> Result<pb::ExplainPenaltyResponse, Error> {
        let now = self.ctx.clock.now();
        caller.require(policy::SCORE, None)?;
        let said = text("text", &request.text, LONG_TEXT)?;
        let known = self.known_penalty(&request.penalty_id).await?;
        let place = &known.place;
        policy::own_unit(caller, policy::SCORE, &place.cycle, &place.unit).map_err(|_| unknown())?;
        let once = Once::new(SERVICE, "ExplainPenalty", caller, &request.request_id, request)?;
        let window = self
            .ctx
            .cycles
            .check(&place.cycle, Window::Explanation, Some(&place.unit), now)
            .await;

        let mut tx = self.ctx.db.begin().await?;
        if let Some(reply) = once.replay(&mut tx).await? {
            return Ok(reply);
        }
        let cycle = window?;
        let progress = store::sheet::progress(&mut tx, &place.cycle).await?;
        progress.check(Act::Explain, SheetState::Submitted)?;
        let before = open_penalty(&mut tx, known.id).await?;
        if let Some(seen) = request.version.filter(|seen| *seen != before.answers) {
            let current = before.answers;
            return Err(AppraisalRefusal::VersionConflict { seen, current }.into());
        }
        let after = Penalty {
            unit_explanation: said,
            answers: before.answers + 1,
            ..before.clone()
        };
        store::penalty::put(&mut tx, &after).await?;
        record(
            &mut tx,
            caller,
            now,
            change("penalty.explain", Some(&before), &after),
        )
        .await?;
        let points = points(&cycle, penalty_leaf(&cycle, place)?, &after)?;
        let reply = pb::ExplainPenaltyResponse {
            penalty: Some(penalty_message(&after, points)),
        };
        once.remember(&mut tx, now, &reply).await?;
        tx.commit().await?;
        Ok(reply)
    }

    /// Accepts or rejects a proposal, in round 2 and after the time in which the unit may answer.
    ///
    /// # Errors
    /// `NOT_FOUND`, `PENALTY_DECIDED`, `REASON_REQUIRED`, `ROUND_NOT_CLOSED`, `APPRAISER_OF_OWN_UNIT`, the
    /// calendar's, and the common ones.
    pub async fn decide_penalty(
        &self,
        caller: &Caller,
        request: &pb::DecidePenaltyRequest,
    ) -> Result<pb::DecidePenaltyResponse, Error> {
        let now = self.ctx.clock.now();
        caller.require(policy::DECIDE_PENALTY, None)?;
        let reason = optional_text("reason", &request.reason, LONG_TEXT)?;
        let known = self.known_penalty(&request.penalty_id).await?;
        let place = &known.place;
        caller.require(policy::DECIDE_PENALTY, Some(&place.cycle))?;
        if policy::belongs_to(caller, &place.cycle, &place.unit) {
            return Err(LedgerRefusal::OwnUnit(place.unit.clone()).into());
        }
        if !request.accept && reason.is_empty() {
            return Err(LedgerRefusal::RejectionReason.into());
        }
        let once = Once::new(SERVICE, "DecidePenalty", caller, &request.request_id, request)?;
        let window = self
            .ctx
            .cycles
            .check(&place.cycle, Window::Appraisal2, Some(&place.unit), now)
            .await;

        let mut tx = self.ctx.db.begin().await?;
        if let Some(reply) = once.replay(&mut tx).await? {
            return Ok(reply);
        }
        let cycle = window?;
        waited(&cycle, &place.unit, Round::Second, now)?;
        let progress = store::sheet::progress(&mut tx, &place.cycle).await?;
        progress.check(Act::DecidePenalty, SheetState::Submitted)?;
        let before = open_penalty(&mut tx, known.id).await?;
        let after = Penalty {
            state: if request.accept {
                PenaltyState::Decided
            } else {
                PenaltyState::Rejected
            },
            decided_reason: reason.clone(),
            decided_by: caller.actor(),
            decided_at: Some(now),
            ..before.clone()
        };
        store::penalty::put(&mut tx, &after).await?;
        let decided = Change {
            reason,
            ..change("penalty.decide", Some(&before), &after)
        };
        record(&mut tx, caller, now, decided).await?;
        penalty_points::post_row(&mut tx, &cycle, place, now).await?;
        let points = points(&cycle, penalty_leaf(&cycle, place)?, &after)?;
        let reply = pb::DecidePenaltyResponse {
            penalty: Some(penalty_message(&after, points)),
        };
        once.remember(&mut tx, now, &reply).await?;
        tx.commit().await?;
        self.ctx.bells.ring(Source::Ledger);
        Ok(reply)
    }

    /// Proposals the caller sees: an appraiser those of their rows, a unit its own once round 1 is closed.
    ///
    /// # Errors
    /// `UNIT_UNKNOWN`, and the common ones.
    pub async fn list_penalties(
        &self,
        caller: &Caller,
        request: &pb::ListPenaltiesRequest,
    ) -> Result<pb::ListPenaltiesResponse, Error> {
        let code: CycleCode = parse("cycle", &request.cycle)?;
        let unit: Option<UnitCode> = parse_optional("unit", &request.unit)?;
        let actor = caller.require(policy::READ, Some(&code))?;
        let viewer = Viewer::of(&actor);
        let page = Page::of(request.page_size, &request.page_token)?;
        let cycle = self.ctx.cycles.get(&code).await?;
        if let Some(unit) = &unit {
            index_set(&cycle, unit)?;
        }
        let mut reads = &self.ctx.db;
        let progress = store::sheet::progress(&mut reads, &code).await?;
        let after = page.after.clone().unwrap_or_default();
        let rows =
            store::penalty::page(&mut reads, &code, unit.as_ref(), &after, page.limit_and_one()).await?;
        let (rows, next_page_token) = page.cut(rows, |row| {
            format!("{}/{}/{}", row.place.unit, row.place.criterion, row.id.0.simple())
        });
        let sees = |row: &&Penalty| viewer.sees_penalty(&cycle, &row.place, progress.first_closed);
        let message = |row: &Penalty| {
            let leaf = penalty_leaf(&cycle, &row.place)?;
            Ok(penalty_message(row, points(&cycle, leaf, row)?))
        };
        let penalties = rows
            .iter()
            .filter(sees)
            .map(message)
            .collect::<Result<_, Error>>()?;
        Ok(pb::ListPenaltiesResponse {
            penalties,
            next_page_token,
        })
    }

    async fn known_penalty(&self, id: &str) -> Result<Penalty, Error> {
        let id: PenaltyId = parse("penalty_id", id)?;
        store::penalty::find(&mut &self.ctx.db, id)
            .await?
            .ok_or_else(unknown)
    }
}

fn unknown() -> Error {
    Error::not_found(
        "penalty_id",
        "Không có đề xuất điểm trừ này. Tải lại danh sách rồi thử lại.",
    )
}

async fn open_penalty(tx: &mut chiso_platform::db::Tx, id: PenaltyId) -> Result<Penalty, Error> {
    let penalty = store::penalty::find(tx, id).await?.ok_or_else(unknown)?;
    if penalty.state == PenaltyState::Proposed {
        Ok(penalty)
    } else {
        Err(LedgerRefusal::PenaltyDecided.into())
    }
}

fn penalty_leaf<'c>(cycle: &'c Cycle, place: &Place) -> Result<&'c Criterion, Error> {
    let leaf = ledger_leaf(cycle, place)?;
    if matches!(leaf.rule, Rule::Penalty { .. }) {
        Ok(leaf)
    } else {
        Err(LedgerRefusal::WrongRule(place.criterion.clone()).into())
    }
}

/// The agency that proposes; none for Home Affairs.
fn proposer(
    cycle: &Cycle,
    caller: &Caller,
    actor: &Actor<'_>,
    place: &Place,
) -> Result<Option<UnitCode>, Error> {
    if actor.is(Role::Organiser) {
        return Ok(None);
    }
    if policy::belongs_to(caller, &cycle.code, &place.unit) {
        return Err(LedgerRefusal::OwnUnit(place.unit.clone()).into());
    }
    cycle
        .appraiser(&place.unit, &place.criterion)
        .filter(|agency| actor.units_as(Role::Appraiser).contains(agency))
        .map(Some)
        .ok_or_else(|| LedgerRefusal::NotAppraiser(place.criterion.clone()).into())
}

fn proposal(
    wanted: &pb::Penalty,
    place: Place,
    agency: Option<UnitCode>,
    (proposed_by, proposed_at): (String, Instant),
) -> Result<Penalty, Error> {
    let input = wanted
        .input
        .clone()
        .ok_or_else(|| BadField::missing("penalty.input"))?;
    let input = kernel_pb::LeafInput {
        kind: Some(kernel_pb::leaf_input::Kind::Penalty(input)),
    };
    Ok(Penalty {
        id: parse("penalty.penalty_id", &wanted.penalty_id)?,
        place,
        input: LeafInput::try_from(&input).map_err(|e| e.within("penalty"))?,
        document: text("penalty.document", &wanted.document, SHORT_TEXT)?,
        reason: optional_text("penalty.reason", &wanted.reason, LONG_TEXT)?,
        state: PenaltyState::Proposed,
        agency,
        proposed_by,
        proposed_at,
        unit_explanation: String::new(),
        answers: 0,
        decided_reason: String::new(),
        decided_by: String::new(),
        decided_at: None,
    })
}

fn points(cycle: &Cycle, leaf: &Criterion, penalty: &Penalty) -> Result<Points, Error> {
    Ok(scoring::points(leaf, &penalty.input, &cycle.rules.policy)?.or_zero())
}

fn change(act: &'static str, before: Option<&Penalty>, after: &Penalty) -> Change {
    Change {
        act,
        object: after.place.object(),
        before: before.map(Penalty::to_json),
        after: after.to_json(),
        reason: after.reason.clone(),
    }
}
