//! One criterion: what the unit says of it, by hand or by itself as it is typed.

use axum::extract::State;
use axum::response::Response;
use chiso_wire::ledger::SaveEntryResponse;

use super::super::at::At;
use super::super::errors::Errors;
use super::super::me::Me;
use super::super::posted::{Posted, Typed};
use super::super::save::{Refused, Saved, refused, saved, send};
use super::super::state::Web;
use super::super::trouble::Answer;
use super::load::{Leaf, Sheet, moment, names};
use super::view_entry::{Draft, FormOf, page, points_line};
use super::{super::format, form};

pub(super) async fn show(State(web): State<Web>, me: Me, at: At) -> Answer {
    let leaf = Leaf::of(&web, &at).await?;
    let errors = Errors::new(me.w);
    shown(&web, &me, &leaf, &Draft::nothing(&errors)).await
}

pub(super) async fn save(State(web): State<Web>, me: Me, at: At, posted: Posted) -> Answer {
    let leaf = Leaf::of(&web, &at).await?;
    let names = form::names(&leaf.row);
    let sent = match form::save(me.w, &leaf, &posted) {
        Ok(asked) => send(me.w, names, web.ledger().save_entry(web.ask(&me, asked))).await?,
        Err(errors) => Err(Refused::Again(errors)),
    };
    match sent {
        Ok(reply) => Ok(saved(
            &posted,
            done(&web, &me, &leaf, &reply),
            &form::then(&leaf, &posted),
        )),
        Err(why) => again(&web, &me, &leaf, &posted, (FormOf::Score, why)).await,
    }
}

/// What a script is told of what was saved: the ledger's points, the next version.
fn done(web: &Web, me: &Me, leaf: &Leaf, reply: &SaveEntryResponse) -> Saved {
    let entry = reply.entry.clone().unwrap_or_default();
    let at = entry.self_.as_ref().and_then(|own| moment(own.at.as_ref()));
    let at = at.map(format::instant).unwrap_or_default();
    Saved {
        at: at.split(' ').nth(1).unwrap_or_default().to_owned(),
        version: entry.version,
        next: web.id(),
        parts: vec![("diem", points_line(me.w, leaf, &entry))],
    }
}

/// The page of a criterion.
async fn shown(
    web: &Web,
    me: &Me,
    leaf: &Leaf,
    draft: &Draft<'_>,
) -> Result<Response, super::super::trouble::Trouble> {
    let sheet = Sheet::load(web, me, &leaf.place).await?;
    let names = names(web, me, sheet.entry(leaf)?).await;
    page(web, me, leaf, &sheet, &names, draft)
}

/// The page again, with what was typed into one of its forms and why it was not taken.
pub(super) async fn again(
    web: &Web,
    me: &Me,
    leaf: &Leaf,
    posted: &Posted,
    (form, why): (FormOf, Refused),
) -> Answer {
    let draft = Draft {
        form,
        typed: posted.typed(),
        errors: why.errors(),
        clash: matches!(why, Refused::Clash(_)),
        locked: matches!(why, Refused::Locked(_)),
    };
    let page = shown(web, me, leaf, &draft).await?;
    Ok(refused(posted, &why, |_: &Typed, _: &Errors| page))
}
