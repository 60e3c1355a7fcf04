//! Plans, numbers of slips and answers, decisions about shortages, and which units are stale.

use std::collections::BTreeMap;

use chiso_domain::kernel::{CycleCode, GroupCode, Instant, UnitCode};
use chiso_domain::survey::{Held, ShortageDecision, UnitAnswers};
use chiso_platform::db::{DbError, DbResult, Reads, Row, Tx, sql};
use serde::Serialize;

/// A plan for a group of a unit.
#[derive(Debug, Serialize)]
pub(crate) struct Target<'a> {
    pub(crate) unit: &'a UnitCode,
    pub(crate) grp: &'a GroupCode,
    pub(crate) planned: i64,
}

pub(crate) async fn set_targets(tx: &mut Tx, cycle: &CycleCode, targets: &[Target<'_>]) -> DbResult<()> {
    let text = "INSERT INTO survey_target (cycle, unit, grp, planned) \
                SELECT $2, value->>'unit', value->>'grp', CAST(value->>'planned' AS BIGINT) \
                FROM json_each($1) WHERE true \
                ON CONFLICT (cycle, unit, grp) DO UPDATE SET planned = excluded.planned";
    tx.run(sql(text).bind_json(targets).bind(cycle)).await?;
    let pairs: Vec<_> = targets.iter().map(|t| (t.unit, t.grp)).collect();
    mark_stale(tx, cycle, &pairs).await
}

/// The plan of each group: how many slips of which unit, in order of code.
pub(crate) async fn plans(
    reads: &mut impl Reads,
    cycle: &CycleCode,
) -> DbResult<BTreeMap<GroupCode, BTreeMap<UnitCode, i64>>> {
    let text = "SELECT grp, unit, planned FROM survey_target WHERE cycle = $1 ORDER BY grp, unit";
    let mut plans: BTreeMap<GroupCode, BTreeMap<UnitCode, i64>> = BTreeMap::new();
    for row in reads.all(sql(text).bind(cycle)).await? {
        let plan = plans.entry(row.get("grp")?).or_default();
        plan.insert(row.get("unit")?, row.get("planned")?);
    }
    Ok(plans)
}

/// Has the points of these units converted again.
pub(crate) async fn mark_stale(
    tx: &mut Tx,
    cycle: &CycleCode,
    pairs: &[(&UnitCode, &GroupCode)],
) -> DbResult<()> {
    let text = "INSERT INTO survey_tally (cycle, unit, grp, received, valid, stale) \
                SELECT $2, value->>0, value->>1, 0, 0, 1 FROM json_each($1) WHERE true \
                ON CONFLICT (cycle, unit, grp) DO UPDATE SET stale = 1";
    tx.run(sql(text).bind_json(pairs).bind(cycle)).await?;
    Ok(())
}

/// Cycles with stale units.
pub(crate) async fn stale_cycles(reads: &mut impl Reads) -> DbResult<Vec<CycleCode>> {
    let text = "SELECT DISTINCT cycle FROM survey_tally WHERE stale = 1 ORDER BY cycle";
    reads
        .all(sql(text))
        .await?
        .iter()
        .map(|row| row.get("cycle"))
        .collect()
}

/// Stale units of a cycle after one, in order of code.
pub(crate) async fn stale_units(
    reads: &mut impl Reads,
    cycle: &CycleCode,
    after: &str,
    limit: i64,
) -> DbResult<Vec<UnitCode>> {
    let text = "SELECT DISTINCT unit FROM survey_tally WHERE cycle = $1 AND stale = 1 AND unit > $2 \
                ORDER BY unit LIMIT $3";
    let rows = reads.all(sql(text).bind(cycle).bind(after).bind(limit)).await?;
    rows.iter().map(|row| row.get("unit")).collect()
}

pub(crate) async fn clear_stale(tx: &mut Tx, cycle: &CycleCode, units: &[UnitCode]) -> DbResult<()> {
    let text = "UPDATE survey_tally SET stale = 0 WHERE cycle = $1 AND stale = 1 \
                AND unit IN (SELECT atom FROM json_each($2))";
    tx.run(sql(text).bind(cycle).bind_json(units)).await?;
    Ok(())
}

/// Takes a valid slip out of the numbers, with the options that it chose.
pub(crate) async fn take_out(
    tx: &mut Tx,
    place: (&CycleCode, &UnitCode, &GroupCode),
    chosen: &[(String, String)],
) -> DbResult<()> {
    let text =
        "UPDATE survey_tally SET valid = valid - 1, stale = 1 WHERE cycle = $1 AND unit = $2 AND grp = $3";
    tx.run_one(sql(text).bind(place.0).bind(place.1).bind(place.2))
        .await?;
    let text = "UPDATE survey_count SET n = n - 1 WHERE cycle = $1 AND unit = $2 AND grp = $3 \
                AND (question, choice) IN (SELECT value->>0, value->>1 FROM json_each($4))";
    let statement = sql(text)
        .bind(place.0)
        .bind(place.1)
        .bind(place.2)
        .bind_json(chosen);
    tx.run(statement).await?;
    Ok(())
}

pub(crate) async fn decide(
    tx: &mut Tx,
    place: (&CycleCode, &UnitCode, &GroupCode),
    decision: ShortageDecision,
    document: &str,
    now: Instant,
) -> DbResult<()> {
    let text = "INSERT INTO survey_shortage (cycle, unit, grp, decision, document, decided_at) \
                VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (cycle, unit, grp) DO UPDATE SET \
                decision = excluded.decision, document = excluded.document, decided_at = excluded.decided_at";
    let statement = sql(text)
        .bind(place.0)
        .bind(place.1)
        .bind(place.2)
        .bind(decision.as_str())
        .bind(document)
        .bind(now);
    tx.run_one(statement).await
}

/// Numbers of a group of a unit.
#[derive(Clone, Debug)]
pub(crate) struct Progress {
    pub(crate) unit: UnitCode,
    pub(crate) group: GroupCode,
    pub(crate) received: i64,
    pub(crate) held: Held,
}

fn progress(row: &Row) -> DbResult<Progress> {
    let unreadable = || DbError::Column {
        column: "decision".to_owned(),
        expected: "known decision",
    };
    let decision = match row.get::<Option<String>>("decision")? {
        None => None,
        Some(text) => {
            let decision = ShortageDecision::read(&text).ok_or_else(unreadable)?;
            Some((decision, row.get("document")?))
        }
    };
    Ok(Progress {
        unit: row.get("unit")?,
        group: row.get("grp")?,
        received: row.get("received")?,
        held: Held {
            planned: row.get("planned")?,
            valid: row.get("valid")?,
            decision,
        },
    })
}

/// Numbers of some units (none named: of all), by unit and group.
pub(crate) async fn progress_of(
    reads: &mut impl Reads,
    cycle: &CycleCode,
    units: &[UnitCode],
) -> DbResult<Vec<Progress>> {
    let text = "WITH place AS ( \
                SELECT unit, grp FROM survey_tally WHERE cycle = $1 UNION \
                SELECT unit, grp FROM survey_target WHERE cycle = $1 UNION \
                SELECT unit, grp FROM survey_shortage WHERE cycle = $1) \
                SELECT p.unit, p.grp, COALESCE(g.planned, 0) AS planned, COALESCE(t.received, 0) AS received, \
                COALESCE(t.valid, 0) AS valid, s.decision, s.document FROM place p \
                LEFT JOIN survey_tally t ON t.cycle = $1 AND t.unit = p.unit AND t.grp = p.grp \
                LEFT JOIN survey_target g ON g.cycle = $1 AND g.unit = p.unit AND g.grp = p.grp \
                LEFT JOIN survey_shortage s ON s.cycle = $1 AND s.unit = p.unit AND s.grp = p.grp \
                WHERE $2 = '[]' OR p.unit IN (SELECT atom FROM json_each($2)) ORDER BY p.unit, p.grp";
    let rows = reads.all(sql(text).bind(cycle).bind_json(units)).await?;
    rows.iter().map(progress).collect()
}

/// All that the survey holds of some units.
pub(crate) async fn answers_of(
    reads: &mut impl Reads,
    cycle: &CycleCode,
    units: &[UnitCode],
) -> DbResult<BTreeMap<UnitCode, UnitAnswers>> {
    let mut all: BTreeMap<UnitCode, UnitAnswers> = BTreeMap::new();
    if units.is_empty() {
        return Ok(all);
    }
    for place in progress_of(reads, cycle, units).await? {
        all.entry(place.unit)
            .or_default()
            .groups
            .insert(place.group, place.held);
    }
    let text = "SELECT unit, grp, question, choice, n FROM survey_count WHERE cycle = $1 \
                AND unit IN (SELECT atom FROM json_each($2)) ORDER BY unit, grp, question, choice";
    for row in reads.all(sql(text).bind(cycle).bind_json(units)).await? {
        let answers = all.entry(row.get("unit")?).or_default();
        let question = (row.get("grp")?, row.get("question")?);
        answers
            .counts
            .entry(question)
            .or_default()
            .insert(row.get("choice")?, row.get("n")?);
    }
    Ok(all)
}
