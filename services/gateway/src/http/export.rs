//! The files of a published version, byte for byte as the ranking service gives them.

use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderValue;
use axum::http::header::CONTENT_DISPOSITION;
use axum::response::Response;
use chiso_wire::convert::BadField;
use chiso_wire::ranking as pb;
use tokio_stream::StreamExt;

use crate::Gateway;
use crate::call::{Call, NEWEST, PINNED, answer};
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
    let version = version_of(gateway, call, asked).await?;
    let file = File::of(&version, format);
    let cache = if asked > 0 { PINNED } else { NEWEST };
    if let Some(known) = call.known(&file.tag, cache) {
        return Ok(known);
    }
    let request = pb::ExportRequest {
        cycle: version.cycle,
        version: version.version,
        format: format.into(),
    };
    let chunks = gateway
        .ranking()
        .export(call.request(request))
        .await?
        .into_inner();
    let body = Body::from_stream(chunks.map(|part| part.map(|part| part.chunk)));
    let mut response = answer(&file.tag, cache, file.kind, body);
    if let Ok(disposition) = HeaderValue::from_str(&format!("attachment; filename=\"{}\"", file.name)) {
        response.headers_mut().insert(CONTENT_DISPOSITION, disposition);
    }
    Ok(response)
}

struct File {
    name: String,
    kind: &'static str,
    tag: String,
}

impl File {
    /// The document's own hash is its tag; the table is made of the document.
    fn of(version: &pb::Version, format: pb::Format) -> Self {
        let (name, sha256) = (
            format!("chiso-{}-v{}", version.cycle, version.version),
            &version.sha256,
        );
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
}

/// Which version is meant: the newest where 0 is asked for. What is sent after that is of this one, also if
/// another is published meanwhile.
async fn version_of(gateway: &Gateway, call: &Call, version: i32) -> Result<pb::Version, Problem> {
    let request = pb::GetPublishedRequest {
        cycle: call.cycle()?,
        version,
        unit_type: String::new(),
    };
    let reply = gateway
        .ranking()
        .get_published(call.request(request))
        .await?
        .into_inner();
    Ok(reply.version.ok_or_else(|| BadField::missing("version"))?)
}
