//! A text as a QR code: an SVG of attributes only, black on white whatever the colours of the page.

use std::fmt::Write as _;

use maud::{Markup, html};
use qrcodegen::{QrCode, QrCodeEcc};

/// What stands around the code, in modules, so that a camera finds it.
const QUIET: i32 = 4;

/// None where the text is too long for any code.
pub(super) fn svg(text: &str, label: &str) -> Option<Markup> {
    let code = QrCode::encode_text(text, QrCodeEcc::Medium).ok()?;
    let across = code.size() + 2 * QUIET;
    Some(html! {
        svg.qr role="img" aria-label=(label) viewBox=(format!("0 0 {across} {across}")) width="240" height="240"
            shape-rendering="crispEdges" {
            rect width=(across) height=(across) fill="#fff" {}
            path d=(modules(&code)) fill="#000" {}
        }
    })
}

/// One square for each dark module.
fn modules(code: &QrCode) -> String {
    let mut path = String::new();
    for y in 0..code.size() {
        for x in (0..code.size()).filter(|x| code.get_module(*x, y)) {
            // Writing into a text does not fail.
            let _written = write!(path, "M{} {}h1v1h-1z", x + QUIET, y + QUIET);
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_dark_module_is_one_square_inside_the_quiet_zone() {
        let text = "otpauth://totp/chiso:nv.ha?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=chiso";
        let code = QrCode::encode_text(text, QrCodeEcc::Medium).unwrap();
        let size = code.size();
        let dark = (0..size * size)
            .filter(|n| code.get_module(n % size, n / size))
            .count();
        let path = modules(&code);
        assert_eq!(path.matches('M').count(), dark);
        assert!(
            path.starts_with("M4 4h1v1h-1z"),
            "a finder pattern begins in the corner"
        );
        let shown = svg(text, "mã").unwrap().into_string();
        assert!(shown.contains(&path) && !shown.contains("style"), "{shown}");
        assert!(svg(&"a".repeat(5_000), "mã").is_none());
    }
}
