//! The public messages, generated from `proto/`, and their conversions to and from the domain.
//!
//! Owns the generated code and the conversions of what all services share, with field paths in their
//! errors. What the values mean is the domain's.

pub mod convert;

/// The compiled descriptors of every package, for reflection and for tests that walk the contract.
pub const DESCRIPTORS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/descriptors.bin"));

macro_rules! generated {
    ($($area:ident = $package:literal),* $(,)?) => {
        #[allow(
            missing_docs,
            unreachable_pub,
            clippy::all,
            clippy::allow_attributes_without_reason,
            clippy::too_many_lines,
            clippy::unwrap_used,
            reason = "generated code; the proto files carry the docs"
        )]
        mod chiso {
            $(pub mod $area {
                pub mod v1 {
                    tonic::include_proto!($package);
                }
            })*
        }
        $(pub use chiso::$area::v1 as $area;)*
    };
}

generated!(
    kernel = "chiso.kernel.v1",
    identity = "chiso.identity.v1",
    registry = "chiso.registry.v1",
    survey = "chiso.survey.v1",
    recheck = "chiso.recheck.v1",
    leaders = "chiso.leaders.v1",
    ledger = "chiso.ledger.v1",
    ranking = "chiso.ranking.v1",
);
