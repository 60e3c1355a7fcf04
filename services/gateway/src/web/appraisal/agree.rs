//! Agreeing with several results at once: they are looked over together, and each is decided by itself, on the version
//! that was shown.

use axum::extract::State;
use chiso_wire::ledger as pb;

use super::super::at::At;
use super::super::me::Me;
use super::super::posted::Posted;
use super::super::save::send;
use super::super::state::Web;
use super::super::trouble::{Answer, Trouble};
use super::form::{agreed, seen};
use super::load::{Bench, Closing, Gaps, Spot, Way, closings, gaps};
use super::overview::{Part, entries, part};
use super::view_agree::{Chosen, Outcome, confirm, told};

/// The boxes that are checked in a list.
pub(super) const CHOSEN: &str = "chon";
/// Before what tells entries apart: the fields of the version and of the decision that were shown, and of the id of
/// each act.
pub(super) const VERSION: &str = "_ban-";
pub(super) const RULING: &str = "_y-kien-";
pub(super) const ACT: &str = "_ma-";

pub(super) async fn show(State(web): State<Web>, me: Me, at: At) -> Answer {
    let bench = Bench::of(&web, &me, &at).await?;
    shown(&web, &me, &bench, &at).await
}

async fn shown(web: &Web, me: &Me, bench: &Bench, at: &At) -> Answer {
    let (way, part) = (Way::of(bench, at), list(at)?);
    let gaps = gaps(web, me, bench, way.wire()).await?;
    let closed = closings(web, me, bench).await?;
    let entries = entries(web, me, bench, &part).await?;
    let sorted = sorted(at, (bench, way), (&closed, &gaps), &entries);
    let (first, sorted) = (entries.first(), sorted.as_slice());
    let shown = Chosen {
        web,
        me,
        bench,
        way,
        first,
        sorted,
    };
    Ok(confirm(&shown))
}

/// What is chosen in the address; with its place where it can be agreed to.
fn sorted<'e>(
    at: &At,
    (bench, way): (&Bench, Way),
    rounds: (&[Closing], &Gaps),
    entries: &'e [pb::Entry],
) -> Vec<(&'e pb::Entry, Option<Spot>)> {
    let asked: Vec<&str> = at.all(CHOSEN).collect();
    let chosen = entries.iter().filter(|entry| asked.contains(&way.key(entry)));
    chosen
        .map(|entry| (entry, bench.agrees(way.round, rounds, entry)))
        .collect()
}

pub(super) async fn save(State(web): State<Web>, me: Me, at: At, posted: Posted) -> Answer {
    let bench = Bench::of(&web, &me, &at).await?;
    let (way, part) = (Way::of(&bench, &at), list(&at)?);
    let entries = entries(&web, &me, &bench, &part).await?;
    let (mut outcomes, mut gone) = (Vec::new(), 0);
    for (key, version) in posted.named(VERSION) {
        let entry = entries.iter().find(|entry| way.key(entry) == key);
        let Some(entry) = entry else {
            gone += 1;
            continue;
        };
        let seen = Looked::of(&posted, key, version);
        outcomes.push(one(&web, &me, (way, entry), seen).await?);
    }
    Ok(told(&me, (&bench, way), entries.first(), (&outcomes, gone)))
}

/// A list, of which something can be chosen; the whole is none.
fn list(at: &At) -> Result<Part, Trouble> {
    match part(at)? {
        Part::Whole => Err(Trouble::missing()),
        part => Ok(part),
    }
}

/// What the page showed of one result, and the id of agreeing with it.
#[derive(Debug)]
struct Looked<'p> {
    id: &'p str,
    version: i64,
    ruling: pb::SeenRuling,
}

impl<'p> Looked<'p> {
    fn of(posted: &'p Posted, key: &str, version: &str) -> Self {
        Self {
            id: posted.text(&format!("{ACT}{key}")),
            version: version.parse().unwrap_or(0),
            ruling: seen(posted.text(&format!("{RULING}{key}"))),
        }
    }
}

/// Agrees with one result. What the ledger refuses is told of it alone.
async fn one<'e>(
    web: &Web,
    me: &Me,
    (way, entry): (Way, &'e pb::Entry),
    seen: Looked<'_>,
) -> Result<Outcome<'e>, Trouble> {
    let asked = pb::AppraiseEntryRequest {
        request_id: seen.id.to_owned(),
        cycle: entry.cycle.clone(),
        unit: entry.unit.clone(),
        criterion: entry.criterion.clone(),
        round: way.wire().into(),
        decision: pb::Decision::Agree.into(),
        value: Some(agreed(entry)),
        reason: String::new(),
        version: seen.version,
        seen_ruling: Some(seen.ruling),
    };
    let sent = send(me.w, &[], web.ledger().appraise_entry(web.ask(me, asked))).await?;
    let why = sent.err().map(|why| {
        let items = why.errors().items().iter();
        items.map(|(_, text)| text.as_str()).collect::<Vec<_>>().join(" ")
    });
    Ok(Outcome { entry, why })
}
