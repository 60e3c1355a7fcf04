//! Penalties: proposed by the council's agencies, answered by the unit, decided by the chair.

use axum::extract::State;
use axum::response::Response;
use chiso_domain::cycle::{Criterion, Cycle, Rule, Window};
use chiso_domain::kernel::{PenaltyId, UnitCode};
use chiso_wire::ledger as pb;

use super::super::at::At;
use super::super::errors::Errors;
use super::super::ledger::penalties;
use super::super::me::Me;
use super::super::posted::{Posted, Typed};
use super::super::save::{DONE, Refused, refused, see, send};
use super::super::state::Web;
use super::super::trouble::{Answer, Trouble};
use super::form::{self, JUDGE_NAMES, PROPOSE_NAMES, kind_value, of_penalty};
use super::load::{Bench, closings};
use super::view_penalties::{Shown, page};

/// The unit that a penalty is proposed for.
pub(super) const UNIT: &str = "don-vi";

pub(super) async fn show(State(web): State<Web>, me: Me, at: At) -> Answer {
    let bench = Bench::of(&web, &me, &at).await?;
    let (unit, done) = (
        at.query(UNIT).unwrap_or_default(),
        at.query(DONE).unwrap_or_default(),
    );
    shown(
        &web,
        &me,
        (&bench, unit, done),
        (&Typed::default(), &Errors::new(me.w)),
    )
    .await
}

pub(super) async fn propose(State(web): State<Web>, me: Me, at: At, posted: Posted) -> Answer {
    let bench = Bench::of(&web, &me, &at).await?;
    let unit = posted.text(UNIT).to_owned();
    let (cycle, kinds) = (bench.cycle.code.as_str(), kinds(&bench, &unit));
    let asked = match form::penalty(me.w, (cycle, &unit), &kinds, &posted) {
        Ok(asked) => asked,
        Err(errors) => return again(&web, &me, (&bench, &unit), &posted, &Refused::Again(errors)).await,
    };
    let mut ledger = web.ledger();
    match send(me.w, PROPOSE_NAMES, ledger.propose_penalty(web.ask(&me, asked))).await? {
        Ok(reply) => Ok(see(&done_href(
            cycle,
            &reply.penalty.unwrap_or_default().penalty_id,
        ))),
        Err(why) => again(&web, &me, (&bench, &unit), &posted, &why).await,
    }
}

pub(super) async fn decide(State(web): State<Web>, me: Me, at: At, posted: Posted) -> Answer {
    let bench = Bench::of(&web, &me, &at).await?;
    let penalty = at.code::<PenaltyId>("penalty")?.to_string();
    match decided(&web, &me, &penalty, &posted).await? {
        Ok(()) => Ok(see(&done_href(bench.cycle.code.as_str(), &penalty))),
        Err(why) => again(&web, &me, (&bench, ""), &posted, &why).await,
    }
}

/// Sends the chair's decision. What is refused of it is shown at the fields of that penalty.
async fn decided(web: &Web, me: &Me, penalty: &str, posted: &Posted) -> Result<Result<(), Refused>, Trouble> {
    let asked = match form::judgement(me.w, penalty, posted) {
        Ok(asked) => asked,
        Err(errors) => return Ok(Err(Refused::Again(errors))),
    };
    let sent = send(me.w, JUDGE_NAMES, web.ledger().decide_penalty(web.ask(me, asked))).await?;
    let own = |why: Refused| why.renamed(|field| of_penalty(field, penalty));
    Ok(sent.map(|_| ()).map_err(own))
}

/// The list, with a word that a penalty was saved.
fn done_href(cycle: &str, penalty: &str) -> String {
    format!("{}?{DONE}={penalty}", super::penalties_href(cycle))
}

/// The penalty rows of a unit that are the person's to propose on.
pub(super) fn rows<'b>(bench: &'b Bench, unit: &UnitCode) -> Vec<&'b Criterion> {
    let rows = bench
        .cycle
        .index_set(unit)
        .into_iter()
        .flat_map(|set| set.leaves());
    rows.filter(|row| matches!(row.rule, Rule::Penalty { .. }) && bench.proposes(unit, row))
        .collect()
}

/// Every kind of them, as it is chosen.
fn kinds(bench: &Bench, unit: &str) -> Vec<String> {
    let unit: Option<UnitCode> = unit.parse().ok();
    let rows = unit.map(|unit| rows(bench, &unit)).unwrap_or_default();
    let of = |row: &Criterion| -> Vec<String> {
        match &row.rule {
            Rule::Penalty { kinds, .. } => (0..kinds.len()).map(|at| kind_value(row, at)).collect(),
            _ => Vec::new(),
        }
    };
    rows.into_iter().flat_map(of).collect()
}

/// Whether penalties of a unit are taken now: while round 1 or the explanations run.
pub(super) fn is_time(bench: &Bench, unit: &UnitCode) -> bool {
    let windows = [Window::Appraisal1, Window::Explanation];
    windows
        .into_iter()
        .any(|window| bench.phase(window, unit).is_open())
}

async fn shown(
    web: &Web,
    me: &Me,
    (bench, unit, done): (&Bench, &str, &str),
    (typed, errors): (&Typed, &Errors),
) -> Result<Response, Trouble> {
    let closed = closings(web, me, bench).await?;
    let mut all = penalties(web, me, &bench.cycle.code, None).await?;
    let order = bench.cycle.units_in_order();
    all.sort_by_cached_key(|one| order.iter().position(|unit| unit.code.as_str() == one.unit));
    Ok(page(&Shown {
        w: me.w,
        web,
        me,
        bench,
        unit: bench.unit(unit),
        done,
        all: &all,
        closed: &closed,
        typed,
        errors,
    }))
}

async fn again(web: &Web, me: &Me, (bench, unit): (&Bench, &str), posted: &Posted, why: &Refused) -> Answer {
    let page = shown(web, me, (bench, unit, ""), (&posted.typed(), why.errors())).await?;
    Ok(refused(posted, why, |_: &Typed, _: &Errors| page))
}

/// How many proposals wait for the chair, who decides from the beginning of round 2 on.
pub(in crate::web) async fn waiting(web: &Web, me: &Me, cycle: &Cycle) -> Result<usize, Trouble> {
    let second = cycle.calendar.span(Window::Appraisal2, None);
    if second.is_none_or(|span| web.now() < span.start) {
        return Ok(0);
    }
    let all = penalties(web, me, &cycle.code, None).await?;
    let proposed = |penalty: &&pb::Penalty| penalty.state() == pb::PenaltyState::Proposed;
    Ok(all.iter().filter(proposed).count())
}
