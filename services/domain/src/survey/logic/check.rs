//! Whether a condition makes sense where it stands: it asks earlier questions, options that exist, numbers of
//! numbers.

use super::{Comparison, Condition, Expr, LogicError, LogicFault, Value};
use crate::kernel::QuestionName;
use crate::survey::questionnaire::{Choice, Question, QuestionKind};

/// Where a condition stands.
#[derive(Clone, Copy, Debug)]
pub enum About<'a> {
    /// Whether this question, or a group, is asked at all.
    Asking(&'a str),
    /// Whether the answer to this question may stand.
    Answer(&'a QuestionName, &'a QuestionKind),
}

impl<'a> About<'a> {
    fn name(&self) -> &'a str {
        match self {
            Self::Asking(name) => name,
            Self::Answer(name, _) => name.as_str(),
        }
    }
}

/// What sort of value a part of a condition is.
#[derive(Clone, Copy)]
enum Sort<'a> {
    Condition,
    Number,
    /// A text that was written out.
    Literal(&'a str),
    /// An answer out of these.
    Choice(&'a [Choice]),
    /// A free answer.
    Text,
}

struct Checking<'a> {
    earlier: &'a [Question],
    later: &'a [&'a str],
    about: About<'a>,
}

impl Condition {
    /// Whether it makes sense after these questions; `later` are the names that come after.
    ///
    /// # Errors
    /// The first fault.
    pub fn check(&self, earlier: &[Question], later: &[&str], about: About<'_>) -> Result<(), LogicError> {
        let checking = Checking {
            earlier,
            later,
            about,
        };
        let sort = checking.condition(&self.tree);
        sort.map_err(|fault| LogicError { at: 0, fault })
    }
}

impl<'a> Checking<'a> {
    fn condition(&self, part: &'a Expr) -> Result<(), LogicFault> {
        match self.sort(part)? {
            Sort::Condition => Ok(()),
            _ => Err(LogicFault::NotCondition),
        }
    }

    fn number(&self, part: &'a Expr) -> Result<(), LogicFault> {
        match self.sort(part)? {
            Sort::Number => Ok(()),
            Sort::Condition => Err(LogicFault::NotValue),
            Sort::Literal(_) | Sort::Choice(_) | Sort::Text => Err(LogicFault::NotNumber),
        }
    }

    fn sort(&self, part: &'a Expr) -> Result<Sort<'a>, LogicFault> {
        match part {
            Expr::Or(parts) | Expr::And(parts) => {
                parts.iter().try_for_each(|part| self.condition(part))?;
                Ok(Sort::Condition)
            }
            Expr::Not(part) => self.condition(part).map(|()| Sort::Condition),
            Expr::Compare(how, left, right) => self.comparison(*how, left, right).map(|()| Sort::Condition),
            Expr::Sum(parts) => {
                parts.iter().try_for_each(|part| self.number(part))?;
                Ok(Sort::Number)
            }
            Expr::Negative(part) => self.number(part).map(|()| Sort::Number),
            Expr::Selected(answer, option) => match self.sort(answer)? {
                Sort::Choice(options) => known(options, option).map(|()| Sort::Condition),
                _ => Err(LogicFault::NotChoice),
            },
            Expr::Length(answer) => self.sort(answer).map(|_| Sort::Number),
            Expr::Answer(name) => self.answer(name),
            Expr::Own => match self.about {
                About::Answer(_, kind) => sort_of(kind).ok_or(LogicFault::OwnAnswer),
                About::Asking(_) => Err(LogicFault::OwnAnswer),
            },
            Expr::Text(text) => Ok(Sort::Literal(text)),
            Expr::Number(_) => Ok(Sort::Number),
        }
    }

    fn answer(&self, name: &QuestionName) -> Result<Sort<'a>, LogicFault> {
        let found = self.earlier.iter().find(|question| question.name == *name);
        let text = name.to_string();
        match found {
            Some(question) => sort_of(&question.kind).ok_or(LogicFault::Note(text)),
            None if self.about.name() == name.as_str() => Err(LogicFault::OwnName(text)),
            None if self.later.contains(&name.as_str()) => Err(LogicFault::Later(text)),
            None => Err(LogicFault::Unknown(text)),
        }
    }

    fn comparison(&self, how: Comparison, left: &'a Expr, right: &'a Expr) -> Result<(), LogicFault> {
        let equality = matches!(how, Comparison::Equal | Comparison::Differs);
        match (self.sort(left)?, self.sort(right)?) {
            (Sort::Condition, _) | (_, Sort::Condition) => Err(LogicFault::NotValue),
            // "" asks whether there is an answer; a number can be written as a text.
            (Sort::Number, Sort::Literal(text)) | (Sort::Literal(text), Sort::Number) if equality => {
                match text.is_empty() || Value::Text(text).number().is_some() {
                    true => Ok(()),
                    false => Err(LogicFault::NotNumber),
                }
            }
            (Sort::Choice(options), Sort::Literal(text)) | (Sort::Literal(text), Sort::Choice(options))
                if equality =>
            {
                if text.is_empty() {
                    Ok(())
                } else {
                    known(options, text)
                }
            }
            // Options are often named by the number that they stand for.
            (Sort::Number | Sort::Choice(_), Sort::Number | Sort::Choice(_)) => Ok(()),
            (Sort::Literal(_) | Sort::Text, Sort::Literal(_) | Sort::Text) if equality => Ok(()),
            _ => Err(LogicFault::NotNumber),
        }
    }
}

fn sort_of(kind: &QuestionKind) -> Option<Sort<'_>> {
    match kind {
        QuestionKind::SelectOne(options) => Some(Sort::Choice(options)),
        QuestionKind::Integer => Some(Sort::Number),
        QuestionKind::Text => Some(Sort::Text),
        QuestionKind::Note => None,
    }
}

fn known(options: &[Choice], name: &str) -> Result<(), LogicFault> {
    match options.iter().any(|option| option.name.as_str() == name) {
        true => Ok(()),
        false => Err(LogicFault::Option(name.to_owned())),
    }
}
