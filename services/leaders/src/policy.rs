//! Which permission each RPC needs.

use chiso_platform::auth::{Access, Permission, Role};
use chiso_platform::rpc::Policy;

/// To name the panel, remind it, decide on the quorum, close.
pub(crate) const ORGANISE: Permission = Permission::roles("leaders.organise", &[Role::Organiser]);
/// To hold a slip: one's own, or as a secretary.
pub(crate) const HOLD_SLIP: Permission =
    Permission::roles("leaders.slip.hold", &[Role::Leader, Role::LeaderSecretary]);
/// To send one's own slip.
pub(crate) const SEND_SLIP: Permission = Permission::roles("leaders.slip.send", &[Role::Leader]);
/// To ask for a slip: who may not hold it is told that there is none, whatever the role.
pub(crate) const READ_SLIP: Permission = Permission {
    name: "leaders.slip.read",
    access: Access::SignedIn,
};
/// To see who has sent.
pub(crate) const READ_PROGRESS: Permission = Permission::roles(
    "leaders.progress.read",
    &[Role::Organiser, Role::CouncilChair, Role::Auditor],
);
/// To pull points.
pub(crate) const PULL: Permission = Permission::services("leaders.points.pull");
/// To read the journal.
pub(crate) const READ_JOURNAL: Permission =
    Permission::roles("leaders.journal.read", &[Role::Organiser, Role::Auditor]);

/// A permission for each RPC.
pub const POLICY: Policy = &[
    ("SetPanel", ORGANISE),
    ("GetSlip", READ_SLIP),
    ("SaveMark", HOLD_SLIP),
    ("SaveRest", HOLD_SLIP),
    ("SendSlip", SEND_SLIP),
    ("GetProgress", READ_PROGRESS),
    ("SendReminders", ORGANISE),
    ("DecideQuorum", ORGANISE),
    ("CloseScoring", ORGANISE),
    ("PullPoints", PULL),
    ("ListJournal", READ_JOURNAL),
];
