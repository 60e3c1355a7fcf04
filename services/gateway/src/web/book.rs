//! Workbooks that forms send and pages give out: read whole, refused cell by cell.

use axum::body::Body;
use axum::extract::Request;
use axum::http::HeaderValue;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::Response;
use chiso_platform::words::Words;
use chiso_platform::xlsx::MAX_BYTES;
use tonic::Status;

use super::errors::{Errors, Names};
use super::out::xlsx;
use super::parts::faults::{self, Fault};
use super::posted::Posted;
use super::save::{Refused, send};
use super::state::Web;
use super::trouble::Trouble;
use super::upload;

/// The field of the file.
pub(super) const FILE: &str = "tep";

/// A form with a workbook.
#[derive(Debug)]
pub(super) struct Sent {
    pub(super) posted: Posted,
    /// None where no file was chosen.
    pub(super) xlsx: Option<Vec<u8>>,
}

pub(super) async fn read(web: &Web, request: Request) -> Result<Sent, Trouble> {
    let (posted, file) = upload::read(web, request).await?;
    let xlsx = match file {
        // One byte more than is taken, so that the service says that it is too large.
        Some(file) => Some(file.whole(MAX_BYTES).await?),
        None => None,
    };
    Ok(Sent { posted, xlsx })
}

/// Why a workbook was not taken.
#[derive(Clone, Debug)]
pub(super) enum Why {
    /// These cells.
    Faults(Vec<Fault>),
    /// Something else.
    Refused(Refused),
}

impl Why {
    /// No file was chosen.
    pub(super) fn missing(w: Words) -> Self {
        let mut errors = Errors::new(w);
        errors.add(FILE, w.say("file-needed"));
        Self::Refused(Refused::Again(errors))
    }

    pub(super) fn faults(&self) -> &[Fault] {
        match self {
            Self::Faults(faults) => faults,
            Self::Refused(_) => &[],
        }
    }

    /// For the summary of the page: cells have a table of their own.
    pub(super) fn refused(&self, w: Words) -> Refused {
        match self {
            Self::Faults(_) => {
                let mut errors = Errors::new(w);
                errors.add(FILE, w.say("file-faulty"));
                Refused::Again(errors)
            }
            Self::Refused(refused) => refused.clone(),
        }
    }
}

/// Sends a workbook; what is wrong with its cells comes back cell by cell.
pub(super) async fn import<R>(
    w: Words,
    names: &Names,
    call: impl Future<Output = Result<tonic::Response<R>, Status>>,
) -> Result<Result<R, Why>, Trouble> {
    let status = match call.await {
        Ok(reply) => return Ok(Ok(reply.into_inner())),
        Err(status) => status,
    };
    if let Some(faults) = faults::of_status(&status) {
        return Ok(Err(Why::Faults(faults)));
    }
    let refused = send::<R>(w, names, std::future::ready(Err(status))).await?;
    Ok(refused.map_err(Why::Refused))
}

/// A workbook to keep.
pub(super) fn given(name: &str, bytes: Vec<u8>) -> Response {
    let mut response = Response::new(Body::from(bytes));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(xlsx::KIND));
    if let Ok(named) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        headers.insert(CONTENT_DISPOSITION, named);
    }
    response
}
