//! The shared vocabulary: ids and codes, instants, points, text, refusals.

pub mod id;
pub mod points;
pub mod refusal;
pub mod text;
pub mod time;

pub use id::*;
pub use points::{Decimals, Points, PointsError, Ratio};
pub use refusal::{Refusal, RefusalKind, Unreadable};
pub use time::{Instant, Span};
