//! The one binary, `chiso`: serve, demo, verify, people.
//!
//! [`system`] builds every service on one data folder and connects them; [`serve`] listens; [`demo`] acts a
//! whole year through the calls, as each kind of user would; [`verify`] recomputes a published file without
//! any server; [`cli`] is the command line.

pub mod cli;
pub mod demo;
mod people;
mod serve;
pub mod system;
pub mod verify;
