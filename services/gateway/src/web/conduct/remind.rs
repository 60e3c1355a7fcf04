//! Reminding by letter whoever is late with a part of the work.

use axum::extract::State;
use chiso_domain::cycle::Cycle;
use chiso_wire::kernel::{SendRemindersRequest, SendRemindersResponse};
use chiso_wire::ledger::{self, RemindedWindow};
use tonic::{Response, Status};

use super::super::at::At;
use super::super::me::Me;
use super::super::posted::Posted;
use super::super::remind;
use super::super::save::{refused, send};
use super::super::state::Web;
use super::super::trouble::{Answer, Trouble};
use super::parts::Work;
use super::progress;
use super::{ORGANISER, PROGRESS, load, panel, view_progress};

/// The field that says with what.
pub(super) const WORK: &str = "viec";

pub(super) async fn of_work(State(web): State<Web>, me: Me, at: At, posted: Posted) -> Answer {
    let cycle = load::open_cycle(&web, &me, &at, ORGANISER).await?;
    let work = Work::named(posted.text(WORK)).ok_or_else(Trouble::missing)?;
    let asked = ask(&web, &me, &cycle, work, &posted);
    match send(me.w, &[], asked).await? {
        Ok(told) => Ok(remind::done(&super::href(at.part("cycle"), PROGRESS), &told)),
        Err(why) => {
            let progress = progress::of(&web, &me, cycle).await;
            let shown = |_: &_, errors: &_| view_progress::show(&web, &me, &at, &progress, errors);
            Ok(refused(&posted, &why, shown))
        }
    }
}

/// Leaders who have not sent, from the page of their panel.
pub(super) async fn of_panel(State(web): State<Web>, me: Me, at: At, posted: Posted) -> Answer {
    let cycle = load::open_cycle(&web, &me, &at, ORGANISER).await?;
    let asked = ask(&web, &me, &cycle, Work::Leaders, &posted);
    match send(me.w, &[], asked).await? {
        Ok(told) => Ok(remind::done(&super::panel_href(at.part("cycle")), &told)),
        Err(why) => panel::refuse(&web, &me, cycle, &posted, &why).await,
    }
}

async fn ask(
    web: &Web,
    me: &Me,
    cycle: &Cycle,
    work: Work,
    posted: &Posted,
) -> Result<Response<SendRemindersResponse>, Status> {
    let (request_id, cycle) = (posted.request_id().to_owned(), cycle.code.to_string());
    let plain = SendRemindersRequest {
        request_id: request_id.clone(),
        cycle: cycle.clone(),
    };
    let window = match work {
        Work::Survey => return web.survey().send_reminders(web.ask(me, plain)).await,
        Work::Recheck => return web.recheck().send_reminders(web.ask(me, plain)).await,
        Work::Leaders => return web.leaders().send_reminders(web.ask(me, plain)).await,
        Work::SelfScoring => RemindedWindow::SelfScoring,
        Work::Appraisal1 => RemindedWindow::Appraisal1,
        Work::Explanation => RemindedWindow::Explanation,
        Work::Appraisal2 => RemindedWindow::Appraisal2,
        Work::Ranking => RemindedWindow::Unspecified,
    };
    let asked = ledger::SendRemindersRequest {
        request_id,
        cycle,
        window: window.into(),
    };
    web.ledger().send_reminders(web.ask(me, asked)).await
}
