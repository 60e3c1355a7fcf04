//! What the pages are told by the settings of the process.

use std::net::IpAddr;

use axum::http::Uri;
use serde::{Deserialize, Serialize};

/// What the pages are told.
#[derive(Clone, Debug)]
pub struct WebSettings {
    /// The address by which people open the pages.
    pub public_url: PublicUrl,
    /// Whom to call who cannot sign in; empty: nothing is said.
    pub help: String,
    /// Whether the gallery of components is served.
    pub components: bool,
    /// Who has to set up a second factor.
    pub second_factor: SecondFactor,
    /// Minutes without a page after which a session ends; 0: it does not end by that.
    pub idle_minutes: u32,
    /// How many proxies stand before the process, each of which names its caller in `X-Forwarded-For`.
    pub trusted_proxy_hops: u8,
}

impl Default for WebSettings {
    fn default() -> Self {
        Self {
            public_url: PublicUrl::default(),
            help: String::new(),
            components: false,
            second_factor: SecondFactor::default(),
            idle_minutes: 30,
            trusted_proxy_hops: 0,
        }
    }
}

/// Who has to set up a second factor at the first sign-in. Everybody may, and whoever did needs it from then on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SecondFactor {
    /// Organisers, the council's chair and appraisers, leaders.
    #[default]
    Required,
    /// Nobody.
    Offered,
}

/// Where people open the pages: scheme, host and port.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PublicUrl {
    origin: String,
}

/// Why an address cannot be that of the pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadUrl(&'static str);

impl std::fmt::Display for BadUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "the address {}; write https://host, or http://127.0.0.1:8080 on this machine",
            self.0
        )
    }
}

impl std::error::Error for BadUrl {}

impl PublicUrl {
    /// As a browser writes it in `Origin`.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Whether the way to it is encrypted.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.origin.starts_with("https://")
    }
}

impl Default for PublicUrl {
    fn default() -> Self {
        Self {
            origin: "http://127.0.0.1:8080".to_owned(),
        }
    }
}

impl TryFrom<String> for PublicUrl {
    type Error = BadUrl;

    fn try_from(text: String) -> Result<Self, BadUrl> {
        let uri: Uri = text.parse().map_err(|_| BadUrl("cannot be read"))?;
        let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
            return Err(BadUrl("names no host"));
        };
        if !matches!(uri.path(), "" | "/") || uri.query().is_some() || authority.as_str().contains('@') {
            return Err(BadUrl("is more than scheme, host and port"));
        }
        let host = authority.host().trim_matches(['[', ']']);
        let here = host == "localhost" || host.parse().is_ok_and(|ip: IpAddr| ip.is_loopback());
        match scheme {
            "https" => {}
            "http" if here => {}
            "http" => return Err(BadUrl("is not encrypted, and not on this machine")),
            _ => return Err(BadUrl("is neither https:// nor http://")),
        }
        Ok(Self {
            origin: format!("{scheme}://{}", authority.as_str().to_lowercase()),
        })
    }
}

impl From<PublicUrl> for String {
    fn from(url: PublicUrl) -> Self {
        url.origin
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_is_for_this_machine_only() {
        for (text, origin) in [
            ("https://XepHang.phutho.gov.vn/", "https://xephang.phutho.gov.vn"),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
            ("http://localhost:1", "http://localhost:1"),
            ("http://[::1]:1", "http://[::1]:1"),
        ] {
            assert_eq!(PublicUrl::try_from(text.to_owned()).unwrap().origin(), origin);
        }
        for text in [
            "http://10.0.0.7",
            "http://xephang.phutho.gov.vn",
            "ftp://127.0.0.1",
            "https://a/xep-hang",
            "https://a?x",
            "https://user@a",
            "a.vn",
            "",
        ] {
            assert!(PublicUrl::try_from(text.to_owned()).is_err(), "{text}");
        }
    }
}
