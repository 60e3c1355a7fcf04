//! Why ranking says no.

use chiso_domain::kernel::{Refusal, RefusalKind, UnitCode};

/// A refusal of this service.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Refused {
    /// The type has no tie that the quota's edge cuts.
    #[error("there is no tie at the edge of the quota")]
    NoTie,
    /// Other units are tied than those that were looked at, or for another number of places.
    #[error("the tie is not the one that was seen")]
    TieChanged,
    /// Somebody has decided by this document since the caller looked.
    #[error("the tie was decided meanwhile, by {0}")]
    TieDecided(String),
    /// More units are chosen than there are places.
    #[error("{chosen} chosen for {places} places")]
    TooManyChosen { chosen: usize, places: usize },
    /// A chosen unit is not among the tied.
    #[error("unit {unit} is not among the tied")]
    NotTied { at: usize, unit: UnitCode },
    /// A unit is chosen twice.
    #[error("unit {unit} is chosen twice")]
    ChosenTwice { at: usize, unit: UnitCode },
    /// A version was published before, so this one corrects it and has to say why.
    #[error("a later version needs a reason for the correction")]
    NoCorrectionReason,
    /// The first version has nothing to correct.
    #[error("the first version corrects nothing")]
    NothingToCorrect,
    /// The results are not those that were seen.
    #[error("the results are not those that were seen")]
    ResultsChanged,
    /// Somebody has published since.
    #[error("version {newest} has been published since")]
    PublishedSince { newest: u32 },
}

impl Refusal for Refused {
    fn kind(&self) -> RefusalKind {
        match self {
            Self::NoTie => RefusalKind::Refused,
            Self::TieChanged | Self::TieDecided(_) | Self::ResultsChanged | Self::PublishedSince { .. } => {
                RefusalKind::Conflict
            }
            Self::TooManyChosen { .. }
            | Self::NotTied { .. }
            | Self::ChosenTwice { .. }
            | Self::NoCorrectionReason
            | Self::NothingToCorrect => RefusalKind::Invalid,
        }
    }

    fn reason(&self) -> &'static str {
        match self {
            Self::NoTie => "NO_TIE",
            Self::TieChanged => "TIE_CHANGED",
            Self::TieDecided(_) => "TIE_DECIDED",
            Self::TooManyChosen { .. } => "TOO_MANY_CHOSEN",
            Self::NotTied { .. } => "UNIT_NOT_TIED",
            Self::ChosenTwice { .. } => "CHOSEN_TWICE",
            Self::NoCorrectionReason => "CORRECTION_REASON_MISSING",
            Self::NothingToCorrect => "NOTHING_TO_CORRECT",
            Self::ResultsChanged => "RESULTS_CHANGED",
            Self::PublishedSince { .. } => "PUBLISHED_SINCE",
        }
    }

    fn field(&self) -> String {
        match self {
            Self::NoTie => "unit_type".to_owned(),
            Self::TieChanged => "seen.units".to_owned(),
            Self::TieDecided(_) => "seen.decided_at".to_owned(),
            Self::TooManyChosen { .. } => "chosen".to_owned(),
            Self::NotTied { at, .. } | Self::ChosenTwice { at, .. } => format!("chosen[{at}]"),
            Self::NoCorrectionReason | Self::NothingToCorrect => "correction_reason".to_owned(),
            Self::ResultsChanged => "results_sha256".to_owned(),
            Self::PublishedSince { .. } => "seen_version".to_owned(),
        }
    }

    fn vi(&self) -> String {
        match self {
            Self::NoTie => {
                "Loại hình này không có nhóm bằng điểm nào ở ranh giới chỉ tiêu xuất sắc. Xem lại \
                            kết quả tạm tính."
                    .to_owned()
            }
            Self::TieChanged => {
                "Nhóm bằng điểm hoặc số chỗ đã khác với lúc bạn xem. Chưa có gì được ghi: xem nhóm hiện nay, rồi \
                 quyết định lại."
                    .to_owned()
            }
            Self::TieDecided(document) => format!(
                "Nhóm này vừa được quyết định theo “{document}”. Chưa có gì được ghi: xem quyết định đó; nếu vẫn thay thì lưu lại."
            ),
            Self::TooManyChosen { chosen, places } => {
                format!("Chọn {chosen} đơn vị cho {places} chỗ. Bỏ bớt đơn vị rồi gửi lại.")
            }
            Self::NotTied { unit, .. } => {
                format!("Đơn vị {unit} không thuộc nhóm bằng điểm. Chỉ chọn trong nhóm đó.")
            }
            Self::ChosenTwice { unit, .. } => format!("Đơn vị {unit} được chọn hai lần. Bỏ bớt một lần."),
            Self::NoCorrectionReason => "Đợt này đã công bố. Nêu lý do đính chính rồi gửi lại.".to_owned(),
            Self::NothingToCorrect => {
                "Đây là lần công bố đầu tiên nên chưa có gì để đính chính. Bỏ trống lý do đính chính."
                    .to_owned()
            }
            Self::ResultsChanged => {
                "Kết quả đã thay đổi sau khi mở bản xem trước nên chưa công bố. Xem lại kết quả, rồi công bố."
                    .to_owned()
            }
            Self::PublishedSince { newest } => format!(
                "Người khác vừa công bố bản {newest}. Lần này chưa công bố gì thêm: xem bản đó, rồi chỉ làm lại nếu vẫn cần."
            ),
        }
    }
}
