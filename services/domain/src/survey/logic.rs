//! Conditions of a questionnaire: which question is asked after which answers, and what an answer has to satisfy.
//!
//! A condition is written in a stated part of the expressions of XLSForm (`docs/reference/xlsform.md`): answers
//! `${Q1}`, the answer at hand `.`, texts, whole numbers, `= != < <= > >=`, `+ -`, `and or not()`, `selected()`,
//! `string-length()`.
//!
//! Invariants:
//! 1. Length and depth are bounded, so that reading and evaluating always end, whatever is written.
//! 2. A condition that was read has an answer for all answers; nothing is computed with fractions.
//! 3. Equal texts are equal conditions: the text is what a questionnaire keeps and hashes.

mod check;
mod parse;
#[cfg(test)]
mod tests;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use crate::kernel::QuestionName;

pub use check::About;

/// Longest condition in characters.
pub const MAX_LENGTH: usize = 2_000;
/// Deepest nesting of brackets, functions and signs.
pub const MAX_DEPTH: usize = 32;
/// Most digits of a whole number, as of an answer.
pub(super) const MAX_DIGITS: usize = 15;

/// A condition: its text, and the tree that the text means.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Condition {
    text: String,
    tree: Expr,
}

/// A part of a condition.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Expr {
    Or(Vec<Expr>),
    And(Vec<Expr>),
    Not(Box<Expr>),
    Compare(Comparison, Box<Expr>, Box<Expr>),
    Sum(Vec<Expr>),
    Negative(Box<Expr>),
    /// Whether the option is chosen in an answer.
    Selected(Box<Expr>, String),
    /// Characters of an answer.
    Length(Box<Expr>),
    Answer(QuestionName),
    /// The answer at hand.
    Own,
    Text(String),
    Number(i64),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Comparison {
    Equal,
    Differs,
    Less,
    AtMost,
    More,
    AtLeast,
}

impl Comparison {
    const ALL: [(&'static str, Self); 6] = [
        ("!=", Self::Differs),
        ("<=", Self::AtMost),
        (">=", Self::AtLeast),
        ("=", Self::Equal),
        ("<", Self::Less),
        (">", Self::More),
    ];

    fn sign(self) -> &'static str {
        let mut all = Self::ALL.iter();
        all.find(|(_, one)| *one == self).map_or("", |(sign, _)| sign)
    }
}

/// Why a text is no condition, or not one of this question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LogicFault {
    /// Longer than [`MAX_LENGTH`].
    TooLong,
    /// Nested deeper than [`MAX_DEPTH`].
    TooDeep,
    /// A character that has no meaning here.
    Character(char),
    /// A quotation mark or `${` that nothing closes.
    Unclosed(&'static str),
    /// `${…}` around what can be no name.
    Name(String),
    /// A number with a fraction, or with more than 15 digits.
    NotWhole(String),
    /// No function of ours.
    Function(String),
    /// Something else was expected here.
    Expected(&'static str),
    /// No question has that name.
    Unknown(String),
    /// Asked only later.
    Later(String),
    /// The question's own name; its answer is `.`.
    OwnName(String),
    /// `.` where no answer is at hand.
    OwnAnswer,
    /// A note has no answer.
    Note(String),
    /// A value where a condition is needed.
    NotCondition,
    /// A condition where a value is needed.
    NotValue,
    /// A text where a number is needed.
    NotNumber,
    /// The question has no such option.
    Option(String),
    /// `selected()` of a question that is no choice.
    NotChoice,
}

/// A text is no condition.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no condition, at character {at}: {fault:?}")]
pub struct LogicError {
    /// Which character, from 1; 0 where the fault is in what the text means.
    pub at: usize,
    /// What is wrong.
    pub fault: LogicFault,
}

impl LogicError {
    /// Vietnamese sentences: what is wrong, where, and what is allowed.
    #[must_use]
    pub fn vi(&self) -> String {
        let what = self.fault.vi();
        match self.at {
            0 => what,
            at => format!(
                "Ký tự thứ {at}: {what} Chỉ dùng: ${{tên_câu}}, ., 'chữ', số nguyên, = != < <= > >=, + -, and, or, \
                 not(), selected(), string-length(), dấu ngoặc ( )."
            ),
        }
    }
}

impl LogicFault {
    fn vi(&self) -> String {
        match self {
            Self::TooLong => format!("điều kiện dài quá {MAX_LENGTH} ký tự."),
            Self::TooDeep => format!("điều kiện lồng nhau quá {MAX_DEPTH} lớp."),
            Self::Character(found) => format!("không dùng được ký tự “{found}”."),
            Self::Unclosed(mark) => format!("“{mark}” chưa được đóng lại."),
            Self::Name(name) => format!("“${{{name}}}” không phải tên câu hỏi."),
            Self::NotWhole(number) => format!("“{number}” không phải số nguyên có nhiều nhất {MAX_DIGITS} chữ số."),
            Self::Function(name) => format!("không dùng được “{name}”."),
            Self::Expected(what) => format!("cần {what} ở đây."),
            Self::Unknown(name) => format!("Phiếu không có câu hỏi “{name}”. Kiểm tra lại tên câu hỏi."),
            Self::Later(name) => {
                format!("Câu “{name}” đứng sau câu này. Điều kiện chỉ dùng câu trả lời của các câu đứng trước.")
            }
            Self::OwnName(name) => format!("“{name}” là chính câu này. Dùng dấu chấm (.) trong cột constraint."),
            Self::OwnAnswer => "Dấu chấm (.) chỉ dùng trong cột constraint. Ghi tên câu hỏi: ${tên_câu}.".to_owned(),
            Self::Note(name) => format!("“{name}” là ghi chú, không có câu trả lời. Dùng câu hỏi khác."),
            Self::NotCondition => {
                "Chỗ cần điều kiện lại là một giá trị. Ghi thành phép so sánh, ví dụ ${tuoi} >= 18.".to_owned()
            }
            Self::NotValue => {
                "Không so sánh hay cộng trừ hai điều kiện với nhau. Nối điều kiện bằng and, or.".to_owned()
            }
            Self::NotNumber => {
                "Không so sánh hay cộng trừ chữ với số. Dùng câu loại integer, hoặc chữ trong dấu nháy với = và !=."
                    .to_owned()
            }
            Self::Option(name) => {
                format!("Câu hỏi không có phương án “{name}”. Dùng tên phương án ở trang choices.")
            }
            Self::NotChoice => "selected() chỉ dùng cho câu chọn một (select_one).".to_owned(),
        }
    }
}

impl Condition {
    /// As it was written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Holds where each of them holds; none: no condition at all.
    ///
    /// # Errors
    /// Where together they are beyond a bound.
    pub fn all(conditions: &[&Self]) -> Result<Option<Self>, LogicError> {
        match conditions {
            [] => Ok(None),
            [one] => Ok(Some((*one).clone())),
            many => {
                let texts: Vec<String> = many.iter().map(|one| format!("({})", one.text)).collect();
                texts.join(" and ").parse().map(Some)
            }
        }
    }

    /// Whether it holds: `own` is the answer at hand, `answer` gives the others; "" is a blank.
    #[must_use]
    pub fn holds<'a>(&'a self, own: &'a str, answer: &dyn Fn(&QuestionName) -> &'a str) -> bool {
        self.tree.value(&Given { own, answer }).truth()
    }

    /// The tree as JSON arrays, `["=", ["answer", "Q1"], ["text", "5"]]`, for programs that evaluate it themselves.
    #[must_use]
    pub fn to_json(&self) -> String {
        self.tree.json().to_string()
    }
}

impl FromStr for Condition {
    type Err = LogicError;
    fn from_str(text: &str) -> Result<Self, LogicError> {
        Ok(Self {
            tree: parse::parse(text)?,
            text: text.to_owned(),
        })
    }
}

impl TryFrom<String> for Condition {
    type Error = LogicError;
    fn try_from(text: String) -> Result<Self, LogicError> {
        text.parse()
    }
}

impl From<Condition> for String {
    fn from(condition: Condition) -> Self {
        condition.text
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// What a condition is evaluated on.
struct Given<'a, 'f> {
    own: &'a str,
    answer: &'f dyn Fn(&QuestionName) -> &'a str,
}

/// What a part of a condition comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Value<'a> {
    Truth(bool),
    /// None: not a number. Compared with anything it is different and nothing else.
    Number(Option<i64>),
    Text(&'a str),
}

impl Value<'_> {
    fn truth(self) -> bool {
        match self {
            Self::Truth(truth) => truth,
            Self::Number(number) => number.is_some_and(|n| n != 0),
            Self::Text(text) => !text.is_empty(),
        }
    }

    fn number(self) -> Option<i64> {
        match self {
            Self::Truth(truth) => Some(i64::from(truth)),
            Self::Number(number) => number,
            Self::Text(text) => whole(text),
        }
    }
}

/// A whole number of at most 15 digits.
pub(super) fn whole(text: &str) -> Option<i64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let fits = (1..=MAX_DIGITS).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    fits.then(|| text.parse().ok()).flatten()
}

impl Expr {
    fn value<'a>(&'a self, given: &Given<'a, '_>) -> Value<'a> {
        match self {
            Self::Or(parts) => Value::Truth(parts.iter().any(|part| part.value(given).truth())),
            Self::And(parts) => Value::Truth(parts.iter().all(|part| part.value(given).truth())),
            Self::Not(part) => Value::Truth(!part.value(given).truth()),
            Self::Compare(how, left, right) => Value::Truth(how.holds(left.value(given), right.value(given))),
            Self::Sum(parts) => {
                let mut numbers = parts.iter().map(|part| part.value(given).number());
                Value::Number(numbers.try_fold(0_i64, |sum, number| sum.checked_add(number?)))
            }
            Self::Negative(part) => Value::Number(part.value(given).number().and_then(i64::checked_neg)),
            Self::Selected(answer, option) => Value::Truth(answer.value(given) == Value::Text(option)),
            Self::Length(answer) => match answer.value(given) {
                Value::Text(text) => Value::Number(i64::try_from(text.chars().count()).ok()),
                Value::Truth(_) | Value::Number(_) => Value::Number(None),
            },
            Self::Answer(name) => Value::Text((given.answer)(name)),
            Self::Own => Value::Text(given.own),
            Self::Text(text) => Value::Text(text),
            Self::Number(number) => Value::Number(Some(*number)),
        }
    }

    fn json(&self) -> Json {
        let many = |sign: &str, parts: &[Self]| {
            let mut all = vec![json!(sign)];
            all.extend(parts.iter().map(Self::json));
            Json::Array(all)
        };
        match self {
            Self::Or(parts) => many("or", parts),
            Self::And(parts) => many("and", parts),
            Self::Not(part) => json!(["not", part.json()]),
            Self::Compare(how, left, right) => json!([how.sign(), left.json(), right.json()]),
            Self::Sum(parts) => many("+", parts),
            Self::Negative(part) => json!(["-", part.json()]),
            Self::Selected(answer, option) => json!(["selected", answer.json(), option]),
            Self::Length(answer) => json!(["length", answer.json()]),
            Self::Answer(name) => json!(["answer", name]),
            Self::Own => json!(["own"]),
            Self::Text(text) => json!(["text", text]),
            Self::Number(number) => json!(["number", number]),
        }
    }
}

impl Comparison {
    /// Two texts are equal letter by letter; everything else is compared as numbers.
    fn holds(self, left: Value<'_>, right: Value<'_>) -> bool {
        if let (Value::Text(left), Value::Text(right)) = (left, right) {
            match self {
                Self::Equal => return left == right,
                Self::Differs => return left != right,
                _ => {}
            }
        }
        let (Some(left), Some(right)) = (left.number(), right.number()) else {
            return self == Self::Differs;
        };
        match self {
            Self::Equal => left == right,
            Self::Differs => left != right,
            Self::Less => left < right,
            Self::AtMost => left <= right,
            Self::More => left > right,
            Self::AtLeast => left >= right,
        }
    }
}
