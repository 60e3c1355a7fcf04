//! Refusals in the form of RFC 9457: one mapping from gRPC to HTTP, one rendering.
//!
//! A [`Problem`] knows both languages; the edge, which knows the request, picks one and adds the id.

use axum::body::Body;
use axum::http::header::{
    ALLOW, CACHE_CONTROL, CONTENT_LANGUAGE, CONTENT_TYPE, RETRY_AFTER, VARY, WWW_AUTHENTICATE,
};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use chiso_platform::error::{reason_of, vi_of, violations_of};
use chiso_platform::words::{Arg, Lang};
use chiso_wire::convert::BadField;
use serde::Serialize;
use tonic::{Code, Status};

use crate::web::words;

/// Why a request is refused.
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    status: StatusCode,
    reason: String,
    vi: String,
    en: String,
    /// Field, and what is wrong with it.
    errors: Vec<(String, String)>,
}

/// The document, as it is sent.
#[derive(Serialize)]
struct Document<'a> {
    r#type: String,
    title: &'static str,
    status: u16,
    detail: &'a str,
    instance: &'a str,
    reason: &'a str,
    request_id: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FieldError<'a>>,
}

#[derive(Serialize)]
struct FieldError<'a> {
    pointer: String,
    detail: &'a str,
}

impl Problem {
    /// A refusal of the gateway's own.
    pub(crate) fn new(
        status: StatusCode,
        reason: &str,
        vi: impl Into<String>,
        en: impl Into<String>,
    ) -> Self {
        Self {
            status,
            reason: reason.to_owned(),
            vi: vi.into(),
            en: en.into(),
            errors: Vec::new(),
        }
    }

    /// A refusal of the gateway's own, with its sentence of the catalogues.
    pub(crate) fn said(
        status: StatusCode,
        reason: &str,
        key: &'static str,
        args: &[(&str, Arg<'_>)],
    ) -> Self {
        let told = |lang| words(lang).tell(key, args);
        Self::new(status, reason, told(Lang::Vi), told(Lang::En))
    }

    /// A part of the request that cannot be understood.
    pub(crate) fn field(field: &str, vi: impl Into<String>, en: impl Into<String>) -> Self {
        let vi = vi.into();
        let errors = vec![(field.to_owned(), vi.clone())];
        Self {
            errors,
            ..Self::new(StatusCode::BAD_REQUEST, "FIELD_INVALID", vi, en)
        }
    }

    /// There is no such page for whoever asks.
    pub(crate) fn no_page() -> Self {
        Self::said(StatusCode::NOT_FOUND, "PATH_UNKNOWN", "problem-no-page", &[])
    }

    /// A method that a page does not take.
    pub(crate) fn wrong_way() -> Self {
        Self::said(
            StatusCode::METHOD_NOT_ALLOWED,
            "METHOD_NOT_ALLOWED",
            "problem-wrong-way",
            &[],
        )
    }

    /// What was sent is no form of ours.
    pub(crate) fn unreadable_form() -> Self {
        Self::said(
            StatusCode::BAD_REQUEST,
            "FORM_UNREADABLE",
            "problem-unreadable",
            &[],
        )
    }

    /// What was sent comes from a page of another site.
    pub(crate) fn of_another_site() -> Self {
        Self::said(
            StatusCode::FORBIDDEN,
            "FORM_OF_ANOTHER_SITE",
            "problem-other-site",
            &[],
        )
    }

    /// More was sent than is taken.
    pub(crate) fn too_large(most: usize) -> Self {
        Self::said(
            StatusCode::PAYLOAD_TOO_LARGE,
            "BODY_TOO_LARGE",
            "problem-body",
            &[("most", Arg::Text(&most.to_string()))],
        )
    }

    /// Something of ours is broken; the cause goes to the log only.
    pub(crate) fn internal(cause: &dyn std::fmt::Display) -> Self {
        tracing::error!(%cause, "a request failed inside");
        Self::said(
            StatusCode::INTERNAL_SERVER_ERROR,
            "INTERNAL",
            "problem-internal",
            &[],
        )
    }

    /// The stable reason.
    pub(crate) fn reason(&self) -> &str {
        &self.reason
    }

    /// The status of its answer.
    pub(crate) const fn status(&self) -> StatusCode {
        self.status
    }

    /// What it is about in short, and what to do, in a language.
    pub(crate) fn told(&self, language: Lang) -> (&'static str, &str) {
        let title = words(language).say(title(self.status));
        match language {
            Lang::Vi => (title, &self.vi),
            Lang::En => (title, &self.en),
        }
    }

    /// The answer, in the language and with the id of the request.
    pub(crate) fn render(&self, language: Lang, path: &str, request_id: &str) -> Response {
        let (title, detail) = self.told(language);
        let errors = self.errors.iter().map(|(field, detail)| FieldError {
            pointer: pointer(field),
            detail,
        });
        let document = Document {
            r#type: format!(
                "urn:chiso:problem:{}",
                self.reason.to_lowercase().replace('_', "-")
            ),
            title,
            status: self.status.as_u16(),
            detail,
            instance: path,
            reason: &self.reason,
            request_id,
            errors: errors.collect(),
        };
        let body = serde_json::to_vec(&document).unwrap_or_default();
        let mut response = Response::new(Body::from(body));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(CONTENT_LANGUAGE, HeaderValue::from_static(language.tag()));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert(VARY, HeaderValue::from_static("accept-language"));
        match self.status {
            StatusCode::METHOD_NOT_ALLOWED => {
                headers.insert(ALLOW, HeaderValue::from_static("GET, HEAD, OPTIONS"))
            }
            StatusCode::UNAUTHORIZED => headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer")),
            StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => {
                headers.insert(RETRY_AFTER, HeaderValue::from_static("1"))
            }
            _ => None,
        };
        response
    }
}

/// Which title the catalogues have for a status.
const fn title(status: StatusCode) -> &'static str {
    match status.as_u16() {
        400 => "problem-title-bad",
        401 => "problem-title-unsigned",
        403 => "problem-title-forbidden",
        404 => "problem-title-missing",
        405 => "problem-title-method",
        409 => "problem-title-conflict",
        413 => "problem-title-large",
        414 => "problem-title-long",
        422 => "problem-title-not-now",
        429 => "problem-title-many",
        431 => "problem-title-head",
        501 => "problem-title-unsupported",
        503 => "problem-title-unavailable",
        504 => "problem-title-timeout",
        _ => "problem-title-broken",
    }
}

/// A field path as a JSON pointer: `leaders[2].role` is `#/leaders/2/role`.
fn pointer(field: &str) -> String {
    let steps = field.replace('[', ".").replace(']', "");
    let steps = steps.replace('~', "~0").replace('/', "~1");
    format!("#/{}", steps.replace('.', "/"))
}

impl From<Status> for Problem {
    fn from(status: Status) -> Self {
        let http = match status.code() {
            Code::InvalidArgument | Code::OutOfRange => StatusCode::BAD_REQUEST,
            Code::Unauthenticated => StatusCode::UNAUTHORIZED,
            Code::PermissionDenied => StatusCode::FORBIDDEN,
            Code::NotFound => StatusCode::NOT_FOUND,
            Code::AlreadyExists | Code::Aborted => StatusCode::CONFLICT,
            Code::FailedPrecondition => StatusCode::UNPROCESSABLE_ENTITY,
            Code::ResourceExhausted => StatusCode::TOO_MANY_REQUESTS,
            Code::Unimplemented => StatusCode::NOT_IMPLEMENTED,
            Code::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            // A client's own timer shows as "cancelled"; both mean that no answer came in time.
            Code::DeadlineExceeded | Code::Cancelled => StatusCode::GATEWAY_TIMEOUT,
            Code::Ok | Code::Unknown | Code::Internal | Code::DataLoss => {
                return Self::internal(&status);
            }
        };
        let reason = match reason_of(&status) {
            known if !known.is_empty() => known,
            _ => own_reason(status.code()).to_owned(),
        };
        let own = match http {
            StatusCode::GATEWAY_TIMEOUT => Some("problem-late"),
            StatusCode::SERVICE_UNAVAILABLE => Some("problem-away"),
            _ => None,
        };
        let told = |lang, theirs: String| own.map_or(theirs, |key| words(lang).say(key).to_owned());
        Self {
            status: http,
            reason,
            vi: told(Lang::Vi, vi_of(&status)),
            en: told(Lang::En, status.message().to_owned()),
            errors: violations_of(&status),
        }
    }
}

impl From<BadField> for Problem {
    /// A service answered what the contract does not allow: ours to mend, not the client's.
    fn from(fault: BadField) -> Self {
        Self::internal(&fault)
    }
}

/// For a status that did not come from one of our services.
const fn own_reason(code: Code) -> &'static str {
    match code {
        Code::NotFound => "NOT_FOUND",
        Code::Unauthenticated => "UNAUTHENTICATED",
        Code::PermissionDenied => "PERMISSION_DENIED",
        Code::Unavailable => "UNAVAILABLE",
        Code::DeadlineExceeded | Code::Cancelled => "TIMED_OUT",
        Code::ResourceExhausted => "EXHAUSTED",
        Code::Unimplemented => "NOT_SUPPORTED",
        _ => "REFUSED",
    }
}

impl IntoResponse for Problem {
    /// Only a status and the problem beside it: the edge renders it.
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn field_paths_become_json_pointers() {
        assert_eq!(pointer("version"), "#/version");
        assert_eq!(pointer("leaders[2].role"), "#/leaders/2/role");
        assert_eq!(pointer("a/b~c"), "#/a~1b~0c");
    }

    #[test]
    fn what_is_broken_inside_says_nothing_of_its_cause() {
        for code in [Code::Internal, Code::Unknown, Code::DataLoss] {
            let problem = Problem::from(Status::new(code, "no such table: secret"));
            assert_eq!(problem.status, StatusCode::INTERNAL_SERVER_ERROR);
            assert!(!problem.vi.contains("secret") && !problem.en.contains("secret"));
        }
        let problem = Problem::from(Status::unavailable("tcp 10.0.0.7: refused"));
        assert!(!problem.vi.contains("10.0") && !problem.en.contains("10.0"));
    }

    #[test]
    fn every_code_has_its_status() {
        let of = |code| Problem::from(Status::new(code, "x")).status.as_u16();
        let pairs = [
            (Code::InvalidArgument, 400),
            (Code::Unauthenticated, 401),
            (Code::PermissionDenied, 403),
            (Code::NotFound, 404),
            (Code::Aborted, 409),
            (Code::AlreadyExists, 409),
            (Code::FailedPrecondition, 422),
            (Code::ResourceExhausted, 429),
            (Code::Internal, 500),
            (Code::Unimplemented, 501),
            (Code::Unavailable, 503),
            (Code::DeadlineExceeded, 504),
            (Code::Cancelled, 504),
        ];
        for (code, status) in pairs {
            assert_eq!(of(code), status, "{code:?}");
        }
    }
}
