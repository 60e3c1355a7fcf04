//! Questionnaires, valid slips, and their conversion to points (reading 3.3).
//!
//! Invariants:
//! 1. A slip either fails none of the conditions of BR-10, or all that it fails are named.
//! 2. Points come from (maximum, rated answers, exact sum of option values) alone, rounded once, half up.
//! 3. An answer whose option has no value ("không có ý kiến") is an answer, but is not rated.
//! 4. No rated answer gives no number, never zero.
//! 5. A question whose condition does not hold has no answer, and none is missed.

pub mod answers;
pub mod conversion;
pub mod formula;
pub mod logic;
pub mod phone;
pub mod posts;
pub mod questionnaire;
pub mod shortage;
pub mod slip;
pub mod xlsform;

#[cfg(test)]
mod tests;

pub use answers::{AnswerError, Answers, check_answers, examine};
pub use conversion::{ALL_GROUPS, GroupTally, JoinError, Tally, join, points, sample_size};
pub use logic::Condition;
pub use phone::{Phone, PhoneError};
pub use posts::{Asked, UnitAnswers, unit_posts};
pub use questionnaire::{Choice, Constraint, Question, QuestionKind, Questionnaire, Section};
pub use shortage::{Held, ShortageDecision, Standing};
pub use slip::{Interview, InvalidReason, RespondentFacts, validity};
