//! What of the journal is asked for, as the address says it.

use chiso_domain::kernel::Instant;
use chiso_domain::kernel::time::DAY;
use chiso_platform::words::Words;
use chiso_wire::convert::timestamp;
use chiso_wire::kernel::ListJournalRequest;

use super::super::at::At;
use super::super::errors::Errors;
use super::super::form::Form;
use super::super::posted::Posted;

/// The services with a journal, as they are called.
pub(super) const SERVICES: [&str; 7] = [
    "identity", "registry", "survey", "recheck", "ledger", "leaders", "ranking",
];

/// The longest text that is looked for.
pub(super) const LONGEST: usize = 200;

/// The fields of the form with who was chosen by a link: the person's id, and the name that stands in the field.
pub(super) const CHOSEN: &str = "nguoi-ma";
pub(super) const CHOSEN_NAME: &str = "nguoi-ten";

/// The filters, as they were typed.
#[derive(Clone, Debug, Default)]
pub(super) struct Filters {
    /// Empty: all.
    pub(super) service: String,
    /// What identifies a person: id, login or name.
    pub(super) person: String,
    /// What an act's name begins with.
    pub(super) act: String,
    pub(super) text: String,
    pub(super) from: String,
    pub(super) until: String,
}

impl Filters {
    /// From the address; a service that is none stands for all of them.
    pub(super) fn of(at: &At) -> Self {
        let text = |name| at.query(name).unwrap_or_default().trim().to_owned();
        let service = text("dich-vu");
        Self {
            service: if SERVICES.contains(&service.as_str()) {
                service
            } else {
                String::new()
            },
            // Somebody chosen by a link stays who it is, until another name is typed.
            person: match text(CHOSEN) {
                id if !id.is_empty() && text("nguoi") == text(CHOSEN_NAME) => id,
                _ => text("nguoi"),
            },
            act: text("viec"),
            text: text("tim"),
            from: text("tu"),
            until: text("den"),
        }
    }

    pub(super) fn services(&self) -> Vec<&'static str> {
        let wanted = |service: &&&str| self.service.is_empty() || self.service == **service;
        SERVICES.iter().filter(wanted).copied().collect()
    }

    /// The address of these filters, without a page.
    pub(super) fn address(&self) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        for (name, value) in [
            ("dich-vu", &self.service),
            ("nguoi", &self.person),
            ("viec", &self.act),
            ("tim", &self.text),
            ("tu", &self.from),
            ("den", &self.until),
        ] {
            if !value.is_empty() {
                query.append_pair(name, value);
            }
        }
        query.finish()
    }

    /// As the services take them, but for the person and the page; or what is wrong with them.
    pub(super) fn request(&self, w: Words) -> Result<ListJournalRequest, Errors> {
        let typed = [("tu", &self.from), ("den", &self.until)];
        let typed = typed.map(|(name, value)| (name.to_owned(), value.clone()));
        let posted = Posted::of(typed.into(), false);
        let mut form = Form::new(&posted, w);
        let (from, until) = (form.day("tu"), form.day("den"));
        let long = |text: &str| text.chars().count() > LONGEST;
        for (field, text) in [("tim", &self.text), ("viec", &self.act)] {
            if long(text) {
                form.errors.add(field, w.say("journal-too-long"));
            }
        }
        let begin =
            |day: Option<String>| day.and_then(|day| Instant::parse(&format!("{day}T00:00:00+07:00")).ok());
        let (from, until) = (begin(from), begin(until));
        if from.zip(until).is_some_and(|(from, until)| until < from) {
            form.errors.add("den", w.say("journal-days-turned"));
        }
        if !form.errors.is_empty() {
            return Err(form.errors);
        }
        Ok(ListJournalRequest {
            act_prefix: self.act.clone(),
            contains: self.text.clone(),
            from: from.map(timestamp),
            // The last day is meant whole.
            until: until.map(|day| timestamp(day.plus(DAY))),
            newest_first: true,
            ..ListJournalRequest::default()
        })
    }
}

#[cfg(test)]
mod tests {
    use chiso_platform::words::Lang;

    use super::super::super::words::words;
    use super::*;

    #[test]
    fn days_are_meant_whole_and_in_their_order() {
        let mut filters = Filters {
            from: "01/12/2026".to_owned(),
            until: "01/12/2026".to_owned(),
            ..Filters::default()
        };
        let asked = filters.request(words(Lang::Vi)).unwrap();
        let seconds = |at: Option<prost_types::Timestamp>| at.unwrap().seconds;
        assert_eq!(seconds(asked.until) - seconds(asked.from), 86_400);
        filters.until = "30/11/2026".to_owned();
        assert!(filters.request(words(Lang::Vi)).unwrap_err().of("den").is_some());
        filters.until = "mai".to_owned();
        assert!(filters.request(words(Lang::Vi)).is_err());
    }

    #[test]
    fn the_address_keeps_what_was_typed() {
        let filters = Filters {
            text: "2022/SNV & II".to_owned(),
            act: "slip.".to_owned(),
            ..Filters::default()
        };
        assert_eq!(filters.address(), "viec=slip.&tim=2022%2FSNV+%26+II");
    }
}
