//! The benchmarks of the scaled-out system: services as release processes of their own on PostgreSQL and Redis,
//! each figure a ratio to what was measured in the same run.
//!
//! ```text
//! cargo bench -p chiso-tests --bench scale                             prints the table
//! cargo bench -p chiso-tests --bench scale -- --slips 1000000          grows to so many slips (100,000 where not said)
//! cargo bench -p chiso-tests --bench scale -- intake growth            only these parts: freshness, intake, growth
//! CHISO_BENCH_WRITE=1 cargo bench -p chiso-tests --bench scale         writes docs/reference/performance-scale.md too
//! ```
//!
//! Starts a PostgreSQL and a Redis of its own, which end with it. Exit code 1 where a figure misses what is wanted
//! of it.
#![allow(
    clippy::unwrap_used,
    reason = "a benchmark stops at the first thing that is wrong"
)]

mod freshness;
mod ground;
mod growth;
mod intake;
mod limit;
#[path = "../performance/measure.rs"]
mod measure;
mod process;
mod report;
mod slips;
mod stage;

use std::process::ExitCode;

use ground::Ground;
use report::Report;

const PARTS: [&str; 3] = ["freshness", "intake", "growth"];

fn main() -> ExitCode {
    let (parts, slips) = arguments();
    let wanted = |part: &str| parts.is_empty() || parts.iter().any(|name| name == part);
    if !PARTS.into_iter().any(wanted) {
        // The names are those of parts of other benchmarks.
        return ExitCode::SUCCESS;
    }
    let ground = Ground::make();
    let runtime = chiso_server::runtime::start().unwrap();
    let mut report = Report::default();
    if wanted("freshness") {
        runtime.block_on(freshness::run(&ground, &mut report));
    }
    if wanted("intake") {
        runtime.block_on(intake::run(&ground, &mut report));
    }
    if wanted("growth") {
        runtime.block_on(growth::run(&ground, slips, &mut report));
    }
    let write = parts.is_empty() && std::env::var_os("CHISO_BENCH_WRITE").is_some();
    report.finish(write)
}

/// Parts, and how many slips to grow to.
fn arguments() -> (Vec<String>, usize) {
    let mut slips = 100_000;
    let mut parts = Vec::new();
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        if argument == "--slips" {
            let number = arguments.next().and_then(|number| number.parse().ok());
            slips = number.expect("--slips takes a number");
        } else if !argument.starts_with('-') {
            parts.push(argument);
        }
    }
    (parts, slips)
}
