//! From the wire to what the rules take, and back.

use chiso_domain::kernel::{CaseId, Instant, PersonId};
use chiso_domain::recheck::{
    AttemptOutcome, Cause, Difference, Finding, LotState, Outcome, RecheckMode, attempts_left,
};
use chiso_platform::Error;
use chiso_wire::convert::{BadField, instant, optional_text, parse, timestamp};
use chiso_wire::recheck as pb;

use crate::store::case::{AttemptRow, CaseRow};
use crate::store::lot::{EntryRow, LotRow, StageRow};
use crate::store::queue::Counts;
use chiso_domain::cycle::policy::RecheckPolicy;

fn short(n: i64) -> i32 {
    i32::try_from(n).unwrap_or(i32::MAX)
}

pub(crate) fn lot(lot: &LotRow) -> pb::Lot {
    let state = match lot.state().state() {
        LotState::Closed => pb::LotState::Closed,
        LotState::Drawn => pb::LotState::Drawn,
        LotState::Concluded => pb::LotState::Concluded,
    };
    pb::Lot {
        lot_id: lot.id.to_string(),
        cycle: lot.cycle.to_string(),
        units: lot.units.iter().map(ToString::to_string).collect(),
        state: state.into(),
        entries: short(lot.entries),
        list_sha256: lot.list_sha256.clone(),
        closed_at: Some(timestamp(lot.closed_at)),
        stages: lot.stages.iter().map(stage).collect(),
        cases: short(lot.cases),
        open_cases: short(lot.open_cases),
        void_slips: short(lot.void_slips),
        concluded_at: lot.concluded_at.map(timestamp),
    }
}

/// What is open, without whose.
pub(crate) fn queue(counts: &Counts) -> pb::GetQueueResponse {
    pb::GetQueueResponse {
        due: short(counts.due),
        callbacks: short(counts.callbacks),
        again: short(counts.again),
        fresh: short(counts.fresh),
        visits: short(counts.visits),
        open: short(counts.open),
        done: short(counts.done),
        confirmed: short(counts.confirmed),
        void: short(counts.void),
        next_at: None,
        mine: Vec::new(),
    }
}

fn stage(stage: &StageRow) -> pb::Stage {
    pb::Stage {
        stage: short(stage.stage.stage),
        seed: stage.stage.seed.clone(),
        ceremony: stage.ceremony.clone(),
        entered_at: Some(timestamp(stage.entered_at)),
        drawn: short(stage.drawn),
    }
}

pub(crate) fn entry(entry: EntryRow) -> pb::LotEntry {
    pb::LotEntry {
        place: short(entry.place),
        slip_id: entry.slip.slip.to_string(),
        unit: entry.slip.unit.to_string(),
        group: entry.slip.group.to_string(),
        interviewer: entry.slip.interviewer.to_string(),
        slip_sha256: entry.slip.sha256,
        ticket: entry.ticket.unwrap_or_default(),
        drawn_stage: entry.drawn_stage.map_or(0, short),
    }
}

pub(crate) fn case(case: &CaseRow, policy: &RecheckPolicy) -> pb::Case {
    let left = match case.outcome {
        None => attempts_left(policy, &case.attempted_at()),
        Some(_) => 0,
    };
    pb::Case {
        case_id: case.id.to_string(),
        lot_id: case.lot.to_string(),
        slip_id: case.slip.to_string(),
        unit: case.unit.to_string(),
        group: case.group.to_string(),
        cause: cause(case.cause).into(),
        officer: case.officer.map(|o| o.to_string()).unwrap_or_default(),
        attempts: case.attempts.iter().map(attempt).collect(),
        outcome: case.outcome.map_or(pb::Outcome::Unspecified, outcome).into(),
        recorded_at: case.recorded_at.map(timestamp),
        void: case.outcome.is_some_and(Outcome::voids),
        differences: case.differences.iter().map(difference).collect(),
        attempts_left: i32::try_from(left).unwrap_or(i32::MAX),
        lease_until: case.held_until.map(timestamp),
        next_at: case.next_at.map(timestamp),
        compared: compared(case),
        given: case.officer.is_some() && !case.pooled,
    }
}

/// Both answers of each question that was asked again. Answers are stored with the outcome, so there is nothing to
/// tell before it stands.
fn compared(case: &CaseRow) -> Vec<pb::Compared> {
    let one = |(question, second): &(_, String)| {
        let differing = case.differences.iter().find(|d| d.question == *question);
        pb::Compared {
            question: question.to_string(),
            first: differing.map_or_else(|| second.clone(), |d| d.first.clone()),
            second: second.clone(),
            same: differing.is_none(),
        }
    };
    case.answers.iter().map(one).collect()
}

const fn cause(cause: Cause) -> pb::CaseCause {
    match cause {
        Cause::Drawn => pb::CaseCause::Drawn,
        Cause::Replacement => pb::CaseCause::Replacement,
        Cause::InterviewerCover => pb::CaseCause::InterviewerCover,
        Cause::WholeInterviewer => pb::CaseCause::WholeInterviewer,
    }
}

const fn outcome(outcome: Outcome) -> pb::Outcome {
    match outcome {
        Outcome::Confirmed => pb::Outcome::Confirmed,
        Outcome::NotReached => pb::Outcome::NotReached,
        Outcome::WrongPerson => pb::Outcome::WrongPerson,
        Outcome::NotInterviewed => pb::Outcome::NotInterviewed,
        Outcome::AnswerDiffers => pb::Outcome::AnswerDiffers,
    }
}

fn attempt(attempt: &AttemptRow) -> pb::Attempt {
    let mode = match attempt.mode {
        RecheckMode::InPerson => pb::Mode::InPerson,
        RecheckMode::Phone => pb::Mode::Phone,
    };
    pb::Attempt {
        at: Some(timestamp(attempt.at)),
        mode: mode.into(),
        note: attempt.note.clone(),
        outcome: attempt_outcome(attempt.outcome).into(),
        callback_at: attempt.callback_at.map(timestamp),
    }
}

const fn attempt_outcome(outcome: AttemptOutcome) -> pb::AttemptOutcome {
    match outcome {
        AttemptOutcome::NoAnswer => pb::AttemptOutcome::NoAnswer,
        AttemptOutcome::Busy => pb::AttemptOutcome::Busy,
        AttemptOutcome::CallBack => pb::AttemptOutcome::CallBack,
        AttemptOutcome::Unreachable => pb::AttemptOutcome::Unreachable,
        AttemptOutcome::AsksVisit => pb::AttemptOutcome::AsksVisit,
        AttemptOutcome::Refused => pb::AttemptOutcome::Refused,
        AttemptOutcome::Other => pb::AttemptOutcome::Other,
    }
}

/// What came of an attempt, with the instant that was promised. Programs of the time before outcomes were kept send
/// none: nobody answered them.
pub(crate) fn tried(
    request: &pb::RecordAttemptRequest,
) -> Result<(AttemptOutcome, Option<Instant>), BadField> {
    let outcome = match request.outcome() {
        pb::AttemptOutcome::Unspecified | pb::AttemptOutcome::NoAnswer => AttemptOutcome::NoAnswer,
        pb::AttemptOutcome::Busy => AttemptOutcome::Busy,
        pb::AttemptOutcome::CallBack => AttemptOutcome::CallBack,
        pb::AttemptOutcome::Unreachable => AttemptOutcome::Unreachable,
        pb::AttemptOutcome::AsksVisit => AttemptOutcome::AsksVisit,
        pb::AttemptOutcome::Refused => AttemptOutcome::Refused,
        pb::AttemptOutcome::Other => AttemptOutcome::Other,
    };
    match (outcome, request.callback_at.as_ref()) {
        (_, None) => Ok((outcome, None)),
        (AttemptOutcome::CallBack, at) => Ok((outcome, Some(instant("callback_at", at)?))),
        _ => Err(BadField::new(
            "callback_at",
            "only with CALL_BACK",
            "Chỉ nhập giờ hẹn khi kết quả là “Hẹn gọi lại”. Xóa giờ hẹn hoặc chọn lại kết quả.",
        )),
    }
}

fn difference(difference: &Difference) -> pb::Difference {
    pb::Difference {
        question: difference.question.to_string(),
        first: difference.first.clone(),
        second: difference.second.clone(),
    }
}

/// How the respondent was approached; required.
pub(crate) fn mode(mode: pb::Mode) -> Result<RecheckMode, BadField> {
    match mode {
        pb::Mode::InPerson => Ok(RecheckMode::InPerson),
        pb::Mode::Phone => Ok(RecheckMode::Phone),
        pb::Mode::Unspecified => Err(BadField::missing("mode")),
    }
}

/// A note of an officer.
pub(crate) fn note(text: &str) -> Result<String, BadField> {
    optional_text("note", text, 2_000)
}

/// What the officer found, and how; giving up needs no mode.
pub(crate) fn finding(
    request: &pb::RecordFindingRequest,
) -> Result<(Finding, Option<RecheckMode>), BadField> {
    use pb::record_finding_request::Finding as Wire;
    let yes = |said: bool, field: &str, finding: Finding| {
        if said {
            Ok(finding)
        } else {
            Err(BadField::new(
                field,
                "must be true",
                format!("“{field}” phải là true. Chọn đúng một kết quả rồi gửi lại."),
            ))
        }
    };
    let given = request.finding.as_ref();
    let finding = match given.ok_or_else(|| BadField::missing("finding"))? {
        Wire::Answers(again) => Finding::Answers(answers(again)?),
        Wire::WrongPerson(said) => yes(*said, "wrong_person", Finding::WrongPerson)?,
        Wire::NotInterviewed(said) => yes(*said, "not_interviewed", Finding::NotInterviewed)?,
        Wire::NotReached(said) => yes(*said, "not_reached", Finding::NotReached)?,
    };
    let mode = match finding {
        Finding::NotReached => None,
        _ => Some(mode(request.mode())?),
    };
    Ok((finding, mode))
}

fn answers(again: &pb::AnswersAgain) -> Result<Vec<(chiso_domain::kernel::QuestionName, String)>, BadField> {
    let one = |(at, a): (usize, &pb::AnswerAgain)| {
        let within = |e: BadField| e.within(&format!("answers.answers[{at}]"));
        let question = parse("question", &a.question).map_err(within)?;
        Ok((question, optional_text("value", &a.value, 2_000).map_err(within)?))
    };
    again.answers.iter().enumerate().map(one).collect()
}

/// Ids of a list, each at most once, in their order.
pub(crate) fn officers(ids: &[String]) -> Result<Vec<PersonId>, Error> {
    let mut officers = Vec::new();
    for (at, id) in ids.iter().enumerate() {
        let officer = parse(&format!("officers[{at}]"), id)?;
        if !officers.contains(&officer) {
            officers.push(officer);
        }
    }
    Ok(officers)
}

/// Cases that are named one by one.
pub(crate) fn case_ids(ids: &[String]) -> Result<Vec<CaseId>, Error> {
    let one = |(at, id): (usize, &String)| Ok(parse(&format!("case_ids[{at}]"), id)?);
    ids.iter().enumerate().map(one).collect()
}
