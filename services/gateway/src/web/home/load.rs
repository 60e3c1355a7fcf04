//! The rows of everybody's first page, from what the services say.

use std::sync::Arc;

use chiso_domain::appraisal::Round;
use chiso_domain::cycle::{Cycle, Rule, Window};
use chiso_domain::kernel::{CycleCode, Instant, Span, UnitCode};
use chiso_platform::words::Arg;
use chiso_wire::identity::Role;
use chiso_wire::registry::{CycleState, ListCyclesRequest};
use futures_util::future::{join, join_all};

use super::super::format;
use super::super::me::Me;
use super::super::parts::state::{Kind, chip};
use super::super::parts::tasks::Task;
use super::super::state::Web;
use super::super::trouble::Trouble;
use super::super::{appraisal, conduct, fieldwork, leaders, ledger, organise, recheck, survey};
use super::standing;
use super::tasks::{Progress, progress};

/// Of whom is something asked while a window is open, for whom or what, and how the row is called.
const WORK: [(Role, Window, &str); 20] = [
    (Role::Interviewer, Window::Survey, "home-interview"),
    (Role::SurveySupervisor, Window::Survey, "home-fieldwork"),
    (Role::Verifier, Window::Recheck, "home-recheck"),
    (Role::UnitOfficer, Window::SelfScoring, "home-score"),
    (Role::UnitHead, Window::SelfScoring, "home-score-and-send"),
    (Role::Appraiser, Window::Appraisal1, "home-appraise-1"),
    (Role::UnitOfficer, Window::Explanation, "home-explain"),
    (Role::UnitHead, Window::Explanation, "home-explain"),
    (Role::Appraiser, Window::Appraisal2, "home-appraise-2"),
    (Role::CouncilChair, Window::Appraisal1, "home-chair-1"),
    (Role::CouncilChair, Window::Appraisal2, "home-chair-2"),
    (Role::Leader, Window::Leaders, "home-mark"),
    (Role::LeaderSecretary, Window::Leaders, "home-prepare"),
    (Role::Organiser, Window::Survey, "home-run-survey"),
    (Role::Organiser, Window::Recheck, "home-run-recheck"),
    (Role::Organiser, Window::SelfScoring, "home-run-self-scoring"),
    (Role::Organiser, Window::Appraisal1, "home-run-appraisal-1"),
    (Role::Organiser, Window::Appraisal2, "home-run-appraisal-2"),
    (Role::Organiser, Window::ExternalIndex, "home-run-external"),
    (Role::Organiser, Window::Leaders, "home-run-leaders"),
];

/// Something that is somebody's to do.
#[derive(Clone, Debug)]
pub(super) struct Work {
    pub(super) cycle: Arc<Cycle>,
    pub(super) role: Role,
    pub(super) window: Window,
    /// The unit, agency or leader for whom the role is given; none: no one of them.
    pub(super) unit: Option<String>,
    label: &'static str,
    span: Span,
}

impl Work {
    /// What a unit did stays within its reach: its sheet, what was decided, its report.
    fn stays(role: Role, window: Window) -> bool {
        matches!(role, Role::UnitOfficer | Role::UnitHead) && window == Window::SelfScoring
    }
}

/// What others wait for, then everything that is not over, soonest first; at last what can only be read.
pub(super) async fn tasks(web: &Web, me: &Me) -> Result<Vec<Task>, Trouble> {
    let now = web.now();
    let (mut all, mut cycles) = (Vec::new(), Vec::new());
    let known = known_cycles(web, me).await?;
    let set_up = standing::set_up(me, &known);
    for (code, _) in known.into_iter().filter(|(_, state)| *state == CycleState::Open) {
        let cycle = web.cycle(&code).await?;
        all.extend(works(&cycle, me, now));
        cycles.push(cycle);
    }
    all.sort_by_key(|work| {
        let (ahead, over) = (work.span.start > now, work.span.end <= now);
        (over, ahead, work.span.end, work.cycle.code.clone())
    });
    let rows = all.iter().map(|work| row(web, me, work, now));
    let (rows, standing) = join(join_all(rows), standing::rows(web, me, &cycles)).await;
    let all = set_up.into_iter().chain(standing.waiting).chain(rows);
    Ok(all.chain(standing.rest).collect())
}

async fn known_cycles(web: &Web, me: &Me) -> Result<Vec<(CycleCode, CycleState)>, Trouble> {
    let (mut known, mut page_token) = (Vec::new(), String::new());
    loop {
        let asked = ListCyclesRequest {
            page_size: 0,
            page_token,
        };
        let reply = web.registry().list_cycles(web.ask(me, asked)).await?.into_inner();
        let told = reply.cycles.iter();
        known.extend(told.filter_map(|cycle| Some((cycle.cycle.parse().ok()?, cycle.state()))));
        page_token = reply.next_page_token;
        if page_token.is_empty() {
            return Ok(known);
        }
    }
}

/// What is asked of a person in a cycle and not over.
fn works(cycle: &Arc<Cycle>, me: &Me, now: Instant) -> Vec<Work> {
    let mut works = Vec::new();
    for (role, window, label) in WORK {
        let there = window != Window::ExternalIndex || has_external(cycle);
        if !there || !me.has(&[role], Some(cycle.code.as_str())) {
            continue;
        }
        for unit in me.units(role, cycle.code.as_str()) {
            let unit = (!unit.is_empty()).then(|| unit.to_owned());
            let own: Option<UnitCode> = unit.as_deref().and_then(|unit| unit.parse().ok());
            let span = span(cycle, window, own.as_ref());
            let Some(span) = span.filter(|span| now < span.end || Work::stays(role, window)) else {
                continue;
            };
            let cycle = Arc::clone(cycle);
            works.push(Work {
                cycle,
                role,
                window,
                unit,
                label,
                span,
            });
        }
    }
    works
}

/// Rounds of the appraisal end for all units together; of anything else a unit may have more time than others, and who
/// works for all of them has the longest.
fn span(cycle: &Cycle, window: Window, unit: Option<&UnitCode>) -> Option<Span> {
    match (window, unit) {
        (Window::Appraisal1 | Window::Appraisal2, _) => cycle.calendar.span(window, None),
        (_, Some(unit)) => cycle.calendar.span(window, Some(unit)),
        (_, None) => cycle.calendar.whole(window),
    }
}

fn has_external(cycle: &Cycle) -> bool {
    let mut sets = cycle.rules.index_sets.values();
    sets.any(|set| {
        set.leaves()
            .any(|leaf| matches!(leaf.rule, Rule::External { .. }))
    })
}

/// A row. What a service does not tell now keeps nobody from the others.
async fn row(web: &Web, me: &Me, work: &Work, now: Instant) -> Task {
    let w = me.w;
    let ahead = now < work.span.start;
    let progress = if ahead {
        Progress::default()
    } else {
        let loaded = progress(web, me, work).await;
        loaded.unwrap_or_else(|trouble| Progress::untold(w, work.role, &trouble))
    };
    let over = work.span.end <= now;
    let when = if ahead {
        let from = format::instant(work.span.start);
        w.tell("home-from", &[("from", Arg::Text(&from))])
    } else if over {
        let since = format::until(work.span.end);
        w.tell("home-over", &[("since", Arg::Text(&since))])
    } else {
        let left = format::left(w, now, work.span.end);
        let until = format::until(work.span.end);
        w.tell(
            "home-until",
            &[("left", Arg::Text(&left)), ("until", Arg::Text(&until))],
        )
    };
    let state = match progress.state {
        _ if ahead => chip(Kind::Quiet, w.say("home-ahead")),
        Some((kind, text)) => chip(kind, text),
        None if over => chip(Kind::Locked, w.say("home-read-only")),
        None => chip(Kind::Open, w.say("home-open")),
    };
    Task {
        label: w.tell(work.label, &[("cycle", Arg::Text(work.cycle.code.as_str()))]),
        about: about(work),
        when,
        done: progress.done,
        state,
        href: href(work).filter(|_| !progress.nowhere),
    }
}

/// Where it is done.
fn href(work: &Work) -> Option<String> {
    let cycle = work.cycle.code.as_str();
    match work.role {
        Role::Leader => Some(leaders::href(cycle)),
        Role::LeaderSecretary => {
            let leader = work.unit.as_deref().unwrap_or_default();
            Some(format!("{}?lanh-dao={leader}", leaders::href(cycle)))
        }
        Role::UnitOfficer | Role::UnitHead => {
            let unit = work.unit.as_deref()?;
            Some(ledger::href(cycle, unit, work.window))
        }
        Role::Interviewer => Some(survey::href(cycle)),
        Role::SurveySupervisor => Some(fieldwork::href(cycle)),
        Role::Verifier => Some(recheck::href(cycle)),
        Role::Appraiser | Role::CouncilChair if work.window == Window::Appraisal2 => {
            Some(appraisal::href(cycle, Round::Second))
        }
        Role::Appraiser | Role::CouncilChair => Some(appraisal::href(cycle, Round::First)),
        Role::Organiser if work.window == Window::Survey => Some(fieldwork::href(cycle)),
        Role::Organiser if work.window == Window::Recheck => Some(recheck::lots_href(cycle)),
        Role::Organiser if work.window == Window::Leaders => Some(conduct::panel_href(cycle)),
        Role::Organiser if matches!(work.window, Window::Appraisal1 | Window::Appraisal2) => {
            Some(appraisal::rounds_href(cycle))
        }
        Role::Organiser if work.window == Window::ExternalIndex => Some(organise::external_href(cycle)),
        Role::Organiser => Some(conduct::progress_href(cycle)),
        _ => None,
    }
}

/// The name of the unit or agency.
fn about(work: &Work) -> String {
    let code: Option<UnitCode> = work.unit.as_deref().and_then(|unit| unit.parse().ok());
    let unit = code.and_then(|code| work.cycle.units.get(&code));
    unit.map(|unit| unit.name.clone()).unwrap_or_default()
}
