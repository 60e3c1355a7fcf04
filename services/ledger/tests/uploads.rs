//! Streams of uploads: limits, D6, cuts, malformed ones.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use chiso_wire::ledger as pb;
use common::*;
use pb::upload_evidence_request::Part;

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
async fn five_gigabytes_are_refused_at_once() {
    let mut ledger = Ledger::open().await;
    let refused = send_changed(&mut ledger, "a.pdf", &pdf("x"), |h| h.size_bytes = 5 << 30).await;
    assert!(vi(refused.clone()).contains("Tệp phải không quá"));
    assert_eq!(reason(refused), "FILE_TOO_LARGE");
}

#[tokio::test]
async fn more_bytes_than_announced_are_cut_off() {
    let mut ledger = Ledger::open().await;
    let bytes = pdf("x");
    let refused = send_changed(&mut ledger, "a.pdf", &bytes, |h| h.size_bytes = 10).await;
    assert_eq!(reason(refused), "FILE_SIZE_DIFFERS");
    let refused = send_changed(&mut ledger, "a.pdf", &bytes, |h| h.size_bytes += 1).await;
    assert_eq!(reason(refused), "FILE_SIZE_DIFFERS");
    let mut small = cycle();
    small.rules.policy.evidence_max_bytes = 20;
    ledger.kit.ctx.cycles.replace(small);
    assert_eq!(
        reason(send_changed(&mut ledger, "a.pdf", &bytes, |_| {}).await),
        "FILE_TOO_LARGE"
    );
}

/// Larger than what waits in memory, so that it is read back from the disk.
fn large_pdf(trailer: &str) -> Vec<u8> {
    let mut bytes = b"%PDF-1.7\n".to_vec();
    bytes.resize(3 << 20, b'.');
    let xref = bytes.len();
    let tail = format!("xref\n0 1\ntrailer << /Size 1 {trailer} >>\nstartxref\n{xref}\n%%EOF\n");
    bytes.extend_from_slice(tail.as_bytes());
    bytes
}

#[tokio::test]
async fn large_files_are_checked_and_stored_whole() {
    let mut ledger = Ledger::open().await;
    let locked = large_pdf("/Encrypt 2 0 R");
    assert_eq!(
        reason(ledger.upload("SYT", "I.1", &locked).await),
        "FILE_PASSWORD_PROTECTED"
    );
    let plain = large_pdf("/Root 1 0 R");
    let entry = ledger.upload("SYT", "I.1", &plain).await.unwrap();
    let (_, bytes) = ledger
        .download(&officer("SYT"), &entry.evidence[0].evidence_id)
        .await
        .unwrap();
    assert!(bytes == plain);
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

/// A header that announces nothing, the bytes, and an end.
fn unannounced(
    ledger: &mut Ledger,
    bytes: &[u8],
    end: Option<pb::UploadEnd>,
) -> Vec<pb::UploadEvidenceRequest> {
    let header = pb::UploadHeader {
        size_bytes: 0,
        sha256: String::new(),
        ..ledger.header("SYT", "I.1", "a.pdf", bytes)
    };
    let chunk = Part::Chunk(bytes.to_vec().into());
    let parts = [Some(Part::Header(header)), Some(chunk), end.map(Part::End)];
    let parts = parts.into_iter().flatten();
    parts
        .map(|part| pb::UploadEvidenceRequest { part: Some(part) })
        .collect()
}

#[tokio::test]
async fn a_file_whose_size_nobody_knew_before_ends_with_it() {
    let mut ledger = Ledger::open().await;
    let bytes = pdf("không báo trước");
    let known = ledger.header("SYT", "I.1", "a.pdf", &bytes);
    let end = pb::UploadEnd {
        size_bytes: known.size_bytes,
        sha256: known.sha256,
    };
    let wrong = [
        (None, "FILE_SIZE_DIFFERS"),
        (
            Some(pb::UploadEnd {
                size_bytes: end.size_bytes + 1,
                ..end.clone()
            }),
            "FILE_SIZE_DIFFERS",
        ),
        (
            Some(pb::UploadEnd {
                sha256: "ab".repeat(32),
                ..end.clone()
            }),
            "FILE_HASH_DIFFERS",
        ),
    ];
    for (end, why) in wrong {
        let parts = unannounced(&mut ledger, &bytes, end);
        let request = ledger.kit.request(tokio_stream::iter(parts), &officer("SYT"));
        assert_eq!(reason(ledger.client.upload_evidence(request).await), why);
    }
    let parts = unannounced(&mut ledger, &bytes, Some(end.clone()));
    let request = ledger.kit.request(tokio_stream::iter(parts), &officer("SYT"));
    let entry = ledger
        .client
        .upload_evidence(request)
        .await
        .unwrap()
        .into_inner()
        .entry
        .unwrap();
    assert_eq!(
        (entry.evidence.len(), &entry.evidence[0].sha256),
        (1, &end.sha256)
    );
    let mut small = cycle();
    small.rules.policy.evidence_max_bytes = 20;
    ledger.kit.ctx.cycles.replace(small);
    let parts = unannounced(&mut ledger, &bytes, Some(end));
    let request = ledger.kit.request(tokio_stream::iter(parts), &officer("SYT"));
    assert_eq!(
        reason(ledger.client.upload_evidence(request).await),
        "FILE_TOO_LARGE"
    );
}
