//! Identity over its real handlers: signing in and its limits, sessions, the second factor, people, contacts, roles,
//! tokens.
#![allow(clippy::unwrap_used, reason = "a test stops at the first thing that is wrong")]

mod contacts;
mod factor;
mod first_stage;
mod limits;
mod people;
mod roles;
mod sessions;
mod signing_in;
mod stand;
mod tokens;
