//! One criterion of one unit: reading it, deciding it, going on to the next.

use axum::extract::State;
use axum::response::Response;
use chiso_wire::ledger as pb;

use super::super::at::At;
use super::super::errors::Errors;
use super::super::ledger::changed;
use super::super::me::Me;
use super::super::people::names;
use super::super::posted::{Posted, Typed};
use super::super::save::{Refused, refused, see, send};
use super::super::state::Web;
use super::super::trouble::{Answer, Trouble};
use super::form::{self, DECIDED, NEXT, THEN};
use super::load::{Bench, Spot, Way, beside, closings, entry};
use super::view_leaf::{Draft, Shown, page, taken};

/// What the address keeps of who or what was decided just before.
pub(super) const LAST: &str = "vua-luu";

pub(super) async fn show(State(web): State<Web>, me: Me, at: At) -> Answer {
    let bench = Bench::of(&web, &me, &at).await?;
    let (spot, way) = (bench.spot(&at)?, Way::of(&bench, &at));
    let errors = Errors::new(me.w);
    let draft = Draft {
        typed: Typed::default(),
        errors: &errors,
        clash: false,
        last: at.query(LAST).unwrap_or_default(),
    };
    shown(&web, &me, (&bench, &spot, way), &draft).await
}

pub(super) async fn save(State(web): State<Web>, me: Me, at: At, posted: Posted) -> Answer {
    let bench = Bench::of(&web, &me, &at).await?;
    let Ok(spot) = bench.spot(&at) else {
        return Ok(taken(&me, &bench, &posted));
    };
    let place = (&bench, &spot, Way::of(&bench, &at));
    match decided(&web, &me, place, &posted).await? {
        Ok(()) => on(&web, &me, place, &posted).await,
        Err(why) => again(&web, &me, place, &posted, &why).await,
    }
}

/// Sends the decision. What the form or the ledger refuses comes back.
async fn decided(
    web: &Web,
    me: &Me,
    place: (&Bench, &Spot, Way),
    posted: &Posted,
) -> Result<Result<(), Refused>, Trouble> {
    let entry = entry(web, me, place.0, place.1).await?;
    let asked = match form::ruling(me.w, place, &entry, posted) {
        Ok(asked) => asked,
        Err(errors) => return Ok(Err(Refused::Again(errors))),
    };
    let names = form::names(&place.1.row, posted);
    let sent = send(me.w, &names, web.ledger().appraise_entry(web.ask(me, asked))).await?;
    Ok(sent.map(|_reply| ()))
}

/// Where it goes on: at the next one, at the list after the last, or here.
async fn on(web: &Web, me: &Me, (bench, spot, way): (&Bench, &Spot, Way), posted: &Posted) -> Answer {
    if posted.text(THEN) != NEXT {
        let here = way.to(bench, spot.row.code.as_str(), spot.unit.as_str());
        return Ok(see(&here));
    }
    let entries = beside(web, me, bench, (way, spot)).await?;
    let next = neighbours(&entries, spot).1;
    let to = next.map_or_else(
        || way.list(bench, spot),
        |next| way.to(bench, &next.criterion, &next.unit),
    );
    let last = if way.by_unit {
        spot.row.code.as_str()
    } else {
        spot.unit.as_str()
    };
    Ok(see(&format!("{to}&{LAST}={last}")))
}

/// Those before and after a leaf. What its unit left empty claims nothing, so that there is nothing to decide.
pub(super) fn neighbours<'e>(
    entries: &'e [pb::Entry],
    spot: &Spot,
) -> (Option<&'e pb::Entry>, Option<&'e pb::Entry>) {
    let own =
        |entry: &pb::Entry| entry.unit == *spot.unit.as_str() && entry.criterion == *spot.row.code.as_str();
    let Some(at) = entries.iter().position(own) else {
        return (None, None);
    };
    let open = |entry: &&pb::Entry| {
        let filled = entry.self_.as_ref().is_some_and(|own| own.input.is_some());
        filled && entry.not_applicable.is_empty()
    };
    let (before, after) = entries.split_at(at);
    (before.iter().rev().find(open), after.iter().skip(1).find(open))
}

async fn shown(
    web: &Web,
    me: &Me,
    (bench, spot, way): (&Bench, &Spot, Way),
    draft: &Draft<'_>,
) -> Result<Response, Trouble> {
    let entry = entry(web, me, bench, spot).await?;
    let entries = beside(web, me, bench, (way, spot)).await?;
    let closed = closings(web, me, bench).await?;
    let steps = [
        &entry.self_,
        &entry.appraisal_1,
        &entry.explanation,
        &entry.appraisal_2,
    ];
    let by = steps.into_iter().flatten().map(|step| step.by.clone());
    let by = by.chain([changed(&entry).0.to_owned()]);
    let names = names(web, me, by.collect()).await;
    Ok(page(&Shown {
        w: me.w,
        web,
        me,
        bench,
        spot,
        way,
        entry: &entry,
        entries: &entries,
        stage: bench.stage(way.round, Some(&spot.unit), &closed),
        names: &names,
        draft,
    }))
}

/// The page again, with what was typed and why it was not taken.
async fn again(web: &Web, me: &Me, place: (&Bench, &Spot, Way), posted: &Posted, why: &Refused) -> Answer {
    let clash = matches!(why, Refused::Clash(_));
    // The page shows both versions by itself; to load it anew would lose what was typed.
    let changed = match why.errors().of(DECIDED) {
        Some(_) => why.errors().clone(),
        None => Errors::one(me.w, me.w.say("appraisal-clash")),
    };
    let changed = changed.titled(me.w.say("error-clash"));
    let draft = Draft {
        typed: posted.typed(),
        errors: if clash { &changed } else { why.errors() },
        clash,
        last: "",
    };
    let page = shown(web, me, place, &draft).await?;
    Ok(refused(posted, why, |_: &Typed, _: &Errors| page))
}
