//! Why the rules of leaders' slips say no.

use crate::cycle::WindowRefusal;
use crate::kernel::{PersonId, Points, Refusal, RefusalKind, UnitCode};

/// Reasons of this area. `Display` is for logs and never carries a mark that was accepted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LeadersRefusal {
    /// The calendar does not allow it now.
    #[error(transparent)]
    Window(#[from] WindowRefusal),
    /// The panel has nobody.
    #[error("the panel is empty")]
    PanelEmpty,
    /// More leaders than a province can have.
    #[error("the panel has {0} leaders")]
    PanelTooLarge(usize),
    /// The same person twice.
    #[error("leader {0} is named twice")]
    LeaderTwice(usize, PersonId),
    /// More than one chair.
    #[error("leader {0} is a second chair")]
    SecondChair(usize),
    /// A shortlist where the policy has every unit marked.
    #[error("the policy has all units marked")]
    ShortlistNotAllowed,
    /// The policy asks for a shortlist.
    #[error("the policy needs a shortlist")]
    ShortlistMissing,
    /// A unit of the shortlist that the leaders cannot mark.
    #[error("shortlisted unit {1} cannot be marked")]
    ShortlistUnknown(usize, UnitCode),
    /// The same unit twice.
    #[error("shortlisted unit {1} is named twice")]
    ShortlistTwice(usize, UnitCode),
    /// Not a unit that the leaders mark.
    #[error("unit {0} is not marked")]
    UnitNotMarked(UnitCode),
    /// One of several units to be marked at once is not one that the leaders mark.
    #[error("unit {1} is not marked")]
    RestUnknown(usize, UnitCode),
    /// One of several units to be marked at once has its mark already.
    #[error("unit {1} has a mark already")]
    RestMarked(usize, UnitCode),
    /// Above the form's scale.
    #[error("mark of {unit} is above {max}")]
    AboveMaximum {
        /// Unit.
        unit: UnitCode,
        /// What came.
        mark: Points,
        /// Top of the scale.
        max: Points,
    },
    /// Below zero or between two steps.
    #[error("mark of {unit} is not on the scale 0 to {max} by {step}")]
    NotOnScale {
        /// Unit.
        unit: UnitCode,
        /// What came.
        mark: Points,
        /// Top of the scale.
        max: Points,
        /// Step.
        step: Points,
    },
    /// Somebody else, or another window, saved in between.
    #[error("the slip is at version {now}, not {seen}")]
    Changed {
        /// What the caller saw.
        seen: i64,
        /// What is stored.
        now: i64,
    },
    /// Units without mark or abstention.
    #[error("{} units are neither marked nor abstained", .0.len())]
    Incomplete(Vec<UnitCode>),
}

impl Refusal for LeadersRefusal {
    fn kind(&self) -> RefusalKind {
        match self {
            Self::Window(refusal) => refusal.kind(),
            Self::Changed { .. } => RefusalKind::Conflict,
            Self::Incomplete(_) => RefusalKind::Refused,
            _ => RefusalKind::Invalid,
        }
    }

    fn reason(&self) -> &'static str {
        match self {
            Self::Window(refusal) => refusal.reason(),
            Self::PanelEmpty => "PANEL_EMPTY",
            Self::PanelTooLarge(_) => "PANEL_TOO_LARGE",
            Self::LeaderTwice(..) => "LEADER_NAMED_TWICE",
            Self::SecondChair(_) => "SECOND_CHAIR",
            Self::ShortlistNotAllowed => "SHORTLIST_NOT_ALLOWED",
            Self::ShortlistMissing => "SHORTLIST_MISSING",
            Self::ShortlistUnknown(..) | Self::UnitNotMarked(_) | Self::RestUnknown(..) => "UNIT_UNKNOWN",
            Self::RestMarked(..) => "UNIT_MARKED",
            Self::ShortlistTwice(..) => "UNIT_NAMED_TWICE",
            Self::AboveMaximum { .. } => "SCORE_ABOVE_MAXIMUM",
            Self::NotOnScale { .. } => "SCORE_NOT_ON_SCALE",
            Self::Changed { .. } => "LEADER_SLIP_CHANGED",
            Self::Incomplete(_) => "LEADER_SLIP_INCOMPLETE",
        }
    }

    fn field(&self) -> String {
        match self {
            Self::Window(refusal) => refusal.field(),
            Self::PanelEmpty | Self::PanelTooLarge(_) => "leaders".to_owned(),
            Self::LeaderTwice(at, _) => format!("leaders[{at}].leader"),
            Self::SecondChair(at) => format!("leaders[{at}].role"),
            Self::ShortlistNotAllowed | Self::ShortlistMissing => "shortlist".to_owned(),
            Self::ShortlistUnknown(at, _) | Self::ShortlistTwice(at, _) => format!("shortlist[{at}]"),
            Self::UnitNotMarked(_) => "mark.unit".to_owned(),
            Self::RestUnknown(at, _) | Self::RestMarked(at, _) => format!("units[{at}]"),
            Self::AboveMaximum { .. } | Self::NotOnScale { .. } => "mark.mark".to_owned(),
            Self::Changed { .. } => "version".to_owned(),
            Self::Incomplete(_) => String::new(),
        }
    }

    fn vi(&self) -> String {
        match self {
            Self::Window(refusal) => refusal.vi(),
            Self::PanelEmpty => "Danh sách lãnh đạo cho điểm còn trống. Ghi ít nhất một người.".to_owned(),
            Self::PanelTooLarge(count) => {
                format!(
                    "Danh sách có {count} lãnh đạo, nhiều nhất là {}. Kiểm tra lại danh sách.",
                    super::Panel::LARGEST
                )
            }
            Self::LeaderTwice(..) => "Một lãnh đạo được ghi hai lần. Bỏ bớt một dòng.".to_owned(),
            Self::SecondChair(_) => {
                "Chỉ có một Chủ tịch. Sửa chức vụ của người này thành Phó Chủ tịch.".to_owned()
            }
            Self::ShortlistNotAllowed => {
                "Đợt này lãnh đạo cho điểm mọi đơn vị. Bỏ danh sách rút gọn rồi gửi lại.".to_owned()
            }
            Self::ShortlistMissing => {
                "Đợt này lãnh đạo chỉ cho điểm các đơn vị được chọn. Ghi danh sách đơn vị rồi gửi lại."
                    .to_owned()
            }
            Self::ShortlistUnknown(_, unit) | Self::UnitNotMarked(unit) | Self::RestUnknown(_, unit) => {
                format!("Lãnh đạo không cho điểm “{unit}” trong đợt này. Kiểm tra lại mã đơn vị.")
            }
            Self::RestMarked(_, unit) => format!(
                "Đơn vị “{unit}” đã được cho điểm. Tải lại phiếu rồi chọn lại các đơn vị chưa cho điểm."
            ),
            Self::ShortlistTwice(_, unit) => format!("Đơn vị “{unit}” được ghi hai lần. Bỏ bớt một dòng."),
            Self::AboveMaximum { mark, max, .. } => {
                format!("Điểm {mark} cao hơn mức tối đa {max}. Cho điểm từ 0 đến {max}.")
            }
            Self::NotOnScale { mark, max, step, .. } => {
                format!("Điểm {mark} không có trên thang điểm. Cho điểm từ 0 đến {max}, mỗi bước {step}.")
            }
            Self::Changed { .. } => {
                "Phiếu đã được sửa ở nơi khác. Tải lại phiếu, xem lại rồi làm tiếp.".to_owned()
            }
            Self::Incomplete(open) => {
                let first: Vec<&str> = open.iter().take(5).map(UnitCode::as_str).collect();
                let more = if open.len() > first.len() { ", …" } else { "" };
                format!(
                    "Còn {} đơn vị chưa được cho điểm: {}{more}. Cho điểm hoặc chọn “không cho điểm” rồi gửi lại.",
                    open.len(),
                    first.join(", ")
                )
            }
        }
    }
}
