//! Numbers, dates, addresses and refusals that need no workbook; imports of real workbooks are tested with
//! the services that own the templates.

use calamine::{DataRef, ExcelDateTime, ExcelDateTimeType};

use super::*;

fn number(n: f64) -> String {
    Value::read(&DataRef::Float(n)).unwrap().to_text()
}

#[test]
fn numbers_become_the_digits_the_program_shows() {
    assert_eq!(number(12.5), "12.5");
    assert_eq!(number(0.1 + 0.2), "0.3");
    assert_eq!(number(39.0), "39");
    assert_eq!(number(-0.25), "-0.25");
    assert_eq!(number(0.0), "0");
    assert_eq!(number(0.0001), "0.0001");
    assert_eq!(number(123_456_789_012.0), "123456789012");
    assert_eq!(number(1e16), "10000000000000000");
    assert_eq!(number(1.625), "1.625");
    assert!(matches!(
        Value::read(&DataRef::Float(f64::NAN)),
        Some(Value::Error(_))
    ));
}

#[test]
fn typed_decimals_take_comma_or_point() {
    assert_eq!(decimal_text("12,5"), Ok("12.5".to_owned()));
    assert_eq!(decimal_text("12.5"), Ok("12.5".to_owned()));
    assert_eq!(decimal_text("-3"), Ok("-3".to_owned()));
    assert_eq!(decimal_text("0,125"), Ok("0.125".to_owned()));
}

#[test]
fn ambiguous_decimals_are_refused() {
    for text in ["1.234,5", "1,234.5", "1.234", "12,345", "1.234.567"] {
        assert!(decimal_text(text).unwrap_err().contains("nhiều cách"), "{text}");
    }
    for text in ["", "-", "1,", ",5", "5%", "1e3", "+1", "năm"] {
        assert!(
            decimal_text(text).unwrap_err().contains("không phải là số"),
            "{text}"
        );
    }
}

#[test]
fn text_is_composed_and_trimmed() {
    let decomposed = "  So\u{31b}\u{309} ".to_owned();
    assert_eq!(
        Value::read(&DataRef::String(decomposed)),
        Some(Value::Text("Sở".to_owned()))
    );
    assert_eq!(Value::read(&DataRef::SharedString("  ")), None);
}

#[test]
fn dates_are_calendar_days() {
    let day = |serial| {
        Value::read(&DataRef::DateTime(ExcelDateTime::new(
            serial,
            ExcelDateTimeType::DateTime,
            false,
        )))
    };
    assert_eq!(day(44_910.0), Some(Value::Date("2022-12-15".to_owned())));
    assert_eq!(day(44_910.5), Some(Value::Date("2022-12-15T12:00:00".to_owned())));
}

#[test]
fn columns_have_letters() {
    assert_eq!(column_letter(0), "A");
    assert_eq!(column_letter(25), "Z");
    assert_eq!(column_letter(26), "AA");
    assert_eq!(column_letter(701), "ZZ");
    assert_eq!(column_letter(702), "AAA");
}

#[test]
fn other_files_are_refused_by_what_they_are() {
    let wide = |text: &str| {
        text.encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect::<Vec<u8>>()
    };
    let ole = |inner: &str| [OLE_MAGIC.to_vec(), vec![0xA1, 0xB1, 0x1A, 0xE1], wide(inner)].concat();
    let reason = |bytes: &[u8]| Workbook::open(bytes).unwrap_err().reason();

    assert_eq!(reason(&ole("EncryptedPackage")), "FILE_PASSWORD_PROTECTED");
    assert_eq!(reason(&ole("Workbook")), "FILE_NOT_XLSX");
    assert_eq!(reason(b"%PDF-1.7"), "FILE_NOT_XLSX");
    assert_eq!(reason(b""), "FILE_NOT_XLSX");
    assert_eq!(reason(b"PK\x03\x04 cut off"), "FILE_NOT_XLSX");
    assert_eq!(reason(&vec![0; MAX_BYTES + 1]), "FILE_TOO_LARGE");
}

/// A ZIP of nothing but a directory whose one part declares a size.
fn zip_of_a_part(unpacked: u32) -> Vec<u8> {
    let mut bytes = b"PK\x03\x04".to_vec();
    let directory = u32::try_from(bytes.len()).unwrap();
    let mut entry = vec![0; 46];
    entry[..4].copy_from_slice(b"PK\x01\x02");
    entry[24..28].copy_from_slice(&unpacked.to_le_bytes());
    bytes.extend(entry);
    let mut end = vec![0; 22];
    end[..4].copy_from_slice(b"PK\x05\x06");
    end[10..12].copy_from_slice(&1_u16.to_le_bytes());
    end[12..16].copy_from_slice(&46_u32.to_le_bytes());
    end[16..20].copy_from_slice(&directory.to_le_bytes());
    bytes.extend(end);
    bytes
}

#[test]
fn a_bomb_is_refused_before_it_is_unpacked() {
    let reason = |bytes: &[u8]| Workbook::open(bytes).unwrap_err().reason();
    assert_eq!(reason(&zip_of_a_part(u32::MAX)), "FILE_TOO_LARGE");
    assert_eq!(reason(&zip_of_a_part(1)), "FILE_NOT_XLSX");
}

/// Bytes between directory and end, or behind the end, could hold another directory.
#[test]
fn a_zip_that_can_be_read_two_ways_is_refused() {
    let sound = zip_of_a_part(7);
    assert_eq!(sum_of_parts(&sound), Some(7));
    let between = [&sound[..50], b"PK\x06\x07".as_slice(), &sound[50..]].concat();
    assert_eq!(sum_of_parts(&between), None);
    let behind = [sound.as_slice(), b"more"].concat();
    assert_eq!(sum_of_parts(&behind), None);
    let mut fewer = sound.clone();
    fewer[60..62].copy_from_slice(&0_u16.to_le_bytes());
    assert_eq!(sum_of_parts(&fewer), None);
}

#[test]
fn faults_come_in_the_order_of_their_places() {
    let mut faults = Faults::default();
    faults.push("Chỉ số", 12, "D", "b");
    faults.push("Chỉ số", 3, "AA", "a");
    faults.push("Chỉ số", 3, "B", "a");
    let faulty = faults.into_result().unwrap_err();
    let fields: Vec<_> = faulty.faults.iter().map(ImportFault::field).collect();
    assert_eq!(fields, ["Chỉ số!B3", "Chỉ số!AA3", "Chỉ số!D12"]);
    assert_eq!(faulty.total, 3);
    assert_eq!(Faults::default().into_result(), Ok(()));
}
