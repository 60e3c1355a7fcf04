//! Points as they were pulled, and how far each feed has been pulled.

use chiso_domain::index_points::{IndexPoints, Source};
use chiso_domain::kernel::CycleCode;
use chiso_platform::Error;
use chiso_platform::db::{DbResult, Reads, Tx, sql};
use chiso_wire::kernel as pb;
use prost::Message;
use serde_json::json;

/// A source's name in the tables.
pub(crate) const fn source_name(source: Source) -> &'static str {
    match source {
        Source::Survey => "survey",
        Source::Recheck => "recheck",
        Source::Leaders => "leaders",
        Source::Ledger => "ledger",
    }
}

/// The number of the last post that was stored; 0 before the first.
pub(crate) async fn cursor(reads: &mut impl Reads, source: Source) -> DbResult<i64> {
    let statement = sql("SELECT seq FROM ranking_cursor WHERE source = $1").bind(source_name(source));
    reads.opt(statement).await?.map_or(Ok(0), |row| row.get("seq"))
}

pub(crate) async fn set_cursor(tx: &mut Tx, source: Source, seq: i64) -> DbResult<()> {
    let text = "INSERT INTO ranking_cursor (source, seq) VALUES ($1, $2) \
                ON CONFLICT (source) DO UPDATE SET seq = excluded.seq";
    tx.run_one(sql(text).bind(source_name(source)).bind(seq)).await
}

/// Stores posts, at most one per leaf; an older revision never replaces a newer one.
pub(crate) async fn receive<'a>(
    tx: &mut Tx,
    source: Source,
    posts: impl Iterator<Item = &'a IndexPoints>,
) -> DbResult<()> {
    let row = |points: &IndexPoints| {
        json!({
            "cycle": points.post.cycle,
            "unit": points.post.unit,
            "criterion": points.post.criterion,
            "revision": points.revision,
            "seq": points.seq,
            "body": hex::encode(pb::IndexPoints::from(points).encode_to_vec()),
        })
    };
    let rows: Vec<serde_json::Value> = posts.map(row).collect();
    let text = "INSERT INTO ranking_received (cycle, unit, criterion, source, revision, seq, body) \
                SELECT value->>'cycle', value->>'unit', value->>'criterion', $2, CAST(value->>'revision' AS BIGINT), \
                CAST(value->>'seq' AS BIGINT), unhex(value->>'body') FROM json_each($1) WHERE 1 = 1 \
                ON CONFLICT (cycle, unit, criterion, source) DO UPDATE SET revision = excluded.revision, \
                seq = excluded.seq, body = excluded.body \
                WHERE excluded.revision > ranking_received.revision";
    tx.run(sql(text).bind_json(&rows).bind(source_name(source)))
        .await?;
    Ok(())
}

/// All points of a cycle.
pub(crate) async fn received(reads: &mut impl Reads, cycle: &CycleCode) -> Result<Vec<IndexPoints>, Error> {
    let text = "SELECT body FROM ranking_received WHERE cycle = $1 ORDER BY unit, criterion, source";
    let rows = reads.all(sql(text).bind(cycle)).await?;
    let mut posts = Vec::with_capacity(rows.len());
    for row in rows {
        let body: Vec<u8> = row.get("body")?;
        let post = pb::IndexPoints::decode(body.as_slice()).map_err(Error::internal)?;
        posts.push(IndexPoints::try_from(&post).map_err(Error::internal)?);
    }
    Ok(posts)
}
