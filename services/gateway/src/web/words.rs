//! The catalogues of the pages, and in which language somebody reads.

use std::sync::LazyLock;

use axum::extract::Query;
use axum::http::{HeaderMap, Uri};
use chiso_platform::words::{Catalogue, Lang, Words};

use super::cookie;

/// The files of a language, by area.
macro_rules! files {
    ($lang:literal, $($area:literal),* $(,)?) => {
        [$((
            concat!($lang, "/", $area, ".ftl"),
            include_str!(concat!("../../locales/", $lang, "/", $area, ".ftl")),
        )),*]
    };
}

macro_rules! catalogue {
    ($lang:expr, $tag:literal $(, $more:literal)*) => {
        LazyLock::new(|| {
            let files = files!($tag, "common", "format", "sign", "account", "fieldwork", "home", "gallery", "appraisal", "conduct", "journal", "leaders", "ledger", "organise", "problem", "readers", "recheck", "survey" $(, $more)*);
            Catalogue::read($lang, &files).unwrap_or_else(|fault| panic!("{fault}"))
        })
    };
}

/// The English name where English is read and there is one.
pub(super) fn named<'a>(w: Words, vi: &'a str, en: &'a str) -> &'a str {
    if w.lang() == Lang::En && !en.is_empty() {
        en
    } else {
        vi
    }
}

static VIETNAMESE: LazyLock<Catalogue> = catalogue!(Lang::Vi, "vi");
static ENGLISH: LazyLock<Catalogue> = catalogue!(Lang::En, "en", "reasons");

/// The cookie that holds which language was chosen.
pub(super) const CHOSEN: &str = "chiso-lang";

/// The texts in a language.
pub(crate) fn words(lang: Lang) -> Words {
    Words::new(match lang {
        Lang::Vi => &VIETNAMESE,
        Lang::En => &ENGLISH,
    })
}

/// The language with this tag.
pub(super) fn tagged(tag: &str) -> Option<Lang> {
    [Lang::Vi, Lang::En].into_iter().find(|lang| lang.tag() == tag)
}

/// As the address says (`?lang=en`), else as was chosen, else Vietnamese: many a Vietnamese office has browsers that
/// ask for English.
pub(crate) fn of(uri: &Uri, headers: &HeaderMap) -> Words {
    let query = Query::<Vec<(String, String)>>::try_from_uri(uri).unwrap_or_default();
    let asked = query.0.iter().find(|(name, _)| name == "lang");
    let asked = asked.and_then(|(_, tag)| tagged(tag));
    let chosen = || cookie::find(headers, CHOSEN).and_then(tagged);
    words(asked.or_else(chosen).unwrap_or_default())
}
