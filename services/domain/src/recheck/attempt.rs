//! Calls that did not get the answers: what came of each, and when to try again.

use super::RecheckRefusal;
use crate::kernel::Instant;
use crate::kernel::time::SECOND;

/// A line that is busy is free again soon.
const SOON: i64 = 15 * 60 * SECOND;
/// Whoever does not answer now is asked at another part of the day.
const LATER: i64 = 2 * 3_600 * SECOND;

/// What came of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AttemptOutcome {
    /// Nobody answered.
    NoAnswer,
    /// The line was busy.
    Busy,
    /// The respondent wants to be called at another time.
    CallBack,
    /// Switched off, or out of reach.
    Unreachable,
    /// The respondent wants to be met in person.
    AsksVisit,
    /// The respondent does not want to answer.
    Refused,
    /// As the note says.
    Other,
}

impl AttemptOutcome {
    const ALL: [Self; 7] = [
        Self::NoAnswer,
        Self::Busy,
        Self::CallBack,
        Self::Unreachable,
        Self::AsksVisit,
        Self::Refused,
        Self::Other,
    ];

    /// Stable code, as stored and sent.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::NoAnswer => "NO_ANSWER",
            Self::Busy => "BUSY",
            Self::CallBack => "CALL_BACK",
            Self::Unreachable => "UNREACHABLE",
            Self::AsksVisit => "ASKS_VISIT",
            Self::Refused => "REFUSED",
            Self::Other => "OTHER",
        }
    }

    /// Reads the code back.
    #[must_use]
    pub fn read(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.code() == code)
    }

    /// When to try again; none where the next attempt is a visit, which the officer plans.
    ///
    /// # Errors
    /// Where a call back is not promised for an instant to come.
    pub fn next_try(
        self,
        now: Instant,
        callback_at: Option<Instant>,
    ) -> Result<Option<Instant>, RecheckRefusal> {
        match self {
            Self::CallBack => match callback_at {
                Some(at) if at > now => Ok(Some(at)),
                _ => Err(RecheckRefusal::CallbackNotAhead),
            },
            Self::AsksVisit => Ok(None),
            Self::Busy => Ok(Some(now.plus(SOON))),
            Self::NoAnswer | Self::Unreachable | Self::Refused | Self::Other => Ok(Some(now.plus(LATER))),
        }
    }
}
