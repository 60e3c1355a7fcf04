//! The files of a published version, byte for byte as the ranking service gives them.

use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderValue;
use axum::http::header::CONTENT_DISPOSITION;
use axum::response::Response;
use chiso_platform::redis::Published;
use chiso_wire::convert::BadField;
use chiso_wire::ranking as pb;
use tokio_stream::StreamExt;
use tonic::Streaming;

use crate::Gateway;
use crate::call::{Call, NEWEST, PINNED, answer};
use crate::copies::{Copies, LARGEST_COPY, published};
use crate::problem::Problem;

/// The whole document, which `chiso verify` recomputes.
pub(super) async fn json(State(gateway): State<Gateway>, call: Call) -> Result<Response, Problem> {
    export(&gateway, &call, pb::Format::Json).await
}

/// A row per unit, for spreadsheets.
pub(super) async fn csv(State(gateway): State<Gateway>, call: Call) -> Result<Response, Problem> {
    export(&gateway, &call, pb::Format::Csv).await
}

async fn export(gateway: &Gateway, call: &Call, format: pb::Format) -> Result<Response, Problem> {
    let asked = call.only(&["version"])?.version()?;
    let cycle = call.cycle()?;
    let cache = if asked > 0 { PINNED } else { NEWEST };
    let copies = Copies::of(gateway, call, &cycle, asked);
    let version = match copies.version().await {
        Some(version) => version,
        None => version_of(gateway, call, asked, &copies).await?,
    };
    let file = File::of(&cycle, &version, format);
    if let Some(known) = call.known(&file.tag, cache) {
        return Ok(known);
    }
    if let Some(copy) = copies.file(&version, format).await {
        return Ok(file.answer(cache, copy.into()));
    }
    let request = pb::ExportRequest {
        cycle,
        version: version.number,
        format: format.into(),
    };
    let chunks = gateway
        .ranking()
        .export(call.request(request))
        .await?
        .into_inner();
    let body = if copies.are_kept() {
        gathered(&copies, &version, format, chunks).await?
    } else {
        streamed(chunks)
    };
    Ok(file.answer(cache, body))
}

fn streamed(chunks: Streaming<pb::ExportResponse>) -> Body {
    Body::from_stream(chunks.map(|part| part.map(|part| part.chunk)))
}

/// The whole file, kept as a copy; one too large for that is sent on as it comes.
async fn gathered(
    copies: &Copies,
    version: &Published,
    format: pb::Format,
    mut chunks: Streaming<pb::ExportResponse>,
) -> Result<Body, Problem> {
    let mut body = Vec::new();
    while let Some(part) = chunks.message().await? {
        body.extend_from_slice(&part.chunk);
        if body.len() > LARGEST_COPY {
            let begun = tokio_stream::once(Ok(body.into()));
            let rest = chunks.map(|part| part.map(|part| part.chunk));
            return Ok(Body::from_stream(begun.chain(rest)));
        }
    }
    copies.keep_file(version, format, &body).await;
    Ok(body.into())
}

struct File {
    name: String,
    kind: &'static str,
    tag: String,
}

impl File {
    /// The document's own hash is its tag; the table is made of the document.
    fn of(cycle: &str, version: &Published, format: pb::Format) -> Self {
        let sha256 = &version.sha256;
        let name = format!("chiso-{cycle}-v{}", version.number);
        if format == pb::Format::Csv {
            Self {
                name: format!("{name}.csv"),
                kind: "text/csv; charset=utf-8",
                tag: format!("{sha256}-csv"),
            }
        } else {
            Self {
                name: format!("{name}.json"),
                kind: "application/json",
                tag: sha256.clone(),
            }
        }
    }

    fn answer(&self, cache: &'static str, body: Body) -> Response {
        let mut response = answer(&self.tag, cache, self.kind, body);
        if let Ok(disposition) = HeaderValue::from_str(&format!("attachment; filename=\"{}\"", self.name)) {
            response.headers_mut().insert(CONTENT_DISPOSITION, disposition);
        }
        response
    }
}

/// Which version is meant: the newest where 0 is asked for. What is sent after that is of this one, also if
/// another is published meanwhile.
async fn version_of(
    gateway: &Gateway,
    call: &Call,
    version: i32,
    copies: &Copies,
) -> Result<Published, Problem> {
    let request = pb::GetPublishedRequest {
        cycle: call.cycle()?,
        version,
        unit_type: String::new(),
        compare: false,
    };
    let reply = gateway
        .ranking()
        .get_published(call.request(request))
        .await?
        .into_inner();
    let version = reply.version.ok_or_else(|| BadField::missing("version"))?;
    copies.keep_version(&version).await;
    Ok(published(&version))
}
