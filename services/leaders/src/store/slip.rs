//! Drafts and sent slips.

use std::collections::BTreeMap;

use chiso_domain::kernel::{CycleCode, Instant, PersonId, Points, UnitCode};
use chiso_domain::leaders::{Choice, Choices, Leader, Panel, SentSlip, Slip};
use chiso_platform::db::{DbResult, Reads, Row, Tx, sql};
use serde::Serialize;

/// A slip with what is stored beside it.
#[derive(Clone, Debug, Default)]
pub(crate) struct HeldSlip {
    pub(crate) slip: Slip,
    pub(crate) saved: BTreeMap<UnitCode, Saved>,
    pub(crate) sent_at: Option<Instant>,
    /// How often it was sent.
    pub(crate) sendings: i64,
    /// What the journal shows of the last sending; empty: never sent.
    pub(crate) commitment: String,
}

/// When and by whom a mark was saved.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Saved {
    pub(crate) at: Instant,
    /// None where it was saved before that was kept.
    pub(crate) by: Option<PersonId>,
}

/// How far a leader has come.
#[derive(Clone, Debug)]
pub(crate) struct Progress {
    pub(crate) units: Vec<UnitCode>,
    pub(crate) sent_at: Option<Instant>,
}

#[derive(Serialize)]
struct MarkRow<'a> {
    unit: &'a str,
    mark: Option<i64>,
}

fn choice(row: &Row) -> DbResult<(UnitCode, Choice)> {
    let mark: Option<Points> = row.get("mark")?;
    Ok((row.get("unit")?, mark.map_or(Choice::Abstain, Choice::Mark)))
}

const fn parts(choice: Choice) -> Option<i64> {
    match choice {
        Choice::Mark(mark) => Some(mark.parts()),
        Choice::Abstain => None,
    }
}

/// The slip of a leader; an empty one where nothing was saved.
pub(crate) async fn held_slip(
    reads: &mut impl Reads,
    cycle: &CycleCode,
    leader: PersonId,
) -> DbResult<HeldSlip> {
    let version = sql("SELECT version FROM leaders_slip WHERE cycle = $1 AND leader = $2");
    let Some(row) = reads.opt(version.bind(cycle).bind(leader)).await? else {
        return Ok(HeldSlip::default());
    };
    let mut held = HeldSlip {
        slip: Slip {
            version: row.get("version")?,
            ..Slip::default()
        },
        ..HeldSlip::default()
    };
    let marks = "SELECT unit, mark, saved_at, saved_by FROM leaders_mark WHERE cycle = $1 AND leader = $2 ORDER BY unit";
    for row in reads.all(sql(marks).bind(cycle).bind(leader)).await? {
        let (unit, choice) = choice(&row)?;
        let saved = Saved {
            at: row.get("saved_at")?,
            by: row.get("saved_by")?,
        };
        held.saved.insert(unit.clone(), saved);
        held.slip.draft.insert(unit, choice);
    }
    let last = "SELECT number, sent_at, commitment FROM leaders_sent WHERE cycle = $1 AND leader = $2 \
                ORDER BY number DESC LIMIT 1";
    if let Some(row) = reads.opt(sql(last).bind(cycle).bind(leader)).await? {
        held.sent_at = row.get("sent_at")?;
        held.sendings = row.get("number")?;
        held.commitment = row.get("commitment")?;
        held.slip.sent = Some(sent_choices(reads, cycle, leader, held.sendings).await?);
    }
    Ok(held)
}

async fn sent_choices(
    reads: &mut impl Reads,
    cycle: &CycleCode,
    leader: PersonId,
    number: i64,
) -> DbResult<Choices> {
    let text = "SELECT unit, mark FROM leaders_sent_mark WHERE cycle = $1 AND leader = $2 AND number = $3 \
                ORDER BY unit";
    let rows = reads.all(sql(text).bind(cycle).bind(leader).bind(number)).await?;
    rows.iter().map(choice).collect()
}

/// Stores marks of the draft and the slip's new version.
pub(crate) async fn save_marks(
    tx: &mut Tx,
    (cycle, leader): (&CycleCode, PersonId),
    version: i64,
    (units, choice): (&[UnitCode], Choice),
    (by, now): (PersonId, Instant),
) -> DbResult<()> {
    let slip = "INSERT INTO leaders_slip (cycle, leader, version) VALUES ($1, $2, $3) \
                ON CONFLICT (cycle, leader) DO UPDATE SET version = excluded.version";
    tx.run_one(sql(slip).bind(cycle).bind(leader).bind(version))
        .await?;
    let units: Vec<&str> = units.iter().map(UnitCode::as_str).collect();
    let marks = "INSERT INTO leaders_mark (cycle, leader, unit, mark, saved_at, saved_by) \
                 SELECT $1, $2, atom, CAST($3 AS BIGINT), $4, $5 FROM json_each($6) WHERE true \
                 ON CONFLICT (cycle, leader, unit) \
                 DO UPDATE SET mark = excluded.mark, saved_at = excluded.saved_at, saved_by = excluded.saved_by";
    let marks = sql(marks)
        .bind(cycle)
        .bind(leader)
        .bind(parts(choice))
        .bind(now)
        .bind(by)
        .bind_json(&units);
    tx.run(marks).await?;
    Ok(())
}

/// A slip as it is sent, with the commitment that the journal shows.
pub(crate) struct Sending<'a> {
    pub(crate) number: i64,
    pub(crate) version: i64,
    pub(crate) choices: &'a Choices,
    pub(crate) salt: [u8; 32],
    pub(crate) commitment: &'a str,
}

/// Stores a sent slip beside the earlier ones.
pub(crate) async fn save_sent(
    tx: &mut Tx,
    (cycle, leader): (&CycleCode, PersonId),
    sending: &Sending<'_>,
    now: Instant,
) -> DbResult<()> {
    let sent = "INSERT INTO leaders_sent (cycle, leader, number, sent_at, version, salt, commitment) \
                VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let sent = sql(sent)
        .bind(cycle)
        .bind(leader)
        .bind(sending.number)
        .bind(now)
        .bind(sending.version)
        .bind(&sending.salt[..])
        .bind(sending.commitment);
    tx.run_one(sent).await?;
    let rows: Vec<MarkRow<'_>> = sending.choices.iter().map(mark_row).collect();
    let marks = "INSERT INTO leaders_sent_mark (cycle, leader, number, unit, mark) \
                 SELECT $1, $2, $3, value->>'unit', CAST(value->>'mark' AS BIGINT) FROM json_each($4)";
    tx.run(
        sql(marks)
            .bind(cycle)
            .bind(leader)
            .bind(sending.number)
            .bind_json(&rows),
    )
    .await?;
    Ok(())
}

fn mark_row<'a>((unit, choice): (&'a UnitCode, &Choice)) -> MarkRow<'a> {
    MarkRow {
        unit: unit.as_str(),
        mark: parts(*choice),
    }
}

/// Whether any slip of the cycle was sent.
pub(crate) async fn any_sent(reads: &mut impl Reads, cycle: &CycleCode) -> DbResult<bool> {
    let text = "SELECT 1 AS one FROM leaders_sent WHERE cycle = $1 LIMIT 1";
    Ok(reads.opt(sql(text).bind(cycle)).await?.is_some())
}

/// The last sent slip of each leader of the panel, in the panel's order.
pub(crate) async fn sent_slips(
    reads: &mut impl Reads,
    cycle: &CycleCode,
    panel: &Panel,
) -> DbResult<Vec<SentSlip>> {
    let text = "SELECT s.leader, m.unit, m.mark FROM leaders_sent s \
                JOIN leaders_sent_mark m ON m.cycle = s.cycle AND m.leader = s.leader AND m.number = s.number \
                WHERE s.cycle = $1 AND s.number = (SELECT MAX(n.number) FROM leaders_sent n \
                WHERE n.cycle = s.cycle AND n.leader = s.leader) ORDER BY s.leader, m.unit";
    let mut by_leader: BTreeMap<PersonId, Choices> = BTreeMap::new();
    for row in reads.all(sql(text).bind(cycle)).await? {
        let (unit, choice) = choice(&row)?;
        by_leader
            .entry(row.get("leader")?)
            .or_default()
            .insert(unit, choice);
    }
    let sent = |leader: &Leader| {
        by_leader.remove(&leader.person).map(|choices| SentSlip {
            role: leader.role,
            choices,
        })
    };
    Ok(panel.leaders.iter().filter_map(sent).collect())
}

/// Which units each leader has marked or abstained on, and when the slip was last sent; no marks.
pub(crate) async fn progress(
    reads: &mut impl Reads,
    cycle: &CycleCode,
) -> DbResult<BTreeMap<PersonId, Progress>> {
    let sent = "SELECT leader, MAX(sent_at) AS sent_at FROM leaders_sent WHERE cycle = $1 \
                GROUP BY leader ORDER BY leader";
    let mut sent_at: BTreeMap<PersonId, Instant> = BTreeMap::new();
    for row in reads.all(sql(sent).bind(cycle)).await? {
        sent_at.insert(row.get("leader")?, row.get("sent_at")?);
    }
    let marks = "SELECT leader, unit FROM leaders_mark WHERE cycle = $1 ORDER BY leader, unit";
    let mut progress: BTreeMap<PersonId, Progress> = BTreeMap::new();
    for row in reads.all(sql(marks).bind(cycle)).await? {
        let leader: PersonId = row.get("leader")?;
        let sent_at = sent_at.get(&leader).copied();
        let of_leader = progress.entry(leader).or_insert(Progress {
            units: Vec::new(),
            sent_at,
        });
        of_leader.units.push(row.get("unit")?);
    }
    Ok(progress)
}
