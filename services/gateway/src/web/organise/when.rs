//! Day and minute as organisers type and read them: "14/12/2026 23:59". An end at midnight is "24:00" of the day before,
//! which nobody misreads.

use chiso_domain::kernel::Instant;
use chiso_domain::kernel::time::DAY;

use super::super::form::day;
use super::super::format;

/// Which of the two sides of a window is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    /// A day alone is its first minute.
    Start,
    /// A day alone is its last.
    End,
}

/// As it is typed.
pub(super) fn shown(at: Instant, side: Side) -> String {
    let text = format::instant(at);
    match text.strip_suffix(" 00:00") {
        Some(_) if side == Side::End => format!("{} 24:00", format::day(at.plus(-DAY))),
        _ => text,
    }
}

/// None where it cannot be read.
pub(super) fn read(typed: &str, side: Side) -> Option<Instant> {
    let typed = typed.trim().to_lowercase().replace("24h00", "24:00");
    let mut parts = typed.splitn(2, [' ', 't']).map(str::trim);
    let day = day(parts.next()?)?;
    let (hour, minute) = match parts.next().filter(|time| !time.is_empty()) {
        None if side == Side::End => (24, 0),
        None => (0, 0),
        Some(time) => clock(time)?,
    };
    if hour == 24 && minute == 0 {
        let begins = Instant::parse(&format!("{day}T00:00:00+07:00")).ok()?;
        return Some(begins.plus(DAY));
    }
    Instant::parse(&format!("{day}T{hour:02}:{minute:02}:00+07:00")).ok()
}

/// "14:30", "14h30", "14h"; 24:00 is the end of the day.
fn clock(time: &str) -> Option<(u8, u8)> {
    let time = time.replace(' ', "").replace(':', "h");
    let (hour, minute) = time.split_once('h')?;
    let minute = if minute.is_empty() { "0" } else { minute };
    let (hour, minute): (u8, u8) = (hour.parse().ok()?, minute.parse().ok()?);
    let real = (hour < 24 && minute < 60) || (hour == 24 && minute == 0);
    real.then_some((hour, minute))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Instant {
        Instant::parse(text).unwrap()
    }

    #[test]
    fn midnight_belongs_to_the_day_that_ends() {
        let midnight = at("2026-12-15T00:00:00+07:00");
        assert_eq!(shown(midnight, Side::End), "14/12/2026 24:00");
        assert_eq!(shown(midnight, Side::Start), "15/12/2026 00:00");
        for typed in [
            "14/12/2026 24:00",
            "14/12/2026",
            "14/12/2026 24h00",
            "15/12/2026 00:00",
        ] {
            assert_eq!(read(typed, Side::End), Some(midnight), "{typed}");
        }
        assert_eq!(read("15/12/2026", Side::Start), Some(midnight));
    }

    #[test]
    fn minutes_are_written_in_several_ways() {
        let half = at("2026-12-05T14:30:00+07:00");
        for typed in ["05/12/2026 14:30", " 5/12/2026  14h30 ", "2026-12-05T14:30"] {
            assert_eq!(read(typed, Side::Start), Some(half), "{typed}");
        }
        for typed in [
            "",
            "14:30",
            "05/12/2026 25:00",
            "05/12/2026 24:01",
            "31/11/2026 08:00",
            "mai",
        ] {
            assert_eq!(read(typed, Side::End), None, "{typed}");
        }
        assert_eq!(read(&shown(half, Side::End), Side::End), Some(half));
    }
}
