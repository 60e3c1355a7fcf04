//! A slip against its questionnaire and against BR-10.
//!
//! Two different things can be wrong. Answers that the questionnaire does not know (a foreign question, an
//! option not on the list, "ten" for a number) are no slip at all and are always refused: [`AnswerError`].
//! A slip that fails BR-10 is a real slip that does not count: every failed condition is named
//! ([`InvalidReason`]), and it is either refused with all of them or, where a paper slip came back so,
//! recorded as invalid.

use super::questionnaire::{Question, QuestionKind, Questionnaire};
use crate::cycle::policy::ValidSlip;
use crate::kernel::{GroupCode, QuestionName, Refusal, RefusalKind, UnitCode, text::nfc};

/// Longest free text in characters.
pub const TEXT_MAX: usize = 2_000;

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

/// Answers that fit the questionnaire.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answers {
    /// (Place of the question in the questionnaire, answer in its kept form), blanks left out, in the
    /// questionnaire's order.
    pub given: Vec<(usize, String)>,
    /// Required questions without an answer.
    pub blanks: Vec<QuestionName>,
    /// Field path of the first blank.
    pub first_blank: String,
}

/// Why answers are no answers to this questionnaire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnswerFault {
    /// No such question, or a note.
    UnknownQuestion,
    /// A second answer to the same question.
    AnsweredTwice,
    /// Not one of the options.
    UnknownOption,
    /// Not a whole number of at most 15 digits.
    NotInteger,
    /// Longer than [`TEXT_MAX`].
    TooLong,
    /// Holds the character U+0000, which no database takes.
    HasNul,
}

/// The first answer that cannot be taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("answer {at} to question {question:?}: {fault:?}")]
pub struct AnswerError {
    /// Place in the list of answers.
    pub at: usize,
    /// Name of the question as sent, cut to 64 characters.
    pub question: String,
    /// What is wrong.
    pub fault: AnswerFault,
}

impl Refusal for AnswerError {
    fn kind(&self) -> RefusalKind {
        RefusalKind::Invalid
    }

    fn reason(&self) -> &'static str {
        match self.fault {
            AnswerFault::UnknownQuestion => "QUESTION_UNKNOWN",
            AnswerFault::AnsweredTwice => "ANSWERED_TWICE",
            AnswerFault::UnknownOption => "OPTION_UNKNOWN",
            AnswerFault::NotInteger => "ANSWER_NOT_INTEGER",
            AnswerFault::TooLong => "ANSWER_TOO_LONG",
            AnswerFault::HasNul => "ANSWER_HAS_NUL",
        }
    }

    fn field(&self) -> String {
        let part = match self.fault {
            AnswerFault::UnknownQuestion | AnswerFault::AnsweredTwice => "question",
            _ => "value",
        };
        format!("answers[{}].{part}", self.at)
    }

    fn vi(&self) -> String {
        let question = &self.question;
        match self.fault {
            AnswerFault::UnknownQuestion => {
                format!("Phiếu khảo sát không có câu hỏi “{question}”. Tải lại mẫu phiếu rồi gửi lại.")
            }
            AnswerFault::AnsweredTwice => format!("Câu {question} có hai câu trả lời. Chỉ giữ lại một."),
            AnswerFault::UnknownOption => {
                format!("Câu {question}: phương án trả lời không có trong danh sách. Chọn lại một phương án.")
            }
            AnswerFault::NotInteger => format!("Câu {question} cần một số nguyên, ví dụ 12."),
            AnswerFault::TooLong => {
                format!("Câu {question}: câu trả lời dài quá {TEXT_MAX} ký tự. Rút ngắn rồi gửi lại.")
            }
            AnswerFault::HasNul => {
                format!("Câu {question}: câu trả lời có ký tự rỗng (U+0000). Bỏ ký tự đó rồi gửi lại.")
            }
        }
    }
}

/// Checks (question, value) pairs against the questionnaire. An empty value is a blank.
///
/// # Errors
/// [`AnswerError`] for the first answer that the questionnaire does not know.
pub fn check_answers(form: &Questionnaire, answers: &[(&str, &str)]) -> Result<Answers, AnswerError> {
    // Where each question was answered: by place, so that order never matters.
    let mut found: Vec<Option<(usize, String)>> = vec![None; form.questions.len()];
    for (at, (name, value)) in answers.iter().enumerate() {
        let error = |fault| AnswerError {
            at,
            question: name.chars().take(64).collect(),
            fault,
        };
        let asked = |q: &Question| q.name.as_str() == *name && q.kind.asks();
        let place = form
            .questions
            .iter()
            .position(asked)
            .ok_or_else(|| error(AnswerFault::UnknownQuestion))?;
        let kept = kept_form(&form.questions[place].kind, value).map_err(error)?;
        if found[place].replace((at, kept)).is_some() {
            return Err(error(AnswerFault::AnsweredTwice));
        }
    }
    let mut checked = Answers::default();
    for (place, (question, answer)) in form.questions.iter().zip(found).enumerate() {
        match answer {
            Some((_, value)) if !value.is_empty() => checked.given.push((place, value)),
            answer if question.required && question.kind.asks() => {
                if checked.blanks.is_empty() {
                    checked.first_blank =
                        answer.map_or_else(|| "answers".to_owned(), |(at, _)| format!("answers[{at}].value"));
                }
                checked.blanks.push(question.name.clone());
            }
            _ => {}
        }
    }
    Ok(checked)
}

fn kept_form(kind: &QuestionKind, value: &str) -> Result<String, AnswerFault> {
    let value = value.trim();
    match kind {
        _ if value.is_empty() => Ok(String::new()),
        QuestionKind::SelectOne(options) => options
            .iter()
            .any(|o| o.name.as_str() == value)
            .then(|| value.to_owned())
            .ok_or(AnswerFault::UnknownOption),
        QuestionKind::Integer => {
            let digits = value.strip_prefix('-').unwrap_or(value);
            let fits = (1..=15).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
            let number = fits.then(|| value.parse::<i64>().ok()).flatten();
            number.map(|n| n.to_string()).ok_or(AnswerFault::NotInteger)
        }
        QuestionKind::Text if value.contains('\0') => Err(AnswerFault::HasNul),
        QuestionKind::Text => {
            let value = nfc(value);
            (value.chars().count() <= TEXT_MAX)
                .then_some(value)
                .ok_or(AnswerFault::TooLong)
        }
        QuestionKind::Note => Err(AnswerFault::UnknownQuestion),
    }
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
        }
    }

    fn vi(&self) -> String {
        let mut text: Vec<String> = self.reasons.iter().map(InvalidReason::vi).collect();
        text.push("Sửa rồi gửi lại, hoặc ghi nhận là phiếu không hợp lệ.".to_owned());
        text.join(" ")
    }
}
