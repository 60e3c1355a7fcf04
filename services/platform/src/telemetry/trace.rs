//! The trace and the request id of the call under way: taken from the caller's headers, or made; written into
//! every line of the call; handed on to peers.

use std::sync::Arc;

use http::HeaderMap;
use tracing::{Instrument, Span};

/// The header by which a trace goes on: W3C Trace Context, level 1.
pub const TRACEPARENT: &str = "traceparent";
/// The header that names a request.
pub const REQUEST_ID: &str = "x-request-id";
/// New traces are meant to be recorded.
const SAMPLED: u8 = 1;

tokio::task_local! {
    static UNDER_WAY: Call;
}

/// A place in a trace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    trace: [u8; 16],
    span: [u8; 8],
    flags: u8,
}

impl Place {
    /// Reads a `traceparent`; none where it is not well-formed.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let lower = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
        let mut parts = text.split('-');
        let mut part = |length: usize| {
            let part = parts.next()?;
            (part.len() == length && part.bytes().all(lower)).then_some(part)
        };
        let version = part(2)?;
        let (trace, span, flags) = (part(32)?, part(16)?, part(2)?);
        // A later version may add parts; this one has none.
        if version == "ff" || (version == "00" && parts.next().is_some()) {
            return None;
        }
        let place = Self {
            trace: hex::decode(trace).ok()?.try_into().ok()?,
            span: hex::decode(span).ok()?.try_into().ok()?,
            flags: u8::from_str_radix(flags, 16).ok()?,
        };
        (place.trace != [0; 16] && place.span != [0; 8]).then_some(place)
    }

    /// The place of a call below another, or at the top of a new trace.
    fn below(parent: Option<Self>) -> Self {
        Self {
            trace: parent.map_or_else(rand::random, |p| p.trace),
            span: rand::random(),
            flags: parent.map_or(SAMPLED, |p| p.flags),
        }
    }

    /// As a header.
    #[must_use]
    pub fn header(&self) -> String {
        format!(
            "00-{}-{}-{:02x}",
            self.trace_id(),
            hex::encode(self.span),
            self.flags
        )
    }

    /// The trace's id, in hexadecimal.
    #[must_use]
    pub fn trace_id(&self) -> String {
        hex::encode(self.trace)
    }

    #[cfg(feature = "otlp")]
    pub(super) const fn of(trace: [u8; 16], span: [u8; 8], flags: u8) -> Self {
        Self { trace, span, flags }
    }

    #[cfg(feature = "otlp")]
    pub(super) const fn parts(&self) -> ([u8; 16], [u8; 8], u8) {
        (self.trace, self.span, self.flags)
    }
}

/// The call under way: where it stands in its trace, and its request id.
#[derive(Clone, Debug)]
pub struct Call {
    place: Place,
    /// The caller's own id for the request where it is plain and short, else a new one.
    pub request_id: Arc<str>,
}

impl Call {
    /// The call under way in this task, if there is one.
    #[must_use]
    pub fn under_way() -> Option<Self> {
        UNDER_WAY.try_with(Clone::clone).ok()
    }

    /// The headers by which a peer goes on with the trace.
    #[must_use]
    pub fn headers(&self) -> [(&'static str, String); 2] {
        [
            (TRACEPARENT, self.place.header()),
            (REQUEST_ID, self.request_id.to_string()),
        ]
    }
}

/// A call that begins.
#[derive(Debug)]
pub struct Begun {
    /// Its ids.
    pub call: Call,
    span: Span,
}

impl Begun {
    /// A call that came with these headers.
    #[must_use]
    pub fn with(headers: &HeaderMap, name: &str) -> Self {
        let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
        let parent = text(TRACEPARENT).and_then(Place::read);
        let request_id: Arc<str> = text(REQUEST_ID)
            .filter(|id| is_plain(id))
            .map_or_else(|| hex::encode(rand::random::<[u8; 8]>()).into(), Into::into);
        let span = span(name, &request_id);
        let place = place(&span, parent);
        span.record("trace_id", place.trace_id());
        Self {
            call: Call { place, request_id },
            span,
        }
    }

    /// Does the work of the call, with its span around every line of it.
    pub async fn run<F: Future>(self, work: F) -> F::Output {
        UNDER_WAY.scope(self.call, work.instrument(self.span)).await
    }
}

fn is_plain(id: &str) -> bool {
    let allowed = |b: u8| b.is_ascii_alphanumeric() || b"._-".contains(&b);
    (1..=64).contains(&id.len()) && id.bytes().all(allowed)
}

#[cfg(not(feature = "otlp"))]
fn span(name: &str, request_id: &str) -> Span {
    tracing::info_span!("call", call = name, request_id, trace_id = tracing::field::Empty)
}

#[cfg(not(feature = "otlp"))]
fn place(_span: &Span, parent: Option<Place>) -> Place {
    Place::below(parent)
}

#[cfg(feature = "otlp")]
fn span(name: &str, request_id: &str) -> Span {
    tracing::info_span!(
        "call",
        otel.name = name,
        otel.kind = "server",
        call = name,
        request_id,
        trace_id = tracing::field::Empty
    )
}

/// Where spans are sent, the span's own place; else one of our making.
#[cfg(feature = "otlp")]
fn place(span: &Span, parent: Option<Place>) -> Place {
    super::otlp::place(span, parent).unwrap_or_else(|| Place::below(parent))
}
