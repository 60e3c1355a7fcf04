//! The figures of a process, for Prometheus. All of them are declared here, and nowhere else.
//!
//! They belong to the process, not to a service: there is one set, reached by [`metrics`]. Labels take few
//! values, and none of them comes from a caller. `docs/reference/metrics.md` is made from the descriptions.

#[cfg(test)]
mod tests;

use std::sync::LazyLock;
use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::{Family, MetricConstructor};
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Metric, Registry};

/// What [`render`] writes.
pub const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// From half a millisecond to the longest call.
const SECONDS: [f64; 14] = [
    0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 60.0,
];
/// Slips of one commit.
const SLIPS: [f64; 8] = [1.0, 4.0, 16.0, 64.0, 128.0, 256.0, 512.0, 1_024.0];

type Labels<const N: usize> = [(&'static str, &'static str); N];
type Address = [(&'static str, String); 1];
type Lease = [(&'static str, String); 1];
type Status = [(&'static str, u16); 1];
type Counters<const N: usize> = Family<Labels<N>, Counter>;
type Gauges<const N: usize> = Family<Labels<N>, Gauge>;
type Times<const N: usize> = Family<Labels<N>, Histogram, Buckets>;

/// Makes the histograms of durations.
#[derive(Clone, Copy, Debug)]
struct Buckets;

impl MetricConstructor<Histogram> for Buckets {
    fn new_metric(&self) -> Histogram {
        Histogram::new(SECONDS)
    }
}

/// Every figure of the process.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    described: Vec<Described>,
    calls: Counters<3>,
    call_seconds: Times<2>,
    http: Family<(Labels<1>, Status), Counter>,
    http_seconds: Times<1>,
    intake_waiting: Gauge,
    intake_batch: Histogram,
    transactions: Counters<1>,
    transaction_wait: Histogram,
    feed_lag: Gauges<2>,
    lease_held: Family<Lease, Gauge>,
    redis_up: Family<Address, Gauge>,
    redis_operations: Counters<2>,
    bells: Counters<2>,
    cache: Counters<2>,
    evidence_bytes: Counter,
    letters: Counters<2>,
    memory: Gauge,
    files: Gauge,
}

/// The figures of this process.
#[must_use]
pub fn metrics() -> &'static Metrics {
    static METRICS: LazyLock<Metrics> = LazyLock::new(Metrics::declare);
    &METRICS
}

/// All figures as text, in the notation of OpenMetrics.
#[must_use]
pub fn render() -> String {
    metrics().render()
}

/// How a figure describes itself: name, kind, what it tells.
pub type Described = (&'static str, &'static str, &'static str);

/// All figures, also those that nothing was counted in yet.
#[must_use]
pub fn described() -> &'static [Described] {
    &metrics().described
}

/// Registers figures as they are declared.
#[derive(Default)]
struct Declare {
    registry: Registry,
    described: Vec<Described>,
}

impl Declare {
    fn metric<M: Metric + Clone>(&mut self, name: &'static str, help: &'static str, metric: M) -> M {
        self.described.push((name, kind(metric.metric_type()), help));
        self.registry.register(name, help, metric.clone());
        metric
    }

    fn one<M: Metric + Clone + Default>(&mut self, name: &'static str, help: &'static str) -> M {
        self.metric(name, help, M::default())
    }

    fn counters<const N: usize>(&mut self, name: &'static str, help: &'static str) -> Counters<N>
    where
        Labels<N>: EncodeLabelSet,
    {
        self.one(name, help)
    }

    fn gauges<const N: usize>(&mut self, name: &'static str, help: &'static str) -> Gauges<N>
    where
        Labels<N>: EncodeLabelSet,
    {
        self.one(name, help)
    }

    fn times<const N: usize>(&mut self, name: &'static str, help: &'static str) -> Times<N>
    where
        Labels<N>: EncodeLabelSet,
    {
        self.metric(name, help, Family::new_with_constructor(Buckets))
    }
}

impl Metrics {
    fn declare() -> Self {
        let mut d = Declare::default();
        let build = Info::new([("version", env!("CARGO_PKG_VERSION"))]);
        d.described.push(("chiso_build", "info", "The version that runs"));
        d.registry.register("chiso_build", "The version that runs", build);
        Self {
            calls: d.counters("chiso_calls", "gRPC calls answered, by service, rpc and code"),
            call_seconds: d.times("chiso_call_seconds", "Time to the first answer of a gRPC call"),
            http: d.one(
                "chiso_http_requests",
                "HTTP requests answered, by route and status",
            ),
            http_seconds: d.times("chiso_http_seconds", "Time to the first byte of an HTTP answer"),
            intake_waiting: d.one("chiso_intake_waiting", "Slips that wait for a commit"),
            intake_batch: d.metric(
                "chiso_intake_batch_slips",
                "Slips of one commit",
                Histogram::new(SLIPS),
            ),
            transactions: d.counters(
                "chiso_transactions",
                "Write transactions, by step (began, committed)",
            ),
            transaction_wait: d.metric(
                "chiso_transaction_wait_seconds",
                "Time until a write transaction had its turn",
                Histogram::new(SECONDS),
            ),
            feed_lag: d.gauges(
                "chiso_feed_lag_posts",
                "Posts of a source that a consumer knows of and has not taken in, where its lease is held",
            ),
            lease_held: d.one(
                "chiso_lease_held",
                "1 where this process holds the lease of a follower, else 0",
            ),
            redis_up: d.one(
                "chiso_redis_up",
                "1 while Redis answers, else 0; absent where none is configured",
            ),
            redis_operations: d.counters(
                "chiso_redis_operations",
                "Operations on Redis, by outcome (ok, failed, skipped while it does not answer)",
            ),
            bells: d.counters(
                "chiso_bells",
                "Notices of new points, by source and way (sent, heard)",
            ),
            cache: d.counters(
                "chiso_cache",
                "Reads of the cache, by outcome (hit, miss, refused where the value was not genuine or its time was over)",
            ),
            evidence_bytes: d.one("chiso_evidence_bytes", "Bytes of evidence stored"),
            letters: d.counters(
                "chiso_letters",
                "Attempts to send a letter, by service and outcome (sent, put_off until later, failed for good, nowhere: no address)",
            ),
            memory: d.one("process_resident_memory_bytes", "Memory in use"),
            files: d.one("process_open_fds", "Open files and connections"),
            registry: d.registry,
            described: d.described,
        }
    }

    fn render(&self) -> String {
        self.memory.set(resident().unwrap_or(0));
        self.files.set(open_files().unwrap_or(0));
        let mut text = String::new();
        // Writing to a string does not fail.
        let _never = prometheus_client::encoding::text::encode(&mut text, &self.registry);
        text
    }

    /// A gRPC call was answered.
    pub fn call(&self, service: &'static str, rpc: &'static str, code: tonic::Code, took: Duration) {
        let labels = [("service", service), ("rpc", rpc), ("code", code_name(code))];
        self.calls.get_or_create(&labels).inc();
        let [service, rpc, _] = labels;
        self.call_seconds
            .get_or_create(&[service, rpc])
            .observe(took.as_secs_f64());
    }

    /// An HTTP request was answered. The route is the pattern, never the path that was asked for.
    pub fn http(&self, route: &'static str, status: u16, took: Duration) {
        self.http
            .get_or_create(&([("route", route)], [("status", status)]))
            .inc();
        self.http_seconds
            .get_or_create(&[("route", route)])
            .observe(took.as_secs_f64());
    }

    /// So many slips are committed together, and so many more wait.
    pub fn intake(&self, slips: usize, waiting: usize) {
        self.intake_batch
            .observe(f64::from(u32::try_from(slips).unwrap_or(u32::MAX)));
        self.intake_waiting
            .set(i64::try_from(waiting).unwrap_or(i64::MAX));
    }

    /// A write transaction began after so long a wait for its turn.
    pub fn transaction_began(&self, waited: Duration) {
        self.transactions.get_or_create(&[("step", "began")]).inc();
        self.transaction_wait.observe(waited.as_secs_f64());
    }

    /// A write transaction was committed; one that began and never was, was rolled back.
    pub fn transaction_committed(&self) {
        self.transactions.get_or_create(&[("step", "committed")]).inc();
    }

    /// A consumer took in posts of a source up to `cursor`, and the source had got to `newest`. Counts where the lease
    /// is held: any other process pulls only now and then.
    pub fn feed(&self, consumer: &'static str, source: &'static str, cursor: i64, newest: i64) {
        let lease = [("lease", format!("{consumer}.{source}"))];
        if self.lease_held.get(&lease).is_none_or(|held| held.get() == 0) {
            return;
        }
        self.feed_lag
            .get_or_create(&[("consumer", consumer), ("source", source)])
            .set(newest.saturating_sub(cursor).max(0));
    }

    /// Whether this process holds a lease now, by its name: "ranking.survey". Who does not hold it does not know how
    /// far the feed is taken in.
    pub fn lease(&self, lease: &'static str, held: bool) {
        if let Some((consumer, source)) = lease.split_once('.').filter(|_| !held) {
            self.feed_lag
                .remove(&[("consumer", consumer), ("source", source)]);
        }
        self.lease_held
            .get_or_create(&[("lease", lease.to_owned())])
            .set(held.into());
    }

    /// Bytes of evidence were stored.
    pub fn evidence_stored(&self, bytes: u64) {
        self.evidence_bytes.inc_by(bytes);
    }

    /// An attempt to send a letter of a service ended so.
    pub(crate) fn letter(&self, service: &'static str, outcome: &'static str) {
        self.letters
            .get_or_create(&[("service", service), ("outcome", outcome)])
            .inc();
    }

    pub(crate) fn redis(&self, address: &str, up: bool) {
        self.redis_up
            .get_or_create(&[("address", address.to_owned())])
            .set(up.into());
    }

    pub(crate) fn redis_operation(&self, operation: &'static str, outcome: &'static str) {
        self.redis_operations
            .get_or_create(&[("operation", operation), ("outcome", outcome)])
            .inc();
    }

    pub(crate) fn bell(&self, source: &'static str, way: &'static str) {
        self.bells
            .get_or_create(&[("source", source), ("way", way)])
            .inc();
    }

    pub(crate) fn cache_read(&self, cache: &'static str, outcome: &'static str) {
        self.cache
            .get_or_create(&[("cache", cache), ("outcome", outcome)])
            .inc();
    }
}

const fn kind(of: MetricType) -> &'static str {
    match of {
        MetricType::Counter => "counter",
        MetricType::Gauge => "gauge",
        MetricType::Histogram => "histogram",
        MetricType::Info => "info",
        MetricType::Unknown => "unknown",
    }
}

const fn code_name(code: tonic::Code) -> &'static str {
    use tonic::Code;
    match code {
        Code::Ok => "OK",
        Code::Cancelled => "CANCELLED",
        Code::Unknown => "UNKNOWN",
        Code::InvalidArgument => "INVALID_ARGUMENT",
        Code::DeadlineExceeded => "DEADLINE_EXCEEDED",
        Code::NotFound => "NOT_FOUND",
        Code::AlreadyExists => "ALREADY_EXISTS",
        Code::PermissionDenied => "PERMISSION_DENIED",
        Code::ResourceExhausted => "RESOURCE_EXHAUSTED",
        Code::FailedPrecondition => "FAILED_PRECONDITION",
        Code::Aborted => "ABORTED",
        Code::OutOfRange => "OUT_OF_RANGE",
        Code::Unimplemented => "UNIMPLEMENTED",
        Code::Internal => "INTERNAL",
        Code::Unavailable => "UNAVAILABLE",
        Code::DataLoss => "DATA_LOSS",
        Code::Unauthenticated => "UNAUTHENTICATED",
    }
}

/// Bytes of memory, as the kernel counts them.
fn resident() -> Option<i64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kib: i64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kib.checked_mul(1_024)
}

fn open_files() -> Option<i64> {
    i64::try_from(std::fs::read_dir("/proc/self/fd").ok()?.count()).ok()
}
