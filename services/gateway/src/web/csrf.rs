//! That what is posted comes from a form of ours: the token in the form is derived from a cookie that no other site
//! knows, and the browser says from where it posts.

use axum::http::header::{HOST, ORIGIN};
use axum::http::{HeaderMap, HeaderValue};
use chiso_domain::kernel::text::sha256_hex;

use super::cookie::{Cookies, SESSION, VISIT};
use super::settings::PublicUrl;

/// The field of a form that holds the token.
pub(super) const FIELD: &str = "_csrf";
/// The header in which a script may send it instead.
pub(super) const HEADER: &str = "x-chiso-csrf";

/// The token that goes with a secret: the session's token, or the random value of a visit without one.
pub(super) fn of(secret: &str) -> String {
    let mut token = sha256_hex(format!("chiso.csrf.v1|{secret}").as_bytes());
    token.truncate(32);
    token
}

/// Whether a token goes with the session or visit of a request.
pub(super) fn fits(headers: &HeaderMap, cookies: Cookies, token: &str) -> bool {
    let known = [SESSION, VISIT].into_iter();
    let mut known = known.filter_map(|name| cookies.read(headers, name));
    known.any(|secret| of(secret) == token)
}

/// Whether a browser posts from a page of ours. One that says neither from which origin nor from which site is none
/// that our pages are made for.
pub(super) fn is_own_site(headers: &HeaderMap, url: &PublicUrl) -> bool {
    let text = |value: Option<&HeaderValue>| value.and_then(|value| value.to_str().ok().map(str::to_owned));
    let site = text(headers.get("sec-fetch-site"));
    if site
        .as_deref()
        .is_some_and(|site| site != "same-origin" && site != "none")
    {
        return false;
    }
    match text(headers.get(ORIGIN)) {
        None => site.as_deref() == Some("same-origin"),
        Some(origin) => {
            let host = text(headers.get(HOST)).unwrap_or_default();
            let authority = origin.split_once("://").map_or("", |(_, authority)| authority);
            origin == url.origin() || (!host.is_empty() && authority == host)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(lines: &[(&'static str, &'static str)]) -> bool {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.insert(*name, HeaderValue::from_static(value));
        }
        is_own_site(&headers, &PublicUrl::default())
    }

    #[test]
    fn only_pages_of_our_own_origin_post() {
        assert!(own(&[("origin", "http://127.0.0.1:8080")]));
        assert!(own(&[
            ("origin", "https://a.vn"),
            ("host", "a.vn"),
            ("sec-fetch-site", "same-origin")
        ]));
        assert!(own(&[("sec-fetch-site", "same-origin")]));
        for foreign in [
            &[][..],
            &[("origin", "null"), ("host", "a.vn")],
            &[("origin", "https://b.vn"), ("host", "a.vn")],
            &[("origin", "https://a.vn.b.vn"), ("host", "a.vn")],
            &[
                ("origin", "https://a.vn"),
                ("host", "a.vn"),
                ("sec-fetch-site", "same-site"),
            ],
            &[
                ("origin", "http://127.0.0.1:8080"),
                ("sec-fetch-site", "cross-site"),
            ],
            &[("sec-fetch-site", "none")],
        ] {
            assert!(!own(foreign), "{foreign:?}");
        }
    }

    #[test]
    fn a_token_fits_its_own_secret_only() {
        let mut headers = HeaderMap::new();
        headers.insert("cookie", HeaderValue::from_static("chiso=chiso_s_1; chiso-pre=2"));
        let fits = |token: &str| fits(&headers, Cookies { secure: false }, token);
        assert!(fits(&of("chiso_s_1")) && fits(&of("2")));
        assert!(!fits(&of("3")) && !fits("") && !fits("chiso_s_1"));
    }
}
