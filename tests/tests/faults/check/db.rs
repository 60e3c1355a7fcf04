//! The checker's own way into the databases: plain SQL, nothing of the services' code.

use std::path::Path;

use sqlx::postgres::{PgColumn, PgConnectOptions, PgConnection, PgRow};
use sqlx::sqlite::{SqliteColumn, SqliteConnectOptions, SqliteRow};
use sqlx::{AssertSqlSafe, Column, ConnectOptions, Row as _, SqliteConnection, TypeInfo, ValueRef};

/// A database that was acted on.
#[derive(Debug)]
pub(crate) enum Db {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

/// A value of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Cell {
    Null,
    Int(i64),
    Text(String),
    Bytes(Vec<u8>),
}

/// A row, by the names of its columns.
#[derive(Clone, Debug)]
pub(crate) struct Row(Vec<(String, Cell)>);

impl Db {
    /// Opens the file of an embedded system for reading.
    pub(crate) async fn sqlite(file: &Path) -> Self {
        let options = SqliteConnectOptions::new().filename(file).read_only(true);
        Self::Sqlite(options.connect().await.unwrap())
    }

    /// Opens a database with all schemas, as a superuser.
    pub(crate) async fn postgres(url: &str) -> Self {
        let options: PgConnectOptions = url.parse().unwrap();
        let path = super::SERVICES.join(",");
        Self::Postgres(
            options
                .options([("search_path", path)])
                .disable_statement_logging()
                .connect()
                .await
                .unwrap(),
        )
    }

    pub(crate) async fn rows(&mut self, text: &str) -> Vec<Row> {
        let fault = |e| -> Vec<Row> { panic!("{text}: {e}") };
        let statement = AssertSqlSafe(text.to_owned());
        match self {
            Self::Sqlite(db) => {
                let found = sqlx::query(statement).fetch_all(db).await;
                found.map_or_else(fault, |rows| rows.iter().map(sqlite_row).collect())
            }
            Self::Postgres(db) => {
                let found = sqlx::query(statement).fetch_all(db).await;
                found.map_or_else(fault, |rows| rows.iter().map(postgres_row).collect())
            }
        }
    }

    /// The first column of the only row.
    pub(crate) async fn count(&mut self, text: &str) -> i64 {
        let rows = self.rows(text).await;
        rows[0].0[0].1.int()
    }
}

fn sqlite_row(row: &SqliteRow) -> Row {
    let cell = |column: &SqliteColumn| {
        let at = column.ordinal();
        let value = row.try_get_raw(at).unwrap();
        let kind = value.type_info().name().to_owned();
        let cell = match kind.as_str() {
            _ if value.is_null() => Cell::Null,
            "INTEGER" => Cell::Int(row.get(at)),
            "TEXT" => Cell::Text(row.get(at)),
            "BLOB" => Cell::Bytes(row.get(at)),
            other => panic!("column {}: a value of type {other}", column.name()),
        };
        (column.name().to_owned(), cell)
    };
    Row(row.columns().iter().map(cell).collect())
}

fn postgres_row(row: &PgRow) -> Row {
    let cell = |column: &PgColumn| {
        let at = column.ordinal();
        let value = row.try_get_raw(at).unwrap();
        let kind = value.type_info().name().to_owned();
        let cell = match kind.as_str() {
            _ if value.is_null() => Cell::Null,
            "INT8" => Cell::Int(row.get(at)),
            "TEXT" => Cell::Text(row.get(at)),
            "BYTEA" => Cell::Bytes(row.get(at)),
            other => panic!("column {}: a value of type {other}", column.name()),
        };
        (column.name().to_owned(), cell)
    };
    Row(row.columns().iter().map(cell).collect())
}

impl Cell {
    fn int(&self) -> i64 {
        match self {
            Self::Int(n) => *n,
            Self::Null => 0,
            other => panic!("no number: {other:?}"),
        }
    }
}

impl Row {
    fn cell(&self, column: &str) -> &Cell {
        self.0
            .iter()
            .find(|(name, _)| name == column)
            .map(|(_, cell)| cell)
            .unwrap_or(&Cell::Null)
    }

    pub(crate) fn int(&self, column: &str) -> i64 {
        self.cell(column).int()
    }

    pub(crate) fn text(&self, column: &str) -> &str {
        match self.cell(column) {
            Cell::Text(text) => text,
            Cell::Null => "",
            other => panic!("{column} is no text: {other:?}"),
        }
    }

    pub(crate) fn bytes(&self, column: &str) -> &[u8] {
        match self.cell(column) {
            Cell::Bytes(bytes) => bytes,
            Cell::Null => &[],
            other => panic!("{column} is no bytes: {other:?}"),
        }
    }

    pub(crate) fn hex(&self, column: &str) -> String {
        hex::encode(self.bytes(column))
    }

    /// A UUID that is stored as its bytes.
    pub(crate) fn id(&self, column: &str) -> String {
        let hex = self.hex(column);
        let parts = [(0, 8), (8, 12), (12, 16), (16, 20), (20, 32)];
        parts
            .map(|(from, to)| hex.get(from..to).unwrap_or_default())
            .join("-")
    }
}
