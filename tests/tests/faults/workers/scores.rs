//! Unit officers and heads: entries, evidence with its bytes, sheets sent and taken back.

use std::time::Duration;

use chiso_domain::index_points::LeafInput;
use chiso_wire::kernel as k;
use chiso_wire::ledger as pb;
use chiso_wire::ledger::ledger_service_client::LedgerServiceClient;
use k::leaf_input::Kind;
use pb::upload_evidence_request::Part;
use serde_json::json;
use tonic::Response;

use super::{Field, Named};
use crate::chance::Chance;
use crate::client::ask;
use crate::log::sha256;
use crate::world::{CYCLE, LEAVES};

/// Units that each saver has to itself, so that it knows the version it changes.
const SAVED: [[&str; 2]; 2] = [["S01", "S02"], ["S03", "S04"]];
/// Units whose sheets come and go.
const SENT: [&str; 2] = ["S05", "S06"];
const CHUNK: usize = 64 * 1024;
/// Files that are uploaded in a round. A leaf takes 100 of them; they are spread over ten leaves by chance.
const FILES: u32 = 650;

/// Some value that the leaf's rule takes.
pub(super) fn input(leaf: &str, chance: &mut Chance) -> k::LeafInput {
    let kind = match leaf {
        "I.1" => Kind::Achieved(chance.percent(50)),
        "I.2" => Kind::Ratio(k::RatioInput {
            planned: "100".to_owned(),
            achieved: chance.between(0, 101).to_string(),
        }),
        "II.1" => Kind::Tier((*chance.pick(&["10", "5", "0"])).to_owned()),
        _ => Kind::Count(i64::try_from(chance.between(0, 5)).unwrap_or(0)),
    };
    k::LeafInput { kind: Some(kind) }
}

/// An input as the domain writes it, which is how it is stored.
fn stored(input: &Option<k::LeafInput>) -> serde_json::Value {
    let input = LeafInput::try_from(input.as_ref().unwrap()).unwrap();
    serde_json::to_value(input).unwrap()
}

/// Saves one leaf after another, always on the version that was read.
pub(super) async fn save(mut field: Field, part: usize) {
    let client = LedgerServiceClient::new(field.ways.to("ledger"));
    let mut versions = std::collections::BTreeMap::<(&str, &str), i64>::new();
    while !field.stopped() {
        let (unit, leaf) = (*field.chance.pick(&SAVED[part]), *field.chance.pick(&LEAVES));
        let version = versions.entry((unit, leaf)).or_default();
        let message = pb::SaveEntryRequest {
            request_id: field.id(),
            cycle: CYCLE.to_owned(),
            unit: unit.to_owned(),
            criterion: leaf.to_owned(),
            version: *version,
            input: Some(input(leaf, &mut field.chance)),
            explanation: format!("Số liệu lần {}", *version + 1),
        };
        let (token, id) = (
            field.world.officers[unit].token.clone(),
            message.request_id.clone(),
        );
        let what = json!({
            "object": format!("{CYCLE}/{unit}/{leaf}"), "version": *version + 1,
            "input": stored(&message.input), "explanation": message.explanation,
        });
        let named = Named {
            service: "ledger",
            method: "SaveEntry",
            id: &id,
        };
        let call = |message| {
            let mut client = client.clone();
            let request = ask(&token, message);
            async move { client.save_entry(request).await.map(Response::into_inner) }
        };
        if let Some(Ok(reply)) = field.act(named, &message, what, call).await {
            *version = reply.entry.unwrap().version;
        }
        tokio::time::sleep(Duration::from_millis(15)).await;
    }
}

/// Uploads files onto the agencies' own leaves; some of them the same file twice.
pub(super) async fn upload(mut field: Field) {
    let client = LedgerServiceClient::new(field.ways.to("ledger"));
    let mut last = Vec::new();
    let mut pieces = 0;
    while !field.stopped() && pieces < FILES {
        let (unit, leaf) = (*field.chance.pick(&["SNV", "STC"]), *field.chance.pick(&LEAVES));
        if last.is_empty() || field.chance.percent(80) {
            last = pdf(&mut field.chance);
        }
        let header = pb::UploadHeader {
            request_id: field.id(),
            evidence_id: field.id(),
            cycle: CYCLE.to_owned(),
            unit: unit.to_owned(),
            criterion: leaf.to_owned(),
            document: "Báo cáo số 12/BC".to_owned(),
            locator: "trang 3".to_owned(),
            file_name: "bao-cao.pdf".to_owned(),
            size_bytes: i64::try_from(last.len()).unwrap(),
            sha256: sha256(&last),
            secret: false,
        };
        let mut parts = vec![pb::UploadEvidenceRequest {
            part: Some(Part::Header(header.clone())),
        }];
        parts.extend(last.chunks(CHUNK).map(|chunk| pb::UploadEvidenceRequest {
            part: Some(Part::Chunk(chunk.to_vec().into())),
        }));
        let token = field.world.officers[unit].token.clone();
        let named = Named {
            service: "ledger",
            method: "UploadEvidence",
            id: &header.request_id,
        };
        let call = |_header| {
            let mut client = client.clone();
            let request = ask(&token, tokio_stream::iter(parts.clone()));
            async move { client.upload_evidence(request).await.map(Response::into_inner) }
        };
        let what = json!({
            "evidence": header.evidence_id, "file": header.sha256, "size": last.len(),
            "object": format!("{CYCLE}/{unit}/{leaf}"),
        });
        let _answer = field.act(named, &header, what, call).await;
        pieces += 1;
        tokio::time::sleep(Duration::from_millis(60)).await;
    }
}

/// Bytes that begin and end as a PDF does.
fn pdf(chance: &mut Chance) -> Vec<u8> {
    let mut file = b"%PDF-1.7\n".to_vec();
    for _ in 0..chance.between(10, 12_000) {
        file.extend_from_slice(&chance.next().to_le_bytes());
    }
    file.extend_from_slice(b"\nstartxref\n9\n%%EOF\n");
    file
}

/// Sends sheets and takes them back.
pub(super) async fn send_sheets(mut field: Field) {
    let client = LedgerServiceClient::new(field.ways.to("ledger"));
    let mut sent = [false; 2];
    while !field.stopped() {
        let which = field.chance.below(2);
        let (unit, id) = (SENT[which], field.id());
        let token = field.world.heads[unit].token.clone();
        let what = json!({ "object": format!("{CYCLE}/{unit}") });
        let done = if sent[which] {
            let message = pb::WithdrawSheetRequest {
                request_id: id.clone(),
                cycle: CYCLE.to_owned(),
                unit: unit.to_owned(),
                reason: "Sửa số liệu".to_owned(),
            };
            let call = |message| {
                let (mut client, request) = (client.clone(), ask(&token, message));
                async move { client.withdraw_sheet(request).await.map(Response::into_inner) }
            };
            let named = Named {
                service: "ledger",
                method: "WithdrawSheet",
                id: &id,
            };
            field
                .act(named, &message, what, call)
                .await
                .map(|reply| reply.map(|_sheet| ()))
        } else {
            let message = pb::SubmitSheetRequest {
                request_id: id.clone(),
                cycle: CYCLE.to_owned(),
                unit: unit.to_owned(),
            };
            let call = |message| {
                let (mut client, request) = (client.clone(), ask(&token, message));
                async move { client.submit_sheet(request).await.map(Response::into_inner) }
            };
            let named = Named {
                service: "ledger",
                method: "SubmitSheet",
                id: &id,
            };
            field
                .act(named, &message, what, call)
                .await
                .map(|reply| reply.map(|_sheet| ()))
        };
        if let Some(Ok(())) = done {
            sent[which] = !sent[which];
        }
        tokio::time::sleep(Duration::from_millis(80)).await;
    }
}
