//! Bugs that were planted on purpose, each behind the feature `planted-bugs` and switched on for one run: the
//! harness must find every one, by what it breaks, and nothing where none is switched on.

use std::io::Write as _;
use std::process::ExitCode;

use crate::args::{Args, built};
use crate::check::Verdict;
use crate::ground::Shape;
use crate::inject::Kind;
use crate::say;

/// A bug, and what it takes to see it.
struct Bug {
    name: &'static str,
    /// As what it must show, and words that must stand in the finding: each of them.
    shows: &'static [(&'static str, &'static str)],
    /// Faults that show it, and how many.
    only: &'static [Kind],
    injections: u64,
}

const BUGS: [Bug; 6] = [
    Bug {
        name: "acknowledge-before-commit",
        shows: &[
            ("lost", "and is not there"),
            ("half", "slips were acknowledged before a flush"),
        ],
        only: &[Kind::Kill],
        injections: 12,
    },
    Bug {
        name: "cursor-outside-transaction",
        shows: &[("half", "ranking ")],
        only: &[Kind::Kill, Kind::Point],
        injections: 24,
    },
    Bug {
        name: "no-deduplication",
        shows: &[("doubled", "found, ")],
        only: &[Kind::Kill, Kind::Cut, Kind::Double],
        injections: 30,
    },
    Bug {
        name: "replay-ignores-body",
        shows: &[("lost", "was acknowledged with other bytes than are there")],
        only: &[Kind::Double],
        injections: 4,
    },
    Bug {
        name: "lock-outside-transaction",
        shows: &[("half", "of a listed unit")],
        only: &[Kind::Deadline],
        injections: 4,
    },
    Bug {
        name: "synchronous-normal",
        shows: &[
            ("half", "attempts were acknowledged before a flush"),
            ("half", "slips were acknowledged before a flush"),
        ],
        only: &[Kind::Kill],
        injections: 1,
    },
];
/// Of the same build without a bug.
const CONTROL: u64 = 24;

/// Plants each in turn; answers how many did not show as they must.
async fn run_all(args: &Args) -> usize {
    let mut missed = 0;
    for bug in BUGS {
        let args = Args {
            plant: Some(bug.name.to_owned()),
            only: bug.only.to_vec(),
            injections: bug.injections,
            ..args.clone()
        };
        let verdict = crate::run(&args).await.verdict;
        let caught = bug.shows.iter().all(|(kind, words)| verdict.shows(kind, words));
        let said = if caught { "yes" } else { "no" };
        tell(&format!("planted={} caught={said}", bug.name), &verdict);
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
