//! The recheck: how many slips, which ones, what a finding means, what it takes off the points.
//!
//! Invariants:
//! 1. The draw is a function of the frozen list and the public seeds alone; `docs/reference/draw.md` says it
//!    byte by byte, and a test runs the shell of that page against this module.
//! 2. The order in which slips come in never matters.
//! 3. What was drawn stays drawn: a larger share, or a further stage, only adds.
//! 4. The first answers are compared here and never shown before the finding stands.
//!
//! Source: Decision 2419/QĐ-UBND, article 3.2 d; sizes and consequences are policy (reading 3.3 K).

pub mod adjust;
pub mod assign;
pub mod attempt;
pub mod draw;
pub mod finding;
pub mod list;
pub mod lot;
pub mod refusal;
pub mod seed;

#[cfg(test)]
mod tests;

pub use adjust::{Contribution, adjustment, contributions, rated_questions};
pub use assign::{Officer, Unassigned, spread};
pub use attempt::AttemptOutcome;
pub use draw::{Cause, InterviewerTally, SampleSize, StageDraw, Stratum, Waiting, draw_stage, replacement};
pub use finding::{
    Difference, Finding, Outcome, RecheckMode, Verdict, attempts_left, check_options, judge, questions_again,
};
pub use list::{FrozenList, ListedSlip};
pub use lot::{Lot, LotState, Stage};
pub use refusal::RecheckRefusal;
pub use seed::{Seed, Ticket};
