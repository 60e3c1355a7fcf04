//! Numbers, instants and stretches of time as people read them.
//!
//! Points stay decimal text: marks are changed, nothing is computed.

use chiso_domain::kernel::Instant;
use chiso_domain::kernel::time::{DAY, SECOND};
use chiso_platform::words::{Arg, Lang, Words};

/// Points as printed: "93.98" is 93,98 in Vietnamese. What is not decimal text stays as it is.
pub(crate) fn points(w: Words, text: &str) -> String {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => ("−", digits),
        None => ("", text),
    };
    if !is_decimal(digits) {
        return text.to_owned();
    }
    match w.lang() {
        Lang::Vi => format!("{sign}{}", digits.replace('.', ",")),
        Lang::En => format!("{sign}{digits}"),
    }
}

/// A difference, with its sign: "+1,20".
pub(crate) fn difference(w: Words, text: &str) -> String {
    let zero = !text.bytes().any(|b| matches!(b, b'1'..=b'9'));
    let plus = if zero || text.starts_with('-') { "" } else { "+" };
    format!("{plus}{}", points(w, text))
}

/// What is taken off, as what it does to a total: "4.50" is −4,50, and "-0.75" +0,75.
pub(crate) fn taken(w: Words, text: &str) -> String {
    match text.strip_prefix('-') {
        Some(given) => difference(w, given),
        None if text.bytes().any(|b| matches!(b, b'1'..=b'9')) => points(w, &format!("-{text}")),
        None => points(w, text),
    }
}

/// Digits, and after a point more of them.
pub(crate) fn is_decimal(text: &str) -> bool {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    match text.split_once('.') {
        Some((whole, fraction)) => digits(whole) && digits(fraction),
        None => digits(text),
    }
}

/// Day and minute in Viet Nam: 05/12/2026 14:32.
pub(crate) fn instant(at: Instant) -> String {
    let text = at.to_local_text();
    text.rsplit_once(':')
        .map_or_else(|| text.clone(), |(minute, _)| minute.to_owned())
}

/// The day in Viet Nam: 05/12/2026.
pub(crate) fn day(at: Instant) -> String {
    let text = at.to_local_text();
    text.split(' ').next().unwrap_or_default().to_owned()
}

/// The last second before an end: what ends at midnight ends at 23:59:59 of the day before, since "24:00" and "00:00" are
/// both misread.
pub(crate) fn until(end: Instant) -> String {
    end.plus(-SECOND).to_local_text()
}

/// How long until an end, in its two largest parts: "còn 4 ngày 9 giờ". Rounded down, so that nobody counts on time
/// that is not there.
pub(crate) fn left(w: Words, now: Instant, end: Instant) -> String {
    let minutes = (end.micros() - now.micros()).max(0) / (60 * SECOND);
    let (days, hours) = (minutes / (DAY / SECOND / 60), minutes / 60 % 24);
    let counts = |a: (&'static str, i64), b: (&'static str, i64)| {
        w.tell(
            "format-left",
            &[
                ("first", Arg::Text(&w.tell(a.0, &[("n", Arg::Count(a.1))]))),
                ("second", Arg::Text(&w.tell(b.0, &[("n", Arg::Count(b.1))]))),
            ],
        )
    };
    match (days, hours, minutes % 60) {
        (0, 0, 0) => w.say("format-left-none").to_owned(),
        (0, 0, m) => {
            let minutes = w.tell("format-minutes", &[("n", Arg::Count(m))]);
            w.tell("format-left-one", &[("only", Arg::Text(&minutes))])
        }
        (0, h, m) => counts(("format-hours", h), ("format-minutes", m)),
        (d, h, _) => counts(("format-days", d), ("format-hours", h)),
    }
}

/// A size, in whole units so that nothing is promised that does not fit: "20 MB".
pub(crate) fn bytes(w: Words, size: u64) -> String {
    let (unit, size) = match size {
        0..1_024 => ("format-bytes", size),
        1_024..1_048_576 => ("format-kilobytes", size >> 10),
        _ => ("format-megabytes", size >> 20),
    };
    w.tell(
        unit,
        &[("n", Arg::Count(i64::try_from(size).unwrap_or(i64::MAX)))],
    )
}

/// A sentence of a service with decimal commas: "1.50" becomes "1,50". Only numbers of two to four decimals that stand
/// apart, so that codes, dates and thousands stay.
pub(crate) fn vi_sentence(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let beside = |at: Option<usize>| at.and_then(|at| chars.get(at)).copied();
    let mut out = chars.clone();
    for (at, _) in chars.iter().enumerate().filter(|(_, c)| **c == '.') {
        let before = chars[..at]
            .iter()
            .rev()
            .take_while(|c| c.is_ascii_digit())
            .count();
        let after = chars[at + 1..].iter().take_while(|c| c.is_ascii_digit()).count();
        let start = beside((at - before).checked_sub(1));
        let end = beside(Some(at + 1 + after));
        // A full stop after a number ends the sentence; one with more behind it makes a code of it.
        let next = beside(Some(at + 2 + after));
        let goes_on = end.is_some_and(char::is_alphabetic)
            || end == Some('.') && next.is_some_and(char::is_alphanumeric);
        let begins = start.is_some_and(|c| c.is_alphanumeric() || c == '.');
        if before > 0 && (2..=4).contains(&after) && !begins && !goes_on {
            out[at] = ',';
        }
    }
    out.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::words::words;

    const VI: Lang = Lang::Vi;
    const EN: Lang = Lang::En;

    #[test]
    fn points_take_the_mark_of_the_language() {
        let say = |lang, text| points(words(lang), text);
        assert_eq!(say(VI, "93.98"), "93,98");
        assert_eq!(say(EN, "93.98"), "93.98");
        assert_eq!(say(VI, "-0.45"), "−0,45");
        assert_eq!(say(VI, "1.625"), "1,625");
        for odd in ["", "-", "1.2.3", "II.3", "1,5", ".5", "5."] {
            assert_eq!(say(VI, odd), odd);
        }
    }

    #[test]
    fn a_difference_has_its_sign() {
        let said = ["1.20", "-1.20", "0.00"].map(|text| difference(words(VI), text));
        assert_eq!(said, ["+1,20", "−1,20", "0,00"]);
        let said = ["4.50", "-0.75", "0.00"].map(|text| taken(words(VI), text));
        assert_eq!(said, ["−4,50", "+0,75", "0,00"]);
    }

    #[test]
    fn instants_are_told_in_viet_nam() {
        let at = Instant::parse("2026-12-05T07:32:45Z").unwrap();
        assert_eq!(
            (instant(at).as_str(), day(at).as_str()),
            ("05/12/2026 14:32", "05/12/2026")
        );
        let midnight = Instant::parse("2026-12-15T00:00:00+07:00").unwrap();
        assert_eq!(until(midnight), "14/12/2026 23:59:59");
    }

    #[test]
    fn what_is_left_is_rounded_down() {
        let now = Instant::parse("2026-12-01T08:00:00+07:00").unwrap();
        let said = |lang, minutes: i64| left(words(lang), now, now.plus(minutes * 60 * SECOND));
        assert_eq!(said(VI, 4 * 1_440 + 9 * 60 + 59), "còn 4 ngày 9 giờ");
        assert_eq!(said(VI, 61), "còn 1 giờ 1 phút");
        assert_eq!(said(VI, 5), "còn 5 phút");
        assert_eq!(said(EN, 1_440), "1 day 0 hours left");
        assert_eq!(said(VI, 0), said(VI, -10));
        assert_eq!(left(words(VI), now, now.plus(59 * SECOND)), said(VI, 0));
    }

    #[test]
    fn only_points_in_a_sentence_get_a_comma() {
        for (text, said) in [
            ("Điểm không quá 1.50.", "Điểm không quá 1,50."),
            ("Từ 1.5000 đến 12.25", "Từ 1,5000 đến 12,25"),
            ("Tiêu chí II.3.2 và 1.2.34", "Tiêu chí II.3.2 và 1.2.34"),
            ("Ngày 05.12.2026, bản v1.25b", "Ngày 05.12.2026, bản v1.25b"),
            ("Còn 1.5 và 1.23456", "Còn 1.5 và 1.23456"),
        ] {
            assert_eq!(vi_sentence(text), said);
        }
    }
}
