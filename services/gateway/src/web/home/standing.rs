//! Rows that no window opens: classification and publication, what an auditor reads, what a consumer fetches.

use std::sync::Arc;

use chiso_domain::cycle::{Cycle, Window};
use chiso_domain::kernel::CycleCode;
use chiso_platform::words::Arg;
use chiso_wire::identity::Role;
use chiso_wire::leaders;
use chiso_wire::ledger::GetRoundsRequest;
use chiso_wire::ranking::{GetReadinessRequest, ListVersionsRequest};
use chiso_wire::recheck::LotState;
use chiso_wire::registry::CycleState;
use chiso_wire::survey::GetCampaignRequest;
use futures_util::future::join_all;
use maud::Markup;

use super::super::me::Me;
use super::super::parts::state::{Kind, chip};
use super::super::parts::tasks::Task;
use super::super::state::Web;
use super::super::trouble::Trouble;
use super::super::{appraisal, conduct, fieldwork, journal, ledger, organise, recheck};

/// Rows of no window.
#[derive(Debug, Default)]
pub(super) struct Standing {
    /// Nothing goes on until it is done.
    pub(super) waiting: Vec<Task>,
    /// What can be run or read at any time.
    pub(super) rest: Vec<Task>,
}

/// The cycles that the organiser prepares; where there is no cycle at all, that one is to be made.
pub(super) fn set_up(me: &Me, known: &[(CycleCode, CycleState)]) -> Vec<Task> {
    let w = me.w;
    let row = |label: String, href: String| {
        let state = chip(Kind::Wanting, w.say("home-unopened"));
        row(label, String::new(), state, href)
    };
    if known.is_empty() && me.has(&[Role::Organiser], None) {
        return vec![row(
            w.say("home-make-cycle").to_owned(),
            organise::CYCLES.to_owned(),
        )];
    }
    let own = known.iter().filter(|(code, state)| {
        *state == CycleState::Setup && me.has(&[Role::Organiser], Some(code.as_str()))
    });
    own.map(|(code, _)| {
        let label = w.tell("home-set-up", &[("cycle", Arg::Text(code.as_str()))]);
        row(label, organise::href(code.as_str()))
    })
    .collect()
}

/// In the order of the cycles; what is of no cycle comes last.
pub(super) async fn rows(web: &Web, me: &Me, cycles: &[Arc<Cycle>]) -> Standing {
    let of_cycle = cycles.iter().map(|cycle| of_cycle(web, me, cycle));
    let mut rows = Standing::default();
    for one in join_all(of_cycle).await {
        rows.waiting.extend(one.waiting);
        rows.rest.extend(one.rest);
    }
    rows.rest.extend(of_no_cycle(me));
    rows
}

/// Of a published cycle nothing is left to be done or watched.
async fn of_cycle(web: &Web, me: &Me, of: &Cycle) -> Standing {
    let code = of.code.as_str();
    let own = |role| me.has(&[role], Some(code));
    let inner = [Role::Organiser, Role::Auditor, Role::CouncilChair];
    if !me.has(&inner, Some(code)) || published(web, me, code).await.unwrap_or_default() {
        return Standing::default();
    }
    let w = me.w;
    let cycle = [("cycle", Arg::Text(code))];
    let mut rows = Standing::default();
    if own(Role::Organiser) {
        let label = w.tell("home-run-ranking", &cycle);
        let (ready, done, state) = readiness(web, me, code).await;
        let run = row(label, done, state, conduct::ranking_href(code));
        if ready { &mut rows.waiting } else { &mut rows.rest }.push(run);
        rows.waiting.extend(open_campaign(web, me, of).await);
        rows.waiting.extend(open_lots(web, me, of).await);
        rows.waiting.extend(unclosed(web, me, of).await);
        rows.waiting.extend(open_scoring(web, me, of).await);
        rows.waiting.extend(reopenings(web, me, of).await);
    }
    if own(Role::CouncilChair) {
        rows.waiting.extend(penalties(web, me, of).await);
        rows.waiting.extend(ties(web, me, code).await);
        let label = w.tell("home-read-ranking", &cycle);
        let state = chip(Kind::Locked, w.say("home-read-only"));
        rows.rest
            .push(row(label, String::new(), state, conduct::ranking_href(code)));
    }
    if own(Role::Auditor) {
        let label = w.tell("home-watch", &cycle);
        let href = conduct::progress_href(code);
        let state = chip(Kind::Locked, w.say("home-read-only"));
        rows.rest.push(row(label, String::new(), state, href));
    }
    rows
}

/// Whether the time of a window is over for everybody.
fn is_over(web: &Web, of: &Cycle, window: Window) -> bool {
    of.calendar
        .whole(window)
        .is_some_and(|span| span.end <= web.now())
}

/// The survey, where its time is over and nobody has closed it.
async fn open_campaign(web: &Web, me: &Me, of: &Cycle) -> Option<Task> {
    let cycle = of.code.to_string();
    if !is_over(web, of, Window::Survey) {
        return None;
    }
    let asked = web.ask(me, GetCampaignRequest { cycle });
    let told = web.survey().get_campaign(asked).await.ok()?.into_inner();
    let open = told.campaign.is_some_and(|campaign| campaign.closed_at.is_none());
    open.then(|| {
        unclosed_row(
            me,
            of,
            "home-close-survey",
            fieldwork::setup_href(of.code.as_str()),
        )
    })
}

/// Lots of the recheck, where its time is over and they are not all concluded.
async fn open_lots(web: &Web, me: &Me, of: &Cycle) -> Option<Task> {
    if !is_over(web, of, Window::Recheck) {
        return None;
    }
    let lots = recheck::lots_of(web, me, &of.code).await.ok()?;
    let open = lots.iter().any(|lot| lot.state() != LotState::Concluded);
    let href = recheck::lots_href(of.code.as_str());
    open.then(|| unclosed_row(me, of, "home-close-recheck", href))
}

/// The leaders' scoring, where its time is over and nobody has closed it.
async fn open_scoring(web: &Web, me: &Me, of: &Cycle) -> Option<Task> {
    let cycle = of.code.to_string();
    if !is_over(web, of, Window::Leaders) {
        return None;
    }
    let asked = web.ask(me, leaders::GetProgressRequest { cycle });
    let told = web.leaders().get_progress(asked).await.ok()?.into_inner();
    (!told.closed).then(|| {
        unclosed_row(
            me,
            of,
            "home-close-scoring",
            conduct::panel_href(of.code.as_str()),
        )
    })
}

fn unclosed_row(me: &Me, of: &Cycle, label: &'static str, href: String) -> Task {
    let label = me.w.tell(label, &[("cycle", Arg::Text(of.code.as_str()))]);
    row(
        label,
        String::new(),
        chip(Kind::Wanting, me.w.say("home-unclosed")),
        href,
    )
}

/// Rounds whose time is over and that nobody has closed.
async fn unclosed(web: &Web, me: &Me, of: &Cycle) -> Vec<Task> {
    let cycle = of.code.to_string();
    let asked = web.ask(me, GetRoundsRequest { cycle });
    let Ok(reply) = web.ledger().get_rounds(asked).await else {
        return Vec::new();
    };
    let closed = reply.into_inner().closed;
    let windows = [(1, Window::Appraisal1), (2, Window::Appraisal2)];
    let over = |(round, window): (i32, Window)| {
        let span = of.calendar.span(window, None)?;
        let open = span.end <= web.now() && !closed.iter().any(|closed| closed.round == round);
        open.then(|| {
            let told = [
                ("round", Arg::Count(i64::from(round))),
                ("cycle", Arg::Text(of.code.as_str())),
            ];
            let label = me.w.tell("home-close-round", &told);
            let state = chip(Kind::Wanting, me.w.say("home-unclosed"));
            row(
                label,
                String::new(),
                state,
                appraisal::rounds_href(of.code.as_str()),
            )
        })
    };
    windows.into_iter().filter_map(over).collect()
}

/// Units that wait for an answer whether they get more time.
async fn reopenings(web: &Web, me: &Me, of: &Cycle) -> Option<Task> {
    let waiting = ledger::reopenings_waiting(web, me, &of.code).await.ok()?;
    let waiting = i64::try_from(waiting).ok().filter(|waiting| *waiting > 0)?;
    let code = of.code.as_str();
    let label = me.w.tell("home-reopenings", &[("cycle", Arg::Text(code))]);
    let done =
        me.w.tell("home-reopenings-waiting", &[("n", Arg::Count(waiting))]);
    let state = chip(Kind::Wanting, me.w.say("home-unanswered"));
    Some(row(label, done, state, ledger::reopenings_href(code)))
}

/// Penalties that the chair has to decide, without which round 2 is not closed.
async fn penalties(web: &Web, me: &Me, of: &Cycle) -> Option<Task> {
    let waiting = appraisal::penalties_waiting(web, me, of).await.ok()?;
    let waiting = i64::try_from(waiting).ok().filter(|waiting| *waiting > 0)?;
    let code = of.code.as_str();
    let label = me.w.tell("home-penalties", &[("cycle", Arg::Text(code))]);
    let done = me.w.tell("home-penalties-waiting", &[("n", Arg::Count(waiting))]);
    let state = chip(Kind::Wanting, me.w.say("home-undecided"));
    Some(row(label, done, state, appraisal::penalties_href(code)))
}

/// Ties that the council has to decide. While points are missing, ranks still change and nothing is asked.
async fn ties(web: &Web, me: &Me, code: &str) -> Option<Task> {
    let cycle = code.to_owned();
    let asked = web.ask(me, GetReadinessRequest { cycle });
    let told = web.ranking().get_readiness(asked).await.ok()?.into_inner();
    if told.open_ties.is_empty() || !told.missing.is_empty() {
        return None;
    }
    let label = me.w.tell("home-ties", &[("cycle", Arg::Text(code))]);
    let state = chip(Kind::Wanting, me.w.say("home-undecided"));
    Some(row(label, String::new(), state, appraisal::ties_href(code)))
}

fn of_no_cycle(me: &Me) -> Vec<Task> {
    let w = me.w;
    let reads = || chip(Kind::Locked, w.say("home-read-only"));
    let mut rows = Vec::new();
    if journal::lets(me) {
        let label = w.say("home-journal").to_owned();
        rows.push(row(label, String::new(), reads(), journal::HREF.to_owned()));
    }
    if me.has(&[Role::Consumer], None) {
        let label = w.say("home-published").to_owned();
        rows.push(row(label, String::new(), reads(), "/".to_owned()));
    }
    rows
}

fn row(label: String, done: String, state: Markup, href: String) -> Task {
    Task {
        label,
        about: String::new(),
        when: String::new(),
        done,
        state,
        href: Some(href),
    }
}

async fn published(web: &Web, me: &Me, cycle: &str) -> Result<bool, Trouble> {
    let asked = ListVersionsRequest {
        cycle: cycle.to_owned(),
        page_size: 1,
        page_token: String::new(),
    };
    let reply = web.ranking().list_versions(web.ask(me, asked)).await?;
    Ok(!reply.into_inner().versions.is_empty())
}

/// Whether a cycle waits to be published, and what is said of it.
async fn readiness(web: &Web, me: &Me, cycle: &str) -> (bool, String, Markup) {
    let w = me.w;
    let asked = GetReadinessRequest {
        cycle: cycle.to_owned(),
    };
    match web.ranking().get_readiness(web.ask(me, asked)).await {
        Err(_status) => (false, String::new(), chip(Kind::Refused, w.say("home-unknown"))),
        Ok(told) if told.get_ref().ready => {
            let state = chip(Kind::Wanting, w.say("home-unpublished"));
            (true, w.say("home-ready").to_owned(), state)
        }
        Ok(told) => {
            let left = i64::try_from(told.get_ref().missing.len()).unwrap_or(i64::MAX);
            let done = w.tell("home-missing", &[("left", Arg::Count(left))]);
            (false, done, chip(Kind::Open, w.say("home-open")))
        }
    }
}
