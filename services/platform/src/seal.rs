//! Personal data: sealed fields and keyed hashes.
//!
//! A sealed field is XChaCha20-Poly1305 with a random nonce; its associated data is the place it belongs to
//! (table, row, column), so that it opens nowhere else. A keyed hash finds equal numbers without showing
//! them. Both keys live outside the database.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac};
use sha2::Sha256;

use crate::{Error, rng};

const NONCE: usize = 24;

/// Keys for personal data.
#[derive(Clone)]
pub struct SealKeys {
    seal: [u8; 32],
    hash: [u8; 32],
}

impl std::fmt::Debug for SealKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SealKeys(…)")
    }
}

impl SealKeys {
    /// From two secrets.
    #[must_use]
    pub const fn new(seal: [u8; 32], hash: [u8; 32]) -> Self {
        Self { seal, hash }
    }

    /// Seals a text for one place: `&["survey_respondent", id, "phone"]`.
    ///
    /// # Panics
    /// Never for texts below 256 GiB.
    #[must_use]
    pub fn seal(&self, place: &[&str], text: &str) -> Vec<u8> {
        let nonce = rng::bytes::<NONCE>();
        let payload = Payload {
            msg: text.as_bytes(),
            aad: &associated(place),
        };
        let sealed = self
            .cipher()
            .encrypt(&XNonce::from(nonce), payload)
            .expect("a short text can be sealed");
        [nonce.as_slice(), &sealed].concat()
    }

    /// Opens what was sealed for the same place.
    ///
    /// # Errors
    /// Internal, where the bytes, the place or the key differ.
    pub fn open(&self, place: &[&str], sealed: &[u8]) -> Result<String, Error> {
        let fault = || Error::internal(format!("sealed field does not open: {}", place.join("/")));
        let (nonce, body) = sealed.split_at_checked(NONCE).ok_or_else(fault)?;
        let nonce: [u8; NONCE] = nonce.try_into().map_err(|_| fault())?;
        let payload = Payload {
            msg: body,
            aad: &associated(place),
        };
        let text = self
            .cipher()
            .decrypt(&XNonce::from(nonce), payload)
            .map_err(|_| fault())?;
        String::from_utf8(text).map_err(|_| fault())
    }

    /// Keyed hash of a text within a scope (the cycle), to find duplicates.
    ///
    /// # Panics
    /// Never: HMAC takes a key of any length.
    #[must_use]
    pub fn hash(&self, scope: &str, text: &str) -> [u8; 32] {
        let mut mac =
            <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(&self.hash).expect("HMAC takes any key");
        mac.update(&associated(&[scope, text]));
        mac.finalize().into_bytes().into()
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&self.seal.into())
    }
}

fn associated(parts: &[&str]) -> Vec<u8> {
    let prefixed = |part: &&str| [&(part.len() as u64).to_be_bytes()[..], part.as_bytes()].concat();
    parts.iter().flat_map(prefixed).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_field_opens_in_its_place_only() {
        let keys = SealKeys::new([1; 32], [2; 32]);
        let sealed = keys.seal(&["t", "row1", "phone"], "0912345678");
        assert_eq!(keys.open(&["t", "row1", "phone"], &sealed).unwrap(), "0912345678");
        assert!(keys.open(&["t", "row2", "phone"], &sealed).is_err());
        let mut flipped = sealed.clone();
        *flipped.last_mut().unwrap() ^= 1;
        assert!(keys.open(&["t", "row1", "phone"], &flipped).is_err());
        assert!(keys.open(&["t", "row1", "phone"], &sealed[..10]).is_err());
        assert!(
            SealKeys::new([3; 32], [2; 32])
                .open(&["t", "row1", "phone"], &sealed)
                .is_err()
        );
    }

    #[test]
    fn equal_numbers_hash_alike_within_a_scope() {
        let keys = SealKeys::new([1; 32], [2; 32]);
        assert_eq!(keys.hash("2022", "0912345678"), keys.hash("2022", "0912345678"));
        assert_ne!(keys.hash("2022", "0912345678"), keys.hash("2023", "0912345678"));
    }
}
