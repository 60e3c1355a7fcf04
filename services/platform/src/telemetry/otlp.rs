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

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use http::{HeaderMap, HeaderValue};
    use tracing::instrument::WithSubscriber;
    use tracing_subscriber::layer::SubscriberExt;

    use super::*;
    use crate::telemetry::trace::Begun;

    const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
    const EXPORT: &str = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";

    /// Takes spans as a collector does, and keeps their bytes.
    async fn collector() -> (String, Arc<Mutex<Vec<u8>>>) {
        let kept: Arc<Mutex<Vec<u8>>> = Arc::default();
        let keep = Arc::clone(&kept);
        let export = move |body: axum::body::Bytes| async move {
            keep.lock().unwrap().extend_from_slice(&body);
            [("content-type", "application/grpc"), ("grpc-status", "0")]
        };
        let routes = axum::Router::new().route(EXPORT, axum::routing::post(export));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
        (address, kept)
    }

    fn holds(bytes: &[u8], part: &[u8]) -> bool {
        bytes.windows(part.len()).any(|window| window == part)
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_call_arrives_at_the_collector_under_its_trace() {
        let (address, kept) = collector().await;
        let traces = Traces::to(&address).unwrap().unwrap();
        let subscriber = tracing_subscriber::registry().with(traces.layer());
        let parent = format!("00-{TRACE}-b7ad6b7169203331-01");
        let given = HeaderMap::from_iter([(
            http::HeaderName::from_static("traceparent"),
            HeaderValue::from_str(&parent).unwrap(),
        )]);
        let work = async {
            let begun = Begun::with(&given, "/chiso.x.v1.X/Get");
            let call = begun.call.clone();
            begun.run(async { call }).await
        };
        let onward = work.with_subscriber(subscriber).await.headers()[0].1.clone();
        assert!(onward.starts_with(&format!("00-{TRACE}-")), "{onward}");
        let own = onward.split('-').nth(2).unwrap().to_owned();
        tokio::task::spawn_blocking(|| traces.stop()).await.unwrap();
        let kept = kept.lock().unwrap();
        for part in [TRACE, "b7ad6b7169203331", &own] {
            assert!(
                holds(&kept, &hex::decode(part).unwrap()),
                "{part} is not among what was sent"
            );
        }
        assert!(holds(&kept, b"/chiso.x.v1.X/Get") && holds(&kept, b"chiso"));
    }

    #[test]
    fn an_address_that_is_none_is_refused() {
        let refused = Traces::to("127.0.0.1:4317").unwrap_err().to_string();
        assert!(refused.starts_with("telemetry.otlp cannot be used"), "{refused}");
        assert!(Traces::to("").unwrap().is_none());
    }
}
