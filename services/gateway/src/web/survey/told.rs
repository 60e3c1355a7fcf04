//! What the survey says of a slip before it is sent, as its pages say it.

use chiso_platform::words::Words;
use chiso_wire::survey as pb;

use super::super::errors::said;
use super::super::me::Me;
use super::super::state::Web;
use super::super::trouble::Trouble;
use super::super::words::named as in_language;
use super::form;
use super::load::Open;

/// Something that stands in a slip's way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Item {
    /// The question that it is about; none: the slip as a whole.
    pub(super) question: Option<String>,
    /// Nothing answers a question that has to be answered.
    pub(super) blank: bool,
    pub(super) text: String,
}

/// What the survey says of a slip before it is sent.
#[derive(Clone, Debug, Default)]
pub(super) struct Checked {
    /// With any of these it is not taken.
    pub(super) faults: Vec<Item>,
    /// With any of these it does not count.
    pub(super) reasons: Vec<Item>,
}

impl Checked {
    /// What concerns the slip as a whole.
    pub(super) fn of_slip(&self) -> impl Iterator<Item = &Item> {
        let all = self.faults.iter().chain(&self.reasons);
        all.filter(|item| item.question.is_none())
    }

    /// What concerns answers that were given.
    pub(super) fn of_answers(&self) -> impl Iterator<Item = (&str, &str)> {
        let all = self.faults.iter();
        all.filter_map(|item| Some((item.question.as_deref()?, item.text.as_str())))
    }
}

/// Asks the survey what stands in a slip's way.
pub(super) async fn check(web: &Web, me: &Me, open: &Open, slip: pb::NewSlip) -> Result<Checked, Trouble> {
    let given: Vec<String> = slip
        .answers
        .iter()
        .map(|answer| answer.question.clone())
        .collect();
    let asked = pb::CheckSlipRequest { slip: Some(slip) };
    let told = web.survey().check_slip(web.ask(me, asked)).await?.into_inner();
    let fault = |fault: &pb::Refused| {
        let question = answered(&fault.field).and_then(|place| given.get(place).cloned());
        let text = match &question {
            Some(name) => of_answer(me.w, &open.form, name, fault),
            None => said(me.w, &fault.reason, &fault.message, &fault.message),
        };
        Item {
            question,
            blank: false,
            text,
        }
    };
    let reason = |reason: &pb::InvalidReason| Item {
        question: (!reason.question.is_empty()).then(|| reason.question.clone()),
        blank: !reason.question.is_empty(),
        text: if reason.question.is_empty() {
            said(me.w, &reason.code, &reason.message, &reason.message)
        } else {
            me.w.say("survey-blank").to_owned()
        },
    };
    let mut checked = Checked::default();
    for item in told.faults.iter().map(fault) {
        if !checked.faults.contains(&item) {
            checked.faults.push(item);
        }
    }
    checked.reasons = told.invalid_reasons.iter().map(reason).collect();
    Ok(checked)
}

/// What a draft would be told if it were sent now.
pub(super) async fn check_now(web: &Web, me: &Me, open: &Open) -> Result<Checked, Trouble> {
    check(web, me, open, form::slip(&open.draft, &open.form, web.now())).await
}

/// The place that `answers[3].value` names.
fn answered(field: &str) -> Option<usize> {
    let (place, _) = field.strip_prefix("answers[")?.split_once(']')?;
    place.parse().ok()
}

/// What is wrong with an answer, without the question's name, which stands beside it.
fn of_answer(w: Words, form: &pb::Questionnaire, name: &str, fault: &pb::Refused) -> String {
    match fault.reason.as_str() {
        "ANSWER_NOT_INTEGER" => w.say("survey-not-whole").to_owned(),
        "OPTION_UNKNOWN" => w.say("form-choose").to_owned(),
        "ANSWER_CONSTRAINT" => {
            let question = form.questions.iter().find(|question| question.name == name);
            question.map_or_else(String::new, |question| constraint(w, question).to_owned())
        }
        _ => said(w, &fault.reason, &fault.message, &fault.message),
    }
}

/// What the form says where an answer does not fit.
pub(super) fn constraint(w: Words, question: &pb::Question) -> &str {
    let own = in_language(w, &question.constraint_message, &question.constraint_message_en);
    if own.is_empty() {
        w.say("survey-constraint")
    } else {
        own
    }
}
