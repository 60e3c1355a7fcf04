//! From what was typed to drafts and slips, and which questions are asked after which answers. Knows neither the session
//! nor the pages around it, so that other ways of filling in a slip can stand on it.

use std::collections::{BTreeMap, BTreeSet};

use chiso_domain::kernel::{Instant, QuestionName};
use chiso_domain::survey::Condition;
use chiso_domain::survey::answers::TEXT_MAX;
use chiso_platform::words::{Arg, Words};
use chiso_wire::convert::timestamp;
use chiso_wire::survey as pb;
use chiso_wire::survey::QuestionKind;

use super::super::errors::{Errors, Names};
use super::super::form::Form;
use super::super::posted::Posted;

/// How the fields of answers begin.
pub(super) const ANSWERS: &str = "cau-";
/// The field with the interviewer's own note.
pub(super) const NOTE: &str = "ghi-chu";
/// Longest note.
pub(super) const NOTE_MAX: usize = 2_000;
/// The field with the id of the slip, made with the form, so that a form sent twice begins one slip.
pub(super) const SLIP: &str = "_slip";
/// When the page was opened with which an interview begins, or ends.
pub(super) const MOMENT: &str = "_luc";
/// The field with the id of a person who is entered.
pub(super) const PERSON: &str = "_nguoi";
/// The returned slip in whose place one comes.
pub(super) const REPLACES: &str = "_thay";
/// Whether the respondent takes part.
pub(super) const AGREES: &str = "dong-y";
/// Whether the respondent answered in person.
pub(super) const IN_PERSON: &str = "truc-tiep";
/// How a slip is finished.
pub(super) const HOW: &str = "cach";
/// Yes and no.
pub(super) const YES: &str = "co";
pub(super) const NO: &str = "khong";
/// The slip counts, or is recorded as one that does not.
pub(super) const AS_VALID: &str = "hop-le";
pub(super) const AS_INVALID: &str = "khong-hop-le";
/// Which text of consent people hear; a new text has a new name.
const CONSENT: &str = "web-1";

/// Where the survey's fields of a draft are typed in.
pub(super) const DRAFT_NAMES: &Names = &[("note", NOTE)];
/// Where those of a new respondent are.
pub(super) const PERSON_NAMES: &Names = &[
    ("respondents[0].name", "ho-ten"),
    ("respondents[0].phone", "dien-thoai"),
    ("respondents[0].group", "nhom"),
    ("respondents[0].units", "don-vi"),
];
/// Where those of a slip are.
pub(super) const SLIP_NAMES: &Names = &[("answered_personally", IN_PERSON)];

/// The field of a question.
pub(super) fn field(question: &str) -> String {
    format!("{ANSWERS}{question}")
}

/// Answers by question; blanks are not there.
pub(super) type Answers = BTreeMap<String, String>;

/// The answers of a draft as the survey keeps them.
pub(super) fn answers(form: &pb::Questionnaire, given: &[pb::Answer]) -> Answers {
    let kind = |name: &str| {
        let question = form.questions.iter().find(|question| question.name == name);
        question.map_or(QuestionKind::Unspecified, pb::Question::kind)
    };
    let kept = given.iter().map(|answer| {
        let value = answer.value.trim();
        let number = value.parse::<i64>().ok();
        let number = number.filter(|_| kind(&answer.question) == QuestionKind::Integer);
        let value = number.map_or_else(|| value.to_owned(), |number| number.to_string());
        (answer.question.clone(), value)
    });
    kept.filter(|(_, value)| !value.is_empty()).collect()
}

/// The questions that are not asked after these answers, by the conditions of the form in its order. What is not asked
/// counts as blank for all that follow.
pub(super) fn unasked<'a>(form: &'a pb::Questionnaire, answers: &Answers) -> BTreeSet<&'a str> {
    let mut hidden = BTreeSet::new();
    for question in &form.questions {
        // Most have no condition.
        let Ok(condition) = question.relevant.parse::<Condition>() else {
            continue;
        };
        let answer = |name: &QuestionName| match answers.get(name.as_str()) {
            Some(value) if !hidden.contains(name.as_str()) => value.as_str(),
            _ => "",
        };
        if !condition.holds("", &answer) {
            hidden.insert(question.name.as_str());
        }
    }
    hidden
}

/// How many questions are asked, and how many of them are answered.
pub(super) fn counts(form: &pb::Questionnaire, answers: &Answers) -> (usize, usize) {
    let hidden = unasked(form, answers);
    let asked = form
        .questions
        .iter()
        .filter(|question| question.kind() != QuestionKind::Note && !hidden.contains(question.name.as_str()));
    let (mut all, mut answered) = (0, 0);
    for question in asked {
        all += 1;
        answered += usize::from(answers.contains_key(&question.name));
    }
    (all, answered)
}

/// A draft with what was typed upon it.
pub(super) fn typed(w: Words, before: &pb::Draft, posted: &Posted) -> Result<pb::SaveDraftRequest, Errors> {
    let mut errors = Errors::new(w);
    let most = [("most", Arg::Count(i64::try_from(TEXT_MAX).unwrap_or(i64::MAX)))];
    let mut answers = Vec::new();
    for (question, value) in posted.named(ANSWERS) {
        if value.chars().count() > TEXT_MAX {
            errors.add(field(question), w.tell("survey-too-long", &most));
        }
        if !value.trim().is_empty() {
            let (question, value) = (question.to_owned(), value.trim().to_owned());
            answers.push(pb::Answer { question, value });
        }
    }
    if posted.text(NOTE).chars().count() > NOTE_MAX {
        errors.add(NOTE, w.tell("survey-too-long", &most));
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    Ok(pb::SaveDraftRequest {
        request_id: posted.request_id().to_owned(),
        draft: Some(pb::Draft {
            answers,
            note: posted.text(NOTE).trim().to_owned(),
            version: posted.version(),
            saved_at: None,
            ..before.clone()
        }),
    })
}

/// The slip that a draft becomes: answers to what is asked only.
pub(super) fn slip(draft: &pb::Draft, form: &pb::Questionnaire, ended_at: Instant) -> pb::NewSlip {
    let answers = answers(form, &draft.answers);
    let hidden = unasked(form, &answers);
    let asked = form
        .questions
        .iter()
        .filter(|question| !hidden.contains(question.name.as_str()));
    let given = asked.filter_map(|question| {
        let value = answers.get(&question.name)?.clone();
        let question = question.name.clone();
        Some(pb::Answer { question, value })
    });
    pb::NewSlip {
        slip_id: draft.slip_id.clone(),
        cycle: draft.cycle.clone(),
        unit: draft.unit.clone(),
        group: draft.group.clone(),
        respondent_id: draft.respondent_id.clone(),
        questionnaire_sha256: draft.questionnaire_sha256.clone(),
        started_at: draft.started_at,
        ended_at: Some(timestamp(ended_at)),
        answered_personally: true,
        answers: given.collect(),
        record_invalid: false,
        replaces: draft.replaces.clone(),
    }
}

/// How a slip is to be finished: whether the respondent answered in person, and whether it is to be recorded as invalid.
pub(super) fn finish(w: Words, posted: &Posted, slip: pb::NewSlip) -> Result<pb::NewSlip, Errors> {
    let mut form = Form::new(posted, w);
    let in_person = form.choice(IN_PERSON, &[YES, NO]);
    if in_person.is_none() && form.errors.is_empty() {
        form.errors.add(IN_PERSON, w.say("survey-in-person-needed"));
    }
    if !form.errors.is_empty() {
        return Err(form.errors);
    }
    Ok(pb::NewSlip {
        answered_personally: in_person == Some(YES),
        record_invalid: posted.text(HOW) == AS_INVALID,
        ..slip
    })
}

/// When the page was opened, which an interview's form carries; now where it carries nonsense.
pub(super) fn moment(posted: &Posted, now: Instant) -> Instant {
    let read = posted.text(MOMENT).parse().map(Instant::from_micros);
    read.ok().filter(|at| *at <= now).unwrap_or(now)
}

/// What somebody said who was asked to take part.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) agreed: bool,
    pub(super) note: String,
}

pub(super) fn asked(w: Words, posted: &Posted) -> Result<Asked, Errors> {
    let mut form = Form::new(posted, w);
    let agreed = agrees(w, &mut form);
    if form.errors.is_empty() {
        let note = posted.text(NOTE).trim().to_owned();
        Ok(Asked { agreed, note })
    } else {
        Err(form.errors)
    }
}

fn agrees(w: Words, form: &mut Form<'_>) -> bool {
    let said = form.choice(AGREES, &[YES, NO]);
    if said.is_none() && form.errors.of(AGREES).is_none() {
        form.errors.add(AGREES, w.say("survey-agree-needed"));
    }
    said == Some(YES)
}

/// Somebody new, of one of these groups, about one of these units; none where the person does not take part: then nothing
/// of them is kept.
pub(super) fn person(
    w: Words,
    posted: &Posted,
    (cycle, groups, units): (&str, &[&str], &[&str]),
) -> Result<Option<pb::RegisterRespondentsRequest>, Errors> {
    let mut form = Form::new(posted, w);
    let agreed = agrees(w, &mut form);
    if !agreed && form.errors.is_empty() {
        return Ok(None);
    }
    let (name, phone) = (form.needed("ho-ten"), form.needed("dien-thoai"));
    let group = form.choice("nhom", groups);
    if group.is_none() && form.errors.of("nhom").is_none() {
        form.errors.add("nhom", w.say("survey-group-needed"));
    }
    let unit = form.choice("don-vi", units);
    if unit.is_none() && form.errors.of("don-vi").is_none() {
        form.errors.add("don-vi", w.say("survey-unit-needed"));
    }
    if !form.errors.is_empty() {
        return Err(form.errors);
    }
    let text = |chosen: Option<&str>| chosen.unwrap_or_default().to_owned();
    Ok(Some(pb::RegisterRespondentsRequest {
        request_id: posted.request_id().to_owned(),
        cycle: cycle.to_owned(),
        respondents: vec![pb::NewRespondent {
            respondent_id: posted.text(PERSON).to_owned(),
            group: text(group),
            name: name.to_owned(),
            phone: phone.to_owned(),
            consent: CONSENT.to_owned(),
            units: vec![text(unit)],
        }],
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn question(name: &str, kind: QuestionKind, relevant: &str) -> pb::Question {
        pb::Question {
            name: name.to_owned(),
            kind: kind.into(),
            relevant: relevant.to_owned(),
            ..pb::Question::default()
        }
    }

    fn form() -> pb::Questionnaire {
        pb::Questionnaire {
            questions: vec![
                question("Q1", QuestionKind::SelectOne, ""),
                question("so_lan", QuestionKind::Integer, "${Q1} = '1'"),
                question("chao", QuestionKind::Note, ""),
                question("vi_sao", QuestionKind::Text, "${so_lan} = '7'"),
            ],
            ..pb::Questionnaire::default()
        }
    }

    fn given(pairs: &[(&str, &str)]) -> Vec<pb::Answer> {
        let answer = |(question, value): &(&str, &str)| pb::Answer {
            question: (*question).to_owned(),
            value: (*value).to_owned(),
        };
        pairs.iter().map(answer).collect()
    }

    #[test]
    fn what_is_not_asked_hides_what_hangs_on_it() {
        let form = form();
        let hidden = |pairs: &[(&str, &str)]| -> Vec<&str> {
            unasked(&form, &answers(&form, &given(pairs)))
                .into_iter()
                .collect()
        };
        assert_eq!(hidden(&[]), ["so_lan", "vi_sao"]);
        assert_eq!(hidden(&[("Q1", "1")]), ["vi_sao"]);
        assert!(hidden(&[("Q1", "1"), ("so_lan", " 007 ")]).is_empty());
        assert_eq!(hidden(&[("Q1", "2"), ("so_lan", "7")]), ["so_lan", "vi_sao"]);
    }

    #[test]
    fn only_what_is_asked_is_sent_and_counted() {
        let form = form();
        let draft = pb::Draft {
            answers: given(&[("Q1", "2"), ("so_lan", "7"), ("vi_sao", "không rõ")]),
            replaces: "cu".to_owned(),
            ..pb::Draft::default()
        };
        let sent = slip(&draft, &form, Instant::from_micros(0));
        assert_eq!(sent.answers, given(&[("Q1", "2")]));
        assert_eq!(sent.replaces, "cu");
        let all = answers(&form, &draft.answers);
        assert_eq!(counts(&form, &all), (1, 1), "a note is no question");
    }
}
