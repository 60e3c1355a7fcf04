//! Which slips are rechecked: sizes, strata, tickets, cover, replacement, and whole interviewers.

use std::collections::{BTreeMap, BTreeSet};

use super::{FrozenList, ListedSlip, Seed, Ticket};
use crate::kernel::{GroupCode, PersonId, SlipId, UnitCode};

/// Slips are drawn among those of the same unit and respondent group.
pub type Stratum = (UnitCode, GroupCode);

/// Why a slip is rechecked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cause {
    /// Among the smallest tickets of its stratum.
    Drawn,
    /// Takes the place of a respondent who was not reached.
    Replacement,
    /// So that its interviewer is covered.
    InterviewerCover,
    /// Its interviewer has too many void slips.
    WholeInterviewer,
}

impl Cause {
    const ALL: [Self; 4] = [
        Self::Drawn,
        Self::Replacement,
        Self::InterviewerCover,
        Self::WholeInterviewer,
    ];

    /// Stable code, as stored and sent.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Drawn => "DRAWN",
            Self::Replacement => "REPLACEMENT",
            Self::InterviewerCover => "INTERVIEWER_COVER",
            Self::WholeInterviewer => "WHOLE_INTERVIEWER",
        }
    }

    /// Reads the code back.
    #[must_use]
    pub fn read(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|cause| cause.code() == code)
    }
}

/// How many slips of a stratum are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SampleSize {
    /// Share in percent.
    pub rate_percent: u32,
    /// At least so many.
    pub minimum: u32,
}

impl SampleSize {
    /// `max(minimum, ⌈rate × slips⌉)`, and never more than there are.
    #[must_use]
    pub fn of(self, slips: u64) -> u64 {
        let share = (u128::from(self.rate_percent) * u128::from(slips)).div_ceil(100);
        u64::try_from(share)
            .unwrap_or(u64::MAX)
            .max(u64::from(self.minimum))
            .min(slips)
    }
}

/// What a seed gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StageDraw {
    /// Of every slip that was not taken before.
    pub tickets: BTreeMap<SlipId, Ticket>,
    /// The slips taken by this stage: stratum by stratum with the smallest ticket first, then the covers.
    pub taken: Vec<(SlipId, Cause)>,
}

/// Draws a stage. `taken` are the slips that have a case from earlier stages; they keep it, get no new ticket,
/// and those of them that were drawn count towards the size of their stratum. Slips that came in otherwise
/// (covers, replacements, whole interviewers) are rechecked on top of it.
#[must_use]
pub fn draw_stage(
    list: &FrozenList,
    taken: &BTreeMap<SlipId, Cause>,
    seed: &Seed,
    size: SampleSize,
) -> StageDraw {
    let mut strata: BTreeMap<Stratum, Vec<&ListedSlip>> = BTreeMap::new();
    for slip in list.slips() {
        strata.entry(slip.stratum()).or_default().push(slip);
    }
    let mut tickets = BTreeMap::new();
    let mut drawn = Vec::new();
    for slips in strata.values() {
        let drawn_before = slips
            .iter()
            .filter(|s| taken.get(&s.slip) == Some(&Cause::Drawn))
            .count();
        let mut waiting: Vec<(Ticket, SlipId)> = slips
            .iter()
            .filter(|s| !taken.contains_key(&s.slip))
            .map(|s| (Ticket::of(seed, s.slip), s.slip))
            .collect();
        waiting.sort_unstable();
        let wanted = usize::try_from(size.of(count(slips.len()))).unwrap_or(usize::MAX);
        let more = wanted.saturating_sub(drawn_before);
        drawn.extend(waiting.iter().take(more).map(|(_, slip)| (*slip, Cause::Drawn)));
        tickets.extend(waiting.into_iter().map(|(ticket, slip)| (slip, ticket)));
    }
    let covers = covers(list, taken, &drawn, &tickets);
    drawn.extend(covers.into_iter().map(|slip| (slip, Cause::InterviewerCover)));
    StageDraw {
        tickets,
        taken: drawn,
    }
}

fn count(n: usize) -> u64 {
    u64::try_from(n).unwrap_or(u64::MAX)
}

/// The smallest ticket of each interviewer who has no slip among the taken and drawn ones, smallest first.
fn covers(
    list: &FrozenList,
    taken: &BTreeMap<SlipId, Cause>,
    drawn: &[(SlipId, Cause)],
    tickets: &BTreeMap<SlipId, Ticket>,
) -> Vec<SlipId> {
    let drawn: BTreeSet<SlipId> = drawn.iter().map(|(slip, _)| *slip).collect();
    let has_case = |slip: &SlipId| taken.contains_key(slip) || drawn.contains(slip);
    let covered: BTreeSet<PersonId> = list
        .slips()
        .iter()
        .filter(|s| has_case(&s.slip))
        .map(|s| s.interviewer)
        .collect();
    let mut smallest: BTreeMap<PersonId, (Ticket, SlipId)> = BTreeMap::new();
    for s in list.slips().iter().filter(|s| !covered.contains(&s.interviewer)) {
        if let Some(ticket) = tickets.get(&s.slip) {
            let own = (*ticket, s.slip);
            let least = smallest.entry(s.interviewer).or_insert(own);
            *least = own.min(*least);
        }
    }
    let mut added: Vec<(Ticket, SlipId)> = smallest.into_values().collect();
    added.sort_unstable();
    added.into_iter().map(|(_, slip)| slip).collect()
}

/// A slip that has a ticket and no case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// The slip.
    pub slip: SlipId,
    /// Its unit and group.
    pub stratum: Stratum,
    /// Who asked.
    pub interviewer: PersonId,
    /// Its ticket under the newest seed.
    pub ticket: Ticket,
}

/// Who takes the place of a respondent who was not reached: the next ticket of the stratum. A cover is
/// replaced by the same interviewer's next ticket, and stays a cover; where a whole interviewer is rechecked,
/// nobody is left to take.
#[must_use]
pub fn replacement<'a>(
    cause: Cause,
    stratum: &Stratum,
    interviewer: PersonId,
    waiting: impl IntoIterator<Item = &'a Waiting>,
) -> Option<(SlipId, Cause)> {
    let next = match cause {
        Cause::WholeInterviewer => return None,
        Cause::InterviewerCover => Cause::InterviewerCover,
        Cause::Drawn | Cause::Replacement => Cause::Replacement,
    };
    let fits = |w: &&Waiting| match cause {
        Cause::InterviewerCover => w.interviewer == interviewer,
        _ => w.stratum == *stratum,
    };
    let least = waiting
        .into_iter()
        .filter(fits)
        .min_by_key(|w| (w.ticket, w.slip))?;
    Some((least.slip, next))
}

/// How an interviewer's slips of a lot stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct InterviewerTally {
    /// With an outcome other than not reached.
    pub rechecked: u64,
    /// Of these, void.
    pub void: u64,
    /// Cases without outcome.
    pub open: u64,
}

impl InterviewerTally {
    /// Whether all slips of the interviewer have to be rechecked (K6): more than the share of the rechecked
    /// ones is void. Open cases count as not void, so that the answer does not hang on which case was done
    /// first; with none open it is the plain share.
    #[must_use]
    pub fn whole_interviewer(self, void_percent: u32) -> bool {
        let base = u128::from(self.rechecked) + u128::from(self.open);
        u128::from(self.void) * 100 > u128::from(void_percent) * base
    }
}
