//! Feeds: numbers without gaps, revisions in order, and what the consumers hold is what stands last in them.

use std::collections::BTreeMap;

use chiso_wire::kernel as k;
use k::basis::Kind;
use prost::Message;

use super::db::Db;
use super::{FEEDS, Verdict};

/// (Cycle, unit, criterion, source).
pub(super) type Key = (String, String, String, String);

pub(super) async fn check(db: &mut Db, verdict: &mut Verdict) {
    let last = last_states(db, verdict).await;
    let mut received = BTreeMap::new();
    for row in db
        .rows("SELECT cycle, unit, criterion, source, body FROM ranking_received")
        .await
    {
        let key = ["cycle", "unit", "criterion", "source"].map(|column| row.text(column).to_owned());
        let [cycle, unit, criterion, source] = key;
        received.insert((cycle, unit, criterion, source), row.bytes("body").to_vec());
    }
    for key in last
        .keys()
        .chain(received.keys())
        .collect::<std::collections::BTreeSet<_>>()
    {
        match (last.get(key), received.get(key)) {
            (Some(posted), Some(held)) if posted == held => {}
            (Some(_), Some(_)) => verdict
                .half
                .push(format!("ranking holds an older post of {key:?}")),
            (Some(_), None) => verdict
                .half
                .push(format!("ranking never got the post of {key:?}")),
            (None, _) => verdict
                .half
                .push(format!("ranking holds a post of {key:?} that is in no feed")),
        }
    }
    cursors(db, verdict).await;
    bases(db, &last, verdict).await;
}

/// The last post of each leaf, by source, on a walk that sees every gap.
pub(super) async fn last_states(db: &mut Db, verdict: &mut Verdict) -> BTreeMap<Key, Vec<u8>> {
    let mut last = BTreeMap::new();
    let mut revisions: BTreeMap<Key, i64> = BTreeMap::new();
    for source in FEEDS {
        let rows = db
            .rows(&format!("SELECT * FROM {source}_point ORDER BY seq"))
            .await;
        for (expected, row) in (1..).zip(&rows) {
            let [cycle, unit, criterion] =
                ["cycle", "unit", "criterion"].map(|column| row.text(column).to_owned());
            let key = (cycle, unit, criterion, source.to_owned());
            let revision = revisions.entry(key.clone()).or_default();
            *revision += 1;
            let post = k::IndexPoints::decode(row.bytes("body")).unwrap();
            let whole = row.int("seq") == expected
                && row.int("revision") == *revision
                && (post.seq, post.revision) == (expected, *revision)
                && (&post.cycle, &post.unit, &post.criterion) == (&key.0, &key.1, &key.2);
            if !whole {
                verdict.half.push(format!(
                    "the feed of {source} has a gap or a stranger at {expected}"
                ));
                break;
            }
            last.insert(key, row.bytes("body").to_vec());
        }
    }
    last
}

async fn cursors(db: &mut Db, verdict: &mut Verdict) {
    for source in FEEDS {
        let end = db
            .count(&format!("SELECT COALESCE(MAX(seq), 0) AS n FROM {source}_point"))
            .await;
        let text = format!("SELECT COALESCE(MAX(seq), 0) AS n FROM ranking_cursor WHERE source = '{source}'");
        let read = db.count(&text).await;
        if read != end {
            verdict
                .half
                .push(format!("ranking read the feed of {source} up to {read} of {end}"));
        }
    }
}

/// What the recheck holds of the survey's bases, up to its own cursor, is what the survey posted there.
async fn bases(db: &mut Db, last: &BTreeMap<Key, Vec<u8>>, verdict: &mut Verdict) {
    let end = db
        .count("SELECT COALESCE(MAX(seq), 0) AS n FROM survey_point")
        .await;
    let read = db
        .count("SELECT COALESCE(MAX(seq), 0) AS n FROM recheck_cursor")
        .await;
    if read != end {
        verdict.half.push(format!(
            "the recheck read the feed of the survey up to {read} of {end}"
        ));
        return;
    }
    for row in db
        .rows("SELECT cycle, unit, criterion, rated, sum FROM recheck_survey_basis")
        .await
    {
        let [cycle, unit, criterion] =
            ["cycle", "unit", "criterion"].map(|column| row.text(column).to_owned());
        let key = (cycle, unit, criterion, "survey".to_owned());
        let posted = last
            .get(&key)
            .map(|body| k::IndexPoints::decode(body.as_slice()).unwrap().basis);
        let same = matches!(
            posted, Some(Some(k::Basis { kind: Some(Kind::Survey(basis)) })) if (basis.rated, basis.sum) == (row.int("rated"), row.int("sum"))
        );
        if !same {
            verdict
                .half
                .push(format!("the recheck holds another basis of {key:?}"));
        }
    }
}
