//! A slip against BR-10.
//!
//! A slip that fails BR-10 is a real slip that does not count: every failed condition is named
//! ([`InvalidReason`]), and it is either refused with all of them or, where a paper slip came back so,
//! recorded as invalid. Answers that fit no questionnaire are no slip at all: see [`super::answers`].

use crate::cycle::policy::ValidSlip;
use crate::kernel::{GroupCode, QuestionName, Refusal, RefusalKind, UnitCode};

/// One condition that a slip fails.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum InvalidReason {
    /// V1: the respondent is in another group.
    WrongGroup,
    /// V1: the respondent had no dealings with the unit in the year.
    NoDealings,
    /// V2: somebody else answered.
    NotPersonal,
    /// V3: a required question is blank.
    Blank(QuestionName),
    /// The same person (by phone) already has a valid slip for the unit (4.31).
    DuplicateRespondent,
    /// It was given back to its interviewer, to be done again.
    Returned,
}

impl InvalidReason {
    /// Stable code, as stored and sent.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::WrongGroup => "WRONG_GROUP",
            Self::NoDealings => "NO_DEALINGS",
            Self::NotPersonal => "NOT_PERSONAL",
            Self::Blank(_) => "BLANK_ANSWER",
            Self::DuplicateRespondent => "DUPLICATE_RESPONDENT",
            Self::Returned => "RETURNED",
        }
    }

    /// The question that is meant, empty where none is.
    #[must_use]
    pub fn question(&self) -> &str {
        match self {
            Self::Blank(question) => question.as_str(),
            _ => "",
        }
    }

    /// Reads code and question back.
    #[must_use]
    pub fn read(code: &str, question: &str) -> Option<Self> {
        match code {
            "BLANK_ANSWER" => question.parse().ok().map(Self::Blank),
            _ => [
                Self::WrongGroup,
                Self::NoDealings,
                Self::NotPersonal,
                Self::DuplicateRespondent,
                Self::Returned,
            ]
            .into_iter()
            .find(|reason| reason.code() == code),
        }
    }

    /// Vietnamese sentence.
    #[must_use]
    pub fn vi(&self) -> String {
        match self {
            Self::WrongGroup => "Người trả lời không thuộc nhóm đối tượng của phiếu.".to_owned(),
            Self::NoDealings => "Người trả lời không có giao dịch với đơn vị trong năm.".to_owned(),
            Self::NotPersonal => "Người trả lời không trực tiếp trả lời phiếu.".to_owned(),
            Self::Blank(question) => format!("Câu {question} còn bỏ trống."),
            Self::DuplicateRespondent => "Người này đã có một phiếu hợp lệ cho đơn vị.".to_owned(),
            Self::Returned => "Phiếu đã bị trả lại cho điều tra viên.".to_owned(),
        }
    }
}

/// What the register says of a respondent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RespondentFacts {
    /// The group.
    pub group: GroupCode,
    /// Units the person had dealings with; empty: may rate every unit.
    pub units: Vec<UnitCode>,
}

/// What a slip says of the interview.
#[derive(Clone, Copy, Debug)]
pub struct Interview<'a> {
    /// As which group the respondent was asked.
    pub group: &'a GroupCode,
    /// About which unit.
    pub unit: &'a UnitCode,
    /// Whether the respondent answered in person.
    pub answered_personally: bool,
    /// Required questions without an answer.
    pub blanks: &'a [QuestionName],
}

/// The checklist of BR-10, as far as the policy asks for it, and of uniqueness. Every failed condition is in
/// the result, in the order V1, V2, V3, uniqueness; an empty result is a valid slip.
#[must_use]
pub fn validity(
    rule: ValidSlip,
    respondent: &RespondentFacts,
    interview: Interview<'_>,
    duplicate: bool,
) -> Vec<InvalidReason> {
    let Interview {
        group,
        unit,
        answered_personally,
        blanks,
    } = interview;
    let mut reasons = Vec::new();
    if respondent.group != *group {
        reasons.push(InvalidReason::WrongGroup);
    }
    if rule.dealings && !respondent.units.is_empty() && !respondent.units.contains(unit) {
        reasons.push(InvalidReason::NoDealings);
    }
    if rule.personally && !answered_personally {
        reasons.push(InvalidReason::NotPersonal);
    }
    if rule.complete {
        reasons.extend(blanks.iter().cloned().map(InvalidReason::Blank));
    }
    if duplicate {
        reasons.push(InvalidReason::DuplicateRespondent);
    }
    reasons
}

/// A slip that fails BR-10 or uniqueness and was not sent to be recorded as invalid.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the slip is not valid: {}", codes(.reasons))]
pub struct NotValid {
    /// All that it fails; at least one.
    pub reasons: Vec<InvalidReason>,
    /// Field path of the first blank answer.
    pub first_blank: String,
}

fn codes(reasons: &[InvalidReason]) -> String {
    let codes: Vec<&str> = reasons.iter().map(InvalidReason::code).collect();
    codes.join(", ")
}

impl Refusal for NotValid {
    fn kind(&self) -> RefusalKind {
        match self.reasons.first() {
            Some(InvalidReason::DuplicateRespondent) => RefusalKind::Conflict,
            _ => RefusalKind::Invalid,
        }
    }

    fn reason(&self) -> &'static str {
        match self.reasons.first() {
            None | Some(InvalidReason::Blank(_)) => "RESPONSE_INCOMPLETE",
            Some(reason) => reason.code(),
        }
    }

    fn field(&self) -> String {
        match self.reasons.first() {
            None => String::new(),
            Some(InvalidReason::WrongGroup) => "group".to_owned(),
            Some(InvalidReason::NoDealings) => "unit".to_owned(),
            Some(InvalidReason::NotPersonal) => "answered_personally".to_owned(),
            Some(InvalidReason::Blank(_)) => self.first_blank.clone(),
            Some(InvalidReason::DuplicateRespondent) => "respondent_id".to_owned(),
            Some(InvalidReason::Returned) => "slip_id".to_owned(),
        }
    }

    fn vi(&self) -> String {
        let mut text: Vec<String> = self.reasons.iter().map(InvalidReason::vi).collect();
        text.push("Sửa rồi gửi lại, hoặc ghi nhận là phiếu không hợp lệ.".to_owned());
        text.join(" ")
    }
}
