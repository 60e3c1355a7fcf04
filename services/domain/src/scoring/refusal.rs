//! Why an input gives no points.

use crate::index_points::Quantity;
use crate::kernel::{CriterionCode, Points, Refusal, RefusalKind};

/// Why an input, or points given directly, are refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScoringRefusal {
    /// Another kind of input than the rule asks for; holds what it asks for.
    #[error("the rule asks for another kind of input: {0}")]
    InputKindWrong(&'static str),
    /// A value the rule cannot reach.
    #[error("{points} is not on the scale: {scale}")]
    NotOnScale {
        /// What was given.
        points: Points,
        /// What may be given.
        scale: String,
    },
    /// More than the leaf is worth.
    #[error("{points} is above the maximum {max}")]
    AboveMaximum {
        /// What was given.
        points: Points,
        /// The leaf's maximum.
        max: Points,
    },
    /// More than the full score of the imported index.
    #[error("score {score} is above the scale {scale}")]
    ScoreAboveScale {
        /// What was given.
        score: Quantity,
        /// The full score.
        scale: u32,
    },
    /// Below zero, or more than anything that is counted.
    #[error("a count of {0} is out of range")]
    CountOutOfRange(i64),
    /// The penalty has no such kind.
    #[error("the penalty has {kinds} kinds, there is no number {kind}")]
    PenaltyKindUnknown {
        /// What was given.
        kind: usize,
        /// How many there are.
        kinds: usize,
    },
    /// The same kind is named twice.
    #[error("penalty kind {0} is named twice")]
    PenaltyKindTwice(usize),
    /// The row is a sum, or scored by survey or leaders.
    #[error("{0} is not scored from inputs")]
    NotScoredHere(CriterionCode),
    /// The rule's points always come from inputs.
    #[error("points of this rule are not given directly")]
    PointsNotGiven,
}

impl Refusal for ScoringRefusal {
    fn kind(&self) -> RefusalKind {
        RefusalKind::Invalid
    }

    fn reason(&self) -> &'static str {
        match self {
            Self::InputKindWrong(_) => "INPUT_KIND_WRONG",
            Self::NotOnScale { .. } => "SCORE_NOT_ON_SCALE",
            Self::AboveMaximum { .. } | Self::ScoreAboveScale { .. } => "SCORE_ABOVE_MAXIMUM",
            Self::CountOutOfRange(_) => "COUNT_OUT_OF_RANGE",
            Self::PenaltyKindUnknown { .. } => "PENALTY_KIND_UNKNOWN",
            Self::PenaltyKindTwice(_) => "PENALTY_KIND_TWICE",
            Self::NotScoredHere(_) => "LEAF_NOT_IN_LEDGER",
            Self::PointsNotGiven => "POINTS_NOT_GIVEN_DIRECTLY",
        }
    }

    fn field(&self) -> String {
        match self {
            Self::NotScoredHere(_) => "criterion",
            Self::PointsNotGiven => "points",
            _ => "input",
        }
        .to_owned()
    }

    fn vi(&self) -> String {
        match self {
            Self::InputKindWrong(expected) => {
                format!("Cách chấm của tiêu chí này cần nhập: {expected}. Nhập lại theo đúng cách chấm.")
            }
            Self::NotOnScale { points, scale } => {
                format!("Điểm {points} không có trong thang điểm. Chọn một trong: {scale}.")
            }
            Self::AboveMaximum { points, max } => {
                format!("Điểm {points} vượt điểm tối đa {max} của tiêu chí. Nhập lại điểm.")
            }
            Self::ScoreAboveScale { score, scale } => {
                format!("Điểm {score} vượt thang {scale} của chỉ số được nhập. Kiểm tra lại số liệu.")
            }
            Self::CountOutOfRange(count) => {
                format!("Số lượng {count} không hợp lệ: phải từ 0 đến 1.000.000.")
            }
            Self::PenaltyKindUnknown { kind, kinds } => format!(
                "Nội dung điểm trừ này có {kinds} loại, không có loại thứ {}. Chọn lại loại vi phạm.",
                kind + 1
            ),
            Self::PenaltyKindTwice(kind) => {
                format!("Loại vi phạm thứ {} ghi hai lần. Gộp thành một dòng.", kind + 1)
            }
            Self::NotScoredHere(code) => format!(
                "{code} không nhập ở sổ điểm: điểm do khảo sát, lãnh đạo cho điểm hoặc cộng từ tiêu chí thành phần."
            ),
            Self::PointsNotGiven => {
                "Điểm của tiêu chí này tính từ số liệu, không cho trực tiếp. Nhập số liệu thay cho điểm."
                    .to_owned()
            }
        }
    }
}
