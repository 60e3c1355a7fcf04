//! The real binary, as an administrator runs it.
#![allow(clippy::unwrap_used, reason = "a test stops at the first thing that is wrong")]

mod commands;
mod going;
mod process;
mod redis;
mod serving;
mod split;
