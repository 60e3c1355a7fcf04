//! Unit types and units from their workbook.

use crate::books;
use crate::stand::{Stand, refused};

#[tokio::test]
async fn units_come_with_dates_succession_and_rank() {
    let mut stand = Stand::created().await;
    let taken = stand
        .import_units(&[books::unit_types(), books::units()])
        .await
        .unwrap();
    assert_eq!((taken.unit_types, taken.units), (2, 5));
    let cycle = stand.get_cycle().await;
    let codes: Vec<_> = cycle.units.iter().map(|unit| unit.code.as_str()).collect();
    assert_eq!(codes, ["SNV", "STC", "BDT", "VT", "DH"]);
    assert_eq!(cycle.units[0].valid_from, "1997-01-01");
    assert_eq!(cycle.units[1].predecessors, ["SKHDT", "STC-CU"]);
    assert_eq!(cycle.units[2].valid_to, "2025-03-01");
    let ranked: Vec<_> = cycle.units.iter().map(|unit| unit.ranked).collect();
    assert_eq!(ranked, [true, true, false, true, true]);
    assert_eq!(cycle.unit_types[1].name_en, "Districts");
}

#[tokio::test]
async fn a_second_import_replaces_the_first() {
    let mut stand = Stand::created().await;
    stand
        .import_units(&[books::unit_types(), books::units()])
        .await
        .unwrap();
    let only = books::Sheet::new("Đơn vị", "Mã | Tên | Loại hình\n SNV | Sở Nội vụ | department");
    stand.import_units(&[books::unit_types(), only]).await.unwrap();
    let cycle = stand.get_cycle().await;
    assert_eq!(cycle.units.len(), 1);
    assert_eq!(cycle.units[0].order, 1);
    assert!(cycle.units[0].ranked);
}

#[tokio::test]
async fn every_fault_of_the_list_is_named() {
    let mut stand = Stand::created().await;
    let before = stand.get_cycle().await;
    let types = books::unit_types().with("A3", "department");
    let units = books::units()
        .with("A2", "Sở Nội vụ")
        .with("C3", "commune")
        .with("D4", "đầu")
        .with("E3", "31/02/2022")
        .with("G5", "VT")
        .with("H6", "có lẽ")
        .with("E4", "2026-01-01");
    let (reason, fields) = refused(stand.import_units(&[types, units]).await);
    assert_eq!(reason, "IMPORT_FAULTY");
    assert_eq!(
        fields,
        [
            "Loại hình!A3",
            "Đơn vị!A2",
            "Đơn vị!E3",
            "Đơn vị!D4",
            "Đơn vị!F4",
            "Đơn vị!G5",
            "Đơn vị!H6",
        ]
    );
    assert_eq!(stand.get_cycle().await, before);

    let doubled = books::units().with("A3", "SNV").with("C4", "commune");
    let (_, fields) = refused(stand.import_units(&[books::unit_types(), doubled]).await);
    assert_eq!(fields, ["Đơn vị!A3", "Đơn vị!C4"]);
    let (_, fields) = refused(stand.import_units(&[books::unit_types()]).await);
    assert_eq!(fields, ["Đơn vị!A1"]);
}
