//! SQL of identity: people and grants, tokens and sessions, second factors, failed guesses.

mod addressee;
mod factor;
mod failure;
mod person;
mod session;
mod token;

use chiso_platform::db::Migration;

pub(crate) use addressee::{Audience, addressees_page, holders_page, names_of};
pub(crate) use factor::{
    FactorRow, factor_confirm, factor_delete, factor_of, factor_start, factor_used, recovery_replace,
    recovery_use,
};
pub(crate) use failure::{
    failure_insert, failure_take_back, failures_clear, failures_forget, failures_since,
};
pub(crate) use person::{
    PersonRow, grant_delete, grant_insert, login_taken, people_page, person_by_id, person_by_login,
    person_disable, person_insert, person_set_email, person_set_password,
};
pub(crate) use session::{
    PendingRow, SessionRow, is_stale, pending_by_secret, pending_delete, pending_insert, pendings_forget,
    session_by_secret, session_insert, session_touch, sessions_page,
};
pub(crate) use token::{
    TokenRow, ever_signed_in, token_by_id, token_insert, token_revoke, tokens_page, tokens_revoke_all,
};

/// Forward only.
pub(crate) const MIGRATIONS: &[Migration] = &[
    Migration {
        version: 20_261_122_000_001,
        name: "create_tables",
        sqlite: include_str!("../../../../migrations/identity/sqlite/20261122000001_create_tables.sql"),
        postgres: include_str!("../../../../migrations/identity/postgres/20261122000001_create_tables.sql"),
    },
    Migration {
        version: 20_261_122_000_310,
        name: "add_sessions_and_factors",
        sqlite: include_str!(
            "../../../../migrations/identity/sqlite/20261122000310_add_sessions_and_factors.sql"
        ),
        postgres: include_str!(
            "../../../../migrations/identity/postgres/20261122000310_add_sessions_and_factors.sql"
        ),
    },
];
