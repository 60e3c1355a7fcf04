//! Workbooks that are not taken: a clear answer, cell by cell, and nothing changed.

use chiso_domain::kernel::Refusal;
use chiso_platform::auth::Role;
use chiso_platform::error::violations_of;
use chiso_platform::testkit::As;
use chiso_platform::xlsx::Workbook;
use chiso_wire::registry as pb;
use proptest::prelude::*;

use crate::books;
use crate::stand::{CYCLE, Stand, refused};

async fn stand() -> Stand {
    let mut stand = Stand::created().await;
    stand
        .import_units(&[books::unit_types(), books::units()])
        .await
        .unwrap();
    stand
}

#[tokio::test]
async fn a_sound_set_is_taken_and_summed_up() {
    let mut stand = stand().await;
    let taken = stand.import_set("department", &books::index_set()).await.unwrap();
    assert_eq!(
        (taken.contents, taken.leaves, taken.max_points.as_str()),
        (6, 10, "100")
    );
}

#[tokio::test]
async fn parts_that_do_not_add_up_are_named_by_sheet_row_and_column() {
    let mut stand = stand().await;
    let before = stand.get_cycle().await;
    let wrong = books::index_set()
        .with("D3", "21")
        .with("D9", 9.0)
        .with("G10", "–")
        .with("E6", "tier(đủ:3; thiếu:0)");
    let status = stand.import_set("department", &wrong).await.unwrap_err();
    let faults = violations_of(&status);
    let fields: Vec<_> = faults.iter().map(|fault| fault.0.as_str()).collect();
    assert_eq!(
        fields,
        ["Chỉ số!D2", "Chỉ số!D2", "Chỉ số!E6", "Chỉ số!D9", "Chỉ số!G10"],
        "{faults:?}"
    );
    assert_eq!(stand.get_cycle().await, before);
}

#[tokio::test]
async fn comma_and_point_are_the_same_and_both_together_are_refused() {
    let mut stand = stand().await;
    let comma = books::index_set().with("D3", "20,0").with("D4", 40.0);
    stand.import_set("department", &comma).await.unwrap();
    let comma = stand.get_cycle().await.rule_set_json;
    stand.import_set("department", &books::index_set()).await.unwrap();
    assert_eq!(stand.get_cycle().await.rule_set_json, comma);

    for text in ["1.234,5", "1,234.5", "1.234"] {
        let status = stand
            .import_set("department", &books::index_set().with("D4", text))
            .await
            .unwrap_err();
        let faults = violations_of(&status);
        assert_eq!(faults.len(), 1, "{faults:?}");
        assert_eq!(faults[0].0, "Chỉ số!D4");
        assert!(faults[0].1.contains("nhiều cách"), "{}", faults[0].1);
    }
}

#[tokio::test]
async fn unreadable_cells_are_all_named() {
    let mut stand = stand().await;
    let wrong = books::index_set()
        .with("A3", "i.1")
        .with("B4", "")
        .with("E5", "average")
        .with("E6", "tier(đủ)")
        .with("D7", "tám")
        .with("G8", "Sở Tài chính");
    let (reason, fields) = refused(stand.import_set("department", &wrong).await);
    assert_eq!(reason, "IMPORT_FAULTY");
    assert_eq!(
        fields,
        [
            "Chỉ số!A3",
            "Chỉ số!B4",
            "Chỉ số!E5",
            "Chỉ số!E6",
            "Chỉ số!D7",
            "Chỉ số!G8"
        ]
    );
}

#[tokio::test]
async fn the_template_is_kept_to() {
    let mut stand = stand().await;
    let columns = books::index_set().with("C1", "Ghi chú riêng").with("D1", "Điểm");
    let (_, fields) = refused(stand.import_set("department", &columns).await);
    assert_eq!(fields, ["Chỉ số!A1", "Chỉ số!C1", "Chỉ số!D1"]);

    let sheet = books::index_set().named("Sheet1");
    assert_eq!(
        refused(stand.import_set("department", &sheet).await).1,
        ["Chỉ số!A1"]
    );

    let doubled = books::index_set().with("C1", "Mã");
    assert_eq!(
        refused(stand.import_set("department", &doubled).await).1,
        ["Chỉ số!C1"]
    );

    let empty = books::Sheet::new(
        "Chỉ số",
        "Mã | Tên tiêu chí | Điểm tối đa | Cách chấm | Thẩm định",
    );
    assert_eq!(
        refused(stand.import_set("department", &empty).await).1,
        ["Chỉ số!C1"]
    );
}

#[tokio::test]
async fn other_files_are_refused_by_what_they_are() {
    let mut stand = stand().await;
    let mut reason = async |bytes: Vec<u8>| refused(stand.import_bytes("department", bytes).await);
    let xlsx = |reason: &str| (reason.to_owned(), vec!["xlsx".to_owned()]);

    let mut protected = vec![0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
    protected.extend("EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes));
    assert_eq!(reason(protected).await, xlsx("FILE_PASSWORD_PROTECTED"));
    assert_eq!(
        reason(b"%PDF-1.7 named so.xlsx".to_vec()).await,
        xlsx("FILE_NOT_XLSX")
    );
    assert_eq!(
        reason("Mã;Tên tiêu chí\nI;A".as_bytes().to_vec()).await,
        xlsx("FILE_NOT_XLSX")
    );
    assert_eq!(reason(Vec::new()).await, xlsx("FILE_NOT_XLSX"));
    let mut cut = books::book(&[books::index_set()]);
    cut.truncate(cut.len() / 2);
    assert_eq!(reason(cut).await, xlsx("FILE_NOT_XLSX"));
    assert_eq!(reason(vec![0; 8 * 1024 * 1024 + 1]).await, xlsx("FILE_TOO_LARGE"));
}

/// A ZIP that is no workbook, and one whose sheet is missing, have their own answer, not a crash.
#[tokio::test]
async fn every_cut_of_a_workbook_is_refused_or_read() {
    let mut stand = stand().await;
    let whole = books::book(&[books::index_set()]);
    for cut in (0..whole.len()).step_by(whole.len() / 12) {
        let (reason, _) = refused(stand.import_bytes("department", whole[..cut].to_vec()).await);
        assert_eq!(reason, "FILE_NOT_XLSX", "cut at {cut}");
    }
    for at in (0..whole.len()).step_by(whole.len() / 12) {
        let mut flipped = whole.clone();
        flipped[at] ^= 0xFF;
        let result = stand.import_bytes("department", flipped).await;
        if let Err(status) = result {
            assert_ne!(status.code(), tonic::Code::Internal, "byte {at}: {status:?}");
        }
    }
}

/// A part that unpacks to more than its directory declares is not unpacked further.
#[tokio::test]
async fn a_workbook_that_lies_about_its_size_is_refused() {
    let mut stand = stand().await;
    let mut lying = books::book(&[books::index_set()]);
    let entries: Vec<_> = (0..lying.len() - 4)
        .filter(|at| lying[*at..].starts_with(b"PK\x01\x02"))
        .collect();
    assert!(entries.len() > 5);
    for at in entries {
        lying[at + 24..at + 28].copy_from_slice(&9_u32.to_le_bytes());
    }
    assert_eq!(
        refused(stand.import_bytes("department", lying).await).0,
        "FILE_NOT_XLSX"
    );
}

#[tokio::test]
async fn a_repeated_import_is_the_same_import_and_other_bytes_are_a_conflict() {
    let mut stand = stand().await;
    let request = pb::ImportIndexSetRequest {
        request_id: stand.kit.id(),
        cycle: CYCLE.to_owned(),
        unit_type: "department".to_owned(),
        xlsx: books::book(&[books::index_set()]).into(),
        seen_version: 0,
    };
    let organiser = As::role(Role::Organiser);
    let mut import = async |request: &pb::ImportIndexSetRequest| {
        let request = stand.kit.request(request.clone(), &organiser);
        stand
            .client
            .import_index_set(request)
            .await
            .map(tonic::Response::into_inner)
    };
    let first = import(&request).await.unwrap();
    assert_eq!(import(&request).await.unwrap(), first);
    let other = pb::ImportIndexSetRequest {
        xlsx: books::book(&[books::index_set().with("B2", "KHÁC")]).into(),
        ..request
    };
    assert_eq!(refused(import(&other).await).0, "REQUEST_ID_REUSED");
    assert_eq!(stand.get_cycle().await.version, 3);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    /// Whatever happens to its bytes on the way, a workbook is read or refused.
    #[test]
    fn a_damaged_workbook_is_read_or_refused(at in any::<prop::sample::Index>(), to in any::<u8>(), cut in 0_usize..64) {
        thread_local! {
            static WHOLE: Vec<u8> = books::book(&[books::index_set()]);
        }
        let mut bytes = WHOLE.with(Clone::clone);
        let at = at.index(bytes.len());
        bytes[at] = to;
        bytes.drain(at..(at + cut).min(bytes.len()));
        if let Err(refusal) = Workbook::open(&bytes) {
            prop_assert!(["FILE_NOT_XLSX", "FILE_TOO_LARGE"].contains(&refusal.reason()));
        }
    }
}

#[tokio::test]
async fn an_unknown_unit_type_is_refused() {
    let mut stand = stand().await;
    let (reason, fields) = refused(stand.import_set("commune", &books::index_set()).await);
    assert_eq!(
        (reason.as_str(), fields),
        ("UNIT_TYPE_UNKNOWN", vec!["unit_type".to_owned()])
    );
    assert_eq!(
        refused(stand.import_set("Sở", &books::index_set()).await).1,
        ["unit_type"]
    );
}
