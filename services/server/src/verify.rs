//! `chiso verify FILE`: recomputes a published export offline. The recomputation is the domain's; here it is
//! only put into lines.

use std::fmt::Write;

pub use chiso_domain::ranking::document::Report;

/// Checks a file; needs no data folder, no service and no network.
#[must_use]
pub fn verify(bytes: &[u8]) -> Report {
    chiso_domain::ranking::document::verify(bytes)
}

/// The report as numbered lines, faults under their check, the verdict last.
#[must_use]
pub fn lines(report: &Report) -> String {
    let mut text = String::new();
    if !report.subject.is_empty() {
        text.push_str(&report.subject);
        text.push('\n');
    }
    let _infallible = writeln!(text, "SHA-256 của tệp: {}", report.sha256);
    for (at, check) in report.checks.iter().enumerate() {
        let verdict = match check.faults.len() + check.more {
            0 => "ĐÚNG".to_owned(),
            faults => format!("SAI ({faults} chỗ)"),
        };
        let _infallible = writeln!(
            text,
            "{:>2}. {} ({}): {verdict}",
            at + 1,
            check.title,
            check.checked
        );
        for fault in &check.faults {
            let _infallible = writeln!(text, "      {fault}");
        }
        if check.more > 0 {
            let _infallible = writeln!(text, "      … và {} chỗ khác", check.more);
        }
    }
    text.push_str(if report.is_ok() {
        "KẾT LUẬN: ĐÚNG. Kết quả tính lại trùng với tệp.\n"
    } else {
        "KẾT LUẬN: SAI. Tệp này không phải là tệp đã công bố, hoặc đã bị sửa.\n"
    });
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_document_is_said_so_in_lines() {
        let text = lines(&verify(b"{\"format\":1}"));
        assert!(text.starts_with("SHA-256 của tệp: "), "{text}");
        assert!(
            text.contains(" 1. Đọc được tệp (1): SAI (1 chỗ)\n      format: "),
            "{text}"
        );
        assert!(text.ends_with("KẾT LUẬN: SAI. Tệp này không phải là tệp đã công bố, hoặc đã bị sửa.\n"));
    }
}
