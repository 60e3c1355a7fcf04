//! Fields that are typed into.

use chiso_platform::words::{Arg, Words};
use maud::{Markup, html};

use super::super::form::is_either;
use super::super::posted::is_secret;
use super::{described, id_of, label};

/// A field of a form.
#[derive(Clone, Debug, Default)]
pub(crate) struct Field<'a> {
    name: &'a str,
    label: &'a str,
    hint: Option<&'a str>,
    stored: Option<&'a str>,
    value: &'a str,
    error: Option<&'a str>,
    required: bool,
    locked: bool,
    suffix: Option<&'a str>,
    longest: Option<usize>,
    autocomplete: Option<&'a str>,
}

impl<'a> Field<'a> {
    /// With its name in the form and its label.
    pub(crate) fn new(name: &'a str, label: &'a str) -> Self {
        Self {
            name,
            label,
            ..Self::default()
        }
    }

    /// What stands in it.
    pub(crate) const fn value(mut self, value: &'a str) -> Self {
        self.value = value;
        self
    }

    /// What helps to fill it in.
    pub(crate) const fn hint(mut self, hint: &'a str) -> Self {
        self.hint = Some(hint);
        self
    }

    /// What is stored now, where somebody else saved it while this was typed.
    pub(crate) const fn stored(mut self, stored: Option<&'a str>) -> Self {
        self.stored = stored;
        self
    }

    /// What is wrong with what was typed.
    pub(crate) const fn error(mut self, error: Option<&'a str>) -> Self {
        self.error = error;
        self
    }

    /// Must be filled in.
    pub(crate) const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// Can be read and copied only.
    pub(crate) const fn locked(mut self, locked: bool) -> Self {
        self.locked = locked;
        self
    }

    /// Behind the field: "điểm".
    pub(crate) const fn suffix(mut self, suffix: &'a str) -> Self {
        self.suffix = Some(suffix);
        self
    }

    /// The most characters. A longer text is told so and refused, never cut while it is typed or pasted.
    pub(crate) const fn longest(mut self, longest: usize) -> Self {
        self.longest = Some(longest);
        self
    }

    /// What a browser may fill in: "username".
    pub(crate) const fn autocomplete(mut self, kind: &'a str) -> Self {
        self.autocomplete = Some(kind);
        self
    }
}

/// One line of text.
pub(crate) fn text(w: Words, field: &Field<'_>) -> Markup {
    line(w, field, "text", None)
}

/// A decimal, with a comma or a dot. What is stored is shown so that it can be sent again as it is: "1,125", which may
/// mean thousands where somebody types it, with a 0 more.
pub(crate) fn decimal(w: Words, field: &Field<'_>) -> Markup {
    let plain = format!("{}0", field.value);
    let doubtful = field.error.is_none() && is_either(field.value);
    let field = if doubtful {
        &field.clone().value(&plain)
    } else {
        field
    };
    line(w, field, "text", Some("decimal"))
}

/// Digits: a whole number, a phone number.
pub(crate) fn whole(w: Words, field: &Field<'_>) -> Markup {
    line(w, field, "text", Some("numeric"))
}

/// A calendar date, dd/MM/yyyy.
pub(crate) fn date(w: Words, field: &Field<'_>) -> Markup {
    line(w, field, "text", Some("numeric"))
}

/// A file. Browsers do not keep which one was chosen.
pub(crate) fn file(w: Words, field: &Field<'_>) -> Markup {
    line(w, field, "file", None)
}

/// What is searched for; Ctrl+K goes there.
pub(crate) fn search(w: Words, field: &Field<'_>) -> Markup {
    line(w, field, "search", None)
}

/// A password, which can be shown where scripts run.
pub(crate) fn password(w: Words, field: &Field<'_>) -> Markup {
    // Its name is one that is never shown again with what was typed.
    debug_assert!(is_secret(field.name), "{}", field.name);
    let id = id_of(field.name);
    let shown = html! {
        button.small type="button" data-reveal=(id) aria-pressed="false" aria-controls=(id) hidden {
            (w.say("field-reveal"))
        }
    };
    around(w, field, &html! { (input(field, "password", None)) (shown) })
}

/// Several lines of text, with how many characters fit.
pub(crate) fn area(w: Words, field: &Field<'_>) -> Markup {
    let typed = html! {
        textarea id=(id_of(field.name)) name=(field.name) rows="4" data-longest=[field.longest]
            readonly[field.locked] aria-required=[field.required.then_some("true")]
            aria-invalid=[field.error.map(|_| "true")]
            aria-describedby=[described(field.name, has_hint(field), field.error.is_some())] { (newline()) (field.value) }
    };
    around(w, field, &typed)
}

/// Browsers drop the first line break of a text area; this is the one they drop.
const fn newline() -> &'static str {
    "\n"
}

fn line(w: Words, field: &Field<'_>, kind: &str, mode: Option<&str>) -> Markup {
    let typed = html! {
        (input(field, kind, mode))
        @if let Some(suffix) = field.suffix { span.suffix { (suffix) } }
    };
    around(w, field, &typed)
}

fn input(field: &Field<'_>, kind: &str, mode: Option<&str>) -> Markup {
    html! {
        input id=(id_of(field.name)) name=(field.name) type=(kind) inputmode=[mode] value=(field.value)
            data-longest=[field.longest] readonly[field.locked] autocomplete=(field.autocomplete.unwrap_or("off"))
            aria-required=[field.required.then_some("true")] aria-invalid=[field.error.map(|_| "true")]
            aria-describedby=[described(field.name, has_hint(field), field.error.is_some())]
            spellcheck="false" autocapitalize=[(kind != "search").then_some("none")];
    }
}

const fn has_hint(field: &Field<'_>) -> bool {
    field.hint.is_some() || field.longest.is_some() || field.stored.is_some()
}

fn around(w: Words, field: &Field<'_>, typed: &Markup) -> Markup {
    let longest = field.longest.map(|most| {
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        w.tell("field-longest", &[("most", Arg::Count(most))])
    });
    html! {
        div.field .faulty[field.error.is_some()] {
            label for=(id_of(field.name)) {
                (label(field.name, field.label))
                @if !field.required { " " span.optional { (w.say("field-optional")) } }
            }
            @if has_hint(field) {
                p.hint id=(format!("f-{}-hint", field.name)) {
                    @if let Some(hint) = field.hint { (hint) " " }
                    @if let Some(stored) = field.stored { strong { (stored_now(w, stored)) } " " }
                    @if let Some(longest) = longest {
                        (longest) " "
                        strong.over role="status" data-over=(w.tell("field-over", &[("n", Arg::Text("{n}"))])) {}
                    }
                }
            }
            (error(w, field.name, field.error))
            div.typed { (typed) }
        }
    }
}

/// "Đang lưu: 15,00."
pub(crate) fn stored_now(w: Words, stored: &str) -> String {
    if stored.is_empty() {
        w.say("field-stored-empty").to_owned()
    } else {
        w.tell("field-stored", &[("value", Arg::Text(stored))])
    }
}

/// The error of a field. It has a place where scripts put one, too.
pub(super) fn error(w: Words, name: &str, error: Option<&str>) -> Markup {
    html! {
        p.error id=(format!("f-{name}-error")) hidden[error.is_none()] data-error=(name) {
            span.mark aria-hidden="true" { "✗ " }
            span.unseen { (w.say("error-mark")) " " }
            span data-text { (error.unwrap_or_default()) }
        }
    }
}
