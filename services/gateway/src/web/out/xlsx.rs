//! A workbook of one sheet: the least of Office Open XML that every spreadsheet program reads.
//!
//! Written by hand, since the six parts below are all that is needed. The same table always gives the same bytes.

use std::io::{Cursor, Write};

use zip::result::ZipResult;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::{Cell, Sheet};

/// Its media type.
pub(crate) const KIND: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

const HEAD: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"#;
const TYPES: &str = concat!(
    r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">"#,
    r#"<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>"#,
    r#"<Default Extension="xml" ContentType="application/xml"/>"#,
    r#"<Override PartName="/xl/workbook.xml" "#,
    r#"ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>"#,
    r#"<Override PartName="/xl/worksheets/sheet1.xml" "#,
    r#"ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>"#,
    r#"<Override PartName="/xl/styles.xml" "#,
    r#"ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/></Types>"#,
);
const ROOT: &str = concat!(
    r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">"#,
    r#"<Relationship Id="rId1" Target="xl/workbook.xml" "#,
    r#"Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"/></Relationships>"#,
);
const PARTS: &str = concat!(
    r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">"#,
    r#"<Relationship Id="rId1" Target="worksheets/sheet1.xml" "#,
    r#"Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"/>"#,
    r#"<Relationship Id="rId2" Target="styles.xml" "#,
    r#"Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles"/></Relationships>"#,
);
/// Style 0 is plain, 1 the heading, 2 a number with two decimals.
const STYLES: &str = concat!(
    r#"<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">"#,
    r#"<numFmts count="2"><numFmt numFmtId="164" formatCode="0.000"/>"#,
    r#"<numFmt numFmtId="165" formatCode="0.0000"/></numFmts>"#,
    r#"<fonts count="2"><font><sz val="11"/><name val="Times New Roman"/></font>"#,
    r#"<font><b/><sz val="11"/><name val="Times New Roman"/></font></fonts>"#,
    r#"<fills count="2"><fill><patternFill patternType="none"/></fill>"#,
    r#"<fill><patternFill patternType="gray125"/></fill></fills>"#,
    r#"<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>"#,
    r#"<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>"#,
    r#"<cellXfs count="5"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>"#,
    r#"<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>"#,
    r#"<xf numFmtId="2" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>"#,
    r#"<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>"#,
    r#"<xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs></styleSheet>"#,
);

/// The bytes of the workbook.
///
/// # Errors
/// None that a table can cause: it is written to memory.
pub(crate) fn write(sheet: &Sheet) -> ZipResult<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default());
    let parts = [
        ("[Content_Types].xml", TYPES.to_owned()),
        ("_rels/.rels", ROOT.to_owned()),
        ("xl/workbook.xml", workbook(&sheet.name)),
        ("xl/_rels/workbook.xml.rels", PARTS.to_owned()),
        ("xl/styles.xml", STYLES.to_owned()),
        ("xl/worksheets/sheet1.xml", worksheet(sheet)),
    ];
    for (name, text) in parts {
        zip.start_file(name, options)?;
        zip.write_all(HEAD.as_bytes())?;
        zip.write_all(text.as_bytes())?;
    }
    Ok(zip.finish()?.into_inner())
}

fn workbook(name: &str) -> String {
    // A sheet's name has at most 31 characters, and some signs mean something else in a reference.
    let name: String = name
        .chars()
        .filter(|c| !matches!(c, '[' | ']' | ':' | '*' | '?' | '/' | '\\' | '\''))
        .take(31)
        .collect();
    format!(
        concat!(
            r#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" "#,
            r#"xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">"#,
            r#"<sheets><sheet name="{}" sheetId="1" r:id="rId1"/></sheets></workbook>"#,
        ),
        escaped(name.trim_end())
    )
}

fn worksheet(sheet: &Sheet) -> String {
    let mut xml = String::from(concat!(
        r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">"#,
        r#"<sheetViews><sheetView workbookViewId="0">"#,
        r#"<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>"#,
        "<sheetData>",
    ));
    xml.push_str("<row>");
    for heading in &sheet.heading {
        push_text(&mut xml, heading, 1);
    }
    xml.push_str("</row>");
    for row in &sheet.rows {
        xml.push_str("<row>");
        for cell in row {
            match cell {
                Cell::Text(text) => push_text(&mut xml, text, 0),
                Cell::Number(number) => {
                    let style = decimals_style(number);
                    xml.push_str(&format!("<c{style}><v>{number}</v></c>"));
                }
                // The place of a cell is told by its order, so an empty one is written too.
                Cell::Empty => xml.push_str("<c/>"),
            }
        }
        xml.push_str("</row>");
    }
    xml.push_str("</sheetData></worksheet>");
    xml
}

/// Points are shown with two decimals, and a number that has more with as many: none looks rounded.
fn decimals_style(number: &str) -> &'static str {
    match number.split_once('.').map(|(_, decimals)| decimals.len()) {
        None => "",
        Some(0..=2) => r#" s="2""#,
        Some(3) => r#" s="3""#,
        Some(_) => r#" s="4""#,
    }
}

fn push_text(xml: &mut String, text: &str, style: u8) {
    xml.push_str(&format!(
        r#"<c t="inlineStr" s="{style}"><is><t xml:space="preserve">{}</t></is></c>"#,
        escaped(text)
    ));
}

/// Text as XML takes it; signs that XML has no place for are left out.
fn escaped(text: &str) -> String {
    let mut xml = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => xml.push_str("&amp;"),
            '<' => xml.push_str("&lt;"),
            '>' => xml.push_str("&gt;"),
            '"' => xml.push_str("&quot;"),
            '\t' | '\n' | '\r' => xml.push(c),
            c if c.is_control() || matches!(c, '\u{FFFE}' | '\u{FFFF}') => {}
            c => xml.push(c),
        }
    }
    xml
}

#[cfg(test)]
mod tests {
    use calamine::{Data, Reader, Xlsx};

    use super::*;

    #[test]
    fn another_program_reads_what_was_written() {
        let nasty = "=HYPERLINK(\"http://x\") & <b> \u{1}tab\tend";
        let sheet = Sheet {
            name: "Xếp hạng: [2026] / một tên dài hơn ba mươi mốt chữ".to_owned(),
            heading: vec!["Đơn vị".to_owned(), "Tổng".to_owned(), "Hạng".to_owned()],
            rows: vec![
                vec![Cell::text("Sở Nội vụ"), Cell::number("93.98"), Cell::number("1")],
                vec![Cell::text(nasty), Cell::Empty, Cell::number("-2")],
                vec![Cell::text("+84"), Cell::number("@SUM(A1)"), Cell::text("")],
            ],
        };
        let bytes = write(&sheet).unwrap();
        assert_eq!(write(&sheet).unwrap(), bytes, "the same table, the same bytes");
        let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).unwrap();
        assert_eq!(book.sheet_names(), ["Xếp hạng 2026  một tên dài hơn"]);
        let range = book.worksheet_range_at(0).unwrap().unwrap();
        let text = |text: &str| Data::String(text.to_owned());
        let rows: Vec<Vec<Data>> = range.rows().map(<[Data]>::to_vec).collect();
        let expected = vec![
            vec![text("Đơn vị"), text("Tổng"), text("Hạng")],
            vec![text("Sở Nội vụ"), Data::Float(93.98), Data::Float(1.0)],
            vec![
                text("=HYPERLINK(\"http://x\") & <b> tab\tend"),
                Data::Empty,
                Data::Float(-2.0),
            ],
            vec![text("+84"), text("@SUM(A1)"), Data::Empty],
        ];
        assert_eq!(rows, expected);
        let formulas = book.worksheet_formula("Xếp hạng 2026  một tên dài hơn").unwrap();
        assert!(formulas.is_empty(), "no cell is a formula");
    }

    #[test]
    fn a_number_is_shown_with_all_its_decimals() {
        let numbers = ["12", "93.98", "1.5", "0.125", "0.0625"];
        let sheet = Sheet {
            name: "x".to_owned(),
            heading: Vec::new(),
            rows: vec![numbers.map(Cell::number).into()],
        };
        let xml = worksheet(&sheet);
        for cell in [
            "<c><v>12</v>",
            "<c s=\"2\"><v>93.98</v>",
            "<c s=\"2\"><v>1.5</v>",
            "<c s=\"3\"><v>0.125</v>",
            "<c s=\"4\"><v>0.0625</v>",
        ] {
            assert!(xml.contains(cell), "no {cell} in {xml}");
        }
    }
}
