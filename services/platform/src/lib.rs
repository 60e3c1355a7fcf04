//! What every service needs and no business rule: database, calls, callers, feeds, journal, clock.
//!
//! | module | holds |
//! |---|---|
//! | [`address`] | addresses of databases, as they may be shown |
//! | [`db`] | the thin layer over SQL: statements, transactions, migrations |
//! | [`error`] | one error type, mapped once to a gRPC status |
//! | [`auth`] | callers, roles, permissions |
//! | [`rpc`] | channels (local or remote), the stack on every route, parts |
//! | [`once`] | mutations that may be repeated |
//! | [`journal`] | hash-chained history |
//! | [`feed`] | numbered index points and their pull |
//! | [`bells`] | "pull now" between services |
//! | [`lease`] | one active follower per feed |
//! | [`mail`] | letters: an outbox per service, and who sends it |
//! | [`cycles`] | the registry's frame of a year, cached |
//! | [`seal`] | personal data: sealing and keyed hashes |
//! | [`page`] | paging of lists |
//! | [`redis`] | doorbell and cache between processes |
//! | [`metrics`], [`telemetry`] | figures, logs, traces |
//! | [`words`] | catalogues of the texts that people read |
//! | [`xlsx`] | spreadsheets to typed cells with addresses |
//! | [`clock`], [`rng`] | the only real clock and generator |
//! | [`fault`] | points and bugs for tests of durability; nothing in a release |
//! | [`context`] | what a service is built from |
//! | [`process`] | what the services of a process share, and what runs beside the calls |

pub mod address;
pub mod auth;
pub mod bells;
pub mod clock;
pub mod context;
pub mod cycles;
pub mod db;
pub mod error;
pub mod fault;
pub mod feed;
pub mod journal;
pub mod lease;
pub mod mail;
pub mod metrics;
pub mod once;
pub mod page;
pub mod process;
pub mod redis;
pub mod rng;
pub mod rpc;
pub mod seal;
mod tasks;
pub mod telemetry;
#[cfg(feature = "testkit")]
pub mod testkit;
pub mod words;
pub mod xlsx;

pub use context::Context;
pub use error::Error;
pub use rpc::Part;
