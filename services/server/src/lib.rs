//! The one binary, `chiso`: serve, demo, verify, people.
//!
//! [`system`] builds every service on one data folder and connects them; [`serve`] listens; [`demo`] acts a
//! whole year through the calls, as each kind of user would; [`verify`] recomputes a published file without
//! any server; [`backup`] and [`doctor`] are for whoever runs it; [`notify`] speaks to systemd; [`cli`] is the
//! command line.

pub mod backup;
pub mod cli;
pub mod demo;
pub mod doctor;
pub mod notify;
mod peers;
mod people;
pub mod plan;
mod serve;
pub mod system;
pub mod verify;
