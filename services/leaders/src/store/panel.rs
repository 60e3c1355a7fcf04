//! The panel of a cycle and where its scoring stands.

use chiso_domain::kernel::{CycleCode, Instant, UnitCode};
use chiso_domain::leaders::{Leader, LeaderRole, Panel};
use chiso_platform::db::{DbError, DbResult, Reads, Row, Tx, sql};
use serde::Serialize;

/// A cycle whose panel was named.
#[derive(Clone, Debug)]
pub(crate) struct Standing {
    pub(crate) panel: Panel,
    /// Document that stands in for the quorum.
    pub(crate) decision: Option<String>,
    pub(crate) closed: bool,
}

#[derive(Serialize)]
struct LeaderRow<'a> {
    place: usize,
    leader: String,
    name: &'a str,
    role: &'static str,
}

/// None where no panel was named.
pub(crate) async fn standing(reads: &mut impl Reads, cycle: &CycleCode) -> DbResult<Option<Standing>> {
    let scoring = sql("SELECT decision_document, closed_at FROM leaders_scoring WHERE cycle = $1");
    let Some(row) = reads.opt(scoring.bind(cycle)).await? else {
        return Ok(None);
    };
    let leaders = sql("SELECT leader, name, role FROM leaders_panel WHERE cycle = $1 ORDER BY place");
    let leaders = reads.all(leaders.bind(cycle)).await?;
    let shortlist = sql("SELECT unit FROM leaders_shortlist WHERE cycle = $1 ORDER BY unit");
    let shortlist = reads.all(shortlist.bind(cycle)).await?;
    Ok(Some(Standing {
        panel: Panel {
            leaders: leaders.iter().map(leader).collect::<DbResult<_>>()?,
            shortlist: shortlist
                .iter()
                .map(|row| row.get("unit"))
                .collect::<DbResult<_>>()?,
        },
        decision: row.get("decision_document")?,
        closed: row.get::<Option<Instant>>("closed_at")?.is_some(),
    }))
}

fn leader(row: &Row) -> DbResult<Leader> {
    let role = match row.get::<String>("role")?.as_str() {
        "CHAIR" => LeaderRole::Chair,
        "VICE_CHAIR" => LeaderRole::ViceChair,
        _ => {
            return Err(DbError::Column {
                column: "role".to_owned(),
                expected: "leader role",
            });
        }
    };
    Ok(Leader {
        person: row.get("leader")?,
        name: row.get("name")?,
        role,
    })
}

/// Names the panel anew; decision and closing stay.
pub(crate) async fn replace_panel(tx: &mut Tx, cycle: &CycleCode, panel: &Panel) -> DbResult<()> {
    let scoring = sql("INSERT INTO leaders_scoring (cycle) VALUES ($1) ON CONFLICT (cycle) DO NOTHING");
    tx.run(scoring.bind(cycle)).await?;
    tx.run(sql("DELETE FROM leaders_panel WHERE cycle = $1").bind(cycle))
        .await?;
    tx.run(sql("DELETE FROM leaders_shortlist WHERE cycle = $1").bind(cycle))
        .await?;
    let rows: Vec<LeaderRow<'_>> = panel.leaders.iter().enumerate().map(leader_row).collect();
    let leaders = "INSERT INTO leaders_panel (cycle, place, leader, name, role) SELECT $1, \
                   CAST(value->>'place' AS BIGINT), unhex(value->>'leader'), value->>'name', value->>'role' FROM json_each($2)";
    tx.run(sql(leaders).bind(cycle).bind_json(&rows)).await?;
    let units: Vec<&str> = panel.shortlist.iter().map(UnitCode::as_str).collect();
    let shortlist = "INSERT INTO leaders_shortlist (cycle, unit) SELECT $1, atom FROM json_each($2)";
    tx.run(sql(shortlist).bind(cycle).bind_json(&units)).await?;
    Ok(())
}

fn leader_row((place, leader): (usize, &Leader)) -> LeaderRow<'_> {
    LeaderRow {
        place,
        leader: leader.person.0.simple().to_string(),
        name: &leader.name,
        role: match leader.role {
            LeaderRole::Chair => "CHAIR",
            LeaderRole::ViceChair => "VICE_CHAIR",
        },
    }
}

/// Stores the decision that stands in for the quorum; a later one replaces it.
pub(crate) async fn decide(tx: &mut Tx, cycle: &CycleCode, document: &str, now: Instant) -> DbResult<()> {
    let text = "UPDATE leaders_scoring SET decision_document = $2, decided_at = $3 WHERE cycle = $1";
    tx.run_one(sql(text).bind(cycle).bind(document).bind(now)).await
}

/// Points are final from now on.
pub(crate) async fn close(tx: &mut Tx, cycle: &CycleCode, now: Instant) -> DbResult<()> {
    let text = "UPDATE leaders_scoring SET closed_at = $2 WHERE cycle = $1";
    tx.run_one(sql(text).bind(cycle).bind(now)).await
}

/// A slip came after closing, in an extension: points are provisional again.
pub(crate) async fn open_again(tx: &mut Tx, cycle: &CycleCode) -> DbResult<()> {
    tx.run_one(sql("UPDATE leaders_scoring SET closed_at = NULL WHERE cycle = $1").bind(cycle))
        .await
}
