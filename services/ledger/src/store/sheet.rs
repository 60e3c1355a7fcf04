//! States of sheets, and rounds that were closed.

use chiso_domain::appraisal::{Progress, Round, SheetState};
use chiso_domain::kernel::{CycleCode, Instant, UnitCode};
use chiso_platform::db::{DbResult, Reads, Row, Tx, sql};

use super::malformed;

/// A sheet as it is stored; the default is one that nobody has sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sheet {
    /// What is stored; its meaning depends on the window ([`SheetState::at`]).
    pub state: SheetState,
    /// When it was sent, or when its window ended.
    pub submitted_at: Option<Instant>,
    /// The number of the receipt of its sending ([`receipt`]); empty where nobody has sent it.
    pub receipt: String,
}

impl Default for Sheet {
    fn default() -> Self {
        Self {
            state: SheetState::Draft,
            submitted_at: None,
            receipt: String::new(),
        }
    }
}

impl Sheet {
    /// For the journal.
    #[must_use]
    pub(crate) fn to_json(&self) -> serde_json::Value {
        serde_json::json!({ "state": self.state, "submitted_at": self.submitted_at, "receipt": self.receipt })
    }

    fn read(row: &Row) -> DbResult<Self> {
        let state: String = row.get("state")?;
        let state = SheetState::ALL.into_iter().find(|s| state_text(*s) == state);
        Ok(Self {
            state: state.ok_or_else(|| malformed("state", "sheet state"))?,
            submitted_at: row.get("submitted_at")?,
            receipt: row.get("receipt")?,
        })
    }
}

const fn state_text(state: SheetState) -> &'static str {
    match state {
        SheetState::Draft => "draft",
        SheetState::Submitted => "submitted",
        SheetState::AutoLocked => "auto_locked",
    }
}

/// One sheet.
///
/// # Errors
/// The database's.
pub(crate) async fn load(reads: &mut impl Reads, cycle: &CycleCode, unit: &UnitCode) -> DbResult<Sheet> {
    let found = sql("SELECT * FROM ledger_sheet WHERE cycle = $1 AND unit = $2")
        .bind(cycle)
        .bind(unit);
    Ok(reads
        .opt(found)
        .await?
        .as_ref()
        .map(Sheet::read)
        .transpose()?
        .unwrap_or_default())
}

/// Stores a sheet's state.
///
/// # Errors
/// The database's.
pub(crate) async fn put(tx: &mut Tx, cycle: &CycleCode, unit: &UnitCode, sheet: &Sheet) -> DbResult<()> {
    let text = "INSERT INTO ledger_sheet (cycle, unit, state, submitted_at, receipt) VALUES ($1, $2, $3, $4, $5) \
                ON CONFLICT (cycle, unit) DO UPDATE SET state = excluded.state, \
                submitted_at = excluded.submitted_at, receipt = excluded.receipt";
    let statement = sql(text)
        .bind(cycle)
        .bind(unit)
        .bind(state_text(sheet.state))
        .bind(sheet.submitted_at)
        .bind(&sheet.receipt);
    tx.run_one(statement).await
}

/// Which rounds are closed.
///
/// # Errors
/// The database's.
pub(crate) async fn progress(reads: &mut impl Reads, cycle: &CycleCode) -> DbResult<Progress> {
    let rows = reads
        .all(sql("SELECT round FROM ledger_round WHERE cycle = $1 ORDER BY round").bind(cycle))
        .await?;
    let closed = rows
        .iter()
        .map(|row| row.get("round"))
        .collect::<DbResult<Vec<i64>>>()?;
    Ok(Progress {
        first_closed: closed.contains(&Round::First.number()),
        second_closed: closed.contains(&Round::Second.number()),
    })
}

/// The end of a round.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Closing {
    /// 1 or 2.
    pub round: i64,
    /// Who.
    pub by: String,
    /// When.
    pub at: Instant,
}

/// The rounds that are closed, in their order.
///
/// # Errors
/// The database's.
pub(crate) async fn closings(reads: &mut impl Reads, cycle: &CycleCode) -> DbResult<Vec<Closing>> {
    let text = "SELECT round, closed_by, closed_at FROM ledger_round WHERE cycle = $1 ORDER BY round";
    let rows = reads.all(sql(text).bind(cycle)).await?;
    let closing = |row: &Row| {
        Ok(Closing {
            round: row.get("round")?,
            by: row.get("closed_by")?,
            at: row.get("closed_at")?,
        })
    };
    rows.iter().map(closing).collect()
}

/// Closes a round.
///
/// # Errors
/// The database's.
pub(crate) async fn close(
    tx: &mut Tx,
    cycle: &CycleCode,
    round: Round,
    by: &str,
    now: Instant,
) -> DbResult<()> {
    let text = "INSERT INTO ledger_round (cycle, round, closed_by, closed_at) VALUES ($1, $2, $3, $4)";
    tx.run_one(sql(text).bind(cycle).bind(round.number()).bind(by).bind(now))
        .await
}
