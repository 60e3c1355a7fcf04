//! Why an act of scoring or appraising is refused.

use crate::kernel::{Points, Refusal, RefusalKind};
use crate::scoring::{Scored, ScoringRefusal};

use super::{Decision, Lack, MediaType, Round};

/// Why the rules of articles 5 and 7 say no.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AppraisalRefusal {
    /// The value is not on the leaf's scale.
    #[error(transparent)]
    Scoring(#[from] ScoringRefusal),
    /// Somebody changed the entry since it was read.
    #[error("version {seen} was read, {current} is the current one")]
    VersionConflict {
        /// What the caller read.
        seen: i64,
        /// What there is.
        current: i64,
    },
    /// More evidence is asked for in round 1 only.
    #[error("evidence is requested in round 1 only")]
    Round2Request,
    /// A decision other than agreement says why.
    #[error("{0:?} needs a reason")]
    ReasonMissing(Decision),
    /// Points without what the evidence rule asks for.
    #[error("no points: lacks {0:?}")]
    Unproven(Lack),
    /// Agreement confirms exactly the unit's own points.
    #[error("agreed, but {own:?} was claimed and {given:?} given")]
    AgreedPointsDiffer {
        /// The unit's own.
        own: Scored,
        /// What was confirmed.
        given: Scored,
    },
    /// Neither disagreement nor a request leaves the points as they are.
    #[error("points stay at {own}: that is agreement")]
    PointsNotLower {
        /// The unit's own.
        own: Points,
    },
    /// More than the unit claimed.
    #[error("{points} is above the self-score {own}")]
    AboveSelfScore {
        /// The unit's own.
        own: Points,
        /// What was given.
        points: Points,
    },
    /// An appraiser found that nothing was planned, which the unit did not claim.
    #[error("an appraiser cannot make a leaf not applicable")]
    NotApplicableByAppraiser,
    /// The council chair decided the leaf in this round.
    #[error("the council chair decided")]
    ChairDecided,
    /// The sheet was sent.
    #[error("the sheet was submitted")]
    SheetSubmitted,
    /// The system took the sheet at the window's end.
    #[error("the sheet was locked at the window's end")]
    SheetLocked,
    /// The sheet has not been sent.
    #[error("the sheet is not submitted")]
    SheetNotSubmitted,
    /// The round is over.
    #[error("round {0:?} is closed")]
    RoundClosed(Round),
    /// Round 1 has to be closed first.
    #[error("round 1 is not closed")]
    RoundNotClosed,
    /// A file of another kind than PDF, PNG or JPEG.
    #[error("file type not taken: {0}")]
    FileTypeNotTaken(String),
    /// The content is not what the name says.
    #[error("named as {claimed:?}, found {found:?}")]
    FileMislabelled {
        /// By its name.
        claimed: MediaType,
        /// By its first bytes.
        found: Option<MediaType>,
    },
}

impl Refusal for AppraisalRefusal {
    fn kind(&self) -> RefusalKind {
        match self {
            Self::Scoring(refusal) => refusal.kind(),
            Self::VersionConflict { .. } => RefusalKind::Conflict,
            Self::SheetSubmitted
            | Self::SheetLocked
            | Self::SheetNotSubmitted
            | Self::RoundClosed(_)
            | Self::RoundNotClosed
            | Self::ChairDecided
            | Self::Unproven(_) => RefusalKind::Refused,
            _ => RefusalKind::Invalid,
        }
    }

    fn reason(&self) -> &'static str {
        match self {
            Self::Scoring(refusal) => refusal.reason(),
            Self::VersionConflict { .. } => "VERSION_CONFLICT",
            Self::Round2Request => "ROUND_2_REQUEST_REFUSED",
            Self::ReasonMissing(_) => "REASON_REQUIRED",
            Self::Unproven(_) => "EVIDENCE_MISSING",
            Self::AgreedPointsDiffer { .. } => "AGREED_POINTS_DIFFER",
            Self::PointsNotLower { .. } => "POINTS_NOT_LOWER",
            Self::AboveSelfScore { .. } => "SCORE_ABOVE_SELF_SCORE",
            Self::NotApplicableByAppraiser => "NOT_APPLICABLE_BY_APPRAISER",
            Self::ChairDecided => "CHAIR_DECIDED",
            Self::SheetSubmitted => "SHEET_SUBMITTED",
            Self::SheetLocked => "SHEET_LOCKED",
            Self::SheetNotSubmitted => "SHEET_NOT_SUBMITTED",
            Self::RoundClosed(_) => "ROUND_CLOSED",
            Self::RoundNotClosed => "ROUND_NOT_CLOSED",
            Self::FileTypeNotTaken(_) => "FILE_TYPE_NOT_TAKEN",
            Self::FileMislabelled { .. } => "FILE_MISLABELLED",
        }
    }

    fn field(&self) -> String {
        match self {
            Self::Scoring(refusal) => return refusal.field(),
            Self::VersionConflict { .. } => "version",
            Self::Round2Request => "decision",
            Self::ReasonMissing(_) => "reason",
            Self::AgreedPointsDiffer { .. }
            | Self::PointsNotLower { .. }
            | Self::AboveSelfScore { .. }
            | Self::Unproven(_)
            | Self::NotApplicableByAppraiser => "value",
            Self::FileTypeNotTaken(_) | Self::FileMislabelled { .. } => "header.file_name",
            _ => "",
        }
        .to_owned()
    }

    fn vi(&self) -> String {
        match self {
            Self::Scoring(refusal) => refusal.vi(),
            Self::VersionConflict { seen, current } => format!(
                "Nội dung đã được người khác sửa: bạn xem phiên bản {seen}, hiện là phiên bản {current}. Tải lại, xem thay đổi rồi lưu lại."
            ),
            Self::Round2Request => "Thẩm định lần 2 là kết quả cuối cùng, không đề nghị bổ sung tài liệu nữa. Chọn đồng ý hoặc không đồng ý.".to_owned(),
            Self::ReasonMissing(Decision::RequestEvidence) => {
                "Đề nghị bổ sung phải nêu rõ tài liệu cần bổ sung. Ghi vào ô lý do.".to_owned()
            }
            Self::ReasonMissing(_) => "Không đồng ý phải nêu lý do. Ghi lý do rồi gửi lại.".to_owned(),
            Self::Unproven(lack) => format!(
                "Tiêu chí không có {} thì không được tính điểm. Xác nhận 0 điểm, hoặc đề nghị đơn vị bổ sung ở lần 1.",
                lack.vi()
            ),
            Self::AgreedPointsDiffer { own, given } => format!(
                "Đồng ý thì điểm xác nhận phải đúng bằng điểm tự chấm: tự chấm {}, xác nhận {}.",
                scored_vi(*own),
                scored_vi(*given)
            ),
            Self::PointsNotLower { own } => format!(
                "Điểm vẫn bằng điểm tự chấm {own}. Chọn “{}”, hoặc cho điểm khác.",
                Decision::Agree.text()
            ),
            Self::AboveSelfScore { own, points } => format!(
                "Điểm thẩm định {points} cao hơn điểm tự chấm {own}. Chỉ Chủ tịch Hội đồng được sửa sai sót rõ ràng, có nêu lý do."
            ),
            Self::NotApplicableByAppraiser => {
                "Thẩm định không xác định tiêu chí là không áp dụng. Cho điểm theo thang điểm, hoặc báo Sở Nội vụ.".to_owned()
            }
            Self::ChairDecided => {
                "Chủ tịch Hội đồng đã quyết định tiêu chí này ở lần thẩm định này. Nếu cần sửa, đề nghị Chủ tịch Hội đồng.".to_owned()
            }
            Self::SheetSubmitted => "Bảng tự chấm điểm đã gửi. Thủ trưởng đơn vị thu hồi trước hạn rồi mới sửa được.".to_owned(),
            Self::SheetLocked => "Bảng tự chấm điểm đã được hệ thống tự chốt khi hết hạn, không sửa được nữa.".to_owned(),
            Self::SheetNotSubmitted => "Bảng tự chấm điểm của đơn vị chưa gửi. Chờ đơn vị gửi hoặc hết hạn tự chấm.".to_owned(),
            Self::RoundClosed(round) => format!("Thẩm định lần {} đã chốt, không thay đổi được nữa.", round.number()),
            Self::RoundNotClosed => "Thẩm định lần 1 chưa chốt. Chờ Sở Nội vụ chốt lần 1.".to_owned(),
            Self::FileTypeNotTaken(name) => {
                format!("Tệp “{name}” không thuộc loại được nhận. Gửi tệp PDF, PNG hoặc JPEG.")
            }
            Self::FileMislabelled { claimed, found } => format!(
                "Tên tệp là {} nhưng nội dung là {}. Xuất lại tệp đúng định dạng rồi gửi.",
                claimed.mime(),
                found.map_or("loại khác", MediaType::mime)
            ),
        }
    }
}

fn scored_vi(scored: Scored) -> String {
    match scored {
        Scored::Points(points) => points.to_string(),
        Scored::NotApplicable => "không áp dụng (không có kế hoạch)".to_owned(),
    }
}
