//! Which language a problem is told in: Vietnamese, unless English is preferred.

use axum::http::HeaderMap;
use axum::http::header::ACCEPT_LANGUAGE;
use chiso_platform::words::Lang;

/// From `Accept-Language`: English only where its weight is above that of Vietnamese.
pub(crate) fn preferred(headers: &HeaderMap) -> Lang {
    let text = headers
        .get(ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or("");
    let (mut vi, mut en, mut any) = (None, None, 0);
    for (tag, weight) in text.split(',').filter_map(weighted) {
        match tag {
            "vi" => vi = vi.max(Some(weight)),
            "en" => en = en.max(Some(weight)),
            "*" => any = weight,
            _ => {}
        }
    }
    // Listed alike, the first one is preferred in practice; browsers never send equal weights.
    if en.unwrap_or(0) > vi.unwrap_or(any) {
        Lang::En
    } else {
        Lang::Vi
    }
}

/// Primary tag and weight in thousandths: "en-GB;q=0.8" is ("en", 800). None for what is not such an entry.
fn weighted(entry: &str) -> Option<(&str, u32)> {
    let (range, weight) = match entry.split_once(';') {
        Some((range, weight)) => (range, thousandths(weight.trim().strip_prefix("q=")?)?),
        None => (entry, 1_000),
    };
    let tag = range.trim().split('-').next()?;
    Some((tag, weight))
}

fn thousandths(text: &str) -> Option<u32> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = fraction.bytes().all(|b| b.is_ascii_digit()) && fraction.len() <= 3;
    match (whole, digits) {
        ("1", true) => Some(1_000),
        ("0", true) => format!("{fraction:0<3}").parse().ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{preferred as preferred_by, *};

    fn preferred(text: &str) -> &'static str {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT_LANGUAGE, text.parse().unwrap());
        preferred_by(&headers).tag()
    }

    #[test]
    fn english_only_where_it_is_preferred() {
        for vietnamese in [
            "",
            "vi",
            "fr",
            "*",
            "vi,en;q=0.9",
            "en;q=0.5,vi",
            "en;q=0",
            "fr,*;q=0.9,en;q=0.2",
            "en;q=x",
        ] {
            assert_eq!(preferred(vietnamese), "vi", "{vietnamese}");
        }
        for english in [
            "en",
            "en-GB,en;q=0.9",
            "vi;q=0.3,en;q=0.7",
            "fr,en;q=0.1",
            "en, vi;q=0.8",
            "en,*;q=0.1",
        ] {
            assert_eq!(preferred(english), "en", "{english}");
        }
        assert_eq!(preferred_by(&HeaderMap::new()), Lang::Vi);
    }
}
