//! Files as evidence: passed on to the ledger while they come.

use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{Request, State};
use chiso_wire::ledger::upload_evidence_request::Part;
use chiso_wire::ledger::{UploadEnd, UploadEvidenceRequest, UploadEvidenceResponse, UploadHeader};
use sha2::{Digest, Sha256};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Response, Status};

use super::super::at::At;
use super::super::errors::Errors;
use super::super::format;
use super::super::me::Me;
use super::super::save::{Refused, Saved, saved, send};
use super::super::state::Web;
use super::super::trouble::Answer;
use super::super::upload::{self, Incoming};
use super::entry::again;
use super::evidence::HERE;
use super::form::{self, FILE_NAMES};
use super::load::Leaf;
use super::view_entry::FormOf;
use crate::edge::LARGEST_UPLOAD;

/// Most bytes of one message to the ledger.
const CHUNK: usize = 256 * 1024;
/// Messages on their way at once.
const AHEAD: usize = 4;
/// As long as the edge waits for an upload, less a little.
const TIME: Duration = Duration::from_secs(590);

pub(super) async fn add(State(web): State<Web>, me: Me, at: At, request: Request) -> Answer {
    let leaf = Leaf::of(&web, &at).await?;
    let (posted, file) = upload::read(&web, request).await?;
    let name = file.as_ref().map(|file| file.name.as_str());
    let sent = match form::file(me.w, &leaf, &posted, name) {
        Ok(header) => send(me.w, FILE_NAMES, pass_on(&web, &me, header, file)).await?,
        Err(errors) => refuse(file, errors).await,
    };
    match sent {
        Ok(reply) => Ok(saved(
            &posted,
            done(&web, &reply),
            &format!("{}{HERE}", leaf.href()),
        )),
        Err(why) => again(&web, &me, &leaf, &posted, (FormOf::File, why)).await,
    }
}

/// A browser reads no answer before it has sent the whole file.
async fn refuse<R>(file: Option<Incoming>, errors: Errors) -> Result<R, Refused> {
    if let Some(file) = file {
        file.drop_rest().await;
    }
    Err(Refused::Again(errors))
}

/// What a script is told, which opens the page anew once nothing else on it waits to be saved.
fn done(web: &Web, reply: &UploadEvidenceResponse) -> Saved {
    Saved {
        at: format::instant(web.now()),
        version: reply.entry.as_ref().map_or(0, |entry| entry.version),
        next: web.id(),
        parts: Vec::new(),
    }
}

/// Sends the file to the ledger while it comes. What is said to be secret is not passed on at all.
async fn pass_on(
    web: &Web,
    me: &Me,
    header: UploadHeader,
    file: Option<Incoming>,
) -> Result<Response<UploadEvidenceResponse>, Status> {
    let (to, parts) = mpsc::channel(AHEAD);
    let mut asked = web.ask(me, ReceiverStream::new(parts));
    asked.set_timeout(TIME);
    let mut ledger = web.ledger();
    let (file, unread) = if header.secret { (None, file) } else { (file, None) };
    let (reply, ()) = tokio::join!(ledger.upload_evidence(asked), feed(header, file, to));
    if let Some(unread) = unread {
        unread.drop_rest().await;
    }
    reply
}

/// Without an end where the connection was cut: the ledger refuses what has none. Where the ledger refuses before, the
/// rest is read all the same, so that a browser that still sends gets to read why.
async fn feed(header: UploadHeader, file: Option<Incoming>, to: mpsc::Sender<UploadEvidenceRequest>) {
    let send = async |part| to.send(UploadEvidenceRequest { part: Some(part) }).await;
    let mut taken = send(Part::Header(header)).await.is_ok();
    let Some(mut file) = file else { return };
    let (mut hash, mut size) = (Sha256::new(), 0);
    loop {
        let mut bytes: Bytes = match file.chunk().await {
            Ok(Some(bytes)) => bytes,
            Ok(None) => break,
            Err(_cut) => return,
        };
        size += bytes.len();
        if size > LARGEST_UPLOAD {
            return;
        }
        hash.update(&bytes);
        while taken && !bytes.is_empty() {
            let part = bytes.split_to(bytes.len().min(CHUNK));
            taken = send(Part::Chunk(part)).await.is_ok();
        }
    }
    let end = UploadEnd {
        size_bytes: i64::try_from(size).unwrap_or(i64::MAX),
        sha256: hex::encode(hash.finalize()),
    };
    let _refused_before = send(Part::End(end)).await;
}
