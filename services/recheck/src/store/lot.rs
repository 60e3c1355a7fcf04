//! Lots, their frozen lists, seeds and tickets.

use std::collections::BTreeMap;

use chiso_domain::kernel::{CycleCode, Instant, LotId, PersonId, RespondentId, SlipId, UnitCode};
use chiso_domain::recheck::{Cause, FrozenList, ListedSlip, Lot, Stage, Ticket, Waiting};
use chiso_platform::Error;
use chiso_platform::db::{DbError, DbResult, Reads, Row, Tx, sql};
use chiso_platform::page::Page;
use serde::Serialize;

use super::{coded, hexed};

/// Rows of one statement: a list of a whole province would be too long for one, in bytes and in time.
const SLICE: usize = 10_000;

/// A lot with all that is told about it.
#[derive(Clone, Debug)]
pub(crate) struct LotRow {
    pub(crate) id: LotId,
    pub(crate) cycle: CycleCode,
    pub(crate) units: Vec<UnitCode>,
    pub(crate) entries: i64,
    pub(crate) list_sha256: String,
    pub(crate) closed_at: Instant,
    pub(crate) concluded_at: Option<Instant>,
    pub(crate) stages: Vec<StageRow>,
    pub(crate) cases: i64,
    pub(crate) open_cases: i64,
    pub(crate) void_slips: i64,
}

/// A stage as it was entered.
#[derive(Clone, Debug)]
pub(crate) struct StageRow {
    pub(crate) stage: Stage,
    pub(crate) ceremony: String,
    pub(crate) entered_at: Instant,
    pub(crate) drawn: i64,
}

impl LotRow {
    /// What the rules need of it.
    pub(crate) fn state(&self) -> Lot {
        Lot {
            stages: self.stages.iter().map(|s| s.stage.clone()).collect(),
            concluded: self.concluded_at.is_some(),
        }
    }

    /// The newest stage; 0 before the first.
    pub(crate) fn stage(&self) -> i64 {
        self.stages.last().map_or(0, |s| s.stage.stage)
    }
}

/// A line of the frozen list.
#[derive(Clone, Debug)]
pub(crate) struct EntryRow {
    pub(crate) place: i64,
    pub(crate) slip: ListedSlip,
    pub(crate) ticket: Option<String>,
    pub(crate) drawn_stage: Option<i64>,
}

pub(crate) async fn insert_lot(
    tx: &mut Tx,
    list: &FrozenList,
    units: &[UnitCode],
    respondents: &BTreeMap<SlipId, RespondentId>,
    now: Instant,
) -> DbResult<()> {
    let entries = i64::try_from(list.slips().len()).unwrap_or(i64::MAX);
    let lot = sql(
        "INSERT INTO recheck_lot (lot_id, cycle, entries, list_sha256, closed_at) \
                   VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(list.lot())
    .bind(list.cycle())
    .bind(entries)
    .bind(list.sha256())
    .bind(now);
    tx.run_one(lot).await?;
    let units = sql("INSERT INTO recheck_lot_unit (cycle, unit, lot_id) \
                     SELECT $1, atom, $2 FROM json_each($3)")
    .bind(list.cycle())
    .bind(list.lot())
    .bind_json(units);
    tx.run(units).await?;
    insert_slips(tx, list, respondents).await
}

#[derive(Serialize)]
struct NewSlip<'a> {
    slip: String,
    place: usize,
    unit: &'a str,
    group: &'a str,
    interviewer: String,
    respondent: String,
    sha256: &'a str,
}

async fn insert_slips(
    tx: &mut Tx,
    list: &FrozenList,
    respondents: &BTreeMap<SlipId, RespondentId>,
) -> DbResult<()> {
    let mut places = 1..;
    for slips in list.slips().chunks(SLICE) {
        let mut rows = Vec::with_capacity(slips.len());
        for (s, place) in slips.iter().zip(places.by_ref()) {
            rows.push(NewSlip {
                slip: hexed(&s.slip),
                place,
                unit: s.unit.as_str(),
                group: s.group.as_str(),
                interviewer: hexed(&s.interviewer),
                respondent: respondents.get(&s.slip).map(hexed).unwrap_or_default(),
                sha256: &s.sha256,
            });
        }
        let insert = sql("INSERT INTO recheck_slip \
                          (slip_id, lot_id, place, unit, respondent_group, interviewer, respondent_id, sha256) \
                          SELECT unhex(value->>'slip'), $1, CAST(value->>'place' AS BIGINT), value->>'unit', \
                          value->>'group', unhex(value->>'interviewer'), unhex(value->>'respondent'), \
                          value->>'sha256' FROM json_each($2)")
        .bind(list.lot())
        .bind_json(&rows);
        tx.run(insert).await?;
    }
    Ok(())
}

/// The first of the units that is in a lot already.
pub(crate) async fn taken_unit(
    reads: &mut impl Reads,
    cycle: &CycleCode,
    units: &[UnitCode],
) -> DbResult<Option<(UnitCode, LotId)>> {
    let taken = sql("SELECT u.unit, u.lot_id FROM json_each($2) k \
                     JOIN recheck_lot_unit u ON u.cycle = $1 AND u.unit = k.atom ORDER BY u.unit LIMIT 1")
    .bind(cycle)
    .bind_json(units);
    let row = reads.opt(taken).await?;
    row.map(|row| Ok((row.get("unit")?, row.get("lot_id")?)))
        .transpose()
}

/// Whether there is any lot at all.
pub(crate) async fn any(reads: &mut impl Reads) -> DbResult<bool> {
    let first = reads.opt(sql("SELECT 1 AS one FROM recheck_lot LIMIT 1")).await?;
    Ok(first.is_some())
}

/// A lot.
pub(crate) async fn lot(reads: &mut impl Reads, id: LotId) -> DbResult<Option<LotRow>> {
    let lot = sql(
        "SELECT lot_id, cycle, entries, list_sha256, closed_at, concluded_at FROM recheck_lot \
                   WHERE lot_id = $1",
    )
    .bind(id);
    match reads.opt(lot).await? {
        None => Ok(None),
        Some(row) => whole(reads, &row).await.map(Some),
    }
}

/// The lots of a cycle in the order of their ids.
pub(crate) async fn lots(
    reads: &mut impl Reads,
    cycle: &CycleCode,
    page: &Page,
    after: Option<LotId>,
) -> DbResult<Vec<LotRow>> {
    let lots = sql(
        "SELECT lot_id, cycle, entries, list_sha256, closed_at, concluded_at FROM recheck_lot \
                    WHERE cycle = $1 AND (lot_id > $2 OR $2 IS NULL) ORDER BY lot_id LIMIT $3",
    )
    .bind(cycle)
    .bind(after)
    .bind(page.limit_and_one());
    let mut found = Vec::new();
    for row in reads.all(lots).await? {
        found.push(whole(reads, &row).await?);
    }
    Ok(found)
}

async fn whole(reads: &mut impl Reads, row: &Row) -> DbResult<LotRow> {
    let id: LotId = row.get("lot_id")?;
    let units = sql("SELECT unit FROM recheck_lot_unit WHERE lot_id = $1 ORDER BY unit").bind(id);
    let units = reads.all(units).await?;
    let stages = sql(
        "SELECT stage, seed, ceremony, rate_percent, entered_at, drawn FROM recheck_stage \
                      WHERE lot_id = $1 ORDER BY stage",
    )
    .bind(id);
    let stages = reads.all(stages).await?;
    let counts = sql(
        "SELECT COUNT(*) AS cases, COUNT(*) - COUNT(outcome) AS open_cases, \
                      CAST(COALESCE(SUM(void), 0) AS BIGINT) AS void_slips FROM recheck_case WHERE lot_id = $1",
    )
    .bind(id);
    let counts = reads.one(counts).await?;
    Ok(LotRow {
        id,
        cycle: row.get("cycle")?,
        units: units.iter().map(|u| u.get("unit")).collect::<DbResult<_>>()?,
        entries: row.get("entries")?,
        list_sha256: row.get("list_sha256")?,
        closed_at: row.get("closed_at")?,
        concluded_at: row.get("concluded_at")?,
        stages: stages.iter().map(stage_row).collect::<DbResult<_>>()?,
        cases: counts.get("cases")?,
        open_cases: counts.get("open_cases")?,
        void_slips: counts.get("void_slips")?,
    })
}

fn stage_row(row: &Row) -> DbResult<StageRow> {
    Ok(StageRow {
        stage: Stage {
            stage: row.get("stage")?,
            seed: row.get("seed")?,
            rate_percent: row.get("rate_percent")?,
        },
        ceremony: row.get("ceremony")?,
        entered_at: row.get("entered_at")?,
        drawn: row.get("drawn")?,
    })
}

fn listed(row: &Row) -> DbResult<ListedSlip> {
    Ok(ListedSlip {
        unit: row.get("unit")?,
        group: row.get("respondent_group")?,
        slip: row.get("slip_id")?,
        interviewer: row.get("interviewer")?,
        sha256: row.get("sha256")?,
    })
}

/// The frozen list of a lot, checked against the hash that was published.
pub(crate) async fn frozen_list(reads: &mut impl Reads, lot: &LotRow) -> Result<FrozenList, Error> {
    let slips = sql(
        "SELECT slip_id, unit, respondent_group, interviewer, sha256 FROM recheck_slip \
                     WHERE lot_id = $1 ORDER BY place",
    )
    .bind(lot.id);
    let slips = reads.all(slips).await?;
    let slips = slips.iter().map(listed).collect::<DbResult<_>>()?;
    let list = FrozenList::new(lot.cycle.clone(), lot.id, slips)?;
    if list.sha256() == lot.list_sha256 {
        Ok(list)
    } else {
        Err(Error::internal(format!(
            "the list of lot {} is not what was published",
            lot.id
        )))
    }
}

/// The slips of a lot that have a case, with its cause.
pub(crate) async fn taken(reads: &mut impl Reads, lot: LotId) -> DbResult<BTreeMap<SlipId, Cause>> {
    let cases = sql("SELECT slip_id, cause FROM recheck_case WHERE lot_id = $1").bind(lot);
    let cases = reads.all(cases).await?;
    let cause = |row: &Row| Ok((row.get("slip_id")?, coded(row, "cause", Cause::read, "cause")?));
    cases.iter().map(cause).collect()
}

/// Stores a seed with the number of slips it drew.
pub(crate) async fn insert_stage(tx: &mut Tx, lot: LotId, stage: &StageRow, by: PersonId) -> DbResult<()> {
    let insert = sql("INSERT INTO recheck_stage \
                      (lot_id, stage, seed, ceremony, rate_percent, entered_at, entered_by, drawn) \
                      VALUES ($1, $2, $3, $4, $5, $6, $7, $8)")
    .bind(lot)
    .bind(stage.stage.stage)
    .bind(&stage.stage.seed)
    .bind(&stage.ceremony)
    .bind(stage.stage.rate_percent)
    .bind(stage.entered_at)
    .bind(by)
    .bind(stage.drawn);
    tx.run_one(insert).await
}

#[derive(Serialize)]
struct NewTicket {
    slip: String,
    ticket: String,
}

/// Stores the tickets of a stage.
pub(crate) async fn insert_tickets(
    tx: &mut Tx,
    stage: i64,
    tickets: &BTreeMap<SlipId, Ticket>,
) -> DbResult<()> {
    let row = |(slip, ticket): (&SlipId, &Ticket)| NewTicket {
        slip: hexed(slip),
        ticket: ticket.to_string(),
    };
    let rows: Vec<NewTicket> = tickets.iter().map(row).collect();
    for rows in rows.chunks(SLICE) {
        let insert = sql("INSERT INTO recheck_ticket (slip_id, stage, ticket) \
                          SELECT unhex(value->>'slip'), $1, value->>'ticket' FROM json_each($2)")
        .bind(stage)
        .bind_json(rows);
        tx.run(insert).await?;
    }
    Ok(())
}

/// The slips of a lot without a case. Each has a ticket of the newest stage.
pub(crate) async fn waiting(reads: &mut impl Reads, lot: LotId, stage: i64) -> DbResult<Vec<Waiting>> {
    let waiting = sql(
        "SELECT s.slip_id, s.unit, s.respondent_group, s.interviewer, s.sha256, t.ticket \
                       FROM recheck_slip s JOIN recheck_ticket t ON t.slip_id = s.slip_id AND t.stage = $2 \
                       LEFT JOIN recheck_case c ON c.slip_id = s.slip_id \
                       WHERE s.lot_id = $1 AND c.slip_id IS NULL ORDER BY t.ticket, s.slip_id",
    )
    .bind(lot)
    .bind(stage);
    let row = |row: &Row| {
        let slip = listed(row)?;
        let ticket: String = row.get("ticket")?;
        Ok(Waiting {
            slip: slip.slip,
            stratum: slip.stratum(),
            interviewer: slip.interviewer,
            ticket: ticket.parse().map_err(|_| DbError::Column {
                column: "ticket".to_owned(),
                expected: "ticket",
            })?,
        })
    };
    reads.all(waiting).await?.iter().map(row).collect()
}

/// The frozen list with the newest ticket of each slip, in the published order.
pub(crate) async fn entries(
    reads: &mut impl Reads,
    lot: LotId,
    page: &Page,
    after: i64,
) -> DbResult<Vec<EntryRow>> {
    let entries = sql(
        "SELECT s.place, s.slip_id, s.unit, s.respondent_group, s.interviewer, s.sha256, \
                       t.ticket, c.stage FROM recheck_slip s \
                       LEFT JOIN recheck_ticket t ON t.slip_id = s.slip_id AND t.stage = \
                       (SELECT MAX(n.stage) FROM recheck_ticket n WHERE n.slip_id = s.slip_id) \
                       LEFT JOIN recheck_case c ON c.slip_id = s.slip_id \
                       WHERE s.lot_id = $1 AND s.place > $2 ORDER BY s.place LIMIT $3",
    )
    .bind(lot)
    .bind(after)
    .bind(page.limit_and_one());
    let row = |row: &Row| {
        Ok(EntryRow {
            place: row.get("place")?,
            slip: listed(row)?,
            ticket: row.get("ticket")?,
            drawn_stage: row.get("stage")?,
        })
    };
    reads.all(entries).await?.iter().map(row).collect()
}

/// Ends the recheck of a lot.
pub(crate) async fn conclude(tx: &mut Tx, lot: LotId, now: Instant) -> DbResult<()> {
    let update = sql("UPDATE recheck_lot SET concluded_at = $2 WHERE lot_id = $1")
        .bind(lot)
        .bind(now);
    tx.run_one(update).await
}
