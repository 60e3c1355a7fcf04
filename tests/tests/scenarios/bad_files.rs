//! Bad files: evidence, workbooks, decomposed text.

use chiso_domain::kernel::text::sha256_hex;
use chiso_platform::error::{reason_of, violations_of};
use chiso_tests::{
    CYCLE, Sandbox, Shape, Year, ask, at, book, call, index_set, refused, scenario, unit_types, units,
};
use chiso_wire::ledger as lpb;
use chiso_wire::registry as pb;
use lpb::upload_evidence_request::Part;
use tonic::Code::InvalidArgument;
use tonic::Status;

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00";
const LOCKED_PDF: &[u8] = b"%PDF-1.6\n1 0 obj\n<< /Type /Catalog >>\nendobj\n\
    trailer\n<< /Size 2 /Root 1 0 R /Encrypt 5 0 R >>\nstartxref\n9\n%%EOF\n";

fn header(year: &Year, name: &str, bytes: &[u8]) -> lpb::UploadHeader {
    lpb::UploadHeader {
        request_id: year.id(),
        evidence_id: year.id(),
        cycle: CYCLE.to_owned(),
        unit: "SNV".to_owned(),
        criterion: "I.1".to_owned(),
        document: "Quyết định số 1/QĐ".to_owned(),
        locator: "Trang 1".to_owned(),
        file_name: name.to_owned(),
        size_bytes: i64::try_from(bytes.len()).unwrap(),
        sha256: sha256_hex(bytes),
        secret: false,
    }
}

async fn upload(year: &Year, header: lpb::UploadHeader, bytes: &[u8]) -> Result<lpb::Entry, Status> {
    let part = |part| lpb::UploadEvidenceRequest { part: Some(part) };
    let parts = vec![
        part(Part::Header(header)),
        part(Part::Chunk(bytes.to_vec().into())),
    ];
    let request = ask(&year.cast.officers["SNV"].token, tokio_stream::iter(parts));
    year.ledger()
        .upload_evidence(request)
        .await
        .map(|reply| reply.into_inner().entry.unwrap())
}

scenario!(a_file_too_big_locked_or_mislabelled_leaves_no_trace);
async fn a_file_too_big_locked_or_mislabelled_leaves_no_trace(shape: Shape) {
    let year = Year::open(shape).await;
    year.enter("2022-12-10T08:00:00+07:00");
    let kind = chiso_wire::kernel::leaf_input::Kind::Achieved(true);
    let input = chiso_wire::kernel::LeafInput { kind: Some(kind) };
    year.save("SNV", "I.1", input, 0).await.unwrap();
    let before = year.state().await;

    let five_gigabytes = lpb::UploadHeader {
        size_bytes: 5 << 30,
        ..header(&year, "lon.pdf", b"%PDF-1.4\n")
    };
    let answer = upload(&year, five_gigabytes, b"%PDF-1.4\n").await;
    refused(answer, InvalidArgument, "FILE_TOO_LARGE", "header.size_bytes");
    let answer = upload(&year, header(&year, "khoa.pdf", LOCKED_PDF), LOCKED_PDF).await;
    refused(answer, InvalidArgument, "FILE_PASSWORD_PROTECTED", "chunk");
    let answer = upload(&year, header(&year, "anh.pdf", PNG), PNG).await;
    refused(answer, InvalidArgument, "FILE_MISLABELLED", "header.file_name");
    let answer = upload(&year, header(&year, "bang.xlsx", PNG), PNG).await;
    assert_eq!(answer.unwrap_err().code(), InvalidArgument);
    let other = lpb::UploadHeader {
        sha256: "00".repeat(32),
        ..header(&year, "anh.png", PNG)
    };
    let answer = upload(&year, other, PNG).await;
    refused(answer, InvalidArgument, "FILE_HASH_DIFFERS", "header.sha256");
    let secret = lpb::UploadHeader {
        secret: true,
        ..header(&year, "anh.png", PNG)
    };
    let answer = upload(&year, secret, PNG).await;
    refused(
        answer,
        InvalidArgument,
        "SECRET_EVIDENCE_REFUSED",
        "header.secret",
    );
    assert_eq!(year.state().await, before);

    upload(&year, header(&year, "anh.png", PNG), PNG).await.unwrap();
    assert_ne!(year.state().await, before, "a good file is kept");
}

/// A cycle in setup with units, and somebody who organises it.
async fn set_up(shape: Shape) -> (Sandbox, String) {
    let sandbox = Sandbox::start(shape, at("2022-10-01T08:00:00+07:00")).await;
    let password = chiso_tests::PASSWORD;
    sandbox.add_organiser("quantri", "Quản trị", password).await;
    let message = chiso_wire::identity::SignInRequest {
        login: "quantri".to_owned(),
        password: password.to_owned(),
        ..Default::default()
    };
    let token = call!(sandbox, identity.sign_in, "", message).unwrap().token;
    let message = pb::CreateCycleRequest {
        request_id: sandbox.id(),
        cycle: CYCLE.to_owned(),
        province: "Phú Thọ".to_owned(),
        regulation: "2419/QĐ-UBND".to_owned(),
    };
    call!(sandbox, registry.create_cycle, &token, message).unwrap();
    let xlsx = book(&[unit_types(), units()]).into();
    let message = pb::ImportUnitsRequest {
        request_id: sandbox.id(),
        cycle: CYCLE.to_owned(),
        xlsx,
        seen_version: 0,
    };
    call!(sandbox, registry.import_units, &token, message).unwrap();
    (sandbox, token)
}

async fn import(sandbox: &Sandbox, token: &str, rows: &str) -> Result<pb::ImportIndexSetResponse, Status> {
    import_bytes(sandbox, token, book(&[(index_set().0, rows)])).await
}

async fn import_bytes(
    sandbox: &Sandbox,
    token: &str,
    xlsx: Vec<u8>,
) -> Result<pb::ImportIndexSetResponse, Status> {
    let message = pb::ImportIndexSetRequest {
        request_id: sandbox.id(),
        cycle: CYCLE.to_owned(),
        unit_type: "department".to_owned(),
        xlsx: xlsx.into(),
        seen_version: 0,
    };
    call!(sandbox, registry.import_index_set, token, message)
}

/// Cells at fault, each with a Vietnamese sentence.
#[track_caller]
fn cells(answer: Result<pb::ImportIndexSetResponse, Status>) -> Vec<String> {
    let status = answer.unwrap_err();
    assert_eq!(
        (status.code(), reason_of(&status).as_str()),
        (InvalidArgument, "IMPORT_FAULTY")
    );
    let faults = violations_of(&status);
    assert!(faults.iter().all(|(_, why)| !why.is_ascii()), "{faults:?}");
    faults.into_iter().map(|(cell, _)| cell).collect()
}

scenario!(an_index_set_that_does_not_add_up_is_refused_by_its_cell);
async fn an_index_set_that_does_not_add_up_is_refused_by_its_cell(shape: Shape) {
    let (sandbox, token) = set_up(shape).await;
    let before = sandbox.state().await;
    let (_, rows) = index_set();
    let faulty = rows.replacen("| Approved plan | 20 |", "| Approved plan | 19 |", 1);
    let found = cells(import(&sandbox, &token, &faulty).await);
    assert!(
        found
            .iter()
            .any(|cell| cell.contains("Chỉ số") && cell.contains('2')),
        "{found:?}"
    );
    let faulty = rows.replacen("| Approved plan | 20 |", "| Approved plan | 1.234,5 |", 1);
    let found = cells(import(&sandbox, &token, &faulty).await);
    assert!(found.iter().any(|cell| cell.contains("D3")), "{found:?}");
    let faulty = rows.replacen("ratio(b/a, sàn 80%)", "ratio(b/a, sàn tám mươi)", 1);
    let found = cells(import(&sandbox, &token, &faulty).await);
    assert!(found.iter().any(|cell| cell.contains("E4")), "{found:?}");
    let answer = import_bytes(&sandbox, &token, PNG.to_vec()).await;
    refused(answer, InvalidArgument, "FILE_NOT_XLSX", "xlsx");
    // What Excel saves with a password is an OLE file.
    let locked = [b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".as_slice(), &[0; 512]].concat();
    let status = import_bytes(&sandbox, &token, locked).await.unwrap_err();
    assert!(
        ["FILE_PASSWORD_PROTECTED", "FILE_NOT_XLSX"].contains(&reason_of(&status).as_str()),
        "{status:?}"
    );
    assert_eq!(sandbox.state().await, before);
    import(&sandbox, &token, rows).await.unwrap();
}

scenario!(decomposed_text_is_composed_on_entry);
/// The same words typed on a machine that decomposes: the same rule set, to the byte.
async fn decomposed_text_is_composed_on_entry(shape: Shape) {
    let (sandbox, token) = set_up(shape).await;
    let (_, rows) = index_set();
    // "ế" as e, circumflex, acute; "à" as a, grave.
    let decomposed = rows.replace('ế', "e\u{302}\u{301}").replace('à', "a\u{300}");
    assert_ne!(decomposed, rows);
    let set = async |rows: &str| {
        import(&sandbox, &token, rows).await.unwrap();
        let message = pb::GetCycleRequest {
            cycle: CYCLE.to_owned(),
        };
        let cycle = call!(sandbox, registry.get_cycle, &token, message)
            .unwrap()
            .cycle
            .unwrap();
        cycle.rule_set_json
    };
    let composed = set(rows).await;
    assert_eq!(set(&decomposed).await, composed);
}
