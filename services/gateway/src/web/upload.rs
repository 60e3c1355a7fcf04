//! A form with a file: its fields are read first, the file is passed on as it comes and never kept whole. What stands
//! before the file has a bound of its own, since the reader of forms keeps it until it has found its end.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::header::{ACCEPT, CONTENT_TYPE};
use chiso_domain::kernel::text::nfc;
use futures_util::{Stream, StreamExt};
use multer::{Field, Multipart};

use super::csrf;
use super::posted::Posted;
use super::state::Web;
use super::trouble::Trouble;
use crate::edge::LARGEST_UPLOAD;

/// More fields than a form with a file has.
const MOST_FIELDS: usize = 32;
/// Longest text of a field.
const LONGEST_FIELD: usize = 8 * 1024;
/// All that stands before the file, and what came along with it at once.
const MOST_BEFORE: usize = 2 << 20;

/// A file on its way in.
#[derive(Debug)]
pub(super) struct Incoming {
    /// Its name, without folders.
    pub(super) name: String,
    field: Field<'static>,
}

impl Incoming {
    /// The next bytes; none after the last. An error where the connection was cut.
    pub(super) async fn chunk(&mut self) -> Result<Option<Bytes>, multer::Error> {
        self.field.chunk().await
    }

    /// All of it, for files that are read whole. What is larger than anyone takes is read to its end all the same, so
    /// that a browser that still sends gets to read why; then one byte more than that is given back.
    pub(super) async fn whole(mut self, most: usize) -> Result<Vec<u8>, Trouble> {
        let mut bytes = Vec::new();
        while let Some(chunk) = self.chunk().await.map_err(|_cut| Trouble::unreadable())? {
            let room = (most + 1).saturating_sub(bytes.len());
            bytes.extend_from_slice(&chunk[..chunk.len().min(room)]);
        }
        Ok(bytes)
    }

    /// Reads what is left and keeps nothing of it, as much as any form may have.
    pub(super) async fn drop_rest(mut self) {
        let mut size = 0;
        while let Ok(Some(bytes)) = self.chunk().await {
            size += bytes.len();
            if size > LARGEST_UPLOAD {
                return;
            }
        }
    }
}

/// The fields of a form of ours, and its file, which stands last. None where no file was chosen.
pub(super) async fn read(web: &Web, request: Request) -> Result<(Posted, Option<Incoming>), Trouble> {
    let headers = request.headers().clone();
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let boundary = text(CONTENT_TYPE.as_str()).and_then(|kind| multer::parse_boundary(kind).ok());
    let boundary = boundary.ok_or_else(Trouble::unreadable)?;
    let begun = Arc::new(AtomicBool::new(false));
    let body = bounded(request.into_body(), Arc::clone(&begun));
    let mut parts = Multipart::new(body, boundary);
    let (mut fields, mut file) = (Vec::new(), None);
    while let Some(field) = parts.next_field().await.map_err(|_| Trouble::unreadable())? {
        if let Some(name) = field.file_name() {
            begun.store(true, Ordering::Relaxed);
            let name = nfc(name.rsplit(['/', '\\']).next().unwrap_or_default());
            file = (!name.is_empty()).then_some(Incoming { name, field });
            break;
        }
        let name = field.name().unwrap_or_default().to_owned();
        fields.push((name, value(field).await?));
        if fields.len() > MOST_FIELDS {
            return Err(Trouble::unreadable());
        }
    }
    let by_script = text(ACCEPT.as_str()).is_some_and(|list| list.starts_with("application/json"));
    let posted = Posted::of(fields, by_script);
    let token = text(csrf::HEADER).unwrap_or_else(|| posted.text(csrf::FIELD));
    if csrf::fits(&headers, web.cookies(), token) {
        Ok((posted, file))
    } else {
        Err(Trouble::Stale)
    }
}

/// Breaks off where too much comes before the file has begun.
fn bounded(body: Body, begun: Arc<AtomicBool>) -> impl Stream<Item = Result<Bytes, io::Error>> + Send {
    let mut before = 0_usize;
    body.into_data_stream().map(move |chunk| {
        let chunk = chunk.map_err(io::Error::other)?;
        before = before.saturating_add(chunk.len());
        if before > MOST_BEFORE && !begun.load(Ordering::Relaxed) {
            return Err(io::ErrorKind::InvalidData.into());
        }
        Ok(chunk)
    })
}

/// A field's text, as other forms send it.
async fn value(mut field: Field<'static>) -> Result<String, Trouble> {
    let mut bytes = Vec::new();
    while let Some(chunk) = field.chunk().await.map_err(|_| Trouble::unreadable())? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > LONGEST_FIELD {
            return Err(Trouble::unreadable());
        }
    }
    let text = String::from_utf8(bytes).map_err(|_| Trouble::unreadable())?;
    if text.contains('\0') {
        return Err(Trouble::unreadable());
    }
    Ok(nfc(&text.replace("\r\n", "\n")))
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;

    use futures_util::stream;

    use super::*;

    /// Bytes of a piece.
    const PIECE: usize = 64 << 10;

    /// A body of so many pieces after this head; what was taken of them is counted.
    fn body(head: &'static str, pieces: usize, taken: Arc<AtomicUsize>) -> Body {
        let pieces = stream::repeat(Bytes::from(vec![b'x'; PIECE])).take(pieces);
        let pieces = pieces.inspect(move |_| {
            taken.fetch_add(1, Ordering::Relaxed);
        });
        let all = stream::once(async move { Bytes::from(head) }).chain(pieces);
        // Never two at once, as over a network.
        Body::from_stream(all.then(async |piece| {
            tokio::task::yield_now().await;
            Ok::<_, io::Error>(piece)
        }))
    }

    #[tokio::test]
    async fn what_never_ends_is_not_kept() {
        for head in [
            "",
            "--b\r\nContent-Disposition: form-data; name=\"a\"\r\nX: ",
            "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a",
        ] {
            let taken = Arc::new(AtomicUsize::new(0));
            let body = body(head, 1_000, Arc::clone(&taken));
            let mut parts = Multipart::new(bounded(body, Arc::default()), "b");
            assert!(parts.next_field().await.is_err(), "{head}");
            let taken = taken.load(Ordering::Relaxed) * PIECE;
            assert!(
                taken <= MOST_BEFORE + 2 * PIECE,
                "{head}: {taken} bytes were kept"
            );
        }
    }

    #[tokio::test]
    async fn a_file_may_be_larger_than_what_stands_before_it() {
        let head = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n";
        let begun = Arc::new(AtomicBool::new(false));
        let body = body(head, 100, Arc::default());
        let mut parts = Multipart::new(bounded(body, Arc::clone(&begun)), "b");
        let mut file = parts.next_field().await.unwrap().unwrap();
        begun.store(true, Ordering::Relaxed);
        let mut size = 0;
        // It ends without a boundary, as where a connection is cut.
        while let Ok(Some(bytes)) = file.chunk().await {
            size += bytes.len();
        }
        assert!(size > MOST_BEFORE, "{size}");
    }
}
