//! Which permission each RPC needs.

use chiso_platform::auth::{Permission, Role};
use chiso_platform::rpc::Policy;

pub(crate) const MANAGE_PEOPLE: Permission = Permission::roles("identity.people.manage", &[Role::Organiser]);
pub(crate) const LIST_PEOPLE: Permission =
    Permission::roles("identity.people.list", &[Role::Organiser, Role::Auditor]);
pub(crate) const RESOLVE_TOKEN: Permission = Permission::services("identity.token.resolve");
pub(crate) const LIST_ADDRESSEES: Permission = Permission::services("identity.addressees.list");
/// Lists who holds a role: supervisors of the survey its interviewers only.
pub(crate) const LIST_HOLDERS: Permission = Permission::roles_and_services(
    "identity.holders.list",
    &[Role::Organiser, Role::SurveySupervisor, Role::Auditor],
);
pub(crate) const READ_JOURNAL: Permission =
    Permission::roles("identity.journal.read", &[Role::Organiser, Role::Auditor]);

/// Every RPC of the service.
pub const POLICY: Policy = &[
    ("SignIn", Permission::PUBLIC),
    ("FinishSignIn", Permission::PUBLIC),
    ("SignOut", Permission::SIGNED_IN),
    ("GetCaller", Permission::SIGNED_IN),
    ("ResolveToken", RESOLVE_TOKEN),
    ("CreatePerson", MANAGE_PEOPLE),
    ("SetPassword", Permission::SIGNED_IN),
    ("DisablePerson", MANAGE_PEOPLE),
    ("ListPeople", LIST_PEOPLE),
    ("GrantRole", MANAGE_PEOPLE),
    ("RevokeRole", MANAGE_PEOPLE),
    ("SetContact", Permission::SIGNED_IN),
    ("GetNames", Permission::SIGNED_IN),
    ("ListAddressees", LIST_ADDRESSEES),
    ("ListHolders", LIST_HOLDERS),
    ("ListSessions", Permission::SIGNED_IN),
    ("EndSession", Permission::SIGNED_IN),
    ("StartSecondFactor", Permission::SIGNED_IN),
    ("ConfirmSecondFactor", Permission::SIGNED_IN),
    ("ResetSecondFactor", MANAGE_PEOPLE),
    ("CreateToken", Permission::SIGNED_IN),
    ("RevokeToken", Permission::SIGNED_IN),
    ("ListTokens", Permission::SIGNED_IN),
    ("ListJournal", READ_JOURNAL),
];
