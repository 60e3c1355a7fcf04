//! One file per subject: signing in, people, roles, tokens.

pub(crate) mod people;
mod roles;
mod sign_in;
mod tokens;
