//! What stood before an act and after it, as rows of fields instead of the journal's own JSON.

use std::collections::BTreeMap;

use chiso_platform::words::Words;
use maud::{Markup, html};
use serde_json::Value;

/// So many fields are shown; the file has them all.
const MOST: usize = 60;
/// So many letters of a value are shown.
const LONGEST: usize = 500;

/// What a journal's line says of its object. What is no object of JSON is shown as it is.
pub(super) fn show(w: Words, before: &str, after: &str) -> Markup {
    let (Some(old), Some(new)) = (fields(before), fields(after)) else {
        return plain(w, before, after);
    };
    let mut names: Vec<&String> = old.keys().chain(new.keys()).collect();
    names.sort_unstable();
    names.dedup();
    html! {
        table {
            caption.unseen { (w.say("journal-changes")) }
            thead { tr {
                th scope="col" { (w.say("journal-field")) }
                th scope="col" { (w.say("journal-before")) }
                th scope="col" { (w.say("journal-after")) }
            } }
            tbody {
                @for name in names.iter().take(MOST) {
                    @let (was, is) = (old.get(*name), new.get(*name));
                    tr data-changed[was != is] {
                        th scope="row" { (label(w, name)) }
                        td { (cut(was)) }
                        td { (cut(is)) }
                    }
                }
            }
        }
        @if names.len() > MOST { p.quiet { (w.say("journal-more-fields")) } }
    }
}

fn plain(w: Words, before: &str, after: &str) -> Markup {
    html! {
        dl {
            @for (label, text) in [("journal-before", before), ("journal-after", after)] {
                dt { (w.say(label)) }
                dd { @if text.is_empty() { (w.say("journal-nothing")) } @else { code { (text) } } }
            }
        }
    }
}

/// The leaves of an object by their paths; none where the text is none. No text has no fields.
fn fields(text: &str) -> Option<BTreeMap<String, String>> {
    let mut found = BTreeMap::new();
    if text.is_empty() {
        return Some(found);
    }
    match serde_json::from_str(text).ok()? {
        Value::Object(object) => {
            for (name, value) in &object {
                leaves(name, value, &mut found);
            }
            Some(found)
        }
        _ => None,
    }
}

fn leaves(path: &str, value: &Value, found: &mut BTreeMap<String, String>) {
    match value {
        // What is empty on one side and missing on the other did not change.
        Value::Null => {}
        Value::String(text) if text.is_empty() => {}
        Value::Object(object) => {
            for (name, value) in object {
                leaves(&format!("{path}.{name}"), value, found);
            }
        }
        Value::Array(items) if items.iter().any(|item| item.is_object() || item.is_array()) => {
            for (at, item) in items.iter().enumerate() {
                leaves(&format!("{path}.{}", at + 1), item, found);
            }
        }
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(said).collect();
            found.insert(path.to_owned(), items.join(", "));
        }
        one => {
            found.insert(path.to_owned(), said(one));
        }
    }
}

fn said(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// The label of a field: of a part of something, that of the whole, and the part's own name.
fn label(w: Words, path: &str) -> String {
    let (whole, part) = path.split_once('.').unwrap_or((path, ""));
    let key = format!("journal-field-{}", whole.replace('_', "-"));
    let whole = if w.has(&key) {
        w.tell(&key, &[])
    } else {
        whole.to_owned()
    };
    if part.is_empty() {
        whole
    } else {
        format!("{whole} · {part}")
    }
}

fn cut(value: Option<&String>) -> String {
    let Some(value) = value else {
        return "–".to_owned();
    };
    let mut shown: String = value.chars().take(LONGEST).collect();
    if shown.len() < value.len() {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use chiso_platform::words::Lang;

    use super::super::super::words::words;
    use super::*;

    #[test]
    fn fields_stand_beside_each_other() {
        let before = r#"{"state":"draft","input":null,"reason":""}"#;
        let after = r#"{"state":"submitted","input":{"ratio":{"planned":"5"}},"agencies":["SNV","STC"]}"#;
        let shown = show(words(Lang::Vi), before, after).into_string();
        for row in [
            "<tr data-changed><th scope=\"row\">Trạng thái</th><td>draft</td><td>submitted</td></tr>",
            "<th scope=\"row\">Số liệu · ratio.planned</th><td>–</td><td>5</td>",
            "<td>SNV, STC</td>",
        ] {
            assert!(shown.contains(row), "{row} in {shown}");
        }
        assert!(!shown.contains("Lý do"), "empty before, missing after: {shown}");
    }

    #[test]
    fn what_is_no_object_is_shown_as_it_is() {
        let shown = show(words(Lang::Vi), "", "[1,2").into_string();
        assert!(shown.contains("<code>[1,2</code>"), "{shown}");
    }
}
