//! A service's numbered feed of index points.
//!
//! Posting happens in the transaction of the act. The newest revision per (cycle, unit, criterion) counts;
//! a post that says what already stands makes no revision. Numbers have no gaps, so a consumer that stores
//! its cursor with the effect has every post exactly once.

use std::collections::BTreeMap;

use chiso_domain::index_points::{IndexPoints, NewPoints, Source};
use chiso_domain::kernel::{Instant, Refusal, RefusalKind};
use chiso_wire::kernel as pb;
use prost::Message;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::Error;
use crate::db::{Db, DbResult, Reads, Tx, sql_of};

const DEFAULT: i32 = 1_000;
const MOST: i32 = 5_000;

#[derive(Serialize)]
struct Key<'a> {
    cycle: &'a str,
    unit: &'a str,
    criterion: &'a str,
}

#[derive(Serialize)]
struct NewRow {
    seq: i64,
    cycle: String,
    unit: String,
    criterion: String,
    revision: i64,
    body: String,
    sha: String,
    at: i64,
}

type State = (i64, Vec<u8>);

/// Posts new states of criteria. Answers how many were new.
///
/// # Errors
/// The database's.
pub async fn post(
    tx: &mut Tx,
    service: &'static str,
    source: Source,
    now: Instant,
    posts: Vec<NewPoints>,
) -> DbResult<usize> {
    if posts.is_empty() {
        return Ok(0);
    }
    let mut current = current_states(tx, service, &posts).await?;
    let last = sql_of(
        service,
        "SELECT COALESCE(MAX(seq), 0) AS seq FROM {service}_point",
    );
    let mut seq: i64 = tx.one(last).await?.get("seq")?;
    let mut fresh: Vec<(IndexPoints, String, String)> = Vec::new();
    for post in posts {
        let key = (
            post.cycle.to_string(),
            post.unit.to_string(),
            post.criterion.to_string(),
        );
        let (revision, known) = current.remove(&key).unwrap_or((0, Vec::new()));
        let mut points = IndexPoints {
            post,
            source,
            revision: 0,
            seq: 0,
            at: Instant::from_micros(0),
        };
        let sha = Sha256::digest(pb::IndexPoints::from(&points).encode_to_vec()).to_vec();
        if sha == known {
            current.insert(key, (revision, known));
            continue;
        }
        seq += 1;
        (points.revision, points.seq, points.at) = (revision + 1, seq, now);
        let body = hex::encode(pb::IndexPoints::from(&points).encode_to_vec());
        current.insert(key, (points.revision, sha.clone()));
        fresh.push((points, body, hex::encode(sha)));
    }
    insert(tx, service, &fresh).await?;
    Ok(fresh.len())
}

async fn current_states(
    tx: &mut Tx,
    service: &'static str,
    posts: &[NewPoints],
) -> DbResult<BTreeMap<(String, String, String), State>> {
    let key = |p: &NewPoints| (p.cycle.to_string(), p.unit.to_string(), p.criterion.to_string());
    let keys: Vec<_> = posts.iter().map(key).collect();
    let rows: Vec<Key<'_>> = keys
        .iter()
        .map(|(cycle, unit, criterion)| Key {
            cycle,
            unit,
            criterion,
        })
        .collect();
    let text = "SELECT p.cycle, p.unit, p.criterion, p.revision, p.body_sha256 FROM json_each($1) k \
                JOIN {service}_point p ON p.cycle = k.value->>'cycle' AND p.unit = k.value->>'unit' \
                AND p.criterion = k.value->>'criterion' \
                AND p.revision = (SELECT MAX(n.revision) FROM {service}_point n WHERE n.cycle = p.cycle \
                AND n.unit = p.unit AND n.criterion = p.criterion)";
    let rows = tx.all(sql_of(service, text).bind_json(&rows)).await?;
    let mut states = BTreeMap::new();
    for row in rows {
        let key = (row.get("cycle")?, row.get("unit")?, row.get("criterion")?);
        states.insert(key, (row.get("revision")?, row.get("body_sha256")?));
    }
    Ok(states)
}

async fn insert(tx: &mut Tx, service: &'static str, fresh: &[(IndexPoints, String, String)]) -> DbResult<()> {
    let row = |(points, body, sha): &(IndexPoints, String, String)| NewRow {
        seq: points.seq,
        cycle: points.post.cycle.to_string(),
        unit: points.post.unit.to_string(),
        criterion: points.post.criterion.to_string(),
        revision: points.revision,
        body: body.clone(),
        sha: sha.clone(),
        at: points.at.micros(),
    };
    let rows: Vec<NewRow> = fresh.iter().map(row).collect();
    let text = "INSERT INTO {service}_point (seq, cycle, unit, criterion, revision, body, body_sha256, at) \
                SELECT CAST(value->>'seq' AS BIGINT), value->>'cycle', value->>'unit', value->>'criterion', \
                CAST(value->>'revision' AS BIGINT), unhex(value->>'body'), unhex(value->>'sha'), \
                CAST(value->>'at' AS BIGINT) FROM json_each($1)";
    tx.run(sql_of(service, text).bind_json(&rows)).await?;
    Ok(())
}

/// Answers the `PullPoints` of a service.
///
/// # Errors
/// The database's.
pub async fn serve_pull(
    db: &Db,
    service: &'static str,
    request: &pb::PullPointsRequest,
) -> Result<pb::PullPointsResponse, Error> {
    let limit = if request.limit <= 0 {
        DEFAULT
    } else {
        request.limit.min(MOST)
    };
    // Read before the rows: a post that is committed between the two must not look like a gap.
    let last = sql_of(
        service,
        "SELECT COALESCE(MAX(seq), 0) AS seq FROM {service}_point",
    );
    let newest: i64 = db.one(last).await?.get("seq")?;
    let next = "SELECT seq, body FROM {service}_point WHERE seq > $1 ORDER BY seq LIMIT $2";
    let rows = db
        .all(sql_of(service, next).bind(request.after_seq).bind(limit))
        .await?;
    let read: i64 = rows.last().map_or(Ok(newest), |row| row.get("seq"))?;
    let last_seq = newest.max(read);
    let decode = |body: Vec<u8>| pb::IndexPoints::decode(body.as_slice()).map_err(Error::internal);
    let points = rows
        .iter()
        .map(|row| decode(row.get("body")?))
        .collect::<Result<_, Error>>()?;
    Ok(pb::PullPointsResponse { points, last_seq })
}

/// A feed skipped or lost numbers: points would be missing without anybody seeing it.
#[derive(Debug, thiserror::Error)]
#[error("feed {feed} continues with {found} where {expected} was expected")]
struct FeedGap {
    feed: &'static str,
    expected: i64,
    found: i64,
}

impl Refusal for FeedGap {
    fn kind(&self) -> RefusalKind {
        RefusalKind::Refused
    }

    fn reason(&self) -> &'static str {
        "FEED_GAP"
    }

    fn vi(&self) -> String {
        format!(
            "Nguồn điểm “{}” bị đứt quãng: cần số {}, nhận số {}. Dừng tính để không mất điểm; đề nghị quản trị \
             hệ thống khôi phục dữ liệu của nguồn này.",
            self.feed, self.expected, self.found
        )
    }
}

/// The posts of an answer that follow a consumer's cursor, in their order, without a gap.
///
/// # Errors
/// `FEED_GAP` where a number is missing, or where the feed was put back to an older state.
pub fn next_posts(
    feed: &'static str,
    cursor: i64,
    answer: &pb::PullPointsResponse,
) -> Result<Vec<IndexPoints>, Error> {
    let gap = |expected, found| FeedGap {
        feed,
        expected,
        found,
    };
    let mut by_seq = BTreeMap::new();
    for post in answer.points.iter().filter(|post| post.seq > cursor) {
        by_seq.insert(post.seq, IndexPoints::try_from(post).map_err(Error::internal)?);
    }
    for (expected, seq) in (cursor + 1..).zip(by_seq.keys()) {
        if expected != *seq {
            return Err(gap(expected, *seq).into());
        }
    }
    // A feed that has more must give more, and one that was put back to an older state has lost posts.
    let nothing_of_more = by_seq.is_empty() && answer.last_seq > cursor;
    if nothing_of_more || answer.last_seq < cursor {
        return Err(gap(cursor + 1, answer.last_seq).into());
    }
    Ok(by_seq.into_values().collect())
}

#[cfg(test)]
mod tests;
