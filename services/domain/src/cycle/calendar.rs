//! What may be written when: half-open windows, and extensions that only move an end later.

use serde::{Deserialize, Serialize};

use crate::kernel::{Instant, Refusal, RefusalKind, Span, UnitCode};

/// A stretch of the year in which something may be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Window {
    /// Slips are entered.
    Survey,
    /// Respondents are rechecked.
    Recheck,
    /// Units score themselves.
    SelfScoring,
    /// First appraisal.
    Appraisal1,
    /// Units explain.
    Explanation,
    /// Second appraisal.
    Appraisal2,
    /// External indices are imported.
    ExternalIndex,
    /// Leaders mark.
    Leaders,
}

impl Window {
    /// All windows, in the order of the year.
    pub const ALL: [Self; 8] = [
        Self::Survey,
        Self::Recheck,
        Self::SelfScoring,
        Self::Appraisal1,
        Self::Explanation,
        Self::Appraisal2,
        Self::ExternalIndex,
        Self::Leaders,
    ];

    /// Vietnamese name.
    #[must_use]
    pub const fn vi(self) -> &'static str {
        match self {
            Self::Survey => "khảo sát",
            Self::Recheck => "phúc tra",
            Self::SelfScoring => "tự chấm điểm",
            Self::Appraisal1 => "thẩm định lần 1",
            Self::Explanation => "giải trình",
            Self::Appraisal2 => "thẩm định lần 2",
            Self::ExternalIndex => "nhập chỉ số khác",
            Self::Leaders => "lãnh đạo cho điểm",
        }
    }

    /// Whether one unit may have more time than others: in what it does or suffers by itself. A round of the appraisal
    /// is closed, a leader's slip sent and an index imported for all units at once.
    #[must_use]
    pub const fn is_by_unit(self) -> bool {
        matches!(
            self,
            Self::Survey | Self::Recheck | Self::SelfScoring | Self::Explanation
        )
    }
}

/// A later end of a window, with its reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Extension {
    /// Which window.
    pub window: Window,
    /// Only for this unit; none: all.
    pub unit: Option<UnitCode>,
    /// The new end.
    pub ends_at: Instant,
    /// Why.
    pub reason: String,
    /// When it was granted.
    pub granted_at: Instant,
}

/// The windows of a cycle.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Calendar {
    /// Each window at most once.
    pub windows: Vec<(Window, Span)>,
    /// In the order they were granted.
    pub extensions: Vec<Extension>,
}

/// Why a write is refused by the calendar.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WindowRefusal {
    /// The cycle has no such window.
    #[error("the calendar has no window {0:?}")]
    NotSet(Window),
    /// Too early.
    #[error("window {0:?} opens at {1}")]
    NotYet(Window, Instant),
    /// Too late.
    #[error("window {0:?} ended at {1}")]
    Passed(Window, Instant),
    /// Something has to wait for the window's end.
    #[error("window {0:?} is open until {1}")]
    StillOpen(Window, Instant),
}

impl Refusal for WindowRefusal {
    fn kind(&self) -> RefusalKind {
        RefusalKind::Refused
    }

    fn reason(&self) -> &'static str {
        match self {
            Self::NotSet(_) => "WINDOW_NOT_SET",
            Self::NotYet(..) => "WINDOW_NOT_OPEN",
            Self::Passed(..) => "DEADLINE_PASSED",
            Self::StillOpen(..) => "WINDOW_STILL_OPEN",
        }
    }

    fn field(&self) -> String {
        let (Self::NotSet(w) | Self::NotYet(w, _) | Self::Passed(w, _) | Self::StillOpen(w, _)) = self;
        w.field()
    }

    fn vi(&self) -> String {
        match self {
            Self::NotSet(w) => {
                format!(
                    "Đợt đánh giá chưa đặt thời gian {}. Đề nghị Sở Nội vụ bổ sung vào lịch.",
                    w.vi()
                )
            }
            Self::NotYet(w, at) => format!("Chưa đến thời gian {}: mở từ {}.", w.vi(), at.to_local_text()),
            Self::Passed(w, at) => format!(
                "Đã hết thời gian {} lúc {}. Nếu có lý do, đề nghị Sở Nội vụ gia hạn.",
                w.vi(),
                at.to_local_text()
            ),
            Self::StillOpen(w, at) => {
                format!(
                    "Thời gian {} còn đến {}. Làm lại sau lúc đó.",
                    w.vi(),
                    at.to_local_text()
                )
            }
        }
    }
}

impl Calendar {
    /// The window for a unit (none: for all units), extensions applied.
    #[must_use]
    pub fn span(&self, window: Window, unit: Option<&UnitCode>) -> Option<Span> {
        let (_, span) = self.windows.iter().find(|(w, _)| *w == window)?;
        let end = self
            .extensions
            .iter()
            .filter(|e| e.window == window && (e.unit.is_none() || e.unit.as_ref() == unit))
            .map(|e| e.ends_at)
            .fold(span.end, Instant::max);
        Some(Span {
            start: span.start,
            end,
        })
    }

    /// Whether something may be written now.
    ///
    /// # Errors
    /// [`WindowRefusal::NotYet`], [`WindowRefusal::Passed`] or [`WindowRefusal::NotSet`].
    pub fn check(&self, window: Window, unit: Option<&UnitCode>, now: Instant) -> Result<(), WindowRefusal> {
        check(window, self.span(window, unit), now)
    }

    /// Whether something may be written now for one unit at least.
    ///
    /// # Errors
    /// As [`check`](Self::check).
    pub fn check_some(&self, window: Window, now: Instant) -> Result<(), WindowRefusal> {
        check(window, self.whole(window), now)
    }

    /// From a window's start to its last end over all units.
    #[must_use]
    pub fn whole(&self, window: Window) -> Option<Span> {
        let span = self.span(window, None)?;
        let end = self.last_end(window)?;
        Some(Span { end, ..span })
    }

    /// The last end of a window over all units: what comes after it waits until then.
    #[must_use]
    pub fn last_end(&self, window: Window) -> Option<Instant> {
        let (_, span) = self.windows.iter().find(|(w, _)| *w == window)?;
        let later = self
            .extensions
            .iter()
            .filter(|e| e.window == window)
            .map(|e| e.ends_at);
        Some(later.fold(span.end, Instant::max))
    }

    /// The windows so many years later, without extensions; none beyond the calendar.
    #[must_use]
    pub fn years_later(&self, years: i32) -> Option<Self> {
        let moved = |(window, span): &(Window, Span)| {
            let span = Span {
                start: span.start.years_later(years)?,
                end: span.end.years_later(years)?,
            };
            Some((*window, span))
        };
        Some(Self {
            windows: self.windows.iter().map(moved).collect::<Option<_>>()?,
            extensions: Vec::new(),
        })
    }

    /// Whether a window is over for every unit.
    ///
    /// # Errors
    /// [`WindowRefusal::StillOpen`] or [`WindowRefusal::NotSet`].
    pub fn check_over(&self, window: Window, now: Instant) -> Result<(), WindowRefusal> {
        match self.last_end(window) {
            None => Err(WindowRefusal::NotSet(window)),
            Some(end) if now < end => Err(WindowRefusal::StillOpen(window, end)),
            Some(_) => Ok(()),
        }
    }
}

fn check(window: Window, span: Option<Span>, now: Instant) -> Result<(), WindowRefusal> {
    let span = span.ok_or(WindowRefusal::NotSet(window))?;
    if now < span.start {
        Err(WindowRefusal::NotYet(window, span.start))
    } else if span.contains(now) {
        Ok(())
    } else {
        Err(WindowRefusal::Passed(window, span.end))
    }
}
