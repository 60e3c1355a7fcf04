//! The questions of a form with what was answered: nothing but form and answers, whoever fills them in and wherever.

use std::collections::{BTreeMap, BTreeSet};

use chiso_domain::survey::answers::TEXT_MAX;
use chiso_platform::words::{Arg, Words};
use chiso_wire::survey as pb;
use chiso_wire::survey::QuestionKind;
use maud::{Markup, html};

use super::super::errors::Errors;
use super::super::parts::choice::{self, Choices};
use super::super::parts::field::{self, Field};
use super::super::posted::Typed;
use super::super::words::named as in_language;
use super::form;
use super::told::constraint;

/// The questions as they are shown.
#[derive(Debug)]
pub(super) struct Sheet<'a> {
    w: Words,
    form: &'a pb::Questionnaire,
    /// As stored, by question.
    stored: BTreeMap<&'a str, &'a str>,
    typed: &'a Typed,
    errors: &'a Errors,
    /// What is said of stored answers, by question.
    told: BTreeMap<&'a str, &'a str>,
    hidden: BTreeSet<&'a str>,
    locked: bool,
    theirs: bool,
}

impl<'a> Sheet<'a> {
    /// A form with its answers, over which something may have been typed that was not taken.
    pub(super) fn new(
        w: Words,
        form: &'a pb::Questionnaire,
        given: &'a [pb::Answer],
        (typed, errors): (&'a Typed, &'a Errors),
    ) -> Self {
        let pair = |answer: &'a pb::Answer| (answer.question.as_str(), answer.value.as_str());
        let stored: BTreeMap<&str, &str> = given.iter().map(pair).collect();
        let now = form.questions.iter().map(|question| {
            let before = stored.get(question.name.as_str()).copied().unwrap_or_default();
            pb::Answer {
                question: question.name.clone(),
                value: typed.or(&form::field(&question.name), before).to_owned(),
            }
        });
        let now: Vec<pb::Answer> = now.collect();
        Self {
            w,
            form,
            hidden: form::unasked(form, &form::answers(form, &now)),
            stored,
            typed,
            errors,
            told: BTreeMap::new(),
            locked: false,
            theirs: false,
        }
    }

    /// With what is said of the stored answers.
    pub(super) fn told(mut self, told: impl Iterator<Item = (&'a str, &'a str)>) -> Self {
        self.told = told.collect();
        self
    }

    /// Can be read only.
    pub(super) const fn locked(mut self, locked: bool) -> Self {
        self.locked = locked;
        self
    }

    /// With what is stored beside what was typed, where they differ.
    pub(super) const fn theirs(mut self, theirs: bool) -> Self {
        self.theirs = theirs;
        self
    }

    /// In the order of the form; its parts by what the form calls them, else by their numbers.
    pub(super) fn show(&self) -> Markup {
        let mut parts: Vec<(&str, Vec<&pb::Question>)> = Vec::new();
        for question in &self.form.questions {
            let part = question.section.split('/').next().unwrap_or_default();
            match parts.last_mut() {
                Some((last, questions)) if *last == part => questions.push(question),
                _ => parts.push((part, vec![question])),
            }
        }
        html! {
            @for (number, (part, questions)) in (1..).zip(&parts) {
                section data-part hidden[questions.iter().all(|question| self.is_hidden(question))] {
                    @if let Some(heading) = self.heading(part, (number, parts.len())) { h2 { (heading) } }
                    @for question in questions { (self.question(question)) }
                }
            }
        }
    }

    fn is_hidden(&self, question: &pb::Question) -> bool {
        self.hidden.contains(question.name.as_str())
    }

    /// The parts of a form that has no headings at all are numbered.
    fn heading(&self, part: &str, (number, parts): (i64, usize)) -> Option<String> {
        let named = self.form.sections.iter().find(|section| section.path == part);
        match named {
            Some(named) => Some(in_language(self.w, &named.label, &named.label_en).to_owned()),
            None if parts > 1 && self.form.sections.is_empty() => {
                Some(self.w.tell("survey-part", &[("n", Arg::Count(number))]))
            }
            None => None,
        }
    }

    /// What a script has to know of a question stands on it.
    fn question(&self, question: &pb::Question) -> Markup {
        let relevant = (!question.relevant_json.is_empty()).then_some(&question.relevant_json);
        let limit = (!question.constraint_json.is_empty()).then_some(&question.constraint_json);
        let message = limit.map(|_| constraint(self.w, question));
        let whole = question.kind() == QuestionKind::Integer;
        let refusal = whole.then(|| self.w.say("survey-not-whole"));
        html! {
            div.question data-question=(question.name) data-relevant=[relevant] data-constraint=[limit]
                data-message=[message] data-whole=[refusal] hidden[self.is_hidden(question)] {
                (self.asked(question))
                @if self.theirs { (self.stored_beside(question)) }
            }
        }
    }

    fn asked(&self, question: &pb::Question) -> Markup {
        let (w, name) = (self.w, form::field(&question.name));
        let stored = self
            .stored
            .get(question.name.as_str())
            .copied()
            .unwrap_or_default();
        let value = self.typed.or(&name, stored);
        let told = self.told.get(question.name.as_str()).copied();
        let error = self.errors.of(&name).or(told);
        let label = label(w, question);
        let field = Field::new(&name, &label)
            .value(value)
            .error(error)
            .locked(self.locked);
        let field = if question.required {
            field.required()
        } else {
            field
        };
        match question.kind() {
            QuestionKind::Note | QuestionKind::Unspecified => html! { p.note { (label) } },
            QuestionKind::Integer => field::whole(w, &field),
            QuestionKind::Text => field::area(w, &field.longest(TEXT_MAX)),
            QuestionKind::SelectOne => {
                let labels: Vec<String> = question.options.iter().map(|option| keyed(w, option)).collect();
                let names = question.options.iter().map(|option| option.name.as_str());
                let options: Vec<(&str, &str)> = names.zip(labels.iter().map(String::as_str)).collect();
                let chosen = [value];
                let choices = Choices::new(&name, &label, &options);
                choice::radios(w, &choices.chosen(&chosen).error(error).locked(self.locked))
            }
        }
    }

    fn stored_beside(&self, question: &pb::Question) -> Markup {
        let stored = self
            .stored
            .get(question.name.as_str())
            .copied()
            .unwrap_or_default();
        let differs = self.typed.or(&form::field(&question.name), stored).trim() != stored;
        let value = answer(self.w, question, stored);
        html! {
            @if differs { p.theirs { (self.w.tell("survey-stored", &[("value", Arg::Text(&value))])) } }
        }
    }
}

/// The wording of a question, behind its number where its name is one: "Q3."
pub(crate) fn label(w: Words, question: &pb::Question) -> String {
    let wording = in_language(w, &question.label, &question.label_en);
    let letters = question
        .name
        .chars()
        .take_while(char::is_ascii_alphabetic)
        .count();
    let numbered = (1..=2).contains(&letters)
        && question.name[letters..].starts_with(|c: char| c.is_ascii_digit())
        && question.name.len() <= 5;
    if numbered {
        format!("{}. {wording}", question.name)
    } else {
        wording.to_owned()
    }
}

/// An option whose name is a digit can be chosen by it, and says so.
fn keyed(w: Words, option: &pb::Option) -> String {
    let wording = in_language(w, &option.label, &option.label_en);
    let by_key = option.name.len() == 1 && option.name.bytes().all(|b| b.is_ascii_digit());
    if by_key {
        format!("{}. {wording}", option.name)
    } else {
        wording.to_owned()
    }
}

/// What was answered, in words.
pub(super) fn answer(w: Words, question: &pb::Question, value: &str) -> String {
    let chosen = question.options.iter().find(|option| option.name == value);
    match chosen {
        Some(option) => in_language(w, &option.label, &option.label_en).to_owned(),
        None if value.is_empty() => w.say("survey-blank").to_owned(),
        None => value.to_owned(),
    }
}
