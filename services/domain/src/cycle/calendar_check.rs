//! Whether a calendar makes sense, and whether an extension may be granted.

use std::collections::BTreeSet;

use super::calendar::{Calendar, Extension, Window};
use super::frame_check::FrameFault;
use crate::kernel::{Instant, Refusal, RefusalKind};

impl Window {
    /// Its name in fields and tables: "SELF_SCORING".
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Survey => "SURVEY",
            Self::Recheck => "RECHECK",
            Self::SelfScoring => "SELF_SCORING",
            Self::Appraisal1 => "APPRAISAL_1",
            Self::Explanation => "EXPLANATION",
            Self::Appraisal2 => "APPRAISAL_2",
            Self::ExternalIndex => "EXTERNAL_INDEX",
            Self::Leaders => "LEADERS",
        }
    }

    /// The field of the calendar that sets it: "calendar.SURVEY".
    pub(super) fn field(self) -> String {
        format!("calendar.{}", self.name())
    }

    /// The window with that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|window| window.name() == name)
    }
}

/// Each of these is over, for units without extension, before the next one begins.
const IN_ORDER: [Window; 4] = [
    Window::SelfScoring,
    Window::Appraisal1,
    Window::Explanation,
    Window::Appraisal2,
];

/// Why an extension is not granted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExtensionRefusal {
    /// The cycle has no such window.
    #[error("the calendar has no window {0:?}")]
    NotSet(Window),
    /// Nothing of this window is done unit by unit.
    #[error("window {0:?} is extended for all units or none")]
    NotByUnit(Window),
    /// It would not end later than it does now.
    #[error("window {0:?} already ends at {1}")]
    NotLater(Window, Instant),
    /// It would end in the past.
    #[error("the new end is not after now")]
    Past,
    /// No reason is given.
    #[error("no reason")]
    NoReason,
}

impl Refusal for ExtensionRefusal {
    fn kind(&self) -> RefusalKind {
        match self {
            Self::NotSet(_) | Self::NotLater(..) => RefusalKind::Refused,
            Self::NotByUnit(_) | Self::Past | Self::NoReason => RefusalKind::Invalid,
        }
    }

    fn reason(&self) -> &'static str {
        match self {
            Self::NotSet(_) => "WINDOW_NOT_SET",
            Self::NotByUnit(_) => "EXTENSION_NOT_BY_UNIT",
            Self::NotLater(..) => "EXTENSION_NOT_LATER",
            Self::Past => "EXTENSION_PAST",
            Self::NoReason => "REASON_MISSING",
        }
    }

    fn field(&self) -> String {
        match self {
            Self::NotSet(_) => "window",
            Self::NotByUnit(_) => "unit",
            Self::NotLater(..) | Self::Past => "ends_at",
            Self::NoReason => "reason",
        }
        .to_owned()
    }

    fn vi(&self) -> String {
        match self {
            Self::NotSet(window) => format!("Lịch của đợt không có thời gian {}.", window.vi()),
            Self::NotByUnit(window) => format!(
                "Thời gian {} không tính theo từng đơn vị. Chọn tất cả đơn vị rồi gửi lại.",
                window.vi()
            ),
            Self::NotLater(window, end) => format!(
                "Thời gian {} đã kéo dài đến hết {}. Chỉ gia hạn muộn hơn lúc đó.",
                window.vi(),
                end.plus(-crate::kernel::time::SECOND).to_local_text()
            ),
            Self::Past => "Hạn mới phải sau thời điểm hiện tại.".to_owned(),
            Self::NoReason => "Thiếu lý do. Ghi lý do gia hạn.".to_owned(),
        }
    }
}

impl Calendar {
    /// Windows that are empty, named twice, or in a senseless order.
    #[must_use]
    pub fn faults(&self) -> Vec<FrameFault> {
        let mut faults = Vec::new();
        let mut seen = BTreeSet::new();
        for (window, span) in &self.windows {
            if !seen.insert(*window) {
                let vi = format!(
                    "Thời gian {} nêu hai lần. Mỗi thời gian nêu một lần.",
                    window.vi()
                );
                faults.push(FrameFault::new(window.field(), vi));
            }
            if span.start >= span.end {
                let vi = format!("Thời gian {} phải bắt đầu trước khi kết thúc.", window.vi());
                faults.push(FrameFault::new(window.field(), vi));
            }
        }
        let first = |window: Window| self.windows.iter().find(|(w, _)| *w == window);
        let set: Vec<_> = IN_ORDER.into_iter().filter_map(first).collect();
        for pair in set.windows(2) {
            let ((earlier, before), (later, after)) = (pair[0], pair[1]);
            if after.start < before.end {
                let vi = format!(
                    "Thời gian {} phải bắt đầu sau khi hết thời gian {}.",
                    later.vi(),
                    earlier.vi()
                );
                faults.push(FrameFault::new(later.field(), vi));
            }
        }
        faults
    }

    /// Whether a window may be extended so: it has to end later than it does, and after the grant.
    ///
    /// # Errors
    /// [`ExtensionRefusal`].
    pub fn check_extension(&self, extension: &Extension) -> Result<(), ExtensionRefusal> {
        let window = extension.window;
        let now = self
            .span(window, extension.unit.as_ref())
            .ok_or(ExtensionRefusal::NotSet(window))?;
        if extension.unit.is_some() && !window.is_by_unit() {
            Err(ExtensionRefusal::NotByUnit(window))
        } else if extension.reason.is_empty() {
            Err(ExtensionRefusal::NoReason)
        } else if extension.ends_at <= now.end {
            Err(ExtensionRefusal::NotLater(window, now.end))
        } else if extension.ends_at <= extension.granted_at {
            Err(ExtensionRefusal::Past)
        } else {
            Ok(())
        }
    }
}
