//! Text as people type it: normalised on entry, folded for search.

use sha2::{Digest, Sha256};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Unicode NFC, without blanks at both ends. Every text that enters is kept in this form.
#[must_use]
pub fn nfc(text: &str) -> String {
    text.trim().nfc().collect()
}

/// For search: lower case, without tone marks, đ as d.
#[must_use]
pub fn folded(text: &str) -> String {
    text.nfd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        .map(|c| if c == 'đ' { 'd' } else { c })
        .collect()
}

/// SHA-256 in lower-case hexadecimal.
#[must_use]
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decomposed_text_becomes_composed() {
        let decomposed = "Sở Nội vụ".nfd().collect::<String>();
        assert_ne!(decomposed, "Sở Nội vụ");
        assert_eq!(nfc(&decomposed), "Sở Nội vụ");
    }

    #[test]
    fn folding_finds_without_marks() {
        assert_eq!(folded("Đoan Hùng"), "doan hung");
    }
}
