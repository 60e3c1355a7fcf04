//! To the wire: questionnaires, slips, outcomes. What comes in is read where it is used.

use chiso_domain::kernel::CycleCode;
use chiso_domain::survey::{Condition, Constraint, InvalidReason, QuestionKind, Questionnaire};
use chiso_platform::Error;
use chiso_wire::convert::timestamp;
use chiso_wire::survey as pb;

use crate::intake::Outcome;
use crate::store::draft::Draft;
use crate::store::returned::Returned;
use crate::store::slip::Slip;

pub(crate) fn questionnaire(cycle: &CycleCode, form: &Questionnaire) -> pb::Questionnaire {
    let question = |q: &chiso_domain::survey::Question| {
        let (kind, options) = match &q.kind {
            QuestionKind::SelectOne(options) => (pb::QuestionKind::SelectOne, options.as_slice()),
            QuestionKind::Text => (pb::QuestionKind::Text, &[][..]),
            QuestionKind::Integer => (pb::QuestionKind::Integer, &[][..]),
            QuestionKind::Note => (pb::QuestionKind::Note, &[][..]),
        };
        let option = |o: &chiso_domain::survey::Choice| pb::Option {
            name: o.name.to_string(),
            label: o.label.clone(),
            label_en: o.label_en.clone(),
        };
        pb::Question {
            name: q.name.to_string(),
            label: q.label.clone(),
            label_en: q.label_en.clone(),
            kind: kind.into(),
            required: q.required,
            section: q.section.clone(),
            options: options.iter().map(option).collect(),
            relevant: q.relevant.as_ref().map(ToString::to_string).unwrap_or_default(),
            relevant_json: q.relevant.as_ref().map(Condition::to_json).unwrap_or_default(),
            ..constraint(q.constraint.as_ref())
        }
    };
    let section = |s: &chiso_domain::survey::Section| pb::Section {
        path: s.path.clone(),
        label: s.label.clone(),
        label_en: s.label_en.clone(),
    };
    pb::Questionnaire {
        cycle: cycle.to_string(),
        group: form.group.to_string(),
        title: form.title.clone(),
        sha256: form.sha256(),
        questions: form.questions.iter().map(question).collect(),
        sections: form.sections.iter().map(section).collect(),
    }
}

/// A question that so far says only what its answer has to satisfy.
fn constraint(constraint: Option<&Constraint>) -> pb::Question {
    constraint.map_or_else(pb::Question::default, |constraint| pb::Question {
        constraint: constraint.condition.to_string(),
        constraint_message: constraint.message.clone(),
        constraint_message_en: constraint.message_en.clone(),
        constraint_json: constraint.condition.to_json(),
        ..pb::Question::default()
    })
}

pub(crate) fn reasons(reasons: &[InvalidReason]) -> Vec<pb::InvalidReason> {
    let reason = |r: &InvalidReason| pb::InvalidReason {
        code: r.code().to_owned(),
        question: r.question().to_owned(),
        message: r.vi(),
    };
    reasons.iter().map(reason).collect()
}

pub(crate) fn outcome(outcome: &Outcome) -> pb::SlipOutcome {
    pb::SlipOutcome {
        slip_id: outcome.slip_id.to_string(),
        valid: outcome.valid,
        invalid_reasons: reasons(&outcome.reasons),
        refused: None,
    }
}

pub(crate) fn refused(slip_id: &str, error: &Error) -> pb::SlipOutcome {
    pb::SlipOutcome {
        slip_id: slip_id.to_owned(),
        valid: false,
        invalid_reasons: Vec::new(),
        refused: Some(fault(error)),
    }
}

pub(crate) fn fault(error: &Error) -> pb::Refused {
    pb::Refused {
        reason: error.reason(),
        field: error.field(),
        message: error.vi(),
    }
}

pub(crate) fn draft(draft: Draft, note: String) -> pb::Draft {
    let text = |id: Option<String>| id.unwrap_or_default();
    pb::Draft {
        slip_id: draft.id.to_string(),
        cycle: draft.cycle.to_string(),
        unit: text(draft.unit.map(|unit| unit.to_string())),
        group: draft.group.to_string(),
        respondent_id: text(draft.respondent.map(|id| id.to_string())),
        questionnaire_sha256: draft.questionnaire,
        started_at: Some(timestamp(draft.started_at)),
        agreed: draft.agreed,
        answers: answers(draft.answers),
        note,
        version: draft.version,
        saved_at: Some(timestamp(draft.saved_at)),
        replaces: text(draft.replaces.map(|id| id.to_string())),
    }
}

fn answers(answers: Vec<(String, String)>) -> Vec<pb::Answer> {
    let answer = |(question, value)| pb::Answer { question, value };
    answers.into_iter().map(answer).collect()
}

pub(crate) fn slip(slip: Slip) -> pb::Slip {
    pb::Slip {
        interviewer: slip.interviewer.to_string(),
        received_at: Some(timestamp(slip.received_at)),
        valid: slip.valid,
        invalid_reasons: reasons(&slip.reasons),
        sha256: hex::encode(&slip.sha256),
        returned: None,
        slip: Some(pb::NewSlip {
            slip_id: slip.id.to_string(),
            cycle: slip.cycle.to_string(),
            unit: slip.unit.to_string(),
            group: slip.group.to_string(),
            respondent_id: slip.respondent.to_string(),
            questionnaire_sha256: slip.questionnaire,
            started_at: Some(timestamp(slip.started_at)),
            ended_at: Some(timestamp(slip.ended_at)),
            answered_personally: slip.answered_personally,
            answers: answers(slip.answers),
            // A returned slip was valid when it came.
            record_invalid: !slip.valid && !slip.reasons.contains(&InvalidReason::Returned),
            replaces: slip.replaces.map(|id| id.to_string()).unwrap_or_default(),
        }),
    }
}

pub(crate) fn returned(returned: Returned) -> pb::Return {
    pb::Return {
        slip_id: returned.slip.to_string(),
        reason: returned.reason,
        by: returned.by,
        at: Some(timestamp(returned.at)),
        replaced_by: returned.replaced_by.map(|id| id.to_string()).unwrap_or_default(),
    }
}

pub(crate) fn lot_slip(slip: &Slip) -> pb::LotSlip {
    pb::LotSlip {
        slip_id: slip.id.to_string(),
        unit: slip.unit.to_string(),
        group: slip.group.to_string(),
        interviewer: slip.interviewer.to_string(),
        respondent_id: slip.respondent.to_string(),
        sha256: hex::encode(&slip.sha256),
    }
}
