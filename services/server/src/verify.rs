//! `chiso verify FILE`: recomputes a published export offline, with no server code. The recomputation and the
//! report are the domain's ([`chiso_domain::ranking::document`]).

pub use chiso_domain::ranking::document::Report;

/// Checks a file; needs no data folder, no service and no network.
#[must_use]
pub fn verify(bytes: &[u8]) -> Report {
    chiso_domain::ranking::document::verify(bytes)
}
