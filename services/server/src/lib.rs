//! The one binary, `chiso`: serve, demo, verify, people.
//!
//! [`settings`] come in layers and become a [`plan`]: what runs here and what elsewhere. [`system`] builds the
//! services of a plan and connects them; [`serve`] listens; [`demo`] acts a
//! whole year through the calls, as each kind of user would; [`verify`] recomputes a published file without
//! any server; [`backup`] and [`doctor`] are for whoever runs it; [`notify`] speaks to systemd; [`cli`] is the
//! command line.

/// A call makes and drops hundreds of small pieces.
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

pub mod backup;
pub mod cli;
pub mod demo;
pub mod doctor;
mod http;
mod incoming;
mod keys;
mod limits;
pub mod notify;
pub mod peers;
mod people;
pub mod plan;
pub mod runtime;
mod serve;
pub mod settings;
pub mod system;
pub mod verify;
