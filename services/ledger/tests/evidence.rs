//! Evidence over gRPC: files by content, limits, secrets, who may read, bytes that went bad.

mod common;

use std::path::PathBuf;

use chiso_platform::auth::Role;
use chiso_platform::testkit::As;
use chiso_wire::ledger as pb;
use common::*;
use pb::Round::Round1;
use pb::upload_evidence_request::Part;

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

async fn send(
    ledger: &mut Ledger,
    name: &str,
    bytes: &[u8],
    change: impl Fn(&mut pb::UploadHeader),
) -> Result<pb::Entry, tonic::Status> {
    let mut header = ledger.header("SYT", "I.1", name, bytes);
    change(&mut header);
    ledger.send_file(&officer("SYT"), header, bytes).await
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
    send(&mut ledger, "ảnh.PNG", b"\x89PNG\r\n\x1a\n0000", |_| {})
        .await
        .unwrap();
    let entry = send(&mut ledger, "ảnh.jpg", b"\xff\xd8\xff\xe0 JFIF", |_| {})
        .await
        .unwrap();
    assert_eq!(entry.evidence[1].media_type, "image/jpeg");
}

#[tokio::test]
async fn five_gigabytes_are_refused_at_once() {
    let mut ledger = Ledger::open().await;
    let refused = send(&mut ledger, "a.pdf", &pdf("x"), |h| h.size_bytes = 5 << 30).await;
    assert!(vi(refused.clone()).contains("vượt giới hạn"));
    assert_eq!(reason(refused), "FILE_TOO_LARGE");
}

#[tokio::test]
async fn more_bytes_than_announced_are_cut_off() {
    let mut ledger = Ledger::open().await;
    let bytes = pdf("x");
    let refused = send(&mut ledger, "a.pdf", &bytes, |h| h.size_bytes = 10).await;
    assert_eq!(reason(refused), "FILE_SIZE_DIFFERS");
    let refused = send(&mut ledger, "a.pdf", &bytes, |h| h.size_bytes += 1).await;
    assert_eq!(reason(refused), "FILE_SIZE_DIFFERS");
    let mut small = cycle();
    small.rules.policy.evidence_max_bytes = 20;
    ledger.kit.ctx.cycles.replace(small);
    assert_eq!(
        reason(send(&mut ledger, "a.pdf", &bytes, |_| {}).await),
        "FILE_TOO_LARGE"
    );
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
            reason(send(&mut ledger, name, bytes, |_| {}).await),
            why,
            "{name}"
        );
    }
    let wrong_hash = send(&mut ledger, "a.pdf", &mentions, |h| h.sha256 = sha(b"other")).await;
    assert_eq!(reason(wrong_hash), "FILE_HASH_DIFFERS");
    let no_hash = send(&mut ledger, "a.pdf", &mentions, |h| h.sha256 = "12".to_owned()).await;
    assert_eq!(reason(no_hash), "FIELD_INVALID");
    let path = send(&mut ledger, "../../a.pdf", &mentions, |_| {}).await;
    assert_eq!(reason(path), "FIELD_INVALID");
    assert!(stored(&ledger).is_empty(), "{:?}", stored(&ledger));
    assert_eq!(ledger.version("SYT", "I.1").await, 0);
    send(&mut ledger, "a.pdf", &mentions, |_| {}).await.unwrap();
}

#[tokio::test]
async fn secret_evidence_is_shown_in_person_and_nothing_of_it_is_kept() {
    let mut ledger = Ledger::open().await;
    let refused = send(&mut ledger, "a.pdf", &pdf("x"), |h| h.secret = true).await;
    assert_eq!(reason(refused), "SECRET_EVIDENCE_REFUSED");
    assert!(stored(&ledger).is_empty());
    ledger.save("SYT", "I.2", ratio("1", "1")).await.unwrap();
    let record = pb::Evidence {
        evidence_id: ledger.kit.id(),
        kind: pb::EvidenceKind::InPerson.into(),
        presented_on: "2022-12-05".to_owned(),
        presented_at: "Sở Nội vụ".to_owned(),
        members: vec!["Ông A".to_owned(), "Bà B".to_owned()],
        ..pb::Evidence::default()
    };
    let adding = |ledger: &Ledger, evidence: pb::Evidence| pb::AddEvidenceRequest {
        request_id: ledger.kit.id(),
        cycle: CYCLE.to_owned(),
        unit: "SYT".to_owned(),
        criterion: "I.2".to_owned(),
        evidence: Some(evidence),
    };
    let told = [
        pb::Evidence {
            document: "12/BC-Mật".to_owned(),
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
        let message = adding(&ledger, told);
        let refused = ledger
            .client
            .add_evidence(ledger.kit.request(message, &officer("SYT")))
            .await;
        assert_eq!(reason(refused), "SECRET_EVIDENCE_REFUSED");
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
            ..record.clone()
        },
    ] {
        let message = adding(&ledger, broken);
        let refused = ledger
            .client
            .add_evidence(ledger.kit.request(message, &officer("SYT")))
            .await;
        assert_eq!(reason(refused), "FIELD_INVALID");
    }
    let message = adding(&ledger, record);
    let reply = ledger
        .client
        .add_evidence(ledger.kit.request(message, &officer("SYT")))
        .await
        .unwrap();
    let entry = reply.into_inner().entry.unwrap();
    assert_eq!(entry.lacks, "", "4.33: the record stands in for evidence");
    ledger.now("2022-12-16T08:00:00");
    let agree = ledger
        .ruling("SYT", "I.2", (Round1, pb::Decision::Agree, "2"), "")
        .await;
    ledger.appraise(&appraiser("SNV"), agree).await.unwrap();
}

#[tokio::test]
async fn links_are_addresses() {
    let mut ledger = Ledger::open().await;
    let link = |ledger: &Ledger, url: &str| pb::AddEvidenceRequest {
        request_id: ledger.kit.id(),
        cycle: CYCLE.to_owned(),
        unit: "SYT".to_owned(),
        criterion: "I.1".to_owned(),
        evidence: Some(pb::Evidence {
            evidence_id: ledger.kit.id(),
            kind: pb::EvidenceKind::Link.into(),
            url: url.to_owned(),
            ..pb::Evidence::default()
        }),
    };
    for bad in ["javascript:alert(1)", "https://", "http://a b", ""] {
        let message = link(&ledger, bad);
        let refused = ledger
            .client
            .add_evidence(ledger.kit.request(message, &officer("SYT")))
            .await;
        assert_eq!(reason(refused), "FIELD_INVALID", "{bad}");
    }
    let message = link(&ledger, "https://phutho.gov.vn/tin-bai/12");
    ledger
        .client
        .add_evidence(ledger.kit.request(message, &officer("SYT")))
        .await
        .unwrap();
}

/// A stream whose first part is sent now and whose rest waits for a signal.
fn held_back(
    header: pb::UploadHeader,
    bytes: Vec<u8>,
    go: tokio::sync::oneshot::Receiver<()>,
) -> impl tokio_stream::Stream<Item = pb::UploadEvidenceRequest> + Send + 'static {
    use futures_util::StreamExt;
    let part = |part| pb::UploadEvidenceRequest { part: Some(part) };
    let first = futures_util::stream::once(std::future::ready(part(Part::Header(header))));
    let rest = futures_util::stream::once(async move {
        go.await.unwrap();
        pb::UploadEvidenceRequest {
            part: Some(Part::Chunk(bytes.into())),
        }
    });
    first.chain(rest).boxed()
}

#[tokio::test]
async fn d6_an_upload_counts_by_when_its_head_came() {
    let mut ledger = Ledger::open().await;
    ledger.now("2022-12-14T23:59:50");
    let bytes = pdf("gửi sát giờ");
    let header = ledger.header("SYT", "I.1", "a.pdf", &bytes);
    let (go, wait) = tokio::sync::oneshot::channel();
    let request = ledger
        .kit
        .request(held_back(header, bytes.clone(), wait), &officer("SYT"));
    let mut client = ledger.client.clone();
    let upload = tokio::spawn(async move { client.upload_evidence(request).await });
    let incoming = ledger.kit.folder().join("evidence/incoming");
    while std::fs::read_dir(&incoming).unwrap().count() == 0 {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    ledger.now("2022-12-15T00:00:05");
    go.send(()).unwrap();
    let entry = upload.await.unwrap().unwrap().into_inner().entry.unwrap();
    assert!(!entry.evidence[0].supplement);
    let row = &ledger.journal("2022/SYT/I.1").await[0];
    assert!(
        row.after.contains("2022-12-14T23:59:50+07:00") && row.after.contains("2022-12-15T00:00:05+07:00")
    );
    assert_eq!(
        reason(ledger.upload("SYT", "I.1", &bytes).await),
        "DEADLINE_PASSED"
    );
}

#[tokio::test]
async fn a_stream_cut_in_the_middle_leaves_nothing_and_can_be_sent_again_whole() {
    let mut ledger = Ledger::open().await;
    let bytes = pdf("đứt đường truyền");
    let header = ledger.header("SYT", "I.1", "a.pdf", &bytes);
    let (_never, wait) = tokio::sync::oneshot::channel();
    let request = ledger
        .kit
        .request(held_back(header.clone(), bytes.clone(), wait), &officer("SYT"));
    let mut client = ledger.client.clone();
    let upload = tokio::spawn(async move { client.upload_evidence(request).await });
    let incoming = ledger.kit.folder().join("evidence/incoming");
    while std::fs::read_dir(&incoming).unwrap().count() == 0 {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    upload.abort();
    let _cut = upload.await;
    assert_eq!(std::fs::read_dir(&incoming).unwrap().count(), 0);
    let entry = ledger
        .send_file(&officer("SYT"), header.clone(), &bytes)
        .await
        .unwrap();
    let again = ledger.send_file(&officer("SYT"), header, &bytes).await.unwrap();
    assert_eq!(entry, again);
    assert_eq!(entry.evidence.len(), 1);
}

#[tokio::test]
async fn malformed_streams_are_refused() {
    let mut ledger = Ledger::open().await;
    let part = |part| pb::UploadEvidenceRequest { part: Some(part) };
    let header = ledger.header("SYT", "I.1", "a.pdf", &pdf("x"));
    let streams = [
        (vec![], "STREAM_MALFORMED"),
        (vec![part(Part::Chunk(pdf("x").into()))], "STREAM_MALFORMED"),
        (
            vec![
                part(Part::Header(header.clone())),
                part(Part::Header(header.clone())),
            ],
            "STREAM_MALFORMED",
        ),
        (
            vec![
                part(Part::Header(header.clone())),
                part(Part::Chunk(vec![0; 1 << 20 | 1].into())),
            ],
            "CHUNK_TOO_LARGE",
        ),
        (vec![part(Part::Header(header))], "FILE_EMPTY"),
    ];
    for (parts, why) in streams {
        let request = ledger.kit.request(tokio_stream::iter(parts), &officer("SYT"));
        assert_eq!(reason(ledger.client.upload_evidence(request).await), why);
    }
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
