//! Who appraises what, how far the rounds are, and the entries that are looked at.

use std::collections::BTreeMap;
use std::sync::Arc;

use chiso_domain::appraisal::{Round, is_self_scored};
use chiso_domain::cycle::{Criterion, Cycle, Unit, Window};
use chiso_domain::kernel::{CriterionCode, CycleCode, Instant, Span, UnitCode, UnitTypeCode};
use chiso_wire::identity::Role;
use chiso_wire::ledger as pb;

use super::super::at::At;
use super::super::ledger::moment;
use super::super::me::Me;
use super::super::people::names;
use super::super::phase::Phase;
use super::super::state::Web;
use super::super::trouble::Trouble;

/// Who opens the page, in a year.
#[derive(Clone, Debug)]
pub(super) struct Bench {
    pub(super) cycle: Arc<Cycle>,
    /// For which the person appraises.
    pub(super) agencies: Vec<UnitCode>,
    /// Those that the person belongs to and so never judges.
    own: Vec<UnitCode>,
    /// Sees every sheet.
    overseer: bool,
    pub(super) chair: bool,
    pub(super) organiser: bool,
    /// Sees what is decided in a round that is open.
    sees_open: bool,
    pub(super) now: Instant,
}

/// By which way somebody goes through what is to be appraised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Way {
    pub(super) round: Round,
    /// Criterion by criterion of one unit; else unit by unit of one criterion.
    pub(super) by_unit: bool,
}

/// One leaf of one unit.
#[derive(Clone, Debug)]
pub(super) struct Spot {
    pub(super) unit: UnitCode,
    pub(super) row: Criterion,
}

/// How far a round is, for all units or for one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// The calendar has no time for it.
    Unset,
    /// Not begun.
    Ahead(Span),
    /// Round 1 comes before it and is not closed.
    FirstOpen,
    /// The unit has time until then for what it does before.
    Waits(Instant),
    /// Decisions are taken.
    Open(Span),
    /// Its time is over; not closed.
    Over(Span),
    /// Closed.
    Closed(Closing),
}

impl Stage {
    /// Whether there has been something to decide.
    pub(super) const fn has_begun(&self) -> bool {
        matches!(self, Self::Open(_) | Self::Over(_) | Self::Closed(_))
    }
}

/// Since when a round is closed, and who closed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Closing {
    pub(super) round: i32,
    pub(super) at: Option<Instant>,
    pub(super) by: String,
}

/// What keeps a round open, by unit and criterion; whether it was decided and changed afterwards.
pub(super) type Gaps = BTreeMap<(String, String), pb::Gap>;

impl Bench {
    /// Of the year in the address. To whom has no part in it there is no such page.
    pub(super) async fn of(web: &Web, me: &Me, at: &At) -> Result<Self, Trouble> {
        let code: CycleCode = at.code("cycle")?;
        let cycle = match web.cycle(&code).await {
            Err(Trouble::Problem(problem)) if problem.reason() == "CYCLE_NOT_OPEN" => Err(Trouble::missing()),
            found => found,
        }?;
        let has = |role| me.has(&[role], Some(code.as_str()));
        let units = |role| -> Vec<UnitCode> {
            let units = me.units(role, code.as_str()).into_iter();
            units.filter_map(|unit| unit.parse().ok()).collect()
        };
        let (chair, organiser) = (has(Role::CouncilChair), has(Role::Organiser));
        let agencies = units(Role::Appraiser);
        let own = [Role::UnitOfficer, Role::UnitHead, Role::Appraiser]
            .map(units)
            .concat();
        let sees_open = organiser || has(Role::Auditor);
        let overseer = chair || sees_open;
        if agencies.is_empty() && !overseer {
            return Err(Trouble::missing());
        }
        Ok(Self {
            cycle,
            agencies,
            own,
            overseer,
            chair,
            organiser,
            sees_open,
            now: web.now(),
        })
    }

    fn appraises(&self, unit: &UnitCode, leaf: &CriterionCode) -> bool {
        let agency = self.cycle.appraiser(unit, leaf);
        !self.own.contains(unit) && agency.is_some_and(|agency| self.agencies.contains(&agency))
    }

    /// Whether the person takes part in the decision. The services decide.
    pub(super) fn decides(&self, spot: &Spot) -> bool {
        !self.own.contains(&spot.unit) && (self.chair || self.appraises(&spot.unit, &spot.row.code))
    }

    /// Whether the person decides as the council's chair, over the agency.
    pub(super) fn corrects(&self, spot: &Spot) -> bool {
        self.chair && !self.appraises(&spot.unit, &spot.row.code)
    }

    /// Whether a penalty row of a unit is the person's to propose on.
    pub(super) fn proposes(&self, unit: &UnitCode, row: &Criterion) -> bool {
        self.organiser || self.appraises(unit, &row.code)
    }

    /// Whether the ledger shows the agencies' decisions to the person only once a round is closed.
    pub(super) const fn is_blind(&self) -> bool {
        self.chair && !self.sees_open && self.agencies.is_empty()
    }

    /// Whether the person sees the ranking before it is published.
    pub(super) const fn is_inner(&self) -> bool {
        self.overseer
    }

    /// Whether decisions of an open round are shown to the person: of the organiser and the auditor.
    pub(super) const fn sees_open(&self) -> bool {
        self.sees_open
    }

    /// Whether the person belongs to the unit.
    pub(super) fn is_own(&self, unit: &UnitCode) -> bool {
        self.own.contains(unit)
    }

    /// Whether a leaf is listed: an appraiser's own part; of who oversees, everything. Never the own unit.
    fn lists(&self, unit: &UnitCode, leaf: &CriterionCode) -> bool {
        if self.agencies.is_empty() {
            self.overseer && !self.own.contains(unit)
        } else {
            self.appraises(unit, leaf)
        }
    }

    /// Everything that is listed, in the order of units and of their index sets.
    pub(super) fn spots(&self) -> Vec<Spot> {
        let units = self.cycle.units_in_order().into_iter();
        units.flat_map(|unit| self.spots_of(&unit.code)).collect()
    }

    /// What is listed of a unit.
    pub(super) fn spots_of(&self, unit: &UnitCode) -> Vec<Spot> {
        let rows = self
            .cycle
            .index_set(unit)
            .into_iter()
            .flat_map(|set| set.leaves());
        let listed = rows.filter(|row| is_self_scored(row) && self.lists(unit, &row.code));
        listed
            .map(|row| Spot {
                unit: unit.clone(),
                row: row.clone(),
            })
            .collect()
    }

    /// The leaf in the address, where the person sees it.
    pub(super) fn spot(&self, at: &At) -> Result<Spot, Trouble> {
        let (unit, code): (UnitCode, CriterionCode) = (at.code("unit")?, at.code("criterion")?);
        let row = self.cycle.leaf(&unit, &code).filter(|row| is_self_scored(row));
        let row = row.cloned().ok_or_else(Trouble::missing)?;
        if self.is_own(&unit) || !(self.overseer || self.appraises(&unit, &code)) {
            return Err(Trouble::missing());
        }
        Ok(Spot { unit, row })
    }

    pub(super) fn unit(&self, code: &str) -> Option<&Unit> {
        self.cycle.units.get(&code.parse::<UnitCode>().ok()?)
    }

    pub(super) fn unit_name<'a>(&'a self, code: &'a str) -> &'a str {
        self.unit(code).map_or(code, |unit| &unit.name)
    }

    /// How far a round is.
    pub(super) fn stage(&self, round: Round, unit: Option<&UnitCode>, closed: &[Closing]) -> Stage {
        let number = round.number();
        let closing = |number: i64| closed.iter().find(|closing| i64::from(closing.round) == number);
        if let Some(closing) = closing(number) {
            return Stage::Closed(closing.clone());
        }
        let (before, window) = windows(round);
        let before = self.cycle.calendar.span(before, unit);
        let Some(span) = self.cycle.calendar.span(window, unit) else {
            return Stage::Unset;
        };
        match before {
            _ if self.now < span.start => Stage::Ahead(span),
            _ if round == Round::Second && closing(1).is_none() => Stage::FirstOpen,
            Some(before) if self.now < before.end => Stage::Waits(before.end),
            _ if self.now < span.end => Stage::Open(span),
            _ => Stage::Over(span),
        }
    }

    /// Whether an entry can be agreed to among others: it claims and proves something, waits for the person's agency in a
    /// round that takes decisions, and nothing corrects an agency by it.
    pub(super) fn agrees(
        &self,
        round: Round,
        (closed, gaps): (&[Closing], &Gaps),
        entry: &pb::Entry,
    ) -> Option<Spot> {
        let (unit, code): (UnitCode, CriterionCode) =
            (entry.unit.parse().ok()?, entry.criterion.parse().ok()?);
        let row = self.cycle.leaf(&unit, &code)?.clone();
        let spot = Spot { unit, row };
        let filled = entry.self_.as_ref().is_some_and(|own| own.input.is_some());
        let waits = gaps.contains_key(&(entry.unit.clone(), entry.criterion.clone()));
        let open = matches!(self.stage(round, Some(&spot.unit), closed), Stage::Open(_));
        let own = self.decides(&spot) && !self.corrects(&spot);
        let fits =
            filled && waits && open && own && entry.not_applicable.is_empty() && entry.lacks.is_empty();
        fits.then_some(spot)
    }

    /// Where the unit's own window before a round is.
    pub(super) fn phase(&self, window: Window, unit: &UnitCode) -> Phase {
        Phase::of(&self.cycle, window, unit, self.now)
    }
}

/// What the unit does before a round, and the round's own time.
const fn windows(round: Round) -> (Window, Window) {
    match round {
        Round::First => (Window::SelfScoring, Window::Appraisal1),
        Round::Second => (Window::Explanation, Window::Appraisal2),
    }
}

impl Way {
    /// As the address says; else the round that has begun last.
    pub(super) fn of(bench: &Bench, at: &At) -> Self {
        let begun = |window| {
            let span = bench.cycle.calendar.span(window, None);
            span.is_some_and(|span| span.start <= bench.now)
        };
        let round = match at.query("lan") {
            Some("1") => Round::First,
            Some("2") => Round::Second,
            _ if begun(Window::Appraisal2) => Round::Second,
            _ => Round::First,
        };
        Self {
            round,
            by_unit: at.query("theo") == Some("don-vi"),
        }
    }

    pub(super) const fn wire(self) -> pb::Round {
        match self.round {
            Round::First => pb::Round::Round1,
            Round::Second => pb::Round::Round2,
        }
    }

    /// As the address keeps it.
    pub(super) fn query(self) -> String {
        let by = if self.by_unit { "don-vi" } else { "tieu-chi" };
        format!("lan={}&theo={by}", self.round.number())
    }

    /// The page of a leaf.
    pub(super) fn to(self, bench: &Bench, criterion: &str, unit: &str) -> String {
        let cycle = &bench.cycle.code;
        format!("/tham-dinh/{cycle}/{criterion}/{unit}?{}", self.query())
    }

    /// The list that a leaf stands in.
    pub(super) fn list(self, bench: &Bench, spot: &Spot) -> String {
        let part = self.part(bench, spot);
        let part: Vec<String> = part
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        format!(
            "/tham-dinh/{}?{}&{}",
            bench.cycle.code,
            self.query(),
            part.join("&")
        )
    }

    /// What names that list in the address.
    pub(super) fn part(self, bench: &Bench, spot: &Spot) -> Vec<(&'static str, String)> {
        if self.by_unit {
            return vec![("don-vi", spot.unit.to_string())];
        }
        let unit = bench.cycle.units.get(&spot.unit);
        let of_type = unit.map(|unit| unit.unit_type.to_string()).unwrap_or_default();
        vec![("loai", of_type), ("tieu-chi", spot.row.code.to_string())]
    }

    /// What tells the entries of such a list apart.
    pub(super) fn key(self, entry: &pb::Entry) -> &str {
        if self.by_unit {
            &entry.criterion
        } else {
            &entry.unit
        }
    }

    /// What an entry of such a list is called.
    pub(super) fn label(self, bench: &Bench, entry: &pb::Entry) -> String {
        if !self.by_unit {
            return bench.unit_name(&entry.unit).to_owned();
        }
        let place = entry.unit.parse().ok().zip(entry.criterion.parse().ok());
        let row = place.and_then(|(unit, code)| bench.cycle.leaf(&unit, &code));
        format!("{} {}", entry.criterion, row.map_or("", |row| &row.name))
    }
}

/// The decision of a round, where it is shown.
pub(super) const fn ruling(entry: &pb::Entry, round: Round) -> Option<&pb::Step> {
    match round {
        Round::First => entry.appraisal_1.as_ref(),
        Round::Second => entry.appraisal_2.as_ref(),
    }
}

/// What keeps a round open.
pub(super) async fn gaps(web: &Web, me: &Me, bench: &Bench, round: pb::Round) -> Result<Gaps, Trouble> {
    let (mut gaps, mut page_token) = (Gaps::new(), String::new());
    loop {
        let asked = pb::ListGapsRequest {
            cycle: bench.cycle.code.to_string(),
            round: round.into(),
            page_size: 500,
            page_token,
        };
        let reply = web.ledger().list_gaps(web.ask(me, asked)).await?.into_inner();
        let key = |gap: &pb::Gap| (gap.unit.clone(), gap.criterion.clone());
        gaps.extend(reply.gaps.into_iter().map(|gap| (key(&gap), gap)));
        page_token = reply.next_page_token;
        if page_token.is_empty() {
            return Ok(gaps);
        }
    }
}

/// The rounds that are closed.
pub(super) async fn closings(web: &Web, me: &Me, bench: &Bench) -> Result<Vec<Closing>, Trouble> {
    let cycle = bench.cycle.code.to_string();
    let asked = web.ask(me, pb::GetRoundsRequest { cycle });
    let reply = web.ledger().get_rounds(asked).await?.into_inner();
    let names = names(
        web,
        me,
        reply.closed.iter().map(|closed| closed.by.clone()).collect(),
    )
    .await;
    let closing = |closed: &pb::ClosedRound| Closing {
        round: closed.round,
        at: moment(closed.at.as_ref()),
        by: names.get(&closed.by).cloned().unwrap_or_default(),
    };
    Ok(reply.closed.iter().map(closing).collect())
}

/// One criterion of the units of a type, as far as it is listed.
pub(super) async fn of_criterion(
    web: &Web,
    me: &Me,
    bench: &Bench,
    (of_type, criterion): (&UnitTypeCode, &CriterionCode),
) -> Result<Vec<pb::Entry>, Trouble> {
    let (mut entries, mut page_token) = (Vec::new(), String::new());
    loop {
        let asked = pb::ListEntriesRequest {
            cycle: bench.cycle.code.to_string(),
            criterion: criterion.to_string(),
            page_size: 500,
            page_token,
        };
        let reply = web.ledger().list_entries(web.ask(me, asked)).await?.into_inner();
        let listed = reply.entries.into_iter().filter(|entry| {
            let unit = bench.unit(&entry.unit).filter(|unit| unit.unit_type == *of_type);
            unit.is_some_and(|unit| bench.lists(&unit.code, criterion))
        });
        entries.extend(listed);
        page_token = reply.next_page_token;
        if page_token.is_empty() {
            return Ok(entries);
        }
    }
}

/// What is listed of a unit.
pub(super) async fn of_unit(
    web: &Web,
    me: &Me,
    bench: &Bench,
    unit: &UnitCode,
) -> Result<Vec<pb::Entry>, Trouble> {
    let asked = pb::GetSheetRequest {
        cycle: bench.cycle.code.to_string(),
        unit: unit.to_string(),
    };
    let reply = web.ledger().get_sheet(web.ask(me, asked)).await?.into_inner();
    let listed = |entry: &pb::Entry| {
        let code = entry.criterion.parse::<CriterionCode>();
        code.is_ok_and(|code| bench.lists(unit, &code))
    };
    Ok(reply.entries.into_iter().filter(listed).collect())
}

/// What stands beside a leaf by the way somebody goes.
pub(super) async fn beside(
    web: &Web,
    me: &Me,
    bench: &Bench,
    (way, spot): (Way, &Spot),
) -> Result<Vec<pb::Entry>, Trouble> {
    if way.by_unit {
        return of_unit(web, me, bench, &spot.unit).await;
    }
    let unit = bench.cycle.units.get(&spot.unit).ok_or_else(Trouble::missing)?;
    of_criterion(web, me, bench, (&unit.unit_type, &spot.row.code)).await
}

/// One leaf with every step.
pub(super) async fn entry(web: &Web, me: &Me, bench: &Bench, spot: &Spot) -> Result<pb::Entry, Trouble> {
    let asked = pb::GetEntryRequest {
        cycle: bench.cycle.code.to_string(),
        unit: spot.unit.to_string(),
        criterion: spot.row.code.to_string(),
    };
    let reply = web.ledger().get_entry(web.ask(me, asked)).await?.into_inner();
    reply.entry.ok_or_else(Trouble::missing)
}
