//! The two schemas of every service are one, and every way to them leads to the same.
//!
//! Read from `migrations/` as it lies in the tree, so that a file that no service names is found too.
#![allow(clippy::unwrap_used, reason = "a test stops at the first thing that is wrong")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use chiso_platform::db::{Db, Migration, Row, SqlValue, Statement, sql};
use chiso_platform::testkit::postgres::{SERVICES, fresh_database};
use sha2::{Digest, Sha256};

fn migrations() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations")
}

/// Names and texts of a folder, in their order.
fn files(folder: &str) -> BTreeMap<String, String> {
    let folder = migrations().join(folder);
    let entries = std::fs::read_dir(&folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let read = |entry: std::fs::DirEntry| {
        let name = entry.file_name().into_string().unwrap();
        (name, std::fs::read_to_string(entry.path()).unwrap())
    };
    entries.map(|entry| read(entry.unwrap())).collect()
}

/// A service's own migrations.
fn steps(service: &str) -> Vec<Migration> {
    let leak = |text: &str| -> &'static str { Box::leak(text.to_owned().into_boxed_str()) };
    let (sqlite, postgres) = (
        files(&format!("{service}/sqlite")),
        files(&format!("{service}/postgres")),
    );
    let step = |(name, text): (&String, &String)| {
        let (version, title) = name.strip_suffix(".sql").unwrap().split_once('_').unwrap();
        Migration {
            version: version.parse().unwrap(),
            name: leak(title),
            sqlite: leak(text),
            postgres: leak(&postgres[name]),
        }
    };
    sqlite.iter().map(step).collect()
}

#[derive(Debug, Default, PartialEq, Eq)]
struct Table {
    /// Type, and whether NULL is refused.
    columns: BTreeMap<String, (String, bool)>,
    key: Vec<String>,
    /// Columns, and the condition of a partial one.
    unique: BTreeSet<(Vec<String>, bool)>,
    indexes: BTreeSet<(Vec<String>, bool)>,
    /// Columns and the table they name.
    references: BTreeSet<(Vec<String>, String)>,
    checks: usize,
    triggers: BTreeSet<String>,
}

type Schema = BTreeMap<String, Table>;

fn text(row: &Row, column: &str) -> String {
    row.get(column).unwrap()
}

fn list(row: &Row, column: &str) -> Vec<String> {
    text(row, column).split(',').map(str::to_owned).collect()
}

async fn of_sqlite(db: &Db) -> Schema {
    let tables = "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '%_migration'";
    let mut schema = Schema::new();
    for row in db.all(sql(tables)).await.unwrap() {
        let name = text(&row, "name");
        let mut table = Table {
            checks: text(&row, "sql").matches("CHECK (").count(),
            ..Table::default()
        };
        let columns = "SELECT name, type, \"notnull\", pk FROM pragma_table_info($1) ORDER BY pk";
        for column in db.all(sql(columns).bind(&name)).await.unwrap() {
            let (name, pk) = (text(&column, "name"), column.get::<i64>("pk").unwrap());
            let refused = pk > 0 || column.get::<bool>("notnull").unwrap();
            table
                .columns
                .insert(name.clone(), (text(&column, "type"), refused));
            if pk > 0 {
                table.key.push(name);
            }
        }
        let indexes = "SELECT l.\"unique\", l.origin, l.partial, (SELECT group_concat(name, ',') FROM \
                       (SELECT name FROM pragma_index_info(l.name) ORDER BY seqno)) AS columns \
                       FROM pragma_index_list($1) l WHERE l.origin <> 'pk'";
        for index in db.all(sql(indexes).bind(&name)).await.unwrap() {
            let found = (list(&index, "columns"), index.get("partial").unwrap());
            if index.get("unique").unwrap() {
                table.unique.insert(found);
            } else {
                table.indexes.insert(found);
            }
        }
        let references = "SELECT \"table\", group_concat(\"from\", ',') AS columns FROM \
                          (SELECT * FROM pragma_foreign_key_list($1) ORDER BY id, seq) GROUP BY id";
        for reference in db.all(sql(references).bind(&name)).await.unwrap() {
            table
                .references
                .insert((list(&reference, "columns"), text(&reference, "table")));
        }
        let triggers = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = $1";
        for trigger in db.all(sql(triggers).bind(&name)).await.unwrap() {
            table.triggers.insert(text(&trigger, "name"));
        }
        schema.insert(name, table);
    }
    schema
}

const COLUMNS_OF: &str = "(SELECT string_agg(a.attname, ',' ORDER BY k.place) FROM unnest(KEYS) \
     WITH ORDINALITY AS k (number, place) JOIN pg_attribute a ON a.attrelid = RELATION AND a.attnum = k.number)";

async fn of_postgres(db: &Db) -> Schema {
    let tables = "SELECT relname::text AS name FROM pg_class WHERE relkind IN ('r', 'p') AND NOT relispartition \
                  AND relnamespace = current_schema()::regnamespace AND relname NOT LIKE '%\\_migration'";
    let mut schema = Schema::new();
    for row in db.all(sql(tables)).await.unwrap() {
        let name = text(&row, "name");
        let mut table = Table::default();
        let columns = "SELECT a.attname::text AS name, format_type(a.atttypid, a.atttypmod) AS type, \
                       a.attnotnull AS refused, c.collname::text AS collation FROM pg_attribute a \
                       LEFT JOIN pg_collation c ON c.oid = a.attcollation \
                       WHERE a.attrelid = $1::regclass AND a.attnum > 0 AND NOT a.attisdropped";
        for column in db.all(sql(columns).bind(&name)).await.unwrap() {
            let (column_name, kind) = (text(&column, "name"), text(&column, "type"));
            let kind = match kind.as_str() {
                "bigint" => "INTEGER",
                "text" => "TEXT",
                "bytea" => "BLOB",
                other => panic!("{name}.{column_name} is of type {other}"),
            };
            let collation: Option<String> = column.get("collation").unwrap();
            let bytewise = (kind == "TEXT").then(|| "C".to_owned());
            assert_eq!(collation, bytewise, "{name}.{column_name}");
            let refused = column.get("refused").unwrap();
            table.columns.insert(column_name, (kind.to_owned(), refused));
        }
        let indexes = format!(
            "SELECT i.indisprimary AS pk, i.indisunique AS uniq, i.indpred IS NOT NULL AS partial, {} AS columns \
             FROM pg_index i WHERE i.indrelid = $1::regclass",
            COLUMNS_OF
                .replace("KEYS", "i.indkey::int2[]")
                .replace("RELATION", "i.indrelid")
        );
        let leak: &'static str = Box::leak(indexes.into_boxed_str());
        for index in db.all(sql(leak).bind(&name)).await.unwrap() {
            let found = (list(&index, "columns"), index.get("partial").unwrap());
            if index.get("pk").unwrap() {
                table.key = found.0;
            } else if index.get("uniq").unwrap() {
                table.unique.insert(found);
            } else {
                table.indexes.insert(found);
            }
        }
        let constraints = format!(
            "SELECT c.contype::text AS kind, c.confrelid::regclass::text AS target, {} AS columns \
             FROM pg_constraint c WHERE c.conrelid = $1::regclass AND c.contype IN ('c', 'f')",
            COLUMNS_OF
                .replace("KEYS", "c.conkey")
                .replace("RELATION", "c.conrelid")
        );
        let leak: &'static str = Box::leak(constraints.into_boxed_str());
        for constraint in db.all(sql(leak).bind(&name)).await.unwrap() {
            if text(&constraint, "kind") == "c" {
                table.checks += 1;
            } else {
                table
                    .references
                    .insert((list(&constraint, "columns"), text(&constraint, "target")));
            }
        }
        let triggers =
            "SELECT tgname::text AS name FROM pg_trigger WHERE tgrelid = $1::regclass AND NOT tgisinternal";
        for trigger in db.all(sql(triggers).bind(&name)).await.unwrap() {
            table.triggers.insert(text(&trigger, "name"));
        }
        schema.insert(name, table);
    }
    schema
}

/// What PostgreSQL has of its own: the row of the one writer, and the cycle in the key of partitioned slips.
fn without_what_differs(mut schema: Schema, service: &str) -> Schema {
    let writer = schema
        .remove(&format!("{service}_writer"))
        .expect("the writer's row");
    assert_eq!(writer.key, ["one"]);
    if let Some(slips) = schema.get_mut("survey_slip") {
        assert_eq!(slips.key, ["slip_id", "cycle"]);
        slips.key.pop();
    }
    schema
}

#[test]
fn every_migration_is_there_for_both_databases() {
    let mut folders: Vec<String> = std::fs::read_dir(migrations())
        .unwrap()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().into_string().unwrap())
        .collect();
    folders.sort();
    let mut expected: Vec<&str> = SERVICES.into_iter().chain(["shared"]).collect();
    expected.sort_unstable();
    assert_eq!(folders, expected);
    for folder in folders {
        let names = |database| {
            files(&format!("{folder}/{database}"))
                .into_keys()
                .collect::<Vec<_>>()
        };
        assert_eq!(names("sqlite"), names("postgres"), "{folder}");
    }
}

#[tokio::test]
async fn both_databases_have_the_same_schema() {
    let folder = tempfile::tempdir().unwrap();
    let database = fresh_database().await;
    for service in SERVICES {
        let steps = steps(service);
        let sqlite = Db::sqlite(&folder.path().join(service)).await.unwrap();
        let postgres = Db::postgres(&database.settings, service).await.unwrap();
        for db in [&sqlite, &postgres] {
            db.migrate(service, &steps).await.unwrap();
        }
        let (one, other) = (of_sqlite(&sqlite).await, of_postgres(&postgres).await);
        let other = without_what_differs(other, service);
        for (name, table) in &one {
            assert_eq!(Some(table), other.get(name), "{name}");
        }
        assert!(one.keys().eq(other.keys()), "{service}");
        assert!(one.len() > 3, "{service}");
    }
}

#[tokio::test]
async fn a_cycle_may_have_a_partition_of_its_own() {
    let database = fresh_database().await;
    let db = Db::postgres(&database.settings, "survey").await.unwrap();
    db.migrate("survey", &steps("survey")).await.unwrap();
    let campaign = |cycle: &str| {
        sql("INSERT INTO survey_campaign (cycle, name, created_at) VALUES ($1, '', 1)").bind(cycle)
    };
    let text = "INSERT INTO survey_respondent (respondent_id, cycle, grp, name, phone, phone_tail, phone_hash, \
                consent, units, registered_at) VALUES ($1, '2026', 'DN_CN', $1, $1, '678', $2, '', '[]', 1)";
    let person = sql(text).bind(vec![1_u8; 16]).bind(vec![1_u8; 32]);
    let slip = |id: u8, cycle: &str| {
        let text = "INSERT INTO survey_slip (slip_id, cycle, unit, grp, respondent_id, interviewer, questionnaire, \
                    started_at, ended_at, received_at, answered_personally, valid, reasons, answers, sha256, \
                    phone_hash) VALUES ($1, $2, 'SNV', 'DN_CN', $3, $3, '', 1, 1, 1, 1, 1, '[]', '[]', $4, $4)";
        let statement = sql(text).bind(vec![id; 16]).bind(cycle);
        statement.bind(vec![1_u8; 16]).bind(vec![1_u8; 32])
    };
    let partition = sql("CREATE TABLE survey_slip_2027 PARTITION OF survey_slip FOR VALUES IN ('2027')");
    let mut tx = db.begin().await.unwrap();
    for statement in [campaign("2026"), campaign("2027"), person, partition] {
        tx.run(statement).await.unwrap();
    }
    tx.commit().await.unwrap();
    let slips = vec![slip(1, "2026"), slip(2, "2027")];
    db.begin().await.unwrap().commit_with(slips).await.unwrap();
    let own = db.all(sql("SELECT slip_id FROM survey_slip_2027")).await.unwrap();
    assert_eq!(own.len(), 1);
    assert_eq!(own[0].get::<Vec<u8>>("slip_id").unwrap(), [2; 16]);
    let found = sql("SELECT cycle FROM survey_slip WHERE slip_id = $1").bind(vec![2_u8; 16]);
    assert_eq!(text_of(&db, found).await, "2027");
    // The rule of one valid slip per person and unit holds in either.
    for cycle in ["2026", "2027"] {
        let second = db.begin().await.unwrap().run(slip(3, cycle)).await;
        assert!(second.unwrap_err().is_unique_violation());
    }
}

async fn text_of(db: &Db, statement: chiso_platform::db::Statement) -> String {
    text(&db.one(statement).await.unwrap(), "cycle")
}

/// Path and SHA-256 of every migration that is out in the world.
fn landed() -> Vec<(String, String)> {
    let list = std::fs::read_to_string(migrations().join("landed.txt")).unwrap();
    let lines = list.lines().filter(|line| !line.starts_with('#'));
    let pair = |line: &str| {
        let (hash, path) = line.split_once("  ").unwrap();
        (path.to_owned(), hash.to_owned())
    };
    lines.map(pair).collect()
}

#[test]
fn what_has_landed_stays_as_it_is() {
    for (path, hash) in landed() {
        let bytes = std::fs::read(migrations().join(&path)).unwrap_or_else(|e| panic!("{path}: {e}"));
        assert_eq!(
            hex::encode(Sha256::digest(bytes)),
            hash,
            "{path} has landed: add a new file instead"
        );
    }
}

/// The number in front of a file's name.
fn number(path: &str) -> i64 {
    let name = path.rsplit('/').next().unwrap();
    name.split_once('_').unwrap().0.parse().unwrap()
}

fn last_landed() -> i64 {
    let numbers = landed().into_iter().map(|(path, _)| number(&path));
    numbers.max().expect("something has landed")
}

/// So what lies below the last number is exactly what is out in the world.
#[test]
fn what_is_new_is_numbered_after_what_has_landed() {
    let last = last_landed();
    let landed: BTreeSet<String> = landed().into_iter().map(|(path, _)| path).collect();
    let mut below = BTreeSet::new();
    for folder in SERVICES.into_iter().chain(["shared"]) {
        for database in ["sqlite", "postgres"] {
            let folder = format!("{folder}/{database}");
            let paths = files(&folder).into_keys().map(|name| format!("{folder}/{name}"));
            below.extend(paths.filter(|path| number(path) <= last));
        }
    }
    assert_eq!(below, landed, "a new file is numbered after {last}");
}

/// A value that the rules of a column in SQLite's text of a table take: the shortest text and the id's bytes, so that
/// rows that name each other agree.
fn value(column: &str, kind: &str, table: &str) -> SqlValue {
    let after = |rule: &str| {
        let (_, rest) = table.split_once(rule)?;
        let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        rest[..end].parse::<usize>().ok()
    };
    let length =
        after(&format!("length({column}) = ")).or_else(|| after(&format!("length({column}) BETWEEN ")));
    match kind {
        "INTEGER" if column == "ends_at" => SqlValue::Int(2),
        "INTEGER" => SqlValue::Int(1),
        "BLOB" => SqlValue::Blob(vec![1; length.unwrap_or(16)]),
        _ => {
            let choices = table
                .split_once(&format!("CHECK ({column} IN ('"))
                .map(|(_, rest)| rest);
            let last = choices.and_then(|rest| rest.split_once("')")?.0.rsplit('\'').next());
            SqlValue::Text(last.map_or_else(|| "x".repeat(length.unwrap_or(0)), str::to_owned))
        }
    }
}

fn bound(statement: Statement, value: SqlValue) -> Statement {
    match value {
        SqlValue::Null => statement.bind(None::<i64>),
        SqlValue::Int(n) => statement.bind(n),
        SqlValue::Text(text) => statement.bind(text),
        SqlValue::Blob(bytes) => statement.bind(bytes),
    }
}

/// A row for each table, in the order in which the tables were made.
async fn rows(sqlite: &Db) -> Vec<(String, Statement)> {
    let tables = "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '%_migration' \
                  ORDER BY rowid";
    let columns = "SELECT name, type FROM pragma_table_info($1) WHERE \"notnull\" OR pk ORDER BY cid";
    let mut rows = Vec::new();
    for table in sqlite.all(sql(tables)).await.unwrap() {
        let (name, made) = (text(&table, "name"), text(&table, "sql"));
        let mut names = Vec::new();
        let mut values = Vec::new();
        for column in sqlite.all(sql(columns).bind(&name)).await.unwrap() {
            let column_name = text(&column, "name");
            values.push(value(&column_name, &text(&column, "type"), &made));
            names.push(column_name);
        }
        let places: Vec<String> = (1..=names.len()).map(|n| format!("${n}")).collect();
        let insert = format!(
            "INSERT INTO {name} ({}) VALUES ({})",
            names.join(", "),
            places.join(", ")
        );
        let insert: &'static str = Box::leak(insert.into_boxed_str());
        rows.push((name, values.into_iter().fold(sql(insert), bound)));
    }
    rows
}

async fn store(db: &Db, rows: &[(String, Statement)]) {
    let mut tx = db.begin().await.unwrap();
    for (table, row) in rows {
        let stored = tx.run_one(row.clone()).await;
        stored.unwrap_or_else(|e| panic!("{table}: {e:?}"));
    }
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn from_empty_and_from_what_has_landed_the_schema_is_the_same() {
    let last = last_landed();
    let (empty, grown) = (fresh_database().await, fresh_database().await);
    let folder = tempfile::tempdir().unwrap();
    for service in SERVICES {
        let steps = steps(service);
        let file = |name: &str| folder.path().join(format!("{service}-{name}"));
        let fresh = Db::sqlite(&file("empty")).await.unwrap();
        let old = Db::sqlite(&file("grown")).await.unwrap();
        old.migrate_until(service, &steps, last).await.unwrap();
        // Tables that hold something are not changed as easily as empty ones.
        let rows = rows(&old).await;
        assert!(rows.len() > 3, "{service}");
        store(&old, &rows).await;
        for db in [&fresh, &old] {
            db.migrate(service, &steps).await.unwrap();
        }
        assert_eq!(of_sqlite(&fresh).await, of_sqlite(&old).await);
        let fresh = Db::postgres(&empty.settings, service).await.unwrap();
        let old = Db::postgres(&grown.settings, service).await.unwrap();
        old.migrate_until(service, &steps, last).await.unwrap();
        store(&old, &rows).await;
        for db in [&fresh, &old] {
            db.migrate(service, &steps).await.unwrap();
        }
        assert_eq!(of_postgres(&fresh).await, of_postgres(&old).await);
    }
}
