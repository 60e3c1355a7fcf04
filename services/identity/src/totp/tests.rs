//! The vectors of RFC 6238 and RFC 4648, and what holds of every code.

use super::*;

const SECRET: &Secret = b"12345678901234567890";

fn at(seconds: i64) -> Instant {
    Instant::from_micros(seconds * SECOND)
}

#[test]
fn rfc_6238_appendix_b() {
    for (seconds, code) in [
        (59, 94_287_082),
        (1_111_111_109, 7_081_804),
        (1_111_111_111, 14_050_471),
        (1_234_567_890, 89_005_924),
        (2_000_000_000, 69_279_037),
        (20_000_000_000, 65_353_130),
    ] {
        assert_eq!(
            number_at(SECRET, seconds / 30) % 100_000_000,
            code,
            "at {seconds} seconds"
        );
    }
    assert_eq!(code_at(SECRET, 1_111_111_109 / 30), "081804");
}

#[test]
fn rfc_4648_section_10() {
    for (bytes, text) in [
        ("", ""),
        ("f", "MY"),
        ("fo", "MZXQ"),
        ("foo", "MZXW6"),
        ("foob", "MZXW6YQ"),
        ("fooba", "MZXW6YTB"),
        ("foobar", "MZXW6YTBOI"),
    ] {
        assert_eq!(base32(bytes.as_bytes()), text);
    }
}

#[test]
fn a_code_counts_a_step_before_and_after_its_own() {
    for begin in [0, 60, 1_700_000_010, 4_102_444_800] {
        let step = begin / 30;
        let code = code_at(SECRET, step);
        for (seconds, counts) in [
            (-31, false),
            (-30, true),
            (0, true),
            (29, true),
            (59, true),
            (60, false),
        ] {
            let now = at(step * 30 + seconds);
            let found = step_of(SECRET, &code, now, -10);
            assert_eq!(found.is_some(), counts, "{seconds} seconds from {begin}");
        }
    }
}

#[test]
fn a_step_that_was_taken_counts_no_more_nor_does_any_before_it() {
    let now = at(1_700_000_010);
    let step = 1_700_000_010 / 30;
    for taken in step - 2..=step + 2 {
        for of in step - 1..=step + 1 {
            let found = step_of(SECRET, &code_at(SECRET, of), now, taken);
            assert_eq!(found, (of > taken).then_some(of), "step {of}, taken {taken}");
        }
    }
}

#[test]
fn what_is_no_code_never_counts() {
    let now = at(1_700_000_010);
    for code in ["", "0", "00000", "0000000", "abcdef", "１２３４５６"] {
        assert_eq!(step_of(SECRET, code, now, -10), None, "{code:?}");
    }
}

#[test]
fn the_address_is_what_apps_read() {
    assert_eq!(
        uri("nv.ha", SECRET),
        "otpauth://totp/chiso:nv.ha?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=chiso\
         &algorithm=SHA1&digits=6&period=30"
    );
}
