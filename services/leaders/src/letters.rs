//! The letters about leaders' slips: a receipt without marks, to the secretary that it was sent, and a reminder.

use chiso_domain::cycle::{Cycle, Window};
use chiso_domain::kernel::{Instant, PersonId, time::SECOND};
use chiso_platform::auth::Role;
use chiso_platform::mail::{Audience, Holder, Mail, Reminder, Texts};
use serde_json::json;

pub(crate) const TEXTS: Texts = Texts {
    lease: "leaders.mail",
    kinds: &["slip-sent", "slip-sent-for", "slip-late"],
    vi: include_str!("../locales/vi/mail.ftl"),
    en: include_str!("../locales/en/mail.ftl"),
};

/// A slip was sent, for which time, and the number of its receipt, by which the journal shows it.
pub(crate) fn slip_sent(
    cycle: &Cycle,
    leader: PersonId,
    (number, receipt): (i64, &str),
    now: Instant,
) -> [Mail; 2] {
    let code = &cycle.code;
    let until = cycle.calendar.last_end(Window::Leaders);
    let until = until.map_or_else(String::new, |end| end.plus(-SECOND).to_local_text());
    let at = now.to_local_text();
    [
        Mail {
            name: format!("slip-sent/{code}/{leader}/{number}"),
            kind: "slip-sent",
            audience: Audience::People(vec![leader]),
            about: json!({
                "cycle": code.to_string(),
                "at": at,
                "number": number,
                "receipt": receipt,
                "until": until,
            }),
        },
        Mail {
            name: format!("slip-sent-for/{code}/{leader}/{number}"),
            kind: "slip-sent-for",
            audience: Audience::Holders(vec![Holder::of(Role::LeaderSecretary, code).at(leader)]),
            about: json!({ "cycle": code.to_string(), "at": at }),
        },
    ]
}

/// A slip was not sent, and the time for it is nearly over.
pub(crate) fn slip_late(cycle: &Cycle, leader: PersonId, end: Instant, reminder: Reminder) -> Mail {
    Mail {
        name: reminder.name("slip-late", format_args!("{}/{leader}", cycle.code)),
        kind: "slip-late",
        audience: Audience::People(vec![leader]),
        about: json!({
            "cycle": cycle.code.to_string(),
            "until": end.plus(-SECOND).to_local_text(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_letter_has_its_text_in_both_languages() {
        let about = json!({ "cycle": "2026", "at": "05/12/2026 14:32:00", "number": 1,
            "receipt": "1b0fde0e258f92", "until": "14/12/2026 23:59:59" });
        let kinds = TEXTS.kinds.iter().map(|kind| (*kind, about.clone()));
        let all = TEXTS.check(&kinds.collect::<Vec<_>>());
        assert!(all.contains("Số biên nhận: 1b0fde0e258f92"), "{all}");
    }
}
