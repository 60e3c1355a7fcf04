//! Addresses of databases, as they may be shown.
//!
//! None of them should hold a password. One that does all the same, in whatever place, is in no log and no error.

/// Where an address leads, without login and without what follows its '?' or '#'; none where it cannot be told which
/// part of it is the host.
#[must_use]
pub fn shown(url: &str) -> Option<String> {
    let (scheme, rest) = url.split_once("://")?;
    let (place, more) = match rest.find(['?', '#']) {
        Some(cut) => (&rest[..cut], &rest[cut..=cut]),
        None => (rest, ""),
    };
    // A '?' or '#' of a password comes before the host.
    if rest[place.len()..].contains('@') || !scheme.chars().all(|c| c.is_ascii_lowercase()) {
        return None;
    }
    let place = match place.rsplit_once('@') {
        Some((_login, host)) => format!("…@{host}"),
        None => place.to_owned(),
    };
    let more = if more.is_empty() {
        String::new()
    } else {
        format!("{more}…")
    };
    Some(format!("{scheme}://{place}{more}"))
}

/// The host of an address, without its port; none where it cannot be told.
#[must_use]
pub fn host(url: &str) -> Option<String> {
    let shown = shown(url)?;
    let (_, rest) = shown.split_once("://")?;
    let rest = rest.strip_prefix("…@").unwrap_or(rest);
    let place = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = match place.rsplit_once(':') {
        Some((host, port)) if port.chars().all(|c| c.is_ascii_digit()) => host,
        _ => place,
    };
    (!host.is_empty()).then(|| host.to_owned())
}

/// The same as a text in quotation marks, also where nothing may be shown.
#[must_use]
pub fn quoted(url: &str) -> String {
    format!("{:?}", shown(url).unwrap_or_else(|| "…".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_password_is_shown_wherever_it_stands() {
        for (url, wanted) in [
            ("postgres://db:5432/chiso", "postgres://db:5432/chiso"),
            ("postgres://u:geheim@db/chiso", "postgres://…@db/chiso"),
            ("postgres://u:ge@heim@db/chiso", "postgres://…@db/chiso"),
            ("postgres://u:ge/heim@db/chiso", "postgres://…@db/chiso"),
            ("postgres://db/chiso?password=geheim", "postgres://db/chiso?…"),
            ("postgres://db/chiso#geheim", "postgres://db/chiso#…"),
            (
                "postgres://db/chiso#geheim?password=geheim",
                "postgres://db/chiso#…",
            ),
            ("postgres://db/chiso?password=a@geheim", "…"),
            ("postgres://u:ge?heim@db/chiso", "…"),
            ("postgres://u:ge#heim@db/chiso", "…"),
            ("u:geheim@db://5432", "…"),
            ("geheim", "…"),
        ] {
            assert_eq!(quoted(url), format!("{wanted:?}"), "{url}");
        }
    }
}
