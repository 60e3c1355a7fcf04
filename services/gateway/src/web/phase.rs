//! Where a window of the year is for a unit. Only to be shown: whether something is taken, the services decide.

use chiso_domain::cycle::{Cycle, Window};
use chiso_domain::kernel::{Instant, Span, UnitCode};

/// Where a window is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// The calendar has none.
    Unset,
    /// Not open yet.
    Ahead(Span),
    /// Open.
    Open(Span),
    /// Over.
    Over(Span),
}

impl Phase {
    /// With the extensions that the unit has.
    pub(super) fn of(cycle: &Cycle, window: Window, unit: &UnitCode, now: Instant) -> Self {
        match cycle.calendar.span(window, Some(unit)) {
            None => Self::Unset,
            Some(span) if now < span.start => Self::Ahead(span),
            Some(span) if now < span.end => Self::Open(span),
            Some(span) => Self::Over(span),
        }
    }

    pub(super) const fn is_open(self) -> bool {
        matches!(self, Self::Open(_))
    }

    /// From when to when.
    pub(super) const fn span(self) -> Option<Span> {
        match self {
            Self::Unset => None,
            Self::Ahead(span) | Self::Open(span) | Self::Over(span) => Some(span),
        }
    }
}
