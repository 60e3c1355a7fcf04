//! Workbooks: read from a form, refused cell by cell, and given out as samples.

use axum::body::Body;
use axum::extract::Request;
use axum::http::HeaderValue;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::Response;
use chiso_platform::words::Words;
use chiso_platform::xlsx::MAX_BYTES;
use maud::{Markup, html};
use tonic::Status;

use super::super::at::At;
use super::super::errors::{Errors, Names};
use super::super::out::xlsx;
use super::super::parts::faults::{self, Fault};
use super::super::parts::state::{Kind, notice};
use super::super::posted::Posted;
use super::super::save::{Refused, send};
use super::super::state::Web;
use super::super::trouble::{Answer, Trouble};
use super::super::upload;

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
    pub(super) fn missing(w: Words) -> Self {
        let mut errors = Errors::new(w);
        errors.add(FILE, w.say("organise-file-needed"));
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
                errors.add(FILE, w.say("organise-file-faulty"));
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

/// The cells at fault, and that nothing was changed.
pub(super) fn faulty(w: Words, faults: &[Fault]) -> Markup {
    html! {
        @if !faults.is_empty() {
            section #o-loi aria-labelledby="o-loi-ten" {
                h2 #o-loi-ten { (w.say("organise-faults")) }
                (notice(Kind::Refused, html! { p { (w.say("organise-faults-meaning")) } }))
                (faults::table(w, faults))
            }
        }
    }
}

/// Samples, as a province fills them in.
const SAMPLES: [(&str, &[u8]); 2] = [
    (
        "don-vi.xlsx",
        include_bytes!("../../../../../examples/phu-tho/don-vi.xlsx"),
    ),
    (
        "bo-chi-so.xlsx",
        include_bytes!("../../../../../examples/phu-tho/chi-so-01.xlsx"),
    ),
];

/// Where a sample is.
pub(super) fn sample_href(name: &str) -> String {
    format!("/quan-tri/mau/{name}")
}

pub(super) async fn sample(at: At) -> Answer {
    let name = at.part("name");
    let found = SAMPLES.iter().find(|(known, _)| *known == name);
    let (_, bytes) = found.ok_or_else(Trouble::missing)?;
    Ok(given(name, bytes.to_vec()))
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
