//! One file per subject: signing in and its limits, sessions, the second factor, people, contacts, roles, tokens.

mod attempts;
mod contacts;
mod factor;
pub(crate) mod people;
mod roles;
mod sessions;
pub(crate) mod sign_in;
mod tokens;
