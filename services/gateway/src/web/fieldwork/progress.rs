//! How far the survey is: by unit, by group, by interviewer.

use std::collections::BTreeMap;

use axum::extract::State;
use chiso_wire::kernel::SendRemindersRequest;
use chiso_wire::survey as pb;

use super::super::at::At;
use super::super::errors::Errors;
use super::super::me::Me;
use super::super::people::by_name;
use super::super::posted::Posted;
use super::super::remind;
use super::super::save::{refused, send};
use super::super::state::Web;
use super::super::trouble::{Answer, Trouble};
use super::files::workbook;
use super::load::{self, Survey};
use super::view_progress;

/// By what the numbers are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum By {
    Unit,
    Group,
    Interviewer,
}

impl By {
    /// As the address has them.
    pub(super) const ALL: [(Self, &'static str, &'static str); 3] = [
        (Self::Unit, "don-vi", "fieldwork-by-unit"),
        (Self::Group, "nhom", "fieldwork-by-group"),
        (Self::Interviewer, "dieu-tra-vien", "fieldwork-by-interviewer"),
    ];

    fn of(at: &At) -> Result<Self, Trouble> {
        let asked = at.query("theo").unwrap_or("don-vi");
        let found = Self::ALL.iter().find(|(_, value, _)| *value == asked);
        found.map(|(by, _, _)| *by).ok_or_else(Trouble::missing)
    }

    pub(super) fn value(self) -> &'static str {
        let found = Self::ALL.iter().find(|(by, _, _)| *by == self);
        found.map_or("", |(_, value, _)| value)
    }
}

/// Numbers of the survey.
#[derive(Debug)]
pub(super) struct Numbers {
    pub(super) survey: Survey,
    pub(super) by: By,
    pub(super) groups: Vec<pb::GroupProgress>,
    /// Only where they are told by interviewer.
    pub(super) interviewers: Vec<pb::InterviewerProgress>,
    pub(super) names: BTreeMap<String, String>,
}

async fn numbers(web: &Web, me: &Me, at: &At) -> Result<Numbers, Trouble> {
    let by = By::of(at)?;
    let survey = load::survey(web, me, at).await?;
    let groups = load::progress(web, me, &survey).await?;
    let mut interviewers = Vec::new();
    if by == By::Interviewer {
        let asked = pb::GetInterviewerProgressRequest {
            cycle: survey.code().to_owned(),
        };
        let told = web.survey().get_interviewer_progress(web.ask(me, asked)).await?;
        interviewers = told.into_inner().interviewers;
    }
    let names = load::names(web, me, interviewers.iter().map(|one| &one.interviewer)).await?;
    let name = |one: &pb::InterviewerProgress| names.get(&one.interviewer).map(|name| by_name(name));
    interviewers.sort_by_cached_key(|one| (name(one), one.interviewer.clone()));
    Ok(Numbers {
        survey,
        by,
        groups,
        interviewers,
        names,
    })
}

pub(super) async fn show(State(web): State<Web>, me: Me, at: At) -> Answer {
    let numbers = numbers(&web, &me, &at).await?;
    Ok(view_progress::show(&web, &me, &at, &numbers, &Errors::new(me.w)))
}

/// Reminds interviewers by letter.
pub(super) async fn remind(State(web): State<Web>, me: Me, at: At, posted: Posted) -> Answer {
    let asked = SendRemindersRequest {
        request_id: posted.request_id().to_owned(),
        cycle: at.part("cycle").to_owned(),
    };
    match send(me.w, &[], web.survey().send_reminders(web.ask(&me, asked))).await? {
        Ok(told) => Ok(remind::done(&super::href(at.part("cycle")), &told)),
        Err(why) => {
            let numbers = numbers(&web, &me, &at).await?;
            let shown = |_: &_, errors: &_| view_progress::show(&web, &me, &at, &numbers, errors);
            Ok(refused(&posted, &why, shown))
        }
    }
}

/// The same table as a workbook.
pub(super) async fn file(State(web): State<Web>, me: Me, at: At) -> Answer {
    let numbers = numbers(&web, &me, &at).await?;
    let name = format!("tien-do-{}-{}.xlsx", numbers.survey.code(), numbers.by.value());
    workbook(&view_progress::sheet(me.w, &numbers), &name)
}
