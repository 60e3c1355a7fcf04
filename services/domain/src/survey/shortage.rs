//! Too few valid slips (4.30): what a group's standing is, and what Home Affairs may decide about it.
//!
//! The recheck may void every slip of a group that had enough of them. So once the unit's survey is over, a
//! group may be decided not to apply however many slips it has, and that stands until another decision.

use serde::{Deserialize, Serialize};

use crate::kernel::{Refusal, RefusalKind};

/// What Home Affairs decided about a group of a unit with too few valid slips.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ShortageDecision {
    /// Compute on the valid slips there are.
    Accept,
    /// The group's criteria do not apply to the unit this year.
    NotApplicable,
}

impl ShortageDecision {
    /// As it is stored.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Accept => "ACCEPT",
            Self::NotApplicable => "NOT_APPLICABLE",
        }
    }

    /// Reads what [`Self::as_str`] wrote.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        [Self::Accept, Self::NotApplicable]
            .into_iter()
            .find(|d| d.as_str() == text)
    }
}

/// What there is of a group of a unit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Held {
    /// Slips planned; zero: no plan.
    pub planned: i64,
    /// Valid slips.
    pub valid: i64,
    /// What was decided about a shortage, and by which document.
    pub decision: Option<(ShortageDecision, String)>,
}

/// What may be done with a group's answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// They count.
    Counts,
    /// They do not, and why (Vietnamese).
    NotComputable(String),
    /// They need not, and why (Vietnamese).
    NotApplicable(String),
}

/// Why a decision about a shortage is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ShortageRefusal {
    /// There are enough valid slips.
    #[error("the group is not short of valid slips")]
    NotShort,
    /// Nothing to compute on.
    #[error("no valid slip to compute on")]
    NothingToAccept,
    /// A leaf joins the group's slips with those of others, and the recheck may have taken some off it.
    #[error("a leaf joins the group with others")]
    Joined,
}

impl Refusal for ShortageRefusal {
    fn kind(&self) -> RefusalKind {
        RefusalKind::Refused
    }
    fn reason(&self) -> &'static str {
        match self {
            Self::NotShort => "NOT_SHORT",
            Self::NothingToAccept => "NO_VALID_SLIPS",
            Self::Joined => "GROUP_JOINED",
        }
    }
    fn vi(&self) -> String {
        match self {
            Self::NotShort => {
                "Nhóm này không thiếu phiếu hợp lệ nên không cần quyết định. Kiểm tra lại đơn vị và nhóm; nếu phúc \
                 tra đã loại hết phiếu thì quyết định không áp dụng sau khi hết thời gian khảo sát."
            }
            Self::NothingToAccept => {
                "Nhóm này chưa có phiếu hợp lệ nào nên không thể tính điểm. Khảo sát thêm hoặc quyết định không áp dụng."
            }
            Self::Joined => {
                "Nhóm này có đủ phiếu và được gộp điểm với nhóm khác nên không thể quyết định không áp dụng riêng."
            }
        }
        .to_owned()
    }
}

impl Held {
    /// Fewer valid slips than that share of the plan, or none at all.
    #[must_use]
    pub fn below(&self, min_valid_percent: u32) -> bool {
        self.valid <= 0 || self.valid * 100 < self.planned * i64::from(min_valid_percent)
    }

    /// Too few, and nothing is decided yet.
    #[must_use]
    pub fn short(&self, min_valid_percent: u32) -> bool {
        self.below(min_valid_percent) && self.decision.is_none()
    }

    /// What may be done with the answers.
    #[must_use]
    pub fn standing(&self, min_valid_percent: u32) -> Standing {
        match &self.decision {
            Some((ShortageDecision::NotApplicable, document)) => {
                Standing::NotApplicable(format!("Sở Nội vụ quyết định không áp dụng ({document})."))
            }
            _ if !self.below(min_valid_percent) => Standing::Counts,
            Some((ShortageDecision::Accept, _)) if self.valid > 0 => Standing::Counts,
            _ if self.valid <= 0 => Standing::NotComputable("Chưa có phiếu hợp lệ nào.".to_owned()),
            _ => Standing::NotComputable(format!(
                "Mới có {} phiếu hợp lệ trên {} phiếu theo kế hoạch, dưới mức {min_valid_percent}%. Cần quyết định của \
                 Sở Nội vụ.",
                self.valid, self.planned
            )),
        }
    }

    /// Whether a decision may be recorded; `over`: the unit's survey has ended; `joined`: some leaf of the
    /// unit joins groups.
    ///
    /// # Errors
    /// [`ShortageRefusal`].
    pub fn may_decide(
        &self,
        decision: ShortageDecision,
        min_valid_percent: u32,
        over: bool,
        joined: bool,
    ) -> Result<(), ShortageRefusal> {
        let enough = !self.below(min_valid_percent);
        let revokes = matches!(self.decision, Some((ShortageDecision::NotApplicable, _)));
        match decision {
            ShortageDecision::Accept if enough && !revokes => Err(ShortageRefusal::NotShort),
            ShortageDecision::Accept if self.valid <= 0 => Err(ShortageRefusal::NothingToAccept),
            ShortageDecision::NotApplicable if enough && !over => Err(ShortageRefusal::NotShort),
            ShortageDecision::NotApplicable if enough && joined => Err(ShortageRefusal::Joined),
            _ => Ok(()),
        }
    }
}
