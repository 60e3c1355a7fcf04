//! RFC 4180 in UTF-8, with a decimal point; written as the export of the ranking service is.

use super::{Cell, Sheet};

/// The table as text.
pub(crate) fn write(sheet: &Sheet) -> String {
    let mut csv = String::new();
    line(&mut csv, sheet.heading.iter().cloned());
    for row in &sheet.rows {
        line(&mut csv, row.iter().map(cell));
    }
    csv
}

fn cell(cell: &Cell) -> String {
    match cell {
        Cell::Empty => String::new(),
        Cell::Number(number) => number.clone(),
        Cell::Text(text) if text.starts_with(['=', '+', '-', '@', '\t', '\r']) => format!("'{text}"),
        Cell::Text(text) => text.clone(),
    }
}

fn line(csv: &mut String, cells: impl Iterator<Item = String>) {
    for (at, cell) in cells.enumerate() {
        if at > 0 {
            csv.push(',');
        }
        if cell.contains(['"', ',', '\r', '\n']) {
            csv.push('"');
            csv.push_str(&cell.replace('"', "\"\""));
            csv.push('"');
        } else {
            csv.push_str(&cell);
        }
    }
    csv.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_quoted_and_is_never_a_formula() {
        let sheet = Sheet {
            name: String::new(),
            heading: vec!["unit".to_owned(), "total".to_owned()],
            rows: vec![
                vec![Cell::text("Sở \"A\", B"), Cell::number("-6.00")],
                vec![Cell::text("=1+1"), Cell::Empty],
                vec![Cell::text("-2 đơn vị"), Cell::number("@SUM(A1)")],
            ],
        };
        let expected = "unit,total\r\n\"Sở \"\"A\"\", B\",-6.00\r\n'=1+1,\r\n'-2 đơn vị,'@SUM(A1)\r\n";
        assert_eq!(write(&sheet), expected);
    }
}
