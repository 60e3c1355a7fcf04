//! What the ledger refuses beyond the rules of the domain: places, people, files, states of its own rows.

use chiso_domain::cycle::Window;
use chiso_domain::kernel::{CriterionCode, Instant, Refusal, RefusalKind, UnitCode};

/// Why the ledger says no.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum LedgerRefusal {
    /// The cycle has no such unit.
    #[error("no unit {0}")]
    UnknownUnit(UnitCode),
    /// The unit's index set has no such row.
    #[error("no criterion {0}")]
    UnknownCriterion(CriterionCode),
    /// A leaf that is imported or a penalty.
    #[error("{0} is not entered by units")]
    NotEnteredByUnit(CriterionCode),
    /// The leaf is of another rule than the act is for.
    #[error("{0} has another rule")]
    WrongRule(CriterionCode),
    /// The leaf was marked as not applicable to the unit.
    #[error("{0} does not apply to the unit")]
    NotApplicable(CriterionCode),
    /// There is no mark to take off.
    #[error("{0} applies to the unit")]
    Applies(CriterionCode),
    /// Not applicable is said before self-scoring begins.
    #[error("self-scoring began at {0}")]
    NotApplicableTooLate(Instant),
    /// Somebody acts for another unit.
    #[error("not the caller's unit: {0}")]
    NotOwnUnit(UnitCode),
    /// An appraiser on their own unit.
    #[error("{0} is the appraiser's own unit")]
    OwnUnit(UnitCode),
    /// Another agency is responsible.
    #[error("{0} is appraised by another agency")]
    NotAppraiser(CriterionCode),
    /// Somebody has decided since the caller looked.
    #[error("the leaf was decided meanwhile")]
    RulingChanged,
    /// Somebody has imported the index since the caller looked.
    #[error("the index was imported meanwhile")]
    ImportChanged,
    /// Leaves without a value stop the sheet.
    #[error("{0} leaves are empty")]
    SheetIncomplete(usize),
    /// Leaves without a decision stop the round.
    #[error("{0} leaves are undecided")]
    RoundHasGaps(usize),
    /// Proposed penalties that nobody decided stop round 2.
    #[error("{0} penalties are undecided")]
    PenaltiesOpen(usize),
    /// The penalty was decided.
    #[error("the penalty is decided")]
    PenaltyDecided,
    /// A proposal that counts nothing.
    #[error("the penalty counts nothing")]
    PenaltyEmpty,
    /// The client-made id is in use.
    #[error("{0} is in use")]
    IdTaken(&'static str),
    /// A rejection says why.
    #[error("a rejection needs a reason")]
    RejectionReason,
    /// Evidence that was judged is not taken away.
    #[error("evidence of self-scoring stays")]
    EvidenceStays,
    /// Work is divided among the unit's own officers.
    #[error("not an officer of {0}")]
    NotOfficer(UnitCode),
    /// The window is open, so that nobody has to open it.
    #[error("window {0:?} is open")]
    ReopeningNotNeeded(Window),
    /// The unit waits for an answer already.
    #[error("a request for this window waits for its answer")]
    ReopeningAsked,
    /// An answer is given once.
    #[error("the request is answered")]
    ReopeningAnswered,
    /// Nothing is granted that the calendar does not give.
    #[error("the calendar has no extension for the unit")]
    ReopeningNotExtended,
    /// More pieces than anyone reads.
    #[error("more than {0} pieces of evidence")]
    TooManyEvidence(i64),
}

const RULING_CHANGED_VI: &str = "Tiêu chí này vừa có ý kiến thẩm định khác với ý kiến bạn đã xem. Ý kiến của bạn chưa được lưu: xem ý kiến đó; nếu vẫn thay thì lưu lại.";
const IMPORT_CHANGED_VI: &str = "Điểm của chỉ số này vừa được nhập lại, khác với lần nhập bạn đã xem. Tệp của bạn chưa được nhập: xem điểm đang có; nếu vẫn thay thì chọn lại tệp rồi nhập.";

impl Refusal for LedgerRefusal {
    fn kind(&self) -> RefusalKind {
        match self {
            Self::UnknownUnit(_) | Self::UnknownCriterion(_) => RefusalKind::NotFound,
            Self::NotOwnUnit(_) | Self::OwnUnit(_) | Self::NotAppraiser(_) => RefusalKind::Forbidden,
            Self::IdTaken(_) | Self::RulingChanged | Self::ImportChanged => RefusalKind::Conflict,
            Self::TooManyEvidence(_) => RefusalKind::Exhausted,
            Self::NotEnteredByUnit(_) | Self::WrongRule(_) | Self::PenaltyEmpty | Self::RejectionReason => {
                RefusalKind::Invalid
            }
            _ => RefusalKind::Refused,
        }
    }

    fn reason(&self) -> &'static str {
        match self {
            Self::UnknownUnit(_) => "UNIT_UNKNOWN",
            Self::UnknownCriterion(_) => "CRITERION_UNKNOWN",
            Self::NotEnteredByUnit(_) => "LEAF_NOT_ENTERED_BY_UNIT",
            Self::WrongRule(_) => "LEAF_RULE_WRONG",
            Self::NotApplicable(_) => "LEAF_NOT_APPLICABLE",
            Self::Applies(_) => "LEAF_APPLIES",
            Self::NotApplicableTooLate(_) => "NOT_APPLICABLE_TOO_LATE",
            Self::NotOwnUnit(_) => "UNIT_NOT_YOURS",
            Self::OwnUnit(_) => "APPRAISER_OF_OWN_UNIT",
            Self::NotAppraiser(_) => "NOT_APPRAISER_OF_LEAF",
            Self::RulingChanged => "RULING_CHANGED",
            Self::ImportChanged => "IMPORT_CHANGED",
            Self::SheetIncomplete(_) => "SHEET_INCOMPLETE",
            Self::RoundHasGaps(_) => "ROUND_HAS_GAPS",
            Self::PenaltiesOpen(_) => "PENALTIES_UNDECIDED",
            Self::PenaltyDecided => "PENALTY_DECIDED",
            Self::PenaltyEmpty => "PENALTY_EMPTY",
            Self::IdTaken(_) => "ID_TAKEN",
            Self::RejectionReason => "REASON_REQUIRED",
            Self::EvidenceStays => "EVIDENCE_STAYS",
            Self::NotOfficer(_) => "ASSIGNEE_NOT_OFFICER",
            Self::ReopeningNotNeeded(_) => "REOPENING_NOT_NEEDED",
            Self::ReopeningAsked => "REOPENING_ASKED",
            Self::ReopeningAnswered => "REOPENING_ANSWERED",
            Self::ReopeningNotExtended => "REOPENING_NOT_EXTENDED",
            Self::TooManyEvidence(_) => "EVIDENCE_TOO_MANY",
        }
    }

    fn field(&self) -> String {
        match self {
            Self::UnknownUnit(_) | Self::NotOwnUnit(_) | Self::OwnUnit(_) => "unit",
            Self::UnknownCriterion(_)
            | Self::NotEnteredByUnit(_)
            | Self::WrongRule(_)
            | Self::NotApplicable(_)
            | Self::Applies(_)
            | Self::NotAppraiser(_) => "criterion",
            Self::RulingChanged => "seen_ruling",
            Self::ImportChanged => "seen_import",
            Self::PenaltyEmpty => "penalty.input",
            Self::IdTaken(field) => field,
            Self::RejectionReason => "reason",
            Self::EvidenceStays => "evidence_id",
            Self::NotOfficer(_) => "person_id",
            _ => "",
        }
        .to_owned()
    }

    fn vi(&self) -> String {
        match self {
            Self::UnknownUnit(unit) => {
                format!("Đợt đánh giá không có đơn vị “{unit}”. Kiểm tra lại mã đơn vị.")
            }
            Self::UnknownCriterion(code) => {
                format!("Bộ chỉ số của đơn vị không có tiêu chí “{code}”. Kiểm tra lại mã tiêu chí.")
            }
            Self::NotEnteredByUnit(code) => {
                format!("{code} không do đơn vị tự chấm: điểm được nhập từ chỉ số khác hoặc là điểm trừ.")
            }
            Self::WrongRule(code) => format!("{code} không có cách chấm này. Kiểm tra lại mã tiêu chí."),
            Self::NotApplicable(code) => {
                format!("{code} đã được xác định là không áp dụng cho đơn vị, không cần chấm.")
            }
            Self::Applies(code) => {
                format!("{code} đang được đánh giá ở đơn vị này, không có đánh dấu nào để bỏ. Tải lại trang.")
            }
            Self::NotApplicableTooLate(at) => format!(
                "Chỉ đánh dấu hoặc bỏ đánh dấu không áp dụng trước khi bắt đầu tự chấm ({}). Nay đã quá thời điểm đó.",
                at.to_local_text()
            ),
            Self::NotOwnUnit(unit) => format!("Bạn không được phân công ở đơn vị “{unit}”."),
            Self::OwnUnit(unit) => format!(
                "Không được thẩm định chính đơn vị mình ({unit}). Đề nghị Sở Nội vụ phân công cơ quan khác."
            ),
            Self::NotAppraiser(code) => {
                format!("{code} của đơn vị này do cơ quan khác thẩm định. Kiểm tra lại phân công.")
            }
            Self::RulingChanged => RULING_CHANGED_VI.to_owned(),
            Self::ImportChanged => IMPORT_CHANGED_VI.to_owned(),
            Self::SheetIncomplete(n) => {
                format!("Còn {n} tiêu chí chưa nhập. Nhập đủ các tiêu chí được nêu rồi gửi đi.")
            }
            Self::RoundHasGaps(n) => {
                format!("Còn {n} tiêu chí chưa được thẩm định. Thẩm định đủ các tiêu chí được nêu rồi chốt.")
            }
            Self::PenaltiesOpen(n) => {
                format!("Còn {n} đề xuất điểm trừ chưa quyết định. Chủ tịch Hội đồng quyết định rồi chốt.")
            }
            Self::PenaltyDecided => {
                "Đề xuất điểm trừ này đã được quyết định, không thay đổi được nữa.".to_owned()
            }
            Self::PenaltyEmpty => "Đề xuất điểm trừ phải có ít nhất một lần vi phạm.".to_owned(),
            Self::IdTaken(field) => format!("Mã “{field}” đã dùng. Tạo mã mới rồi gửi lại."),
            Self::RejectionReason => "Không chấp nhận đề xuất thì phải nêu lý do.".to_owned(),
            Self::EvidenceStays => {
                "Tài liệu đã gửi lúc tự chấm thì không gỡ được trong thời gian giải trình.".to_owned()
            }
            Self::NotOfficer(unit) => format!(
                "Người này không có quyền cán bộ đơn vị ở “{unit}”. Chọn người khác, hoặc đề nghị Sở Nội vụ cấp quyền."
            ),
            Self::ReopeningNotNeeded(window) => {
                format!(
                    "Thời gian {} đang mở cho đơn vị: không cần đề nghị mở lại.",
                    window.vi()
                )
            }
            Self::ReopeningAsked => {
                "Đơn vị đã đề nghị mở lại thời gian này và đang chờ Sở Nội vụ trả lời.".to_owned()
            }
            Self::ReopeningAnswered => "Đề nghị này đã được trả lời. Tải lại trang để xem.".to_owned(),
            Self::ReopeningNotExtended => {
                "Chưa gia hạn cho đơn vị. Gia hạn thời gian này rồi trả lời đồng ý.".to_owned()
            }
            Self::TooManyEvidence(most) => {
                format!(
                    "Mỗi tiêu chí có nhiều nhất {most} tài liệu, kể cả tài liệu đã bỏ. Nêu tài liệu còn lại trong giải trình."
                )
            }
        }
    }
}

/// A limit in the largest unit of which it is a whole number.
fn large(bytes: u64) -> String {
    match bytes {
        whole if whole >= 1 << 20 && whole % (1 << 20) == 0 => format!("{} MB", whole >> 20),
        whole if whole >= 1 << 10 && whole % (1 << 10) == 0 => format!("{} KB", whole >> 10),
        other => format!("{other} byte"),
    }
}

/// Why a file or a record of evidence is not taken, or not given out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum FileRefusal {
    /// Secret documents never enter the system.
    #[error("secret evidence is not uploaded")]
    Secret,
    /// The record of an in-person presentation carries nothing of the document; holds the field.
    #[error("an in-person record carries {0}")]
    SecretDetail(&'static str),
    /// Beyond the policy's limit, announced or real.
    #[error("{size} bytes, at most {limit}")]
    TooLarge {
        /// Announced, or received so far.
        size: u64,
        /// The policy's limit.
        limit: u64,
    },
    /// Nothing in it.
    #[error("the file is empty")]
    Empty,
    /// Other bytes than announced.
    #[error("{announced} bytes announced, {received} received")]
    SizeDiffers {
        /// Announced.
        announced: u64,
        /// Received so far.
        received: u64,
    },
    /// The bytes have another hash than announced.
    #[error("the hash differs")]
    HashDiffers,
    /// Nobody could check it.
    #[error("the PDF is protected by a password")]
    PasswordProtected,
    /// The stream does not begin with a header, or has a second one.
    #[error("malformed stream: {0}")]
    StreamMalformed(&'static str),
    /// One message carries more than a chunk may.
    #[error("a chunk of {0} bytes")]
    ChunkTooLarge(usize),
    /// The bytes on disk are not those that were stored.
    #[error("stored bytes differ from their address")]
    Corrupt,
}

impl Refusal for FileRefusal {
    fn kind(&self) -> RefusalKind {
        match self {
            Self::Corrupt => RefusalKind::Refused,
            _ => RefusalKind::Invalid,
        }
    }

    fn reason(&self) -> &'static str {
        match self {
            Self::Secret | Self::SecretDetail(_) => "SECRET_EVIDENCE_REFUSED",
            Self::TooLarge { .. } => "FILE_TOO_LARGE",
            Self::Empty => "FILE_EMPTY",
            Self::SizeDiffers { .. } => "FILE_SIZE_DIFFERS",
            Self::HashDiffers => "FILE_HASH_DIFFERS",
            Self::PasswordProtected => "FILE_PASSWORD_PROTECTED",
            Self::StreamMalformed(_) => "STREAM_MALFORMED",
            Self::ChunkTooLarge(_) => "CHUNK_TOO_LARGE",
            Self::Corrupt => "EVIDENCE_CORRUPT",
        }
    }

    fn field(&self) -> String {
        match self {
            Self::Secret => "header.secret",
            Self::SecretDetail(field) => field,
            Self::TooLarge { .. } | Self::SizeDiffers { .. } => "header.size_bytes",
            Self::HashDiffers => "header.sha256",
            Self::StreamMalformed(_) => "part",
            Self::Empty | Self::PasswordProtected | Self::ChunkTooLarge(_) => "chunk",
            Self::Corrupt => "evidence_id",
        }
        .to_owned()
    }

    fn vi(&self) -> String {
        match self {
            Self::Secret => "Tài liệu mật không được tải lên. Trình bày trực tiếp với Hội đồng, rồi ghi biên bản trình bày.".to_owned(),
            Self::SecretDetail(_) => {
                "Biên bản trình bày tài liệu mật chỉ ghi ngày, nơi và người dự; không ghi số, tên, tệp hay đường liên kết.".to_owned()
            }
            Self::TooLarge { limit, .. } => {
                format!("Tệp phải không quá {}. Nén hoặc tách tệp rồi gửi lại.", large(*limit))
            }
            Self::Empty => "Tệp rỗng. Chọn lại tệp rồi gửi.".to_owned(),
            Self::SizeDiffers { announced, received } => format!(
                "Báo trước {announced} byte nhưng nhận {received} byte. Gửi lại toàn bộ tệp."
            ),
            Self::HashDiffers => "Nội dung nhận được khác mã SHA-256 đã báo. Gửi lại toàn bộ tệp.".to_owned(),
            Self::PasswordProtected => "Tệp PDF đặt mật khẩu nên không kiểm tra được. Bỏ mật khẩu rồi gửi lại.".to_owned(),
            Self::StreamMalformed(_) => "Luồng tải lên phải gồm một phần đầu rồi đến các phần nội dung.".to_owned(),
            Self::ChunkTooLarge(size) => format!("Một phần nội dung có {size} byte; nhiều nhất 1 MiB mỗi phần."),
            Self::Corrupt => "Tệp lưu trữ bị hỏng, khác với lúc nhận. Báo Sở Nội vụ để khôi phục từ bản sao lưu.".to_owned(),
        }
    }
}
