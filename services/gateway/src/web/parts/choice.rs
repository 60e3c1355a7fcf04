//! Fields that are chosen from.

use chiso_platform::words::Words;
use maud::{Markup, html};

use super::field::error;
use super::{described, id_of, label};

/// What can be chosen.
#[derive(Clone, Debug)]
pub(crate) struct Choices<'a> {
    name: &'a str,
    label: &'a str,
    hint: Option<&'a str>,
    /// Value and label.
    options: &'a [(&'a str, &'a str)],
    chosen: &'a [&'a str],
    error: Option<&'a str>,
    locked: bool,
}

impl<'a> Choices<'a> {
    /// With its name in the form, its label, and value and label of each option.
    pub(crate) const fn new(name: &'a str, label: &'a str, options: &'a [(&'a str, &'a str)]) -> Self {
        Self {
            name,
            label,
            hint: None,
            options,
            chosen: &[],
            error: None,
            locked: false,
        }
    }

    /// What is chosen; nothing, unless somebody chose.
    pub(crate) const fn chosen(mut self, chosen: &'a [&'a str]) -> Self {
        self.chosen = chosen;
        self
    }

    /// What helps to choose.
    pub(crate) const fn hint(mut self, hint: &'a str) -> Self {
        self.hint = Some(hint);
        self
    }

    /// What is wrong with what was chosen.
    pub(crate) const fn error(mut self, error: Option<&'a str>) -> Self {
        self.error = error;
        self
    }

    /// Can be read only.
    pub(crate) const fn locked(mut self, locked: bool) -> Self {
        self.locked = locked;
        self
    }

    fn has(&self, value: &str) -> bool {
        self.chosen.contains(&value)
    }
}

/// One of them.
pub(crate) fn radios(w: Words, choices: &Choices<'_>) -> Markup {
    listed(w, choices, "radio")
}

/// Any of them.
pub(crate) fn checks(w: Words, choices: &Choices<'_>) -> Markup {
    listed(w, choices, "checkbox")
}

fn listed(w: Words, choices: &Choices<'_>, kind: &str) -> Markup {
    let inputs = html! {
        @for (at, (value, label)) in choices.options.iter().enumerate() {
            @let id = if at == 0 { id_of(choices.name) } else { format!("f-{}-{at}", choices.name) };
            div.option {
                input type=(kind) id=(id) name=(choices.name) value=(value) checked[choices.has(value)]
                    disabled[choices.locked];
                label for=(id) { (label) }
            }
        }
    };
    group(w, choices, &inputs)
}

/// One of many, from a list that opens.
pub(crate) fn select(w: Words, choices: &Choices<'_>) -> Markup {
    let described = described(choices.name, choices.hint.is_some(), choices.error.is_some());
    html! {
        div.field .faulty[choices.error.is_some()] {
            label for=(id_of(choices.name)) { (label(choices.name, choices.label)) }
            (hint(choices))
            (error(w, choices.name, choices.error))
            select id=(id_of(choices.name)) name=(choices.name) aria-describedby=[described]
                aria-invalid=[choices.error.map(|_| "true")] disabled[choices.locked] {
                @for (value, label) in choices.options {
                    option value=(value) selected[choices.has(value)] { (label) }
                }
            }
        }
    }
}

/// One of few by one tap: each is a button that sends the form. For at most 21 values.
pub(crate) fn chips(w: Words, choices: &Choices<'_>) -> Markup {
    let buttons = html! {
        div.chips {
            @for (at, (value, label)) in choices.options.iter().enumerate() {
                @let id = if at == 0 { id_of(choices.name) } else { format!("f-{}-{at}", choices.name) };
                button.chip type="submit" id=(id) name=(choices.name) value=(value) disabled[choices.locked]
                    aria-pressed=(if choices.has(value) { "true" } else { "false" }) { (label) }
            }
        }
    };
    group(w, choices, &buttons)
}

fn group(w: Words, choices: &Choices<'_>, inside: &Markup) -> Markup {
    let described = described(choices.name, choices.hint.is_some(), choices.error.is_some());
    html! {
        fieldset.field .faulty[choices.error.is_some()] aria-describedby=[described] {
            legend { (label(choices.name, choices.label)) }
            (hint(choices))
            (error(w, choices.name, choices.error))
            (inside)
        }
    }
}

fn hint(choices: &Choices<'_>) -> Markup {
    html! {
        @if let Some(hint) = choices.hint { p.hint id=(format!("f-{}-hint", choices.name)) { (hint) } }
    }
}
