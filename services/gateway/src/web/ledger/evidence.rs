//! Evidence of a criterion: adding it, taking it off, and giving out files.

use axum::body::Body;
use axum::extract::State;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::IntoResponse;
use chiso_domain::kernel::EvidenceId;
use chiso_wire::ledger::download_evidence_response::Part;
use chiso_wire::ledger::{self as pb, DownloadEvidenceRequest, RemoveEvidenceRequest};
use futures_util::StreamExt;
use tonic::Streaming;

use super::super::at::At;
use super::super::errors::Errors;
use super::super::me::Me;
use super::super::posted::Posted;
use super::super::save::{Refused, see, send};
use super::super::state::Web;
use super::super::trouble::{Answer, Trouble};
use super::entry::again;
use super::form::{self, EVIDENCE, EVIDENCE_NAMES};
use super::load::Leaf;
use super::view_entry::FormOf;

/// Where the evidence stands on the page of a criterion.
pub(super) const HERE: &str = "#tai-lieu";
/// What a file may do where a browser shows it all the same: nothing.
const HELD: &str = "default-src 'none'; sandbox; frame-ancestors 'none'";
/// The same in a frame of ours. Browsers' own readers of PDF do not run in a sandbox of the page; they have their own.
const FRAMED: &str = "default-src 'none'; sandbox; frame-ancestors 'self'";
const FRAMED_PDF: &str = "frame-ancestors 'self'";

pub(super) async fn add_link(State(web): State<Web>, me: Me, at: At, posted: Posted) -> Answer {
    let leaf = Leaf::of(&web, &at).await?;
    let asked = form::link(me.w, &leaf, &posted);
    add(&web, &me, &leaf, &posted, (FormOf::Link, asked)).await
}

pub(super) async fn add_record(State(web): State<Web>, me: Me, at: At, posted: Posted) -> Answer {
    let leaf = Leaf::of(&web, &at).await?;
    let asked = form::record(me.w, &leaf, &posted);
    add(&web, &me, &leaf, &posted, (FormOf::InPerson, asked)).await
}

async fn add(
    web: &Web,
    me: &Me,
    leaf: &Leaf,
    posted: &Posted,
    (form, asked): (FormOf, Result<pb::AddEvidenceRequest, Errors>),
) -> Answer {
    let names = EVIDENCE_NAMES;
    let sent = match asked {
        Ok(asked) => send(me.w, names, web.ledger().add_evidence(web.ask(me, asked))).await?,
        Err(errors) => Err(Refused::Again(errors)),
    };
    match sent {
        Ok(_) => Ok(see(&format!("{}{HERE}", leaf.href()))),
        Err(why) => again(web, me, leaf, posted, (form, why)).await,
    }
}

pub(super) async fn remove(State(web): State<Web>, me: Me, at: At, posted: Posted) -> Answer {
    let leaf = Leaf::of(&web, &at).await?;
    let asked = RemoveEvidenceRequest {
        request_id: posted.request_id().to_owned(),
        evidence_id: posted.text(EVIDENCE).to_owned(),
        reason: String::new(),
    };
    match send(me.w, &[], web.ledger().remove_evidence(web.ask(&me, asked))).await? {
        Ok(_) => Ok(see(&format!("{}{HERE}", leaf.href()))),
        Err(why) => again(&web, &me, &leaf, &posted, (FormOf::Remove, why)).await,
    }
}

/// A file, as the kind that the ledger found it to be, to be kept by the reader and not shown as a page of ours.
pub(super) async fn download(State(web): State<Web>, me: Me, at: At) -> Answer {
    let parts = parts(&web, &me, &at).await?;
    given(parts, headers).await
}

/// The same file to be looked at in a frame of a page of ours.
pub(super) async fn look(State(web): State<Web>, me: Me, at: At) -> Answer {
    let parts = parts(&web, &me, &at).await?;
    given(parts, headers_of_frame).await
}

async fn parts(web: &Web, me: &Me, at: &At) -> Result<Streaming<pb::DownloadEvidenceResponse>, Trouble> {
    let evidence_id = at.code::<EvidenceId>("evidence")?.to_string();
    let asked = web.ask(me, DownloadEvidenceRequest { evidence_id });
    Ok(web.ledger().download_evidence(asked).await?.into_inner())
}

async fn given(
    mut parts: Streaming<pb::DownloadEvidenceResponse>,
    headers: fn(&pb::Evidence) -> Result<HeaderMap, Trouble>,
) -> Answer {
    let first = parts.message().await?.and_then(|first| first.part);
    let Some(Part::Header(header)) = first else {
        return Err(Trouble::missing());
    };
    let headers = headers(&header)?;
    let chunks = parts.map(|part| match part?.part {
        Some(Part::Chunk(bytes)) => Ok(bytes),
        _ => Err(tonic::Status::data_loss("chunk")),
    });
    Ok((headers, Body::from_stream(chunks)).into_response())
}

fn headers(file: &pb::Evidence) -> Result<HeaderMap, Trouble> {
    let kind = fixed(&file.media_type).ok_or_else(Trouble::missing)?;
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(HELD));
    headers.insert(CONTENT_DISPOSITION, attachment(&file.file_name)?);
    Ok(headers)
}

fn headers_of_frame(file: &pb::Evidence) -> Result<HeaderMap, Trouble> {
    let mut headers = headers(file)?;
    headers.remove(CONTENT_DISPOSITION);
    let held = if file.media_type == "application/pdf" {
        FRAMED_PDF
    } else {
        FRAMED
    };
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(held));
    Ok(headers)
}

/// The kinds that there are. A link and a record have none, so that there is nothing to give out.
fn fixed(media_type: &str) -> Option<&'static str> {
    let kinds = ["application/pdf", "image/png", "image/jpeg"];
    kinds.into_iter().find(|kind| *kind == media_type)
}

/// The file's name, as RFC 8187 writes names of other letters.
fn attachment(name: &str) -> Result<HeaderValue, Trouble> {
    let escaped: String = name
        .bytes()
        .map(|b| match b {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'.' | b'-' | b'_' => char::from(b).to_string(),
            other => format!("%{other:02X}"),
        })
        .collect();
    let value = format!("attachment; filename*=UTF-8''{escaped}");
    HeaderValue::from_str(&value).map_err(|_| Trouble::missing())
}
