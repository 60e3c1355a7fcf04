//! Appraisers' decisions: the newest per leaf and round.

use std::collections::BTreeMap;

use chiso_domain::appraisal::{Decision, Round};
use chiso_domain::index_points::LeafInput;
use chiso_domain::kernel::{CriterionCode, CycleCode, Instant, Points, UnitCode};
use chiso_domain::scoring::Scored;
use chiso_platform::db::{DbResult, Reads, Row, Tx, sql};

use super::{Place, input_text, malformed, read_input};

/// A decision as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StoredRuling {
    /// Which of the three.
    pub decision: Decision,
    /// None: points were given on the scale.
    pub input: Option<LeafInput>,
    /// None: it was agreed that nothing was planned.
    pub points: Option<Points>,
    /// Why.
    pub reason: String,
    /// The agency responsible; none where the council chair decided.
    pub agency: Option<UnitCode>,
    /// Who.
    pub by: String,
    /// When.
    pub at: Instant,
    /// Version of the entry that was judged.
    pub version: i64,
}

/// The rulings of one leaf or of many, by round.
pub(crate) type ByRound<K> = BTreeMap<(K, Round), StoredRuling>;

impl StoredRuling {
    /// What the leaf comes to.
    #[must_use]
    pub(crate) fn scored(&self) -> Scored {
        self.points.map_or(Scored::NotApplicable, Scored::Points)
    }

    /// For the journal.
    #[must_use]
    pub(crate) fn to_json(&self) -> serde_json::Value {
        serde_json::json!({
            "decision": self.decision,
            "input": self.input,
            "points": self.points,
            "agency": self.agency,
            "version": self.version,
        })
    }

    fn read(row: &Row) -> DbResult<Self> {
        let decision: String = row.get("decision")?;
        Ok(Self {
            decision: decision_of(&decision).ok_or_else(|| malformed("decision", "decision"))?,
            input: read_input(row, "input")?,
            points: row.get("points")?,
            reason: row.get("reason")?,
            agency: row.get("agency")?,
            by: row.get("decided_by")?,
            at: row.get("decided_at")?,
            version: row.get("version")?,
        })
    }
}

const fn decision_text(decision: Decision) -> &'static str {
    match decision {
        Decision::Agree => "agree",
        Decision::Disagree => "disagree",
        Decision::RequestEvidence => "request_evidence",
    }
}

fn decision_of(text: &str) -> Option<Decision> {
    Decision::ALL
        .into_iter()
        .find(|decision| decision_text(*decision) == text)
}

fn round_of(row: &Row) -> DbResult<Round> {
    match row.get::<i64>("round")? {
        1 => Ok(Round::First),
        2 => Ok(Round::Second),
        _ => Err(malformed("round", "1 or 2")),
    }
}

/// The rulings of one leaf.
///
/// # Errors
/// The database's.
pub(crate) async fn of_leaf(
    reads: &mut impl Reads,
    place: &Place,
) -> DbResult<BTreeMap<Round, StoredRuling>> {
    let text = "SELECT * FROM ledger_ruling WHERE cycle = $1 AND unit = $2 AND criterion = $3 ORDER BY round";
    let found = sql(text)
        .bind(&place.cycle)
        .bind(&place.unit)
        .bind(&place.criterion);
    let rows = reads.all(found).await?;
    rows.iter()
        .map(|row| Ok((round_of(row)?, StoredRuling::read(row)?)))
        .collect()
}

/// The rulings of a sheet.
///
/// # Errors
/// The database's.
pub(crate) async fn of_sheet(
    reads: &mut impl Reads,
    cycle: &CycleCode,
    unit: &UnitCode,
) -> DbResult<ByRound<CriterionCode>> {
    let text = "SELECT * FROM ledger_ruling WHERE cycle = $1 AND unit = $2 ORDER BY criterion, round";
    let rows = reads.all(sql(text).bind(cycle).bind(unit)).await?;
    rows.iter()
        .map(|row| Ok(((row.get("criterion")?, round_of(row)?), StoredRuling::read(row)?)))
        .collect()
}

/// The rulings of one criterion by unit.
///
/// # Errors
/// The database's.
pub(crate) async fn of_criterion(
    reads: &mut impl Reads,
    cycle: &CycleCode,
    criterion: &CriterionCode,
) -> DbResult<ByRound<UnitCode>> {
    let text = "SELECT * FROM ledger_ruling WHERE cycle = $1 AND criterion = $2 ORDER BY unit, round";
    let rows = reads.all(sql(text).bind(cycle).bind(criterion)).await?;
    rows.iter()
        .map(|row| Ok(((row.get("unit")?, round_of(row)?), StoredRuling::read(row)?)))
        .collect()
}

/// The rulings of one round over all units.
///
/// # Errors
/// The database's.
pub(crate) async fn of_round(
    reads: &mut impl Reads,
    cycle: &CycleCode,
    round: Round,
) -> DbResult<BTreeMap<(UnitCode, CriterionCode), StoredRuling>> {
    let text = "SELECT * FROM ledger_ruling WHERE cycle = $1 AND round = $2 ORDER BY unit, criterion";
    let rows = reads.all(sql(text).bind(cycle).bind(round.number())).await?;
    rows.iter()
        .map(|row| {
            Ok((
                (row.get("unit")?, row.get("criterion")?),
                StoredRuling::read(row)?,
            ))
        })
        .collect()
}

/// Stores a decision; an earlier one of the round is replaced (the journal keeps it).
///
/// # Errors
/// The database's.
pub(crate) async fn put(tx: &mut Tx, place: &Place, round: Round, ruling: &StoredRuling) -> DbResult<()> {
    let text = "INSERT INTO ledger_ruling (cycle, unit, criterion, round, decision, input, points, reason, agency, \
                decided_by, decided_at, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) \
                ON CONFLICT (cycle, unit, criterion, round) DO UPDATE SET decision = excluded.decision, \
                input = excluded.input, points = excluded.points, reason = excluded.reason, \
                agency = excluded.agency, decided_by = excluded.decided_by, decided_at = excluded.decided_at, \
                version = excluded.version";
    let statement = sql(text)
        .bind(&place.cycle)
        .bind(&place.unit)
        .bind(&place.criterion)
        .bind(round.number())
        .bind(decision_text(ruling.decision))
        .bind(ruling.input.as_ref().map(input_text))
        .bind(ruling.points)
        .bind(&ruling.reason)
        .bind(ruling.agency.as_ref())
        .bind(&ruling.by)
        .bind(ruling.at)
        .bind(ruling.version);
    tx.run_one(statement).await
}
