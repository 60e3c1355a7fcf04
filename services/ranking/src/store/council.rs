//! What people decided: bars and choices among ties.

use chiso_domain::kernel::{CycleCode, Instant};
use chiso_domain::ranking::{Bar, Class, TieDecision};
use chiso_platform::Error;
use chiso_platform::db::{DbResult, Reads, Tx, sql};

const CLASSES: [Class; 4] = [
    Class::NotCompleted,
    Class::Completed,
    Class::Good,
    Class::Excellent,
];

/// The bars of a cycle, one per unit at the most.
pub(crate) async fn bars(reads: &mut impl Reads, cycle: &CycleCode) -> Result<Vec<Bar>, Error> {
    let dated = dated_bars(reads, cycle).await?;
    Ok(dated.into_iter().map(|(bar, _)| bar).collect())
}

/// The bars of a cycle, each with when it was recorded.
pub(crate) async fn dated_bars(
    reads: &mut impl Reads,
    cycle: &CycleCode,
) -> Result<Vec<(Bar, Instant)>, Error> {
    let text = "SELECT unit, highest_class, document, at FROM ranking_bar WHERE cycle = $1 ORDER BY unit";
    let rows = reads.all(sql(text).bind(cycle)).await?;
    let mut bars = Vec::with_capacity(rows.len());
    for row in rows {
        let name: String = row.get("highest_class")?;
        let class = CLASSES.into_iter().find(|class| class.name() == name);
        let bar = Bar {
            highest_class: class.ok_or_else(|| Error::internal(format!("class {name} is unknown")))?,
            unit: row.get("unit")?,
            document: row.get("document")?,
        };
        bars.push((bar, row.get("at")?));
    }
    Ok(bars)
}

pub(crate) async fn put_bar(tx: &mut Tx, cycle: &CycleCode, bar: &Bar, now: Instant) -> DbResult<()> {
    let text = "INSERT INTO ranking_bar (cycle, unit, highest_class, document, at) VALUES ($1, $2, $3, $4, $5) \
                ON CONFLICT (cycle, unit) DO UPDATE SET highest_class = excluded.highest_class, \
                document = excluded.document, at = excluded.at";
    let statement = sql(text)
        .bind(cycle)
        .bind(&bar.unit)
        .bind(bar.highest_class.name())
        .bind(&bar.document)
        .bind(now);
    tx.run_one(statement).await
}

/// The decisions of a cycle, one per type at the most.
pub(crate) async fn ties(reads: &mut impl Reads, cycle: &CycleCode) -> Result<Vec<TieDecision>, Error> {
    let dated = dated_ties(reads, cycle).await?;
    Ok(dated.into_iter().map(|(tie, _)| tie).collect())
}

/// The decisions of a cycle, each with when it was recorded.
pub(crate) async fn dated_ties(
    reads: &mut impl Reads,
    cycle: &CycleCode,
) -> Result<Vec<(TieDecision, Instant)>, Error> {
    let text = "SELECT decision, at FROM ranking_tie WHERE cycle = $1 ORDER BY unit_type";
    let rows = reads.all(sql(text).bind(cycle)).await?;
    let mut ties = Vec::with_capacity(rows.len());
    for row in rows {
        let decision: String = row.get("decision")?;
        let tie = serde_json::from_str(&decision).map_err(Error::internal)?;
        ties.push((tie, row.get("at")?));
    }
    Ok(ties)
}

pub(crate) async fn put_tie(
    tx: &mut Tx,
    cycle: &CycleCode,
    decision: &TieDecision,
    now: Instant,
) -> Result<(), Error> {
    let text = "INSERT INTO ranking_tie (cycle, unit_type, decision, at) VALUES ($1, $2, $3, $4) \
                ON CONFLICT (cycle, unit_type) DO UPDATE SET decision = excluded.decision, at = excluded.at";
    let json = serde_json::to_string(decision).map_err(Error::internal)?;
    let statement = sql(text)
        .bind(cycle)
        .bind(&decision.unit_type)
        .bind(json)
        .bind(now);
    Ok(tx.run_one(statement).await?)
}
