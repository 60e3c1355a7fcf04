//! Why this service says no, beyond the rules of panel, slip and mark (`chiso_domain::leaders`).

use chiso_domain::kernel::{Refusal, RefusalKind};

/// A refusal of this service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refused {
    /// A slip was sent, so the panel stands.
    #[error("a slip has been sent already")]
    PanelFixed,
    /// Somebody else has named it since it was looked at.
    #[error("the panel has changed since it was looked at")]
    PanelChanged,
    /// No panel yet.
    #[error("the panel has not been named")]
    PanelNotSet,
    /// No such leader in this cycle, or none the caller may know of.
    #[error("no such slip")]
    NoSuchSlip,
    /// Enough have sent: there is nothing to decide.
    #[error("the quorum is reached")]
    QuorumReached,
}

impl Refusal for Refused {
    fn kind(&self) -> RefusalKind {
        match self {
            Self::NoSuchSlip => RefusalKind::NotFound,
            Self::PanelChanged => RefusalKind::Conflict,
            Self::PanelFixed | Self::PanelNotSet | Self::QuorumReached => RefusalKind::Refused,
        }
    }

    fn reason(&self) -> &'static str {
        match self {
            Self::PanelFixed => "PANEL_FIXED",
            Self::PanelChanged => "PANEL_CHANGED",
            Self::PanelNotSet => "PANEL_NOT_SET",
            Self::NoSuchSlip => "LEADER_SLIP_NOT_FOUND",
            Self::QuorumReached => "QUORUM_REACHED",
        }
    }

    fn field(&self) -> String {
        match self {
            Self::NoSuchSlip => "leader".to_owned(),
            Self::PanelChanged => "seen_panel".to_owned(),
            Self::PanelFixed | Self::PanelNotSet | Self::QuorumReached => String::new(),
        }
    }

    fn vi(&self) -> String {
        let sentence = match self {
            Self::PanelFixed => "Đã có lãnh đạo gửi phiếu nên không đổi được danh sách lãnh đạo nữa.",
            Self::PanelChanged => {
                "Người khác vừa lập lại danh sách lãnh đạo. Chưa có gì được ghi: xem danh sách đang lưu ở đầu trang; nếu vẫn giữ danh sách của mình thì gửi lại."
            }
            Self::PanelNotSet => {
                "Đợt này chưa có danh sách lãnh đạo cho điểm. Đề nghị Sở Nội vụ lập danh sách trước."
            }
            Self::NoSuchSlip => "Không có phiếu cho điểm này. Kiểm tra lại đợt đánh giá và mã lãnh đạo.",
            Self::QuorumReached => "Đã đủ số lãnh đạo gửi phiếu nên không cần quyết định riêng.",
        };
        sentence.to_owned()
    }
}
