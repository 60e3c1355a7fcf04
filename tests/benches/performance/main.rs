//! The benchmarks: one run, one table of ratios, each against a limit that was measured in the same run.
//!
//! ```text
//! cargo bench                           prints the table
//! CHISO_BENCH_WRITE=1 cargo bench       writes docs/reference/performance.md too
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
    // Before the benchmarks, so that no compiler runs beside them.
    let binary = processes::binary();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    let mut report = Report::default();
    runtime.block_on(intake::run(&mut report));
    runtime.block_on(calls::run(&mut report));
    drop(runtime);
    ranking::run(&mut report);
    processes::run(&binary, &mut report);
    let write = std::env::var_os("CHISO_BENCH_WRITE").is_some() || std::env::args().any(|a| a == "--write");
    report.finish(write)
}
