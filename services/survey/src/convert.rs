//! To the wire: questionnaires, slips, outcomes. What comes in is read where it is used.

use chiso_domain::kernel::CycleCode;
use chiso_domain::survey::{InvalidReason, QuestionKind, Questionnaire};
use chiso_platform::Error;
use chiso_wire::convert::timestamp;
use chiso_wire::survey as pb;

use crate::intake::Outcome;
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
        }
    };
    pb::Questionnaire {
        cycle: cycle.to_string(),
        group: form.group.to_string(),
        title: form.title.clone(),
        sha256: form.sha256(),
        questions: form.questions.iter().map(question).collect(),
    }
}

fn reasons(reasons: &[InvalidReason]) -> Vec<pb::InvalidReason> {
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
        refused: Some(pb::Refused {
            reason: error.reason(),
            field: error.field(),
            message: error.vi(),
        }),
    }
}

pub(crate) fn slip(slip: Slip) -> pb::Slip {
    let answer = |(question, value)| pb::Answer { question, value };
    pb::Slip {
        interviewer: slip.interviewer.to_string(),
        received_at: Some(timestamp(slip.received_at)),
        valid: slip.valid,
        invalid_reasons: reasons(&slip.reasons),
        sha256: hex::encode(&slip.sha256),
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
            answers: slip.answers.into_iter().map(answer).collect(),
            record_invalid: !slip.valid,
        }),
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
