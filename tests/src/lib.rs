//! Shared parts of the tests that cross crates: a whole system in a sandbox, people of every role, and a
//! small year to act out.
//!
//! Everything is acted through the calls, as users would; only checks look into the database.
#![allow(
    clippy::unwrap_used,
    reason = "a test stops at the first thing that is wrong; this crate is tests only"
)]

mod books;
mod cast;
mod council;
mod fieldwork;
mod sandbox;
mod year;

pub use books::{
    all_units, book, external_scores, index_set, many_units, questionnaire, unit_code, unit_types, units,
};
pub use cast::{Cast, PASSWORD, Player, hire, hire_with};
pub use council::{Entered, entries};
pub use fieldwork::{ANSWERS, Slips};
pub use sandbox::{Ground, INSTANCES, Instance, SERVICES, Sandbox, Shape, State, TestClock, ask, refused};
pub use year::{AGENCIES, ALL_TIED, CYCLE, LEAVES, UNITS, Year, at};

/// A call by a token; the message of its answer.
#[macro_export]
macro_rules! call {
    ($sandbox:expr, $service:ident . $rpc:ident, $token:expr, $message:expr) => {
        $sandbox
            .$service()
            .$rpc($crate::ask($token, $message))
            .await
            .map(tonic::Response::into_inner)
    };
}
