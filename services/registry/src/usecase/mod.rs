//! One act each: permission, transaction, repeated request, load, decide, store, journal, commit.

mod change;
mod check;
mod copy_cycle;
mod council;
mod extend_window;
mod import;
mod open_cycle;
mod read;
mod set_up;

pub(crate) use check::{check_index_set, check_units};
pub(crate) use copy_cycle::copy_cycle;
pub(crate) use council::{reassign_appraiser, set_council};
pub(crate) use extend_window::extend_window;
pub(crate) use import::{import_index_set, import_units};
pub(crate) use open_cycle::open_cycle;
pub(crate) use read::{get_cycle, list_cycles, list_units};
pub(crate) use set_up::{create_cycle, set_calendar, set_policy};

/// Longest name of a province, regulation or document.
const MOST_NAME: usize = 300;
/// Longest reason.
const MOST_REASON: usize = 2_000;
