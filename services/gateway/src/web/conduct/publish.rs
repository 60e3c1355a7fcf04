//! Publishing a version: what will be public, what differs from the version before, and the act itself.

use std::sync::Arc;

use axum::extract::State;
use chiso_domain::cycle::Cycle;
use chiso_platform::words::Words;
use chiso_wire::ranking as pb;

use super::super::at::At;
use super::super::errors::{Errors, Names};
use super::super::form::Form;
use super::super::me::Me;
use super::super::posted::{Posted, Typed};
use super::super::save::{Refused, refused, see, send};
use super::super::state::Web;
use super::super::trouble::{Answer, Trouble};
use super::ranking::Ranking;
use super::{INNER, ORGANISER, load, ranking, view, view_publish};

/// The field with the hash of the results that were previewed: others are not published.
pub(super) const SEEN: &str = "ket-qua";

/// The field with the number of the newest version that was looked at: beside another one nothing is published.
pub(super) const NEWEST: &str = "ban-moi-nhat";

/// What is about to be published.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    pub(super) ranking: Ranking,
    /// The version that stands, where there is one.
    pub(super) before: Option<pb::GetPublishedResponse>,
    /// The hash of the results and the number of the newest version that whoever publishes has looked at.
    pub(super) seen: (String, String),
}

impl Draft {
    /// The number that it will have.
    pub(super) fn number(&self) -> i32 {
        self.ranking.newest() + 1
    }

    pub(super) const fn is_correction(&self) -> bool {
        self.before.is_some()
    }
}

pub(super) async fn preview(State(web): State<Web>, me: Me, at: At) -> Answer {
    let Some(cycle) = load::cycle(&web, &me, &at, ORGANISER).await? else {
        return Ok(view::unopened(&me, at.part("cycle")));
    };
    let draft = draft(&web, &me, cycle).await?;
    Ok(view_publish::preview(
        &web,
        &me,
        &draft,
        &Typed::default(),
        &Errors::new(me.w),
    ))
}

async fn draft(web: &Web, me: &Me, cycle: Arc<Cycle>) -> Result<Draft, Trouble> {
    let ranking = ranking::load(web, me, cycle).await?;
    let before = match ranking.versions.first() {
        Some(newest) => Some(ranking::published(web, me, ranking.code(), newest.version).await?),
        None => None,
    };
    let seen = (ranking.now.results_sha256.clone(), ranking.newest().to_string());
    Ok(Draft {
        ranking,
        before,
        seen,
    })
}

pub(super) async fn publish(State(web): State<Web>, me: Me, at: At, posted: Posted) -> Answer {
    let cycle = load::open_cycle(&web, &me, &at, ORGANISER).await?;
    let asked = match asked(me.w, &cycle, &posted) {
        Ok(asked) => asked,
        Err(errors) => return again(&web, &me, cycle, &posted, &Refused::Again(errors)).await,
    };
    let names: &Names = &[("document", "van-ban"), ("correction_reason", "ly-do")];
    match send(me.w, names, web.ranking().publish(web.ask(&me, asked))).await? {
        Ok(_published) => Ok(see(&format!(
            "{}?da-ghi=cong-bo",
            super::href(at.part("cycle"), super::RANKING)
        ))),
        Err(why) => again(&web, &me, cycle, &posted, &why).await,
    }
}

/// The form has a field for the reason where there is a version to be corrected.
fn asked(w: Words, cycle: &Cycle, posted: &Posted) -> Result<pb::PublishRequest, Errors> {
    let mut form = Form::new(posted, w);
    let document = form.needed("van-ban").to_owned();
    let corrects = posted.all("ly-do").next().is_some();
    let reason = if corrects { form.needed("ly-do") } else { "" };
    if !form.errors.is_empty() {
        return Err(form.errors);
    }
    Ok(pb::PublishRequest {
        request_id: posted.request_id().to_owned(),
        cycle: cycle.code.to_string(),
        document,
        correction_reason: reason.to_owned(),
        results_sha256: posted.text(SEEN).to_owned(),
        seen_version: posted.text(NEWEST).parse().ok(),
    })
}

async fn again(web: &Web, me: &Me, cycle: Arc<Cycle>, posted: &Posted, why: &Refused) -> Answer {
    let mut draft = draft(web, me, cycle).await?;
    // After a clash the page shows what is there now; before, it is still what was looked at that would be published.
    if !matches!(why, Refused::Clash(_)) {
        draft.seen = (posted.text(SEEN).to_owned(), posted.text(NEWEST).to_owned());
    }
    let shown = |typed: &Typed, errors: &Errors| view_publish::preview(web, me, &draft, typed, errors);
    Ok(refused(posted, why, shown))
}

/// What a version changed.
pub(super) async fn version(State(web): State<Web>, me: Me, at: At) -> Answer {
    let cycle = load::open_cycle(&web, &me, &at, INNER).await?;
    let number: i32 = at
        .part("ban")
        .parse()
        .ok()
        .filter(|n| *n > 0)
        .ok_or_else(Trouble::missing)?;
    let (own, before) = ranking::beside(&web, &me, cycle.code.as_str(), number).await?;
    Ok(view_publish::version(&me, &cycle, &own, before.as_ref()))
}
