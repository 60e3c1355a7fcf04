//! Cookies read and set. Over an encrypted way each is bound to the host by its name.

use axum::http::header::COOKIE;
use axum::http::{HeaderMap, HeaderValue};

/// The session's token.
pub(super) const SESSION: &str = "chiso";
/// Half a sign-in, which awaits a code.
pub(super) const HALF: &str = "chiso-half";
/// What the forms of whoever is not signed in are tied to.
pub(super) const VISIT: &str = "chiso-pre";

/// The value of a cookie by its whole name.
pub(super) fn find<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lines = headers.get_all(COOKIE).iter();
    let pairs = lines
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'));
    let mut pairs = pairs.filter_map(|pair| pair.trim().split_once('='));
    pairs
        .find(|(found, value)| *found == name && !value.is_empty())
        .map(|(_, value)| value)
}

/// What a browser lets only the host itself set.
const BOUND: &str = "__Host-";

/// How cookies are set and read here.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cookies {
    pub(super) secure: bool,
}

impl Cookies {
    /// The value of one of our cookies. Where they are bound to the host, one that is not is somebody else's.
    pub(super) fn read<'a>(self, headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
        if self.secure {
            find(headers, &format!("{BOUND}{name}"))
        } else {
            find(headers, name)
        }
    }

    /// Until the browser is closed.
    pub(super) fn set(self, name: &str, value: &str) -> HeaderValue {
        self.line(name, value, "")
    }

    /// For so many seconds.
    pub(super) fn keep(self, name: &str, value: &str, seconds: u32) -> HeaderValue {
        self.line(name, value, &format!("; Max-Age={seconds}"))
    }

    /// Gone.
    pub(super) fn drop(self, name: &str) -> HeaderValue {
        self.keep(name, "", 0)
    }

    /// The same for what is no secret and stands in every address of the host.
    pub(super) fn keep_open(self, name: &str, value: &str, seconds: u32) -> HeaderValue {
        let secure = if self.secure { "; Secure" } else { "" };
        let line = format!("{name}={value}; Path=/{secure}; HttpOnly; SameSite=Lax; Max-Age={seconds}");
        HeaderValue::from_str(&line).unwrap_or(HeaderValue::from_static(""))
    }

    fn line(self, name: &str, value: &str, more: &str) -> HeaderValue {
        let (bound, secure) = if self.secure {
            (BOUND, "; Secure")
        } else {
            ("", "")
        };
        let line = format!("{bound}{name}={value}; Path=/{secure}; HttpOnly; SameSite=Lax{more}");
        // Values are tokens of ours: hexadecimal and underscores.
        HeaderValue::from_str(&line).unwrap_or(HeaderValue::from_static(""))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cookies_are_bound_to_the_host_where_the_way_is_encrypted() {
        let plain = Cookies { secure: false };
        assert_eq!(plain.set(SESSION, "x"), "chiso=x; Path=/; HttpOnly; SameSite=Lax");
        let secure = Cookies { secure: true };
        assert_eq!(
            secure.set(SESSION, "x"),
            "__Host-chiso=x; Path=/; Secure; HttpOnly; SameSite=Lax"
        );
        assert_eq!(
            secure.drop(SESSION),
            "__Host-chiso=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0"
        );
    }

    #[test]
    fn a_cookie_is_found_by_its_whole_name() {
        let mut headers = HeaderMap::new();
        headers.append(
            COOKIE,
            HeaderValue::from_static("chiso-pre=a; xchiso=b; chiso=c; __Host-chiso=d"),
        );
        headers.append(COOKIE, HeaderValue::from_static("chiso-lang=en; chiso-half="));
        let (plain, secure) = (Cookies { secure: false }, Cookies { secure: true });
        assert_eq!(plain.read(&headers, SESSION), Some("c"));
        assert_eq!(secure.read(&headers, SESSION), Some("d"));
        assert_eq!(plain.read(&headers, VISIT), Some("a"));
        assert_eq!(
            secure.read(&headers, VISIT),
            None,
            "another host of the domain may have set it"
        );
        assert_eq!(find(&headers, "chiso-lang"), Some("en"));
        assert_eq!(find(&headers, "chiso-half"), None);
    }
}
