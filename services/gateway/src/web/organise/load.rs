//! What the pages of the set-up ask of the services.

use chiso_domain::cycle::{Cycle, FrameFault, Unit, Window};
use chiso_domain::kernel::CycleCode;
use chiso_platform::words::Words;
use chiso_wire::identity::{ListPeopleRequest, Person, Role};
use chiso_wire::registry::{self as pb, CycleState, GetCycleRequest, ListCyclesRequest};

use super::super::at::At;
use super::super::me::Me;
use super::super::state::Web;
use super::super::trouble::Trouble;
use super::READERS;

/// Rows of one reply, where all are wanted.
pub(super) const MANY: i32 = 500;

/// A cycle in whatever state.
#[derive(Debug)]
pub(super) struct Frame {
    pub(super) cycle: Cycle,
    pub(super) open: bool,
}

/// The cycle of the address. To whom neither organises it nor audits it there is none.
pub(super) async fn frame(web: &Web, me: &Me, at: &At) -> Result<Frame, Trouble> {
    let code: CycleCode = at.code("cycle")?;
    if !me.has(READERS, Some(code.as_str())) {
        return Err(Trouble::missing());
    }
    frame_of(web, me, code.as_str()).await
}

/// A cycle by its code.
pub(super) async fn frame_of(web: &Web, me: &Me, code: &str) -> Result<Frame, Trouble> {
    let asked = GetCycleRequest {
        cycle: code.to_owned(),
    };
    let reply = web.registry().get_cycle(web.ask(me, asked)).await?.into_inner();
    let wire = reply.cycle.ok_or_else(Trouble::missing)?;
    Ok(Frame {
        cycle: Cycle::try_from(&wire)?,
        open: wire.state() == CycleState::Open,
    })
}

/// The heads of all cycles, newest code first.
pub(super) async fn cycles(web: &Web, me: &Me) -> Result<Vec<pb::Cycle>, Trouble> {
    let (mut cycles, mut page_token) = (Vec::new(), String::new());
    loop {
        let asked = ListCyclesRequest {
            page_size: MANY,
            page_token,
        };
        let reply = web.registry().list_cycles(web.ask(me, asked)).await?.into_inner();
        cycles.extend(reply.cycles);
        page_token = reply.next_page_token;
        if page_token.is_empty() {
            cycles.reverse();
            return Ok(cycles);
        }
    }
}

/// Everybody with a role, or everybody, in order of logins.
pub(super) async fn people(web: &Web, me: &Me, role: Role) -> Result<Vec<Person>, Trouble> {
    let (mut people, mut page_token) = (Vec::new(), String::new());
    loop {
        let asked = ListPeopleRequest {
            role: role.into(),
            page_size: MANY,
            page_token,
            person_id: String::new(),
        };
        let reply = web.identity().list_people(web.ask(me, asked)).await?.into_inner();
        people.extend(reply.people);
        page_token = reply.next_page_token;
        if page_token.is_empty() {
            return Ok(people);
        }
    }
}

/// A part of the set-up that has a page of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Calendar,
    Policy,
    Units,
    IndexSets,
    Council,
}

impl Part {
    pub(super) const ALL: [Self; 5] = [
        Self::Calendar,
        Self::Policy,
        Self::Units,
        Self::IndexSets,
        Self::Council,
    ];

    /// On whose page a fault is mended.
    pub(super) fn of(fault: &FrameFault) -> Self {
        let begins = |start: &str| fault.field.starts_with(start);
        if begins("calendar") {
            Self::Calendar
        } else if begins("policy") {
            Self::Policy
        } else if begins("unit") {
            Self::Units
        } else if begins("index_sets") {
            Self::IndexSets
        } else {
            Self::Council
        }
    }

    pub(super) const fn path(self) -> &'static str {
        match self {
            Self::Calendar => "/lich",
            Self::Policy => "/chinh-sach",
            Self::Units => "/don-vi",
            Self::IndexSets => "/bo-chi-so",
            Self::Council => "/hoi-dong",
        }
    }

    pub(super) fn label(self, w: Words) -> &'static str {
        match self {
            Self::Calendar => w.say("organise-calendar"),
            Self::Policy => w.say("organise-policy"),
            Self::Units => w.say("organise-units"),
            Self::IndexSets => w.say("organise-index-sets"),
            Self::Council => w.say("organise-council"),
        }
    }
}

/// What a window is called.
pub(super) fn window(w: Words, window: Window) -> &'static str {
    match window {
        Window::Survey => w.say("organise-window-survey"),
        Window::Recheck => w.say("organise-window-recheck"),
        Window::SelfScoring => w.say("organise-window-self-scoring"),
        Window::Appraisal1 => w.say("organise-window-appraisal-1"),
        Window::Explanation => w.say("organise-window-explanation"),
        Window::Appraisal2 => w.say("organise-window-appraisal-2"),
        Window::ExternalIndex => w.say("organise-window-external"),
        Window::Leaders => w.say("organise-window-leaders"),
    }
}

/// Codes of the units in official order, each with what a person reads of it.
pub(super) fn units(cycle: &Cycle) -> Vec<(String, String)> {
    let label = |unit: &&Unit| (unit.code.to_string(), format!("{} – {}", unit.code, unit.name));
    cycle.units_in_order().iter().map(label).collect()
}

/// As a list to choose from wants them.
pub(super) fn borrowed(options: &[(String, String)]) -> Vec<(&str, &str)> {
    options
        .iter()
        .map(|(value, label)| (value.as_str(), label.as_str()))
        .collect()
}
