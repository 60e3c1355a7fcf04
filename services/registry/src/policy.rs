//! Which permission each RPC needs. Index sets and units are public documents to whoever signed in; only
//! Home Affairs changes them.

use chiso_platform::auth::{Permission, Role};

/// Making a cycle and filling it in.
pub(crate) const SET_UP_CYCLE: Permission = Permission::roles("registry.cycle.set_up", &[Role::Organiser]);
/// Freezing the rule set.
pub(crate) const OPEN_CYCLE: Permission = Permission::roles("registry.cycle.open", &[Role::Organiser]);
/// Moving an end later.
pub(crate) const EXTEND_WINDOW: Permission = Permission::roles("registry.window.extend", &[Role::Organiser]);
/// Giving criteria to another agency.
pub(crate) const REASSIGN_APPRAISER: Permission =
    Permission::roles("registry.appraiser.reassign", &[Role::Organiser]);
/// Reading the history.
pub(crate) const READ_JOURNAL: Permission =
    Permission::roles("registry.journal.read", &[Role::Organiser, Role::Auditor]);

/// A permission for each RPC.
pub const POLICY: &[(&str, Permission)] = &[
    ("CreateCycle", SET_UP_CYCLE),
    ("CopyCycle", SET_UP_CYCLE),
    ("SetCalendar", SET_UP_CYCLE),
    ("SetPolicy", SET_UP_CYCLE),
    ("ImportUnits", SET_UP_CYCLE),
    ("ImportIndexSet", SET_UP_CYCLE),
    ("CheckUnits", SET_UP_CYCLE),
    ("CheckIndexSet", SET_UP_CYCLE),
    ("SetCouncil", SET_UP_CYCLE),
    ("OpenCycle", OPEN_CYCLE),
    ("ExtendWindow", EXTEND_WINDOW),
    ("ReassignAppraiser", REASSIGN_APPRAISER),
    ("GetCycle", Permission::SIGNED_IN),
    ("ListCycles", Permission::SIGNED_IN),
    ("ListUnits", Permission::SIGNED_IN),
    ("ListJournal", READ_JOURNAL),
];
