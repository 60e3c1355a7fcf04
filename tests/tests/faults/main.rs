//! The fault harness: injects faults into the real binary under load, then lets a separate checker hold what
//! is there against what the clients wrote down. docs/reference/faults.md says what is injected and what must
//! hold. Its last line: `injections=N acknowledged=N lost=0 doubled=0 half=0`.
#![allow(
    clippy::unwrap_used,
    reason = "a harness stops at the first thing that it cannot do"
)]

mod args;
mod chance;
mod check;
mod client;
mod clock;
mod flushed;
mod ground;
mod inject;
mod log;
mod outcome;
mod planted;
mod proxy;
mod server;
mod stage;
mod workers;
mod world;

use std::collections::BTreeMap;
use std::io::Write as _;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use args::Args;
use chance::Chance;
use ground::Shape;
use inject::{Kind, plan, play};
use outcome::Outcome;
use stage::Stage;

fn main() -> ExitCode {
    let args = match Args::read(std::env::args().skip(1)) {
        Ok(args) => args,
        Err(words) => {
            say(&words);
            return ExitCode::from(2);
        }
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    if args.planted {
        return runtime.block_on(planted::run(&args));
    }
    let outcome = runtime.block_on(run(&args));
    let verdict = &outcome.verdict;
    let line = format!(
        "injections={} acknowledged={} lost={} doubled={} half={}\n",
        outcome.injections(),
        verdict.acknowledged,
        verdict.lost.len(),
        verdict.doubled.len(),
        verdict.half.len(),
    );
    let lacks = outcome.lacks(&args);
    for lack in &lacks {
        say(&format!("faults: {lack}"));
    }
    let good = verdict.is_clean() && lacks.is_empty();
    // As a test binary says it, for whoever counts.
    let (word, passed, failed) = if good { ("ok", 1, 0) } else { ("FAILED", 0, 1) };
    say(&format!("test result: {word}. {passed} passed; {failed} failed"));
    std::io::stdout().write_all(line.as_bytes()).unwrap();
    if good {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// Progress, to standard error.
pub(crate) fn say(text: &str) {
    let _nobody_reads = writeln!(std::io::stderr(), "{text}");
}

/// Plays rounds until so many faults were injected.
pub(crate) async fn run(args: &Args) -> Outcome {
    say(&format!(
        "faults: seed {}; the same again with --seed {}",
        args.seed, args.seed
    ));
    let (mut outcome, mut round) = (Outcome::default(), 0_u64);
    while outcome.injections() < args.injections {
        round += 1;
        let since = Instant::now();
        let chance = Chance::new(args.seed).branch(&format!("round {round}"));
        let shape = args.shapes[usize::try_from(round - 1).unwrap_or(0) % args.shapes.len()];
        let left = args.injections - outcome.injections();
        let count = (args.round * shape.share() / 100).clamp(1, left);
        let played = play_round(args, &chance, (shape, round == 1), count).await;
        let made = played.injections();
        say(&format!(
            "faults: round {round}, {}: {made} injections, {} acknowledged, {} s",
            shape.name(),
            played.verdict.acknowledged,
            since.elapsed().as_secs()
        ));
        for line in played.verdict.lines() {
            say(&format!("faults: round {round}, seed {}: {line}", args.seed));
        }
        outcome.add(played);
        if made == 0 {
            say("faults: nothing of what was asked for can be injected here");
            break;
        }
    }
    let words: Vec<String> = outcome
        .kinds
        .iter()
        .map(|(kind, count)| format!("{} {count}", kind.name()))
        .collect();
    say(&format!("faults: {}", words.join(", ")));
    let unheard = outcome.unheard;
    say(&format!(
        "faults: PostgreSQL carried out {} commits and {} single statements whose answers were lost",
        unheard.commits, unheard.singles
    ));
    outcome
}

async fn play_round(args: &Args, chance: &Chance, (shape, first): (Shape, bool), count: u64) -> Outcome {
    let mut stage = Stage::set(args, chance, shape).await;
    let mut kinds = plan(count, args, &stage.ground, &mut chance.branch("plan"));
    // Some are tried in vain: a point that is not passed in time.
    kinds.extend(plan(count, args, &stage.ground, &mut chance.branch("instead")));
    stage.recovers("the start").await;
    let (mut kinds_played, mut times) = (BTreeMap::new(), BTreeMap::<Kind, Duration>::new());
    let mut made = 0;
    for kind in kinds {
        if made == count {
            break;
        }
        let since = Instant::now();
        if play(&mut stage, kind).await {
            *kinds_played.entry(kind).or_default() += 1;
            made += 1;
        }
        *times.entry(kind).or_default() += since.elapsed();
    }
    let words: Vec<String> = times
        .iter()
        .map(|(kind, time)| format!("{} {} ms", kind.name(), time.as_millis()))
        .collect();
    say(&format!("faults: {}", words.join(", ")));
    let traced = (args.only.is_empty() || args.plant.is_some()) && !args.skipped(Kind::Call);
    if !shape.has_postgres() && traced && server::can_trace() {
        flushed::check(&mut stage).await;
    }
    let database = stage
        .ground
        .database
        .as_ref()
        .map(|database| database.name.clone());
    let answered = stage.field.log.acknowledged();
    let unheard = inject::lost(&stage.ground.lines);
    let verdict = stage.verdict(args.plant.is_none() && first).await;
    if let Some(name) = database {
        ground::postgres()
            .execute("postgres", &format!("DROP DATABASE {name} WITH (FORCE)"))
            .await;
    }
    Outcome {
        verdict,
        kinds: kinds_played,
        answered,
        unheard,
    }
}
