//! What the registry refuses, beyond malformed fields.

use chiso_domain::cycle::FrameFault;
use chiso_domain::kernel::{CycleCode, Refusal, RefusalKind, UnitCode, UnitTypeCode};
use chiso_platform::Error;

/// Why a change of the frame is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Rejection {
    /// No such cycle.
    #[error("no cycle {0}")]
    CycleUnknown(CycleCode),
    /// The code is taken.
    #[error("cycle {0} exists")]
    CycleExists(CycleCode),
    /// It was opened; its frame is frozen.
    #[error("cycle {0} is open")]
    CycleOpen(CycleCode),
    /// Somebody else changed it since it was looked at.
    #[error("cycle {0} has changed")]
    CycleChanged(CycleCode),
    /// It has to be opened first.
    #[error("cycle {0} is not open")]
    CycleNotOpen(CycleCode),
    /// No such type of unit in the cycle.
    #[error("no unit type {0}")]
    UnitTypeUnknown(UnitTypeCode),
    /// No such unit in the cycle.
    #[error("no unit {0}")]
    UnitUnknown(UnitCode),
    /// Not a policy.
    #[error("policy JSON: {0}")]
    PolicyMalformed(String),
}

impl Refusal for Rejection {
    fn kind(&self) -> RefusalKind {
        match self {
            Self::CycleUnknown(_) => RefusalKind::NotFound,
            Self::CycleExists(_) | Self::CycleChanged(_) => RefusalKind::Conflict,
            Self::CycleOpen(_) | Self::CycleNotOpen(_) => RefusalKind::Refused,
            Self::UnitTypeUnknown(_) | Self::UnitUnknown(_) | Self::PolicyMalformed(_) => {
                RefusalKind::Invalid
            }
        }
    }

    fn reason(&self) -> &'static str {
        match self {
            Self::CycleUnknown(_) => "CYCLE_UNKNOWN",
            Self::CycleExists(_) => "CYCLE_EXISTS",
            Self::CycleOpen(_) => "CYCLE_OPEN",
            Self::CycleChanged(_) => "CYCLE_CHANGED",
            Self::CycleNotOpen(_) => "CYCLE_NOT_OPEN",
            Self::UnitTypeUnknown(_) => "UNIT_TYPE_UNKNOWN",
            Self::UnitUnknown(_) => "UNIT_UNKNOWN",
            Self::PolicyMalformed(_) => "POLICY_MALFORMED",
        }
    }

    fn field(&self) -> String {
        match self {
            Self::CycleUnknown(_) | Self::CycleExists(_) | Self::CycleOpen(_) | Self::CycleNotOpen(_) => {
                "cycle"
            }
            Self::CycleChanged(_) => "seen_version",
            Self::UnitTypeUnknown(_) => "unit_type",
            Self::UnitUnknown(_) => "unit",
            Self::PolicyMalformed(_) => "policy_json",
        }
        .to_owned()
    }

    fn vi(&self) -> String {
        match self {
            Self::CycleUnknown(code) => format!("Không có đợt đánh giá “{code}”. Kiểm tra lại mã đợt."),
            Self::CycleExists(code) => format!("Đã có đợt đánh giá “{code}”. Chọn mã khác."),
            Self::CycleOpen(code) => format!(
                "Đợt đánh giá {code} đã mở nên không sửa được nữa. Chỉ gia hạn hoặc phân công lại thẩm định."
            ),
            Self::CycleChanged(code) => format!(
                "Người khác vừa sửa thiết lập của đợt {code}. Chưa có gì được ghi: xem nội dung đang lưu (mở trang này ở một thẻ khác); nếu vẫn giữ việc của mình thì gửi lại."
            ),
            Self::CycleNotOpen(code) => format!("Đợt đánh giá {code} chưa mở. Mở đợt trước."),
            Self::UnitTypeUnknown(code) => {
                format!("Không có loại hình “{code}” trong đợt. Nhập danh sách đơn vị trước hoặc sửa mã.")
            }
            Self::UnitUnknown(code) => format!("Không có đơn vị “{code}” trong đợt. Kiểm tra lại mã đơn vị."),
            Self::PolicyMalformed(why) => {
                format!("Không đọc được quy định của đợt: {why}. Sửa JSON theo tài liệu rồi gửi lại.")
            }
        }
    }
}

/// Faults of a frame that is being filled in: the input is wrong.
pub(crate) fn faulty(reason: &'static str, faults: Vec<FrameFault>) -> Result<(), Error> {
    if faults.is_empty() {
        return Ok(());
    }
    let vi = format!("Có {} lỗi, chưa có gì được ghi. Sửa rồi gửi lại.", faults.len());
    Err(Error::faults(reason, vi, pairs(faults)))
}

/// What stands in the way of opening.
pub(crate) fn not_ready(faults: Vec<FrameFault>) -> Result<(), Error> {
    if faults.is_empty() {
        return Ok(());
    }
    let vi = format!(
        "Chưa mở được đợt: còn {} việc phải làm. Xem từng mục.",
        faults.len()
    );
    Err(Error::obstacles("CYCLE_NOT_READY", vi, pairs(faults)))
}

fn pairs(faults: Vec<FrameFault>) -> Vec<(String, String)> {
    faults.into_iter().map(|fault| (fault.field, fault.vi)).collect()
}
