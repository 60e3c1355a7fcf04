//! Answers against their questionnaire.
//!
//! Answers that the questionnaire does not know (a foreign question, an option not on the list, "ten" for a
//! number, an answer that its conditions leave no room for) are no slip at all and are always refused:
//! [`AnswerError`]. Blanks are no fault here: whether they matter is BR-10's to say.

use super::questionnaire::{Question, QuestionKind, Questionnaire};
use crate::kernel::{QuestionName, Refusal, RefusalKind, text::nfc};

/// Longest free text in characters.
pub const TEXT_MAX: usize = 2_000;

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
#[derive(Clone, Debug, PartialEq, Eq)]
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
    /// By the other answers the question is not asked.
    NotRelevant,
    /// The form does not take this answer.
    Constraint(
        /// What the form says then; may be nothing.
        String,
    ),
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
            AnswerFault::NotRelevant => "ANSWER_NOT_RELEVANT",
            AnswerFault::Constraint(_) => "ANSWER_CONSTRAINT",
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
        match &self.fault {
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
            AnswerFault::NotRelevant => {
                format!("Câu {question} không phải hỏi theo các câu trả lời ở trên. Bỏ câu trả lời này.")
            }
            AnswerFault::Constraint(said) if said.is_empty() => {
                format!(
                    "Câu {question}: câu trả lời không đúng điều kiện của mẫu phiếu. Kiểm tra lại câu trả lời."
                )
            }
            AnswerFault::Constraint(said) => format!("Câu {question}: {said}"),
        }
    }
}

/// Checks (question, value) pairs against the questionnaire. An empty value is a blank.
///
/// # Errors
/// [`AnswerError`] for the first answer that the questionnaire does not know or does not take.
pub fn check_answers(form: &Questionnaire, answers: &[(&str, &str)]) -> Result<Answers, AnswerError> {
    let (checked, faults) = examine(form, answers, 1);
    faults.into_iter().next().map_or(Ok(checked), Err)
}

/// What of (question, value) pairs fits the questionnaire, and the first so many that do not.
#[must_use]
pub fn examine(form: &Questionnaire, answers: &[(&str, &str)], most: usize) -> (Answers, Vec<AnswerError>) {
    let mut faults = Vec::new();
    // Where each question was answered: by place, so that order never matters.
    let mut found: Vec<Found> = vec![None; form.questions.len()];
    for (at, (name, value)) in answers.iter().enumerate() {
        if faults.len() >= most {
            return (Answers::default(), faults);
        }
        if let Err(fault) = place(form, &mut found, at, name, value) {
            faults.push(fault_at(at, name, fault));
        }
    }
    let hidden = follow_conditions(form, &mut found, &mut faults);
    faults.truncate(most);
    (gather(form, found, &hidden), faults)
}

/// (Place in the list of answers, answer in its kept form), if there is one.
type Found = Option<(usize, String)>;

fn fault_at(at: usize, name: &str, fault: AnswerFault) -> AnswerError {
    AnswerError {
        at,
        question: name.chars().take(64).collect(),
        fault,
    }
}

/// Puts an answer where its question stands.
fn place(
    form: &Questionnaire,
    found: &mut [Found],
    at: usize,
    name: &str,
    value: &str,
) -> Result<(), AnswerFault> {
    let asked = |q: &Question| q.name.as_str() == name && q.kind.asks();
    let place = form
        .questions
        .iter()
        .position(asked)
        .ok_or(AnswerFault::UnknownQuestion)?;
    let kept = kept_form(&form.questions[place].kind, value)?;
    match found[place] {
        Some(_) => Err(AnswerFault::AnsweredTwice),
        None => {
            found[place] = Some((at, kept));
            Ok(())
        }
    }
}

/// Goes by the conditions of the form, in its order: answers places of questions that are not asked, which so are
/// blank for all that follow.
fn follow_conditions(form: &Questionnaire, found: &mut [Found], faults: &mut Vec<AnswerError>) -> Vec<usize> {
    let mut hidden = Vec::new();
    for (at, question) in form.questions.iter().enumerate() {
        let answer_to = |name: &QuestionName| {
            let place = form.questions.iter().position(|q| q.name == *name);
            place.map_or("", |place| text_of(&found[place]))
        };
        let relevant = question.relevant.as_ref();
        if relevant.is_some_and(|condition| !condition.holds("", &answer_to)) {
            hidden.push(at);
            if let Some((place, _)) = found[at].take().filter(|(_, value)| !value.is_empty()) {
                faults.push(fault_at(place, question.name.as_str(), AnswerFault::NotRelevant));
            }
            continue;
        }
        if let (Some(constraint), Some((place, value))) = (&question.constraint, &found[at])
            && !value.is_empty()
            && !constraint.condition.holds(value, &answer_to)
        {
            let fault = AnswerFault::Constraint(constraint.message.clone());
            faults.push(fault_at(*place, question.name.as_str(), fault));
        }
    }
    hidden
}

fn text_of(found: &Found) -> &str {
    found.as_ref().map_or("", |(_, value)| value)
}

/// The answers in the form's order, and the blanks among the required questions that are asked.
fn gather(form: &Questionnaire, found: Vec<Found>, hidden: &[usize]) -> Answers {
    let mut checked = Answers::default();
    for (place, (question, answer)) in form.questions.iter().zip(found).enumerate() {
        match answer {
            Some((_, value)) if !value.is_empty() => checked.given.push((place, value)),
            answer if question.required && question.kind.asks() && !hidden.contains(&place) => {
                if checked.blanks.is_empty() {
                    checked.first_blank =
                        answer.map_or_else(|| "answers".to_owned(), |(at, _)| format!("answers[{at}].value"));
                }
                checked.blanks.push(question.name.clone());
            }
            _ => {}
        }
    }
    checked
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
            let number = super::logic::whole(value);
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
