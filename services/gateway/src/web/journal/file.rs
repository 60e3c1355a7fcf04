//! The journal as a file: every line that fits the filters, written while it is read.

use axum::body::{Body, Bytes};
use axum::http::HeaderValue;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::Response;
use chiso_wire::convert::instant;
use futures_util::stream;

use super::super::me::Me;
use super::super::out::{Cell, Sheet, csv};
use super::super::state::Web;
use super::feed::{Feed, Line};
use super::load;

/// Lines that are held at once.
const LINES: usize = 500;

struct Writing {
    web: Web,
    me: Me,
    feed: Feed,
    /// The heading is written.
    begun: bool,
}

pub(super) fn answer(web: Web, me: Me, feed: Feed) -> Response {
    let writing = Writing {
        web,
        me,
        feed,
        begun: false,
    };
    let parts = stream::try_unfold(writing, |mut writing| async move {
        let part = writing.part().await?;
        Ok::<_, std::io::Error>(part.map(|part| (part, writing)))
    });
    let mut response = Response::new(Body::from_stream(parts));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8"));
    let named = HeaderValue::from_static("attachment; filename=\"nhat-ky.csv\"");
    headers.insert(CONTENT_DISPOSITION, named);
    response
}

impl Writing {
    /// None: everything is written. What a service does not give now breaks the file off, so that it is not taken for whole.
    async fn part(&mut self) -> std::io::Result<Option<Bytes>> {
        let cut = |_trouble| std::io::Error::from(std::io::ErrorKind::UnexpectedEof);
        let lines = self.feed.take(&self.web, &self.me, LINES).await.map_err(cut)?;
        if lines.is_empty() && self.begun {
            return Ok(None);
        }
        let names = load::names(&self.web, &self.me, &lines).await.map_err(cut)?;
        let row = |line: &Line| {
            let name = names.get(&line.entry.actor).map_or("", String::as_str);
            row(line, name)
        };
        let heading = [
            "at",
            "service",
            "seq",
            "actor",
            "actor_name",
            "act",
            "object",
            "reason",
            "before",
            "after",
            "hash",
        ];
        let text = csv::write(&Sheet {
            name: String::new(),
            heading: heading.map(str::to_owned).to_vec(),
            rows: lines.iter().map(row).collect(),
        });
        // The heading of all parts but the first is left out.
        let body = if self.begun {
            text.split_once("\r\n").map_or("", |(_, rows)| rows)
        } else {
            text.as_str()
        };
        self.begun = true;
        Ok(Some(Bytes::from(body.to_owned())))
    }
}

fn row(line: &Line, name: &str) -> Vec<Cell> {
    let entry = &line.entry;
    let at = instant("at", entry.at.as_ref()).map(|at| at.to_string());
    let texts = [
        &entry.actor,
        name,
        &entry.act,
        &entry.object,
        &entry.reason,
        &entry.before,
        &entry.after,
        &entry.hash,
    ];
    let first = [
        Cell::text(&at.unwrap_or_default()),
        Cell::text(line.service),
        Cell::Number(entry.seq.to_string()),
    ];
    first.into_iter().chain(texts.map(Cell::text)).collect()
}
