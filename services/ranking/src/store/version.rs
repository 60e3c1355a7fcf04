//! Published versions: written once, never changed.

use chiso_domain::kernel::{CycleCode, Instant, UnitCode};
use chiso_platform::Error;
use chiso_platform::db::{DbResult, Reads, Row, Tx, sql};
use chiso_wire::convert::timestamp;
use chiso_wire::ranking as pb;
use prost::Message;

/// What is said about a version.
#[derive(Clone, Debug)]
pub(crate) struct VersionRow {
    pub(crate) cycle: CycleCode,
    pub(crate) version: u32,
    pub(crate) document: String,
    pub(crate) correction_reason: String,
    pub(crate) published_at: Instant,
    pub(crate) sha256: String,
    pub(crate) rule_set_sha256: String,
    pub(crate) province: String,
    /// A newer one exists.
    pub(crate) replaced: bool,
}

/// A version with all that is stored with it.
#[derive(Debug)]
pub(crate) struct NewVersion {
    pub(crate) row: VersionRow,
    pub(crate) types: Vec<pb::TypeSummary>,
    pub(crate) file: Vec<u8>,
    pub(crate) results: Vec<ResultRow>,
}

/// The result of a unit with its leaves.
#[derive(Debug)]
pub(crate) struct ResultRow {
    pub(crate) result: pb::UnitResult,
    pub(crate) leaves: Vec<pb::LeafResult>,
}

impl VersionRow {
    fn read(row: &Row) -> DbResult<Self> {
        Ok(Self {
            cycle: row.get("cycle")?,
            version: row.get("version")?,
            document: row.get("document")?,
            correction_reason: row.get("correction_reason")?,
            published_at: row.get("published_at")?,
            sha256: row.get("sha256")?,
            rule_set_sha256: row.get("rule_set_sha256")?,
            province: row.get("province")?,
            replaced: row.get("replaced")?,
        })
    }

    pub(crate) fn to_wire(&self) -> pb::Version {
        pb::Version {
            cycle: self.cycle.to_string(),
            version: i32::try_from(self.version).unwrap_or(i32::MAX),
            document: self.document.clone(),
            correction_reason: self.correction_reason.clone(),
            published_at: Some(timestamp(self.published_at)),
            sha256: self.sha256.clone(),
            rule_set_sha256: self.rule_set_sha256.clone(),
            replaced: self.replaced,
        }
    }
}

/// Columns without the file; a version is replaced where the cycle has a higher one.
macro_rules! columns {
    ($rest:literal) => {
        concat!(
            "SELECT v.cycle, v.version, v.document, v.correction_reason, v.published_at, v.sha256, ",
            "v.rule_set_sha256, v.province, v.version < (SELECT MAX(n.version) FROM ranking_version n ",
            "WHERE n.cycle = v.cycle) AS replaced FROM ranking_version v ",
            $rest
        )
    };
}

/// A version by number; 0 is the newest.
pub(crate) async fn version(
    reads: &mut impl Reads,
    cycle: &CycleCode,
    number: u32,
) -> DbResult<Option<VersionRow>> {
    let text = columns!("WHERE v.cycle = $1 AND ($2 = 0 OR v.version = $2) ORDER BY v.version DESC LIMIT 1");
    let row = reads.opt(sql(text).bind(cycle).bind(number)).await?;
    row.as_ref().map(VersionRow::read).transpose()
}

/// The newest version of the cycle that was first published last before this one; for a cycle that is not published,
/// of the last of the others.
pub(crate) async fn version_before(
    reads: &mut impl Reads,
    cycle: &CycleCode,
) -> DbResult<Option<VersionRow>> {
    let text = "SELECT o.cycle FROM ranking_version o WHERE o.version = 1 AND o.cycle <> $1 AND NOT EXISTS \
                (SELECT 1 FROM ranking_version own WHERE own.cycle = $1 AND own.version = 1 \
                AND (own.published_at < o.published_at \
                OR (own.published_at = o.published_at AND own.cycle < o.cycle))) \
                ORDER BY o.published_at DESC, o.cycle DESC LIMIT 1";
    let Some(row) = reads.opt(sql(text).bind(cycle)).await? else {
        return Ok(None);
    };
    let before: CycleCode = row.get("cycle")?;
    version(reads, &before, 0).await
}

/// Versions after (cycle, number), of one cycle or of all where `only` is empty.
pub(crate) async fn versions_page(
    reads: &mut impl Reads,
    only: &str,
    after: (&str, u32),
    limit: i64,
) -> DbResult<Vec<VersionRow>> {
    let text = columns!(
        "WHERE ($1 = '' OR v.cycle = $1) AND (v.cycle > $2 OR (v.cycle = $2 AND v.version > $3)) \
         ORDER BY v.cycle, v.version LIMIT $4"
    );
    let statement = sql(text).bind(only).bind(after.0).bind(after.1).bind(limit);
    reads.all(statement).await?.iter().map(VersionRow::read).collect()
}

pub(crate) async fn version_insert(tx: &mut Tx, new: NewVersion) -> DbResult<()> {
    let text = "INSERT INTO ranking_version (cycle, version, document, correction_reason, published_at, \
                sha256, rule_set_sha256, province, types, file) \
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    let types = pb::GetPublishedResponse {
        types: new.types,
        ..pb::GetPublishedResponse::default()
    };
    let row = &new.row;
    let statement = sql(text)
        .bind(&row.cycle)
        .bind(row.version)
        .bind(&row.document)
        .bind(&row.correction_reason)
        .bind(row.published_at)
        .bind(&row.sha256)
        .bind(&row.rule_set_sha256)
        .bind(&row.province)
        .bind(types.encode_to_vec())
        .bind(new.file);
    tx.run_one(statement).await?;
    for (place, result) in (1_i64..).zip(new.results) {
        result_insert(tx, row, place, result).await?;
    }
    Ok(())
}

async fn result_insert(tx: &mut Tx, version: &VersionRow, place: i64, row: ResultRow) -> DbResult<()> {
    let text = "INSERT INTO ranking_result (cycle, version, place, unit, unit_type, result, leaves) \
                VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let leaves = pb::GetBreakdownResponse {
        leaves: row.leaves,
        ..pb::GetBreakdownResponse::default()
    };
    let statement = sql(text)
        .bind(&version.cycle)
        .bind(version.version)
        .bind(place)
        .bind(&row.result.unit)
        .bind(&row.result.unit_type)
        .bind(row.result.encode_to_vec())
        .bind(leaves.encode_to_vec());
    tx.run_one(statement).await
}

/// The results of a version in their order, of one type or of all where `unit_type` is empty.
pub(crate) async fn results(
    reads: &mut impl Reads,
    of: &VersionRow,
    unit_type: &str,
) -> Result<Vec<pb::UnitResult>, Error> {
    let text = "SELECT result FROM ranking_result WHERE cycle = $1 AND version = $2 \
                AND ($3 = '' OR unit_type = $3) ORDER BY place";
    let statement = sql(text).bind(&of.cycle).bind(of.version).bind(unit_type);
    let rows = reads.all(statement).await?;
    rows.iter().map(|row| decoded(row, "result")).collect()
}

/// The result of one unit, with its leaves.
pub(crate) async fn leaves(
    reads: &mut impl Reads,
    of: &VersionRow,
    unit: &UnitCode,
) -> Result<Option<ResultRow>, Error> {
    let text = "SELECT result, leaves FROM ranking_result WHERE cycle = $1 AND version = $2 AND unit = $3";
    let statement = sql(text).bind(&of.cycle).bind(of.version).bind(unit);
    let Some(row) = reads.opt(statement).await? else {
        return Ok(None);
    };
    let breakdown: pb::GetBreakdownResponse = decoded(&row, "leaves")?;
    Ok(Some(ResultRow {
        result: decoded(&row, "result")?,
        leaves: breakdown.leaves,
    }))
}

/// The quotas of a version.
pub(crate) async fn types(reads: &mut impl Reads, of: &VersionRow) -> Result<Vec<pb::TypeSummary>, Error> {
    let text = "SELECT types FROM ranking_version WHERE cycle = $1 AND version = $2";
    let row = reads.one(sql(text).bind(&of.cycle).bind(of.version)).await?;
    let response: pb::GetPublishedResponse = decoded(&row, "types")?;
    Ok(response.types)
}

/// The published file.
pub(crate) async fn file(reads: &mut impl Reads, of: &VersionRow) -> DbResult<Vec<u8>> {
    let text = "SELECT file FROM ranking_version WHERE cycle = $1 AND version = $2";
    reads
        .one(sql(text).bind(&of.cycle).bind(of.version))
        .await?
        .get("file")
}

fn decoded<M: Message + Default>(row: &Row, column: &str) -> Result<M, Error> {
    let bytes: Vec<u8> = row.get(column)?;
    M::decode(bytes.as_slice()).map_err(Error::internal)
}
