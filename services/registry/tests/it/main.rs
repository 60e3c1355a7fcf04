//! The registry over its real gRPC handlers.

mod bad_workbooks;
mod books;
mod council;
mod extension;
mod opening;
mod reading;
mod stand;
mod units;
