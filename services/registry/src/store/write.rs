//! From the frame of a year to rows.

use chiso_domain::cycle::{Cycle, Extension, IndexSet, Policy, Reassignment, Window};
use chiso_domain::kernel::{CycleCode, Instant, Span, UnitCode, UnitTypeCode};
use chiso_platform::db::{DbResult, Tx, sql};
use serde::Serialize;

/// A cycle with nothing in it yet.
pub(crate) async fn insert_cycle(
    tx: &mut Tx,
    code: &CycleCode,
    (province, regulation): (&str, &str),
    policy: &Policy,
    now: Instant,
) -> DbResult<()> {
    let text = "INSERT INTO registry_cycle (cycle, province, regulation, state, version, policy, created_at) \
                VALUES ($1, $2, $3, 1, 1, $4, $5)";
    let insert = sql(text).bind(code).bind(province).bind(regulation);
    tx.run_one(insert.bind_json(policy).bind(now)).await
}

/// The version grows with each change, so that a copy shows its age.
pub(crate) async fn grow(tx: &mut Tx, code: &CycleCode) -> DbResult<()> {
    let text = "UPDATE registry_cycle SET version = version + 1 WHERE cycle = $1";
    tx.run_one(sql(text).bind(code)).await
}

#[derive(Serialize)]
struct WindowRow {
    name: &'static str,
    starts_at: i64,
    ends_at: i64,
}

/// The calendar as it is now; only while there are no extensions.
pub(crate) async fn replace_windows(
    tx: &mut Tx,
    code: &CycleCode,
    windows: &[(Window, Span)],
) -> DbResult<()> {
    tx.run(sql("DELETE FROM registry_window WHERE cycle = $1").bind(code))
        .await?;
    let row = |(window, span): &(Window, Span)| WindowRow {
        name: window.name(),
        starts_at: span.start.micros(),
        ends_at: span.end.micros(),
    };
    let text = "INSERT INTO registry_window (cycle, name, starts_at, ends_at) \
                SELECT $1, value->>'name', CAST(value->>'starts_at' AS BIGINT), \
                CAST(value->>'ends_at' AS BIGINT) FROM json_each($2)";
    let rows: Vec<_> = windows.iter().map(row).collect();
    tx.run(sql(text).bind(code).bind_json(&rows)).await?;
    Ok(())
}

/// One more extension.
pub(crate) async fn add_extension(tx: &mut Tx, code: &CycleCode, extension: &Extension) -> DbResult<()> {
    let text = "INSERT INTO registry_extension (cycle, number, name, unit, ends_at, reason, granted_at) \
                SELECT $1, COALESCE(MAX(number), 0) + 1, $2, $3, $4, $5, $6 \
                FROM registry_extension WHERE cycle = $1";
    let insert = sql(text)
        .bind(code)
        .bind(extension.window.name())
        .bind(extension.unit.as_ref().map(ToString::to_string))
        .bind(extension.ends_at)
        .bind(extension.reason.as_str())
        .bind(extension.granted_at);
    tx.run_one(insert).await
}

/// The policy as it is now.
pub(crate) async fn set_policy(tx: &mut Tx, code: &CycleCode, policy: &Policy) -> DbResult<()> {
    let text = "UPDATE registry_cycle SET policy = $2 WHERE cycle = $1";
    tx.run_one(sql(text).bind(code).bind_json(policy)).await
}

#[derive(Serialize)]
struct UnitRow<'a> {
    unit: &'a str,
    name: &'a str,
    unit_type: &'a str,
    place: i32,
    valid_from: &'a str,
    valid_to: &'a str,
    ranked: i64,
    list_place: usize,
}

#[derive(Serialize)]
struct PredecessorRow<'a> {
    unit: &'a str,
    place: usize,
    predecessor: &'a str,
}

/// The unit types and units of `cycle`, instead of what there was.
pub(crate) async fn replace_units(tx: &mut Tx, cycle: &Cycle) -> DbResult<()> {
    for text in [
        "DELETE FROM registry_predecessor WHERE cycle = $1",
        "DELETE FROM registry_unit WHERE cycle = $1",
        "DELETE FROM registry_unit_type WHERE cycle = $1",
    ] {
        tx.run(sql(text).bind(&cycle.code)).await?;
    }
    let text = "INSERT INTO registry_unit_type (cycle, unit_type, name, name_en, place) \
                SELECT $1, value->>'code', value->>'name', value->>'name_en', \
                CAST(value->>'order' AS BIGINT) FROM json_each($2)";
    let types: Vec<_> = cycle.unit_types.values().collect();
    tx.run(sql(text).bind(&cycle.code).bind_json(&types)).await?;

    let ordered = cycle.units_in_order();
    let unit_rows: Vec<_> = ordered
        .iter()
        .enumerate()
        .map(|(at, unit)| UnitRow {
            unit: unit.code.as_str(),
            name: &unit.name,
            unit_type: unit.unit_type.as_str(),
            place: unit.order,
            valid_from: &unit.valid_from,
            valid_to: &unit.valid_to,
            ranked: i64::from(unit.ranked),
            list_place: at + 1,
        })
        .collect();
    let text = "INSERT INTO registry_unit \
                (cycle, unit, name, unit_type, place, valid_from, valid_to, ranked, list_place) \
                SELECT $1, value->>'unit', value->>'name', value->>'unit_type', \
                CAST(value->>'place' AS BIGINT), value->>'valid_from', value->>'valid_to', \
                CAST(value->>'ranked' AS BIGINT), CAST(value->>'list_place' AS BIGINT) \
                FROM json_each($2)";
    tx.run(sql(text).bind(&cycle.code).bind_json(&unit_rows)).await?;
    insert_predecessors(tx, cycle).await
}

async fn insert_predecessors(tx: &mut Tx, cycle: &Cycle) -> DbResult<()> {
    let of_unit = |unit| {
        move |(place, predecessor)| PredecessorRow {
            unit,
            place,
            predecessor,
        }
    };
    let rows: Vec<_> = cycle
        .units
        .values()
        .flat_map(|unit| {
            let named = unit.predecessors.iter().map(UnitCode::as_str).enumerate();
            named.map(of_unit(unit.code.as_str()))
        })
        .collect();
    let text = "INSERT INTO registry_predecessor (cycle, unit, place, predecessor) \
                SELECT $1, value->>'unit', CAST(value->>'place' AS BIGINT), value->>'predecessor' \
                FROM json_each($2)";
    tx.run(sql(text).bind(&cycle.code).bind_json(&rows)).await?;
    Ok(())
}

/// The index set of a type, instead of the one there was.
pub(crate) async fn put_index_set(
    tx: &mut Tx,
    code: &CycleCode,
    unit_type: &UnitTypeCode,
    set: &IndexSet,
) -> DbResult<()> {
    let text = "INSERT INTO registry_index_set (cycle, unit_type, document) VALUES ($1, $2, $3) \
                ON CONFLICT (cycle, unit_type) DO UPDATE SET document = excluded.document";
    tx.run_one(sql(text).bind(code).bind(unit_type).bind_json(set))
        .await
}

/// The council and its reassignments, instead of what there was.
pub(crate) async fn replace_council(
    tx: &mut Tx,
    code: &CycleCode,
    agencies: &[UnitCode],
    reassignments: &[Reassignment],
) -> DbResult<()> {
    tx.run(sql("DELETE FROM registry_council WHERE cycle = $1").bind(code))
        .await?;
    tx.run(sql("DELETE FROM registry_reassignment WHERE cycle = $1").bind(code))
        .await?;
    let text = "INSERT INTO registry_council (cycle, place, agency) SELECT $1, key, atom FROM json_each($2)";
    tx.run(sql(text).bind(code).bind_json(agencies)).await?;
    for reassignment in reassignments {
        add_reassignment(tx, code, reassignment).await?;
    }
    Ok(())
}

/// One more reassignment; it goes before the earlier ones.
pub(crate) async fn add_reassignment(tx: &mut Tx, code: &CycleCode, r: &Reassignment) -> DbResult<()> {
    let text = "INSERT INTO registry_reassignment (cycle, number, agency, unit, criterion, substitute, reason) \
                SELECT $1, COALESCE(MAX(number), 0) + 1, $2, $3, $4, $5, $6 \
                FROM registry_reassignment WHERE cycle = $1";
    let insert = sql(text)
        .bind(code)
        .bind(&r.agency)
        .bind(r.unit.as_ref().map(ToString::to_string))
        .bind(r.criterion.as_ref().map(ToString::to_string))
        .bind(&r.substitute)
        .bind(r.reason.as_str());
    tx.run_one(insert).await
}

/// Freezes the rule set.
pub(crate) async fn mark_open(tx: &mut Tx, cycle: &Cycle, now: Instant) -> DbResult<()> {
    let text = "UPDATE registry_cycle SET state = 2, rule_set_json = $2, rule_set_sha256 = $3, opened_at = $4 \
                WHERE cycle = $1 AND state = 1";
    let update = sql(text)
        .bind(&cycle.code)
        .bind(cycle.rules.canonical_json())
        .bind(cycle.rules.sha256())
        .bind(now);
    tx.run_one(update).await
}
