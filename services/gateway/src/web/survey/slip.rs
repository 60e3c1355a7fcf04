//! One slip: filled in, saved as it is typed, dropped, or done again after it was given back.

use axum::extract::State;
use axum::response::Response;
use chiso_domain::kernel::SlipId;
use chiso_wire::convert::timestamp;
use chiso_wire::survey as pb;

use super::super::at::At;
use super::super::errors::Errors;
use super::super::format;
use super::super::me::Me;
use super::super::posted::{Posted, Typed};
use super::super::save::{Refused, Saved, refused, saved, see, send};
use super::super::state::Web;
use super::super::trouble::{Answer, Trouble};
use super::form;
use super::load::{self, Found, Open, Sent};
use super::told;
use super::view_sent;
use super::view_work::{self, Typing};

pub(super) async fn show(State(web): State<Web>, me: Me, at: At) -> Answer {
    let open = match load::find(&web, &me, &at).await? {
        Found::Sent(sent) => return receipt(&web, &me, &sent).await,
        Found::Open(open) => open,
    };
    if let Some(consent) = open.consent() {
        return Ok(see(&consent));
    }
    page(&web, &me, &open, &Typing::nothing(&Errors::new(me.w))).await
}

async fn page(web: &Web, me: &Me, open: &Open, typing: &Typing<'_>) -> Answer {
    let checked = told::check_now(web, me, open).await?;
    Ok(view_work::page(web, me, open, &checked, typing))
}

async fn receipt(web: &Web, me: &Me, sent: &Sent) -> Answer {
    let successor = successor(web, me, sent).await?;
    Ok(view_sent::receipt(web, me, sent, successor.as_ref()))
}

/// Saves what was typed; by a script as it is typed. A slip that was sent stays as it was sent.
pub(super) async fn save(State(web): State<Web>, me: Me, at: At, posted: Posted) -> Answer {
    let open = match load::find(&web, &me, &at).await? {
        Found::Sent(sent) => return Ok(view_sent::instead(&me, &sent, &posted)),
        Found::Open(open) => open,
    };
    if let Some(consent) = open.consent() {
        return Ok(see(&consent));
    }
    match kept(&web, &me, &open, &posted).await? {
        Ok(reply) => Ok(saved(&posted, done(&web, &reply), &then(&open, &posted))),
        Err(why) => again(&web, &me, &open, &posted, &why).await,
    }
}

/// The page after the one that was saved.
fn then(open: &Open, posted: &Posted) -> String {
    let goes_on = !posted.text(view_work::GO_ON).is_empty();
    open.href(if goes_on { "/hoan-thanh" } else { "" })
}

async fn kept(
    web: &Web,
    me: &Me,
    open: &Open,
    posted: &Posted,
) -> Result<Result<pb::SaveDraftResponse, Refused>, Trouble> {
    match form::typed(me.w, &open.draft, posted) {
        Ok(asked) => {
            send(
                me.w,
                form::DRAFT_NAMES,
                web.survey().save_draft(web.ask(me, asked)),
            )
            .await
        }
        Err(errors) => Ok(Err(Refused::Again(errors))),
    }
}

fn done(web: &Web, reply: &pb::SaveDraftResponse) -> Saved {
    let at = load::moment(reply.saved_at.as_ref())
        .map(format::instant)
        .unwrap_or_default();
    Saved {
        at: at.split(' ').nth(1).unwrap_or_default().to_owned(),
        version: reply.version,
        next: web.id(),
        parts: Vec::new(),
    }
}

async fn again(web: &Web, me: &Me, open: &Open, posted: &Posted, why: &Refused) -> Answer {
    let (typed, clash) = (posted.typed(), matches!(why, Refused::Clash(_)));
    // Upon a clash the next save is over the version that is shown beside.
    let version = (!clash).then(|| posted.version());
    let typing = Typing {
        typed,
        errors: why.errors(),
        clash,
        version,
    };
    let page: Response = page(web, me, open, &typing).await?;
    Ok(refused(posted, why, |_: &Typed, _: &Errors| page))
}

/// Forgets a draft; asked twice, once. A slip that was sent meanwhile is no draft any more, and is shown.
pub(super) async fn drop(State(web): State<Web>, me: Me, at: At, posted: Posted) -> Answer {
    let (id, cycle): (SlipId, &str) = (at.code("id")?, at.part("cycle"));
    let id = id.to_string();
    let draft = load::draft(&web, &me, &id).await?;
    if draft.is_none() && load::slip(&web, &me, &id).await?.is_some() {
        return Ok(see(&load::slip_href(cycle, &id)));
    }
    let asked = pb::DropDraftRequest {
        request_id: posted.request_id().to_owned(),
        slip_id: id,
    };
    web.survey().drop_draft(web.ask(&me, asked)).await?;
    Ok(see(&format!("{}?da-ghi=da-bo", super::href(cycle))))
}

/// Begins the slip that comes in the place of a returned one, with its answers. Asked twice, it is begun once; who does
/// not agree this time is noted as somebody who did not.
pub(super) async fn redo(State(web): State<Web>, me: Me, at: At, posted: Posted) -> Answer {
    let Found::Sent(sent) = load::find(&web, &me, &at).await? else {
        return Err(Trouble::missing());
    };
    let before = successor(&web, &me, &sent).await?;
    let shown = |typed: &Typed, errors: &Errors| {
        view_sent::receipt_with(&web, &me, &sent, before.as_ref(), (typed, errors))
    };
    match begun(&web, &me, (&sent, before.as_ref()), &posted).await? {
        Ok(href) => Ok(see(&href)),
        Err(why) => Ok(refused(&posted, &why, shown)),
    }
}

/// The draft that is to come in the place of a slip.
async fn successor(web: &Web, me: &Me, sent: &Sent) -> Result<Option<pb::Draft>, Trouble> {
    let mut drafts = load::drafts(web, me, &sent.told.cycle).await?.into_iter();
    Ok(drafts.find(|draft| draft.replaces == sent.told.slip_id))
}

/// Where to go on: to the slip that comes in the place of a returned one, begun before or now.
async fn begun(
    web: &Web,
    me: &Me,
    (sent, before): (&Sent, Option<&pb::Draft>),
    posted: &Posted,
) -> Result<Result<String, Refused>, Trouble> {
    if let Some(draft) = before.filter(|draft| draft.agreed) {
        return Ok(Ok(load::slip_href(&draft.cycle, &draft.slip_id)));
    }
    let agreed = match form::asked(me.w, posted) {
        Ok(asked) => asked.agreed,
        Err(errors) => return Ok(Err(Refused::Again(errors))),
    };
    let draft = anew(web, (sent, before), posted, agreed);
    let next = if agreed {
        load::slip_href(&draft.cycle, &draft.slip_id)
    } else {
        format!("{}?da-ghi=tu-choi-lai", super::href(&draft.cycle))
    };
    let asked = pb::SaveDraftRequest {
        request_id: posted.request_id().to_owned(),
        draft: Some(draft),
    };
    let asked = web.ask(me, asked);
    let told = send(me.w, form::DRAFT_NAMES, web.survey().save_draft(asked)).await?;
    Ok(told.map(|_draft| next))
}

fn anew(web: &Web, (sent, before): (&Sent, Option<&pb::Draft>), posted: &Posted, agreed: bool) -> pb::Draft {
    let told = &sent.told;
    let started_at = Some(timestamp(form::moment(posted, web.now())));
    match before {
        Some(draft) => pb::Draft {
            started_at,
            agreed,
            saved_at: None,
            answers: if draft.answers.is_empty() && draft.questionnaire_sha256 == told.questionnaire_sha256 {
                told.answers.clone()
            } else {
                draft.answers.clone()
            },
            ..draft.clone()
        },
        None => pb::Draft {
            slip_id: posted.text(form::SLIP).to_owned(),
            cycle: told.cycle.clone(),
            unit: told.unit.clone(),
            group: told.group.clone(),
            respondent_id: told.respondent_id.clone(),
            questionnaire_sha256: told.questionnaire_sha256.clone(),
            started_at,
            agreed,
            answers: told.answers.clone(),
            replaces: told.slip_id.clone(),
            ..pb::Draft::default()
        },
    }
}
