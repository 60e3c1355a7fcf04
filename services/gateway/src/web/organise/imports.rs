//! Units and index sets: what there is, and another workbook instead of it. A workbook is looked at first, if one likes:
//! then the page says what it would change.

use axum::extract::{Request, State};
use axum::response::Response;
use chiso_domain::cycle::UnitType;
use chiso_domain::kernel::UnitTypeCode;
use chiso_wire::registry as pb;

use super::super::at::At;
use super::super::errors::{Errors, Names};
use super::super::me::Me;
use super::super::posted::Typed;
use super::super::save::{DONE, refused, see};
use super::super::state::Web;
use super::super::trouble::{Answer, Trouble};
use super::book::{self, FILE, Sent, Why};
use super::desk::{self, Desk};
use super::load::{self, Frame};
use super::view_imports::{self as view, Looked};

const NAMES: &Names = &[("xlsx", FILE)];

/// What a workbook is for.
#[derive(Clone, Debug)]
pub(super) enum Goal {
    /// All unit types and units.
    Units,
    /// The index set of one type.
    IndexSet(UnitType),
}

impl Goal {
    fn of(at: &At, frame: &Frame) -> Result<Self, Trouble> {
        if at.part("type").is_empty() {
            return Ok(Self::Units);
        }
        let code: UnitTypeCode = at.code("type")?;
        let found = frame.cycle.unit_types.get(&code);
        found.cloned().map(Self::IndexSet).ok_or_else(Trouble::missing)
    }

    /// Below the cycle's address.
    pub(super) fn path(&self) -> String {
        match self {
            Self::Units => "/don-vi".to_owned(),
            Self::IndexSet(one) => format!("/bo-chi-so/{}", one.code),
        }
    }
}

/// The list of index sets, each with the page of its own.
pub(super) async fn sets(State(web): State<Web>, me: Me, at: At) -> Answer {
    desk::open(&web, &me, &at, view::sets).await
}

pub(super) async fn show(State(web): State<Web>, me: Me, at: At) -> Answer {
    let frame = load::frame(&web, &me, &at).await?;
    let goal = Goal::of(&at, &frame)?;
    let desk = Desk {
        web: &web,
        me: &me,
        frame: &frame,
        typed: &Typed::default(),
        errors: &Errors::new(me.w),
        done: at.query(DONE),
        seen: frame.cycle.version,
    };
    Ok(view::page(&desk, &goal, &Looked::default()))
}

pub(super) async fn take(State(web): State<Web>, me: Me, at: At, request: Request) -> Answer {
    let frame = load::frame(&web, &me, &at).await?;
    let goal = Goal::of(&at, &frame)?;
    let sent = book::read(&web, request).await?;
    match import(&web, &me, &frame, &goal, &sent).await? {
        Ok(()) => Ok(see(&format!(
            "{}{}?{DONE}=1",
            super::href(at.part("cycle")),
            goal.path()
        ))),
        Err(why) => again((&web, &me, &at), &goal, &sent, &why).await,
    }
}

pub(super) async fn look(State(web): State<Web>, me: Me, at: At, request: Request) -> Answer {
    let frame = load::frame(&web, &me, &at).await?;
    let goal = Goal::of(&at, &frame)?;
    let sent = book::read(&web, request).await?;
    match check(&web, &me, &frame, &goal, &sent).await? {
        Ok(looked) => Ok(shown((&web, &me, &frame), &goal, &looked)),
        Err(why) => again((&web, &me, &at), &goal, &sent, &why).await,
    }
}

async fn import(
    web: &Web,
    me: &Me,
    frame: &Frame,
    goal: &Goal,
    sent: &Sent,
) -> Result<Result<(), Why>, Trouble> {
    let Some(xlsx) = sent.xlsx.clone() else {
        return Ok(Err(Why::missing(me.w)));
    };
    let (request_id, cycle) = (sent.posted.request_id().to_owned(), frame.cycle.code.to_string());
    let seen_version = desk::seen(&sent.posted);
    let taken = match goal {
        Goal::Units => {
            let asked = pb::ImportUnitsRequest {
                request_id,
                cycle,
                xlsx: xlsx.into(),
                seen_version,
            };
            let call = async { web.registry().import_units(web.ask(me, asked)).await };
            book::import(me.w, NAMES, call).await?.map(|_| ())
        }
        Goal::IndexSet(one) => {
            let asked = pb::ImportIndexSetRequest {
                request_id,
                cycle,
                unit_type: one.code.to_string(),
                xlsx: xlsx.into(),
                seen_version,
            };
            let call = async { web.registry().import_index_set(web.ask(me, asked)).await };
            book::import(me.w, NAMES, call).await?.map(|_| ())
        }
    };
    Ok(taken)
}

async fn check(
    web: &Web,
    me: &Me,
    frame: &Frame,
    goal: &Goal,
    sent: &Sent,
) -> Result<Result<Looked, Why>, Trouble> {
    let Some(xlsx) = sent.xlsx.clone() else {
        return Ok(Err(Why::missing(me.w)));
    };
    let cycle = frame.cycle.code.to_string();
    let looked = match goal {
        Goal::Units => {
            let asked = pb::CheckUnitsRequest {
                cycle,
                xlsx: xlsx.into(),
            };
            let call = async { web.registry().check_units(web.ask(me, asked)).await };
            book::import(me.w, NAMES, call).await?.map(Looked::of_units)
        }
        Goal::IndexSet(one) => {
            let asked = pb::CheckIndexSetRequest {
                cycle,
                unit_type: one.code.to_string(),
                xlsx: xlsx.into(),
            };
            let call = async { web.registry().check_index_set(web.ask(me, asked)).await };
            book::import(me.w, NAMES, call).await?.map(Looked::of_set)
        }
    };
    Ok(looked)
}

/// The page with what the workbook would change.
fn shown((web, me, frame): (&Web, &Me, &Frame), goal: &Goal, looked: &Looked) -> Response {
    let desk = Desk {
        web,
        me,
        frame,
        typed: &Typed::default(),
        errors: &Errors::new(me.w),
        done: None,
        seen: frame.cycle.version,
    };
    view::page(&desk, goal, looked)
}

/// The page with what is wrong with the workbook, beside what is stored now.
async fn again((web, me, at): (&Web, &Me, &At), goal: &Goal, sent: &Sent, why: &Why) -> Answer {
    let frame = load::frame(web, me, at).await?;
    let looked = Looked::of_faults(why.faults());
    let why = why.refused(me.w);
    let seen = desk::seen_next(&frame, &sent.posted, &why);
    Ok(refused(&sent.posted, &why, |typed, errors| {
        let desk = Desk {
            web,
            me,
            frame: &frame,
            typed,
            errors,
            done: None,
            seen,
        };
        view::page(&desk, goal, &looked)
    }))
}
