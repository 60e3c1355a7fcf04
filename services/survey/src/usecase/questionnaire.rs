//! Questionnaires: import of an XLSForm, all or nothing.

use std::collections::BTreeSet;

use chiso_domain::cycle::{Cycle, Rule, Window, WindowRefusal};
use chiso_domain::kernel::{CycleCode, GroupCode, Instant, QuestionName, UnitCode};
use chiso_domain::survey::xlsform::{self, FormRow, FormSheet};
use chiso_domain::survey::{ALL_GROUPS, Questionnaire};
use chiso_platform::Error;
use chiso_platform::auth::{Caller, Permission};
use chiso_platform::journal::{self, Act};
use chiso_platform::once::Once;
use chiso_platform::xlsx::{Faults, Workbook, column_letter};
use chiso_wire::convert::parse;
use chiso_wire::survey as pb;
use serde_json::json;

use super::{groups_of_leaves, open_campaign};
use crate::error::SurveyRefusal;
use crate::store::{questionnaire, tally};
use crate::{SERVICE, Service, convert, policy};

impl Service {
    /// Imports a version of a group's questionnaire, until the window of the whole cycle is over: the recheck
    /// asks by the newest form. The current form again is the same version; an earlier one is refused, since
    /// versions only go on.
    pub(crate) async fn import_questionnaire(
        &self,
        caller: &Caller,
        request: pb::ImportQuestionnaireRequest,
    ) -> Result<pb::ImportQuestionnaireResponse, Error> {
        let code: CycleCode = parse("cycle", &request.cycle)?;
        caller.require(policy::MANAGE, Some(&code))?;
        let now = self.ctx.clock.now();
        let group: GroupCode = parse("group", &request.group)?;
        let once = Once::new(
            SERVICE,
            "ImportQuestionnaire",
            caller,
            &request.request_id,
            &request,
        )?;
        // A kept copy might not know of an extension.
        let cycle = self.ctx.cycles.fresh(&code).await?;
        let (named, joined) = groups_of_leaves(&cycle);
        if group.as_str() == ALL_GROUPS || !(joined || named.contains(&group)) {
            let refusal = SurveyRefusal::GroupUnknown {
                field: "group".to_owned(),
                group: request.group,
            };
            return Err(refusal.into());
        }
        let xlsx = request.xlsx.clone();
        // Beside the calls: unpacking takes a while.
        let book = tokio::task::spawn_blocking(move || Workbook::open(&xlsx)).await;
        let form = read_form(&cycle, group, &book.map_err(Error::internal)??)?;
        let reply = pb::ImportQuestionnaireResponse {
            questionnaire: Some(convert::questionnaire(&code, &form)),
        };

        let mut tx = self.ctx.db.begin().await?;
        if let Some(reply) = once.replay(&mut tx).await? {
            return Ok(reply);
        }
        open_campaign(&mut tx, &code).await?;
        check_not_over(&cycle, now)?;
        let before = questionnaire::current(&mut tx, &code, &form.group)
            .await?
            .map(|q| q.sha256());
        let sha256 = form.sha256();
        if questionnaire::version(&mut tx, &code, &sha256).await?.is_none() {
            questionnaire::add(&mut tx, &code, &form, now).await?;
            let places: Vec<(&UnitCode, &GroupCode)> =
                cycle.units.keys().map(|unit| (unit, &form.group)).collect();
            tally::mark_stale(&mut tx, &code, &places).await?;
        } else if before.as_ref() != Some(&sha256) {
            return Err(SurveyRefusal::QuestionnaireSuperseded(form.group.to_string()).into());
        }
        let act = Act {
            actor: caller.actor(),
            act: "questionnaire.import",
            object: format!("{code}/{}", form.group),
            before: before.map(|sha256| json!({ "sha256": sha256 })),
            after: Some(json!({ "sha256": sha256 })),
            reason: String::new(),
        };
        journal::append(&mut tx, SERVICE, now, vec![act]).await?;
        once.remember(&mut tx, now, &reply).await?;
        tx.commit().await?;
        Ok(reply)
    }

    /// The newest version of a group's questionnaire, or the one that is named.
    pub(crate) async fn get_questionnaire(
        &self,
        caller: &Caller,
        request: pb::GetQuestionnaireRequest,
    ) -> Result<pb::GetQuestionnaireResponse, Error> {
        caller.require(Permission::SIGNED_IN, None)?;
        let code: CycleCode = parse("cycle", &request.cycle)?;
        let group: GroupCode = parse("group", &request.group)?;
        if !request.sha256.is_empty() {
            let form = self
                .forms
                .get(&self.ctx.db, &code, &group, &request.sha256)
                .await?;
            return Ok(pb::GetQuestionnaireResponse {
                questionnaire: Some(convert::questionnaire(&code, &form.questionnaire)),
            });
        }
        let form = questionnaire::current(&mut &self.ctx.db, &code, &group)
            .await?
            .ok_or(SurveyRefusal::NoQuestionnaire(request.group))?;
        Ok(pb::GetQuestionnaireResponse {
            questionnaire: Some(convert::questionnaire(&code, &form)),
        })
    }
}

fn check_not_over(cycle: &Cycle, now: Instant) -> Result<(), WindowRefusal> {
    match cycle.calendar.span(Window::Survey, None) {
        Some(survey) if survey.end <= now => Err(WindowRefusal::Passed(Window::Survey, survey.end)),
        _ => Ok(()),
    }
}

/// Reads the form and checks that it asks what the cycle's leaves rate.
fn read_form(cycle: &Cycle, group: GroupCode, book: &Workbook) -> Result<Questionnaire, Error> {
    let mut faults = Faults::default();
    let rated = rated_questions(cycle, &group);
    match xlsform::read(group, &sheets(book), &rated) {
        Ok(form) => {
            for question in missing_questions(cycle, &form) {
                faults.push("survey", 1, "A", question);
            }
            faults.into_result()?;
            Ok(form)
        }
        Err(found) => {
            for fault in found {
                faults.push(&fault.sheet, fault.row, &fault.column, fault.reason);
            }
            faults.into_result()?;
            Err(Error::internal("a form without faults was not read"))
        }
    }
}

/// Questions that some leaf rates when this group answers them.
fn rated_questions<'a>(cycle: &'a Cycle, of: &GroupCode) -> BTreeSet<&'a QuestionName> {
    let leaves = cycle.rules.index_sets.values().flat_map(|set| set.leaves());
    let rated = leaves.filter_map(|leaf| match &leaf.rule {
        Rule::Survey { group, question } if group == of || group.as_str() == ALL_GROUPS => Some(question),
        _ => None,
    });
    rated.collect()
}

fn sheets(book: &Workbook) -> Vec<FormSheet> {
    let found = book.sheet_names().iter().filter_map(|name| book.sheet(name));
    let row = |(number, cells): (&u32, &Vec<chiso_platform::xlsx::Cell>)| FormRow {
        number: *number,
        cells: cells
            .iter()
            .map(|cell| (column_letter(cell.column), cell.value.to_text()))
            .collect(),
    };
    found
        .map(|sheet| FormSheet {
            name: sheet.name.clone(),
            rows: sheet.rows.iter().map(row).collect(),
        })
        .collect()
}

/// What is wrong between the leaves that rate this group and the form: a question that is not asked, one
/// that is no choice, one without a single rated option.
fn missing_questions(cycle: &Cycle, form: &Questionnaire) -> BTreeSet<String> {
    let values = &cycle.rules.policy.survey.option_values;
    let mut wrong = BTreeSet::new();
    let leaves = cycle.rules.index_sets.values().flat_map(|set| set.leaves());
    for leaf in leaves {
        let Rule::Survey { group, question } = &leaf.rule else {
            continue;
        };
        if *group != form.group {
            continue;
        }
        match form.options(question.as_str()) {
            None => {
                wrong.insert(format!(
                    "Phiếu thiếu câu hỏi chọn một “{question}” mà bộ chỉ số dùng. Thêm câu này."
                ));
            }
            Some(options) if !options.iter().any(|o| values.contains_key(&o.name)) => {
                wrong.insert(format!(
                    "Câu “{question}” không có phương án nào được cho điểm. Dùng tên phương án trong chính sách."
                ));
            }
            Some(_) if !form.question(question.as_str()).is_some_and(|q| q.required) => {
                wrong.insert(format!(
                    "Câu “{question}” được tính điểm nên phải bắt buộc (required = yes)."
                ));
            }
            Some(_) => {}
        }
    }
    wrong
}
