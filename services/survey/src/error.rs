//! What this service refuses, besides the rules of the domain.

use chiso_domain::kernel::{CycleCode, Refusal, RefusalKind, UnitCode};

/// Why the survey says no.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SurveyRefusal {
    /// One campaign per cycle.
    #[error("cycle {0} already has a campaign")]
    CampaignExists(CycleCode),
    /// No campaign yet.
    #[error("cycle {0} has no campaign")]
    NoCampaign(CycleCode),
    /// Nothing may be added any more.
    #[error("the campaign of cycle {0} is closed")]
    CampaignClosed(CycleCode),
    /// A later slip would escape the recheck's draw.
    #[error("the slips of unit {0} are listed for the recheck")]
    LotTaken(UnitCode),
    /// Not a unit of the cycle.
    #[error("unit {unit} is not in the cycle")]
    UnitUnknown {
        /// Field path.
        field: String,
        /// As sent.
        unit: String,
    },
    /// Nobody asks such a group.
    #[error("group {group} is not asked in the cycle")]
    GroupUnknown {
        /// Field path.
        field: String,
        /// As sent.
        group: String,
    },
    /// The group has no questionnaire.
    #[error("group {0} has no questionnaire")]
    NoQuestionnaire(String),
    /// Versions only go on.
    #[error("a newer questionnaire of group {0} has taken this one's place")]
    QuestionnaireSuperseded(String),
    /// Not a version of the group's questionnaire.
    #[error("the questionnaire is not one of group {0}")]
    QuestionnaireUnknown(String),
    /// Not in the register of the cycle.
    #[error("the respondent is not in the register of the cycle")]
    RespondentUnknown,
    /// The id stands for somebody already.
    #[error("respondent {0} is registered already")]
    RespondentExists(usize),
    /// Not in the register of the cycle.
    #[error("respondent {0} is not in the register of the cycle")]
    RespondentMissing(usize),
    /// The named respondent had dealings with other units only.
    #[error("respondent {0} had no dealings with the unit")]
    RespondentElsewhere(usize),
    /// Other bytes, or another interviewer, under the same slip id.
    #[error("the slip id was used for another slip")]
    SlipIdReused,
    /// The slip is there already, so nothing is filled in any more.
    #[error("the slip was submitted")]
    SlipSubmitted,
    /// Somebody saved the draft meanwhile, as this version; 0: it is not there.
    #[error("the draft was saved meanwhile, as version {0}")]
    DraftChanged(i64),
    /// Somebody has planned otherwise for the group of this target since the caller looked.
    #[error("the plan of targets[{0}] was changed meanwhile")]
    TargetsChanged(usize),
    /// Somebody has decided by this document since the caller looked.
    #[error("the shortage was decided meanwhile, by {0}")]
    ShortageDecided(String),
    /// So many drafts are too many for one interviewer.
    #[error("the interviewer already has {0} drafts")]
    TooManyDrafts(i64),
    /// Ended before it began.
    #[error("the slip ends before it starts")]
    TimesReversed,
    /// Its end is more than five minutes ahead of the server's clock.
    #[error("the slip ends in the future")]
    EndsAhead,
    /// An empty list, or one that is too long.
    #[error("{field} holds {count} items, 1 to {most} are allowed")]
    Count {
        /// Field path.
        field: &'static str,
        /// How many there are.
        count: usize,
        /// How many may be.
        most: usize,
    },
    /// A number that cannot be.
    #[error("{0} is not a possible number of slips")]
    Planned(String),
    /// A unit, or every unit, has two targets for one group.
    #[error("target {0} names a unit and group that were named before")]
    TargetTwice(usize),
}

impl Refusal for SurveyRefusal {
    fn kind(&self) -> RefusalKind {
        match self {
            Self::CampaignExists(_)
            | Self::RespondentExists(_)
            | Self::SlipIdReused
            | Self::DraftChanged(_)
            | Self::TargetsChanged(_)
            | Self::ShortageDecided(_) => RefusalKind::Conflict,
            Self::TooManyDrafts(_) => RefusalKind::Exhausted,
            Self::NoCampaign(_)
            | Self::UnitUnknown { .. }
            | Self::GroupUnknown { .. }
            | Self::NoQuestionnaire(_)
            | Self::RespondentUnknown
            | Self::RespondentMissing(_) => RefusalKind::NotFound,
            Self::CampaignClosed(_)
            | Self::LotTaken(_)
            | Self::QuestionnaireSuperseded(_)
            | Self::RespondentElsewhere(_)
            | Self::SlipSubmitted => RefusalKind::Refused,
            Self::QuestionnaireUnknown(_)
            | Self::TimesReversed
            | Self::EndsAhead
            | Self::Count { .. }
            | Self::Planned(_)
            | Self::TargetTwice(_) => RefusalKind::Invalid,
        }
    }

    fn reason(&self) -> &'static str {
        match self {
            Self::CampaignExists(_) => "CAMPAIGN_EXISTS",
            Self::NoCampaign(_) => "CAMPAIGN_NOT_FOUND",
            Self::CampaignClosed(_) => "CAMPAIGN_CLOSED",
            Self::LotTaken(_) => "LOT_TAKEN",
            Self::UnitUnknown { .. } => "UNIT_UNKNOWN",
            Self::GroupUnknown { .. } => "GROUP_UNKNOWN",
            Self::NoQuestionnaire(_) => "QUESTIONNAIRE_NOT_FOUND",
            Self::QuestionnaireSuperseded(_) => "QUESTIONNAIRE_SUPERSEDED",
            Self::QuestionnaireUnknown(_) => "QUESTIONNAIRE_UNKNOWN",
            Self::RespondentUnknown | Self::RespondentMissing(_) => "RESPONDENT_UNKNOWN",
            Self::RespondentElsewhere(_) => "RESPONDENT_ELSEWHERE",
            Self::RespondentExists(_) => "RESPONDENT_EXISTS",
            Self::SlipIdReused => "SLIP_ID_REUSED",
            Self::SlipSubmitted => "SLIP_SUBMITTED",
            Self::DraftChanged(_) => "DRAFT_CHANGED",
            Self::TargetsChanged(_) => "TARGETS_CHANGED",
            Self::ShortageDecided(_) => "SHORTAGE_DECIDED",
            Self::TooManyDrafts(_) => "DRAFTS_TOO_MANY",
            Self::TimesReversed => "SLIP_TIMES_REVERSED",
            Self::EndsAhead => "SLIP_ENDS_AHEAD",
            Self::Count { .. } => "ITEM_COUNT",
            Self::Planned(_) => "PLANNED_OUT_OF_RANGE",
            Self::TargetTwice(_) => "TARGET_TWICE",
        }
    }

    fn field(&self) -> String {
        match self {
            Self::CampaignExists(_) | Self::NoCampaign(_) | Self::CampaignClosed(_) => "cycle".to_owned(),
            Self::LotTaken(_) => "unit".to_owned(),
            Self::UnitUnknown { field, .. } | Self::GroupUnknown { field, .. } | Self::Planned(field) => {
                field.clone()
            }
            Self::NoQuestionnaire(_) => "group".to_owned(),
            Self::QuestionnaireSuperseded(_) => "xlsx".to_owned(),
            Self::QuestionnaireUnknown(_) => "questionnaire_sha256".to_owned(),
            Self::RespondentUnknown => "respondent_id".to_owned(),
            Self::RespondentMissing(at) | Self::RespondentElsewhere(at) => format!("respondent_ids[{at}]"),
            Self::RespondentExists(at) => format!("respondents[{at}].respondent_id"),
            Self::SlipIdReused | Self::SlipSubmitted | Self::TooManyDrafts(_) => "slip_id".to_owned(),
            Self::DraftChanged(_) => "version".to_owned(),
            Self::ShortageDecided(_) => "seen_document".to_owned(),
            Self::TimesReversed | Self::EndsAhead => "ended_at".to_owned(),
            Self::TargetsChanged(at) => format!("targets[{at}].seen_plan"),
            Self::TargetTwice(at) => format!("targets[{at}].unit"),
            Self::Count { field, .. } => (*field).to_owned(),
        }
    }

    fn vi(&self) -> String {
        match self {
            Self::CampaignExists(cycle) => format!("Đợt {cycle} đã có cuộc khảo sát. Dùng cuộc khảo sát đó."),
            Self::NoCampaign(cycle) => {
                format!("Đợt {cycle} chưa có cuộc khảo sát. Đề nghị Sở Nội vụ tạo trước.")
            }
            Self::CampaignClosed(cycle) => {
                format!("Cuộc khảo sát của đợt {cycle} đã kết thúc, không nhận thêm dữ liệu.")
            }
            Self::LotTaken(unit) => {
                format!(
                    "Danh sách phiếu của {unit} đã khóa để phúc tra, không nhận thêm phiếu mới của đơn vị này."
                )
            }
            Self::UnitUnknown { unit, .. } => {
                format!("Không có đơn vị “{unit}” trong đợt đánh giá. Kiểm tra lại mã đơn vị.")
            }
            Self::GroupUnknown { group, .. } => {
                format!("Không có nhóm đối tượng “{group}” trong đợt đánh giá. Kiểm tra lại mã nhóm.")
            }
            Self::NoQuestionnaire(group) => {
                format!("Nhóm “{group}” chưa có phiếu khảo sát. Đề nghị Sở Nội vụ nhập mẫu phiếu.")
            }
            Self::QuestionnaireSuperseded(group) => format!(
                "Mẫu phiếu này của nhóm “{group}” đã có mẫu mới hơn thay thế. Muốn dùng lại thì sửa tên phiếu rồi nhập lại."
            ),
            Self::QuestionnaireUnknown(group) => {
                format!("Mẫu phiếu này không phải của nhóm “{group}”. Tải lại mẫu phiếu rồi nhập lại.")
            }
            Self::RespondentMissing(_) => {
                "Không có người này trong bảng kê của đợt. Tải lại bảng kê rồi chọn lại.".to_owned()
            }
            Self::RespondentElsewhere(_) => {
                "Người này không có giao dịch với đơn vị đã chọn. Bỏ người này hoặc chọn đơn vị khác.".to_owned()
            }
            Self::RespondentUnknown => {
                "Người trả lời chưa có trong bảng kê. Đăng ký người trả lời trước khi gửi phiếu.".to_owned()
            }
            Self::RespondentExists(_) => {
                "Mã người trả lời này đã được đăng ký. Tạo mã mới cho người mới.".to_owned()
            }
            Self::SlipIdReused => {
                "Mã phiếu này đã dùng cho phiếu khác. Phiếu đã nhận không đổi; tạo mã mới cho phiếu mới."
                    .to_owned()
            }
            Self::SlipSubmitted => "Phiếu này đã gửi, không sửa được nữa. Xem phiếu trong danh sách đã gửi.".to_owned(),
            Self::DraftChanged(0) => "Phiếu nháp này không còn. Lưu thành phiếu nháp mới.".to_owned(),
            Self::DraftChanged(_) => {
                "Phiếu nháp vừa được lưu ở cửa sổ hoặc thiết bị khác. Xem bản đang lưu, rồi gửi lại nội dung muốn giữ."
                    .to_owned()
            }
            Self::TargetsChanged(_) => CHANGED_MEANWHILE.to_owned(),
            Self::ShortageDecided(document) => decided_meanwhile(document),
            Self::TooManyDrafts(most) => {
                format!("Bạn đang có {most} phiếu nháp. Gửi hoặc bỏ bớt phiếu nháp rồi làm phiếu mới.")
            }
            Self::TimesReversed => {
                "Thời điểm kết thúc phiếu trước thời điểm bắt đầu. Sửa lại thời gian.".to_owned()
            }
            Self::EndsAhead => {
                "Thời điểm kết thúc phiếu đi trước giờ của máy chủ quá 5 phút. Chỉnh lại đồng hồ của thiết bị và thời gian của phiếu rồi gửi lại.".to_owned()
            }
            Self::Count { field, count, most } => {
                format!("“{field}” có {count} mục; cần từ 1 đến {most}. Chia nhỏ rồi gửi lại.")
            }
            Self::Planned(_) => "Số phiếu theo kế hoạch phải từ 0 đến 1.000.000.".to_owned(),
            Self::TargetTwice(_) => {
                "Chỉ tiêu của đơn vị và nhóm này đã có ở trên. Mỗi đơn vị và nhóm chỉ giữ lại một dòng.".to_owned()
            }
        }
    }
}

/// Why a slip is not given back, or takes no returned one's place.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ReturnRefusal {
    /// Only a slip that counts can be returned.
    #[error("the slip is not valid")]
    NotValid,
    /// No such slip of the interviewer's about the unit was returned.
    #[error("the slip was not returned to the interviewer")]
    Unknown,
    /// Another slip came in the place of the returned one.
    #[error("the returned slip was replaced already")]
    Replaced,
}

impl Refusal for ReturnRefusal {
    fn kind(&self) -> RefusalKind {
        match self {
            Self::Unknown => RefusalKind::NotFound,
            Self::NotValid | Self::Replaced => RefusalKind::Refused,
        }
    }

    fn reason(&self) -> &'static str {
        match self {
            Self::NotValid => "SLIP_NOT_VALID",
            Self::Unknown => "RETURN_UNKNOWN",
            Self::Replaced => "RETURN_REPLACED",
        }
    }

    fn field(&self) -> String {
        match self {
            Self::NotValid => "slip_id".to_owned(),
            Self::Unknown | Self::Replaced => "replaces".to_owned(),
        }
    }

    fn vi(&self) -> String {
        match self {
            Self::NotValid => "Phiếu này không còn tính là hợp lệ, không trả lại được. Tải lại danh sách.",
            Self::Unknown => {
                "Không có phiếu bị trả lại này của bạn cho đơn vị. Mở lại từ danh sách phiếu bị trả lại."
            }
            Self::Replaced => "Phiếu bị trả lại này đã có phiếu làm lại. Tải lại danh sách phiếu bị trả lại.",
        }
        .to_owned()
    }
}

const CHANGED_MEANWHILE: &str = "Người khác vừa đổi chỉ tiêu. Chưa có gì được ghi: xem chỉ tiêu hiện nay; nếu vẫn đặt như vậy thì gửi lại.";

fn decided_meanwhile(document: &str) -> String {
    format!(
        "Người khác vừa quyết định về nhóm này theo “{document}”. Chưa có gì được ghi: xem quyết định đó; nếu vẫn thay thì gửi lại."
    )
}
