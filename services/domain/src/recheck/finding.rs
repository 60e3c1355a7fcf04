//! What the respondent said the second time, and what it means for the slip.

use std::collections::{BTreeMap, BTreeSet};

use super::RecheckRefusal;
use crate::cycle::policy::RecheckPolicy;
use crate::kernel::{Instant, QuestionName};

/// How a respondent is rechecked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecheckMode {
    /// Face to face ("phúc tra trực tiếp").
    InPerson,
    /// By the respondent's phone number ("phúc tra gián tiếp").
    Phone,
}

impl RecheckMode {
    /// Stable code, as stored and sent.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::InPerson => "IN_PERSON",
            Self::Phone => "PHONE",
        }
    }

    /// Reads the code back.
    #[must_use]
    pub fn read(code: &str) -> Option<Self> {
        [Self::InPerson, Self::Phone]
            .into_iter()
            .find(|mode| mode.code() == code)
    }
}

/// What an officer found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// The respondent answered again, in the order of asking.
    Answers(Vec<(QuestionName, String)>),
    /// Someone else, or not of the group.
    WrongPerson,
    /// Nobody had asked.
    NotInterviewed,
    /// Given up.
    NotReached,
}

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The slip stands.
    Confirmed,
    /// Nothing is known; somebody else is asked.
    NotReached,
    /// The slip is void.
    WrongPerson,
    /// The slip is void.
    NotInterviewed,
    /// Too many answers differ: the slip is void.
    AnswerDiffers,
}

impl Outcome {
    const ALL: [Self; 5] = [
        Self::Confirmed,
        Self::NotReached,
        Self::WrongPerson,
        Self::NotInterviewed,
        Self::AnswerDiffers,
    ];

    /// Stable code, as stored and sent.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Confirmed => "CONFIRMED",
            Self::NotReached => "NOT_REACHED",
            Self::WrongPerson => "WRONG_PERSON",
            Self::NotInterviewed => "NOT_INTERVIEWED",
            Self::AnswerDiffers => "ANSWER_DIFFERS",
        }
    }

    /// Reads the code back.
    #[must_use]
    pub fn read(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.code() == code)
    }

    /// Whether the slip no longer counts.
    #[must_use]
    pub const fn voids(self) -> bool {
        matches!(
            self,
            Self::WrongPerson | Self::NotInterviewed | Self::AnswerDiffers
        )
    }
}

/// An answer that is not the first one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The question.
    pub question: QuestionName,
    /// The answer on the slip; empty where it has none.
    pub first: String,
    /// The answer to the officer.
    pub second: String,
}

/// The outcome with its grounds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The outcome.
    pub outcome: Outcome,
    /// In the order of asking.
    pub differences: Vec<Difference>,
}

/// The questions that are asked again: those of the policy that are rated for the group, in the policy's
/// order; all rated ones where the policy names none of them. Only a rated answer can move points.
#[must_use]
pub fn questions_again(policy: &RecheckPolicy, rated: &[QuestionName]) -> Vec<QuestionName> {
    let named: Vec<QuestionName> = policy
        .questions
        .iter()
        .filter(|q| rated.contains(q))
        .cloned()
        .collect();
    if named.is_empty() { rated.to_vec() } else { named }
}

/// Attempts on further days before a respondent counts as not reached. Two attempts on one day of Viet Nam's
/// calendar are one.
#[must_use]
pub fn attempts_left(policy: &RecheckPolicy, attempts: &[Instant]) -> u32 {
    let days: BTreeSet<i64> = attempts.iter().map(|at| at.local_day()).collect();
    policy
        .attempts
        .saturating_sub(u32::try_from(days.len()).unwrap_or(u32::MAX))
}

/// What a finding means.
///
/// # Errors
/// Where an answer is missing, doubled or not asked for, or a respondent is given up too early.
pub fn judge(
    finding: &Finding,
    asked: &[QuestionName],
    first: &BTreeMap<QuestionName, String>,
    attempts_left: u32,
    policy: &RecheckPolicy,
) -> Result<Verdict, RecheckRefusal> {
    let plain = |outcome| Verdict {
        outcome,
        differences: Vec::new(),
    };
    match finding {
        Finding::WrongPerson => Ok(plain(Outcome::WrongPerson)),
        Finding::NotInterviewed => Ok(plain(Outcome::NotInterviewed)),
        Finding::NotReached if attempts_left > 0 => Err(RecheckRefusal::AttemptsMissing(attempts_left)),
        Finding::NotReached => Ok(plain(Outcome::NotReached)),
        Finding::Answers(again) => {
            let differences = compare(asked, first, again)?;
            let too_many = count(differences.len()) * 100
                > u64::from(policy.differing_percent).saturating_mul(count(asked.len()));
            let outcome = if too_many {
                Outcome::AnswerDiffers
            } else {
                Outcome::Confirmed
            };
            Ok(Verdict { outcome, differences })
        }
    }
}

fn count(n: usize) -> u64 {
    u64::try_from(n).unwrap_or(u64::MAX)
}

/// Whether every answer is one of its question's options: a slip of the pen must not void a slip. A question
/// without options takes any text.
///
/// # Errors
/// Names the first answer that is none.
pub fn check_options(
    finding: &Finding,
    options: &BTreeMap<QuestionName, BTreeSet<String>>,
) -> Result<(), RecheckRefusal> {
    let Finding::Answers(again) = finding else {
        return Ok(());
    };
    for (at, (question, value)) in again.iter().enumerate() {
        let own = options.get(question).filter(|own| !own.is_empty());
        if !value.is_empty() && own.is_some_and(|own| !own.contains(value)) {
            return Err(RecheckRefusal::AnswerNotOption {
                at,
                question: question.clone(),
                value: value.clone(),
            });
        }
    }
    Ok(())
}

fn compare(
    asked: &[QuestionName],
    first: &BTreeMap<QuestionName, String>,
    again: &[(QuestionName, String)],
) -> Result<Vec<Difference>, RecheckRefusal> {
    let mut second: BTreeMap<&QuestionName, &str> = BTreeMap::new();
    for (at, (question, value)) in again.iter().enumerate() {
        if !asked.contains(question) {
            return Err(RecheckRefusal::AnswerNotAsked(at, question.clone()));
        }
        if second.insert(question, value).is_some() {
            return Err(RecheckRefusal::AnswerTwice(at, question.clone()));
        }
    }
    let mut differences = Vec::new();
    for question in asked {
        let said = second.get(question).copied().unwrap_or_default();
        if said.is_empty() {
            return Err(RecheckRefusal::AnswerMissing(question.clone()));
        }
        let first = first.get(question).map(String::as_str).unwrap_or_default();
        if first != said {
            differences.push(Difference {
                question: question.clone(),
                first: first.to_owned(),
                second: said.to_owned(),
            });
        }
    }
    Ok(differences)
}
