//! The questionnaire of one respondent group: its questions in order, one canonical form, its hash.

use serde::{Deserialize, Serialize};

use super::logic::Condition;
use crate::kernel::{GroupCode, OptionName, QuestionName};

/// A questionnaire. Slips name the version they were filled on by the SHA-256 of its canonical JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Questionnaire {
    /// Format of this document; 1.
    pub format: u32,
    /// Whom it asks.
    pub group: GroupCode,
    /// Title as printed.
    pub title: String,
    /// In the printed order.
    pub questions: Vec<Question>,
    /// What its parts are called; one without a heading is not here.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sections: Vec<Section>,
}

/// A part of the questionnaire that has a heading.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Section {
    /// As its questions have it (`A/B`).
    pub path: String,
    /// Vietnamese heading.
    pub label: String,
    /// English heading, may be empty.
    pub label_en: String,
}

/// One question, or a note between questions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// Unique in the questionnaire.
    pub name: QuestionName,
    /// Vietnamese wording.
    pub label: String,
    /// English wording, may be empty.
    pub label_en: String,
    /// Path of its section (`A/B`), empty at the top.
    pub section: String,
    /// A blank makes the slip invalid (BR-10, V3).
    pub required: bool,
    /// What sort of answer it takes.
    pub kind: QuestionKind,
    /// After which earlier answers it is asked; always, where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relevant: Option<Condition>,
    /// What an answer has to satisfy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub constraint: Option<Constraint>,
}

/// What an answer has to satisfy, and what is said where it does not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Constraint {
    /// Holds for each answer that may stand.
    pub condition: Condition,
    /// Vietnamese, may be empty.
    pub message: String,
    /// English, may be empty.
    pub message_en: String,
}

/// What sort of answer a question takes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QuestionKind {
    /// Exactly one of these.
    SelectOne(Vec<Choice>),
    /// Free text.
    Text,
    /// A whole number.
    Integer,
    /// Nothing; text to read.
    Note,
}

/// One option of a question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// Unique in the question.
    pub name: OptionName,
    /// Vietnamese wording.
    pub label: String,
    /// English wording, may be empty.
    pub label_en: String,
}

impl Questionnaire {
    /// The one text form: struct order, no blanks. Equal values give equal bytes.
    #[must_use]
    pub fn canonical_json(&self) -> String {
        match serde_json::to_string(self) {
            Ok(json) => json,
            Err(error) => panic!("a questionnaire always has a JSON form: {error}"),
        }
    }

    /// SHA-256 of the canonical JSON, in hexadecimal.
    #[must_use]
    pub fn sha256(&self) -> String {
        crate::kernel::text::sha256_hex(self.canonical_json().as_bytes())
    }

    /// The question with that name.
    #[must_use]
    pub fn question(&self, name: &str) -> Option<&Question> {
        self.questions.iter().find(|q| q.name.as_str() == name)
    }

    /// The options of a question; none where it is not a choice.
    #[must_use]
    pub fn options(&self, name: &str) -> Option<&[Choice]> {
        match &self.question(name)?.kind {
            QuestionKind::SelectOne(options) => Some(options),
            _ => None,
        }
    }
}

impl QuestionKind {
    /// Whether it takes an answer at all.
    #[must_use]
    pub const fn asks(&self) -> bool {
        !matches!(self, Self::Note)
    }
}
