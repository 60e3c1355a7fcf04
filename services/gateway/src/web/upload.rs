//! A form with a file: its fields are read first, the file is passed on as it comes and never kept whole.

use axum::extract::Request;
use axum::http::header::{ACCEPT, CONTENT_TYPE};
use chiso_domain::kernel::text::nfc;
use multer::{Field, Multipart};

use super::csrf;
use super::posted::Posted;
use super::state::Web;
use super::trouble::Trouble;

/// More fields than a form with a file has.
const MOST_FIELDS: usize = 32;
/// Longest text of a field.
const LONGEST_FIELD: usize = 8 * 1024;

/// A file on its way in.
#[derive(Debug)]
pub(super) struct Incoming {
    /// Its name, without folders.
    pub(super) name: String,
    field: Field<'static>,
}

impl Incoming {
    /// The next bytes; none after the last. An error where the connection was cut.
    pub(super) async fn chunk(&mut self) -> Result<Option<axum::body::Bytes>, multer::Error> {
        self.field.chunk().await
    }
}

/// The fields of a form of ours, and its file, which stands last. None where no file was chosen.
pub(super) async fn read(web: &Web, request: Request) -> Result<(Posted, Option<Incoming>), Trouble> {
    let headers = request.headers().clone();
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let boundary = text(CONTENT_TYPE.as_str()).and_then(|kind| multer::parse_boundary(kind).ok());
    let boundary = boundary.ok_or_else(Trouble::unreadable)?;
    let mut parts = Multipart::new(request.into_body().into_data_stream(), boundary);
    let (mut fields, mut file) = (Vec::new(), None);
    while let Some(field) = parts.next_field().await.map_err(|_| Trouble::unreadable())? {
        if let Some(name) = field.file_name() {
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
