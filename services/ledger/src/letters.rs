//! The letters of the ledger: the receipt of a sent sheet, where more evidence is wanted, and what is late.

use std::collections::BTreeMap;

use chiso_domain::appraisal::{Decision, Round};
use chiso_domain::cycle::{Cycle, Window};
use chiso_domain::kernel::{CriterionCode, Instant, Span, UnitCode, time::SECOND};
use chiso_platform::auth::Role;
use chiso_platform::mail::{Audience, Holder, Mail, Reminder, Texts};
use chiso_platform::once::Once;
use serde_json::json;

use crate::store::reopening::Reopening;
use crate::store::ruling::StoredRuling;

pub(crate) const TEXTS: Texts = Texts {
    lease: "ledger.mail",
    kinds: &[
        "sheet-sent",
        "evidence-wanted",
        "sheet-late",
        "appraisal-late",
        "explanation-late",
        "reopening-asked",
        "reopening-answered",
    ],
    vi: include_str!("../locales/vi/mail.ftl"),
    en: include_str!("../locales/en/mail.ftl"),
};

/// Officers and head of a unit.
fn of_unit(cycle: &Cycle, unit: &UnitCode) -> Audience {
    let roles = [Role::UnitOfficer, Role::UnitHead];
    Audience::Holders(roles.map(|role| Holder::of(role, &cycle.code).at(unit)).to_vec())
}

fn name(cycle: &Cycle, unit: &UnitCode) -> String {
    let unit_name = cycle.units.get(unit).map(|unit| unit.name.clone());
    unit_name.unwrap_or_else(|| unit.to_string())
}

/// The last second of something that ends then.
fn last_second(end: Instant) -> String {
    end.plus(-SECOND).to_local_text()
}

/// "Gửi đi" was carried out; one receipt for each time.
pub(crate) fn sheet_sent(
    cycle: &Cycle,
    unit: &UnitCode,
    once: &Once,
    (now, receipt): (Instant, &str),
) -> Option<Mail> {
    let span = cycle.calendar.span(Window::SelfScoring, Some(unit))?;
    Some(Mail {
        name: format!("sheet-sent/{}/{unit}/{}", cycle.code, once.id()),
        kind: "sheet-sent",
        audience: of_unit(cycle, unit),
        about: json!({
            "unit": name(cycle, unit),
            "cycle": cycle.code.to_string(),
            "at": now.to_local_text(),
            "receipt": receipt,
            "until": last_second(span.end),
        }),
    })
}

/// Round 1 was closed: each unit of which more evidence is wanted is told for which leaves. Without a time to add it, and
/// after that time, nobody is asked for any; where an extension gives one, the reminders before its end ask.
pub(crate) fn evidence_wanted(
    cycle: &Cycle,
    rulings: &BTreeMap<(UnitCode, CriterionCode), StoredRuling>,
    now: Instant,
) -> Vec<Mail> {
    let mut wanted: BTreeMap<&UnitCode, Vec<&CriterionCode>> = BTreeMap::new();
    for ((unit, leaf), ruling) in rulings {
        if ruling.decision == Decision::RequestEvidence {
            wanted.entry(unit).or_default().push(leaf);
        }
    }
    let mail = |(unit, leaves): (&UnitCode, Vec<&CriterionCode>)| {
        let (span, set) = (
            cycle
                .calendar
                .span(Window::Explanation, Some(unit))
                .filter(|span| now < span.end)?,
            cycle.index_set(unit)?,
        );
        let item = |leaf: &&CriterionCode| Some(format!("{leaf} {}", set.leaf(leaf)?.name));
        let items: Vec<String> = leaves.iter().filter_map(item).collect();
        Some(Mail {
            name: format!("evidence-wanted/{}/{unit}", cycle.code),
            kind: "evidence-wanted",
            audience: of_unit(cycle, unit),
            about: json!({
                "unit": name(cycle, unit),
                "cycle": cycle.code.to_string(),
                "count": items.len(),
                "from": span.start.to_local_text(),
                "until": last_second(span.end),
                "items": items,
            }),
        })
    };
    wanted.into_iter().filter_map(mail).collect()
}

/// A sheet was not sent, and its time is nearly over.
pub(crate) fn sheet_late(cycle: &Cycle, unit: &UnitCode, span: Span, reminder: Reminder) -> Mail {
    Mail {
        name: reminder.name("sheet-late", format_args!("{}/{unit}", cycle.code)),
        kind: "sheet-late",
        audience: of_unit(cycle, unit),
        about: json!({
            "unit": name(cycle, unit),
            "cycle": cycle.code.to_string(),
            "until": last_second(span.end),
        }),
    }
}

/// What a unit is to answer between the appraisals.
#[derive(Clone, Debug)]
pub(crate) enum Question {
    /// A decision of round 1 other than agreement.
    Leaf(CriterionCode),
    /// A penalty proposed with a document.
    Penalty(CriterionCode, String),
}

/// A unit has not answered decisions of round 1 or penalties, and the time for it is nearly over.
pub(crate) fn explanation_late(
    cycle: &Cycle,
    (unit, open): (&UnitCode, &[Question]),
    span: Span,
    reminder: Reminder,
) -> Option<Mail> {
    let set = cycle.index_set(unit)?;
    let row = |leaf: &CriterionCode| Some(format!("{leaf} {}", set.leaf(leaf)?.name));
    let item = |question: &Question| match question {
        Question::Leaf(leaf) => row(leaf),
        Question::Penalty(leaf, document) => Some(format!("{} ({document})", row(leaf)?)),
    };
    let items: Vec<String> = open.iter().filter_map(item).collect();
    Some(Mail {
        name: reminder.name("explanation-late", format_args!("{}/{unit}", cycle.code)),
        kind: "explanation-late",
        audience: of_unit(cycle, unit),
        about: json!({
            "unit": name(cycle, unit),
            "cycle": cycle.code.to_string(),
            "count": items.len(),
            "until": last_second(span.end),
            "items": items,
        }),
    })
}

/// An agency has leaves to appraise, and the time is nearly over.
pub(crate) fn appraisal_late(
    cycle: &Cycle,
    (agency, leaves): (&String, &usize),
    (round, span): (Round, Span),
    reminder: Reminder,
) -> Mail {
    let about = format_args!("{}/{}/{agency}", cycle.code, round.number());
    Mail {
        name: reminder.name("appraisal-late", about),
        kind: "appraisal-late",
        audience: Audience::Holders(vec![Holder::of(Role::Appraiser, &cycle.code).at(agency)]),
        about: json!({
            "cycle": cycle.code.to_string(),
            "round": round.number(),
            "count": leaves,
            "until": last_second(span.end),
        }),
    }
}

/// A unit asks for more time: Home Affairs is told.
pub(crate) fn reopening_asked(cycle: &Cycle, asked: &Reopening) -> Mail {
    Mail {
        name: format!("reopening-asked/{}", asked.id),
        kind: "reopening-asked",
        audience: Audience::Holders(vec![Holder::of(Role::Organiser, &cycle.code)]),
        about: json!({
            "unit": name(cycle, &asked.unit),
            "cycle": cycle.code.to_string(),
            "window": window(asked.window),
            "at": asked.asked_at.to_local_text(),
        }),
    }
}

/// The unit is told what was answered, and until when it can write.
pub(crate) fn reopening_answered(cycle: &Cycle, answered: &Reopening) -> Mail {
    let span = cycle.calendar.span(answered.window, Some(&answered.unit));
    Mail {
        name: format!("reopening-answered/{}", answered.id),
        kind: "reopening-answered",
        audience: of_unit(cycle, &answered.unit),
        about: json!({
            "unit": name(cycle, &answered.unit),
            "cycle": cycle.code.to_string(),
            "window": window(answered.window),
            "granted": if answered.granted == Some(true) { "yes" } else { "no" },
            "until": span.map(|span| last_second(span.end)).unwrap_or_default(),
        }),
    }
}

const fn window(window: Window) -> &'static str {
    match window {
        Window::Explanation => "explanation",
        _ => "scoring",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_letter_has_its_text_in_both_languages() {
        let unit = json!({ "unit": "Sở Y tế", "cycle": "2026", "at": "05/12/2026 14:32:00", "receipt": "1b0fde0e258f",
            "from": "16/12/2026 00:00:00", "until": "14/12/2026 23:59:59", "count": 2, "round": 1, "window": "scoring", "granted": "yes",
            "items": ["II.3.2 Cập nhật trang thông tin", "II.3.3 Hồ sơ"] });
        let kinds = TEXTS.kinds.iter().map(|kind| (*kind, unit.clone()));
        let all = TEXTS.check(&kinds.collect::<Vec<_>>());
        assert!(
            all.contains("2 tiêu chí của Sở Y tế dưới đây")
                && all.contains("2 criteria of Sở Y tế listed below"),
            "{all}"
        );
    }
}
