//! Files that are taken, and a walk over every state and act.

use super::*;
use crate::kernel::Refusal;

#[test]
fn files_are_what_their_names_say() {
    let pdf = b"%PDF-1.7\n";
    let png = b"\x89PNG\r\n\x1a\n0000";
    let jpeg = b"\xff\xd8\xff\xe0";
    assert_eq!(evidence::check_type("QĐ 12.PDF", pdf), Ok(MediaType::Pdf));
    assert_eq!(evidence::check_type("a.png", png), Ok(MediaType::Png));
    assert_eq!(evidence::check_type("a.jpeg", jpeg), Ok(MediaType::Jpeg));
    for (name, head, reason) in [
        ("a.pdf", png.as_slice(), "FILE_MISLABELLED"),
        ("a.jpg", b"MZ\x90\0".as_slice(), "FILE_MISLABELLED"),
        ("a.pdf", b" %PDF-1.7".as_slice(), "FILE_MISLABELLED"),
        ("a.pdf", b"".as_slice(), "FILE_MISLABELLED"),
        ("a.docx", b"PK\x03\x04".as_slice(), "FILE_TYPE_NOT_TAKEN"),
        ("pdf", pdf.as_slice(), "FILE_TYPE_NOT_TAKEN"),
    ] {
        let refusal = evidence::check_type(name, head).unwrap_err();
        assert_eq!(refusal.reason(), reason, "{name}");
    }
}

#[test]
fn a_password_is_seen_in_the_last_cross_reference_section() {
    let table = b"xref\n0 2\n0000000000 65535 f \ntrailer\n<< /Size 2 /Encrypt 5 0 R >>\nstartxref\n9\n%%EOF";
    assert!(evidence::is_encrypted(table));
    assert_eq!(evidence::last_xref(table), Some(9));
    let object = b"7 0 obj << /Type /XRef /Encrypt<</V 5>> >> stream\n\x01\x02";
    assert!(evidence::is_encrypted(object));
    for plain in [
        b"xref\ntrailer << /Size 2 /EncryptMetadata true >> startxref".as_slice(),
        b"7 0 obj << /Type /XRef >> stream\n/Encrypt 1 0 R",
        b"trailer << >> startxref 3 %%EOF /Encrypt",
        b"",
    ] {
        assert!(!evidence::is_encrypted(plain));
    }
    let two = b"startxref\n10\n%%EOF\nstartxref\r\n 2077 \n%%EOF";
    assert_eq!(evidence::last_xref(two), Some(2077));
    assert_eq!(evidence::last_xref(b"%%EOF"), None);
}

#[test]
fn a_draft_counts_as_sent_once_the_window_is_over() {
    use SheetState::{AutoLocked, Draft, Submitted};
    for (stored, over, means) in [
        (Draft, false, Draft),
        (Draft, true, AutoLocked),
        (Submitted, false, Submitted),
        (Submitted, true, Submitted),
        // An extension opens it again.
        (AutoLocked, false, Draft),
        (AutoLocked, true, AutoLocked),
    ] {
        assert_eq!(stored.at(over), means);
        assert_eq!(stored.at(over).at(over), means, "reading twice changes nothing");
    }
}

/// The whole table: sheet state × rounds × act, against a second statement of the rule.
#[test]
fn every_act_in_every_state() {
    use SheetState::{AutoLocked, Draft, Submitted};
    let rounds = [(false, false), (true, false), (true, true)];
    let mut seen = 0;
    for sheet in SheetState::ALL {
        for (first_closed, second_closed) in rounds {
            let progress = Progress {
                first_closed,
                second_closed,
            };
            for act in Act::ALL {
                let allowed = match act {
                    Act::Save | Act::Submit => sheet == Draft && !first_closed,
                    Act::Withdraw => sheet == Submitted && !first_closed,
                    Act::Appraise(Round::First) => sheet != Draft && !first_closed,
                    Act::Close(Round::First) => !first_closed,
                    Act::Propose => !second_closed,
                    _ => first_closed && !second_closed,
                };
                let outcome = progress.check(act, sheet);
                assert_eq!(outcome.is_ok(), allowed, "{act:?} {sheet:?} {progress:?}");
                if let Err(refusal) = outcome {
                    assert!(!refusal.vi().is_empty() && !refusal.reason().is_empty());
                }
                seen += 1;
            }
        }
    }
    assert_eq!(seen, 90);
    let after_lock = Progress::default().check(Act::Save, AutoLocked).unwrap_err();
    assert_eq!(after_lock.reason(), "SHEET_LOCKED");
}
