//! One file per verb. Each: permission, the caller's own unit or leaves, one transaction, the domain's
//! decision, store, journal, points, reply. Windows are looked up before the transaction and refused inside
//! it, after the repeated request has had its first answer again.

mod appraise;
mod assign;
mod close;
mod download;
mod evidence;
mod explain;
mod external;
mod late;
mod not_applicable;
mod overview;
mod penalty;
mod penalty_points;
mod post;
mod read;
mod reopening;
mod save;
mod sheet;
mod upload;

pub(crate) use download::Download;
pub(crate) use late::REMIND;

use chiso_domain::appraisal::is_self_scored;
use chiso_domain::cycle::{Criterion, Cycle, IndexSet, Rule, Window};
use chiso_domain::kernel::{Instant, UnitCode};
use chiso_domain::scoring::ScoringRefusal;
use chiso_platform::Error;
use chiso_platform::auth::Caller;
use chiso_platform::db::{Reads, Tx};
use chiso_platform::journal::{self, Act};
use chiso_wire::convert::{BadField, parse};

use crate::SERVICE;
use crate::error::LedgerRefusal;
use crate::store::{self, Place};
use crate::view::LeafRows;

/// Longest explanation or reason in characters.
const LONG_TEXT: usize = 10_000;
/// Longest name, number or locator in characters.
const SHORT_TEXT: usize = 500;

fn place(cycle: &str, unit: &str, criterion: &str) -> Result<Place, BadField> {
    Ok(Place {
        cycle: parse("cycle", cycle)?,
        unit: parse("unit", unit)?,
        criterion: parse("criterion", criterion)?,
    })
}

fn index_set<'c>(cycle: &'c Cycle, unit: &UnitCode) -> Result<&'c IndexSet, LedgerRefusal> {
    cycle
        .index_set(unit)
        .ok_or_else(|| LedgerRefusal::UnknownUnit(unit.clone()))
}

/// A leaf that the ledger holds: not a sum, a survey's or the leaders'.
fn ledger_leaf<'c>(cycle: &'c Cycle, place: &Place) -> Result<&'c Criterion, Error> {
    let row = index_set(cycle, &place.unit)?
        .row(&place.criterion)
        .ok_or_else(|| LedgerRefusal::UnknownCriterion(place.criterion.clone()))?;
    match row.rule {
        Rule::Sum { .. } | Rule::Survey { .. } | Rule::Leaders => {
            Err(ScoringRefusal::NotScoredHere(place.criterion.clone()).into())
        }
        _ => Ok(row),
    }
}

/// A leaf that units score themselves.
fn scored_leaf<'c>(cycle: &'c Cycle, place: &Place) -> Result<&'c Criterion, Error> {
    let leaf = ledger_leaf(cycle, place)?;
    if is_self_scored(leaf) {
        Ok(leaf)
    } else {
        Err(LedgerRefusal::NotEnteredByUnit(place.criterion.clone()).into())
    }
}

/// Whether the unit's self-scoring is over.
fn self_scoring_over(cycle: &Cycle, unit: &UnitCode, now: Instant) -> bool {
    cycle
        .calendar
        .span(Window::SelfScoring, Some(unit))
        .is_some_and(|span| span.end <= now)
}

async fn load_rows(reads: &mut impl Reads, place: &Place) -> Result<LeafRows, Error> {
    Ok(LeafRows {
        entry: store::entry::load(reads, place).await?,
        rulings: store::ruling::of_leaf(reads, place).await?,
        evidence: store::evidence::of_leaf(reads, place).await?,
        assigned_to: store::assignment::of_leaf(reads, place).await?,
    })
}

/// What one act changed.
struct Change {
    act: &'static str,
    object: String,
    before: Option<serde_json::Value>,
    after: serde_json::Value,
    reason: String,
}

async fn record(tx: &mut Tx, caller: &Caller, now: Instant, change: Change) -> Result<(), Error> {
    let act = Act {
        actor: caller.actor(),
        act: change.act,
        object: change.object,
        before: change.before,
        after: Some(change.after),
        reason: change.reason,
    };
    Ok(journal::append(tx, SERVICE, now, vec![act]).await?)
}
