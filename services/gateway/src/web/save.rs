//! Saving: the same POST with scripts, answered in JSON, and without, answered by a page.

use axum::Json;
use axum::http::StatusCode;
use axum::http::header::{HeaderValue, LOCATION};
use axum::response::{IntoResponse, Response};
use chiso_platform::error::reason_of;
use chiso_platform::words::Words;
use maud::Markup;
use serde_json::{Map, Value, json};
use tonic::{Code, Status};

use super::errors::{Errors, Names};
use super::parts::kept;
use super::posted::{Posted, Typed};
use super::trouble::Trouble;

/// Why a service did not take what was typed. Each is shown on the form, with what was typed in it.
#[derive(Clone, Debug)]
pub(crate) enum Refused {
    /// Something is to be corrected; sent again then.
    Again(Errors),
    /// Somebody else was first: the newer version is to be looked at.
    Clash(Errors),
    /// The time is over, or the thing is closed.
    Locked(Errors),
}

impl Refused {
    pub(super) const fn errors(&self) -> &Errors {
        match self {
            Self::Again(errors) | Self::Clash(errors) | Self::Locked(errors) => errors,
        }
    }

    /// The same, where a page has several forms and each field a name of its own.
    pub(super) fn renamed(&self, name: impl Fn(&str) -> String) -> Self {
        let own = |field: &str| {
            if field.is_empty() {
                String::new()
            } else {
                name(field)
            }
        };
        let errors = self.errors().renamed(own);
        match self {
            Self::Again(_) => Self::Again(errors),
            Self::Clash(_) => Self::Clash(errors),
            Self::Locked(_) => Self::Locked(errors),
        }
    }

    const fn state(&self) -> &'static str {
        match self {
            Self::Again(_) => "refused",
            Self::Clash(_) => "clash",
            Self::Locked(_) => "locked",
        }
    }

    const fn status(&self) -> StatusCode {
        match self {
            Self::Clash(_) => StatusCode::CONFLICT,
            Self::Again(_) | Self::Locked(_) => StatusCode::UNPROCESSABLE_ENTITY,
        }
    }

    /// None where the refusal is not about what was typed.
    fn of(w: Words, status: &Status, names: &Names) -> Option<Self> {
        let errors = || Errors::of_status(w, status, names);
        match status.code() {
            Code::Aborted | Code::AlreadyExists => Some(Self::Clash(clash(w, errors()))),
            Code::FailedPrecondition if is_lock(&reason_of(status)) => {
                Some(Self::Locked(errors().titled(lock_title(w, &reason_of(status)))))
            }
            Code::FailedPrecondition | Code::InvalidArgument | Code::OutOfRange => {
                Some(Self::Again(errors()))
            }
            // One more than there may be: something is to be taken away first.
            Code::ResourceExhausted if reason_of(status).ends_with("_TOO_MANY") => {
                Some(Self::Again(errors()))
            }
            // What was typed into a field of the form names nothing there is.
            Code::NotFound if errors().items().iter().any(|(field, _)| !field.is_empty()) => {
                Some(Self::Again(errors()))
            }
            _ => None,
        }
    }
}

/// Whether a reason is one that no correction of the form helps against. Of a sheet that is not full each gap is named.
fn is_lock(reason: &str) -> bool {
    let begins = ["WINDOW_", "SHEET_", "ROUND_"];
    let gaps = ["SHEET_INCOMPLETE", "ROUND_HAS_GAPS"];
    let known = [
        "DEADLINE_PASSED",
        "NOT_APPLICABLE_TOO_LATE",
        "CYCLE_OPEN",
        "REOPENING_ASKED",
        "REOPENING_ANSWERED",
        "REOPENING_NOT_NEEDED",
    ];
    !gaps.contains(&reason)
        && (known.contains(&reason)
            || reason.ends_with("_CLOSED")
            || begins.iter().any(|begin| reason.starts_with(begin)))
}

/// Where no field is at fault there is nothing to correct: what stands now is to be looked at.
fn clash(w: Words, errors: Errors) -> Errors {
    let of_a_field = errors.items().iter().any(|(field, _)| !field.is_empty());
    if of_a_field {
        errors
    } else {
        errors.titled(w.say("error-clash"))
    }
}

/// What is said first of something that is locked: there is nothing to correct.
fn lock_title(w: Words, reason: &str) -> &'static str {
    match reason {
        "DEADLINE_PASSED" => w.say("error-late"),
        _ => w.say("error-locked"),
    }
}

/// What was saved.
#[derive(Clone, Debug)]
pub(crate) struct Saved {
    /// When, as it is shown: "14:32".
    pub(super) at: String,
    /// The version that the form shows from now on.
    pub(super) version: i64,
    /// The id of the next request.
    pub(super) next: String,
    /// Parts of the page that changed, by the id of their element.
    pub(super) parts: Vec<(&'static str, Markup)>,
}

/// Sends a message that a person's form asked for. What a service refuses of it comes back, to be shown on the form.
pub(crate) async fn send<R>(
    w: Words,
    names: &Names,
    call: impl Future<Output = Result<tonic::Response<R>, Status>>,
) -> Result<Result<R, Refused>, Trouble> {
    match call.await {
        Ok(reply) => Ok(Ok(reply.into_inner())),
        Err(status) => match Refused::of(w, &status, names) {
            Some(refused) => Ok(Err(refused)),
            None => Err(status.into()),
        },
    }
}

/// The answer to what was saved: JSON for a script, else the next page.
pub(crate) fn saved(posted: &Posted, saved: Saved, then: &str) -> Response {
    if !posted.wants_json() {
        return see(then);
    }
    let parts = saved.parts.into_iter();
    let parts: Map<String, Value> = parts
        .map(|(id, part)| (id.to_owned(), Value::from(part.into_string())))
        .collect();
    Json(json!({
        "state": "saved",
        "at": saved.at,
        "version": saved.version,
        "next": saved.next,
        "then": then,
        "parts": parts,
    }))
    .into_response()
}

/// The answer to what was refused: JSON for a script, else the form again with what was typed.
pub(crate) fn refused(
    posted: &Posted,
    refused: &Refused,
    again: impl FnOnce(&Typed, &Errors) -> Response,
) -> Response {
    let mut response = if posted.wants_json() {
        let errors = refused.errors().items().iter();
        let errors: Vec<Value> = errors
            .map(|(field, text)| json!({ "field": field, "text": text }))
            .collect();
        let told = json!({
            "state": refused.state(),
            "title": refused.errors().title(),
            "errors": errors,
        });
        Json(told).into_response()
    } else {
        let typed = posted.typed();
        kept::beside(again(&typed, refused.errors()), &typed)
    };
    *response.status_mut() = refused.status();
    response
}

/// By which a page is told what was just done on it: it says so.
pub(crate) const DONE: &str = "da-xong";

/// Go on at another page.
pub(super) fn see(to: &str) -> Response {
    let mut response = StatusCode::SEE_OTHER.into_response();
    let to = HeaderValue::from_str(to).unwrap_or(HeaderValue::from_static("/"));
    response.headers_mut().insert(LOCATION, to);
    response
}

#[cfg(test)]
mod tests {
    use chiso_platform::Error;
    use chiso_platform::words::Lang;

    use super::super::words::words;
    use super::*;

    #[test]
    fn a_lock_is_told_from_what_can_be_corrected() {
        for reason in [
            "DEADLINE_PASSED",
            "WINDOW_NOT_OPEN",
            "SHEET_SUBMITTED",
            "CAMPAIGN_CLOSED",
        ] {
            assert!(is_lock(reason), "{reason}");
        }
        for reason in ["REASON_MISSING", "POINTS_ABOVE_MAX", "SHEET_INCOMPLETE", ""] {
            assert!(!is_lock(reason), "{reason}");
        }
    }

    #[test]
    fn what_is_locked_is_not_called_something_to_correct() {
        let w = words(Lang::Vi);
        let title = |reason| {
            let status = Status::from(Error::obstacles(reason, "Đã hết.", Vec::new()));
            Refused::of(w, &status, &[]).unwrap().errors().title()
        };
        assert_eq!(title("DEADLINE_PASSED"), w.say("error-late"));
        assert_eq!(title("SHEET_SUBMITTED"), w.say("error-locked"));
        assert_eq!(title("SHEET_INCOMPLETE"), "Có 1 chỗ cần sửa");
        let changed = Status::aborted("somebody was first");
        let title = Refused::of(w, &changed, &[]).unwrap().errors().title();
        assert_eq!(title, w.say("error-clash"));
    }

    #[test]
    fn what_is_no_fault_of_the_form_is_not_shown_on_it() {
        let of = |code| Refused::of(words(Lang::Vi), &Status::new(code, "x"), &[]);
        for code in [
            Code::Unavailable,
            Code::Internal,
            Code::NotFound,
            Code::Unauthenticated,
        ] {
            assert!(of(code).is_none(), "{code:?}");
        }
        let unknown = Status::from(Error::not_found("group", "Không có nhóm này."));
        let names: &Names = &[("group", "nhom")];
        let typed = Refused::of(words(Lang::Vi), &unknown, names);
        assert!(matches!(typed, Some(Refused::Again(errors)) if errors.of("nhom").is_some()));
        assert!(Refused::of(words(Lang::Vi), &unknown, &[]).is_none());
        assert!(matches!(of(Code::Aborted), Some(Refused::Clash(_))));
        assert!(matches!(of(Code::InvalidArgument), Some(Refused::Again(_))));
    }
}
