//! The checker: reads everything back after the faults, by the calls, from the databases and from the
//! evidence folder, and holds it against what the clients wrote down. It shares no code with the services
//! but the pure rules and the messages.

mod chains;
mod db;
mod doctored;
mod evidence;
mod feeds;
mod points;
mod refusals;
mod requests;
mod slips;
mod told;
mod totals;
mod values;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;

pub(crate) use db::{Db, Row};
pub(crate) use doctored::unnoticed;
pub(crate) use requests::ids as request_ids;
use told::Told;

use crate::client::Ways;

/// Every service with a journal.
const SERVICES: [&str; 7] = [
    "identity", "registry", "survey", "recheck", "leaders", "ledger", "ranking",
];
/// Those with a feed.
const FEEDS: [&str; 4] = ["survey", "recheck", "leaders", "ledger"];
/// Faults of a kind that are listed; more are counted.
const LISTED: usize = 12;

/// What was found.
#[derive(Debug, Default)]
pub(crate) struct Verdict {
    pub(crate) acknowledged: u64,
    pub(crate) lost: Vec<String>,
    pub(crate) doubled: Vec<String>,
    pub(crate) half: Vec<String>,
}

impl Verdict {
    pub(crate) fn is_clean(&self) -> bool {
        self.lost.is_empty() && self.doubled.is_empty() && self.half.is_empty()
    }

    /// Whether a fault of that kind was found, in those words.
    pub(crate) fn shows(&self, kind: &str, words: &str) -> bool {
        let of_kind = self.kinds().into_iter().filter(|(name, _)| *name == kind);
        of_kind
            .flat_map(|(_, faults)| faults)
            .any(|fault| fault.contains(words))
    }

    fn kinds(&self) -> [(&'static str, &Vec<String>); 3] {
        [
            ("lost", &self.lost),
            ("doubled", &self.doubled),
            ("half", &self.half),
        ]
    }

    pub(crate) fn add(&mut self, other: Self) {
        self.acknowledged += other.acknowledged;
        self.lost.extend(other.lost);
        self.doubled.extend(other.doubled);
        self.half.extend(other.half);
    }

    /// A line per fault, the first of each kind.
    pub(crate) fn lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for (kind, faults) in self.kinds() {
            lines.extend(faults.iter().take(LISTED).map(|fault| format!("{kind}: {fault}")));
            if faults.len() > LISTED {
                lines.push(format!("{kind}: {} more", faults.len() - LISTED));
            }
        }
        lines
    }
}

/// Where to look.
pub(crate) struct Places<'a> {
    pub(crate) db: Db,
    pub(crate) evidence: &'a Path,
    /// To the servers, running without faults again.
    pub(crate) ways: Ways,
    /// The organiser's.
    pub(crate) token: &'a str,
    /// Ids of the requests by which the year was set up: these are not in the clients' log.
    pub(crate) set_up: &'a BTreeSet<String>,
}

/// Checks a round.
pub(crate) async fn check(lines: &[Value], places: &mut Places<'_>) -> Verdict {
    let told = Told::read(lines);
    let mut verdict = Verdict {
        acknowledged: told.acknowledged(),
        ..Verdict::default()
    };
    refusals::check(&told, &mut places.db, &mut verdict).await;
    // Whatever the followers still have to pull is pulled by this.
    let provisional = crate::world::provisional(places.ways.to("ranking"), places.token).await;
    slips::check(&told, places, &mut verdict).await;
    requests::check(&told, places, &mut verdict).await;
    values::check(&told, places, &mut verdict).await;
    evidence::check(&told, places, &mut verdict).await;
    chains::check(&mut places.db, &mut verdict).await;
    feeds::check(&mut places.db, &mut verdict).await;
    match provisional {
        Ok(provisional) => totals::check(places, &provisional, &mut verdict).await,
        Err(status) => verdict
            .half
            .push(format!("the ranking cannot be read after all: {status}")),
    }
    verdict
}

/// How often each key comes.
fn tally<K: Ord>(keys: impl Iterator<Item = K>) -> BTreeMap<K, i64> {
    let mut counts = BTreeMap::new();
    for key in keys {
        *counts.entry(key).or_default() += 1;
    }
    counts
}

/// Keys whose counts differ, with both counts.
fn differences<K: Ord + Clone>(found: &BTreeMap<K, i64>, expected: &BTreeMap<K, i64>) -> Vec<(K, i64, i64)> {
    let keys: BTreeSet<&K> = found.keys().chain(expected.keys()).collect();
    let both = |key: &K| {
        (
            key.clone(),
            found.get(key).copied().unwrap_or(0),
            expected.get(key).copied().unwrap_or(0),
        )
    };
    keys.into_iter()
        .map(both)
        .filter(|(_, found, expected)| found != expected)
        .collect()
}
