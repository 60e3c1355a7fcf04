//! Rows as messages, as far as the caller may see them.

use std::collections::BTreeMap;

use chiso_domain::appraisal::{
    Decision, EvidenceKind, Progress, Round, SheetState, is_self_scored, lack, proposal, total,
};
use chiso_domain::cycle::{Criterion, Cycle, IndexSet};
use chiso_domain::kernel::{CriterionCode, PersonId, Points, UnitCode};
use chiso_domain::scoring::Scored;
use chiso_wire::convert::timestamp;
use chiso_wire::ledger as pb;

use crate::policy::Viewer;
use crate::store::Place;
use crate::store::entry::{Entry, Said};
use crate::store::evidence::{Body, Evidence};
use crate::store::penalty::{Penalty, PenaltyState};
use crate::store::ruling::StoredRuling;
use crate::store::sheet::Sheet;

/// All rows of one leaf.
#[derive(Clone, Debug, Default)]
pub(crate) struct LeafRows {
    /// What the unit says.
    pub entry: Entry,
    /// What was decided.
    pub rulings: BTreeMap<Round, StoredRuling>,
    /// What proves it, removed pieces too.
    pub evidence: Vec<Evidence>,
    /// The officer who sees to it.
    pub assigned_to: Option<PersonId>,
}

impl LeafRows {
    /// What the evidence rule misses.
    #[must_use]
    pub(crate) fn lack(&self, cycle: &Cycle) -> Option<chiso_domain::appraisal::Lack> {
        let evidenced = self.evidence.iter().any(|evidence| evidence.removed_at.is_none());
        lack(
            cycle.rules.policy.evidence_rule,
            self.entry.own(),
            self.entry.explained(),
            evidenced,
        )
    }

    /// Whether round 1 left something to answer.
    pub(crate) fn questioned(&self) -> bool {
        let first = self.rulings.get(&Round::First);
        first.is_some_and(|ruling| ruling.decision != Decision::Agree)
    }

    /// Whether the unit answered round 1, in words or with evidence.
    pub(crate) fn answered(&self) -> bool {
        let added = |evidence: &Evidence| evidence.supplement && evidence.removed_at.is_none();
        !self.entry.further.text.is_empty() || self.evidence.iter().any(added)
    }
}

/// Turns rows into messages for one caller.
#[derive(Clone, Copy, Debug)]
pub(crate) struct View<'a> {
    /// The cycle.
    pub cycle: &'a Cycle,
    /// Who looks.
    pub viewer: &'a Viewer,
    /// Which rounds are closed.
    pub progress: Progress,
}

impl View<'_> {
    /// One leaf with every step.
    #[must_use]
    pub(crate) fn entry(&self, place: &Place, leaf: &Criterion, rows: &LeafRows) -> pb::Entry {
        let entry = &rows.entry;
        let own = entry.own();
        pb::Entry {
            cycle: place.cycle.to_string(),
            unit: place.unit.to_string(),
            criterion: place.criterion.to_string(),
            version: entry.version,
            self_: entry.explanation.at.map(|_| self_step(entry)),
            appraisal_1: self.ruling(place, rows, Round::First).map(ruling_step),
            explanation: entry.further.at.map(|_| said_step(&entry.further)),
            appraisal_2: self.ruling(place, rows, Round::Second).map(ruling_step),
            evidence: rows.evidence.iter().map(evidence_message).collect(),
            not_applicable: entry.not_applicable.clone(),
            max_points: leaf.max.to_string(),
            appraiser: self
                .cycle
                .appraiser(&place.unit, &place.criterion)
                .map(|agency| agency.to_string())
                .unwrap_or_default(),
            lacks: rows
                .lack(self.cycle)
                .map(|lack| lack.vi().to_owned())
                .unwrap_or_default(),
            proposal: self.proposal(own, rows),
            assigned_to: self.assigned_to(place, rows),
            changed_by: entry.changed_by.clone(),
            changed_at: entry.changed_at.map(timestamp),
        }
    }

    fn assigned_to(&self, place: &Place, rows: &LeafRows) -> String {
        let seen = rows
            .assigned_to
            .filter(|_| self.viewer.sees_assignments(&place.unit));
        seen.map(|person| person.to_string()).unwrap_or_default()
    }

    fn proposal(&self, own: Scored, rows: &LeafRows) -> String {
        match rows.rulings.get(&Round::First) {
            Some(first) if self.progress.first_closed => {
                scored_text(proposal(own, first.scored(), rows.answered()))
            }
            _ => String::new(),
        }
    }

    /// The decision of a round, where the caller sees it.
    pub(crate) fn ruling<'r>(
        &self,
        place: &Place,
        rows: &'r LeafRows,
        round: Round,
    ) -> Option<&'r StoredRuling> {
        let ruling = rows.rulings.get(&round)?;
        let closed = self.progress.is_closed(round);
        self.viewer
            .sees_ruling(closed, (self.cycle, place), ruling.agency.as_ref())
            .then_some(ruling)
    }

    /// A sheet's head, over the leaves and the penalties the caller sees.
    #[must_use]
    pub(crate) fn sheet(
        &self,
        unit: &UnitCode,
        (sheet, window_over): (Sheet, bool),
        rows: &BTreeMap<CriterionCode, LeafRows>,
        penalties: &[Penalty],
    ) -> pb::Sheet {
        let Some(set) = self.cycle.index_set(unit) else {
            return pb::Sheet::default();
        };
        let leaves: Vec<&Criterion> = self.visible(unit, set).collect();
        let of = |leaf: &Criterion| rows.get(&leaf.code);
        let points = |each: &dyn Fn(&LeafRows) -> Option<Points>| -> String {
            let sums = leaves
                .iter()
                .filter_map(|leaf| Some((leaf.code.clone(), each(of(leaf)?)?)));
            total(set, &sums.collect()).to_string()
        };
        let round = |round: Round| {
            if self.progress.is_closed(round) || self.viewer.sees_open_totals() {
                points(&|rows| Some(rows.rulings.get(&round)?.scored().or_zero()))
            } else {
                String::new()
            }
        };
        let settled = |rows: &LeafRows| rows.entry.input.is_some() || !rows.entry.not_applicable.is_empty();
        let filled = leaves.iter().filter(|leaf| of(leaf).is_some_and(settled)).count();
        let asked = self.asked(leaves.iter().filter_map(|leaf| of(leaf)), penalties);
        let state = sheet.state.at(window_over);
        pb::Sheet {
            cycle: self.cycle.code.to_string(),
            unit: unit.to_string(),
            state: state_message(state).into(),
            // Opened again by an extension, it is not sent, whatever it was before.
            submitted_at: sheet
                .submitted_at
                .filter(|_| state != SheetState::Draft)
                .map(timestamp),
            receipt: sheet.receipt,
            leaves: i32::try_from(leaves.len()).unwrap_or(i32::MAX),
            filled: i32::try_from(filled).unwrap_or(i32::MAX),
            self_total: points(&|rows| Some(rows.entry.own().or_zero())),
            appraisal_1_total: round(Round::First),
            appraisal_2_total: round(Round::Second),
            questions: i32::try_from(asked.len()).unwrap_or(i32::MAX),
            answers: i32::try_from(asked.iter().filter(|answered| **answered).count()).unwrap_or(i32::MAX),
        }
    }

    /// What the unit is asked between the appraisals, and whether each was answered. Before round 1 is closed nothing
    /// is asked.
    fn asked<'r>(&self, rows: impl Iterator<Item = &'r LeafRows>, penalties: &[Penalty]) -> Vec<bool> {
        if !self.progress.first_closed {
            return Vec::new();
        }
        let leaves = rows.filter(|rows| rows.questioned()).map(LeafRows::answered);
        let seen = |penalty: &&Penalty| self.viewer.sees_penalty(self.cycle, &penalty.place, true);
        let penalties = penalties.iter().filter(seen).map(Penalty::answered);
        leaves.chain(penalties).collect()
    }

    /// The self-scored leaves of a unit that the caller sees.
    pub(crate) fn visible<'c>(
        &'c self,
        unit: &'c UnitCode,
        set: &'c IndexSet,
    ) -> impl Iterator<Item = &'c Criterion> {
        set.leaves()
            .filter(|leaf| is_self_scored(leaf))
            .filter(|leaf| self.viewer.sees_leaf(self.cycle, unit, &leaf.code))
    }
}

const fn state_message(state: SheetState) -> pb::SheetState {
    match state {
        SheetState::Draft => pb::SheetState::Draft,
        SheetState::Submitted => pb::SheetState::Submitted,
        SheetState::AutoLocked => pb::SheetState::AutoLocked,
    }
}

/// Empty where it does not apply.
fn scored_text(scored: Scored) -> String {
    match scored {
        Scored::Points(points) => points.to_string(),
        Scored::NotApplicable => String::new(),
    }
}

fn self_step(entry: &Entry) -> pb::Step {
    pb::Step {
        input: entry.input.as_ref().map(Into::into),
        points: scored_text(entry.own()),
        ..said_step(&entry.explanation)
    }
}

fn said_step(said: &Said) -> pb::Step {
    pb::Step {
        text: said.text.clone(),
        by: said.by.clone(),
        at: said.at.map(timestamp),
        version: said.version,
        ..pb::Step::default()
    }
}

fn ruling_step(ruling: &StoredRuling) -> pb::Step {
    let decision = match ruling.decision {
        Decision::Agree => pb::Decision::Agree,
        Decision::Disagree => pb::Decision::Disagree,
        Decision::RequestEvidence => pb::Decision::RequestEvidence,
    };
    pb::Step {
        input: ruling.input.as_ref().map(Into::into),
        points: scored_text(ruling.scored()),
        text: ruling.reason.clone(),
        decision: decision.into(),
        decision_text: ruling.decision.text().to_owned(),
        by: ruling.by.clone(),
        at: Some(timestamp(ruling.at)),
        version: ruling.version,
        by_chair: ruling.agency.is_none(),
    }
}

/// A piece of evidence as a message.
#[must_use]
pub(crate) fn evidence_message(evidence: &Evidence) -> pb::Evidence {
    let kind = match evidence.body.kind() {
        EvidenceKind::File => pb::EvidenceKind::File,
        EvidenceKind::Link => pb::EvidenceKind::Link,
        EvidenceKind::InPerson => pb::EvidenceKind::InPerson,
    };
    let mut message = pb::Evidence {
        evidence_id: evidence.id.to_string(),
        kind: kind.into(),
        document: evidence.document.clone(),
        locator: evidence.locator.clone(),
        added_at: Some(timestamp(evidence.added_at)),
        added_by: evidence.added_by.clone(),
        supplement: evidence.supplement,
        removed: evidence.removed_at.is_some(),
        ..pb::Evidence::default()
    };
    match &evidence.body {
        Body::File {
            name,
            media_type,
            size,
            sha256,
        } => {
            message.file_name.clone_from(name);
            message.media_type = media_type.mime().to_owned();
            message.size_bytes = *size;
            message.sha256 = hex::encode(sha256);
        }
        Body::Link(url) => message.url.clone_from(url),
        Body::InPerson { on, at, members } => {
            message.presented_on.clone_from(on);
            message.presented_at.clone_from(at);
            message.members.clone_from(members);
        }
    }
    message
}

/// A penalty as a message; `points` is what this proposal alone would take off.
#[must_use]
pub(crate) fn penalty_message(penalty: &Penalty, points: Points) -> pb::Penalty {
    use chiso_wire::kernel::leaf_input::Kind;
    let state = match penalty.state {
        PenaltyState::Proposed => pb::PenaltyState::Proposed,
        PenaltyState::Decided => pb::PenaltyState::Decided,
        PenaltyState::Rejected => pb::PenaltyState::Rejected,
    };
    let input = match chiso_wire::kernel::LeafInput::from(&penalty.input).kind {
        Some(Kind::Penalty(input)) => Some(input),
        _ => None,
    };
    pb::Penalty {
        penalty_id: penalty.id.to_string(),
        cycle: penalty.place.cycle.to_string(),
        unit: penalty.place.unit.to_string(),
        criterion: penalty.place.criterion.to_string(),
        input,
        document: penalty.document.clone(),
        reason: penalty.reason.clone(),
        state: state.into(),
        unit_explanation: penalty.unit_explanation.clone(),
        version: penalty.answers,
        decided_reason: penalty.decided_reason.clone(),
        points: points.to_string(),
    }
}
