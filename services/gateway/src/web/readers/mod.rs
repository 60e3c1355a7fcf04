//! What everyone may read: the ranking of each type, each unit, each criterion down to its sources.
//!
//! Published versions are open and need no script. Before publication there is no such page, except for the inner
//! circle, which sees the draft at the same address.

mod asked;
mod files;
mod load;
mod open;
mod pages;
mod ranking;
mod records;
#[cfg(test)]
mod tests;
mod view_leaf;
pub(super) mod view_ranking;
mod view_records;
mod view_unit;
mod view_version;
pub(super) mod working;

use axum::extract::State;
use axum::routing::get;
use chiso_domain::cycle::Cycle;
use chiso_domain::kernel::{CriterionCode, UnitCode};

use super::me::MaybeMe;
use super::page::Page;
use super::parts::state::empty;
use super::save::see;
use super::state::Web;
use super::trouble::{Answer, Trouble};
use super::{Mount, Who, mount};

use asked::Asked;
use open::Form;
use ranking::{Place, published_cycles};

pub(super) fn routes() -> Vec<Mount> {
    vec![
        mount("/", Who::Everyone, get(newest)),
        mount("/xep-hang/{cycle}", Who::Everyone, get(of_cycle)),
        mount("/xep-hang/{cycle}/{type}", Who::Everyone, get(of_type)),
        mount("/xep-hang/{cycle}/{type}/{unit}", Who::Everyone, get(of_unit)),
        mount(
            "/xep-hang/{cycle}/{type}/{unit}/{criterion}",
            Who::Everyone,
            get(of_leaf),
        ),
    ]
}

/// To the cycle that was published last.
async fn newest(State(web): State<Web>, reader: MaybeMe) -> Answer {
    let versions = load::versions(&web, &reader).await?;
    Ok(match published_cycles(&versions).first() {
        Some(cycle) => see(&format!("/xep-hang/{cycle}")),
        None => {
            let w = reader.w;
            Page::open(&reader, w.say("readers-none-title")).show(&empty(w.say("readers-none")))
        }
    })
}

/// To the first type of a cycle.
async fn of_cycle(asked: Asked) -> Answer {
    let versions = asked.versions().await?;
    let ranking = asked.ranking(versions).await?.ranking;
    let first = ranking.types.first().ok_or_else(Trouble::missing)?;
    let place = Place {
        cycle: &ranking.cycle,
        unit_type: &first.unit_type,
        version: ranking.asked,
    };
    Ok(see(&place.href("", None)))
}

/// The table of a type, or a file of it.
async fn of_type(asked: Asked) -> Answer {
    let name = asked.at.part("type");
    let (code, form) = Form::of(name);
    let versions = asked.versions().await?;
    let path = format!("{code} {}", asked.at.query("sap-xep").unwrap_or_default());
    let open = asked.open(&path, form, &versions);
    if let Some(copy) = open.copy().await {
        return Ok(copy);
    }
    let loaded = asked.ranking(versions).await?;
    let body = pages::table(&asked, &loaded, code, form)?;
    let open = open.named(pages::file_name(&loaded, name));
    Ok(open.answer(loaded.version(), body).await)
}

/// One unit.
async fn of_unit(asked: Asked) -> Answer {
    let (code, unit): (&str, UnitCode) = (asked.at.part("type"), asked.at.code("unit")?);
    let versions = asked.versions().await?;
    let open = asked.open(&format!("{code}/{unit}"), Form::Page, &versions);
    if let Some(copy) = open.copy().await {
        return Ok(copy);
    }
    let loaded = asked.ranking(versions).await?;
    let leaves = asked.leaves(&loaded, unit.as_str()).await?;
    let body = pages::unit(&asked, &loaded, &leaves)?;
    Ok(open.answer(loaded.version(), body).await)
}

/// One criterion of a unit. Without the year's frame the page has the sources all the same, only not the rule in
/// words; so no copy of it is kept for others.
async fn of_leaf(asked: Asked) -> Answer {
    let (unit, criterion): (UnitCode, CriterionCode) = (asked.at.code("unit")?, asked.at.code("criterion")?);
    let versions = asked.versions().await?;
    let open = asked.open("", Form::Page, &versions).without_copies();
    let loaded = asked.ranking(versions).await?;
    let leaves = asked.leaves(&loaded, unit.as_str()).await?;
    let leaf = leaves.iter().find(|leaf| leaf.criterion == criterion.as_str());
    let leaf = leaf.ok_or_else(Trouble::missing)?;
    let frame = asked.gateway.web.cycle(&asked.cycle).await.ok();
    let row = frame.as_ref().and_then(|frame| frame.leaf(&unit, &criterion));
    let records = records::behind(&asked, &unit, row).await;
    let appraiser = frame.as_ref().and_then(|frame| judge(frame, &unit, &criterion));
    let body = pages::leaf(&asked, &loaded, (leaf, row, appraiser), records.as_ref())?;
    Ok(open.answer(loaded.version(), body).await)
}

/// The name of who judged this unit: for its own criteria an agency has a substitute.
fn judge<'a>(frame: &'a Cycle, unit: &UnitCode, criterion: &CriterionCode) -> Option<&'a str> {
    let agency = frame.units.get(&frame.appraiser(unit, criterion)?)?;
    Some(agency.name.as_str())
}
