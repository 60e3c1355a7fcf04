//! Evidence: each row of a file has its bytes on disk, each acknowledged upload its row, and no file in the
//! folder holds other bytes than its name says.

use std::collections::BTreeMap;
use std::path::Path;

use chiso_wire::ledger as pb;
use chiso_wire::ledger::ledger_service_client::LedgerServiceClient;
use pb::download_evidence_response::Part;

use super::told::Told;
use super::{Places, Verdict};
use crate::client::ask;
use crate::log::sha256;

/// Files that are fetched by the calls as well.
const FETCHED: usize = 25;

pub(super) async fn check(told: &Told, places: &mut Places<'_>, verdict: &mut Verdict) {
    let on_disk = files(places.evidence);
    for (name, found) in on_disk.iter().filter(|(name, found)| name != found) {
        verdict
            .half
            .push(format!("evidence file {name} holds bytes of {found}"));
    }
    let rows = places
        .db
        .rows("SELECT evidence_id, sha256, size_bytes FROM ledger_evidence WHERE kind = 'file'")
        .await;
    let rows: BTreeMap<String, String> = rows
        .iter()
        .map(|row| (row.id("evidence_id"), row.hex("sha256")))
        .collect();
    for (id, file) in rows.iter().filter(|(_, file)| !on_disk.contains_key(*file)) {
        verdict
            .half
            .push(format!("evidence {id} has a row, and no file {file}"));
    }
    let mut fetched = 0;
    for id in told.acks.keys() {
        let Some(what) = told.requests[id]
            .first()
            .map(|r| &r.what)
            .filter(|what| what["evidence"].is_string())
        else {
            continue;
        };
        let (evidence, file) = (what["evidence"].as_str().unwrap(), what["file"].as_str().unwrap());
        if rows.get(evidence).map(String::as_str) != Some(file) {
            verdict
                .lost
                .push(format!("evidence {evidence} was acknowledged and is not there"));
        } else if fetched < FETCHED {
            fetched += 1;
            if download(places, evidence).await.as_deref() != Some(file) {
                verdict
                    .lost
                    .push(format!("evidence {evidence} cannot be fetched with its bytes"));
            }
        }
    }
}

/// SHA-256 that the name says, and that of the bytes.
fn files(folder: &Path) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let folders = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .map(|entry| entry.unwrap().path());
    for first in folders.filter(|path| path.file_name().is_some_and(|name| name.len() == 2)) {
        for file in std::fs::read_dir(&first).unwrap() {
            let path = file.unwrap().path();
            let name = [&first, &path]
                .map(|p| p.file_name().unwrap().to_string_lossy().into_owned())
                .concat();
            found.insert(name, sha256(&std::fs::read(&path).unwrap()));
        }
    }
    found
}

/// SHA-256 of what the ledger gives out.
async fn download(places: &Places<'_>, evidence_id: &str) -> Option<String> {
    let mut ledger = LedgerServiceClient::new(places.ways.to("ledger"));
    let message = pb::DownloadEvidenceRequest {
        evidence_id: evidence_id.to_owned(),
    };
    let mut parts = ledger
        .download_evidence(ask(places.token, message))
        .await
        .ok()?
        .into_inner();
    let mut bytes = Vec::new();
    while let Some(part) = parts.message().await.ok()? {
        if let Some(Part::Chunk(chunk)) = part.part {
            bytes.extend_from_slice(&chunk);
        }
    }
    Some(sha256(&bytes))
}
