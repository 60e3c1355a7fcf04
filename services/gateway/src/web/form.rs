//! From what was typed to values: decimals, days, choices. What cannot be read is an error of its field that says how
//! to write it.

use chiso_platform::words::{Arg, Words};

use super::errors::Errors;
use super::posted::Posted;

/// Points have no more.
const MOST_DECIMALS: usize = 4;
/// No number of ours is longer.
const MOST_DIGITS: usize = 12;

/// A form as it is read.
#[derive(Debug)]
pub(super) struct Form<'a> {
    posted: &'a Posted,
    w: Words,
    pub(super) errors: Errors,
}

impl<'a> Form<'a> {
    pub(super) fn new(posted: &'a Posted, w: Words) -> Self {
        Self {
            posted,
            w,
            errors: Errors::new(w),
        }
    }

    /// A text without blanks around it; nothing typed is an error.
    pub(super) fn needed(&mut self, field: &str) -> &'a str {
        let text = self.posted.text(field).trim();
        if text.is_empty() {
            self.errors.add(field, self.w.say("form-needed"));
        }
        text
    }

    /// A decimal as it goes over the wire: "12.5" for "12,5" and for "12.5". None where nothing or nonsense stands.
    pub(super) fn decimal(&mut self, field: &str) -> Option<String> {
        let typed = self.posted.text(field).trim();
        if typed.is_empty() {
            return None;
        }
        let read = decimal(typed);
        let given = [("typed", Arg::Text(typed))];
        match &read {
            None => self.errors.add(field, self.w.tell("form-decimal", &given)),
            Some(_) if is_either(typed) => {
                self.errors.add(field, self.w.tell("form-either", &given));
                return None;
            }
            Some(_) => {}
        }
        read
    }

    /// A calendar date as it goes over the wire: "2026-12-05" for "05/12/2026" and for itself.
    pub(super) fn day(&mut self, field: &str) -> Option<String> {
        let typed = self.posted.text(field).trim();
        if typed.is_empty() {
            return None;
        }
        let read = day(typed);
        if read.is_none() {
            let given = [("typed", Arg::Text(typed))];
            self.errors.add(field, self.w.tell("form-day", &given));
        }
        read
    }

    /// One of the values offered. None where nothing was chosen; what was not offered is an error.
    pub(super) fn choice(&mut self, field: &str, offered: &[&str]) -> Option<&'a str> {
        let chosen = self.posted.text(field);
        if chosen.is_empty() {
            return None;
        }
        let known = offered.contains(&chosen);
        if !known {
            self.errors.add(field, self.w.say("form-choose"));
        }
        known.then_some(chosen)
    }
}

/// One mark, comma or dot, before at most four digits. A mark between thousands would be read as one of decimals, so
/// that two marks, and a sign, are refused.
fn decimal(typed: &str) -> Option<String> {
    let dotted = typed.replace(',', ".");
    let (whole, fraction) = dotted.split_once('.').unwrap_or((&dotted, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let fits = whole.len() <= MOST_DIGITS && fraction.len() <= MOST_DECIMALS;
    (digits(whole) && digits(fraction) && fits).then(|| dotted.clone())
}

/// Whether a number may mean thousands as well as a fraction: "1.200", of which workbooks are refused, too.
pub(super) fn is_either(typed: &str) -> bool {
    let (whole, after) = typed.split_once(['.', ',']).unwrap_or((typed, ""));
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    digits(whole) && digits(after) && after.len() == 3 && whole.len() <= 3 && !whole.starts_with('0')
}

/// A day as it goes over the wire.
pub(super) fn day(typed: &str) -> Option<String> {
    let (year, month, day) = match typed.split(['/', '-', '.']).collect::<Vec<_>>()[..] {
        [day, month, year] if year.len() == 4 => (year, month, day),
        [year, month, day] if year.len() == 4 => (year, month, day),
        _ => return None,
    };
    let number = |text: &str, most: u32| {
        let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        text.parse().ok().filter(|n| digits && (1..=most).contains(n))
    };
    let (year, month, day) = (number(year, 9_999)?, number(month, 12)?, number(day, 31)?);
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let longest = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    (day <= longest).then(|| format!("{year:04}-{month:02}-{day:02}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comma_and_a_dot_are_the_same_mark() {
        for (typed, read) in [
            ("12,5", "12.5"),
            ("12.5", "12.5"),
            ("0", "0"),
            ("1,2345", "1.2345"),
        ] {
            assert_eq!(decimal(typed).as_deref(), Some(read), "{typed}");
        }
        for typed in [
            "1.234,5", "1,234.5", "1 234", "-1", "+1", "1,23456", ",5", "5,", "1e3", "١", "1,2,3", "12đ",
        ] {
            assert_eq!(decimal(typed), None, "{typed}");
        }
    }

    #[test]
    fn days_are_written_as_people_do_or_as_browsers_do() {
        for typed in ["05/12/2026", "5/12/2026", "2026-12-05", "05-12-2026", "5.12.2026"] {
            assert_eq!(day(typed).as_deref(), Some("2026-12-05"), "{typed}");
        }
        assert_eq!(day("29/02/2024").as_deref(), Some("2024-02-29"));
        for typed in [
            "29/02/2026",
            "31/11/2026",
            "12/05/26",
            "05/13/2026",
            "0/1/2026",
            "a/b/2026",
            "5 12 2026",
        ] {
            assert_eq!(day(typed), None, "{typed}");
        }
    }

    #[test]
    fn what_may_be_thousands_is_read_as_neither() {
        for typed in ["1.200", "1,200", "12.345", "980.000"] {
            assert!(is_either(typed), "{typed}");
        }
        for typed in ["12,5", "0,125", "1200", "1200,5", "1,2000", "1234,567", "12,34"] {
            assert!(!is_either(typed), "{typed}");
        }
    }
}
