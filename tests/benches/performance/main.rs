//! The benchmarks: one run, one table of ratios, each against a limit that was measured in the same run.
//!
//! ```text
//! cargo bench -p chiso-tests                                         prints the table
//! CHISO_BENCH_WRITE=1 cargo bench -p chiso-tests                     writes docs/reference/performance.md too
//! cargo bench -p chiso-tests --bench performance -- intake calls     only these parts: intake, calls, ranking, processes
//! ```
//!
//! Exit code 1 where a figure misses what is wanted of it.
#![allow(
    clippy::unwrap_used,
    reason = "a benchmark stops at the first thing that is wrong"
)]

mod calls;
mod intake;
mod limit;
mod measure;
mod processes;
mod ranking;
mod report;

use std::process::ExitCode;

use report::Report;

fn main() -> ExitCode {
    let chosen: Vec<String> = std::env::args()
        .skip(1)
        .filter(|arg| !arg.starts_with('-'))
        .collect();
    let wanted = |part: &str| chosen.is_empty() || chosen.iter().any(|name| name == part);
    // Before the benchmarks, so that no compiler runs beside them.
    let binary = wanted("processes").then(processes::binary);
    let runtime = chiso_server::runtime::start().unwrap();
    let mut report = Report::default();
    if wanted("intake") {
        runtime.block_on(intake::run(&mut report));
    }
    if wanted("calls") {
        runtime.block_on(calls::run(&mut report));
    }
    drop(runtime);
    if wanted("ranking") {
        ranking::run(&mut report);
    }
    if let Some(binary) = binary {
        processes::run(&binary, &mut report);
    }
    let write = chosen.is_empty() && std::env::var_os("CHISO_BENCH_WRITE").is_some();
    report.finish(write)
}
