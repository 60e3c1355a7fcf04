//! What is wrong with what was typed: a summary, and an error at each field.

use chiso_platform::error::{reason_of, vi_of, violations_of};
use chiso_platform::words::{Arg, Lang, Words};
use tonic::Status;

use super::format::vi_sentence;

/// Field paths of a service's messages, each with the field of the form that it is typed into. Of several that fit
/// the longest counts: `("calendar", "from")` is for `calendar.SURVEY` too.
pub(crate) type Names = [(&'static str, &'static str)];

/// What is wrong with a form.
#[derive(Clone, Debug)]
pub(crate) struct Errors {
    w: Words,
    /// What the summary is called where nothing is to be corrected.
    title: Option<&'static str>,
    /// Field of the form, or "" where it is no field's fault; and the sentence that says what to do.
    items: Vec<(String, String)>,
}

impl Errors {
    pub(super) const fn new(w: Words) -> Self {
        Self {
            w,
            title: None,
            items: Vec::new(),
        }
    }

    /// One error that is no field's fault.
    pub(super) fn one(w: Words, text: impl Into<String>) -> Self {
        let mut errors = Self::new(w);
        errors.add("", text);
        errors
    }

    /// A service's refusal, by the fields of the form.
    pub(super) fn of_status(w: Words, status: &Status, names: &Names) -> Self {
        let mut errors = Self::new(w);
        // What a whole year still lacks is listed by the page itself, with its units.
        let listed = reason_of(status) == "NOT_READY";
        for (path, vi) in violations_of(status).into_iter().filter(|_| !listed) {
            let field = field_of(&path, names);
            let vi = if field.is_empty() { vi } else { without_path(vi) };
            errors.add(field, sentence(w, status, &vi));
        }
        if errors.is_empty() {
            errors.add("", sentence(w, status, &vi_of(status)));
        }
        errors
    }

    /// One more.
    pub(super) fn add(&mut self, field: impl Into<String>, text: impl Into<String>) {
        let item = (field.into(), text.into());
        if !self.items.contains(&item) {
            self.items.push(item);
        }
    }

    /// The first one of a field.
    pub(super) fn of(&self, field: &str) -> Option<&str> {
        let mut items = self.items.iter();
        items
            .find(|(found, _)| found == field)
            .map(|(_, text)| text.as_str())
    }

    /// Field and sentence of each, in the order of the form.
    pub(super) fn items(&self) -> &[(String, String)] {
        &self.items
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// Under a heading of its own, where no correction of the form helps.
    pub(super) const fn titled(mut self, title: &'static str) -> Self {
        self.title = Some(title);
        self
    }

    /// The same under other names of fields.
    pub(super) fn renamed(&self, name: impl Fn(&str) -> String) -> Self {
        let items = self.items.iter();
        let items = items.map(|(field, text)| (name(field), text.clone())).collect();
        Self {
            w: self.w,
            title: self.title,
            items,
        }
    }

    /// "Có 2 chỗ cần sửa".
    pub(super) fn title(&self) -> String {
        if let Some(title) = self.title {
            return title.to_owned();
        }
        let count = i64::try_from(self.items.len()).unwrap_or(i64::MAX);
        self.w.tell("error-title", &[("count", Arg::Count(count))])
    }
}

/// The service's own sentence in Vietnamese; in English that of the reason, else what the service says to programs.
fn sentence(w: Words, status: &Status, vi: &str) -> String {
    let reason = reason_of(status);
    // Somebody went back to a form that was sent, and changed it: they know of no id.
    if reason == "REQUEST_ID_REUSED" {
        return w.say("save-sent-before").to_owned();
    }
    // The page shows both: nothing is to be loaded again, which would lose what was typed.
    if reason == "VERSION_CONFLICT" {
        return w.say("save-newer").to_owned();
    }
    said(w, &reason, vi, status.message())
}

/// The sentence of a reason; in English, where it has none of its own, what is told to programs.
pub(super) fn said(w: Words, reason: &str, vi: &str, plain: &str) -> String {
    if w.lang() == Lang::Vi {
        return vi_sentence(vi);
    }
    let key = format!("reason-{}", reason.to_lowercase().replace('_', "-"));
    if w.has(&key) {
        w.tell(&key, &[])
    } else {
        plain.to_owned()
    }
}

/// A sentence that begins with the field's path, for programs, without it: `“unit”: chưa điền.` It stands beside the
/// field's label.
fn without_path(vi: String) -> String {
    let told = vi.strip_prefix('“').and_then(|vi| vi.split_once("”: "));
    let is_path = |path: &str| {
        path.bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"_.[]".contains(&b))
    };
    let Some((_, rest)) = told.filter(|(path, _)| is_path(path)) else {
        return vi;
    };
    let mut letters = rest.chars();
    let first = letters.next();
    first
        .into_iter()
        .flat_map(char::to_uppercase)
        .chain(letters)
        .collect()
}

fn field_of(path: &str, names: &Names) -> &'static str {
    let fits = |wire: &str| {
        let rest = path.strip_prefix(wire);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
    };
    let fitting = names.iter().filter(|(wire, _)| fits(wire));
    fitting
        .max_by_key(|(wire, _)| wire.len())
        .map_or("", |(_, field)| field)
}

#[cfg(test)]
mod tests {
    use chiso_platform::Error;

    use super::super::words::words;
    use super::*;

    const NAMES: &Names = &[
        ("calendar", "calendar"),
        ("calendar.SURVEY", "survey_from"),
        ("input", "points"),
    ];

    #[test]
    fn the_longest_path_names_the_field() {
        assert_eq!(field_of("calendar.SURVEY", NAMES), "survey_from");
        assert_eq!(field_of("calendar.LEADERS", NAMES), "calendar");
        assert_eq!(field_of("input[3].value", NAMES), "points");
        assert_eq!(field_of("inputs", NAMES), "");
        assert_eq!(field_of("other", NAMES), "");
    }

    #[test]
    fn a_refusal_names_each_field_once() {
        let faults = vec![
            ("input.points".to_owned(), "Điểm không quá 2.".to_owned()),
            ("input.points".to_owned(), "Điểm không quá 2.".to_owned()),
            ("reason".to_owned(), "Nêu lý do.".to_owned()),
        ];
        let status = Status::from(Error::faults("INPUT_BAD", "Có chỗ sai.", faults));
        let errors = Errors::of_status(words(Lang::Vi), &status, NAMES);
        assert_eq!(errors.items().len(), 2);
        assert_eq!(errors.of("points"), Some("Điểm không quá 2."));
        assert_eq!(errors.of(""), Some("Nêu lý do."));
        let faults = vec![(
            "input".to_owned(),
            "“input”: chưa điền. Điền rồi gửi lại.".to_owned(),
        )];
        let status = Status::from(Error::faults("FIELD_INVALID", "Có chỗ sai.", faults));
        let errors = Errors::of_status(words(Lang::Vi), &status, NAMES);
        assert_eq!(errors.of("points"), Some("Chưa điền. Điền rồi gửi lại."));
        let status = Status::from(Error::not_found("unit", "Không có đơn vị này."));
        let errors = Errors::of_status(words(Lang::Vi), &status, &[]);
        assert_eq!(
            errors.items(),
            [(String::new(), "Không có đơn vị này.".to_owned())]
        );
    }
}
