//! Identity over its real handlers: signing in and its limits, people, roles, tokens.
#![allow(clippy::unwrap_used, reason = "a test stops at the first thing that is wrong")]

mod first_stage;
mod people;
mod roles;
mod signing_in;
mod stand;
mod tokens;
