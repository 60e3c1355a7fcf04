//! What units say about their leaves.

use std::collections::BTreeMap;

use chiso_domain::index_points::LeafInput;
use chiso_domain::kernel::{CriterionCode, CycleCode, Instant, Points, UnitCode};
use chiso_domain::scoring::Scored;
use chiso_platform::db::{DbResult, Reads, Row, Tx, sql};

use super::{Place, input_text, read_input};

/// One leaf as the unit left it. The default is a leaf nobody has touched.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Entry {
    /// 0: not stored yet.
    pub version: i64,
    /// Why it does not apply; empty: it does.
    pub not_applicable: String,
    /// None: never filled.
    pub input: Option<LeafInput>,
    /// None beside an input: nothing was planned.
    pub points: Option<Points>,
    /// In self-scoring.
    pub explanation: Said,
    /// Between the rounds.
    pub further: Said,
    /// Who made the version; empty where that was before it was kept.
    pub changed_by: String,
    /// When.
    pub changed_at: Option<Instant>,
}

/// A text with its author, time and the version it made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Said {
    /// The text.
    pub text: String,
    /// Who.
    pub by: String,
    /// When.
    pub at: Option<Instant>,
    /// As which version.
    pub version: i64,
}

impl Entry {
    /// Makes the next version, whatever of the entry it changes: a value, a text, or what proves them.
    pub(crate) fn change(&mut self, by: String, at: Instant) {
        self.version += 1;
        self.changed_by = by;
        self.changed_at = Some(at);
    }

    /// The unit's own points: zero where it never filled the leaf.
    #[must_use]
    pub(crate) const fn own(&self) -> Scored {
        match (&self.input, self.points) {
            (Some(_), None) => Scored::NotApplicable,
            (_, Some(points)) => Scored::Points(points),
            (None, None) => Scored::Points(Points::ZERO),
        }
    }

    /// Whether the unit explained, in either window.
    #[must_use]
    pub(crate) const fn explained(&self) -> bool {
        !self.explanation.text.is_empty() || !self.further.text.is_empty()
    }

    /// For the journal.
    #[must_use]
    pub(crate) fn to_json(&self) -> serde_json::Value {
        serde_json::json!({
            "version": self.version,
            "input": self.input,
            "points": self.points,
            "explanation": self.explanation.text,
            "further": self.further.text,
            "not_applicable": self.not_applicable,
        })
    }

    fn read(row: &Row) -> DbResult<Self> {
        Ok(Self {
            version: row.get("version")?,
            not_applicable: row.get("not_applicable")?,
            input: read_input(row, "input")?,
            points: row.get("points")?,
            explanation: Said {
                text: row.get("explanation")?,
                by: row.get("saved_by")?,
                at: row.get("saved_at")?,
                version: row.get("saved_version")?,
            },
            further: Said {
                text: row.get("further")?,
                by: row.get("further_by")?,
                at: row.get("further_at")?,
                version: row.get("further_version")?,
            },
            changed_by: row.get("changed_by")?,
            changed_at: row.get("changed_at")?,
        })
    }
}

/// One entry; the default where it is not stored.
///
/// # Errors
/// The database's.
pub(crate) async fn load(reads: &mut impl Reads, place: &Place) -> DbResult<Entry> {
    let text = "SELECT * FROM ledger_entry WHERE cycle = $1 AND unit = $2 AND criterion = $3";
    let found = sql(text)
        .bind(&place.cycle)
        .bind(&place.unit)
        .bind(&place.criterion);
    Ok(reads
        .opt(found)
        .await?
        .as_ref()
        .map(Entry::read)
        .transpose()?
        .unwrap_or_default())
}

/// All entries of a sheet that are stored.
///
/// # Errors
/// The database's.
pub(crate) async fn of_sheet(
    reads: &mut impl Reads,
    cycle: &CycleCode,
    unit: &UnitCode,
) -> DbResult<BTreeMap<CriterionCode, Entry>> {
    let text = "SELECT * FROM ledger_entry WHERE cycle = $1 AND unit = $2 ORDER BY criterion";
    let rows = reads.all(sql(text).bind(cycle).bind(unit)).await?;
    rows.iter()
        .map(|row| Ok((row.get("criterion")?, Entry::read(row)?)))
        .collect()
}

/// The entries of one criterion that are stored, by unit.
///
/// # Errors
/// The database's.
pub(crate) async fn of_criterion(
    reads: &mut impl Reads,
    cycle: &CycleCode,
    criterion: &CriterionCode,
) -> DbResult<BTreeMap<UnitCode, Entry>> {
    let text = "SELECT * FROM ledger_entry WHERE cycle = $1 AND criterion = $2 ORDER BY unit";
    let rows = reads.all(sql(text).bind(cycle).bind(criterion)).await?;
    rows.iter()
        .map(|row| Ok((row.get("unit")?, Entry::read(row)?)))
        .collect()
}

/// All entries of a cycle that are stored.
///
/// # Errors
/// The database's.
pub(crate) async fn of_cycle(
    reads: &mut impl Reads,
    cycle: &CycleCode,
) -> DbResult<BTreeMap<(UnitCode, CriterionCode), Entry>> {
    let text = "SELECT * FROM ledger_entry WHERE cycle = $1 ORDER BY unit, criterion";
    let rows = reads.all(sql(text).bind(cycle)).await?;
    rows.iter()
        .map(|row| Ok(((row.get("unit")?, row.get("criterion")?), Entry::read(row)?)))
        .collect()
}

/// Stores an entry whole.
///
/// # Errors
/// The database's.
pub(crate) async fn put(tx: &mut Tx, place: &Place, entry: &Entry) -> DbResult<()> {
    let text = "INSERT INTO ledger_entry (cycle, unit, criterion, version, not_applicable, input, points, \
                explanation, saved_by, saved_at, saved_version, further, further_by, further_at, further_version, \
                changed_by, changed_at) \
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17) \
                ON CONFLICT (cycle, unit, criterion) DO UPDATE SET version = excluded.version, \
                not_applicable = excluded.not_applicable, input = excluded.input, points = excluded.points, \
                explanation = excluded.explanation, saved_by = excluded.saved_by, saved_at = excluded.saved_at, \
                saved_version = excluded.saved_version, further = excluded.further, \
                further_by = excluded.further_by, further_at = excluded.further_at, \
                further_version = excluded.further_version, changed_by = excluded.changed_by, \
                changed_at = excluded.changed_at";
    let (said, further) = (&entry.explanation, &entry.further);
    let statement = sql(text)
        .bind(&place.cycle)
        .bind(&place.unit)
        .bind(&place.criterion)
        .bind(entry.version)
        .bind(&entry.not_applicable)
        .bind(entry.input.as_ref().map(input_text))
        .bind(entry.points)
        .bind(&said.text)
        .bind(&said.by)
        .bind(said.at)
        .bind(said.version)
        .bind(&further.text)
        .bind(&further.by)
        .bind(further.at)
        .bind(further.version)
        .bind(&entry.changed_by)
        .bind(entry.changed_at);
    tx.run_one(statement).await
}
