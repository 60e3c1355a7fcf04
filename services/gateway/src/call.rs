//! One HTTP request as a handler sees it: path and query read strictly, and the way to gRPC and back.

use std::collections::BTreeMap;
use std::str::FromStr;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{FromRequestParts, Query, RawPathParams};
use axum::http::header::{ACCEPT_ENCODING, AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::Response;
use chiso_domain::kernel::text::sha256_hex;
use chiso_domain::kernel::{CycleCode, UnitCode};
use chiso_platform::telemetry::trace;
use serde::Serialize;

use crate::problem::Problem;

/// A gRPC call ends a little before the edge gives up.
const CALL_TIME: Duration = Duration::from_secs(25);
/// A version never changes, but whether it was replaced does.
pub(crate) const PINNED: &str = "public, max-age=300";
/// Whoever asks for the newest version asks again.
pub(crate) const NEWEST: &str = "public, no-cache";

/// A request.
#[derive(Debug)]
pub(crate) struct Call {
    path: BTreeMap<String, String>,
    query: Vec<(String, String)>,
    headers: HeaderMap,
}

impl<S: Send + Sync> FromRequestParts<S> for Call {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let unreadable = |field| {
            move |_| {
                Problem::field(
                    field,
                    "Địa chỉ có ký tự không đọc được.",
                    "the address cannot be read",
                )
            }
        };
        let path = RawPathParams::from_request_parts(parts, state)
            .await
            .map_err(|e| unreadable("path")(e.to_string()))?;
        let query = Query::<Vec<(String, String)>>::try_from_uri(&parts.uri)
            .map_err(|e| unreadable("query")(e.to_string()))?;
        Ok(Self {
            path: path
                .iter()
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect(),
            query: query.0,
            headers: parts.headers.clone(),
        })
    }
}

/// The query of a request, each parameter known and given once.
#[derive(Debug)]
pub(crate) struct Parameters<'a>(BTreeMap<&'a str, &'a str>);

impl Call {
    /// The cycle in the path.
    pub(crate) fn cycle(&self) -> Result<String, Problem> {
        self.code::<CycleCode>(
            "cycle",
            "chữ thường, số và dấu “-”",
            "lower-case letters, digits and \"-\"",
        )
    }

    /// The unit in the path.
    pub(crate) fn unit(&self) -> Result<String, Problem> {
        self.code::<UnitCode>(
            "unit",
            "chữ hoa, số và dấu “-”",
            "capital letters, digits and \"-\"",
        )
    }

    fn code<T: FromStr>(&self, name: &str, vi: &str, en: &str) -> Result<String, Problem> {
        let text = self.path.get(name).map(String::as_str).unwrap_or_default();
        if text.parse::<T>().is_ok() {
            return Ok(text.to_owned());
        }
        Err(Problem::field(
            name,
            format!("Mã “{}” ở “{name}” không đúng dạng. Mã gồm {vi}.", short(text)),
            format!("{name} {:?} is malformed: a code is made of {en}", short(text)),
        ))
    }

    /// Reads the query; any other parameter, and one given twice, is refused.
    pub(crate) fn only<'a>(&'a self, known: &[&str]) -> Result<Parameters<'a>, Problem> {
        let mut parameters = BTreeMap::new();
        for (name, value) in &self.query {
            if !known.contains(&name.as_str()) {
                let known = known.join(", ");
                return Err(Problem::field(
                    &short(name),
                    format!("Không có tham số “{}”. Tham số dùng được: {known}.", short(name)),
                    format!("unknown parameter {:?}; known: {known}", short(name)),
                ));
            }
            if parameters.insert(name.as_str(), value.as_str()).is_some() {
                return Err(Problem::field(
                    name,
                    format!("Tham số “{name}” được ghi hai lần. Chỉ ghi một lần."),
                    format!("{name} is given twice"),
                ));
            }
        }
        Ok(Parameters(parameters))
    }

    /// A message to a service, with the caller's own token and the request's id.
    pub(crate) fn request<T>(&self, message: T) -> tonic::Request<T> {
        let token = self
            .headers
            .get(AUTHORIZATION)
            .and_then(|value| value.to_str().ok());
        carried(message, token.filter(|t| t.starts_with("Bearer ")))
    }

    /// Whether the caller says who it is. Then the services decide, and no copy answers.
    pub(crate) fn has_token(&self) -> bool {
        self.headers.contains_key(AUTHORIZATION)
    }

    /// Whether the client takes what is compressed.
    pub(crate) fn takes_gzip(&self) -> bool {
        let lists = self.headers.get_all(ACCEPT_ENCODING).iter();
        let mut codings = lists
            .filter_map(|value| value.to_str().ok())
            .flat_map(|list| list.split(','));
        codings.any(|coding| {
            let (name, weight) = coding.split_once(';').unwrap_or((coding, ""));
            let refused = matches!(weight.trim(), "q=0" | "q=0.0" | "q=0.00" | "q=0.000");
            matches!(name.trim(), "gzip" | "*") && !refused
        })
    }

    /// A JSON answer, or 304 where the client has it already.
    pub(crate) fn json<T: Serialize>(&self, value: &T, cache: &'static str) -> Result<Response, Problem> {
        Ok(self.body(written(value)?, cache))
    }

    /// A JSON answer that is written already, or 304 where the client has it.
    pub(crate) fn body(&self, body: Vec<u8>, cache: &'static str) -> Response {
        let tag = sha256_hex(&body);
        self.known(&tag, cache)
            .unwrap_or_else(|| answer(&tag, cache, "application/json", body.into()))
    }

    /// 304, where the client has what stands under this tag.
    pub(crate) fn known(&self, tag: &str, cache: &'static str) -> Option<Response> {
        self.knows(&format!("\"{tag}\"")).then(|| {
            let mut response = tagged(tag, cache, Body::empty());
            *response.status_mut() = StatusCode::NOT_MODIFIED;
            response
        })
    }

    /// Whether `If-None-Match` lists the tag.
    fn knows(&self, tag: &str) -> bool {
        let lists = self
            .headers
            .get_all(IF_NONE_MATCH)
            .iter()
            .filter_map(|value| value.to_str().ok());
        let mut tags = lists.flat_map(|list| list.split(','));
        tags.any(|known| known.trim().trim_start_matches("W/") == tag || known.trim() == "*")
    }
}

impl Parameters<'_> {
    /// A code, empty where it is not given.
    pub(crate) fn code<T: FromStr>(&self, name: &str) -> Result<String, Problem> {
        match self.0.get(name).copied() {
            None => Ok(String::new()),
            Some(text) if text.parse::<T>().is_ok() => Ok(text.to_owned()),
            Some(text) => Err(Problem::field(
                name,
                format!("Mã “{}” ở “{name}” không đúng dạng.", short(text)),
                format!("{name} {:?} is malformed", short(text)),
            )),
        }
    }

    /// A published version from 1; 0 for the newest, where none is given.
    pub(crate) fn version(&self) -> Result<i32, Problem> {
        self.number(
            "version",
            "Bỏ trống để lấy bản mới nhất.",
            "leave it out for the newest",
        )
    }

    /// Rows of a page, from 1; 0 for the default.
    pub(crate) fn page_size(&self) -> Result<i32, Problem> {
        self.number(
            "page_size",
            "Bỏ trống để lấy cỡ mặc định.",
            "leave it out for the default",
        )
    }

    /// Where the next page begins, empty for the first one.
    pub(crate) fn page_token(&self) -> String {
        self.0.get("page_token").copied().unwrap_or_default().to_owned()
    }

    fn number(&self, name: &str, vi: &str, en: &str) -> Result<i32, Problem> {
        let Some(text) = self.0.get(name).copied() else {
            return Ok(0);
        };
        let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        let number = text.parse().ok().filter(|n| digits && *n >= 1);
        number.ok_or_else(|| {
            Problem::field(
                name,
                format!("“{}” ở “{name}” không phải số nguyên từ 1. {vi}", short(text)),
                format!(
                    "{name} must be a whole number from 1, not {:?}; {en}",
                    short(text)
                ),
            )
        })
    }
}

/// A message to a service, with who asks and the request's id.
pub(crate) fn carried<T>(message: T, authorization: Option<&str>) -> tonic::Request<T> {
    let mut request = tonic::Request::new(message);
    request.set_timeout(CALL_TIME);
    let metadata = request.metadata_mut();
    if let Some(token) = authorization.and_then(|token| token.parse().ok()) {
        metadata.insert("authorization", token);
    }
    for (name, value) in trace::Call::under_way().iter().flat_map(trace::Call::headers) {
        if let Ok(value) = value.parse() {
            metadata.insert(name, value);
        }
    }
    request
}

/// A value as JSON.
pub(crate) fn written<T: Serialize>(value: &T) -> Result<Vec<u8>, Problem> {
    serde_json::to_vec(value).map_err(|e| Problem::internal(&e))
}

/// An answer under an entity tag.
pub(crate) fn answer(tag: &str, cache: &'static str, kind: &'static str, body: Body) -> Response {
    let mut response = tagged(tag, cache, body);
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}

fn tagged(tag: &str, cache: &'static str, body: Body) -> Response {
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(cache));
    if let Ok(tag) = HeaderValue::from_str(&format!("\"{tag}\"")) {
        headers.insert(ETAG, tag);
    }
    response
}

/// What is repeated of somebody's input.
fn short(text: &str) -> String {
    text.chars().take(40).collect()
}
