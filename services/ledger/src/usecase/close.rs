//! Closing a round, and what keeps it from closing (A9).

use std::collections::BTreeMap;

use chiso_domain::appraisal::{Act, Gap, Round, SheetState, gap};
use chiso_domain::cycle::{Cycle, Window, WindowRefusal};
use chiso_domain::index_points::{NewPoints, Source};
use chiso_domain::kernel::{CriterionCode, CycleCode, Refusal, UnitCode};
use chiso_platform::auth::Caller;
use chiso_platform::db::Reads;
use chiso_platform::once::Once;
use chiso_platform::page::Page;
use chiso_platform::{Error, feed};
use chiso_wire::convert::{parse, timestamp};
use chiso_wire::kernel::Receipt;
use chiso_wire::ledger as pb;

use super::appraise::round_of;
use super::post::{self, Standing};
use super::sheet::settle;
use super::{Change, penalty_points, record};
use crate::error::LedgerRefusal;
use crate::policy::{self, Viewer};
use crate::store;
use crate::store::entry::Entry;
use crate::store::ruling::StoredRuling;
use crate::{SERVICE, Service, letters};

/// Most gaps that one error names: more would not fit into the reply's headers. `ListGaps` has them all.
pub(super) const NAMED_GAPS: usize = 60;

impl Service {
    /// Closes a round and posts its result.
    ///
    /// # Errors
    /// `ROUND_HAS_GAPS` and `PENALTIES_UNDECIDED` naming them, `WINDOW_STILL_OPEN`, `ROUND_CLOSED`,
    /// `ROUND_NOT_CLOSED`, and the common ones.
    pub async fn close_round(
        &self,
        caller: &Caller,
        request: &pb::CloseRoundRequest,
    ) -> Result<pb::CloseRoundResponse, Error> {
        let now = self.ctx.clock.now();
        let code: CycleCode = parse("cycle", &request.cycle)?;
        let round = round_of(request.round())?;
        caller.require(policy::ORGANISE, Some(&code))?;
        let cycle = self.ctx.cycles.fresh(&code).await?;
        let once = Once::new(SERVICE, "CloseRound", caller, &request.request_id, request)?;
        let mut tx = self.ctx.db.begin().await?;
        if let Some(reply) = once.replay(&mut tx).await? {
            return Ok(reply);
        }
        store::sheet::progress(&mut tx, &code)
            .await?
            .check(Act::Close(round), SheetState::Submitted)?;
        let (window, before) = match round {
            Round::First => (Window::Appraisal1, Window::SelfScoring),
            Round::Second => (Window::Appraisal2, Window::Explanation),
        };
        cycle.calendar.check_over(before, now)?;
        if let Some(early @ WindowRefusal::NotYet(..)) = cycle.calendar.check(window, None, now).err() {
            return Err(early.into());
        }
        for unit in cycle.units.keys() {
            settle(&mut tx, &cycle, unit, now).await?;
        }
        let state = State::load(&mut tx, &code, round).await?;
        refuse_gaps(&state.gaps(&cycle))?;
        let mut posts = state.results(&cycle, round);
        if round == Round::Second {
            posts.extend(penalty_points::all(&mut tx, &cycle).await?);
        }
        store::sheet::close(&mut tx, &code, round, &caller.actor(), now).await?;
        let new = feed::post(&mut tx, SERVICE, Source::Ledger, now, posts).await?;
        let change = Change {
            act: "round.close",
            object: format!("{code}/round-{}", round.number()),
            before: None,
            after: serde_json::json!({ "round": round, "posts": new }),
            reason: String::new(),
        };
        record(&mut tx, caller, now, change).await?;
        if round == Round::First {
            let wanted = letters::evidence_wanted(&cycle, &state.rulings, now);
            self.ctx.mail.post(&mut tx, SERVICE, now, &wanted).await?;
        }
        let receipt = Receipt {
            request_id: request.request_id.clone(),
            at: Some(timestamp(now)),
        };
        let reply = pb::CloseRoundResponse {
            receipt: Some(receipt),
        };
        once.remember(&mut tx, now, &reply).await?;
        tx.commit().await?;
        self.ctx.bells.ring(Source::Ledger);
        self.ctx.mail.ring();
        Ok(reply)
    }

    /// Every leaf that keeps a round from closing, in the order of unit and leaf; an appraiser sees those of
    /// their agency.
    ///
    /// # Errors
    /// The common ones.
    pub async fn list_gaps(
        &self,
        caller: &Caller,
        request: &pb::ListGapsRequest,
    ) -> Result<pb::ListGapsResponse, Error> {
        let code: CycleCode = parse("cycle", &request.cycle)?;
        let round = round_of(request.round())?;
        let actor = caller.require(policy::GAPS, Some(&code))?;
        let viewer = Viewer::of(&actor);
        let page = Page::of(request.page_size, &request.page_token)?;
        let cycle = self.ctx.cycles.get(&code).await?;
        let key = |gap: &pb::Gap| format!("{}/{}", gap.unit, gap.criterion);
        let mut gaps = open_gaps(&mut &self.ctx.db, &cycle, round).await?;
        gaps.retain(|gap| viewer.sees_gap_of(gap.agency.parse().ok().as_ref()));
        gaps.sort_by_key(key);
        let from = page
            .after
            .as_ref()
            .map_or(0, |after| gaps.partition_point(|gap| key(gap) <= *after));
        let (gaps, next_page_token) = page.cut(gaps.into_iter().skip(from).collect(), key);
        Ok(pb::ListGapsResponse {
            gaps,
            next_page_token,
        })
    }
}

/// What keeps a round open. Nothing keeps one that is closed, though units go on changing their entries.
async fn open_gaps(reads: &mut impl Reads, cycle: &Cycle, round: Round) -> Result<Vec<pb::Gap>, Error> {
    if store::sheet::progress(reads, &cycle.code).await?.is_closed(round) {
        return Ok(Vec::new());
    }
    Ok(State::load(reads, &cycle.code, round).await?.gaps(cycle))
}

/// How many leaves each agency has still to appraise.
pub(super) async fn gaps_by_agency(
    reads: &mut impl Reads,
    cycle: &Cycle,
    round: Round,
) -> Result<BTreeMap<String, usize>, Error> {
    let mut agencies = BTreeMap::new();
    for gap in open_gaps(reads, cycle, round).await? {
        if !gap.agency.is_empty() {
            *agencies.entry(gap.agency).or_default() += 1;
        }
    }
    Ok(agencies)
}

/// All that a round's end looks at.
struct State {
    entries: BTreeMap<UnitCode, BTreeMap<CriterionCode, Entry>>,
    rulings: BTreeMap<(UnitCode, CriterionCode), StoredRuling>,
}

impl State {
    async fn load(reads: &mut impl Reads, cycle: &CycleCode, round: Round) -> Result<Self, Error> {
        let mut entries: BTreeMap<UnitCode, BTreeMap<CriterionCode, Entry>> = BTreeMap::new();
        for ((unit, leaf), entry) in store::entry::of_cycle(reads, cycle).await? {
            entries.entry(unit).or_default().insert(leaf, entry);
        }
        Ok(Self {
            entries,
            rulings: store::ruling::of_round(reads, cycle, round).await?,
        })
    }

    fn gaps(&self, cycle: &Cycle) -> Vec<pb::Gap> {
        let mut gaps = Vec::new();
        for unit in cycle.units_in_order() {
            let Some(entries) = self.entries.get(&unit.code) else {
                continue;
            };
            for (leaf, entry) in post::open_leaves(cycle, &unit.code, entries) {
                let Some(entry) = entry else { continue };
                let judged = self
                    .rulings
                    .get(&(unit.code.clone(), leaf.clone()))
                    .map(|ruling| ruling.version);
                if let Some(gap) = gap(entry.input.is_some(), judged, entry.version) {
                    gaps.push(pb::Gap {
                        unit: unit.code.to_string(),
                        criterion: leaf.to_string(),
                        agency: cycle
                            .appraiser(&unit.code, leaf)
                            .map(|a| a.to_string())
                            .unwrap_or_default(),
                        stale: gap == Gap::Stale,
                    });
                }
            }
        }
        gaps
    }

    fn results(&self, cycle: &Cycle, round: Round) -> Vec<NewPoints> {
        let standing: Standing = match round {
            Round::First => post::APPRAISED_ONCE,
            Round::Second => post::APPRAISED,
        };
        let none = BTreeMap::new();
        let of_unit = |unit: &UnitCode| {
            let entries = self.entries.get(unit).unwrap_or(&none);
            post::appraised(cycle, unit, entries, &self.rulings, standing)
        };
        cycle
            .units_in_order()
            .into_iter()
            .flat_map(|unit| of_unit(&unit.code))
            .collect()
    }
}

fn refuse_gaps(gaps: &[pb::Gap]) -> Result<(), Error> {
    if gaps.is_empty() {
        return Ok(());
    }
    let refusal = LedgerRefusal::RoundHasGaps(gaps.len());
    let named = gaps.iter().take(NAMED_GAPS).map(|gap| {
        let agency = if gap.agency.is_empty() {
            "chưa phân công"
        } else {
            &gap.agency
        };
        let what = if gap.stale {
            "thẩm định lại, nội dung đã thay đổi"
        } else {
            "chưa thẩm định"
        };
        (
            format!("{}/{}", gap.unit, gap.criterion),
            format!("{agency}: {what}"),
        )
    });
    Err(Error::obstacles(refusal.reason(), refusal.vi(), named.collect()))
}
