//! With which browser somebody signs in, as the list of sessions names it: "Firefox · Windows".

use axum::http::HeaderMap;
use axum::http::header::USER_AGENT;

/// What stands in the browser's own name of itself, and how people know it. Each also claims to be those after it.
const BROWSERS: [(&str, &str); 7] = [
    ("coc_coc_browser", "CocCoc"),
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
];
const SYSTEMS: [(&str, &str); 6] = [
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
];

/// Empty where nothing of it is known.
pub(super) fn of(headers: &HeaderMap) -> String {
    let text = headers.get(USER_AGENT).and_then(|value| value.to_str().ok());
    let text = text.unwrap_or_default();
    let known = |names: &[(&str, &'static str)]| {
        let mut names = names.iter();
        names.find(|(mark, _)| text.contains(mark)).map(|(_, name)| *name)
    };
    let found = [known(&BROWSERS), known(&SYSTEMS)];
    let found: Vec<&str> = found.into_iter().flatten().collect();
    found.join(" · ")
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn browsers_are_named_as_people_know_them() {
        let windows = "Mozilla/5.0 (Windows NT 10.0; Win64; x64)";
        let chrome = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36";
        for (text, name) in [
            (format!("{windows} {chrome}"), "Chrome · Windows"),
            (format!("{windows} {chrome} Edg/130.0"), "Edge · Windows"),
            (
                format!("{windows} coc_coc_browser/120 {chrome}"),
                "CocCoc · Windows",
            ),
            (
                format!("{windows} Gecko/20100101 Firefox/132.0"),
                "Firefox · Windows",
            ),
            (
                format!(
                    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) {}",
                    "Version/18 Safari/604.1"
                ),
                "Safari · iPhone",
            ),
            (
                format!("Mozilla/5.0 (Linux; Android 14) {chrome}"),
                "Chrome · Android",
            ),
            ("curl/8".to_owned(), ""),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(USER_AGENT, HeaderValue::from_str(&text).unwrap());
            assert_eq!(of(&headers), name, "{text}");
        }
        assert_eq!(of(&HeaderMap::new()), "");
    }
}
