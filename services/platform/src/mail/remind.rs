//! Reminders to who is late with something: three days and one day before it ends, and when somebody asks for it.

use std::sync::Arc;

use chiso_domain::cycle::Cycle;
use chiso_domain::kernel::time::DAY;
use chiso_domain::kernel::{Instant, RequestId, Span};
use futures_util::future::BoxFuture;

use super::Mail;
use crate::{Context, Error};

/// Asked about each open cycle, once an hour: what is to be told now. What was told before is not told again, by the
/// [name](Reminder::name) of each.
pub type Remind = fn(Context, Arc<Cycle>, Instant) -> BoxFuture<'static, Result<Vec<Mail>, Error>>;

/// What makes a service look who is late.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Occasion {
    /// The clock, once an hour.
    Hour,
    /// Somebody asks, in this request.
    Request(RequestId),
}

impl Occasion {
    /// None where nobody is to be reminded now: by the clock where [nothing ends soon](Reminder::of), and who asks
    /// where it is not open.
    #[must_use]
    pub fn reminder(self, span: Span, now: Instant) -> Option<Reminder> {
        match self {
            Self::Hour => Reminder::of(span, now),
            Self::Request(id) => {
                let ends_at = span.end;
                span.contains(now).then_some(Reminder::Asked { ends_at, id })
            }
        }
    }
}

/// Why somebody is reminded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reminder {
    /// Something ends soon.
    Soon {
        /// When.
        ends_at: Instant,
        /// Within so many days.
        days: i64,
    },
    /// Somebody asked for it.
    Asked {
        /// When it ends.
        ends_at: Instant,
        /// In this request.
        id: RequestId,
    },
}

/// What stands before the end in the name of a mail by the clock, and of one that somebody asked for.
const SOON: &str = "ends-";
const ASKED: &str = "asked-";

impl Reminder {
    /// None where it has not begun, is over, or does not end within three days.
    #[must_use]
    pub fn of(span: Span, now: Instant) -> Option<Self> {
        let left = span.end.micros() - now.micros();
        let days = [1, 3].into_iter().find(|days| left <= days * DAY);
        let days = days.filter(|_| span.contains(now))?;
        Some(Self::Soon {
            ends_at: span.end,
            days,
        })
    }

    /// The name of its mail: one for each of the two times, and for each end, which an extension moves; and one for each
    /// request.
    #[must_use]
    pub fn name(self, kind: &str, about: impl std::fmt::Display) -> String {
        match self {
            Self::Soon { ends_at, days } => format!("{kind}/{about}/{SOON}{}/{days}", ends_at.micros()),
            Self::Asked { ends_at, id } => format!("{kind}/{about}/{ASKED}{}/{id}", ends_at.micros()),
        }
    }
}

/// What a reminder is about, by its [name](Reminder::name): all of it but the occasion.
#[must_use]
pub fn matter(name: &str) -> &str {
    name.rsplitn(3, '/').last().unwrap_or(name)
}

/// The part of a [name](Reminder::name) with the end.
fn end(name: &str) -> &str {
    name.rsplit('/').nth(1).unwrap_or_default()
}

/// Whether a reminder of this name was asked for.
pub(super) fn is_asked(name: &str) -> bool {
    end(name).starts_with(ASKED)
}

/// Whether a mail reminds of what has ended: it is sent no more.
pub(super) fn is_past(name: &str, now: Instant) -> bool {
    let ends_at = [SOON, ASKED]
        .iter()
        .find_map(|before| end(name).strip_prefix(before));
    let ends_at = ends_at
        .and_then(|micros| micros.parse().ok())
        .map(Instant::from_micros);
    ends_at.is_some_and(|ends_at| ends_at <= now)
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn span(start: i64, end: i64) -> Span {
        Span {
            start: Instant::from_micros(start * DAY),
            end: Instant::from_micros(end * DAY),
        }
    }

    #[test]
    fn there_are_two_times_before_the_end_of_what_has_begun() {
        let days = |span: Span, now: i64| match Reminder::of(span, Instant::from_micros(now)) {
            Some(Reminder::Soon { days, .. }) => Some(days),
            _ => None,
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

    #[test]
    fn whoever_asks_reminds_while_it_is_open() {
        let (long, asks) = (span(1, 10), Occasion::Request(RequestId(Uuid::from_u128(7))));
        let by = |occasion: Occasion, day: i64| occasion.reminder(long, Instant::from_micros(day * DAY));
        assert_eq!(by(Occasion::Hour, 2), None);
        assert!(by(asks, 2).is_some());
        assert_eq!((by(asks, 0), by(asks, 10)), (None, None));
        let name = |reminder: Option<Reminder>| reminder.unwrap().name("late", "2026/SYT");
        let (asked, told) = (name(by(asks, 9)), name(by(Occasion::Hour, 9)));
        assert_ne!(asked, told);
        assert_eq!((is_asked(&asked), is_asked(&told)), (true, false));
        assert_eq!(
            (matter(&asked), matter(&told)),
            ("late/2026/SYT", "late/2026/SYT")
        );
    }

    #[test]
    fn what_has_ended_is_reminded_of_no_more() {
        let ends_at = Instant::from_micros(10 * DAY);
        let id = RequestId(Uuid::from_u128(7));
        let reminders = [
            Reminder::Soon { ends_at, days: 1 },
            Reminder::Asked { ends_at, id },
        ];
        for name in reminders.map(|reminder| reminder.name("late", "2026/SYT")) {
            assert!(
                !is_past(&name, ends_at.plus(-1)) && is_past(&name, ends_at),
                "{name}"
            );
        }
        for other in ["published/2022/1", "evidence-wanted/2026/SYT", "a"] {
            assert!(!is_past(other, ends_at), "{other}");
        }
    }
}
