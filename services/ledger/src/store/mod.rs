//! SQL of the ledger, and rows as values. Decisions are elsewhere.

pub(crate) mod assignment;
pub(crate) mod entry;
pub(crate) mod evidence;
pub(crate) mod external;
pub(crate) mod penalty;
pub(crate) mod reopening;
pub(crate) mod ruling;
pub(crate) mod sheet;

use chiso_domain::index_points::LeafInput;
use chiso_domain::kernel::{CriterionCode, CycleCode, UnitCode};
use chiso_platform::db::{DbError, DbResult, Migration, Row};

/// Schema of the ledger.
pub(crate) const MIGRATIONS: &[Migration] = &[
    Migration {
        version: 20_261_122_000_001,
        name: "create_tables",
        sqlite: include_str!("../../../../migrations/ledger/sqlite/20261122000001_create_tables.sql"),
        postgres: include_str!("../../../../migrations/ledger/postgres/20261122000001_create_tables.sql"),
    },
    Migration {
        version: 20_261_122_000_410,
        name: "add_reopenings",
        sqlite: include_str!("../../../../migrations/ledger/sqlite/20261122000410_add_reopenings.sql"),
        postgres: include_str!("../../../../migrations/ledger/postgres/20261122000410_add_reopenings.sql"),
    },
    Migration {
        version: 20_261_122_000_430,
        name: "add_assignments",
        sqlite: include_str!("../../../../migrations/ledger/sqlite/20261122000430_add_assignments.sql"),
        postgres: include_str!("../../../../migrations/ledger/postgres/20261122000430_add_assignments.sql"),
    },
    Migration {
        version: 20_261_123_000_530,
        name: "add_versions_of_penalties",
        sqlite: include_str!(
            "../../../../migrations/ledger/sqlite/20261123000530_add_versions_of_penalties.sql"
        ),
        postgres: include_str!(
            "../../../../migrations/ledger/postgres/20261123000530_add_versions_of_penalties.sql"
        ),
    },
    Migration {
        version: 20_261_123_000_540,
        name: "add_receipts",
        sqlite: include_str!("../../../../migrations/ledger/sqlite/20261123000540_add_receipts.sql"),
        postgres: include_str!("../../../../migrations/ledger/postgres/20261123000540_add_receipts.sql"),
    },
    Migration {
        version: 20_261_123_000_550,
        name: "add_who_changed_an_entry",
        sqlite: include_str!(
            "../../../../migrations/ledger/sqlite/20261123000550_add_who_changed_an_entry.sql"
        ),
        postgres: include_str!(
            "../../../../migrations/ledger/postgres/20261123000550_add_who_changed_an_entry.sql"
        ),
    },
];

/// One leaf of one unit.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    /// Cycle.
    pub cycle: CycleCode,
    /// Unit.
    pub unit: UnitCode,
    /// Leaf.
    pub criterion: CriterionCode,
}

impl Place {
    /// Its name in the journal: `2022/SNV/I.1.1`.
    #[must_use]
    pub(crate) fn object(&self) -> String {
        format!("{}/{}/{}", self.cycle, self.unit, self.criterion)
    }
}

/// An input as it is stored.
#[must_use]
pub(crate) fn input_text(input: &LeafInput) -> String {
    serde_json::to_string(input).unwrap_or_default()
}

fn read_input(row: &Row, column: &str) -> DbResult<Option<LeafInput>> {
    let text: Option<String> = row.get(column)?;
    text.map(|text| serde_json::from_str(&text).map_err(|_| malformed(column, "leaf input")))
        .transpose()
}

fn malformed(column: &str, expected: &'static str) -> DbError {
    DbError::Column {
        column: column.to_owned(),
        expected,
    }
}
