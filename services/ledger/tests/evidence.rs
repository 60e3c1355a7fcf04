//! Evidence over gRPC: files by content, limits, secrets, who may read, bytes that went bad.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use std::path::PathBuf;

use chiso_platform::auth::Role;
use chiso_platform::testkit::As;
use chiso_wire::ledger as pb;
use common::*;
use pb::Round::Round1;

fn stored(ledger: &Ledger) -> Vec<PathBuf> {
    let root = ledger.kit.folder().join("evidence");
    let mut files = Vec::new();
    for folder in std::fs::read_dir(root).unwrap() {
        for file in std::fs::read_dir(folder.unwrap().path()).unwrap() {
            files.push(file.unwrap().path());
        }
    }
    files
}

#[tokio::test]
async fn a_file_comes_back_byte_for_byte() {
    let mut ledger = Ledger::open().await;
    let bytes = [pdf("báo cáo năm").as_slice(), &vec![b' '; 600_000]].concat();
    let bytes = [bytes.as_slice(), b"\nstartxref\n0\n%%EOF"].concat();
    let entry = ledger.upload("SYT", "I.1", &bytes).await.unwrap();
    let piece = &entry.evidence[0];
    assert_eq!(
        (piece.media_type.as_str(), piece.sha256.clone()),
        ("application/pdf", sha(&bytes))
    );
    assert_eq!(entry.version, 1);
    let (header, got) = ledger
        .download(&officer("SYT"), &piece.evidence_id)
        .await
        .unwrap();
    assert_eq!(header, *piece);
    assert!(got == bytes);
    let place = ledger
        .kit
        .folder()
        .join("evidence")
        .join(&piece.sha256[..2])
        .join(&piece.sha256[2..]);
    assert!(place.exists());
}

#[tokio::test]
async fn r4_48_one_file_for_many_leaves_is_stored_once() {
    let mut ledger = Ledger::open().await;
    let bytes = pdf("quyết định chung");
    for leaf in ["I.1", "I.2", "I.3"] {
        ledger.upload("SYT", leaf, &bytes).await.unwrap();
    }
    assert_eq!(stored(&ledger).len(), 1);
}

#[tokio::test]
async fn pictures_are_taken() {
    let mut ledger = Ledger::open().await;
    send_changed(&mut ledger, "ảnh.PNG", b"\x89PNG\r\n\x1a\n0000", |_| {})
        .await
        .unwrap();
    let entry = send_changed(&mut ledger, "ảnh.jpg", b"\xff\xd8\xff\xe0 JFIF", |_| {})
        .await
        .unwrap();
    assert_eq!(entry.evidence[1].media_type, "image/jpeg");
}

#[tokio::test]
async fn faulty_files_are_refused_and_nothing_is_left() {
    let mut ledger = Ledger::open().await;
    let locked = b"%PDF-1.7\nxref\n0 1\ntrailer << /Size 1 /Encrypt 2 0 R >>\nstartxref\n9\n%%EOF\n";
    let mentions = pdf("từ /Encrypt trong văn bản thì không sao");
    let cases: [(&str, &[u8], &str); 6] = [
        ("a.pdf", locked, "FILE_PASSWORD_PROTECTED"),
        ("a.pdf", b"\x89PNG\r\n\x1a\n0000", "FILE_MISLABELLED"),
        ("a.png", b"%PDF-1.7 ", "FILE_MISLABELLED"),
        ("a.jpg", b"MZ\x90\0 program", "FILE_MISLABELLED"),
        ("a.docx", b"PK\x03\x04", "FILE_TYPE_NOT_TAKEN"),
        ("a.pdf", b"", "FILE_EMPTY"),
    ];
    for (name, bytes, why) in cases {
        assert_eq!(
            reason(send_changed(&mut ledger, name, bytes, |_| {}).await),
            why,
            "{name}"
        );
    }
    let wrong_hash = send_changed(&mut ledger, "a.pdf", &mentions, |h| h.sha256 = sha(b"other")).await;
    assert_eq!(reason(wrong_hash), "FILE_HASH_DIFFERS");
    let no_hash = send_changed(&mut ledger, "a.pdf", &mentions, |h| h.sha256 = "12".to_owned()).await;
    assert_eq!(reason(no_hash), "FIELD_INVALID");
    let path = send_changed(&mut ledger, "../../a.pdf", &mentions, |_| {}).await;
    assert_eq!(reason(path), "FIELD_INVALID");
    assert!(stored(&ledger).is_empty(), "{:?}", stored(&ledger));
    assert_eq!(ledger.version("SYT", "I.1").await, 0);
    send_changed(&mut ledger, "a.pdf", &mentions, |_| {})
        .await
        .unwrap();
}

fn in_person(ledger: &Ledger) -> pb::Evidence {
    pb::Evidence {
        evidence_id: ledger.kit.id(),
        kind: pb::EvidenceKind::InPerson.into(),
        presented_on: "2022-12-05".to_owned(),
        presented_at: "Sở Nội vụ".to_owned(),
        members: vec!["Ông A".to_owned(), "Bà B".to_owned()],
        ..pb::Evidence::default()
    }
}

async fn add(ledger: &mut Ledger, leaf: &str, evidence: pb::Evidence) -> Result<pb::Entry, tonic::Status> {
    let message = pb::AddEvidenceRequest {
        request_id: ledger.kit.id(),
        cycle: CYCLE.to_owned(),
        unit: "SYT".to_owned(),
        criterion: leaf.to_owned(),
        evidence: Some(evidence),
    };
    let reply = ledger
        .client
        .add_evidence(ledger.kit.request(message, &officer("SYT")))
        .await?;
    Ok(reply.into_inner().entry.unwrap())
}

#[tokio::test]
async fn r4_33_secret_evidence_is_shown_in_person_and_stands_in_for_a_file() {
    let mut ledger = Ledger::open().await;
    let refused = send_changed(&mut ledger, "a.pdf", &pdf("x"), |h| h.secret = true).await;
    assert_eq!(reason(refused), "SECRET_EVIDENCE_REFUSED");
    assert!(stored(&ledger).is_empty());
    ledger.save("SYT", "I.2", ratio("1", "1")).await.unwrap();
    let record = in_person(&ledger);
    let entry = add(&mut ledger, "I.2", record).await.unwrap();
    assert_eq!(entry.lacks, "");
    ledger.now(ROUND_1);
    decide(&mut ledger, (Round1, pb::Decision::Agree, "2"), "")
        .await
        .unwrap();
}

#[tokio::test]
async fn an_in_person_record_tells_nothing_of_the_document() {
    let mut ledger = Ledger::open().await;
    let record = in_person(&ledger);
    let told = [
        pb::Evidence {
            document: "12/BC-Mật".to_owned(),
            ..record.clone()
        },
        pb::Evidence {
            locator: "trang 3".to_owned(),
            ..record.clone()
        },
        pb::Evidence {
            file_name: "kế hoạch A2.pdf".to_owned(),
            ..record.clone()
        },
        pb::Evidence {
            url: "https://x.vn".to_owned(),
            ..record.clone()
        },
    ];
    for told in told {
        assert_eq!(
            reason(add(&mut ledger, "I.2", told).await),
            "SECRET_EVIDENCE_REFUSED"
        );
    }
    for broken in [
        pb::Evidence {
            presented_on: "5/12/2022".to_owned(),
            ..record.clone()
        },
        pb::Evidence {
            presented_on: "2022-02-30".to_owned(),
            ..record.clone()
        },
        pb::Evidence {
            members: vec![],
            ..record.clone()
        },
        pb::Evidence {
            presented_at: String::new(),
            ..record
        },
    ] {
        assert_eq!(reason(add(&mut ledger, "I.2", broken).await), "FIELD_INVALID");
    }
    assert_eq!(ledger.version("SYT", "I.2").await, 0);
}

#[tokio::test]
async fn links_are_addresses() {
    let mut ledger = Ledger::open().await;
    let link = |ledger: &Ledger, url: &str| pb::Evidence {
        evidence_id: ledger.kit.id(),
        kind: pb::EvidenceKind::Link.into(),
        url: url.to_owned(),
        ..pb::Evidence::default()
    };
    for bad in ["javascript:alert(1)", "https://", "http://a b", ""] {
        let evidence = link(&ledger, bad);
        assert_eq!(
            reason(add(&mut ledger, "I.1", evidence).await),
            "FIELD_INVALID",
            "{bad}"
        );
    }
    let evidence = link(&ledger, "https://phutho.gov.vn/tin-bai/12");
    add(&mut ledger, "I.1", evidence).await.unwrap();
}

#[tokio::test]
async fn evidence_is_read_by_those_who_need_it_and_unknown_to_others() {
    let mut ledger = Ledger::open().await;
    let entry = ledger.upload("SYT", "I.1", &pdf("của SYT")).await.unwrap();
    let id = entry.evidence[0].evidence_id.clone();
    let auditor = As::role(Role::Auditor);
    for who in [
        officer("SYT"),
        head("SYT"),
        appraiser("STC"),
        organiser(),
        chair(),
        auditor,
    ] {
        ledger.download(&who, &id).await.unwrap();
    }
    for who in [
        officer("SXD"),
        head("SXD"),
        appraiser("SNV"),
        officer("SYT").cycle("2021"),
    ] {
        assert_eq!(reason(ledger.download(&who, &id).await), "NOT_FOUND", "{who:?}");
    }
    assert_eq!(
        reason(ledger.download(&As::role(Role::Interviewer), &id).await),
        "PERMISSION_DENIED"
    );
    let unknown = ledger.kit.id();
    assert_eq!(
        reason(ledger.download(&officer("SYT"), &unknown).await),
        "NOT_FOUND"
    );
}

#[tokio::test]
async fn changed_or_missing_bytes_are_not_given_out() {
    let mut ledger = Ledger::open().await;
    let entry = ledger.upload("SYT", "I.1", &pdf("nguyên bản")).await.unwrap();
    let id = entry.evidence[0].evidence_id.clone();
    let path = stored(&ledger).pop().unwrap();
    std::fs::write(&path, pdf("đã sửa")).unwrap();
    assert_eq!(
        reason(ledger.download(&officer("SYT"), &id).await),
        "EVIDENCE_CORRUPT"
    );
    std::fs::remove_file(&path).unwrap();
    assert_eq!(
        reason(ledger.download(&officer("SYT"), &id).await),
        "EVIDENCE_CORRUPT"
    );
    ledger.upload("SYT", "I.2", &pdf("nguyên bản")).await.unwrap();
    ledger.download(&officer("SYT"), &id).await.unwrap();
}

#[tokio::test]
async fn evidence_is_taken_off_again_but_not_what_was_judged() {
    let mut ledger = Ledger::open().await;
    ledger.save("SYT", "I.2", ratio("1", "1")).await.unwrap();
    let first = ledger.upload("SYT", "I.2", &pdf("một")).await.unwrap().evidence[0]
        .evidence_id
        .clone();
    let second = ledger.upload("SYT", "I.2", &pdf("hai")).await.unwrap().evidence[1]
        .evidence_id
        .clone();
    let removing = |ledger: &Ledger, id: &str| pb::RemoveEvidenceRequest {
        request_id: ledger.kit.id(),
        evidence_id: id.to_owned(),
        reason: "Gửi nhầm".to_owned(),
    };
    let message = removing(&ledger, &first);
    let of_other = ledger
        .client
        .remove_evidence(ledger.kit.request(message.clone(), &officer("SXD")))
        .await;
    assert_eq!(reason(of_other), "NOT_FOUND");
    let reply = ledger
        .client
        .remove_evidence(ledger.kit.request(message, &officer("SYT")))
        .await
        .unwrap();
    assert!(reply.into_inner().entry.unwrap().evidence[0].removed);
    let message = removing(&ledger, &first);
    let again = ledger
        .client
        .remove_evidence(ledger.kit.request(message, &officer("SYT")))
        .await;
    assert_eq!(reason(again), "NOT_FOUND");
    assert_eq!(stored(&ledger).len(), 2, "the bytes stay");
    ledger.now("2022-12-16T08:00:00");
    let agree = ledger
        .ruling("SYT", "I.2", (Round1, pb::Decision::Agree, "2"), "")
        .await;
    ledger.appraise(&appraiser("SNV"), agree).await.unwrap();
    let message = removing(&ledger, &second);
    let locked = ledger
        .client
        .remove_evidence(ledger.kit.request(message, &officer("SYT")))
        .await;
    assert_eq!(reason(locked), "DEADLINE_PASSED");
    ledger.close(Round1).await.unwrap();
    ledger.now("2022-12-20T08:00:00");
    let message = removing(&ledger, &second);
    let judged = ledger
        .client
        .remove_evidence(ledger.kit.request(message, &officer("SYT")))
        .await;
    assert_eq!(reason(judged), "EVIDENCE_STAYS");
    let added = ledger.upload("SYT", "I.2", &pdf("ba")).await.unwrap().evidence[2]
        .evidence_id
        .clone();
    let message = removing(&ledger, &added);
    ledger
        .client
        .remove_evidence(ledger.kit.request(message, &officer("SYT")))
        .await
        .unwrap();
}

#[tokio::test]
async fn an_id_in_use_is_not_used_again() {
    let mut ledger = Ledger::open().await;
    let bytes = pdf("x");
    let header = ledger.header("SYT", "I.1", "a.pdf", &bytes);
    ledger
        .send_file(&officer("SYT"), header.clone(), &bytes)
        .await
        .unwrap();
    let same_evidence = pb::UploadHeader {
        request_id: ledger.kit.id(),
        ..header.clone()
    };
    assert_eq!(
        reason(ledger.send_file(&officer("SYT"), same_evidence, &bytes).await),
        "ID_TAKEN"
    );
    let other_bytes = pb::UploadHeader {
        document: "khác".to_owned(),
        ..header
    };
    assert_eq!(
        reason(ledger.send_file(&officer("SYT"), other_bytes, &bytes).await),
        "REQUEST_ID_REUSED"
    );
}
