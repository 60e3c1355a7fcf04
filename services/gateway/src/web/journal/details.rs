//! What stood before an act and after it, as rows of fields instead of the journal's own JSON.

use std::collections::BTreeMap;

use chiso_platform::words::Words;
use maud::{Markup, html};
use serde_json::Value;

/// So many fields are shown; the file has them all.
const MOST: usize = 60;
/// So many letters of a value are shown.
const LONGEST: usize = 500;

/// What fields are called. One without a name is shown by its own.
const FIELDS: [(&str, &str); 86] = [
    ("added", "journal-field-added"),
    ("agencies", "journal-field-agencies"),
    ("agency", "journal-field-agency"),
    ("assigned", "journal-field-assigned"),
    ("at", "journal-field-at"),
    ("calendar", "journal-field-calendar"),
    ("cases", "journal-field-cases"),
    ("chosen", "journal-field-chosen"),
    ("closed", "journal-field-closed"),
    ("commitment", "journal-field-commitment"),
    ("consent", "journal-field-consent"),
    ("council", "journal-field-council"),
    ("counts", "journal-field-counts"),
    ("criterion", "journal-field-criterion"),
    ("cycle", "journal-field-cycle"),
    ("decided_reason", "journal-field-decided-reason"),
    ("decision", "journal-field-decision"),
    ("differing", "journal-field-differing"),
    ("document", "journal-field-document"),
    ("drawn", "journal-field-drawn"),
    ("ends_at", "journal-field-ends-at"),
    ("expires_at", "journal-field-expires-at"),
    ("explanation", "journal-field-explanation"),
    ("file", "journal-field-file"),
    ("from", "journal-field-from"),
    ("further", "journal-field-further"),
    ("granted", "journal-field-granted"),
    ("granted_at", "journal-field-granted-at"),
    ("grants", "journal-field-grants"),
    ("group", "journal-field-group"),
    ("highest_class", "journal-field-highest-class"),
    ("in_person", "journal-field-in-person"),
    ("input", "journal-field-input"),
    ("label", "journal-field-label"),
    ("leaders", "journal-field-leaders"),
    ("link", "journal-field-link"),
    ("login", "journal-field-login"),
    ("members", "journal-field-members"),
    ("mode", "journal-field-mode"),
    ("name", "journal-field-name"),
    ("not_applicable", "journal-field-not-applicable"),
    ("number", "journal-field-number"),
    ("officer", "journal-field-officer"),
    ("on", "journal-field-on"),
    ("outcome", "journal-field-outcome"),
    ("panel", "journal-field-panel"),
    ("places", "journal-field-places"),
    ("planned", "journal-field-planned"),
    ("points", "journal-field-points"),
    ("policy", "journal-field-policy"),
    ("population", "journal-field-population"),
    ("province", "journal-field-province"),
    ("rate_percent", "journal-field-rate-percent"),
    ("reason", "journal-field-reason"),
    ("receipt", "journal-field-receipt"),
    ("regulation", "journal-field-regulation"),
    ("removed_at", "journal-field-removed-at"),
    ("respondents", "journal-field-respondents"),
    ("role", "journal-field-role"),
    ("round", "journal-field-round"),
    ("scores", "journal-field-scores"),
    ("second_factor", "journal-field-second-factor"),
    ("seed", "journal-field-seed"),
    ("sending", "journal-field-sending"),
    ("sent", "journal-field-sent"),
    ("seq", "journal-field-seq"),
    ("shortlist", "journal-field-shortlist"),
    ("size", "journal-field-size"),
    ("stage", "journal-field-stage"),
    ("state", "journal-field-state"),
    ("submitted_at", "journal-field-submitted-at"),
    ("substitute", "journal-field-substitute"),
    ("supplement", "journal-field-supplement"),
    ("till", "journal-field-till"),
    ("unit", "journal-field-unit"),
    ("unit_explanation", "journal-field-unit-explanation"),
    ("unit_types", "journal-field-unit-types"),
    ("units", "journal-field-units"),
    ("until", "journal-field-until"),
    ("valid", "journal-field-valid"),
    ("version", "journal-field-version"),
    ("void", "journal-field-void"),
    ("void_slips", "journal-field-void-slips"),
    ("window", "journal-field-window"),
    ("year", "journal-field-year"),
    ("years", "journal-field-years"),
];

/// The leaves of an object of JSON: path and value.
type Fields = Vec<(String, String)>;

/// What a journal's line says of its object. What is no object of JSON is shown as it is.
pub(super) fn show(w: Words, before: &str, after: &str) -> Markup {
    let (Some(old), Some(new)) = (fields(before), fields(after)) else {
        return plain(w, before, after);
    };
    let rows = rows(&old, &new);
    html! {
        @if !rows.is_empty() { table {
            caption.unseen { (w.say("journal-changes")) }
            thead { tr {
                th scope="col" { (w.say("journal-field")) }
                th scope="col" { (w.say("journal-before")) }
                th scope="col" { (w.say("journal-after")) }
            } }
            tbody {
                @for (name, was, is) in rows.iter().take(MOST).copied() {
                    tr data-changed[was != is] {
                        th scope="row" { (label(w, name)) }
                        td { (cut(was)) }
                        td { (cut(is)) }
                    }
                }
            }
        } }
        @if rows.len() > MOST { p.quiet { (w.say("journal-more-fields")) } }
    }
}

/// Each field once with its value before and after; what changed first, else in the order of the journal.
fn rows<'f>(old: &'f Fields, new: &'f Fields) -> Vec<(&'f str, Option<&'f str>, Option<&'f str>)> {
    let by_name = |fields: &'f Fields| -> BTreeMap<&'f str, &'f str> {
        let pairs = fields.iter();
        pairs
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect()
    };
    let (was, is) = (by_name(old), by_name(new));
    let added = new.iter().filter(|(name, _)| !was.contains_key(name.as_str()));
    let all = old.iter().chain(added).map(|(name, _)| name.as_str());
    let mut rows: Vec<_> = all
        .map(|name| (name, was.get(name).copied(), is.get(name).copied()))
        .collect();
    rows.sort_by_key(|(_, was, is)| was == is);
    rows
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

/// The leaves of an object, or of numbered parts, by their paths; none where the text is none. No text has no fields.
fn fields(text: &str) -> Option<Fields> {
    let mut found = Fields::new();
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
        Value::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                leaves(&(at + 1).to_string(), item, &mut found);
            }
            Some(found)
        }
        _ => None,
    }
}

fn leaves(path: &str, value: &Value, found: &mut Fields) {
    match value {
        // What is empty on one side and missing on the other did not change.
        Value::Null => {}
        Value::String(text) if text.is_empty() => {}
        Value::Array(items) if items.is_empty() => {}
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
            found.push((path.to_owned(), items.join(", ")));
        }
        one => {
            found.push((path.to_owned(), said(one)));
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
    if !part.is_empty() && whole.bytes().all(|b| b.is_ascii_digit()) {
        return format!("{whole} · {}", label(w, part));
    }
    let known = FIELDS.iter().find(|(name, _)| *name == whole);
    let whole = known.map_or(whole, |(_, key)| w.say(key));
    if part.is_empty() {
        whole.to_owned()
    } else {
        format!("{whole} · {part}")
    }
}

fn cut(value: Option<&str>) -> String {
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
    fn what_changed_comes_first_also_in_numbered_parts() {
        let part = |n: usize, unit: &str| format!(r#"{{"unit":"{unit}{n}","points":"1"}}"#);
        let list = |last: &str| {
            let mut parts: Vec<String> = (1..80).map(|n| part(n, "SNV")).collect();
            parts.push(part(80, last));
            format!("[{}]", parts.join(","))
        };
        let shown = show(words(Lang::Vi), &list("SNV"), &list("STC")).into_string();
        let rows = shown.split_once("<tbody>").unwrap().1;
        let first = "<tr data-changed><th scope=\"row\">80 · Đơn vị</th><td>SNV80</td><td>STC80</td></tr>";
        assert!(rows.starts_with(first), "{shown}");
        assert_eq!(rows.matches("data-changed").count(), 1);
    }

    #[test]
    fn what_is_no_object_is_shown_as_it_is() {
        let shown = show(words(Lang::Vi), "", "[1,2").into_string();
        assert!(shown.contains("<code>[1,2</code>"), "{shown}");
    }
}
