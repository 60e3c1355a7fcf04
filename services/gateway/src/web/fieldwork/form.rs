//! Numbers that forms send, and refusals of what has a field for each of many.

use chiso_platform::error::{reason_of, violations_of};
use chiso_platform::words::Words;
use tonic::{Response, Status};

use super::super::errors::{Errors, Names, said};
use super::super::posted::Posted;
use super::super::save::{Refused, send};
use super::super::trouble::Trouble;

/// Reads a reply whose refusal names one of many: `place` tells from the path of the message, and from what is said, the
/// field and what is said there. `names` say which paths are of the form at all.
pub(super) async fn taken<R>(
    w: Words,
    reply: Result<Response<R>, Status>,
    names: &Names,
    place: impl Fn(&str, String) -> (String, String),
) -> Result<Result<R, Refused>, Trouble> {
    let mut errors = Errors::new(w);
    if let Err(status) = &reply {
        for (path, vi) in violations_of(status) {
            let text = said(w, &reason_of(status), &vi, status.message());
            let (field, text) = place(&path, text);
            errors.add(field, text);
        }
    }
    let taken = send(w, names, std::future::ready(reply)).await?;
    Ok(taken.map_err(|why| match why {
        Refused::Again(_) if !errors.is_empty() => Refused::Again(errors),
        why => why,
    }))
}

/// The place that `targets[3].planned` names.
pub(super) fn place_of(list: &str, path: &str) -> Option<usize> {
    let (place, _) = path.strip_prefix(list)?.strip_prefix('[')?.split_once(']')?;
    place.parse().ok()
}

/// A whole number, as people write thousands: "1.200", "1 200". Nothing typed is none; nonsense is an error.
pub(super) fn number(posted: &Posted, field: &str, w: Words, errors: &mut Errors) -> Option<i64> {
    let typed = posted.text(field).trim();
    if typed.is_empty() {
        return None;
    }
    let read = whole(typed);
    if read.is_none() {
        errors.add(field, w.say("fieldwork-number-unread"));
    }
    read
}

fn whole(typed: &str) -> Option<i64> {
    let mut groups = typed.split(['.', ' ', '\u{a0}']);
    let first = groups.next()?;
    let rest: Vec<&str> = groups.collect();
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let whole = digits(first) && (rest.is_empty() || first.len() <= 3);
    if !whole || rest.iter().any(|group| group.len() != 3 || !digits(group)) {
        return None;
    }
    let joined: String = std::iter::once(first).chain(rest).collect();
    joined.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_of_many_is_told_by_its_place() {
        assert_eq!(place_of("targets", "targets[3].planned"), Some(3));
        assert_eq!(place_of("respondent_ids", "respondent_ids[0]"), Some(0));
        for path in ["targets", "targets[x]", "other[1]", "unit"] {
            assert_eq!(place_of("targets", path), None, "{path}");
        }
    }

    #[test]
    fn thousands_are_read_as_people_write_them() {
        for (typed, read) in [
            ("60", 60),
            ("0", 0),
            ("1200", 1_200),
            ("1.200", 1_200),
            ("12 345", 12_345),
        ] {
            assert_eq!(whole(typed), Some(read), "{typed}");
        }
        for typed in [
            "",
            "-1",
            "1,5",
            "1.5",
            "12.34",
            "1.2000",
            "6o",
            "1234.567",
            "99999999999999999999",
        ] {
            assert_eq!(whole(typed), None, "{typed}");
        }
    }
}
