//! One-time codes of RFC 6238: HMAC-SHA-1 over steps of thirty seconds, six digits. Authenticator apps ignore any
//! other choice, whatever the address says.

use chiso_domain::kernel::{Instant, time::SECOND};
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;

const STEP: i64 = 30 * SECOND;
/// Of the codes.
pub(crate) const DIGITS: usize = 6;
/// Clocks of telephones differ: the step before and the step after are taken too.
const DRIFT: i64 = 1;

/// What is shared with the app: as many bytes as the hash has.
pub(crate) type Secret = [u8; 20];

/// The step of a code that counts now and is later than one that was taken before.
pub(crate) fn step_of(secret: &[u8], code: &str, now: Instant, taken: i64) -> Option<i64> {
    let present = now.micros().div_euclid(STEP);
    let mut found = None;
    // All steps are computed, whichever fits.
    for step in (present - DRIFT)..=(present + DRIFT) {
        if step > taken && code_at(secret, step) == code {
            found = Some(step);
        }
    }
    found
}

/// The code of a step.
pub(crate) fn code_at(secret: &[u8], step: i64) -> String {
    format!("{:06}", number_at(secret, step) % 1_000_000)
}

/// The 31 bits that RFC 4226 takes out of the hash.
fn number_at(secret: &[u8], step: i64) -> u32 {
    let mut mac = <Hmac<Sha1> as KeyInit>::new_from_slice(secret).expect("HMAC takes a key of any length");
    mac.update(&step.to_be_bytes());
    let hash = mac.finalize().into_bytes();
    let at = usize::from(hash[19] & 0x0f);
    u32::from_be_bytes([hash[at] & 0x7f, hash[at + 1], hash[at + 2], hash[at + 3]])
}

/// The address that a QR code shows to the app.
pub(crate) fn uri(login: &str, secret: &[u8]) -> String {
    let secret = base32(secret);
    format!("otpauth://totp/chiso:{login}?secret={secret}&issuer=chiso&algorithm=SHA1&digits=6&period=30")
}

/// Base32 of RFC 4648, without padding.
pub(crate) fn base32(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let (mut out, mut held, mut bits) = (String::new(), 0_u32, 0);
    for byte in bytes {
        held = (held << 8) | u32::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            out.push(char::from(LETTERS[(held >> bits) as usize & 31]));
        }
        held &= (1 << bits) - 1;
    }
    if bits > 0 {
        out.push(char::from(LETTERS[(held << (5 - bits)) as usize & 31]));
    }
    out
}

#[cfg(test)]
mod tests;
