//! The register. What is sealed and what is hashed comes in ready; this file never sees a phone number.

use chiso_domain::kernel::{CycleCode, GroupCode, Instant, RespondentId, UnitCode};
use chiso_platform::db::{DbResult, Reads, Row, Tx, as_json_text, sql};
use serde::Serialize;

/// A respondent as stored.
#[derive(Clone, Debug)]
pub(crate) struct Respondent {
    pub(crate) id: RespondentId,
    pub(crate) group: GroupCode,
    /// Sealed.
    pub(crate) name: Vec<u8>,
    /// Sealed.
    pub(crate) phone: Vec<u8>,
    pub(crate) phone_tail: String,
    pub(crate) units: Vec<UnitCode>,
}

/// A respondent to be stored.
#[derive(Debug, Serialize)]
pub(crate) struct NewRow {
    pub(crate) id: String,
    pub(crate) grp: GroupCode,
    /// Sealed, hexadecimal.
    pub(crate) name: String,
    /// Sealed, hexadecimal.
    pub(crate) phone: String,
    pub(crate) tail: String,
    /// Keyed hash, hexadecimal.
    pub(crate) hash: String,
    pub(crate) consent: String,
    #[serde(serialize_with = "as_json_text")]
    pub(crate) units: Vec<UnitCode>,
}

/// Places in the list whose ids are taken.
pub(crate) async fn taken(reads: &mut impl Reads, ids: &[String]) -> DbResult<Option<usize>> {
    let text = "SELECT k.key AS place FROM json_each($1) k \
                JOIN survey_respondent r ON r.respondent_id = unhex(k.atom) ORDER BY k.key LIMIT 1";
    let row = reads.opt(sql(text).bind_json(ids)).await?;
    let place = row.map(|row| row.get::<u32>("place")).transpose()?;
    Ok(place.and_then(|place| usize::try_from(place).ok()))
}

pub(crate) async fn add(tx: &mut Tx, cycle: &CycleCode, rows: &[NewRow], now: Instant) -> DbResult<()> {
    let text = "INSERT INTO survey_respondent (respondent_id, cycle, grp, name, phone, phone_tail, phone_hash, \
                consent, units, registered_at) SELECT unhex(value->>'id'), $2, value->>'grp', \
                unhex(value->>'name'), unhex(value->>'phone'), value->>'tail', unhex(value->>'hash'), \
                value->>'consent', value->>'units', $3 FROM json_each($1)";
    tx.run(sql(text).bind_json(rows).bind(cycle).bind(now)).await?;
    Ok(())
}

fn read(row: &Row) -> DbResult<Respondent> {
    let units: String = row.get("units")?;
    Ok(Respondent {
        id: row.get("respondent_id")?,
        group: row.get("grp")?,
        name: row.get("name")?,
        phone: row.get("phone")?,
        phone_tail: row.get("phone_tail")?,
        units: serde_json::from_str(&units)?,
    })
}

pub(crate) async fn find(reads: &mut impl Reads, id: RespondentId) -> DbResult<Option<Respondent>> {
    let text = "SELECT respondent_id, grp, name, phone, phone_tail, units FROM survey_respondent \
                WHERE respondent_id = $1";
    reads
        .opt(sql(text).bind(id))
        .await?
        .as_ref()
        .map(read)
        .transpose()
}

/// Whether somebody is in the register of a cycle.
pub(crate) async fn is_in(reads: &mut impl Reads, cycle: &CycleCode, id: RespondentId) -> DbResult<bool> {
    let text = "SELECT grp FROM survey_respondent WHERE respondent_id = $1 AND cycle = $2";
    Ok(reads.opt(sql(text).bind(id).bind(cycle)).await?.is_some())
}

/// People of a cycle by their ids, as far as they are there.
pub(crate) async fn of_cycle(
    reads: &mut impl Reads,
    cycle: &CycleCode,
    ids: &[RespondentId],
) -> DbResult<Vec<Respondent>> {
    let ids: Vec<String> = ids.iter().map(|id| hex::encode(id.0.as_bytes())).collect();
    let text = "SELECT r.respondent_id, r.grp, r.name, r.phone, r.phone_tail, r.units FROM json_each($1) k \
                JOIN survey_respondent r ON r.respondent_id = unhex(k.atom) WHERE r.cycle = $2 ORDER BY k.key";
    let rows = reads.all(sql(text).bind_json(&ids).bind(cycle)).await?;
    rows.iter().map(read).collect()
}

/// Places in a list of (group, phone hash in hexadecimal) that are in the register.
pub(crate) async fn known_phones(
    reads: &mut impl Reads,
    cycle: &CycleCode,
    phones: &[(&GroupCode, &String)],
) -> DbResult<Vec<usize>> {
    let text = "SELECT DISTINCT k.key AS place FROM survey_respondent r \
                JOIN json_each($1) k ON k.value->>0 = r.grp AND unhex(k.value->>1) = r.phone_hash \
                WHERE r.cycle = $2 ORDER BY k.key";
    let rows = reads.all(sql(text).bind_json(phones).bind(cycle)).await?;
    let place = |row: &Row| Ok(usize::try_from(row.get::<u32>("place")?).unwrap_or(usize::MAX));
    rows.iter().map(place).collect()
}

/// In the order of group and id, after a (group, id); of all people or of those whom nobody is to ask yet.
pub(crate) async fn list(
    reads: &mut impl Reads,
    cycle: &CycleCode,
    (group, unassigned): (Option<&GroupCode>, bool),
    after: (&str, Option<RespondentId>),
    limit: i64,
) -> DbResult<Vec<Respondent>> {
    let text = "SELECT r.respondent_id, r.grp, r.name, r.phone, r.phone_tail, r.units FROM survey_respondent r \
                WHERE r.cycle = $1 AND (r.grp = $2 OR $2 IS NULL) \
                AND (r.grp, r.respondent_id) > ($3, COALESCE($4, unhex(''))) \
                AND ($6 = 0 OR NOT EXISTS (SELECT 1 FROM survey_visit v \
                WHERE v.cycle = r.cycle AND v.respondent_id = r.respondent_id)) \
                ORDER BY r.grp, r.respondent_id LIMIT $5";
    let statement = sql(text)
        .bind(cycle)
        .bind(group)
        .bind(after.0)
        .bind(after.1)
        .bind(limit)
        .bind(i64::from(unassigned));
    reads.all(statement).await?.iter().map(read).collect()
}
