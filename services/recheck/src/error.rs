//! Why this service says no, beyond the rules of the domain.

use chiso_domain::kernel::{CaseId, LotId, Refusal, RefusalKind, SlipId, UnitCode};
use chiso_platform::Error;

/// A refusal of this service.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Refused {
    #[error("lot {0} exists")]
    LotExists(LotId),
    #[error("unit {unit} is in lot {lot}")]
    UnitInLot { unit: UnitCode, lot: LotId },
    #[error("unit {0} is not in the cycle")]
    UnknownUnit(usize, UnitCode),
    #[error("case {0} is not in the lot")]
    CaseNotInLot(usize, CaseId),
    #[error("slip {0} is not what was frozen")]
    SlipChanged(SlipId),
}

impl Refusal for Refused {
    fn kind(&self) -> RefusalKind {
        match self {
            Self::LotExists(_) | Self::UnitInLot { .. } | Self::SlipChanged(_) => RefusalKind::Conflict,
            Self::UnknownUnit(..) | Self::CaseNotInLot(..) => RefusalKind::Invalid,
        }
    }

    fn reason(&self) -> &'static str {
        match self {
            Self::LotExists(_) => "LOT_EXISTS",
            Self::UnitInLot { .. } => "UNIT_IN_ANOTHER_LOT",
            Self::UnknownUnit(..) => "UNIT_UNKNOWN",
            Self::CaseNotInLot(..) => "CASE_NOT_IN_LOT",
            Self::SlipChanged(_) => "SLIP_CHANGED",
        }
    }

    fn field(&self) -> String {
        match self {
            Self::LotExists(_) => "lot_id".to_owned(),
            Self::UnitInLot { .. } => "units".to_owned(),
            Self::UnknownUnit(at, _) => format!("units[{at}]"),
            Self::CaseNotInLot(at, _) => format!("case_ids[{at}]"),
            Self::SlipChanged(_) => String::new(),
        }
    }

    fn vi(&self) -> String {
        match self {
            Self::LotExists(lot) => {
                format!("Danh sách phúc tra {lot} đã được khóa. Tạo mã mới cho danh sách mới.")
            }
            Self::UnitInLot { unit, lot } => {
                format!("Đơn vị {unit} đã thuộc danh sách phúc tra {lot}. Bỏ đơn vị này rồi gửi lại.")
            }
            Self::UnknownUnit(_, unit) => {
                format!("Không có đơn vị {unit} trong đợt đánh giá. Kiểm tra lại mã đơn vị.")
            }
            Self::CaseNotInLot(_, case) => {
                format!("Phiếu phúc tra {case} không thuộc danh sách này. Kiểm tra lại mã.")
            }
            Self::SlipChanged(slip) => format!(
                "Phiếu {slip} không còn đúng như khi khóa danh sách. Chưa ghi kết quả; báo ngay cho quản trị hệ thống."
            ),
        }
    }
}

/// There is no such lot, or the caller may not know of it.
pub(crate) fn no_lot() -> Error {
    Error::not_found("lot_id", "Không có danh sách phúc tra này. Kiểm tra lại mã.")
}

/// There is no such case, or the caller may not know of it.
pub(crate) fn no_case() -> Error {
    Error::not_found(
        "case_id",
        "Không có phiếu phúc tra này trong các phiếu được giao cho bạn. Kiểm tra lại mã.",
    )
}
