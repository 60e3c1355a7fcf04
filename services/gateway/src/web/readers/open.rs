//! How a page or file that everyone may read is answered: with a tag, small, from a copy where there is one.
//!
//! What somebody who is signed in reads is made anew each time and kept by nobody: it names the person, and what is
//! compressed could be guessed from its length.

use std::io::Write;

use axum::body::Body;
use axum::http::HeaderValue;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_ENCODING, CONTENT_LANGUAGE, CONTENT_TYPE, VARY,
};
use axum::response::Response;
use chiso_domain::kernel::text::sha256_hex;
use chiso_platform::words::{Lang, Words};
use chiso_wire::ranking as pb;
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::Gateway;
use crate::call::{Call, NEWEST, PINNED, answer};
use crate::copies::Copies;
use crate::web::assets;
use crate::web::me::MaybeMe;
use crate::web::out::xlsx;

/// In which form something is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Page,
    Csv,
    Xlsx,
    Json,
}

impl Form {
    /// The form that the end of an address names, and what stands before it.
    pub(super) fn of(name: &str) -> (&str, Self) {
        for (ending, form) in [(".csv", Self::Csv), (".xlsx", Self::Xlsx), (".json", Self::Json)] {
            if let Some(name) = name.strip_suffix(ending) {
                return (name, form);
            }
        }
        (name, Self::Page)
    }

    const fn kind(self) -> &'static str {
        match self {
            Self::Page => "text/html; charset=utf-8",
            Self::Csv => "text/csv; charset=utf-8",
            Self::Xlsx => xlsx::KIND,
            Self::Json => "application/json",
        }
    }

    /// Under which kind copies are kept.
    const fn copy(self, lang: Lang) -> &'static str {
        match (self, lang) {
            (Self::Page, Lang::Vi) => "page-vi",
            (Self::Page, Lang::En) => "page-en",
            (Self::Csv, _) => "table-csv",
            (Self::Xlsx, Lang::Vi) => "table-xlsx-vi",
            (Self::Xlsx, Lang::En) => "table-xlsx-en",
            (Self::Json, _) => "table-json",
        }
    }
}

/// Something that everyone may read.
#[derive(Debug)]
pub(super) struct Open<'a> {
    call: &'a Call,
    form: Form,
    w: Words,
    cache: &'static str,
    /// Made for everyone, not for one person.
    public: bool,
    copies: Option<Copies>,
    about: String,
    /// As the file is named that a browser keeps.
    file: Option<String>,
}

impl<'a> Open<'a> {
    /// `path` and `sort` name what is read; a list of all versions stands on the pages too.
    pub(super) fn of(
        gateway: &Gateway,
        call: &'a Call,
        reader: &MaybeMe,
        asked: (&str, i32),
        what: (&str, Form),
        versions: &[pb::Version],
    ) -> Self {
        let ((cycle, version), (path, form)) = (asked, what);
        let told: String = versions
            .iter()
            .map(|v| format!("{}/{}/{} ", v.cycle, v.version, v.sha256))
            .collect();
        let public = reader.me.is_none();
        Self {
            public,
            copies: public.then(|| Copies::of(gateway, call, cycle, version)),
            // The links of a page go on at the version that its address names, or at the newest; its styles are named
            // by their hash.
            about: format!(
                "{path} {version} {} {}",
                sha256_hex(told.as_bytes()),
                assets::href("site.css")
            ),
            cache: if version > 0 { PINNED } else { NEWEST },
            call,
            form,
            w: reader.w,
            file: None,
        }
    }

    /// The copy, where one is kept.
    pub(super) async fn copy(&self) -> Option<Response> {
        let copies = self.copies.as_ref()?;
        let body = copies.find(self.form.copy(self.w.lang()), &self.about).await?;
        Some(self.open(body))
    }

    /// What was made, and is kept for others where everyone may read it. A draft has no version.
    pub(super) async fn answer(&self, version: Option<&pb::Version>, body: Vec<u8>) -> Response {
        if !self.public || version.is_none() {
            return self.personal(body);
        }
        if let Some(copies) = &self.copies {
            let kind = self.form.copy(self.w.lang());
            copies.keep(kind, &self.about, version, &body).await;
        }
        self.open(body)
    }

    /// Of what is not the same whenever it is made.
    pub(super) fn without_copies(mut self) -> Self {
        self.copies = None;
        self
    }

    /// With the name of a file.
    pub(super) fn named(mut self, file: String) -> Self {
        self.file = (self.form != Form::Page).then_some(file);
        self
    }

    fn personal(&self, body: Vec<u8>) -> Response {
        let mut response = Response::new(Body::from(body));
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(self.form.kind()));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        self.dressed(response)
    }

    fn open(&self, body: Vec<u8>) -> Response {
        let hash = sha256_hex(&body);
        // A workbook is compressed already.
        let small = self.form != Form::Xlsx && self.call.takes_gzip();
        let tag = if small { format!("{hash}-gz") } else { hash };
        let mut response = match self.call.known(&tag, self.cache) {
            Some(known) => known,
            None if small => {
                let mut response = answer(&tag, self.cache, self.form.kind(), gzip(&body).into());
                response
                    .headers_mut()
                    .insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
                response
            }
            None => answer(&tag, self.cache, self.form.kind(), body.into()),
        };
        response
            .headers_mut()
            .insert(VARY, HeaderValue::from_static("cookie, accept-encoding"));
        self.dressed(response)
    }

    fn dressed(&self, mut response: Response) -> Response {
        let headers = response.headers_mut();
        headers.insert(CONTENT_LANGUAGE, HeaderValue::from_static(self.w.lang().tag()));
        let disposition = self
            .file
            .as_ref()
            .map(|file| format!("attachment; filename=\"{file}\""));
        if let Some(Ok(value)) = disposition.map(|text| HeaderValue::from_str(&text)) {
            headers.insert(CONTENT_DISPOSITION, value);
        }
        response
    }
}

fn gzip(body: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    // Memory takes whatever is written.
    let written = encoder.write_all(body).and_then(|()| encoder.finish());
    written.unwrap_or_default()
}
