//! The registry's tables: SQL only, no rules.

mod read;
mod write;

use chiso_domain::cycle::Cycle;
use chiso_platform::db::Migration;
use chiso_wire::registry as pb;

pub(crate) use read::{cycles_after, load, load_settled, units_after};
pub(crate) use write::{
    add_extension, add_reassignment, grow, insert_cycle, mark_open, put_index_set, replace_council,
    replace_units, replace_windows, set_policy,
};

/// The schema, forward only.
pub(crate) const MIGRATIONS: &[Migration] = &[Migration {
    version: 20_261_122_000_001,
    name: "create_tables",
    sqlite: include_str!("../../../../migrations/registry/sqlite/20261122000001_create_tables.sql"),
    postgres: include_str!("../../../../migrations/registry/postgres/20261122000001_create_tables.sql"),
}];

/// A cycle in whatever state; while it is set up its rule set is what there is so far and has no hash.
#[derive(Clone, Debug)]
pub(crate) struct Frame {
    /// What is known of it.
    pub cycle: Cycle,
    /// Whether it was opened.
    pub open: bool,
}

impl Frame {
    /// As the contract shows it.
    pub(crate) fn to_wire(&self) -> pb::Cycle {
        let mut wire = pb::Cycle::from(&self.cycle);
        let state = if self.open {
            pb::CycleState::Open
        } else {
            pb::CycleState::Setup
        };
        wire.set_state(state);
        wire
    }
}
