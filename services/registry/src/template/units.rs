//! The workbook of unit types and units.

use std::collections::BTreeMap;

use chiso_domain::cycle::{Unit, UnitType};
use chiso_domain::kernel::{UnitCode, UnitTypeCode};
use chiso_platform::Error;
use chiso_platform::xlsx::{Columns, Faults, Row, Workbook};

use super::none_if_dash;

const TYPES: &str = "Loại hình";
const UNITS: &str = "Đơn vị";
const CODE: &str = "Mã";
const NAME: &str = "Tên";
const NAME_EN: &str = "Tên tiếng Anh";
const ORDER: &str = "Thứ tự";
const UNIT_TYPE: &str = "Loại hình";
const VALID_FROM: &str = "Từ ngày";
const VALID_TO: &str = "Đến ngày";
const PREDECESSORS: &str = "Tiền thân";
const RANKED: &str = "Xếp hạng";

const TYPE_COLUMNS: Columns<'_> = Columns {
    required: &[CODE, NAME],
    optional: &[NAME_EN, ORDER],
};
const UNIT_COLUMNS: Columns<'_> = Columns {
    required: &[CODE, NAME, UNIT_TYPE],
    optional: &[ORDER, VALID_FROM, VALID_TO, PREDECESSORS, RANKED],
};

/// Unit types and units that fit together.
#[derive(Debug, Default)]
pub(crate) struct UnitList {
    pub unit_types: BTreeMap<UnitTypeCode, UnitType>,
    pub units: BTreeMap<UnitCode, Unit>,
}

/// Reads both sheets.
///
/// # Errors
/// The workbook's, or `IMPORT_FAULTY` with every fault.
pub(crate) fn read(xlsx: &[u8]) -> Result<UnitList, Error> {
    let book = Workbook::open(xlsx)?;
    let mut faults = Faults::default();
    let mut list = UnitList::default();
    if let Some(table) = book.table(TYPES, &TYPE_COLUMNS, &mut faults) {
        for row in table.rows() {
            let Some(unit_type) = unit_type(&row, list.unit_types.len(), &mut faults) else {
                continue;
            };
            if list
                .unit_types
                .insert(unit_type.code.clone(), unit_type)
                .is_some()
            {
                row.fault(
                    &mut faults,
                    CODE,
                    "Mã loại hình lặp lại. Mỗi mã chỉ dùng một lần.",
                );
            }
        }
        if table.rows().next().is_none() {
            faults.push(TYPES, 2, "A", "Chưa có loại hình nào.");
        }
    }
    if let Some(table) = book.table(UNITS, &UNIT_COLUMNS, &mut faults) {
        for row in table.rows() {
            let Some(unit) = unit(&row, list.units.len(), &mut faults) else {
                continue;
            };
            if !list.unit_types.contains_key(&unit.unit_type) {
                let vi = format!("Loại hình “{}” không có ở trang “{TYPES}”.", unit.unit_type);
                row.fault(&mut faults, UNIT_TYPE, vi);
            }
            if list.units.insert(unit.code.clone(), unit).is_some() {
                row.fault(&mut faults, CODE, "Mã đơn vị lặp lại. Mỗi mã chỉ dùng một lần.");
            }
        }
        if table.rows().next().is_none() {
            faults.push(UNITS, 2, "A", "Chưa có đơn vị nào.");
        }
    }
    faults.into_result()?;
    Ok(list)
}

fn unit_type(row: &Row<'_>, before: usize, faults: &mut Faults) -> Option<UnitType> {
    let code = row.code(CODE, faults);
    let name = row.required_text(NAME, faults);
    let order = order(row, before, faults);
    Some(UnitType {
        code: code?,
        name: name?,
        name_en: row.text(NAME_EN),
        order: order?,
    })
}

fn unit(row: &Row<'_>, before: usize, faults: &mut Faults) -> Option<Unit> {
    let code: Option<UnitCode> = row.code(CODE, faults);
    let name = row.required_text(NAME, faults);
    let unit_type = row.code(UNIT_TYPE, faults);
    let order = order(row, before, faults);
    let valid_from = date(row, VALID_FROM, faults);
    let valid_to = date(row, VALID_TO, faults);
    let ranked = row.yes_no(RANKED, true, faults);
    let predecessors = predecessors(row, code.as_ref(), faults);
    let (valid_from, valid_to) = (valid_from?, valid_to?);
    if !valid_to.is_empty() && valid_to <= valid_from {
        row.fault(faults, VALID_TO, "“Đến ngày” phải sau “Từ ngày”.");
    }
    Some(Unit {
        code: code?,
        name: name?,
        unit_type: unit_type?,
        order: order?,
        valid_from,
        valid_to,
        predecessors: predecessors?,
        ranked: ranked?,
    })
}

/// Without a number, the place in the sheet.
fn order(row: &Row<'_>, before: usize, faults: &mut Faults) -> Option<i32> {
    if none_if_dash(row.text(ORDER)).is_none() {
        return i32::try_from(before + 1).ok();
    }
    let order = row.integer(ORDER, faults)?;
    let fits = i32::try_from(order).ok().filter(|order| *order >= 1);
    if fits.is_none() {
        row.fault(faults, ORDER, "Thứ tự phải là số nguyên từ 1.");
    }
    fits
}

/// "" where there is none; None where a fault was noted.
fn date(row: &Row<'_>, column: &str, faults: &mut Faults) -> Option<String> {
    match none_if_dash(row.text(column)) {
        None => Some(String::new()),
        Some(_) => row.date(column, faults),
    }
}

/// Codes separated by semicolons; they may name units that are no longer in the list.
fn predecessors(row: &Row<'_>, own: Option<&UnitCode>, faults: &mut Faults) -> Option<Vec<UnitCode>> {
    let text = none_if_dash(row.text(PREDECESSORS)).unwrap_or_default();
    let mut codes: Vec<UnitCode> = Vec::new();
    for part in text.split(';').map(str::trim).filter(|part| !part.is_empty()) {
        let Ok(code) = part.parse() else {
            row.fault(
                faults,
                PREDECESSORS,
                format!("“{part}” không đúng dạng mã đơn vị."),
            );
            return None;
        };
        if own == Some(&code) || codes.contains(&code) {
            row.fault(
                faults,
                PREDECESSORS,
                format!("Tiền thân {code} lặp lại hoặc là chính đơn vị này."),
            );
            return None;
        }
        codes.push(code);
    }
    Some(codes)
}
