//! The letters about the recheck: to verifiers whose cases are open, and to all of them where nobody has one.

use chiso_domain::cycle::Cycle;
use chiso_domain::kernel::{Instant, PersonId, time::SECOND};
use chiso_platform::auth::Role;
use chiso_platform::mail::{Audience, Holder, Mail, Reminder, Texts};
use serde_json::{Value, json};

pub(crate) const TEXTS: Texts = Texts {
    lease: "recheck.mail",
    kinds: &["cases-late", "pool-late"],
    vi: include_str!("../locales/vi/mail.ftl"),
    en: include_str!("../locales/en/mail.ftl"),
};

fn about(cycle: &Cycle, count: i64, end: Instant) -> Value {
    json!({
        "cycle": cycle.code.to_string(),
        "count": count,
        "until": end.plus(-SECOND).to_local_text(),
    })
}

/// A verifier has open cases, and the time for them is nearly over.
pub(crate) fn cases_late(
    cycle: &Cycle,
    (officer, count): (PersonId, i64),
    end: Instant,
    reminder: Reminder,
) -> Mail {
    Mail {
        name: reminder.name("cases-late", format_args!("{}/{officer}", cycle.code)),
        kind: "cases-late",
        audience: Audience::People(vec![officer]),
        about: about(cycle, count, end),
    }
}

/// There are cases that nobody has.
pub(crate) fn pool_late(cycle: &Cycle, count: i64, end: Instant, reminder: Reminder) -> Mail {
    Mail {
        name: reminder.name("pool-late", &cycle.code),
        kind: "pool-late",
        audience: Audience::Holders(vec![Holder::of(Role::Verifier, &cycle.code)]),
        about: about(cycle, count, end),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_letter_has_its_text_in_both_languages() {
        let about = json!({ "cycle": "2026", "count": 7, "until": "30/12/2026 23:59:59" });
        let kinds = TEXTS.kinds.iter().map(|kind| (*kind, about.clone()));
        let all = TEXTS.check(&kinds.collect::<Vec<_>>());
        assert!(all.contains("còn 7 phiếu chưa có kết quả"), "{all}");
    }
}
