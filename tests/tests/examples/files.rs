//! Reading the files of `examples/`: sheets as text, JSON, units. Every text must be NFC.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use calamine::{Data, Reader as _, Xlsx, open_workbook};
use chiso_domain::kernel::text::nfc;
use chiso_domain::kernel::{Points, UnitCode, UnitTypeCode};
use serde_json::Value;

/// The folder of an example.
pub(crate) fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../examples")
        .join(name)
}

/// All rows of a sheet as text; the header first. Every text must be NFC.
pub(crate) fn sheet(path: &Path, name: &str) -> Vec<Vec<String>> {
    let mut book: Xlsx<_> = open_workbook(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let range = book
        .worksheet_range(name)
        .unwrap_or_else(|e| panic!("{} {name}: {e}", path.display()));
    let text = |cell: &Data| match cell {
        Data::Empty => String::new(),
        other => other.to_string(),
    };
    let rows: Vec<Vec<String>> = range.rows().map(|row| row.iter().map(text).collect()).collect();
    for value in rows.iter().flatten() {
        assert_eq!(*value, nfc(value), "{} {name}", path.display());
    }
    rows
}

/// The rows under a header that must be exactly so.
pub(crate) fn body(rows: &[Vec<String>], header: &[&str]) -> Vec<Vec<String>> {
    assert_eq!(rows[0], header);
    rows[1..].to_vec()
}

/// Decimal text as points.
pub(crate) fn points(text: &str) -> Points {
    text.parse().unwrap_or_else(|e| panic!("{e}"))
}

/// A JSON file.
pub(crate) fn json(path: &Path) -> Value {
    let text = std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    assert_eq!(text.trim_end(), nfc(&text), "{}", path.display());
    serde_json::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// Units by code: name, type, order, ranked.
pub(crate) fn units(path: &Path) -> BTreeMap<String, Vec<String>> {
    let header = [
        "Mã",
        "Tên",
        "Loại hình",
        "Thứ tự",
        "Từ ngày",
        "Đến ngày",
        "Tiền thân",
        "Xếp hạng",
    ];
    let rows = body(&sheet(path, "Đơn vị"), &header);
    let types: BTreeSet<String> = body(
        &sheet(path, "Loại hình"),
        &["Mã", "Tên", "Tên tiếng Anh", "Thứ tự"],
    )
    .into_iter()
    .map(|row| row[0].clone())
    .collect();
    let count = rows.len();
    let names: BTreeSet<&String> = rows.iter().map(|row| &row[1]).collect();
    assert_eq!(names.len(), count, "names are unique");
    for row in &rows {
        row[0].parse::<UnitCode>().unwrap_or_else(|e| panic!("{e}"));
        row[2].parse::<UnitTypeCode>().unwrap_or_else(|e| panic!("{e}"));
        assert!(types.contains(&row[2]), "{row:?}");
        assert!(row[7] == "có" || row[7] == "không", "{row:?}");
        assert!(
            row[6]
                .split(';')
                .all(|p| p.is_empty() || p.trim().parse::<UnitCode>().is_ok()),
            "{row:?}"
        );
    }
    let units: BTreeMap<String, Vec<String>> = rows.into_iter().map(|row| (row[0].clone(), row)).collect();
    assert_eq!(units.len(), count, "codes are unique");
    units
}
