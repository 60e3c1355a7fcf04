//! How far a cycle is: what each window is for, and what each unit still owes. What is late comes first.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::State;
use chiso_domain::cycle::{Cycle, Window};
use chiso_domain::kernel::{Instant, Span, UnitCode};
use chiso_wire::ledger::{Gap, GetRoundsRequest, Round, Sheet, SheetState};
use chiso_wire::recheck::LotState;
use chiso_wire::{leaders, ranking, survey};
use futures_util::future::{join, join4};

use super::super::at::At;
use super::super::errors::Errors;
use super::super::me::Me;
use super::super::recheck::lots_of;
use super::super::state::Web;
use super::super::trouble::{Answer, Trouble};
use super::load::{self, count};
use super::parts::{Stand, Told, Work, slips, stand};
use super::{WATCHERS, view, view_progress};

#[derive(Clone, Copy, Debug)]
pub(super) struct Part {
    pub(super) work: Work,
    pub(super) span: Option<Span>,
    pub(super) told: Told,
    pub(super) stand: Stand,
    /// Somebody is late, and may still act.
    pub(super) can_remind: bool,
}

/// What a unit still owes, and what is still owed about it.
#[derive(Clone, Debug)]
pub(super) struct OfUnit {
    pub(super) code: UnitCode,
    pub(super) sheet: Option<Sheet>,
    /// Its time for scoring itself is over.
    pub(super) scoring_over: bool,
    pub(super) valid: i64,
    pub(super) planned: i64,
    /// Groups that are short, without a decision.
    pub(super) short: i64,
    pub(super) gaps: i64,
    pub(super) missing: i64,
}

impl OfUnit {
    fn unsent(&self) -> bool {
        let state = self.sheet.as_ref().map(Sheet::state);
        !matches!(state, Some(SheetState::Submitted | SheetState::AutoLocked))
    }

    pub(super) fn late_sheet(&self) -> bool {
        self.scoring_over && self.unsent()
    }
}

#[derive(Clone, Debug)]
pub(super) struct Progress {
    pub(super) cycle: Arc<Cycle>,
    pub(super) parts: Vec<Part>,
    pub(super) units: Vec<OfUnit>,
    /// The round whose gaps are counted.
    pub(super) round: Option<Round>,
    /// Ties that wait for the council.
    pub(super) ties: usize,
    /// Of which services there was an answer.
    pub(super) known: Known,
}

/// What of the units could be asked for; the rest is no zero.
#[derive(Clone, Copy, Debug)]
pub(super) struct Known {
    pub(super) sheets: bool,
    pub(super) slips: bool,
    pub(super) gaps: bool,
    pub(super) missing: bool,
}

pub(super) async fn show(State(web): State<Web>, me: Me, at: At) -> Answer {
    let Some(cycle) = load::cycle(&web, &me, &at, WATCHERS).await? else {
        return Ok(view::unopened(&me, at.part("cycle")));
    };
    let progress = of(&web, &me, cycle).await;
    Ok(view_progress::show(&web, &me, &at, &progress, &Errors::new(me.w)))
}

/// A round of the appraisal that has begun.
#[derive(Clone, Debug)]
struct OfRound {
    round: Round,
    closed: bool,
    /// What keeps it from closing.
    gaps: Vec<Gap>,
}

/// What the services say. One that does not answer keeps nobody from what the others say.
#[derive(Debug)]
struct Found {
    sheets: Result<BTreeMap<String, Sheet>, Trouble>,
    groups: Result<Vec<survey::GroupProgress>, Trouble>,
    rounds: Result<Vec<OfRound>, Trouble>,
    leaders: Result<leaders::GetProgressResponse, Trouble>,
    lots: Result<Vec<chiso_wire::recheck::Lot>, Trouble>,
    readiness: Result<ranking::GetReadinessResponse, Trouble>,
}

/// How far a cycle is.
pub(super) async fn of(web: &Web, me: &Me, cycle: Arc<Cycle>) -> Progress {
    let first = join4(
        load::sheets(web, me, &cycle),
        groups(web, me, &cycle),
        rounds(web, me, &cycle),
        leaders(web, me, &cycle),
    );
    let second = join(lots_of(web, me, &cycle.code), readiness(web, me, &cycle));
    let ((sheets, groups, rounds, leaders), (lots, readiness)) = join(first, second).await;
    let found = Found {
        sheets,
        groups,
        rounds,
        leaders,
        lots,
        readiness,
    };
    let last = found.rounds.as_ref().ok().and_then(|rounds| rounds.last());
    let round = last.map(|of| of.round);
    let known = Known {
        sheets: found.sheets.is_ok(),
        slips: found.groups.is_ok(),
        gaps: round.is_some(),
        missing: found.readiness.is_ok(),
    };
    let ties = found.readiness.as_ref().map_or(0, |told| told.open_ties.len());
    Progress {
        parts: parts(&cycle, &found, me.now),
        units: of_units(&cycle, found, me.now),
        round,
        ties,
        known,
        cycle,
    }
}

/// The rounds that have begun, in their order.
async fn rounds(web: &Web, me: &Me, cycle: &Cycle) -> Result<Vec<OfRound>, Trouble> {
    let asked = GetRoundsRequest {
        cycle: cycle.code.to_string(),
    };
    let told = web.ledger().get_rounds(web.ask(me, asked)).await?.into_inner();
    let mut rounds = Vec::new();
    for (window, round) in [
        (Window::Appraisal1, Round::Round1),
        (Window::Appraisal2, Round::Round2),
    ] {
        let span = cycle.calendar.span(window, None);
        if span.is_none_or(|span| me.now < span.start) {
            continue;
        }
        let closed = told.closed.iter().any(|of| of.round() == round);
        let gaps = if closed {
            Vec::new()
        } else {
            load::gaps(web, me, cycle, round).await?
        };
        rounds.push(OfRound { round, closed, gaps });
    }
    Ok(rounds)
}

async fn groups(web: &Web, me: &Me, cycle: &Cycle) -> Result<Vec<survey::GroupProgress>, Trouble> {
    let asked = survey::GetProgressRequest {
        cycle: cycle.code.to_string(),
        unit: String::new(),
    };
    let reply = web.survey().get_progress(web.ask(me, asked)).await?;
    Ok(reply.into_inner().progress)
}

async fn leaders(web: &Web, me: &Me, cycle: &Cycle) -> Result<leaders::GetProgressResponse, Trouble> {
    let asked = leaders::GetProgressRequest {
        cycle: cycle.code.to_string(),
    };
    match web.leaders().get_progress(web.ask(me, asked)).await {
        Ok(reply) => Ok(reply.into_inner()),
        // Nobody is named yet: none of none has sent.
        Err(status) if chiso_platform::error::reason_of(&status) == "PANEL_NOT_SET" => {
            Ok(leaders::GetProgressResponse::default())
        }
        Err(status) => Err(status.into()),
    }
}

pub(super) async fn readiness(
    web: &Web,
    me: &Me,
    cycle: &Cycle,
) -> Result<ranking::GetReadinessResponse, Trouble> {
    let asked = ranking::GetReadinessRequest {
        cycle: cycle.code.to_string(),
    };
    let reply = web.ranking().get_readiness(web.ask(me, asked)).await?;
    Ok(reply.into_inner())
}

/// Late ones first; of equals, what ends sooner.
fn parts(cycle: &Cycle, found: &Found, now: Instant) -> Vec<Part> {
    let part = |(work, window, _): (Work, Option<Window>, _)| {
        let span = window.and_then(|window| cycle.calendar.whole(window));
        let ahead = span.is_some_and(|span| now < span.start);
        let told = if ahead { Told::Ahead } else { told(found, work) };
        let open = window.is_some_and(|window| is_open(cycle, window, now));
        Part {
            work,
            span,
            told,
            stand: stand(work, told, (span, now)),
            can_remind: open && told.is_wanting(),
        }
    };
    let mut parts: Vec<Part> = Work::ALL.into_iter().map(part).collect();
    // A year without a time for it has no such work.
    parts.retain(|part| part.work != Work::Explanation || part.span.is_some());
    parts.sort_by_key(|part| (part.stand, part.span.map(|span| span.end)));
    parts
}

/// Whether those who are late may still act. Rounds of the appraisal end for all units together.
fn is_open(cycle: &Cycle, window: Window, now: Instant) -> bool {
    match window {
        Window::Appraisal1 | Window::Appraisal2 => cycle.calendar.check(window, None, now).is_ok(),
        _ => cycle.calendar.check_some(window, now).is_ok(),
    }
}

fn told(found: &Found, work: Work) -> Told {
    let told = match work {
        Work::Survey => found.groups.as_ref().ok().map(|groups| slips(groups)),
        Work::Recheck => found.lots.as_ref().ok().map(|lots| {
            let all = lots.iter().map(|lot| i64::from(lot.cases)).sum();
            let open: i64 = lots.iter().map(|lot| i64::from(lot.open_cases)).sum();
            let done = all - open;
            // Nothing of a lot is final before it is concluded.
            if lots.iter().all(|lot| lot.state() == LotState::Concluded) {
                Told::Of { done, all }
            } else {
                Told::Unconcluded { done, all }
            }
        }),
        Work::SelfScoring => found.sheets.as_ref().ok().map(|sheets| {
            let sent =
                |sheet: &&Sheet| matches!(sheet.state(), SheetState::Submitted | SheetState::AutoLocked);
            let done = count(sheets.values().filter(sent).count());
            let all = count(sheets.len());
            Told::Of { done, all }
        }),
        Work::Appraisal1 => of_round(found, Round::Round1),
        // Before round 1 is closed there is nothing to answer.
        Work::Explanation => match of_round(found, Round::Round1) {
            Some(Told::Closed) => found.sheets.as_ref().ok().map(answers),
            told => told.map(|_| Told::Ahead),
        },
        Work::Appraisal2 => of_round(found, Round::Round2),
        Work::Leaders => found.leaders.as_ref().ok().map(|told| {
            let done = told
                .leaders
                .iter()
                .filter(|leader| leader.sent_at.is_some())
                .count();
            let (done, all) = (count(done), count(told.leaders.len()));
            if told.closed {
                Told::Closed
            } else {
                Told::Of { done, all }
            }
        }),
        Work::Ranking => found
            .readiness
            .as_ref()
            .ok()
            .map(|told| Told::Missing(count(told.missing.len()))),
    };
    told.unwrap_or(Told::Unknown)
}

/// What units answered of what they were asked between the appraisals.
fn answers(sheets: &BTreeMap<String, Sheet>) -> Told {
    let sum = |of: fn(&Sheet) -> i32| sheets.values().map(|sheet| i64::from(of(sheet))).sum();
    Told::Of {
        done: sum(|sheet| sheet.answers),
        all: sum(|sheet| sheet.questions),
    }
}

fn of_round(found: &Found, round: Round) -> Option<Told> {
    let rounds = found.rounds.as_ref().ok()?;
    let own = rounds.iter().find(|of| of.round == round)?;
    Some(if own.closed {
        Told::Closed
    } else {
        Told::Gaps(count(own.gaps.len()))
    })
}

/// Whoever is late first, then in the official order.
fn of_units(cycle: &Cycle, found: Found, now: Instant) -> Vec<OfUnit> {
    let groups = found.groups.unwrap_or_default();
    let last = found.rounds.ok().and_then(|mut rounds| rounds.pop());
    let gaps = last.map(|of| of.gaps).unwrap_or_default();
    let missing = found.readiness.map(|told| told.missing).unwrap_or_default();
    let mut sheets = found.sheets.unwrap_or_default();
    let mut rows: BTreeMap<String, OfUnit> = BTreeMap::new();
    for unit in cycle.units.values() {
        let code = unit.code.to_string();
        let span = cycle.calendar.span(Window::SelfScoring, Some(&unit.code));
        let row = OfUnit {
            code: unit.code.clone(),
            sheet: sheets.remove(&code),
            scoring_over: span.is_some_and(|span| span.end <= now),
            valid: 0,
            planned: 0,
            short: 0,
            gaps: 0,
            missing: 0,
        };
        rows.insert(code, row);
    }
    for group in &groups {
        if let Some(row) = rows.get_mut(&group.unit) {
            row.valid += i64::from(group.valid);
            row.planned += i64::from(group.planned);
            row.short += i64::from(group.short);
        }
    }
    for gap in &gaps {
        if let Some(row) = rows.get_mut(&gap.unit) {
            row.gaps += 1;
        }
    }
    for leaf in &missing {
        if let Some(row) = rows.get_mut(&leaf.unit) {
            row.missing += 1;
        }
    }
    let order: BTreeMap<&UnitCode, usize> = cycle
        .units_in_order()
        .into_iter()
        .enumerate()
        .map(|(at, unit)| (&unit.code, at))
        .collect();
    let mut rows: Vec<OfUnit> = rows.into_values().collect();
    rows.sort_by_key(|row| {
        let place = order.get(&row.code).copied().unwrap_or_default();
        (!row.late_sheet(), std::cmp::Reverse(row.missing), place)
    });
    rows
}
