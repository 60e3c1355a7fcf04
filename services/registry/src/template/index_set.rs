//! The workbook of an index set: one sheet, one row per criterion in the printed order.

use chiso_domain::cycle::{Criterion, IndexSet, Rule};
use chiso_domain::index_set::{Column, RowFault, check_rows, check_sums, needs_appraiser, parse};
use chiso_domain::kernel::{Points, UnitCode};
use chiso_platform::Error;
use chiso_platform::xlsx::{Columns, Faults, Row, Workbook};

use super::none_if_dash;

const SHEET: &str = "Chỉ số";
const CODE: &str = "Mã";
const NAME: &str = "Tên tiêu chí";
const NAME_EN: &str = "Tên tiếng Anh";
const MAX: &str = "Điểm tối đa";
const RULE: &str = "Cách chấm";
const EVIDENCE: &str = "Tài liệu kiểm chứng";
const APPRAISER: &str = "Thẩm định";
const ORIGIN: &str = "Nguồn";

const COLUMNS: Columns<'_> = Columns {
    required: &[CODE, NAME, MAX, RULE, APPRAISER],
    optional: &[NAME_EN, EVIDENCE, ORIGIN],
};

/// Reads the rows of an index set that is well formed and adds up.
///
/// # Errors
/// The workbook's, or `IMPORT_FAULTY` with every fault.
pub(crate) fn read(xlsx: &[u8]) -> Result<Vec<Criterion>, Error> {
    let book = Workbook::open(xlsx)?;
    let mut faults = Faults::default();
    let mut numbers = Vec::new();
    let mut set = IndexSet::default();
    if let Some(table) = book.table(SHEET, &COLUMNS, &mut faults) {
        let mut whole = true;
        for row in table.rows() {
            match criterion(&row, &mut faults) {
                Some(criterion) => {
                    numbers.push(row.number());
                    set.rows.push(criterion);
                }
                None => whole = false,
            }
        }
        // Sums over rows that could not be read would only show faults that are not there.
        let sums = if whole { check_sums(&set) } else { Vec::new() };
        for RowFault { row, column, fault } in check_rows(&set).into_iter().chain(sums) {
            let number = numbers.get(row).copied().unwrap_or(1);
            faults.push(SHEET, number, &table.letter(header(column)), fault.vi());
        }
    }
    faults.into_result()?;
    Ok(set.rows)
}

const fn header(column: Column) -> &'static str {
    match column {
        Column::Code => CODE,
        Column::Name => NAME,
        Column::Max => MAX,
        Column::Rule => RULE,
        Column::Appraiser => APPRAISER,
    }
}

/// One row; all its faults are noted before it is given up.
fn criterion(row: &Row<'_>, faults: &mut Faults) -> Option<Criterion> {
    let code = row.code(CODE, faults);
    let name = row.required_text(NAME, faults);
    let max = max(row, faults);
    let rule = rule(row, faults);
    let appraiser = rule.as_ref().and_then(|rule| appraiser(row, rule, faults));
    Some(Criterion {
        code: code?,
        name: name?,
        name_en: row.text(NAME_EN),
        max: max?,
        rule: rule?,
        evidence: none_if_dash(row.text(EVIDENCE)).unwrap_or_default(),
        appraiser: appraiser?,
        origin: row.text(ORIGIN),
    })
}

/// Penalties have a dash or nothing there.
fn max(row: &Row<'_>, faults: &mut Faults) -> Option<Points> {
    match none_if_dash(row.text(MAX)) {
        None => Some(Points::ZERO),
        Some(_) => row.points(MAX, faults),
    }
}

fn rule(row: &Row<'_>, faults: &mut Faults) -> Option<Rule> {
    let text = row.required_text(RULE, faults)?;
    parse(&text)
        .map_err(|fault| row.fault(faults, RULE, fault.vi()))
        .ok()
}

/// Sums, survey and leaders are decided by no agency, whoever is printed there: "SNV" enters the survey's
/// points, "Lãnh đạo UBND tỉnh" marks.
fn appraiser(row: &Row<'_>, rule: &Rule, faults: &mut Faults) -> Option<Option<UnitCode>> {
    match none_if_dash(row.text(APPRAISER)) {
        Some(_) if needs_appraiser(rule) => row.code(APPRAISER, faults).map(Some),
        _ => Some(None),
    }
}
