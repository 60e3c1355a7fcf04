//! Deciding one leaf in a round.

use chiso_domain::appraisal::{Act, Claim, Decision, Given, Judge, Round, Ruling, decide, may_replace};
use chiso_domain::cycle::{Cycle, Window, WindowRefusal};
use chiso_domain::index_points::Source;
use chiso_domain::kernel::{Instant, UnitCode};
use chiso_domain::scoring::Scored;
use chiso_platform::Error;
use chiso_platform::auth::{Actor, Caller, Role};
use chiso_platform::once::Once;
use chiso_wire::convert::{BadField, instant, optional_text, parse};
use chiso_wire::ledger as pb;

use super::sheet::settle;
use super::{Change, LONG_TEXT, load_rows, place, record, scored_leaf};
use crate::error::LedgerRefusal;
use crate::policy::{self, Viewer};
use crate::store::ruling::StoredRuling;
use crate::store::{self, Place};
use crate::view::View;
use crate::{SERVICE, Service};

impl Service {
    /// Decides one leaf, on the version that was read.
    ///
    /// # Errors
    /// What the domain refuses, `APPRAISER_OF_OWN_UNIT`, `NOT_APPRAISER_OF_LEAF`, `RULING_CHANGED`, the calendar's,
    /// and the common ones.
    pub async fn appraise_entry(
        &self,
        caller: &Caller,
        request: &pb::AppraiseEntryRequest,
    ) -> Result<pb::AppraiseEntryResponse, Error> {
        let now = self.ctx.clock.now();
        let place = place(&request.cycle, &request.unit, &request.criterion)?;
        let actor = caller.require(policy::APPRAISE, Some(&place.cycle))?;
        let cycle = self.ctx.cycles.get(&place.cycle).await?;
        let leaf = scored_leaf(&cycle, &place)?;
        let agency = bench(&cycle, caller, &actor, &place)?;
        let ruling = ruling(request, agency.as_ref())?;
        let seen = seen(request)?;
        let once = Once::new(SERVICE, "AppraiseEntry", caller, &request.request_id, request)?;
        let window = self
            .ctx
            .cycles
            .check(&place.cycle, window_of(ruling.round), Some(&place.unit), now)
            .await;

        let mut tx = self.ctx.db.begin().await?;
        if let Some(reply) = once.replay(&mut tx).await? {
            return Ok(reply);
        }
        let open = window?;
        waited(&open, &place.unit, ruling.round, now)?;
        let state = settle(&mut tx, &open, &place.unit, now).await?;
        let progress = store::sheet::progress(&mut tx, &place.cycle).await?;
        progress.check(Act::Appraise(ruling.round), state)?;
        let mut rows = load_rows(&mut tx, &place).await?;
        if !rows.entry.not_applicable.is_empty() {
            return Err(LedgerRefusal::NotApplicable(place.criterion).into());
        }
        let claim = Claim {
            leaf,
            own: rows.entry.own(),
            lack: rows.lack(&cycle),
            version: rows.entry.version,
        };
        let viewer = Viewer::of(&actor);
        let view = View {
            cycle: &cycle,
            viewer: &viewer,
            progress,
        };
        let shown = view.ruling(&place, &rows, ruling.round).map(|shown| shown.at);
        if seen.is_some_and(|seen| seen != shown) {
            return Err(LedgerRefusal::RulingChanged.into());
        }
        if let Some(earlier) = rows.rulings.get(&ruling.round) {
            may_replace(
                judge(earlier.agency.as_ref()),
                earlier.version != claim.version,
                ruling.judge,
            )?;
        }
        let scored = decide(&claim, &ruling, &cycle.rules.policy)?;
        let stored = stored(&ruling, scored, agency, (caller.actor(), now));
        store::ruling::put(&mut tx, &place, ruling.round, &stored).await?;
        let before = rows.rulings.insert(ruling.round, stored.clone());
        record(&mut tx, caller, now, change(&place, ruling.round, before, stored)).await?;
        let reply = pb::AppraiseEntryResponse {
            entry: Some(view.entry(&place, leaf, &rows)),
        };
        once.remember(&mut tx, now, &reply).await?;
        tx.commit().await?;
        self.ctx.bells.ring(Source::Ledger);
        Ok(reply)
    }
}

/// The agency the caller decides for; none for the council chair. Nobody decides on the own unit (4.13).
fn bench(
    cycle: &Cycle,
    caller: &Caller,
    actor: &Actor<'_>,
    place: &Place,
) -> Result<Option<UnitCode>, Error> {
    if policy::belongs_to(caller, &cycle.code, &place.unit) {
        return Err(LedgerRefusal::OwnUnit(place.unit.clone()).into());
    }
    if actor.is(Role::CouncilChair) {
        return Ok(None);
    }
    cycle
        .appraiser(&place.unit, &place.criterion)
        .filter(|agency| actor.units_as(Role::Appraiser).contains(agency))
        .map(Some)
        .ok_or_else(|| LedgerRefusal::NotAppraiser(place.criterion.clone()).into())
}

/// A round of a unit waits for the end of what the unit does before it.
pub(super) fn waited(
    cycle: &Cycle,
    unit: &UnitCode,
    round: Round,
    now: Instant,
) -> Result<(), WindowRefusal> {
    let before = match round {
        Round::First => Window::SelfScoring,
        Round::Second => Window::Explanation,
    };
    match cycle.calendar.span(before, Some(unit)) {
        Some(span) if now < span.end => Err(WindowRefusal::StillOpen(before, span.end)),
        _ => Ok(()),
    }
}

const fn judge(agency: Option<&UnitCode>) -> Judge {
    match agency {
        Some(_) => Judge::Agency,
        None => Judge::Chair,
    }
}

const fn window_of(round: Round) -> Window {
    match round {
        Round::First => Window::Appraisal1,
        Round::Second => Window::Appraisal2,
    }
}

pub(super) fn round_of(round: pb::Round) -> Result<Round, BadField> {
    match round {
        pb::Round::Round1 => Ok(Round::First),
        pb::Round::Round2 => Ok(Round::Second),
        pb::Round::Unspecified => Err(BadField::missing("round")),
    }
}

fn ruling(request: &pb::AppraiseEntryRequest, agency: Option<&UnitCode>) -> Result<Ruling, Error> {
    use pb::appraise_entry_request::Value;
    let decision = match request.decision() {
        pb::Decision::Agree => Decision::Agree,
        pb::Decision::Disagree => Decision::Disagree,
        pb::Decision::RequestEvidence => Decision::RequestEvidence,
        pb::Decision::Unspecified => return Err(BadField::missing("decision").into()),
    };
    let given = match &request.value {
        Some(Value::Input(input)) => Given::Input(input.try_into()?),
        Some(Value::Points(points)) => Given::Points(parse("points", points)?),
        None => return Err(BadField::missing("value").into()),
    };
    Ok(Ruling {
        round: round_of(request.round())?,
        decision,
        given,
        reason: optional_text("reason", &request.reason, LONG_TEXT)?,
        version: request.version,
        judge: judge(agency),
    })
}

/// The time of the decision that was looked at, none where there was none; nothing where that is not said.
fn seen(request: &pb::AppraiseEntryRequest) -> Result<Option<Option<Instant>>, BadField> {
    let time = |seen: &pb::SeenRuling| {
        let at = seen.at.as_ref();
        at.map(|at| instant("seen_ruling.at", Some(at))).transpose()
    };
    request.seen_ruling.as_ref().map(time).transpose()
}

/// For the journal.
fn change(place: &Place, round: Round, before: Option<StoredRuling>, after: StoredRuling) -> Change {
    Change {
        act: match round {
            Round::First => "entry.appraise_1",
            Round::Second => "entry.appraise_2",
        },
        object: place.object(),
        before: before.map(|ruling| ruling.to_json()),
        after: after.to_json(),
        reason: after.reason,
    }
}

fn stored(
    ruling: &Ruling,
    scored: Scored,
    agency: Option<UnitCode>,
    (by, at): (String, Instant),
) -> StoredRuling {
    StoredRuling {
        decision: ruling.decision,
        input: match &ruling.given {
            Given::Input(input) => Some(input.clone()),
            Given::Points(_) => None,
        },
        points: match scored {
            Scored::Points(points) => Some(points),
            Scored::NotApplicable => None,
        },
        reason: ruling.reason.clone(),
        agency,
        by,
        at,
        version: ruling.version,
    }
}
