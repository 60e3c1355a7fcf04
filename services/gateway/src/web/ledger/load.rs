//! What the pages of a sheet show, from the frame of the year and from the ledger.

use std::collections::BTreeMap;
use std::sync::Arc;

use chiso_domain::appraisal::{self, Act, Lack, Progress, is_optional, is_self_scored};
use chiso_domain::cycle::{Criterion, Cycle, EvidenceRule, IndexSet, Unit, Window};
use chiso_domain::kernel::{CriterionCode, CycleCode, Instant, UnitCode};
use chiso_platform::words::Words;
use chiso_wire::convert::instant;
use chiso_wire::identity::Role;
use chiso_wire::ledger::{
    self as pb, GetRoundsRequest, GetSheetRequest, ListPenaltiesRequest, Round, SheetState,
};
use prost_types::Timestamp;
use tonic::Status;

use super::super::at::At;
use super::super::me::Me;
use super::super::people;
use super::super::phase::Phase;
use super::super::state::Web;
use super::super::trouble::Trouble;

/// Penalties that the ledger tells at once.
const PENALTIES: i32 = 500;

/// A unit in a year.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) cycle: Arc<Cycle>,
    pub(super) unit: UnitCode,
}

/// A criterion that a unit scores itself.
#[derive(Clone, Debug)]
pub(super) struct Leaf {
    pub(super) place: Place,
    pub(super) row: Criterion,
    pub(super) way: Way,
}

/// By which list somebody comes to a criterion, and goes back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Way {
    /// The whole sheet.
    #[default]
    List,
    /// Looking it over before it is sent.
    Review,
    /// What is to be answered after the first appraisal.
    Explanation,
}

/// A sheet as the person who opens the page sees it.
#[derive(Clone, Debug)]
pub(super) struct Sheet {
    pub(super) head: pb::Sheet,
    pub(super) entries: Vec<pb::Entry>,
    pub(super) now: Instant,
    /// Which appraisals are closed.
    rounds: Progress,
    /// The window of self-scoring.
    pub(super) scoring: Phase,
    /// The window between the appraisals.
    pub(super) explaining: Phase,
    /// Whether the person writes on the unit's sheet.
    pub(super) writes: bool,
    /// Whether the person sends it.
    pub(super) sends: bool,
}

/// How far a criterion is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stand {
    /// Does not apply to the unit.
    NotApplicable,
    /// Nothing is saved.
    Blank,
    /// Something is saved, but no value.
    Begun,
    /// Would count nothing: evidence or an explanation is missing.
    Lacking,
    /// Everything is there.
    Done,
}

impl Place {
    /// The unit in the address. Where the year is not open yet, there is no such page.
    pub(super) async fn of(web: &Web, at: &At) -> Result<Self, Trouble> {
        let (code, unit): (CycleCode, UnitCode) = (at.code("cycle")?, at.code("unit")?);
        let cycle = match web.cycle(&code).await {
            Err(Trouble::Problem(problem)) if problem.reason() == "CYCLE_NOT_OPEN" => Err(Trouble::missing()),
            found => found,
        }?;
        if cycle.index_set(&unit).is_none() {
            return Err(Trouble::missing());
        }
        Ok(Self { cycle, unit })
    }

    pub(super) fn name(&self) -> &str {
        self.known().map_or("", |unit| &unit.name)
    }

    fn known(&self) -> Option<&Unit> {
        self.cycle.units.get(&self.unit)
    }

    /// The index set, found when the place was.
    pub(super) fn set(&self) -> Option<&IndexSet> {
        self.cycle.index_set(&self.unit)
    }

    /// The criteria that the unit scores itself, in the printed order.
    pub(super) fn leaves(&self) -> impl Iterator<Item = &Criterion> {
        let set = self.set().into_iter();
        set.flat_map(IndexSet::leaves).filter(|leaf| is_self_scored(leaf))
    }

    /// Whether a sheet may be sent without this criterion.
    pub(super) fn is_optional(&self, code: &str) -> bool {
        let leaf = self.leaf(code);
        leaf.zip(self.set())
            .is_some_and(|(leaf, set)| is_optional(set, leaf))
    }

    pub(super) fn leaf(&self, code: &str) -> Option<&Criterion> {
        let code: CriterionCode = code.parse().ok()?;
        self.set()?.leaf(&code)
    }

    pub(super) fn href(&self) -> String {
        format!("/tu-cham/{}/{}", self.cycle.code, self.unit)
    }

    pub(super) fn explain_href(&self) -> String {
        format!("/giai-trinh/{}/{}", self.cycle.code, self.unit)
    }

    /// The page of a criterion, from which one goes back by the same way.
    pub(super) fn leaf_href(&self, criterion: &str, way: Way) -> String {
        format!("{}/{criterion}{}", self.href(), way.query())
    }

    /// Entries by the content they stand under, in the printed order; contents without any are left out.
    pub(super) fn by_content<'a>(
        &'a self,
        entries: impl Iterator<Item = &'a pb::Entry>,
    ) -> Vec<(&'a Criterion, Vec<&'a pb::Entry>)> {
        let entries: Vec<&pb::Entry> = entries.collect();
        let contents = self.set().into_iter().flat_map(IndexSet::contents);
        let below = |content: &Criterion| -> Vec<&'a pb::Entry> {
            let own = |entry: &&&pb::Entry| entry.criterion.split('.').next() == Some(content.code.as_str());
            entries.iter().filter(own).copied().collect()
        };
        let groups = contents.map(|content| (content, below(content)));
        groups.filter(|(_, own)| !own.is_empty()).collect()
    }

    fn phase(&self, window: Window, now: Instant) -> Phase {
        Phase::of(&self.cycle, window, &self.unit, now)
    }

    fn is_own(&self, me: &Me, role: Role) -> bool {
        me.units(role, self.cycle.code.as_str())
            .contains(&self.unit.as_str())
    }
}

impl Leaf {
    /// The criterion in the address.
    pub(super) async fn of(web: &Web, at: &At) -> Result<Self, Trouble> {
        let place = Place::of(web, at).await?;
        let row = place
            .leaves()
            .find(|leaf| leaf.code.as_str() == at.part("criterion"));
        let row = row.cloned().ok_or_else(Trouble::missing)?;
        let way = Way::of(at);
        Ok(Self { place, row, way })
    }

    pub(super) fn href(&self) -> String {
        self.place.leaf_href(self.row.code.as_str(), self.way)
    }

    /// Where a form of its page is sent.
    pub(super) fn form_href(&self, form: &str) -> String {
        format!(
            "{}/{}/{form}{}",
            self.place.href(),
            self.row.code,
            self.way.query()
        )
    }

    /// Where somebody goes back to who is done with it.
    pub(super) fn back_href(&self) -> String {
        match self.way {
            Way::List => self.place.href(),
            Way::Review => format!("{}/gui", self.place.href()),
            Way::Explanation => self.place.explain_href(),
        }
    }

    /// The criteria before and after it, of those that are seen.
    pub(super) fn beside(
        &self,
        seen: &dyn Fn(&Criterion) -> bool,
    ) -> (Option<&Criterion>, Option<&Criterion>) {
        let leaves: Vec<&Criterion> = self.place.leaves().filter(|leaf| seen(leaf)).collect();
        let at = leaves.iter().position(|leaf| leaf.code == self.row.code);
        let of = |at: Option<usize>| at.and_then(|at| leaves.get(at)).copied();
        (of(at.and_then(|at| at.checked_sub(1))), of(at.map(|at| at + 1)))
    }
}

impl Way {
    const NAMED: [(Self, &'static str); 2] = [(Self::Review, "ra-soat"), (Self::Explanation, "giai-trinh")];

    fn of(at: &At) -> Self {
        let asked = at.query("tu").unwrap_or_default();
        let known = Self::NAMED.into_iter().find(|(_, name)| *name == asked);
        known.map_or(Self::List, |(way, _)| way)
    }

    fn query(self) -> String {
        let known = Self::NAMED.into_iter().find(|(way, _)| *way == self);
        known.map_or_else(String::new, |(_, name)| format!("?tu={name}"))
    }
}

impl Sheet {
    /// What the ledger shows to this person.
    pub(super) async fn load(web: &Web, me: &Me, place: &Place) -> Result<Self, Trouble> {
        let asked = GetSheetRequest {
            cycle: place.cycle.code.to_string(),
            unit: place.unit.to_string(),
        };
        let reply = web.ledger().get_sheet(web.ask(me, asked)).await?.into_inner();
        let rounds = rounds(web, me, &place.cycle).await?;
        let (now, sends) = (web.now(), place.is_own(me, Role::UnitHead));
        Ok(Self {
            rounds,
            head: reply.sheet.ok_or_else(Trouble::missing)?,
            entries: reply.entries,
            now,
            scoring: place.phase(Window::SelfScoring, now),
            explaining: place.phase(Window::Explanation, now),
            writes: sends || place.is_own(me, Role::UnitOfficer),
            sends,
        })
    }

    /// The entry of a criterion, where the person sees it.
    pub(super) fn entry(&self, leaf: &Leaf) -> Result<&pb::Entry, Trouble> {
        let code = leaf.row.code.as_str();
        let found = self.entries.iter().find(|entry| entry.criterion == code);
        found.ok_or_else(Trouble::missing)
    }

    /// Whether the person sees a criterion of the sheet.
    pub(super) fn sees(&self, row: &Criterion) -> bool {
        self.entries
            .iter()
            .any(|entry| entry.criterion == row.code.as_str())
    }

    /// Whether the first appraisal is closed: from then on the unit answers it.
    pub(super) const fn is_first_closed(&self) -> bool {
        self.rounds.first_closed
    }

    /// Whether nothing is decided any more.
    pub(super) const fn is_second_closed(&self) -> bool {
        self.rounds.second_closed
    }

    /// Whether there is something in asking that a window be opened again for the unit.
    pub(super) fn may_reopen(&self, window: Window) -> bool {
        matches!(self.phase(window), Phase::Over(_)) && lets(self.rounds, window)
    }

    /// Whether the unit can answer the first appraisal now or later.
    pub(super) fn may_answer(&self) -> bool {
        matches!(self.explaining, Phase::Ahead(_) | Phase::Open(_)) && lets(self.rounds, Window::Explanation)
    }

    /// Where a window is in which the unit writes.
    pub(super) const fn phase(&self, window: Window) -> Phase {
        match window {
            Window::Explanation => self.explaining,
            _ => self.scoring,
        }
    }

    /// Whether points can be saved now.
    pub(super) fn is_draft(&self) -> bool {
        self.takes(Window::SelfScoring) && self.head.state() == SheetState::Draft
    }

    /// Whether the person can save points now.
    pub(super) fn can_score(&self) -> bool {
        self.writes && self.is_draft()
    }

    /// Whether a window takes something now.
    pub(super) fn takes(&self, window: Window) -> bool {
        self.phase(window).is_open() && lets(self.rounds, window)
    }

    /// Whether the person can answer the first appraisal now.
    pub(super) fn can_explain(&self) -> bool {
        self.writes && self.takes(Window::Explanation)
    }

    /// Whether the person can add evidence now.
    pub(super) fn can_add(&self) -> bool {
        self.can_score() || self.can_explain()
    }
}

/// Which appraisals are closed.
pub(super) async fn rounds(web: &Web, me: &Me, of: &Cycle) -> Result<Progress, Trouble> {
    let cycle = of.code.to_string();
    let asked = web.ask(me, GetRoundsRequest { cycle });
    let closed = web.ledger().get_rounds(asked).await?.into_inner().closed;
    let is_closed = |round: Round| closed.iter().any(|closing| closing.round() == round);
    Ok(Progress {
        first_closed: is_closed(Round::Round1),
        second_closed: is_closed(Round::Round2),
    })
}

/// Whether what units would write in a window still counts: not where the round that judges it is closed. Where the
/// ledger does not say, nobody is held up.
pub(in crate::web) async fn is_judged_still(web: &Web, me: &Me, of: &Cycle, window: Window) -> bool {
    let Ok(rounds) = rounds(web, me, of).await else {
        return true;
    };
    match window {
        Window::SelfScoring => !rounds.first_closed,
        Window::Explanation => !rounds.second_closed,
        _ => true,
    }
}

/// Whether the rounds still let a unit write what it writes in a window.
pub(super) fn lets(rounds: Progress, window: Window) -> bool {
    let (act, state) = match window {
        Window::Explanation => (Act::Explain, appraisal::SheetState::Submitted),
        _ => (Act::Save, appraisal::SheetState::Draft),
    };
    rounds.check(act, state).is_ok()
}

/// How far a criterion is.
pub(super) fn stand(entry: &pb::Entry) -> Stand {
    if !entry.not_applicable.is_empty() {
        return Stand::NotApplicable;
    }
    let evidenced = pieces(entry).next().is_some();
    match &entry.self_ {
        None if evidenced => Stand::Begun,
        None => Stand::Blank,
        Some(own) if own.input.is_none() => Stand::Begun,
        Some(_) if !entry.lacks.is_empty() => Stand::Lacking,
        Some(_) => Stand::Done,
    }
}

/// What keeps an entry from counting, in the reader's language; as the ledger says it where it is none that is known.
pub(in crate::web) fn lacking<'e>(w: Words, of: &Cycle, entry: &'e pb::Entry) -> &'e str {
    let all = [Lack::Explanation, Lack::Evidence, Lack::Both];
    match all.into_iter().find(|lack| lack.vi() == entry.lacks) {
        None => &entry.lacks,
        Some(Lack::Explanation) => w.say("ledger-lack-explanation"),
        Some(Lack::Evidence) => w.say("ledger-lack-evidence"),
        // Of two that are both missing, one may be enough.
        Some(Lack::Both) if of.rules.policy.evidence_rule == EvidenceRule::Either => {
            w.say("ledger-lack-either")
        }
        Some(Lack::Both) => w.say("ledger-lack-both"),
    }
}

/// The evidence that was not taken off.
pub(in crate::web) fn pieces(entry: &pb::Entry) -> impl Iterator<Item = &pb::Evidence> {
    entry.evidence.iter().filter(|piece| !piece.removed)
}

/// Whether the unit is to answer the first appraisal.
pub(super) fn is_questioned(entry: &pb::Entry) -> bool {
    let first = entry.appraisal_1.as_ref();
    first.is_some_and(|step| {
        matches!(
            step.decision(),
            pb::Decision::Disagree | pb::Decision::RequestEvidence
        )
    })
}

/// Whether it did.
pub(super) fn is_answered(entry: &pb::Entry) -> bool {
    entry.explanation.is_some() || pieces(entry).any(|piece| piece.supplement)
}

/// An instant of a message; none where it is missing or none.
pub(in crate::web) fn moment(at: Option<&Timestamp>) -> Option<Instant> {
    instant("at", at).ok()
}

/// Who changed an entry last, and when; where that was before it was kept, whoever said something last.
pub(in crate::web) fn changed(entry: &pb::Entry) -> (&str, Option<Instant>) {
    if entry.changed_at.is_some() {
        return (&entry.changed_by, moment(entry.changed_at.as_ref()));
    }
    let last = entry.explanation.as_ref().or(entry.self_.as_ref());
    last.map_or(("", None), |step| (&step.by, moment(step.at.as_ref())))
}

/// The names of those who did something or see to it, by their ids. Where identity does not answer, nobody is named.
pub(super) async fn names(web: &Web, me: &Me, entry: &pb::Entry) -> BTreeMap<String, String> {
    let steps = [
        &entry.self_,
        &entry.appraisal_1,
        &entry.explanation,
        &entry.appraisal_2,
    ];
    let mut people: Vec<String> = steps.into_iter().flatten().map(|step| step.by.clone()).collect();
    people.extend([entry.assigned_to.clone(), changed(entry).0.to_owned()]);
    people::names(web, me, people).await
}

/// The penalties that were proposed, for a unit or for all of them, as far as the person is shown them.
pub(in crate::web) async fn penalties(
    web: &Web,
    me: &Me,
    cycle: &CycleCode,
    unit: Option<&UnitCode>,
) -> Result<Vec<pb::Penalty>, Status> {
    let (mut all, mut page_token) = (Vec::new(), String::new());
    loop {
        let asked = ListPenaltiesRequest {
            cycle: cycle.to_string(),
            unit: unit.map(UnitCode::to_string).unwrap_or_default(),
            page_size: PENALTIES,
            page_token,
        };
        let reply = web.ledger().list_penalties(web.ask(me, asked)).await?;
        let reply = reply.into_inner();
        all.extend(reply.penalties);
        page_token = reply.next_page_token;
        if page_token.is_empty() {
            return Ok(all);
        }
    }
}
