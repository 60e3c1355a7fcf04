//! Who rechecks what: evenly, and nobody a slip of their own.

use super::RecheckRefusal;
use crate::kernel::{CaseId, PersonId, SlipId};

/// An officer and what they have to do already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Officer {
    /// Who.
    pub person: PersonId,
    /// Open cases.
    pub open: u64,
}

/// A case to be given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unassigned {
    /// The case.
    pub case: CaseId,
    /// Its slip.
    pub slip: SlipId,
    /// Who asked the respondent the first time.
    pub interviewer: PersonId,
}

/// Gives each case to the officer with the fewest open ones, the first named first, never to the slip's own
/// interviewer.
///
/// # Errors
/// Where no officer is named, or only the interviewer of a slip.
pub fn spread(
    mut officers: Vec<Officer>,
    cases: &[Unassigned],
) -> Result<Vec<(CaseId, PersonId)>, RecheckRefusal> {
    if officers.is_empty() {
        return Err(RecheckRefusal::NoOfficers);
    }
    let mut given = Vec::with_capacity(cases.len());
    for case in cases {
        let officer = officers
            .iter_mut()
            .filter(|o| o.person != case.interviewer)
            .min_by_key(|o| o.open)
            .ok_or(RecheckRefusal::OfficerInterviewed(case.slip))?;
        officer.open += 1;
        given.push((case.case, officer.person));
    }
    Ok(given)
}
