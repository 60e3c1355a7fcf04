//! The form of codes.

use std::collections::BTreeSet;

use super::*;

#[test]
fn recovery_codes_are_long_enough_readable_and_differ() {
    let codes: BTreeSet<_> = (0..2_000).map(|_| recovery_code()).collect();
    assert_eq!(codes.len(), 2_000);
    for code in &codes {
        assert_eq!(code.len(), RECOVERY_LETTERS + 1, "{code}");
        assert_eq!(code.find('-'), Some(5), "{code}");
        assert!(!code.contains(['0', '1', '8', '9']), "{code} may be misread");
        // Six characters would be taken for a code of the app.
        assert_eq!(plain(code).len(), RECOVERY_LETTERS);
        assert_ne!(RECOVERY_LETTERS, totp::DIGITS);
    }
}

#[test]
fn blanks_hyphens_and_capitals_do_not_matter() {
    for typed in ["abcde-fghij", " ABCDE FGHIJ ", "abcdefghij", "abc-de\u{a0}fg–hij"] {
        assert_eq!(plain(typed), "abcdefghij", "{typed:?}");
    }
    assert_eq!(plain("123 456"), "123456");
    assert_eq!(plain(&"7".repeat(100_000)).len(), 64);
}
