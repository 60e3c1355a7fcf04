//! The letters about the survey: to interviewers whose visits are open or whose slip was given back, and to supervisors.

use chiso_domain::cycle::Cycle;
use chiso_domain::kernel::{Instant, PersonId, SlipId, UnitCode, time::SECOND};
use chiso_platform::auth::Role;
use chiso_platform::mail::{Audience, Holder, Mail, Reminder, Texts};
use serde_json::json;

pub(crate) const TEXTS: Texts = Texts {
    lease: "survey.mail",
    kinds: &["visits-late", "survey-late", "slip-returned"],
    vi: include_str!("../locales/vi/mail.ftl"),
    en: include_str!("../locales/en/mail.ftl"),
};

/// An interviewer has visits without a valid slip, and the time for them is nearly over.
pub(crate) fn visits_late(
    cycle: &Cycle,
    (interviewer, count): (PersonId, i64),
    end: Instant,
    reminder: Reminder,
) -> Mail {
    Mail {
        name: reminder.name("visits-late", format_args!("{}/{interviewer}", cycle.code)),
        kind: "visits-late",
        audience: Audience::People(vec![interviewer]),
        about: json!({
            "cycle": cycle.code.to_string(),
            "count": count,
            "until": end.plus(-SECOND).to_local_text(),
        }),
    }
}

/// Visits are open, or groups have too few valid slips, and the time is nearly over.
pub(crate) fn survey_late(
    cycle: &Cycle,
    (open, short): (i64, i64),
    end: Instant,
    reminder: Reminder,
) -> Mail {
    Mail {
        name: reminder.name("survey-late", &cycle.code),
        kind: "survey-late",
        audience: Audience::Holders(vec![Holder::of(Role::SurveySupervisor, &cycle.code)]),
        about: json!({
            "cycle": cycle.code.to_string(),
            "open": open,
            "short": short,
            "until": end.plus(-SECOND).to_local_text(),
        }),
    }
}

/// A slip was given back. Its reason stands on its page only: people write names and numbers there.
pub(crate) fn slip_returned(
    cycle: &Cycle,
    unit: &UnitCode,
    (slip, interviewer): (SlipId, PersonId),
    now: Instant,
) -> Mail {
    let slip = slip.to_string();
    let named = cycle.units.get(unit).map_or(unit.as_str(), |unit| &unit.name);
    // By the end of its id the pages name it.
    let end = slip.get(slip.len().saturating_sub(6)..).unwrap_or(&slip);
    Mail {
        name: format!("slip-returned/{}/{slip}", cycle.code),
        kind: "slip-returned",
        audience: Audience::People(vec![interviewer]),
        about: json!({
            "cycle": cycle.code.to_string(),
            "unit": named,
            "slip": end.to_uppercase(),
            "at": now.to_local_text(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_letter_has_its_text_in_both_languages() {
        let about = json!({ "cycle": "2026", "count": 7, "open": 40, "short": 3,
            "until": "30/11/2026 23:59:59", "unit": "Sở Y tế", "slip": "7C3F92",
            "at": "20/11/2026 14:32:00" });
        let kinds = TEXTS.kinds.iter().map(|kind| (*kind, about.clone()));
        let all = TEXTS.check(&kinds.collect::<Vec<_>>());
        assert!(
            all.contains("còn 7 lượt hỏi") && all.contains("còn 3 nhóm") && all.contains("7C3F92"),
            "{all}"
        );
    }
}
