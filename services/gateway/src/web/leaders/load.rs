//! The slip of a leader, as its pages need it.

use std::sync::Arc;

use chiso_domain::cycle::{Cycle, Unit, UnitType, Window};
use chiso_domain::kernel::{CycleCode, Instant, Points, Span};
use chiso_platform::error::reason_of;
use chiso_wire::identity::Role;
use chiso_wire::leaders::mark::Value;
use chiso_wire::leaders::{GetSlipRequest, Mark, Slip};

use super::super::at::At;
use super::super::me::Me;
use super::super::state::Web;
use super::super::trouble::Trouble;

/// What stands for an abstention in a form.
pub(super) const ABSTAIN: &str = "-";

/// What there is.
#[derive(Debug)]
pub(super) enum Found {
    /// Nobody has been named who marks in this cycle.
    NotNamed(Arc<Cycle>),
    /// A slip.
    Sheet(Box<Sheet>),
}

/// A slip with the frame that it is for.
#[derive(Debug)]
pub(super) struct Sheet {
    pub(super) cycle: Arc<Cycle>,
    pub(super) slip: Slip,
    /// The leader's own; else a secretary looks at it.
    pub(super) own: bool,
    pub(super) now: Instant,
}

/// When marks may be saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// From then on.
    Ahead(Instant),
    /// Until then.
    Open(Instant),
    /// Since then.
    Over(Instant),
}

/// A slip, or no such page.
pub(super) async fn sheet(web: &Web, me: &Me, at: &At) -> Result<Sheet, Trouble> {
    match find(web, me, at).await? {
        Found::Sheet(sheet) => Ok(*sheet),
        Found::NotNamed(_) => Err(Trouble::missing()),
    }
}

/// The slip of whoever opens the page: the own one, or that of the leader whose secretary it is.
pub(super) async fn find(web: &Web, me: &Me, at: &At) -> Result<Found, Trouble> {
    let code: CycleCode = at.code("cycle")?;
    let cycle = web.cycle(&code).await.map_err(unopened)?;
    let leader = leader(me, at, code.as_str()).ok_or_else(Trouble::missing)?;
    let asked = GetSlipRequest {
        cycle: code.to_string(),
        leader: leader.clone(),
    };
    let slip = match web.leaders().get_slip(web.ask(me, asked)).await {
        Ok(reply) => reply.into_inner().slip.ok_or_else(Trouble::missing)?,
        Err(status) if reason_of(&status) == "PANEL_NOT_SET" => return Ok(Found::NotNamed(cycle)),
        Err(status) => return Err(status.into()),
    };
    Ok(Found::Sheet(Box::new(Sheet {
        cycle,
        slip,
        own: leader == me.person.person_id,
        now: web.now(),
    })))
}

/// A cycle that is being set up has no slips.
fn unopened(trouble: Trouble) -> Trouble {
    match trouble {
        Trouble::Problem(problem) if problem.reason() == "CYCLE_NOT_OPEN" => Trouble::missing(),
        other => other,
    }
}

/// Whose slip: whoever the address names, else one's own, else that of the first leader one is secretary to.
fn leader(me: &Me, at: &At, cycle: &str) -> Option<String> {
    let own = || {
        let leads = me.has(&[Role::Leader], Some(cycle));
        leads.then(|| me.person.person_id.clone())
    };
    let theirs = || {
        me.units(Role::LeaderSecretary, cycle)
            .first()
            .map(ToString::to_string)
    };
    at.query("lanh-dao")
        .map(ToOwned::to_owned)
        .or_else(own)
        .or_else(theirs)
}

impl Sheet {
    /// A page of this slip: a type of unit, or "gui".
    pub(super) fn href(&self, page: &str) -> String {
        let path = format!("{}/{page}", super::href(self.cycle.code.as_str()));
        if self.own {
            path
        } else {
            format!("{path}?lanh-dao={}", self.slip.leader)
        }
    }

    /// The units to be marked, in official order.
    pub(super) fn units(&self) -> impl Iterator<Item = &Unit> {
        let known = |code: &str| {
            let marked = self.slip.marks.iter().any(|mark| mark.unit == code);
            marked || self.slip.open_units.iter().any(|unit| unit == code)
        };
        let all = self.cycle.units_in_order().into_iter();
        all.filter(move |unit| known(unit.code.as_str()))
    }

    /// The units of a type.
    pub(super) fn units_of<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Unit> {
        self.units().filter(move |unit| unit.unit_type.as_str() == kind)
    }

    /// The type that the address names, if it has units to be marked.
    pub(super) fn kind<'a>(&self, at: &'a At) -> Result<&'a str, Trouble> {
        let kind = at.part("type");
        self.units_of(kind).next().ok_or_else(Trouble::missing)?;
        Ok(kind)
    }

    /// The units of a type that have neither mark nor abstention and can be marked now.
    pub(super) fn rest<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Unit> {
        let units = self.units_of(kind);
        units.filter(|unit| self.value(unit.code.as_str()).is_empty() && self.is_open(unit))
    }

    /// The types that have units to be marked, in their order.
    pub(super) fn types(&self) -> impl Iterator<Item = &UnitType> {
        let mut types: Vec<&UnitType> = self.cycle.unit_types.values().collect();
        types.sort_by_key(|kind| (kind.order, kind.code.clone()));
        let marked = |kind: &&UnitType| self.units_of(kind.code.as_str()).next().is_some();
        types.into_iter().filter(marked).collect::<Vec<_>>().into_iter()
    }

    /// What was saved of a unit.
    pub(super) fn saved(&self, unit: &str) -> Option<&Mark> {
        self.slip.marks.iter().find(|mark| mark.unit == unit)
    }

    /// What stands in the form for a unit: a mark, an abstention, or nothing.
    pub(super) fn value(&self, unit: &str) -> &str {
        self.saved(unit).map_or("", value)
    }

    /// Every mark of the form's scale, as decimal text.
    pub(super) fn scale(&self) -> Vec<String> {
        let parts = |text: &str| text.parse().unwrap_or(Points::ZERO).parts();
        let (most, step) = (parts(&self.slip.scale_max), parts(&self.slip.step).max(1));
        let count = usize::try_from(most / step).unwrap_or(0);
        (0..)
            .map(|n| Points::from_parts(n * step).to_string())
            .take(count + 1)
            .collect()
    }

    /// Whether a unit may be marked now.
    pub(super) fn is_open(&self, unit: &Unit) -> bool {
        let calendar = &self.cycle.calendar;
        calendar
            .check(Window::Leaders, Some(&unit.code), self.now)
            .is_ok()
    }

    /// Where the window stands. Of units with an extension the last one counts.
    pub(super) fn phase(&self) -> Option<Phase> {
        let spans = self
            .units()
            .filter_map(|unit| self.cycle.calendar.span(Window::Leaders, Some(&unit.code)));
        let last = spans.max_by_key(|span| span.end)?;
        Some(match last {
            Span { start, .. } if self.now < start => Phase::Ahead(start),
            Span { end, .. } if self.now < end => Phase::Open(end),
            Span { end, .. } => Phase::Over(end),
        })
    }
}

/// As a form has it.
pub(super) fn value(mark: &Mark) -> &str {
    match &mark.value {
        Some(Value::Mark(text)) => text,
        Some(Value::Abstain(_)) => ABSTAIN,
        None => "",
    }
}
