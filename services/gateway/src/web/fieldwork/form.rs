//! Workbooks and numbers that forms send.

use axum::extract::Request;
use chiso_platform::words::Words;
use chiso_platform::xlsx::MAX_BYTES;
use tonic::{Response, Status};

use super::super::errors::{Errors, Names};
use super::super::parts::faults::{self, Fault};
use super::super::posted::Posted;
use super::super::save::{Refused, send};
use super::super::state::Web;
use super::super::trouble::Trouble;
use super::super::upload;

/// The field of the file.
pub(super) const FILE: &str = "tep";

/// A form with a workbook; none where no file was chosen.
pub(super) async fn read(web: &Web, request: Request) -> Result<(Posted, Option<Vec<u8>>), Trouble> {
    let (posted, file) = upload::read(web, request).await?;
    let book = match file {
        // One byte more than is taken, so that the survey says that it is too large.
        Some(file) => Some(file.whole(MAX_BYTES).await?),
        None => None,
    };
    Ok((posted, book))
}

/// Why a workbook was not taken: what is wrong with it, and with which cells.
#[derive(Debug)]
pub(super) struct NotTaken {
    pub(super) why: Refused,
    pub(super) faults: Vec<Fault>,
}

impl NotTaken {
    /// No file was chosen.
    pub(super) fn missing(w: Words) -> Self {
        Self::of(w, w.say("fieldwork-file-needed"), Vec::new())
    }

    fn of(w: Words, text: &str, faults: Vec<Fault>) -> Self {
        let mut errors = Errors::new(w);
        errors.add(FILE, text);
        Self {
            why: Refused::Again(errors),
            faults,
        }
    }
}

/// Sends a workbook; what is wrong with its cells comes back cell by cell.
pub(super) async fn import<R>(
    w: Words,
    names: &Names,
    call: impl Future<Output = Result<Response<R>, Status>>,
) -> Result<Result<R, NotTaken>, Trouble> {
    let reply = call.await;
    if let Err(status) = &reply
        && let Some(faults) = faults::of_status(status)
    {
        return Ok(Err(NotTaken::of(w, w.say("fieldwork-file-faulty"), faults)));
    }
    let taken = send(w, names, std::future::ready(reply)).await?;
    Ok(taken.map_err(|why| NotTaken {
        why,
        faults: Vec::new(),
    }))
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
