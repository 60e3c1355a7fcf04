//! Proposed penalties and what became of them.

use chiso_domain::index_points::LeafInput;
use chiso_domain::kernel::{CycleCode, Instant, PenaltyId, UnitCode};
use chiso_platform::db::{DbResult, Reads, Row, Tx, sql};

use super::{Place, input_text, malformed, read_input};

/// How far a proposal has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PenaltyState {
    /// It waits for the council chair.
    Proposed,
    /// It counts.
    Decided,
    /// It does not count.
    Rejected,
}

impl PenaltyState {
    const ALL: [Self; 3] = [Self::Proposed, Self::Decided, Self::Rejected];

    /// Its name in the database and the journal.
    #[must_use]
    pub(crate) const fn text(self) -> &'static str {
        match self {
            Self::Proposed => "proposed",
            Self::Decided => "decided",
            Self::Rejected => "rejected",
        }
    }
}

/// One proposal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Penalty {
    /// Made by the client.
    pub id: PenaltyId,
    /// The unit and the penalty's row.
    pub place: Place,
    /// How many of each kind.
    pub input: LeafInput,
    /// What establishes it.
    pub document: String,
    /// Why.
    pub reason: String,
    /// How far it has come.
    pub state: PenaltyState,
    /// The agency that proposed it; none where Home Affairs did.
    pub agency: Option<UnitCode>,
    /// Who.
    pub proposed_by: String,
    /// When.
    pub proposed_at: Instant,
    /// The unit's answer.
    pub unit_explanation: String,
    /// How often the unit answered.
    pub answers: i64,
    /// The chair's reason.
    pub decided_reason: String,
    /// Who decided.
    pub decided_by: String,
    /// When.
    pub decided_at: Option<Instant>,
}

impl Penalty {
    /// Whether the unit answered it.
    pub(crate) const fn answered(&self) -> bool {
        !self.unit_explanation.is_empty()
    }

    /// For the journal.
    #[must_use]
    pub(crate) fn to_json(&self) -> serde_json::Value {
        serde_json::json!({
            "penalty_id": self.id,
            "input": self.input,
            "document": self.document,
            "state": self.state.text(),
            "unit_explanation": self.unit_explanation,
            "decided_reason": self.decided_reason,
        })
    }

    fn read(row: &Row) -> DbResult<Self> {
        let state: String = row.get("state")?;
        let state = PenaltyState::ALL.into_iter().find(|s| s.text() == state);
        Ok(Self {
            id: row.get("penalty_id")?,
            place: Place {
                cycle: row.get("cycle")?,
                unit: row.get("unit")?,
                criterion: row.get("criterion")?,
            },
            input: read_input(row, "input")?.ok_or_else(|| malformed("input", "leaf input"))?,
            document: row.get("document")?,
            reason: row.get("reason")?,
            state: state.ok_or_else(|| malformed("state", "penalty state"))?,
            agency: row.get("agency")?,
            proposed_by: row.get("proposed_by")?,
            proposed_at: row.get("proposed_at")?,
            unit_explanation: row.get("unit_explanation")?,
            answers: row.get("answers")?,
            decided_reason: row.get("decided_reason")?,
            decided_by: row.get("decided_by")?,
            decided_at: row.get("decided_at")?,
        })
    }
}

/// Stores a proposal, or its newer state.
///
/// # Errors
/// The database's.
pub(crate) async fn put(tx: &mut Tx, penalty: &Penalty) -> DbResult<()> {
    let text = "INSERT INTO ledger_penalty (penalty_id, cycle, unit, criterion, input, document, reason, state, agency, \
                proposed_by, proposed_at, unit_explanation, answers, decided_reason, decided_by, decided_at) \
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) \
                ON CONFLICT (penalty_id) DO UPDATE SET state = excluded.state, \
                unit_explanation = excluded.unit_explanation, answers = excluded.answers, \
                decided_reason = excluded.decided_reason, decided_by = excluded.decided_by, \
                decided_at = excluded.decided_at";
    let statement = sql(text)
        .bind(penalty.id)
        .bind(&penalty.place.cycle)
        .bind(&penalty.place.unit)
        .bind(&penalty.place.criterion)
        .bind(input_text(&penalty.input))
        .bind(&penalty.document)
        .bind(&penalty.reason)
        .bind(penalty.state.text())
        .bind(penalty.agency.as_ref())
        .bind(&penalty.proposed_by)
        .bind(penalty.proposed_at)
        .bind(&penalty.unit_explanation)
        .bind(penalty.answers)
        .bind(&penalty.decided_reason)
        .bind(&penalty.decided_by)
        .bind(penalty.decided_at);
    tx.run_one(statement).await
}

/// One proposal.
///
/// # Errors
/// The database's.
pub(crate) async fn find(reads: &mut impl Reads, id: PenaltyId) -> DbResult<Option<Penalty>> {
    let row = reads
        .opt(sql("SELECT * FROM ledger_penalty WHERE penalty_id = $1").bind(id))
        .await?;
    row.as_ref().map(Penalty::read).transpose()
}

/// All proposals of one row of one unit.
///
/// # Errors
/// The database's.
pub(crate) async fn of_leaf(reads: &mut impl Reads, place: &Place) -> DbResult<Vec<Penalty>> {
    let text =
        "SELECT * FROM ledger_penalty WHERE cycle = $1 AND unit = $2 AND criterion = $3 ORDER BY penalty_id";
    let found = sql(text)
        .bind(&place.cycle)
        .bind(&place.unit)
        .bind(&place.criterion);
    reads.all(found).await?.iter().map(Penalty::read).collect()
}

/// All proposals for one unit.
///
/// # Errors
/// The database's.
pub(crate) async fn of_sheet(
    reads: &mut impl Reads,
    cycle: &CycleCode,
    unit: &UnitCode,
) -> DbResult<Vec<Penalty>> {
    let text = "SELECT * FROM ledger_penalty WHERE cycle = $1 AND unit = $2 ORDER BY criterion, penalty_id";
    let found = sql(text).bind(cycle).bind(unit);
    reads.all(found).await?.iter().map(Penalty::read).collect()
}

/// All proposals of a cycle.
///
/// # Errors
/// The database's.
pub(crate) async fn of_cycle(reads: &mut impl Reads, cycle: &CycleCode) -> DbResult<Vec<Penalty>> {
    let text = "SELECT * FROM ledger_penalty WHERE cycle = $1 ORDER BY unit, criterion, penalty_id";
    reads
        .all(sql(text).bind(cycle))
        .await?
        .iter()
        .map(Penalty::read)
        .collect()
}

/// Proposals in the order of unit, row and id, after a key of that form.
///
/// # Errors
/// The database's.
pub(crate) async fn page(
    reads: &mut impl Reads,
    cycle: &CycleCode,
    unit: Option<&UnitCode>,
    after: &str,
    limit: i64,
) -> DbResult<Vec<Penalty>> {
    let text = "SELECT * FROM ledger_penalty WHERE cycle = $1 AND (unit = $2 OR $2 IS NULL) \
                AND unit || '/' || criterion || '/' || lower(hex(penalty_id)) > $3 \
                ORDER BY unit || '/' || criterion || '/' || lower(hex(penalty_id)) LIMIT $4";
    let found = sql(text).bind(cycle).bind(unit).bind(after).bind(limit);
    reads.all(found).await?.iter().map(Penalty::read).collect()
}
