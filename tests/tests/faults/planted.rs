//! Bugs that were planted on purpose, each behind the feature `planted-bugs` and switched on for one run: the
//! harness must find every one.

use std::io::Write as _;
use std::process::ExitCode;

use crate::args::{Args, built};
use crate::ground::Shape;
use crate::inject::Kind;
use crate::say;

/// (Bug, faults that show it, injections).
const BUGS: [(&str, &[Kind], u64); 5] = [
    ("acknowledge-before-commit", &[Kind::Kill], 12),
    ("cursor-outside-transaction", &[Kind::Kill, Kind::Point], 24),
    ("no-deduplication", &[Kind::Kill, Kind::Cut, Kind::Double], 30),
    ("lock-outside-transaction", &[Kind::Deadline], 12),
    ("synchronous-normal", &[Kind::Kill], 1),
];

/// Plants each in turn.
pub(crate) async fn run_all(args: &Args) -> usize {
    let mut missed = 0;
    for (bug, only, injections) in BUGS {
        let args = Args {
            plant: Some(bug.to_owned()),
            only: only.to_vec(),
            injections,
            shapes: vec![Shape::Embedded],
            ..args.clone()
        };
        let (_, verdict) = crate::run(&args).await;
        let line = format!(
            "planted={bug} caught={} lost={} doubled={} half={}\n",
            if verdict.is_clean() { "no" } else { "yes" },
            verdict.lost.len(),
            verdict.doubled.len(),
            verdict.half.len(),
        );
        std::io::stdout().write_all(line.as_bytes()).unwrap();
        missed += usize::from(verdict.is_clean());
    }
    missed
}

/// Says which were caught; fails where one was not.
pub(crate) async fn run(args: &Args) -> ExitCode {
    let mut args = args.clone();
    if !args.named {
        let build = [
            "build",
            "--locked",
            "-p",
            "chiso-server",
            "--features",
            "chiso-platform/planted-bugs",
        ];
        args.binary = match built(&build, "planted") {
            Ok(binary) => binary,
            Err(words) => {
                say(&words);
                return ExitCode::from(2);
            }
        };
    }
    let missed = run_all(&args).await;
    say(&format!(
        "faults: {} of {} planted bugs were caught",
        BUGS.len() - missed,
        BUGS.len()
    ));
    if missed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
