//! The organiser's page of the rounds: what stands in the way of closing them, closing, and giving leaves to another
//! agency.

use axum::extract::State;
use axum::response::Response;
use chiso_domain::appraisal::Round;
use chiso_wire::ledger as pb;
use chiso_wire::registry as registry_pb;

use super::super::at::At;
use super::super::errors::Errors;
use super::super::ledger::penalties;
use super::super::me::Me;
use super::super::posted::{Posted, Typed};
use super::super::save::{Refused, refused, see, send};
use super::super::state::Web;
use super::super::trouble::{Answer, Trouble};
use super::form::{self, REASSIGN_NAMES};
use super::load::{Bench, closings, gaps};
use super::view_rounds::{Shown, page};

/// The field of which round is closed.
pub(super) const ROUND: &str = "lan";

pub(super) async fn show(State(web): State<Web>, me: Me, at: At) -> Answer {
    let bench = Bench::of(&web, &me, &at).await?;
    shown(&web, &me, &bench, (&Typed::default(), &Errors::new(me.w))).await
}

pub(super) async fn close(State(web): State<Web>, me: Me, at: At, posted: Posted) -> Answer {
    let bench = Bench::of(&web, &me, &at).await?;
    let (cycle, asked) = (bench.cycle.code.to_string(), closing(&bench, &posted)?);
    match send(me.w, &[], web.ledger().close_round(web.ask(&me, asked))).await? {
        Ok(_) => Ok(see(&super::rounds_href(&cycle))),
        Err(why) => again(&web, &me, &bench, &posted, &why).await,
    }
}

/// Which round is to be closed. The form has no other than the two.
fn closing(bench: &Bench, posted: &Posted) -> Result<pb::CloseRoundRequest, Trouble> {
    let round = match posted.text(ROUND) {
        "1" => pb::Round::Round1,
        "2" => pb::Round::Round2,
        _ => return Err(Trouble::unreadable()),
    };
    Ok(pb::CloseRoundRequest {
        request_id: posted.request_id().to_owned(),
        cycle: bench.cycle.code.to_string(),
        round: round.into(),
    })
}

pub(super) async fn reassign(State(web): State<Web>, me: Me, at: At, posted: Posted) -> Answer {
    let bench = Bench::of(&web, &me, &at).await?;
    let cycle = bench.cycle.code.as_str();
    let sent = match form::reassignment(me.w, cycle, &posted) {
        Ok(asked) => hand_over(&web, &me, asked).await?,
        Err(errors) => Err(Refused::Again(errors)),
    };
    match sent {
        Ok(()) => Ok(see(&format!("{}#giao-lai", super::rounds_href(cycle)))),
        Err(why) => again(&web, &me, &bench, &posted, &why).await,
    }
}

async fn hand_over(
    web: &Web,
    me: &Me,
    asked: registry_pb::ReassignAppraiserRequest,
) -> Result<Result<(), Refused>, Trouble> {
    let mut registry = web.registry();
    let sent = send(
        me.w,
        REASSIGN_NAMES,
        registry.reassign_appraiser(web.ask(me, asked)),
    )
    .await?;
    Ok(sent.map(|_frame| ()))
}

async fn shown(
    web: &Web,
    me: &Me,
    bench: &Bench,
    (typed, errors): (&Typed, &Errors),
) -> Result<Response, Trouble> {
    if !bench.sees_open() {
        return Err(Trouble::missing());
    }
    // As it stands now: the frame that pages share may be a second old.
    let cycle = bench.cycle.code.to_string();
    let asked = web.ask(me, registry_pb::GetCycleRequest { cycle });
    let frame = web.registry().get_cycle(asked).await?.into_inner().cycle;
    let closed = closings(web, me, bench).await?;
    let first = gaps(web, me, bench, pb::Round::Round1).await?;
    let second = gaps(web, me, bench, pb::Round::Round2).await?;
    let penalties = penalties(web, me, &bench.cycle.code, None).await?;
    Ok(page(&Shown {
        w: me.w,
        web,
        me,
        bench,
        gaps: [(Round::First, first), (Round::Second, second)],
        proposed: penalties
            .iter()
            .filter(|penalty| penalty.state() == pb::PenaltyState::Proposed)
            .count(),
        reassignments: frame.map(|frame| frame.reassignments).unwrap_or_default(),
        closed: &closed,
        typed,
        errors,
    }))
}

async fn again(web: &Web, me: &Me, bench: &Bench, posted: &Posted, why: &Refused) -> Answer {
    let page = shown(web, me, bench, (&posted.typed(), why.errors())).await?;
    Ok(refused(posted, why, |_: &Typed, _: &Errors| page))
}
