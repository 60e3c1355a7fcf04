//! `chiso config show`: every value with its origin; secrets hidden.

use chiso_platform::address::quoted;
use figment::value::{Empty, Num, Value};

use super::layers::{Loaded, origin};

/// Whether a value is never printed as it is.
pub(super) fn is_secret(setting: &str) -> bool {
    setting.starts_with("database.passwords")
        || ["database.url", "redis.url", "mail.smtp_url"].contains(&setting)
}

/// A value as it stands in a file of settings.
pub(super) fn text(value: &Value) -> String {
    match value {
        Value::String(_, text) => format!("{text:?}"),
        Value::Char(_, letter) => format!("\"{letter}\""),
        Value::Bool(_, yes) => yes.to_string(),
        Value::Num(_, number) => number_text(*number),
        Value::Array(_, parts) => {
            let parts: Vec<String> = parts.iter().map(text).collect();
            format!("[{}]", parts.join(", "))
        }
        Value::Dict(_, inner) if inner.is_empty() => "{}".to_owned(),
        Value::Dict(..) => "{…}".to_owned(),
        Value::Empty(_, Empty::None | Empty::Unit) => "\"\"".to_owned(),
    }
}

fn number_text(number: Num) -> String {
    number
        .to_i128()
        .map(|n| n.to_string())
        .or_else(|| number.to_u128().map(|n| n.to_string()))
        .unwrap_or_default()
}

/// Of an address what may be shown; another secret not at all.
fn hidden(setting: &str, value: &Value) -> String {
    match value.as_str() {
        None => "{}".to_owned(),
        Some("") => "\"\"".to_owned(),
        Some(url) if setting.ends_with("url") => quoted(url),
        _ => "\"…\"".to_owned(),
    }
}

impl Loaded {
    /// One line per setting: `listen.grpc = "127.0.0.1:50051"  # default`.
    #[must_use]
    pub fn show(&self) -> String {
        let mut lines = Vec::new();
        if let Ok(all) = self.figment.extract::<Value>() {
            self.collect("", &all, &mut lines);
        }
        let width = lines
            .iter()
            .map(|(line, _)| line.chars().count())
            .max()
            .unwrap_or(0);
        let line = |(line, origin): (String, String)| {
            let gap = " ".repeat(width - line.chars().count());
            format!("{line}{gap}  # {origin}\n")
        };
        lines.into_iter().map(line).collect()
    }

    fn collect(&self, setting: &str, value: &Value, lines: &mut Vec<(String, String)>) {
        if let Value::Dict(_, inner) = value
            && !inner.is_empty()
        {
            for (name, value) in inner {
                let setting = [setting, name]
                    .into_iter()
                    .filter(|s| !s.is_empty())
                    .collect::<Vec<_>>()
                    .join(".");
                self.collect(&setting, value, lines);
            }
            return;
        }
        let shown = if is_secret(setting) {
            hidden(setting, value)
        } else {
            text(value)
        };
        let found = self.figment.find_metadata(setting);
        lines.push((
            format!("{setting} = {shown}"),
            origin(found, setting, &self.flags),
        ));
    }
}
