//! Which act is allowed in which state of a sheet and of the rounds.
//!
//! ```text
//! sheet:   Draft ── submit ──▶ Submitted ── window over ──▶ (locked)
//!            ▲ └─ window over ─▶ AutoLocked    │
//!            └──────── withdraw ───────────────┘
//! rounds:  first open ── close ──▶ first closed ── close ──▶ second closed
//! ```
//!
//! The calendar says *when*, this says *after what*: both are asked before an act. No timer locks anything:
//! a sheet is read through [`SheetState::at`], so that the window's end counts from its first microsecond.

use serde::{Deserialize, Serialize};

use super::{AppraisalRefusal, Round};

/// How far a unit's sheet has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SheetState {
    /// The unit works on it.
    Draft,
    /// The unit has sent it ("Gửi đi").
    Submitted,
    /// The system took the last saved state when the window ended (4.38, "hệ thống tự chốt").
    AutoLocked,
}

impl SheetState {
    /// Every state.
    pub const ALL: [Self; 3] = [Self::Draft, Self::Submitted, Self::AutoLocked];

    /// What a stored state means, once it is known whether the unit's window is over: a draft counts as
    /// sent, and an extension opens a sheet again that only the system had locked.
    #[must_use]
    pub const fn at(self, window_over: bool) -> Self {
        match (self, window_over) {
            (Self::Draft, true) => Self::AutoLocked,
            (Self::AutoLocked, false) => Self::Draft,
            (state, _) => state,
        }
    }
}

/// What people do to a sheet, an entry or a round.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// Change inputs, explanation or evidence in self-scoring.
    Save,
    /// Send the sheet.
    Submit,
    /// Take it back.
    Withdraw,
    /// Decide a leaf.
    Appraise(Round),
    /// Explain or add evidence between the rounds.
    Explain,
    /// Propose a penalty.
    Propose,
    /// Decide a penalty.
    DecidePenalty,
    /// Close a round.
    Close(Round),
}

impl Act {
    /// Every act.
    pub const ALL: [Self; 10] = [
        Self::Save,
        Self::Submit,
        Self::Withdraw,
        Self::Appraise(Round::First),
        Self::Appraise(Round::Second),
        Self::Explain,
        Self::Propose,
        Self::DecidePenalty,
        Self::Close(Round::First),
        Self::Close(Round::Second),
    ];
}

/// Where a cycle's ledger stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Round 1 is closed.
    pub first_closed: bool,
    /// Round 2 is closed; nothing changes any more.
    pub second_closed: bool,
}

/// Why a leaf keeps a round from closing (A9).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gap {
    /// Nobody decided it.
    Undecided,
    /// It was decided, and changed afterwards (an extension let the unit go on).
    Stale,
}

/// Whether a leaf keeps a round from closing. A leaf that the unit never filled claims nothing and needs no
/// decision; it counts zero.
#[must_use]
pub const fn gap(filled: bool, judged: Option<i64>, version: i64) -> Option<Gap> {
    match judged {
        None if filled => Some(Gap::Undecided),
        Some(judged) if judged != version => Some(Gap::Stale),
        _ => None,
    }
}

impl Progress {
    /// Whether a round is closed.
    #[must_use]
    pub const fn is_closed(self, round: Round) -> bool {
        match round {
            Round::First => self.first_closed,
            Round::Second => self.second_closed,
        }
    }

    /// Whether an act may be done to a sheet in that state (as [`SheetState::at`] gives it).
    ///
    /// # Errors
    /// [`AppraisalRefusal`] that says what has to come first, or what is over.
    pub const fn check(self, act: Act, sheet: SheetState) -> Result<(), AppraisalRefusal> {
        match act {
            Act::Save | Act::Submit => match sheet {
                SheetState::Draft => self.first_open(),
                SheetState::Submitted => Err(AppraisalRefusal::SheetSubmitted),
                SheetState::AutoLocked => Err(AppraisalRefusal::SheetLocked),
            },
            Act::Withdraw => match sheet {
                SheetState::Submitted => self.first_open(),
                SheetState::Draft => Err(AppraisalRefusal::SheetNotSubmitted),
                SheetState::AutoLocked => Err(AppraisalRefusal::SheetLocked),
            },
            Act::Appraise(Round::First) => match sheet {
                SheetState::Draft => Err(AppraisalRefusal::SheetNotSubmitted),
                _ => self.first_open(),
            },
            Act::Propose => self.second_open(),
            Act::Close(Round::First) => self.first_open(),
            Act::Explain | Act::Appraise(Round::Second) | Act::DecidePenalty | Act::Close(Round::Second) => {
                if self.first_closed {
                    self.second_open()
                } else {
                    Err(AppraisalRefusal::RoundNotClosed)
                }
            }
        }
    }

    const fn first_open(self) -> Result<(), AppraisalRefusal> {
        if self.first_closed {
            Err(AppraisalRefusal::RoundClosed(Round::First))
        } else {
            Ok(())
        }
    }

    const fn second_open(self) -> Result<(), AppraisalRefusal> {
        if self.second_closed {
            Err(AppraisalRefusal::RoundClosed(Round::Second))
        } else {
            Ok(())
        }
    }
}
