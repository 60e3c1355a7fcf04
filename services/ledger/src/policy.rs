//! Which permission each RPC needs, and what a caller may see of a sheet.

use chiso_domain::cycle::Cycle;
use chiso_domain::kernel::{CriterionCode, CycleCode, UnitCode};
use chiso_platform::Error;
use chiso_platform::auth::{Actor, Caller, Permission, Role};
use chiso_platform::rpc::Policy;

use crate::error::LedgerRefusal;
use crate::store::Place;

const UNIT: &[Role] = &[Role::UnitOfficer, Role::UnitHead];

/// Reads sheets, entries, evidence, penalties, as far as [`Viewer`] lets.
pub(crate) const READ: Permission = Permission::roles(
    "ledger.sheet.read",
    &[
        Role::Organiser,
        Role::UnitOfficer,
        Role::UnitHead,
        Role::Appraiser,
        Role::CouncilChair,
        Role::Auditor,
    ],
);
/// Saves entries and evidence of the own unit, explains between the rounds.
pub(crate) const SCORE: Permission = Permission::roles("ledger.entry.score", UNIT);
/// Sends the own unit's sheet and takes it back.
pub(crate) const SUBMIT: Permission = Permission::roles("ledger.sheet.submit", &[Role::UnitHead]);
/// Divides the own unit's work among its officers.
pub(crate) const ASSIGN: Permission = Permission::roles("ledger.entry.assign", &[Role::UnitHead]);
/// Decides leaves.
pub(crate) const APPRAISE: Permission =
    Permission::roles("ledger.entry.appraise", &[Role::Appraiser, Role::CouncilChair]);
/// Closes rounds, imports indices, marks what does not apply, answers who asks for more time, reminds.
pub(crate) const ORGANISE: Permission = Permission::roles("ledger.cycle.organise", &[Role::Organiser]);
/// Reads what was imported of an index.
pub(crate) const READ_EXTERNAL: Permission = Permission::roles(
    "ledger.external.read",
    &[Role::Organiser, Role::CouncilChair, Role::Auditor],
);
/// Sees what keeps a round open: an appraiser their own part.
pub(crate) const GAPS: Permission = Permission::roles(
    "ledger.gap.read",
    &[
        Role::Organiser,
        Role::Appraiser,
        Role::CouncilChair,
        Role::Auditor,
    ],
);
/// Proposes penalties.
pub(crate) const PROPOSE: Permission =
    Permission::roles("ledger.penalty.propose", &[Role::Appraiser, Role::Organiser]);
/// Decides penalties.
pub(crate) const DECIDE_PENALTY: Permission =
    Permission::roles("ledger.penalty.decide", &[Role::CouncilChair]);
/// Pulls points.
pub(crate) const PULL: Permission = Permission::roles_and_services("ledger.point.pull", &[Role::Auditor]);
/// Reads the journal.
pub(crate) const JOURNAL: Permission =
    Permission::roles("ledger.journal.read", &[Role::Organiser, Role::Auditor]);

/// A permission for each RPC.
pub(crate) const POLICY: Policy = &[
    ("GetSheet", READ),
    ("ListSheets", READ),
    ("GetEntry", READ),
    ("ListEntries", READ),
    ("SaveEntry", SCORE),
    ("UploadEvidence", SCORE),
    ("AddEvidence", SCORE),
    ("RemoveEvidence", SCORE),
    ("DownloadEvidence", READ),
    ("SubmitSheet", SUBMIT),
    ("WithdrawSheet", SUBMIT),
    ("AssignEntries", ASSIGN),
    ("GetAssignees", ASSIGN),
    ("AppraiseEntry", APPRAISE),
    ("ExplainEntry", SCORE),
    ("CloseRound", ORGANISE),
    ("GetRounds", READ),
    ("ListGaps", GAPS),
    ("ProposePenalty", PROPOSE),
    ("ExplainPenalty", SCORE),
    ("DecidePenalty", DECIDE_PENALTY),
    ("ListPenalties", READ),
    ("ImportExternalIndex", ORGANISE),
    ("GetExternalIndex", READ_EXTERNAL),
    ("MarkNotApplicable", ORGANISE),
    ("MarkApplicable", ORGANISE),
    ("AskReopening", SCORE),
    ("ListReopenings", READ),
    ("AnswerReopening", ORGANISE),
    ("SendReminders", ORGANISE),
    ("PullPoints", PULL),
    ("ListJournal", JOURNAL),
];

/// Finds that the caller acts for the unit.
///
/// # Errors
/// `PERMISSION_DENIED`, or `UNIT_NOT_YOURS`.
pub(crate) fn own_unit(
    caller: &Caller,
    permission: Permission,
    cycle: &CycleCode,
    unit: &UnitCode,
) -> Result<(), Error> {
    if caller.require(permission, Some(cycle))?.units().contains(unit) {
        Ok(())
    } else {
        Err(LedgerRefusal::NotOwnUnit(unit.clone()).into())
    }
}

/// Whether a person belongs to the unit they would judge: as its officer, head, or appraiser (4.13).
pub(crate) fn belongs_to(caller: &Caller, cycle: &CycleCode, unit: &UnitCode) -> bool {
    let Caller::Person(person) = caller else {
        return false;
    };
    person.grants.iter().any(|grant| {
        matches!(grant.role, Role::UnitOfficer | Role::UnitHead | Role::Appraiser)
            && grant.cycle.as_ref().is_none_or(|of| of == cycle)
            && grant.unit.as_deref() == Some(unit.as_str())
    })
}

/// What a caller may see.
#[derive(Clone, Debug)]
pub(crate) struct Viewer {
    all: bool,
    chair: bool,
    units: Vec<UnitCode>,
    agencies: Vec<UnitCode>,
}

impl Viewer {
    /// From the grants that allow the act.
    #[must_use]
    pub(crate) fn of(actor: &Actor<'_>) -> Self {
        let mut units = actor.units_as(Role::UnitOfficer);
        units.extend(actor.units_as(Role::UnitHead));
        Self {
            all: actor.is(Role::Organiser) || actor.is(Role::Auditor),
            chair: actor.is(Role::CouncilChair),
            units,
            agencies: actor.units_as(Role::Appraiser),
        }
    }

    /// Whether the unit's whole sheet is open to the caller.
    #[must_use]
    pub(crate) fn sees_unit(&self, unit: &UnitCode) -> bool {
        self.all || self.chair || self.units.contains(unit)
    }

    /// Whether it is told who in the unit sees to what.
    #[must_use]
    pub(crate) fn sees_assignments(&self, unit: &UnitCode) -> bool {
        self.all || self.units.contains(unit)
    }

    /// Whether one leaf is: the whole sheet, or the appraiser's own leaves.
    #[must_use]
    pub(crate) fn sees_leaf(&self, cycle: &Cycle, unit: &UnitCode, leaf: &CriterionCode) -> bool {
        self.sees_unit(unit) || self.judges(cycle, unit, leaf)
    }

    /// Whether any sheet may hold leaves of the caller.
    #[must_use]
    pub(crate) fn sees_some(&self, unit: &UnitCode) -> bool {
        self.sees_unit(unit) || !self.agencies.is_empty()
    }

    /// Whether a decision of an open round is the caller's own, or the caller oversees all (4.12). The chair's stands in
    /// place of the agency's, so that it is the agency's, too, to know.
    fn sees_open_ruling(&self, cycle: &Cycle, place: &Place, agency: Option<&UnitCode>) -> bool {
        self.all
            || match agency {
                Some(agency) => self.agencies.contains(agency),
                None => self.chair || self.judges(cycle, &place.unit, &place.criterion),
            }
    }

    /// Whether a gap is shown: an appraiser sees those of their agency.
    #[must_use]
    pub(crate) fn sees_gap_of(&self, agency: Option<&UnitCode>) -> bool {
        self.all || self.chair || agency.is_some_and(|agency| self.agencies.contains(agency))
    }

    /// Whether a proposed penalty is shown: to a unit only once round 1 is closed.
    #[must_use]
    pub(crate) fn sees_penalty(&self, cycle: &Cycle, place: &Place, first_closed: bool) -> bool {
        self.all
            || self.chair
            || self.judges(cycle, &place.unit, &place.criterion)
            || (first_closed && self.units.contains(&place.unit))
    }

    /// Whether totals of a round that is still open are shown.
    #[must_use]
    pub(crate) const fn sees_open_totals(&self) -> bool {
        self.all
    }

    /// Whether a round's decisions are shown.
    #[must_use]
    pub(crate) fn sees_ruling(
        &self,
        closed: bool,
        (cycle, place): (&Cycle, &Place),
        agency: Option<&UnitCode>,
    ) -> bool {
        closed || self.sees_open_ruling(cycle, place, agency)
    }

    fn judges(&self, cycle: &Cycle, unit: &UnitCode, leaf: &CriterionCode) -> bool {
        !self.agencies.is_empty()
            && cycle
                .appraiser(unit, leaf)
                .is_some_and(|agency| self.agencies.contains(&agency))
    }
}
