//! Reminders: three days and one day before something ends, to who is late with it.

use std::sync::Arc;

use chiso_domain::cycle::Cycle;
use chiso_domain::kernel::time::DAY;
use chiso_domain::kernel::{Instant, Span};
use futures_util::future::BoxFuture;

use super::Mail;
use crate::{Context, Error};

/// Asked about each open cycle, once an hour: what is to be told now. What was told before is not told again, by the
/// [name](Reminder::name) of each.
pub type Remind = fn(Context, Arc<Cycle>, Instant) -> BoxFuture<'static, Result<Vec<Mail>, Error>>;

/// That something ends soon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reminder {
    ends_at: Instant,
    days: i64,
}

impl Reminder {
    /// None where it has not begun, is over, or does not end within three days.
    #[must_use]
    pub fn of(span: Span, now: Instant) -> Option<Self> {
        let left = span.end.micros() - now.micros();
        let days = [1, 3].into_iter().find(|days| left <= days * DAY);
        let days = days.filter(|_| span.contains(now))?;
        Some(Self {
            ends_at: span.end,
            days,
        })
    }

    /// The name of its mail: one for each of the two times, and for each end, which an extension moves.
    #[must_use]
    pub fn name(self, kind: &str, about: impl std::fmt::Display) -> String {
        format!("{kind}/{about}/{}/{}", self.ends_at.micros(), self.days)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_two_times_before_the_end_of_what_has_begun() {
        let span = |start: i64, end: i64| Span {
            start: Instant::from_micros(start * DAY),
            end: Instant::from_micros(end * DAY),
        };
        let days = |span: Span, now: i64| {
            let reminder = Reminder::of(span, Instant::from_micros(now));
            reminder.map(|reminder| reminder.days)
        };
        let long = span(0, 10);
        assert_eq!(days(long, 7 * DAY - 1), None);
        assert_eq!(days(long, 7 * DAY), Some(3));
        assert_eq!(days(long, 9 * DAY - 1), Some(3));
        assert_eq!(days(long, 9 * DAY), Some(1));
        assert_eq!(days(long, 10 * DAY - 1), Some(1));
        assert_eq!(days(long, 10 * DAY), None);
        assert_eq!(days(span(9, 10), 9 * DAY - 1), None, "not begun");
        let (one, later) = (Reminder::of(long, long.start.plus(9 * DAY)), span(0, 11));
        let moved = Reminder::of(later, later.start.plus(10 * DAY));
        let name = |reminder: Option<Reminder>| reminder.unwrap().name("late", "2026/SYT");
        assert_ne!(name(one), name(moved));
    }
}
