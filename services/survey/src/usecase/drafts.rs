//! Slips that are being filled in: each interviewer's own, saved as they are typed. No act, so no row of the journal.

use std::collections::BTreeSet;

use chiso_domain::cycle::Window;
use chiso_domain::kernel::{CycleCode, GroupCode, Instant, PersonId, SlipId, UnitCode};
use chiso_domain::survey::Questionnaire;
use chiso_domain::survey::answers::{AnswerError, AnswerFault, TEXT_MAX};
use chiso_platform::Error;
use chiso_platform::auth::Caller;
use chiso_platform::once::Once;
use chiso_platform::page::Page;
use chiso_wire::convert::{BadField, instant, optional_text, parse, parse_optional, timestamp};
use chiso_wire::survey as pb;

use super::{check_unit, open_campaign, receipt};
use crate::error::SurveyRefusal;
use crate::store::draft::{self, Draft};
use crate::store::{respondent, slip};
use crate::{SERVICE, Service, convert, policy};

/// Most drafts of one interviewer in a cycle.
const MOST: i64 = 500;
/// Longest note in characters.
const NOTE_MAX: usize = 2_000;

/// Where a sealed note belongs; it opens nowhere else.
fn place_of_note(id: &str) -> [&str; 3] {
    ["survey_draft", id, "note"]
}

fn no_such_draft() -> Error {
    Error::not_found(
        "slip_id",
        "Không có phiếu nháp này. Phiếu có thể đã gửi hoặc đã bỏ.",
    )
}

impl Service {
    /// Keeps a draft as it stands, over the version that was read.
    pub(crate) async fn save_draft(
        &self,
        caller: &Caller,
        request: pb::SaveDraftRequest,
    ) -> Result<pb::SaveDraftResponse, Error> {
        let sent = request.draft.as_ref().ok_or_else(|| BadField::missing("draft"))?;
        let code: CycleCode = parse("cycle", &sent.cycle)?;
        caller.require(policy::SUBMIT_SLIP, Some(&code))?;
        let now = self.ctx.clock.now();
        let once = Once::new(SERVICE, "SaveDraft", caller, &request.request_id, &request)?;
        let draft = self.read_draft(sent, code, caller.person()?, now).await?;

        let mut tx = self.ctx.db.begin().await?;
        if let Some(reply) = once.replay(&mut tx).await? {
            return Ok(reply);
        }
        open_campaign(&mut tx, &draft.cycle).await?;
        if slip::find(&mut tx, draft.id).await?.is_some() {
            return Err(SurveyRefusal::SlipSubmitted.into());
        }
        if let Some(person) = draft.respondent
            && !respondent::is_in(&mut tx, &draft.cycle, person).await?
        {
            return Err(SurveyRefusal::RespondentUnknown.into());
        }
        let before = draft::find(&mut tx, draft.id).await?;
        match &before {
            Some(before) if before.interviewer != draft.interviewer || before.cycle != draft.cycle => {
                return Err(SurveyRefusal::SlipIdReused.into());
            }
            None if draft.version == 1 => {
                draft::drop_submitted(&mut tx, &draft.cycle, draft.interviewer).await?;
                if draft::count(&mut tx, &draft.cycle, draft.interviewer).await? >= MOST {
                    return Err(SurveyRefusal::TooManyDrafts(MOST).into());
                }
            }
            before => {
                let current = before.as_ref().map_or(0, |before| before.version);
                if current + 1 != draft.version {
                    return Err(SurveyRefusal::DraftChanged(current).into());
                }
            }
        }
        draft::save(&mut tx, &draft).await?;
        let reply = pb::SaveDraftResponse {
            version: draft.version,
            saved_at: Some(timestamp(now)),
        };
        once.remember(&mut tx, now, &reply).await?;
        tx.commit().await?;
        Ok(reply)
    }

    /// Reads a draft strictly in its frame; its answers may still be anything that could be typed.
    async fn read_draft(
        &self,
        sent: &pb::Draft,
        code: CycleCode,
        interviewer: PersonId,
        now: Instant,
    ) -> Result<Draft, Error> {
        let unit: Option<UnitCode> = parse_optional("unit", &sent.unit)?;
        let group: GroupCode = parse("group", &sent.group)?;
        let cycle = self
            .ctx
            .cycles
            .check(&code, Window::Survey, unit.as_ref(), now)
            .await?;
        if let Some(unit) = &unit {
            check_unit(&cycle, "unit", unit)?;
        }
        let sha256 = &sent.questionnaire_sha256;
        let form = self.forms.get(&self.ctx.db, &code, &group, sha256).await?;
        let id: SlipId = parse("slip_id", &sent.slip_id)?;
        let note = optional_text("note", &sent.note, NOTE_MAX)?;
        Ok(Draft {
            id,
            cycle: code,
            interviewer,
            unit,
            group,
            respondent: parse_optional("respondent_id", &sent.respondent_id)?,
            answers: typed_answers(&form.questionnaire, &sent.answers)?,
            questionnaire: form.sha256.clone(),
            started_at: instant("started_at", sent.started_at.as_ref())?,
            agreed: sent.agreed,
            note: self.ctx.seals.seal(&place_of_note(&id.to_string()), &note),
            version: next_version(sent.version)?,
            saved_at: now,
            replaces: parse_optional("replaces", &sent.replaces)?,
        })
    }

    fn opened(&self, draft: Draft) -> Result<pb::Draft, Error> {
        let id = draft.id.to_string();
        let note = self.ctx.seals.open(&place_of_note(&id), &draft.note)?;
        Ok(convert::draft(draft, note))
    }

    /// One draft of the caller's own.
    pub(crate) async fn get_draft(
        &self,
        caller: &Caller,
        request: pb::GetDraftRequest,
    ) -> Result<pb::GetDraftResponse, Error> {
        caller.require(policy::SUBMIT_SLIP, None)?;
        let id: SlipId = parse("slip_id", &request.slip_id)?;
        let mut db = &self.ctx.db;
        let found = draft::find(&mut db, id).await?.ok_or_else(no_such_draft)?;
        let own = found.interviewer == caller.person()?
            && caller.require(policy::SUBMIT_SLIP, Some(&found.cycle)).is_ok();
        if !own || slip::find(&mut db, id).await?.is_some() {
            return Err(no_such_draft());
        }
        Ok(pb::GetDraftResponse {
            draft: Some(self.opened(found)?),
        })
    }

    /// The caller's own drafts by pages.
    pub(crate) async fn list_drafts(
        &self,
        caller: &Caller,
        request: pb::ListDraftsRequest,
    ) -> Result<pb::ListDraftsResponse, Error> {
        let code: CycleCode = parse("cycle", &request.cycle)?;
        caller.require(policy::SUBMIT_SLIP, Some(&code))?;
        let page = Page::of(request.page_size, &request.page_token)?;
        let after = parse_optional("page_token", page.after.as_deref().unwrap_or(""))?;
        let limit = page.limit_and_one();
        let rows = draft::list(&mut &self.ctx.db, &code, caller.person()?, after, limit).await?;
        let (rows, next_page_token) = page.cut(rows, |draft| draft.id.to_string());
        let drafts = rows.into_iter().map(|draft| self.opened(draft));
        Ok(pb::ListDraftsResponse {
            drafts: drafts.collect::<Result<_, Error>>()?,
            next_page_token,
        })
    }

    /// Forgets a draft of the caller's own; at any time.
    pub(crate) async fn drop_draft(
        &self,
        caller: &Caller,
        request: pb::DropDraftRequest,
    ) -> Result<pb::DropDraftResponse, Error> {
        caller.require(policy::SUBMIT_SLIP, None)?;
        let now = self.ctx.clock.now();
        let id: SlipId = parse("slip_id", &request.slip_id)?;
        let once = Once::new(SERVICE, "DropDraft", caller, &request.request_id, &request)?;

        let mut tx = self.ctx.db.begin().await?;
        if let Some(reply) = once.replay(&mut tx).await? {
            return Ok(reply);
        }
        let found = draft::find(&mut tx, id).await?.ok_or_else(no_such_draft)?;
        if found.interviewer != caller.person()? {
            return Err(no_such_draft());
        }
        draft::drop(&mut tx, id).await?;
        let reply = pb::DropDraftResponse {
            receipt: receipt(once.id(), now),
        };
        once.remember(&mut tx, now, &reply).await?;
        tx.commit().await?;
        Ok(reply)
    }
}

fn next_version(read: i64) -> Result<i64, BadField> {
    let next = read.checked_add(1).filter(|next| *next >= 1);
    next.ok_or_else(|| {
        BadField::new(
            "version",
            "below zero",
            "Số phiên bản không được âm. Mở lại phiếu nháp.",
        )
    })
}

/// Questions of the form, each once; values of any sort, as somebody may still be typing.
fn typed_answers(form: &Questionnaire, answers: &[pb::Answer]) -> Result<Vec<(String, String)>, Error> {
    let mut seen = BTreeSet::new();
    let mut typed = Vec::with_capacity(answers.len());
    for (at, answer) in answers.iter().enumerate() {
        let name = answer.question.as_str();
        let fault = |fault| AnswerError {
            at,
            question: name.chars().take(64).collect(),
            fault,
        };
        if !form.question(name).is_some_and(|question| question.kind.asks()) {
            return Err(fault(AnswerFault::UnknownQuestion).into());
        }
        if !seen.insert(name) {
            return Err(fault(AnswerFault::AnsweredTwice).into());
        }
        let value = optional_text(&format!("answers[{at}].value"), &answer.value, TEXT_MAX)?;
        typed.push((name.to_owned(), value));
    }
    Ok(typed)
}
