//! Spans to a collector, by OTLP over gRPC.

use std::time::Duration;

use opentelemetry::trace::{
    SpanContext, SpanId, TraceContextExt, TraceFlags, TraceId, TraceState, TracerProvider,
};
use opentelemetry_otlp::{SpanExporter, WithExportConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{SdkTracerProvider, Tracer};
use tracing::{Span, Subscriber};
use tracing_opentelemetry::{OpenTelemetryLayer, OpenTelemetrySpanExt};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::{FilterFn, Filtered};
use tracing_subscriber::registry::LookupSpan;

use super::Fault;
use super::trace::Place;

/// A collector that takes longer misses these spans.
const LONGEST: Duration = Duration::from_secs(5);

/// The way to the collector.
#[derive(Debug)]
pub(super) struct Traces(SdkTracerProvider);

type Spans<S> = Filtered<OpenTelemetryLayer<S, Tracer>, FilterFn, S>;

impl Traces {
    /// To a collector at an address; to none where it is empty.
    pub(super) fn to(address: &str) -> Result<Option<Self>, Fault> {
        if address.is_empty() {
            return Ok(None);
        }
        if !address.starts_with("http://") {
            return Err(Fault::Otlp(format!("{address:?} does not begin with http://")));
        }
        let exporter = SpanExporter::builder()
            .with_tonic()
            .with_endpoint(address)
            .with_timeout(LONGEST)
            .build()
            .map_err(|error| Fault::Otlp(error.to_string()))?;
        let provider = SdkTracerProvider::builder()
            .with_batch_exporter(exporter)
            .with_resource(Resource::builder().with_service_name("chiso").build())
            .build();
        Ok(Some(Self(provider)))
    }

    /// Makes spans of ours into spans of a trace; those of libraries are not sent.
    pub(super) fn layer<S: Subscriber + for<'a> LookupSpan<'a>>(&self) -> Spans<S> {
        let ours: fn(&tracing::Metadata<'_>) -> bool = |m| m.is_span() && m.target().starts_with("chiso");
        tracing_opentelemetry::layer()
            .with_tracer(self.0.tracer("chiso"))
            .with_location(false)
            .with_threads(false)
            .with_filter(FilterFn::new(ours))
    }

    /// Sends what is left.
    pub(super) fn stop(self) {
        if let Err(error) = self.0.shutdown_with_timeout(LONGEST) {
            tracing::warn!(%error, "the last spans were not sent");
        }
    }
}

/// The place of a span below its parent; none where spans are not sent.
pub(super) fn place(span: &Span, parent: Option<Place>) -> Option<Place> {
    if let Some(parent) = parent {
        let (trace, above, flags) = parent.parts();
        let (trace, above) = (TraceId::from_bytes(trace), SpanId::from_bytes(above));
        let remote = SpanContext::new(trace, above, TraceFlags::new(flags), true, TraceState::NONE);
        let context = opentelemetry::Context::new().with_remote_span_context(remote);
        let _none_without_a_layer = span.set_parent(context);
    }
    let context = span.context();
    let here = context.span().span_context().clone();
    here.is_valid().then(|| {
        let (trace, own) = (here.trace_id().to_bytes(), here.span_id().to_bytes());
        Place::of(trace, own, here.trace_flags().to_u8())
    })
}
