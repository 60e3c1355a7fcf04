//! The registry over its real gRPC handlers.
#![allow(clippy::unwrap_used, reason = "a stand that cannot be set up fails its test")]

mod bad_workbooks;
mod books;
mod copying;
mod council;
mod examples;
mod extension;
mod opening;
mod reading;
mod shared;
mod stand;
mod units;
