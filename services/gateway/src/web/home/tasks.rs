//! How far somebody's work is, by the service that keeps it.

use chiso_domain::cycle::Window;
use chiso_platform::words::{Arg, Words};
use chiso_wire::identity::Role;
use chiso_wire::ledger::{GetSheetRequest, ListGapsRequest, ListSheetsRequest, Round, Sheet, SheetState};
use chiso_wire::recheck::LotState;
use chiso_wire::{leaders, survey};

use super::super::conduct;
use super::super::me::Me;
use super::super::parts::state::Kind;
use super::super::recheck;
use super::super::state::Web;
use super::super::survey as pages;
use super::super::trouble::Trouble;
use super::load::Work;

/// How far something is.
#[derive(Clone, Debug, Default)]
pub(super) struct Progress {
    pub(super) done: String,
    pub(super) state: Option<(Kind, &'static str)>,
    /// There is no page of it for this person.
    pub(super) nowhere: bool,
}

impl Progress {
    /// Why its service told nothing: it is not prepared yet, or it does not answer.
    pub(super) fn untold(w: Words, role: Role, trouble: &Trouble) -> Self {
        let reason = match trouble {
            Trouble::Problem(problem) => problem.reason(),
            Trouble::SignIn | Trouble::Stale => "",
        };
        let done = match reason {
            "PANEL_NOT_SET" => "home-no-panel",
            "LEADER_SLIP_NOT_FOUND" => "home-not-in-panel",
            "CAMPAIGN_NOT_FOUND" => "home-no-campaign",
            _ => {
                return Self {
                    state: Some((Kind::Refused, w.say("home-unknown"))),
                    ..Self::default()
                };
            }
        };
        Self {
            nowhere: reason == "LEADER_SLIP_NOT_FOUND",
            ..Self::unprepared(w, role, done)
        }
    }

    /// Something comes first, which is the organiser's to do.
    fn unprepared(w: Words, role: Role, done: &'static str) -> Self {
        let state = match role {
            Role::Organiser => (Kind::Wanting, w.say("home-unprepared")),
            _ => (Kind::Quiet, w.say("home-waits")),
        };
        Self {
            done: w.say(done).to_owned(),
            state: Some(state),
            nowhere: false,
        }
    }

    fn of(w: Words, key: &'static str, done: i64, all: i64) -> Self {
        let counts = [("done", Arg::Count(done)), ("all", Arg::Count(all))];
        let whole = all > 0 && done >= all;
        Self {
            done: w.tell(key, &counts),
            state: whole.then(|| (Kind::Done, w.say("home-done"))),
            nowhere: false,
        }
    }

    fn left(w: Words, key: &'static str, left: i64) -> Self {
        Self {
            done: w.tell(key, &[("left", Arg::Count(left))]),
            state: (left == 0).then(|| (Kind::Done, w.say("home-done"))),
            nowhere: false,
        }
    }
}

/// Asks the service.
pub(super) async fn progress(web: &Web, me: &Me, work: &Work) -> Result<Progress, Trouble> {
    match work.window {
        Window::Survey if work.role == Role::Interviewer => visits(web, me, work).await,
        Window::Survey => slips(web, me, work).await,
        Window::Recheck => cases(web, me, work).await,
        Window::SelfScoring if work.role == Role::Organiser => sheets(web, me, work).await,
        Window::SelfScoring => sheet(web, me, work).await,
        Window::Appraisal1 => gaps(web, me, work, Round::Round1).await,
        Window::Appraisal2 => gaps(web, me, work, Round::Round2).await,
        Window::Leaders if work.role == Role::Organiser => leaders_sent(web, me, work).await,
        Window::Leaders => marks(web, me, work).await,
        Window::Explanation => answers(web, me, work).await,
        Window::ExternalIndex => Ok(Progress::default()),
    }
}

/// An interviewer's own part of the survey.
async fn visits(web: &Web, me: &Me, work: &Work) -> Result<Progress, Trouble> {
    let own = pages::progress(web, me, work.cycle.code.as_str()).await?;
    let mut progress = Progress::of(me.w, "home-visits", count(own.done), count(own.all));
    if own.returned > 0 {
        progress.state = Some((Kind::Wanting, me.w.say("home-returned")));
    }
    Ok(progress)
}

async fn slips(web: &Web, me: &Me, work: &Work) -> Result<Progress, Trouble> {
    let asked = survey::GetProgressRequest {
        cycle: work.cycle.code.to_string(),
        unit: String::new(),
    };
    let reply = web.survey().get_progress(web.ask(me, asked)).await?.into_inner();
    let valid = reply.progress.iter().map(conduct::needed_slips).sum();
    let planned: i64 = reply.progress.iter().map(|group| i64::from(group.planned)).sum();
    Ok(match planned {
        0 => Progress::unprepared(me.w, work.role, "home-no-targets"),
        _ => Progress::of(me.w, "home-slips", valid, planned),
    })
}

async fn cases(web: &Web, me: &Me, work: &Work) -> Result<Progress, Trouble> {
    let lots = recheck::lots_of(web, me, &work.cycle.code).await?;
    let all: i64 = lots.iter().map(|lot| i64::from(lot.cases)).sum();
    let open: i64 = lots.iter().map(|lot| i64::from(lot.open_cases)).sum();
    if all == 0 {
        return Ok(Progress::unprepared(me.w, work.role, "home-no-cases"));
    }
    let mut progress = Progress::of(me.w, "home-cases", all - open, all);
    // A lot that waits for its seed or its end is the organiser's to do, whatever the verifiers have done.
    if work.role == Role::Organiser && lots.iter().any(|lot| lot.state() != LotState::Concluded) {
        progress.state = None;
    }
    Ok(progress)
}

async fn sheet(web: &Web, me: &Me, work: &Work) -> Result<Progress, Trouble> {
    let Some(sheet) = own_sheet(web, me, work).await? else {
        return Ok(Progress::default());
    };
    let (filled, leaves) = (i64::from(sheet.filled), i64::from(sheet.leaves));
    let mut progress = Progress::of(me.w, "home-leaves", filled, leaves);
    progress.state = match sheet.state() {
        SheetState::Submitted => Some((Kind::Done, me.w.say("home-sent"))),
        SheetState::AutoLocked => Some((Kind::Locked, me.w.say("home-locked"))),
        _ if progress.state.is_some() => Some((Kind::Wanting, me.w.say("home-unsent"))),
        _ => None,
    };
    Ok(progress)
}

/// What of the first appraisal and of the proposed penalties the unit answered.
async fn answers(web: &Web, me: &Me, work: &Work) -> Result<Progress, Trouble> {
    let Some(sheet) = own_sheet(web, me, work).await? else {
        return Ok(Progress::default());
    };
    let (answers, questions) = (i64::from(sheet.answers), i64::from(sheet.questions));
    if questions > 0 {
        return Ok(Progress::of(me.w, "home-answers", answers, questions));
    }
    // A unit is told the total of a round that is closed.
    let closed = !sheet.appraisal_1_total.is_empty();
    let (state, done) = match closed {
        true => (Kind::Done, "home-no-questions"),
        false => (Kind::Quiet, "home-questions-later"),
    };
    Ok(Progress {
        done: me.w.say(done).to_owned(),
        state: Some((state, me.w.say(if closed { "home-done" } else { "home-waits" }))),
        nowhere: false,
    })
}

/// The head of the unit's own sheet.
async fn own_sheet(web: &Web, me: &Me, work: &Work) -> Result<Option<Sheet>, Trouble> {
    let asked = GetSheetRequest {
        cycle: work.cycle.code.to_string(),
        unit: work.unit.clone().unwrap_or_default(),
    };
    let reply = web.ledger().get_sheet(web.ask(me, asked)).await?.into_inner();
    Ok(reply.sheet)
}

/// How many units have sent.
async fn sheets(web: &Web, me: &Me, work: &Work) -> Result<Progress, Trouble> {
    let (mut sent, mut all, mut page_token) = (0, 0, String::new());
    loop {
        let asked = ListSheetsRequest {
            cycle: work.cycle.code.to_string(),
            page_size: 0,
            page_token,
        };
        let reply = web.ledger().list_sheets(web.ask(me, asked)).await?.into_inner();
        all += count(reply.sheets.len());
        let own = reply.sheets.iter();
        sent += count(own.filter(|sheet| sheet.state() == SheetState::Submitted).count());
        page_token = reply.next_page_token;
        if page_token.is_empty() {
            return Ok(Progress::of(me.w, "home-units-sent", sent, all));
        }
    }
}

/// How many leaders have sent.
async fn leaders_sent(web: &Web, me: &Me, work: &Work) -> Result<Progress, Trouble> {
    let asked = leaders::GetProgressRequest {
        cycle: work.cycle.code.to_string(),
    };
    let reply = web.leaders().get_progress(web.ask(me, asked)).await?.into_inner();
    let sent = reply.leaders.iter().filter(|leader| leader.sent_at.is_some());
    let (sent, all) = (count(sent.count()), count(reply.leaders.len()));
    Ok(Progress::of(me.w, "home-slips-sent", sent, all))
}

fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

async fn gaps(web: &Web, me: &Me, work: &Work, round: Round) -> Result<Progress, Trouble> {
    let (mut left, mut page_token) = (0, String::new());
    loop {
        let asked = ListGapsRequest {
            cycle: work.cycle.code.to_string(),
            round: round.into(),
            page_size: 0,
            page_token,
        };
        let reply = web.ledger().list_gaps(web.ask(me, asked)).await?.into_inner();
        let own = |agency: &str| work.role != Role::Appraiser || work.unit.as_deref() == Some(agency);
        left += reply.gaps.iter().filter(|gap| own(&gap.agency)).count();
        page_token = reply.next_page_token;
        if page_token.is_empty() {
            return Ok(Progress::left(me.w, "home-gaps", count(left)));
        }
    }
}

async fn marks(web: &Web, me: &Me, work: &Work) -> Result<Progress, Trouble> {
    let asked = leaders::GetSlipRequest {
        cycle: work.cycle.code.to_string(),
        leader: work.unit.clone().unwrap_or_default(),
    };
    let reply = web.leaders().get_slip(web.ask(me, asked)).await?.into_inner();
    let slip = reply.slip.ok_or_else(Trouble::missing)?;
    let (open, marked) = (slip.open_units.len(), slip.marks.len());
    let mut progress = Progress::of(me.w, "home-marks", count(marked), count(open + marked));
    progress.state = match (slip.sent_at, slip.changed_since_sent) {
        (Some(_), false) => Some((Kind::Done, me.w.say("home-sent"))),
        (Some(_), true) => Some((Kind::Wanting, me.w.say("home-changed"))),
        (None, _) if progress.state.is_some() => Some((Kind::Wanting, me.w.say("home-unsent"))),
        (None, _) => None,
    };
    Ok(progress)
}
