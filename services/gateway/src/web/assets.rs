//! Styles, scripts and typefaces: in the binary, each under a name that holds its hash, so that a browser asks once.

use std::sync::LazyLock;

use axum::body::{Body, Bytes};
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::Response;
use axum::routing::get;
use chiso_domain::kernel::text::sha256_hex;

use super::at::At;
use super::trouble::{Answer, Trouble};
use super::{Mount, Who, mount};

const CSS: &str = "text/css; charset=utf-8";
const JS: &str = "text/javascript; charset=utf-8";
const WOFF2: &str = "font/woff2";
/// A file of another content has another name.
const FOR_EVER: &str = "public, max-age=31536000, immutable";

/// A file as it is served.
#[derive(Debug)]
struct Asset {
    /// As pages name it: "site.css".
    name: &'static str,
    /// As it is asked for: "/_/site-1f2e3d4c.css".
    path: String,
    kind: &'static str,
    bytes: Bytes,
}

macro_rules! text {
    ($($file:literal),* $(,)?) => {
        concat!($(include_str!(concat!("../../assets/", $file)), "\n"),*)
    };
}

macro_rules! font {
    ($file:literal) => {
        ($file, include_bytes!(concat!("../../assets/fonts/", $file)))
    };
}

/// Typefaces of what is put on paper, as the styles name them.
const FONTS: [(&str, &[u8]); 4] = [
    font!("tinos-regular.woff2"),
    font!("tinos-bold.woff2"),
    font!("tinos-italic.woff2"),
    font!("tinos-bolditalic.woff2"),
];

/// Name, kind, content. All styles are one file: there are few, and every page has them.
const FILES: [(&str, &str, &str); 10] = [
    (
        "site.css",
        CSS,
        text!(
            "css/base.css",
            "css/parts.css",
            "css/conduct.css",
            "css/journal.css",
            "css/appraisal.css",
            "css/leaders.css",
            "css/ledger.css",
            "css/organise.css",
            "css/readers.css",
            "css/recheck.css",
            "css/survey.css",
            "css/print.css"
        ),
    ),
    ("core.js", JS, text!("js/core.js")),
    ("autosave.js", JS, text!("js/autosave.js")),
    ("leaders.js", JS, text!("js/leaders.js")),
    ("upload.js", JS, text!("js/upload.js")),
    ("organise.js", JS, text!("js/organise.js")),
    ("appraisal.js", JS, text!("js/appraisal.js")),
    ("recheck.js", JS, text!("js/recheck.js")),
    ("session.js", JS, text!("js/session.js")),
    ("survey.js", JS, text!("js/survey.js")),
];

static ASSETS: LazyLock<Vec<Asset>> = LazyLock::new(|| {
    let fonts = FONTS
        .into_iter()
        .map(|(name, bytes)| asset_of(name, WOFF2, bytes.into()));
    let fonts: Vec<Asset> = fonts.collect();
    // The styles name typefaces as the folder does.
    let named = |text: &str| {
        fonts.iter().fold(text.to_owned(), |text, font| {
            text.replace(&format!("\"{}\"", font.name), &format!("\"{}\"", font.path))
        })
    };
    let texts = FILES.into_iter().map(|(name, kind, text)| match kind {
        CSS => asset_of(name, kind, named(text).into()),
        _ => asset_of(name, kind, text.into()),
    });
    let texts: Vec<Asset> = texts.collect();
    fonts.into_iter().chain(texts).collect()
});

fn asset_of(name: &'static str, kind: &'static str, bytes: Bytes) -> Asset {
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
    let hash = sha256_hex(&bytes);
    Asset {
        name,
        path: format!("/_/{stem}-{}.{ending}", &hash[..8]),
        kind,
        bytes,
    }
}

/// Where a file is served.
///
/// # Panics
/// In debug builds where there is no such file.
pub(super) fn href(name: &str) -> &'static str {
    let found = ASSETS.iter().find(|asset| asset.name == name);
    debug_assert!(found.is_some(), "no asset {name}");
    found.map_or("", |asset| &asset.path)
}

pub(super) fn routes() -> Vec<Mount> {
    vec![mount("/_/{name}", Who::Everyone, get(asset))]
}

async fn asset(at: At) -> Answer {
    let path = format!("/_/{}", at.part("name"));
    let found = ASSETS.iter().find(|asset| asset.path == path);
    let asset = found.ok_or_else(Trouble::missing)?;
    let mut response = Response::new(Body::from(asset.bytes.clone()));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(asset.kind));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(FOR_EVER));
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_there_and_loads_nothing_from_elsewhere() {
        for asset in ASSETS.iter() {
            assert_eq!(href(asset.name), asset.path);
            if asset.kind == WOFF2 {
                assert!(asset.bytes.starts_with(b"wOF2"), "{}", asset.name);
                continue;
            }
            let text = std::str::from_utf8(&asset.bytes).unwrap();
            assert!(text.len() > 40, "{} is empty", asset.name);
            for foreign in ["http://", "https://", "@import", "eval("] {
                assert!(!text.contains(foreign), "{} names {foreign}", asset.name);
            }
        }
    }

    #[test]
    fn the_styles_name_each_typeface_by_its_hash() {
        let styles = ASSETS.iter().find(|asset| asset.name == "site.css").unwrap();
        let styles = std::str::from_utf8(&styles.bytes).unwrap();
        for (name, _) in FONTS {
            assert!(styles.contains(&format!("url(\"{}\")", href(name))), "{name}");
        }
    }
}
