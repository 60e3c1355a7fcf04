//! What a refused call must not change, and what a restart must keep: every row of every table.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::hash::{DefaultHasher, Hash, Hasher};

use chiso_platform::db::{Db, sql};
use chiso_platform::journal::{Chain, verify};

use super::{SERVICES, Sandbox};

/// Acts and posts of every service, the rows of every table, and the files of evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    acts: BTreeMap<&'static str, i64>,
    posts: BTreeMap<&'static str, i64>,
    tables: BTreeMap<String, Rows>,
    evidence: usize,
}

/// How many rows, and a sum over what each of them holds, whatever their order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Rows {
    count: usize,
    sum: u64,
}

const FEEDS: [&str; 4] = ["survey", "recheck", "leaders", "ledger"];

/// These follow the feeds in their own time.
const FOLLOWS: [&str; 4] = [
    "ranking_point",
    "ranking_received",
    "ranking_cursor",
    "recheck_basis",
];

/// Tables of the machinery: who is at work, what was set up when, what is told to whom, when a session was used.
const MACHINERY: [&str; 6] = [
    "_lease",
    "_writer",
    "_migration",
    "_mail",
    "_letter",
    "identity_session",
];

impl Sandbox {
    /// How many acts of this name a service has in its journal.
    pub async fn acts(&self, service: &'static str, act: &str) -> usize {
        let text: &'static str = format!("SELECT seq FROM {service}_journal WHERE act = $1").leak();
        self.db(service).all(sql(text).bind(act)).await.unwrap().len()
    }

    /// What is there now. Walks every journal's chain on the way.
    pub async fn state(&self) -> State {
        let mut acts = BTreeMap::new();
        for service in SERVICES {
            let Chain::Whole(n) = verify(self.db(service), service).await.unwrap() else {
                panic!("the journal of {service} is broken");
            };
            acts.insert(service, n);
        }
        // Pulling converts what is stale, so that no follower changes a row between two looks.
        let mut posts = BTreeMap::new();
        for service in FEEDS {
            posts.insert(service, self.pull(service, i64::MAX - 1).await.last_seq);
        }
        let mut tables = BTreeMap::new();
        for looking in self.databases() {
            rows(looking, &mut tables).await;
        }
        let evidence = std::fs::read_dir(self.folder().join("evidence")).map_or(0, Iterator::count);
        State {
            acts,
            posts,
            tables,
            evidence,
        }
    }
}

async fn rows(db: &Db, tables: &mut BTreeMap<String, Rows>) {
    let names = if db.is_shared() {
        "SELECT CAST(tablename AS TEXT) AS name FROM pg_tables WHERE schemaname = current_schema() ORDER BY 1"
    } else {
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY 1"
    };
    let mut text = String::new();
    for row in db.all(sql(names)).await.unwrap() {
        let name: String = row.get("name").unwrap();
        if FOLLOWS.contains(&name.as_str()) || MACHINERY.iter().any(|end| name.ends_with(end)) {
            continue;
        }
        let line = line(db, &name).await;
        let union = if text.is_empty() { "" } else { " UNION ALL " };
        write!(text, "{union}SELECT '{name}' AS name, {line} AS line FROM {name}").unwrap();
        tables.insert(name, Rows::default());
    }
    for row in db.all(sql(text.leak())).await.unwrap() {
        let (name, line): (String, String) = (row.get("name").unwrap(), row.get("line").unwrap());
        let mut hasher = DefaultHasher::new();
        line.hash(&mut hasher);
        let rows = tables.entry(name).or_default();
        rows.count += 1;
        rows.sum = rows.sum.wrapping_add(hasher.finish());
    }
}

/// All of a row as one text.
async fn line(db: &Db, table: &str) -> String {
    if db.is_shared() {
        return format!("CAST(({table}.*) AS TEXT)");
    }
    let columns: &'static str = format!("SELECT name FROM pragma_table_info('{table}') ORDER BY cid").leak();
    let columns = db.all(sql(columns)).await.unwrap();
    let quoted = columns
        .iter()
        .map(|row| format!("quote(\"{}\")", row.get::<String>("name").unwrap()));
    quoted.collect::<Vec<_>>().join(" || ',' || ")
}
