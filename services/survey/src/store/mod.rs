//! SQL of the survey's tables, and nothing else.

pub(crate) mod campaign;
pub(crate) mod draft;
pub(crate) mod intake;
pub(crate) mod interviewer;
pub(crate) mod lot;
pub(crate) mod questionnaire;
pub(crate) mod respondent;
pub(crate) mod returned;
pub(crate) mod slip;
pub(crate) mod tally;
pub(crate) mod visit;

use chiso_platform::db::Migration;

/// Steps of the schema.
pub(crate) const MIGRATIONS: &[Migration] = &[
    Migration {
        version: 20_261_122_000_001,
        name: "create_tables",
        sqlite: include_str!("../../../../migrations/survey/sqlite/20261122000001_create_tables.sql"),
        postgres: include_str!("../../../../migrations/survey/postgres/20261122000001_create_tables.sql"),
    },
    Migration {
        version: 20_261_122_000_320,
        name: "add_drafts",
        sqlite: include_str!("../../../../migrations/survey/sqlite/20261122000320_add_drafts.sql"),
        postgres: include_str!("../../../../migrations/survey/postgres/20261122000320_add_drafts.sql"),
    },
    Migration {
        version: 20_261_122_000_321,
        name: "add_visits",
        sqlite: include_str!("../../../../migrations/survey/sqlite/20261122000321_add_visits.sql"),
        postgres: include_str!("../../../../migrations/survey/postgres/20261122000321_add_visits.sql"),
    },
    Migration {
        version: 20_261_122_000_322,
        name: "add_returns",
        sqlite: include_str!("../../../../migrations/survey/sqlite/20261122000322_add_returns.sql"),
        postgres: include_str!("../../../../migrations/survey/postgres/20261122000322_add_returns.sql"),
    },
    Migration {
        version: 20_261_122_000_410,
        name: "add_replacing_drafts",
        sqlite: include_str!("../../../../migrations/survey/sqlite/20261122000410_add_replacing_drafts.sql"),
        postgres: include_str!(
            "../../../../migrations/survey/postgres/20261122000410_add_replacing_drafts.sql"
        ),
    },
];
