//! What stood before an act and after it, as rows of fields instead of the journal's own JSON.

use chiso_platform::words::Words;
use maud::{Markup, html};
use serde_json::Value;

/// So many fields are shown; the file has them all.
const MOST: usize = 60;
/// So many letters of a value are shown.
const LONGEST: usize = 500;

/// What fields are called. One without a name is shown by its own.
const FIELDS: [(&str, &str); 78] = [
    ("added", "journal-field-added"),
    ("agencies", "journal-field-agencies"),
    ("agency", "journal-field-agency"),
    ("assigned", "journal-field-assigned"),
    ("at", "journal-field-at"),
    ("calendar", "journal-field-calendar"),
    ("cases", "journal-field-cases"),
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
    ("expires_at", "journal-field-expires-at"),
    ("explanation", "journal-field-explanation"),
    ("file", "journal-field-file"),
    ("from", "journal-field-from"),
    ("further", "journal-field-further"),
    ("granted", "journal-field-granted"),
    ("grants", "journal-field-grants"),
    ("group", "journal-field-group"),
    ("in_person", "journal-field-in-person"),
    ("input", "journal-field-input"),
    ("label", "journal-field-label"),
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
    ("size", "journal-field-size"),
    ("stage", "journal-field-stage"),
    ("state", "journal-field-state"),
    ("submitted_at", "journal-field-submitted-at"),
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
    let names = names(&old, &new);
    html! {
        @if !names.is_empty() { table {
            caption.unseen { (w.say("journal-changes")) }
            thead { tr {
                th scope="col" { (w.say("journal-field")) }
                th scope="col" { (w.say("journal-before")) }
                th scope="col" { (w.say("journal-after")) }
            } }
            tbody {
                @for name in names.iter().take(MOST) {
                    @let (was, is) = (value(&old, name), value(&new, name));
                    tr data-changed[was != is] {
                        th scope="row" { (label(w, name)) }
                        td { (cut(was)) }
                        td { (cut(is)) }
                    }
                }
            }
        } }
        @if names.len() > MOST { p.quiet { (w.say("journal-more-fields")) } }
    }
}

/// Each field once, in the order of the journal, numbered parts by their numbers.
fn names<'f>(old: &'f Fields, new: &'f Fields) -> Vec<&'f str> {
    let mut names: Vec<&str> = Vec::new();
    for (name, _) in old.iter().chain(new) {
        // One more than are shown tells that there are more.
        if names.len() <= MOST && !names.contains(&name.as_str()) {
            names.push(name);
        }
    }
    names
}

fn value<'f>(fields: &'f Fields, name: &str) -> Option<&'f String> {
    let found = fields.iter().find(|(known, _)| known == name);
    found.map(|(_, value)| value)
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
    let known = FIELDS.iter().find(|(name, _)| *name == whole);
    let whole = known.map_or(whole, |(_, key)| w.say(key));
    if part.is_empty() {
        whole.to_owned()
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
