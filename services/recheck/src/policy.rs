//! Which permission each RPC needs.

use chiso_platform::auth::{Permission, Role};
use chiso_platform::rpc::Policy;

/// To close lots, enter seeds, assign, remind and conclude.
pub(crate) const ORGANISE: Permission = Permission::roles("recheck.organise", &[Role::Organiser]);
/// To read how lots stand.
pub(crate) const READ_LOTS: Permission = Permission::roles(
    "recheck.lot.read",
    &[Role::Organiser, Role::Verifier, Role::Auditor],
);
/// To read the frozen list, its interviewers and tickets.
pub(crate) const READ_LIST: Permission =
    Permission::roles("recheck.list.read", &[Role::Organiser, Role::Auditor]);
/// To read cases; a verifier only the own ones.
pub(crate) const READ_CASES: Permission = Permission::roles(
    "recheck.case.read",
    &[Role::Organiser, Role::Verifier, Role::Auditor],
);
/// To work on one's own cases.
pub(crate) const VERIFY: Permission = Permission::roles("recheck.case.verify", &[Role::Verifier]);
/// To pull points.
pub(crate) const PULL: Permission = Permission::services("recheck.points.pull");
/// To read the journal.
pub(crate) const READ_JOURNAL: Permission =
    Permission::roles("recheck.journal.read", &[Role::Organiser, Role::Auditor]);

/// A permission for each RPC.
pub const POLICY: Policy = &[
    ("CloseLot", ORGANISE),
    ("EnterSeed", ORGANISE),
    ("GetLot", READ_LOTS),
    ("ListLots", READ_LOTS),
    ("ListLotEntries", READ_LIST),
    ("AssignCases", ORGANISE),
    ("ListCases", READ_CASES),
    ("GetCase", READ_CASES),
    ("GetQueue", READ_CASES),
    ("TakeNextCase", VERIFY),
    ("RenewLease", VERIFY),
    ("ReleaseCase", VERIFY),
    ("RevealContact", VERIFY),
    ("RecordAttempt", VERIFY),
    ("RecordFinding", VERIFY),
    ("ConcludeLot", ORGANISE),
    ("SendReminders", ORGANISE),
    ("PullPoints", PULL),
    ("ListJournal", READ_JOURNAL),
];
