//! Classification and publication: what is missing, how it would stand, what people decided, what was published.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use chiso_domain::cycle::Cycle;
use chiso_wire::ranking as pb;
use futures_util::future::{join, join4};

use super::super::at::At;
use super::super::errors::{Errors, Names};
use super::super::form::Form;
use super::super::me::Me;
use super::super::posted::{Posted, Typed};
use super::super::save::{Refused, refused, see, send};
use super::super::state::Web;
use super::super::trouble::{Answer, Trouble};
use super::{INNER, ORGANISER, load, progress, view, view_ranking};

/// The classes that a unit can be held to, as the form sends them; the last one holds it to nothing.
pub(super) const CLASSES: [(&str, pb::Class); 4] = [
    ("tot", pb::Class::Good),
    ("hoan-thanh", pb::Class::Completed),
    ("khong-hoan-thanh", pb::Class::NotCompleted),
    ("xuat-sac", pb::Class::Excellent),
];

/// Where the service's names of a bar stand on the form.
const BAR: &Names = &[
    ("unit", "don-vi"),
    ("highest_class", "muc"),
    ("document", "van-ban"),
];

/// The ranking of a cycle as it would stand now, and what was published of it.
#[derive(Clone, Debug)]
pub(super) struct Ranking {
    pub(super) cycle: Arc<Cycle>,
    pub(super) ready: pb::GetReadinessResponse,
    pub(super) now: pb::GetProvisionalResponse,
    pub(super) decisions: pb::GetDecisionsResponse,
    /// The newest first.
    pub(super) versions: Vec<pb::Version>,
    pub(super) organiser: bool,
}

impl Ranking {
    pub(super) fn code(&self) -> &str {
        self.cycle.code.as_str()
    }

    /// The number of the newest version; 0 where none is published.
    pub(super) fn newest(&self) -> i32 {
        self.versions.first().map_or(0, |version| version.version)
    }

    /// The class a unit is held to; one that was lifted holds it to nothing.
    pub(super) fn bar(&self, unit: &str) -> Option<&pb::Bar> {
        let mut bars = self.decisions.bars.iter();
        bars.find(|bar| bar.unit == unit && !is_lifted(bar))
    }

    /// Whether a decision is about a tie that is open again: other units, or other places.
    pub(super) fn is_outdated(&self, tie: &pb::TieDecision) -> bool {
        let mut open = self.ready.open_ties.iter();
        open.any(|open| open.unit_type == tie.unit_type)
    }

    pub(super) fn units_of<'a>(&'a self, of_type: &'a str) -> impl Iterator<Item = &'a pb::UnitResult> {
        self.now
            .units
            .iter()
            .filter(move |unit| unit.unit_type == of_type)
    }
}

/// The highest class holds nobody down.
pub(super) fn is_lifted(bar: &pb::Bar) -> bool {
    bar.highest_class() == pb::Class::Excellent
}

pub(super) async fn load(web: &Web, me: &Me, cycle: Arc<Cycle>) -> Result<Ranking, Trouble> {
    let code = || cycle.code.to_string();
    let (mut ranking_a, mut ranking_b) = (web.ranking(), web.ranking());
    let provisional = pb::GetProvisionalRequest {
        cycle: code(),
        unit_type: String::new(),
    };
    let decisions = pb::GetDecisionsRequest { cycle: code() };
    let (ready, now, decisions, versions) = join4(
        progress::readiness(web, me, &cycle),
        ranking_a.get_provisional(web.ask(me, provisional)),
        ranking_b.get_decisions(web.ask(me, decisions)),
        versions(web, me, cycle.code.as_str()),
    )
    .await;
    let organiser = me.has(ORGANISER, Some(cycle.code.as_str()));
    Ok(Ranking {
        ready: ready?,
        now: now?.into_inner(),
        decisions: decisions?.into_inner(),
        versions: versions?,
        organiser,
        cycle,
    })
}

/// The versions of a cycle, the newest first.
pub(super) async fn versions(web: &Web, me: &Me, cycle: &str) -> Result<Vec<pb::Version>, Trouble> {
    let (mut versions, mut page_token) = (Vec::new(), String::new());
    loop {
        let asked = pb::ListVersionsRequest {
            cycle: cycle.to_owned(),
            page_size: 500,
            page_token,
        };
        let reply = web
            .ranking()
            .list_versions(web.ask(me, asked))
            .await?
            .into_inner();
        versions.extend(reply.versions);
        page_token = reply.next_page_token;
        if page_token.is_empty() {
            break;
        }
    }
    versions.sort_by_key(|version| std::cmp::Reverse(version.version));
    Ok(versions)
}

/// A published version; 0 is the newest.
pub(super) async fn published(
    web: &Web,
    me: &Me,
    cycle: &str,
    version: i32,
) -> Result<pb::GetPublishedResponse, Trouble> {
    let asked = pb::GetPublishedRequest {
        cycle: cycle.to_owned(),
        version,
        unit_type: String::new(),
        compare: false,
    };
    Ok(web
        .ranking()
        .get_published(web.ask(me, asked))
        .await?
        .into_inner())
}

pub(super) async fn show(State(web): State<Web>, me: Me, at: At) -> Answer {
    let Some(cycle) = load::cycle(&web, &me, &at, INNER).await? else {
        return Ok(view::unopened(&me, at.part("cycle")));
    };
    let ranking = load(&web, &me, cycle).await?;
    let done = at.query("da-ghi");
    Ok(view_ranking::show(
        &web,
        &me,
        &ranking,
        done,
        &Typed::default(),
        &Errors::new(me.w),
    ))
}

pub(super) async fn bar(State(web): State<Web>, me: Me, at: At, posted: Posted) -> Answer {
    let cycle = load::open_cycle(&web, &me, &at, ORGANISER).await?;
    let asked = match held(&me, &cycle, &posted) {
        Ok(asked) => asked,
        Err(errors) => return again(&web, &me, cycle, &posted, &Refused::Again(errors)).await,
    };
    match send(me.w, BAR, web.ranking().record_bar(web.ask(&me, asked))).await? {
        Ok(_held) => Ok(see(&format!(
            "{}?da-ghi=muc",
            super::href(at.part("cycle"), super::RANKING)
        ))),
        Err(why) => again(&web, &me, cycle, &posted, &why).await,
    }
}

fn held(me: &Me, cycle: &Cycle, posted: &Posted) -> Result<pb::RecordBarRequest, Errors> {
    let mut form = Form::new(posted, me.w);
    let unit = form.needed("don-vi").to_owned();
    let class = form.needed("muc").to_owned();
    let document = form.needed("van-ban").to_owned();
    let known = CLASSES.iter().find(|(name, _)| *name == class);
    if known.is_none() && !class.is_empty() {
        form.errors.add("muc", me.w.say("form-choose"));
    }
    if !form.errors.is_empty() {
        return Err(form.errors);
    }
    let mut asked = pb::RecordBarRequest {
        request_id: posted.request_id().to_owned(),
        cycle: cycle.code.to_string(),
        unit,
        document,
        ..pb::RecordBarRequest::default()
    };
    if let Some((_, class)) = known {
        asked.set_highest_class(*class);
    }
    Ok(asked)
}

/// The page with what was typed and why it was not taken.
async fn again(
    web: &Web,
    me: &Me,
    cycle: Arc<Cycle>,
    posted: &Posted,
    why: &Refused,
) -> Result<Response, Trouble> {
    let ranking = load(web, me, cycle).await?;
    let shown = |typed: &Typed, errors: &Errors| view_ranking::show(web, me, &ranking, None, typed, errors);
    Ok(refused(posted, why, shown))
}

/// A version beside the one before it, or nothing where it is the first.
pub(super) async fn beside(
    web: &Web,
    me: &Me,
    cycle: &str,
    version: i32,
) -> Result<(pb::GetPublishedResponse, Option<pb::GetPublishedResponse>), Trouble> {
    if version < 2 {
        return Ok((published(web, me, cycle, version).await?, None));
    }
    let (own, before) = join(
        published(web, me, cycle, version),
        published(web, me, cycle, version - 1),
    )
    .await;
    Ok((own?, Some(before?)))
}
