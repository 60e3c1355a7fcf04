//! Which permission each RPC needs. What is published is open to everyone; what is not is for the inner
//! circle.

use chiso_platform::auth::{Permission, Role};
use chiso_platform::rpc::Policy;

const INNER: &[Role] = &[Role::Organiser, Role::CouncilChair, Role::Auditor];

pub(crate) const READ_PROVISIONAL: Permission = Permission::roles("ranking.provisional.read", INNER);
pub(crate) const RECORD_BAR: Permission = Permission::roles("ranking.bar.record", &[Role::Organiser]);
pub(crate) const DECIDE_TIE: Permission =
    Permission::roles("ranking.tie.decide", &[Role::Organiser, Role::CouncilChair]);
pub(crate) const PUBLISH: Permission = Permission::roles("ranking.publish", &[Role::Organiser]);
pub(crate) const READ_JOURNAL: Permission =
    Permission::roles("ranking.journal.read", &[Role::Organiser, Role::Auditor]);

/// Every RPC of the service.
pub const POLICY: Policy = &[
    ("GetProvisional", READ_PROVISIONAL),
    ("GetProvisionalBreakdown", READ_PROVISIONAL),
    ("GetReadiness", READ_PROVISIONAL),
    ("RecordBar", RECORD_BAR),
    ("DecideTie", DECIDE_TIE),
    ("GetDecisions", READ_PROVISIONAL),
    ("Publish", PUBLISH),
    ("ListVersions", Permission::PUBLIC),
    ("GetPublished", Permission::PUBLIC),
    ("GetBreakdown", Permission::PUBLIC),
    ("Export", Permission::PUBLIC),
    ("ListJournal", READ_JOURNAL),
];
