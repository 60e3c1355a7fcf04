//! From what was typed to messages.

use std::collections::BTreeMap;

use chiso_domain::kernel::{CycleCode, Instant};
use chiso_platform::words::Words;
use chiso_wire::convert::timestamp;
use chiso_wire::recheck as pb;
use chiso_wire::survey::QuestionKind;

use super::super::errors::Errors;
use super::super::form::Form;
use super::super::posted::Posted;
use super::load::OneCase;

/// The respondent was met and answered.
pub(super) const ANSWERED: &str = "tra-loi";
pub(super) const CALL_BACK: &str = "hen-lai";
pub(super) const WRONG: &str = "sai-nguoi";
pub(super) const NEVER_ASKED: &str = "chua-hoi";
pub(super) const GIVEN_UP: &str = "khong-gap";
pub(super) const IN_PERSON: &str = "truc-tiep";
pub(super) const PHONE: &str = "dien-thoai";

/// Whether the page shows whom to call.
pub(super) const SHOWN: &str = "dang-hien";

/// What can come of a call, in the order of the digits 1 to 9 and 0, each with the key of its words.
pub(super) const RESULTS: [(&str, &str); 10] = [
    (ANSWERED, "recheck-result-answered"),
    (CALL_BACK, "recheck-result-call-back"),
    ("khong-nghe", "recheck-result-no-answer"),
    ("may-ban", "recheck-result-busy"),
    ("gap-truc-tiep", "recheck-result-visit"),
    ("tat-may", "recheck-result-unreachable"),
    (WRONG, "recheck-result-wrong-person"),
    (NEVER_ASKED, "recheck-result-never-asked"),
    ("tu-choi", "recheck-result-refused"),
    ("khac", "recheck-result-other"),
];

/// What is recorded: a call without answers, or what ends the case.
#[derive(Debug)]
pub(super) enum Found {
    Attempt(pb::RecordAttemptRequest),
    Finding(pb::RecordFindingRequest),
}

/// The field of a question.
pub(super) fn field(question: &str) -> String {
    format!("cau-{question}")
}

/// Whose cases are moved, and to whom.
pub(super) const MOVE_FROM: &str = "cua-ai";
pub(super) const MOVE_TO: &str = "sang-ai";

/// Reads to whom all cases of somebody go.
pub(super) fn reassign(
    w: Words,
    lot: &str,
    held: &BTreeMap<String, Vec<String>>,
    posted: &Posted,
) -> Result<pb::AssignCasesRequest, Errors> {
    let mut form = Form::new(posted, w);
    let from = form.needed(MOVE_FROM);
    let cases = held.get(from).cloned().unwrap_or_default();
    if cases.is_empty() && !from.is_empty() {
        form.errors.add(MOVE_FROM, w.say("recheck-move-none"));
    }
    let officers: Vec<String> = posted.all(MOVE_TO).map(str::to_owned).collect();
    if officers.is_empty() {
        form.errors.add(MOVE_TO, w.say("form-needed"));
    }
    if officers.iter().any(|officer| officer == from) {
        form.errors.add(MOVE_TO, w.say("recheck-move-same"));
    }
    if !form.errors.is_empty() {
        return Err(form.errors);
    }
    Ok(pb::AssignCasesRequest {
        request_id: posted.request_id().to_owned(),
        lot_id: lot.to_owned(),
        officers,
        case_ids: cases,
    })
}

/// The units that are in no lot yet, where there are lots.
pub(super) const OFFERED: &str = "con-lai";

pub(super) fn close(cycle: &CycleCode, posted: &Posted) -> pb::CloseLotRequest {
    pb::CloseLotRequest {
        request_id: posted.request_id().to_owned(),
        lot_id: posted.text("lo").to_owned(),
        cycle: cycle.to_string(),
        units: chosen_or_all(posted),
    }
}

/// The units that were ticked; where none was, all that the form offered beside lots there are.
fn chosen_or_all(posted: &Posted) -> Vec<String> {
    let chosen: Vec<String> = posted.all("don-vi").map(str::to_owned).collect();
    if chosen.is_empty() {
        posted.all(OFFERED).map(str::to_owned).collect()
    } else {
        chosen
    }
}

pub(super) fn seed(w: Words, lot: &str, posted: &Posted) -> Result<pb::EnterSeedRequest, Errors> {
    let mut form = Form::new(posted, w);
    let (seed, ceremony) = (form.needed("day-so"), form.needed("buoi-gieo"));
    let rate = posted.text("ty-le").trim();
    let rate_percent = if rate.is_empty() { Ok(0) } else { rate.parse() };
    if rate_percent.is_err() {
        form.errors.add("ty-le", w.say("recheck-rate-unread"));
    }
    let asked = pb::EnterSeedRequest {
        request_id: posted.request_id().to_owned(),
        lot_id: lot.to_owned(),
        stage: posted.text("lan").parse().unwrap_or(0),
        // Groups of digits are read out with breaks.
        seed: seed.split_whitespace().collect(),
        ceremony: ceremony.to_owned(),
        rate_percent: rate_percent.unwrap_or(0),
    };
    done(form, asked)
}

fn done<T>(form: Form<'_>, asked: T) -> Result<T, Errors> {
    if form.errors.is_empty() {
        Ok(asked)
    } else {
        Err(form.errors)
    }
}

/// What came of a call.
pub(super) fn result(w: Words, one: &OneCase, posted: &Posted) -> Result<Found, Errors> {
    let mut form = Form::new(posted, w);
    let mut offered: Vec<&str> = RESULTS.iter().map(|(value, _)| *value).collect();
    offered.push(GIVEN_UP);
    let chosen = form.choice("ket-qua", &offered);
    if chosen.is_none() && form.errors.is_empty() {
        form.errors.add("ket-qua", w.say("recheck-result-needed"));
    }
    let mode = match form.choice("cach", &[PHONE, IN_PERSON]) {
        Some(IN_PERSON) => pb::Mode::InPerson,
        _ => pb::Mode::Phone,
    };
    let (request_id, case_id) = (posted.request_id().to_owned(), one.case.case_id.clone());
    let note = posted.text("ghi-chu").trim().to_owned();
    let finding = match chosen {
        Some(ANSWERED) => Some(answers(w, one, posted, &mut form.errors)),
        Some(WRONG) => Some(pb::record_finding_request::Finding::WrongPerson(true)),
        Some(NEVER_ASKED) => Some(pb::record_finding_request::Finding::NotInterviewed(true)),
        Some(GIVEN_UP) => Some(pb::record_finding_request::Finding::NotReached(true)),
        _ => None,
    };
    let found = if finding.is_some() {
        Found::Finding(pb::RecordFindingRequest {
            request_id,
            case_id,
            mode: mode.into(),
            finding,
            note,
        })
    } else {
        Found::Attempt(pb::RecordAttemptRequest {
            request_id,
            case_id,
            mode: mode.into(),
            note,
            outcome: attempt(chosen.unwrap_or_default()).into(),
            callback_at: (chosen == Some(CALL_BACK))
                .then(|| promised(w, &mut form, posted))
                .flatten(),
        })
    };
    done(form, found)
}

fn attempt(chosen: &str) -> pb::AttemptOutcome {
    match chosen {
        CALL_BACK => pb::AttemptOutcome::CallBack,
        "may-ban" => pb::AttemptOutcome::Busy,
        "gap-truc-tiep" => pb::AttemptOutcome::AsksVisit,
        "tat-may" => pb::AttemptOutcome::Unreachable,
        "tu-choi" => pb::AttemptOutcome::Refused,
        "khac" => pb::AttemptOutcome::Other,
        _ => pb::AttemptOutcome::NoAnswer,
    }
}

/// Day and time of a call back, in Viet Nam.
fn promised(w: Words, form: &mut Form<'_>, posted: &Posted) -> Option<prost_types::Timestamp> {
    let before = form.errors.items().len();
    let day = form.day("ngay");
    if day.is_none() && form.errors.items().len() == before {
        form.errors.add("ngay", w.say("form-needed"));
    }
    let typed = posted.text("gio").trim();
    let time = minute(typed);
    if time.is_none() {
        form.errors.add("gio", w.say("recheck-time-unread"));
    }
    let at = Instant::parse(&format!("{}T{}:00+07:00", day?, time?)).ok()?;
    Some(timestamp(at))
}

/// "14:30" for "14:30", "14h30" and "14 H 30".
fn minute(typed: &str) -> Option<String> {
    let typed = typed.replace(' ', "").to_lowercase().replace(':', "h");
    let (hour, minute) = typed.split_once('h')?;
    let minute = if minute.is_empty() { "0" } else { minute };
    let (hour, minute): (u8, u8) = (hour.parse().ok()?, minute.parse().ok()?);
    (hour < 24 && minute < 60).then(|| format!("{hour:02}:{minute:02}"))
}

/// Every question has to be answered again; which option it may be is the recheck's to say.
fn answers(
    w: Words,
    one: &OneCase,
    posted: &Posted,
    errors: &mut Errors,
) -> pb::record_finding_request::Finding {
    let mut answers = Vec::new();
    for question in &one.questions {
        let name = field(&question.name);
        let value = posted.text(&name).trim();
        if value.is_empty() {
            let key = match question.kind() {
                QuestionKind::SelectOne => "recheck-answer-needed",
                _ => "form-needed",
            };
            errors.add(name, w.say(key));
        }
        answers.push(pb::AnswerAgain {
            question: question.name.clone(),
            value: value.to_owned(),
        });
    }
    pb::record_finding_request::Finding::Answers(pb::AnswersAgain { answers })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_people_write_them() {
        for (typed, read) in [
            ("14:30", "14:30"),
            ("9h", "09:00"),
            ("9H15", "09:15"),
            ("8 h 05", "08:05"),
            ("00:00", "00:00"),
        ] {
            assert_eq!(minute(typed).as_deref(), Some(read), "{typed}");
        }
        for wrong in ["", "14", "24:00", "14:60", "h30", "1:2:3", "-1:00"] {
            assert_eq!(minute(wrong), None, "{wrong}");
        }
    }
}
