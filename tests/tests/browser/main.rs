//! Flows of people through the pages, in a real browser: each on a system of its own, which is the real binary on a
//! simulated clock. What a flow does is written in `tests/browser/flows`; here systems are started, brought to where
//! the flow begins, and ended by their ids. Its last line: `test result: ok. N passed; M failed`.
#![allow(
    clippy::unwrap_used,
    reason = "a harness stops at the first thing that it cannot do"
)]

mod args;
mod flows;
mod node;
mod scene;
mod shown;
mod stage;

use std::io::Write as _;
use std::process::ExitCode;
use std::time::Instant;

use chiso_tests::Shape;
use futures_util::StreamExt as _;
use tokio::runtime::Handle;

use args::Args;
use flows::{FLOWS, Flow};

/// Flows at once: a browser, a system and what they wait for keep a core busy.
const AT_ONCE: usize = 2;

fn main() -> ExitCode {
    let args = match Args::read(std::env::args().skip(1)) {
        Ok(args) => args,
        Err(words) => {
            say(&words);
            return ExitCode::from(2);
        }
    };
    if args.is_everything() {
        flows::check();
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    let played = runtime.block_on(play_all(&args));
    shown::end();
    let total = played.len();
    // Once more and last, since a log of a whole run is read from its end.
    let failed: Vec<String> = played.into_iter().filter_map(Result::err).collect();
    for said in &failed {
        say(said);
    }
    let (passed, failed) = (total - failed.len(), failed.len());
    let word = if failed == 0 { "ok" } else { "FAILED" };
    say(&format!(
        "browser: pictures are in {}",
        node::pictures().display()
    ));
    let line = format!("test result: {word}. {passed} passed; {failed} failed\n");
    std::io::stdout().write_all(line.as_bytes()).unwrap();
    ExitCode::from(u8::from(failed > 0))
}

/// How a flow went: nothing to say, or what to say of it.
type Played = Result<(), String>;

/// Progress, to standard error.
fn say(text: &str) {
    let _nobody_reads = writeln!(std::io::stderr(), "{text}");
}

/// Every flow that is asked for, in each of its shapes.
async fn play_all(args: &Args) -> Vec<Played> {
    // Each on a thread of its own: while one drops its database, which blocks until nobody is on the way into any, the
    // other goes on its way.
    let play = async |(flow, shape): (&'static Flow, Shape)| {
        let (runtime, tour) = (Handle::current(), args.tour);
        let on_its_own = move || runtime.block_on(play(flow, shape, tour));
        let played = tokio::task::spawn_blocking(on_its_own).await;
        // What was wrong has been said by whoever panicked.
        played.unwrap_or_else(|_panicked| Err(headed(flow, shape, "FAILED, its harness panicked")))
    };
    let (alone, together): (Vec<_>, Vec<_>) =
        args.chosen(&FLOWS).into_iter().partition(|(flow, _)| flow.alone);
    let together = futures_util::stream::iter(together)
        .map(&play)
        .buffer_unordered(AT_ONCE);
    let mut played: Vec<Played> = together.collect().await;
    for chosen in alone {
        played.push(play(chosen).await);
    }
    played
}

/// The line that a flow's output stands under.
fn headed(flow: &Flow, shape: Shape, said: &str) -> String {
    format!("browser: {} on {}: {said}", flow.name, args::named(shape))
}

async fn play(flow: &'static Flow, shape: Shape, tour: bool) -> Played {
    let since = Instant::now();
    let mut scene = scene::set(flow.scene, shape, flow.name).await;
    let set = since.elapsed().as_millis();
    let (mut given, folder) = (scene.given().await, scene.folder().to_owned());
    given["seen"] = flow.seen(shape).into();
    let played = tokio::select! {
        played = node::play(flow.name, given, &folder, tour) => played,
        () = scene.work() => Err("the hands behind the stage have gone".to_owned()),
    };
    scene.end().await;
    let took = since.elapsed().as_millis();
    let times = format!("{set} ms to set, {took} ms in all");
    match played {
        Ok(said) => {
            say(&headed(flow, shape, &format!("ok, {times}\n{said}")));
            Ok(())
        }
        Err(said) => {
            let said = headed(flow, shape, &format!("FAILED, {times}\n{said}"));
            say(&said);
            Err(said)
        }
    }
}
