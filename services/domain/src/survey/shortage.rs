//! Too few valid slips (4.30): what a group's standing is, and what Home Affairs may decide about it.

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
}

impl Refusal for ShortageRefusal {
    fn kind(&self) -> RefusalKind {
        RefusalKind::Refused
    }
    fn reason(&self) -> &'static str {
        match self {
            Self::NotShort => "NOT_SHORT",
            Self::NothingToAccept => "NO_VALID_SLIPS",
        }
    }
    fn vi(&self) -> String {
        match self {
            Self::NotShort => {
                "Nhóm này không thiếu phiếu hợp lệ nên không cần quyết định. Kiểm tra lại đơn vị và nhóm."
            }
            Self::NothingToAccept => {
                "Nhóm này chưa có phiếu hợp lệ nào nên không thể tính điểm. Khảo sát thêm hoặc quyết định không áp dụng."
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
        if !self.below(min_valid_percent) {
            return Standing::Counts;
        }
        match &self.decision {
            Some((ShortageDecision::NotApplicable, document)) => {
                Standing::NotApplicable(format!("Sở Nội vụ quyết định không áp dụng ({document})."))
            }
            Some((ShortageDecision::Accept, _)) if self.valid > 0 => Standing::Counts,
            _ if self.valid <= 0 => Standing::NotComputable("Chưa có phiếu hợp lệ nào.".to_owned()),
            _ => Standing::NotComputable(format!(
                "Mới có {} phiếu hợp lệ trên {} phiếu theo kế hoạch, dưới mức {min_valid_percent}%. Cần quyết định của \
                 Sở Nội vụ.",
                self.valid, self.planned
            )),
        }
    }

    /// Whether a decision may be recorded.
    ///
    /// # Errors
    /// [`ShortageRefusal`].
    pub fn may_decide(
        &self,
        decision: ShortageDecision,
        min_valid_percent: u32,
    ) -> Result<(), ShortageRefusal> {
        match decision {
            _ if !self.below(min_valid_percent) => Err(ShortageRefusal::NotShort),
            ShortageDecision::Accept if self.valid <= 0 => Err(ShortageRefusal::NothingToAccept),
            _ => Ok(()),
        }
    }
}
