//! Why the recheck says no.

use crate::kernel::{Instant, QuestionName, Refusal, RefusalKind, SlipId};

/// A reason of the recheck's rules.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecheckRefusal {
    /// A character that is not an ASCII digit.
    #[error("a seed is decimal digits only")]
    SeedNotDigits,
    /// Fewer than 20 digits.
    #[error("the seed has {0} digits, at least 20 are needed")]
    SeedTooShort(usize),
    /// More than 100 digits.
    #[error("the seed has {0} digits, at most 100 are allowed")]
    SeedTooLong(usize),
    /// The stage has a seed.
    #[error("stage {0} has its seed already")]
    SeedAlreadyEntered(i64),
    /// An earlier stage of the lot used the same digits.
    #[error("stage {0} used the same seed")]
    SeedReused(i64),
    /// A stage is skipped.
    #[error("stage {asked} cannot be entered, the next one is {next}")]
    StageOutOfOrder {
        /// The stage that was asked for.
        asked: i64,
        /// The stage that comes next.
        next: i64,
    },
    /// An enlargement that does not enlarge, or a first stage off the policy.
    #[error("a rate of {rate}% is not above {above}% and at most 100%")]
    RateInvalid {
        /// What was asked for.
        rate: i64,
        /// What it has to exceed.
        above: i64,
    },
    /// The first stage is drawn at the policy's rate.
    #[error("the first stage is drawn at the policy's {0}%")]
    RateOfPolicy(i64),
    /// No valid slip in the lot.
    #[error("the lot has no valid slip")]
    LotEmpty,
    /// A slip is listed twice.
    #[error("slip {0} is listed twice")]
    SlipTwice(SlipId),
    /// No seed yet.
    #[error("the lot is not drawn")]
    LotNotDrawn,
    /// The recheck of the lot has ended.
    #[error("the lot is concluded")]
    LotConcluded,
    /// Cases without outcome.
    #[error("{0} cases are open")]
    CasesOpen(i64),
    /// The outcome stands.
    #[error("the case has its outcome")]
    CaseClosed,
    /// A question that was to be asked again has no answer.
    #[error("question {0} has no answer")]
    AnswerMissing(QuestionName),
    /// A question that was not to be asked.
    #[error("question {1} is not asked again")]
    AnswerNotAsked(usize, QuestionName),
    /// A question answered twice.
    #[error("question {1} is answered twice")]
    AnswerTwice(usize, QuestionName),
    /// Not an option of the question.
    #[error("question {question} has no option {value:?}")]
    AnswerNotOption {
        /// Place among the answers.
        at: usize,
        /// The question.
        question: QuestionName,
        /// What was sent.
        value: String,
    },
    /// Given up too early.
    #[error("{0} more attempts on other days are needed")]
    AttemptsMissing(u32),
    /// A call back without an instant to come.
    #[error("a call back needs an instant to come")]
    CallbackNotAhead,
    /// A call back that could no longer be made.
    #[error("the recheck of the unit ends at {0}")]
    CallbackTooLate(Instant),
    /// Nobody to give cases to.
    #[error("no officers")]
    NoOfficers,
    /// All officers named interviewed the respondent of the slip themselves.
    #[error("slip {0} was interviewed by the officer")]
    OfficerInterviewed(SlipId),
}

impl Refusal for RecheckRefusal {
    fn kind(&self) -> RefusalKind {
        match self {
            Self::SeedNotDigits
            | Self::SeedTooShort(_)
            | Self::SeedTooLong(_)
            | Self::RateInvalid { .. }
            | Self::RateOfPolicy(_)
            | Self::SlipTwice(_)
            | Self::AnswerMissing(_)
            | Self::AnswerNotAsked(..)
            | Self::AnswerTwice(..)
            | Self::AnswerNotOption { .. }
            | Self::CallbackNotAhead
            | Self::CallbackTooLate(_)
            | Self::NoOfficers => RefusalKind::Invalid,
            Self::SeedAlreadyEntered(_)
            | Self::SeedReused(_)
            | Self::StageOutOfOrder { .. }
            | Self::LotEmpty
            | Self::LotNotDrawn
            | Self::LotConcluded
            | Self::CasesOpen(_)
            | Self::CaseClosed
            | Self::AttemptsMissing(_)
            | Self::OfficerInterviewed(_) => RefusalKind::Refused,
        }
    }

    fn reason(&self) -> &'static str {
        match self {
            Self::SeedNotDigits => "SEED_NOT_DIGITS",
            Self::SeedTooShort(_) => "SEED_TOO_SHORT",
            Self::SeedTooLong(_) => "SEED_TOO_LONG",
            Self::SeedAlreadyEntered(_) => "SEED_ALREADY_ENTERED",
            Self::SeedReused(_) => "SEED_REUSED",
            Self::StageOutOfOrder { .. } => "STAGE_OUT_OF_ORDER",
            Self::RateInvalid { .. } => "RATE_INVALID",
            Self::RateOfPolicy(_) => "RATE_OF_POLICY",
            Self::LotEmpty => "LOT_EMPTY",
            Self::SlipTwice(_) => "SLIP_TWICE",
            Self::LotNotDrawn => "LOT_NOT_DRAWN",
            Self::LotConcluded => "LOT_CONCLUDED",
            Self::CasesOpen(_) => "CASES_OPEN",
            Self::CaseClosed => "CASE_CLOSED",
            Self::AnswerMissing(_) => "ANSWER_MISSING",
            Self::AnswerNotAsked(..) => "ANSWER_NOT_ASKED",
            Self::AnswerTwice(..) => "ANSWER_TWICE",
            Self::AnswerNotOption { .. } => "ANSWER_NOT_OPTION",
            Self::AttemptsMissing(_) => "ATTEMPTS_MISSING",
            Self::CallbackNotAhead => "CALLBACK_NOT_AHEAD",
            Self::CallbackTooLate(_) => "CALLBACK_TOO_LATE",
            Self::NoOfficers => "NO_OFFICERS",
            Self::OfficerInterviewed(_) => "OFFICER_INTERVIEWED",
        }
    }

    fn field(&self) -> String {
        match self {
            Self::SeedNotDigits | Self::SeedTooShort(_) | Self::SeedTooLong(_) | Self::SeedReused(_) => {
                "seed".to_owned()
            }
            Self::SeedAlreadyEntered(_) | Self::StageOutOfOrder { .. } => "stage".to_owned(),
            Self::RateInvalid { .. } | Self::RateOfPolicy(_) => "rate_percent".to_owned(),
            Self::AnswerMissing(_) => "answers.answers".to_owned(),
            Self::AnswerNotAsked(at, _) | Self::AnswerTwice(at, _) => {
                format!("answers.answers[{at}].question")
            }
            Self::AnswerNotOption { at, .. } => format!("answers.answers[{at}].value"),
            Self::AttemptsMissing(_) => "not_reached".to_owned(),
            Self::CallbackNotAhead | Self::CallbackTooLate(_) => "callback_at".to_owned(),
            Self::NoOfficers | Self::OfficerInterviewed(_) => "officers".to_owned(),
            Self::LotEmpty => "units".to_owned(),
            _ => String::new(),
        }
    }

    fn vi(&self) -> String {
        match self {
            Self::SeedNotDigits => {
                "Dãy số công khai chỉ gồm các chữ số 0–9, không có dấu cách. Nhập lại đúng dãy số đã công bố."
                    .to_owned()
            }
            Self::SeedTooShort(n) => format!(
                "Dãy số công khai có {n} chữ số, cần ít nhất 20. Gieo thêm cho đủ rồi nhập lại toàn bộ dãy số."
            ),
            Self::SeedTooLong(n) => {
                format!("Dãy số công khai có {n} chữ số, nhiều nhất là 100. Nhập lại đúng dãy số đã công bố.")
            }
            Self::SeedAlreadyEntered(stage) => format!(
                "Lần bốc chọn {stage} đã có dãy số công khai và không thể thay đổi. Muốn bốc thêm, nhập dãy số mới cho lần sau."
            ),
            Self::SeedReused(stage) => {
                format!("Dãy số này đã dùng ở lần bốc chọn {stage}. Gieo dãy số mới rồi nhập lại.")
            }
            Self::StageOutOfOrder { asked, next } => {
                format!("Chưa thể nhập dãy số cho lần bốc chọn {asked}: lần tiếp theo là {next}.")
            }
            Self::RateInvalid { rate, above } => format!(
                "Tỷ lệ {rate}% không hợp lệ: khi bốc thêm, tỷ lệ mới phải lớn hơn {above}% và không quá 100%."
            ),
            Self::RateOfPolicy(rate) => {
                format!("Lần bốc chọn đầu theo tỷ lệ {rate}% của bộ quy tắc. Để trống tỷ lệ rồi gửi lại.")
            }
            Self::LotEmpty => {
                "Các đơn vị này chưa có phiếu hợp lệ nào để phúc tra. Kiểm tra lại danh sách đơn vị."
                    .to_owned()
            }
            Self::SlipTwice(slip) => {
                format!("Phiếu {slip} có hai lần trong danh sách. Báo quản trị hệ thống.")
            }
            Self::LotNotDrawn => {
                "Danh sách chưa được bốc chọn. Nhập dãy số công khai trước rồi làm lại.".to_owned()
            }
            Self::LotConcluded => {
                "Việc phúc tra danh sách này đã kết thúc, không thể thay đổi nữa.".to_owned()
            }
            Self::CasesOpen(n) => {
                format!(
                    "Còn {n} phiếu chưa có kết quả phúc tra. Ghi kết quả của các phiếu đó rồi kết thúc lại."
                )
            }
            Self::CaseClosed => "Phiếu này đã có kết quả phúc tra, không thể thay đổi.".to_owned(),
            Self::AnswerMissing(q) => {
                format!("Chưa có câu trả lời cho câu {q}. Hỏi lại câu này rồi gửi lại.")
            }
            Self::AnswerNotAsked(_, q) => {
                format!("Câu {q} không thuộc các câu cần hỏi lại. Bỏ câu này rồi gửi lại.")
            }
            Self::AnswerTwice(_, q) => {
                format!("Câu {q} có hai câu trả lời. Giữ một câu trả lời rồi gửi lại.")
            }
            Self::AnswerNotOption { question, value, .. } => format!(
                "Câu {question} không có phương án “{}”. Chọn một phương án của phiếu khảo sát rồi gửi lại.",
                value.chars().take(40).collect::<String>()
            ),
            Self::AttemptsMissing(left) => format!(
                "Chưa thể ghi “không liên hệ được”: cần thêm {left} lần liên hệ vào các ngày khác nhau."
            ),
            Self::CallbackNotAhead => {
                "Hẹn gọi lại cần ngày, giờ sau lúc này. Nhập lại ngày, giờ hẹn.".to_owned()
            }
            Self::CallbackTooLate(end) => too_late(*end),
            Self::NoOfficers => "Chưa chọn người phúc tra. Chọn ít nhất một người rồi gửi lại.".to_owned(),
            Self::OfficerInterviewed(slip) => format!(
                "Người được giao phúc tra phiếu {slip} chính là điều tra viên của phiếu đó. Giao cho người khác."
            ),
        }
    }
}

fn too_late(end: Instant) -> String {
    format!(
        "Thời gian phúc tra của đơn vị này kết thúc lúc {}. Hẹn gọi lại trước lúc đó.",
        end.plus(-crate::kernel::time::SECOND).to_local_text()
    )
}
