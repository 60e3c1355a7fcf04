//! What crosses services: a slip to a rank, a restart, bad input, a whole demo year.
#![allow(clippy::unwrap_used, reason = "a test stops at the first thing that is wrong")]

mod bad_files;
mod bad_input;
mod demo;
mod demo_promises;
mod drill;
mod mail;
mod privacy;
mod races;
mod redis;
mod reminders;
mod restart;
mod rolling;
mod slip_to_rank;
mod streams;
