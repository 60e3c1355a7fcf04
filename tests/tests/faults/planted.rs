//! Bugs that were planted on purpose, each behind the feature `planted-bugs` and switched on for one run: the
//! harness must find every one, by what it breaks, and nothing where none is switched on.

use std::io::Write as _;
use std::process::ExitCode;

use crate::args::{Args, built};
use crate::check::Verdict;
use crate::ground::Shape;
use crate::inject::Kind;
use crate::say;

/// (Bug, what it must show as, faults that show it, injections).
const BUGS: [(&str, &str, &[Kind], u64); 5] = [
    ("acknowledge-before-commit", "lost", &[Kind::Kill], 12),
    (
        "cursor-outside-transaction",
        "half",
        &[Kind::Kill, Kind::Point],
        24,
    ),
    (
        "no-deduplication",
        "doubled",
        &[Kind::Kill, Kind::Cut, Kind::Double],
        30,
    ),
    ("lock-outside-transaction", "half", &[Kind::Deadline], 4),
    ("synchronous-normal", "half", &[Kind::Kill], 1),
];
/// Of the same build without a bug.
const CONTROL: u64 = 24;

/// Plants each in turn; answers how many did not show as they must.
async fn run_all(args: &Args) -> usize {
    let mut missed = 0;
    for (bug, kind, only, injections) in BUGS {
        let args = Args {
            plant: Some(bug.to_owned()),
            only: only.to_vec(),
            injections,
            ..args.clone()
        };
        let verdict = crate::run(&args).await.verdict;
        let caught = verdict.shows(kind);
        tell(
            &format!("planted={bug} caught={}", if caught { "yes" } else { "no" }),
            &verdict,
        );
        missed += usize::from(!caught);
    }
    missed
}

/// What finds faults where there are none shows nothing by finding some.
async fn control(args: &Args) -> bool {
    let args = Args {
        injections: CONTROL,
        ..args.clone()
    };
    let verdict = crate::run(&args).await.verdict;
    tell("planted=nothing", &verdict);
    verdict.is_clean()
}

fn tell(what: &str, verdict: &Verdict) {
    let [lost, doubled, half] = [&verdict.lost, &verdict.doubled, &verdict.half].map(Vec::len);
    let line = format!("{what} lost={lost} doubled={doubled} half={half}\n");
    std::io::stdout().write_all(line.as_bytes()).unwrap();
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
    args.shapes = vec![Shape::Embedded];
    let clean = control(&args).await;
    let missed = run_all(&args).await;
    say(&format!(
        "faults: {} of {} planted bugs were caught",
        BUGS.len() - missed,
        BUGS.len()
    ));
    if missed == 0 && clean {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
