//! SQL of identity: people and grants, tokens, failed sign-ins.

mod person;
mod token;

use chiso_platform::db::Migration;

pub(crate) use person::{
    PersonRow, grant_delete, grant_insert, login_taken, people_page, person_by_id, person_by_login,
    person_disable, person_insert, person_set_password,
};
pub(crate) use token::{
    TokenRow, failure_insert, failures_clear, failures_forget, failures_since, token_by_id, token_by_secret,
    token_insert, token_revoke, tokens_page, tokens_revoke_all,
};

/// Forward only.
pub(crate) const MIGRATIONS: &[Migration] = &[Migration {
    version: 20_261_122_000_001,
    name: "create_tables",
    sqlite: include_str!("../../../../migrations/identity/sqlite/20261122000001_create_tables.sql"),
    postgres: include_str!("../../../../migrations/identity/postgres/20261122000001_create_tables.sql"),
}];
