//! `docs/reference/metrics.md`: the figures at `/metrics`, as they describe themselves.

use std::fmt::Write as _;

use chiso_platform::metrics;

const HEAD: &str = "\
# Metrics

Made from the source by `tests/tests/reference`; do not edit by hand.

Every process prints these at `/metrics` of its HTTP address, in the notation of OpenMetrics. They belong to the
process, not to a service. Durations are in seconds. No label's value comes from a caller, and none is personal.
Alert rules and a dashboard that use them: [deploy/observability](../../deploy/observability/README.md).

| name | kind | what |
|---|---|---|
";

/// What Prometheus calls the series of a figure.
fn series(name: &str, kind: &str) -> String {
    match kind {
        "counter" => format!("{name}_total"),
        "histogram" => format!("{name}_bucket`, `_sum`, `_count"),
        "info" => format!("{name}_info"),
        _ => name.to_owned(),
    }
}

fn made() -> String {
    let mut text = HEAD.to_owned();
    for (name, kind, help) in metrics::described() {
        writeln!(text, "| `{}` | {kind} | {help} |", series(name, kind)).expect("text can be written");
    }
    text
}

#[test]
fn the_list_of_metrics_is_what_is_printed() {
    let made = made();
    assert!(made.lines().count() > 20, "{made}");
    crate::check("metrics.md", &made);
}
