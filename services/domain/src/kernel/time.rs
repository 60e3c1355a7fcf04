//! Instants in UTC microseconds, and half-open spans.
//!
//! Viet Nam is UTC+7 without daylight saving, so a local date is an instant by a fixed offset.

use std::fmt;

use serde::{Deserialize, Serialize};
use time::{OffsetDateTime, UtcOffset, format_description::well_known::Rfc3339};

/// Microseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(i64);

/// Microseconds of one second.
pub const SECOND: i64 = 1_000_000;
/// Microseconds of one day.
pub const DAY: i64 = 86_400 * SECOND;
/// Asia/Ho_Chi_Minh is seven hours ahead of UTC.
const LOCAL: i64 = 7 * 3_600 * SECOND;

impl Instant {
    /// From microseconds.
    #[must_use]
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// In microseconds.
    #[must_use]
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// Later by so many microseconds (earlier where negative).
    #[must_use]
    pub const fn plus(self, micros: i64) -> Self {
        Self(self.0.saturating_add(micros))
    }

    /// Number of the calendar day in Viet Nam, for "on different days".
    #[must_use]
    pub const fn local_day(self) -> i64 {
        (self.0 + LOCAL).div_euclid(DAY)
    }

    /// The first instant of its calendar day in Viet Nam.
    #[must_use]
    pub const fn local_midnight(self) -> Self {
        Self(self.local_day() * DAY - LOCAL)
    }

    /// Reads RFC 3339 ("2022-12-15T00:00:00+07:00"), to the microsecond.
    ///
    /// # Errors
    /// The text itself where it is not such an instant.
    pub fn parse(text: &str) -> Result<Self, String> {
        let at = OffsetDateTime::parse(text, &Rfc3339).map_err(|_| text.to_owned())?;
        i64::try_from(at.unix_timestamp_nanos().div_euclid(1_000))
            .map(Self)
            .map_err(|_| text.to_owned())
    }

    /// The same day and time of day in Viet Nam so many years later; of 29 February the 28th where there is none.
    /// None beyond the calendar.
    #[must_use]
    pub fn years_later(self, years: i32) -> Option<Self> {
        let local = self.local()?;
        let year = local.year().checked_add(years)?;
        let same_day = local.replace_year(year);
        let moved = same_day.or_else(|_leap_day| local.replace_day(28)?.replace_year(year));
        let micros = moved.ok()?.unix_timestamp_nanos().div_euclid(1_000);
        i64::try_from(micros).ok().map(Self)
    }

    fn local(self) -> Option<OffsetDateTime> {
        let utc = OffsetDateTime::from_unix_timestamp_nanos(i128::from(self.0) * 1_000).ok()?;
        Some(utc.to_offset(UtcOffset::from_hms(7, 0, 0).ok()?))
    }

    /// As people read it: `14/12/2022 23:59:59`.
    #[must_use]
    pub fn to_local_text(self) -> String {
        self.local().map_or_else(String::new, |t| {
            let (date, clock) = (t.date(), t.time());
            format!(
                "{:02}/{:02}/{} {:02}:{:02}:{:02}",
                date.day(),
                u8::from(date.month()),
                date.year(),
                clock.hour(),
                clock.minute(),
                clock.second()
            )
        })
    }
}

impl fmt::Display for Instant {
    /// RFC 3339 in Viet Nam's offset.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self
            .local()
            .and_then(|t| t.format(&Rfc3339).ok())
            .unwrap_or_else(|| self.0.to_string());
        f.write_str(&text)
    }
}

impl Serialize for Instant {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Instant {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

/// From `start` up to but not including `end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// The first instant inside.
    pub start: Instant,
    /// The first instant after.
    pub end: Instant,
}

impl Span {
    /// Whether the instant is inside.
    #[must_use]
    pub fn contains(self, at: Instant) -> bool {
        self.start <= at && at < self.end
    }
}
