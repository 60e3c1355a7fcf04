//! Where all secret and lasting randomness comes from: tokens, salts, nonces, server-made ids.

use chiso_domain::kernel::Instant;
use rand::TryRng;
use rand::rngs::SysRng;
use uuid::Uuid;

/// So many bytes from the operating system.
///
/// # Panics
/// Where the operating system gives none: nothing secret can be made then.
#[must_use]
pub fn bytes<const N: usize>() -> [u8; N] {
    let mut out = [0; N];
    SysRng
        .try_fill_bytes(&mut out)
        .expect("the operating system gives random bytes");
    out
}

/// A UUIDv7 from an instant and 10 random bytes, so that a simulated year repeats.
#[must_use]
pub fn uuid_v7(at: Instant, random: [u8; 10]) -> Uuid {
    let millis = u64::try_from(at.micros() / 1_000).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
}
