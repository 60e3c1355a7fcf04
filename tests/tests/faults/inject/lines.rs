//! Faults on the way to PostgreSQL, by our own proxies.

use std::time::Duration;

use crate::proxy::{Due, Form, Lose, Lost, Proxy};
use crate::stage::Stage;

/// Who writes all the time, and how. The survey's intake commits by single statements where nobody else of the survey
/// wrote just before, so mostly where it runs once.
const WRITERS: [(&str, Form); 5] = [
    ("survey", Form::Single),
    ("survey", Form::Commit),
    ("recheck", Form::Commit),
    ("leaders", Form::Commit),
    ("ledger", Form::Commit),
];
/// The ranking pulls all the time.
const BUSY: [&str; 7] = [
    "survey", "survey", "recheck", "leaders", "ledger", "ledger", "ranking",
];
/// Looks, each [`LOOK`] after the one before, until a fault is met.
const LOOKS: u32 = 400;
const LOOK: Duration = Duration::from_millis(5);

/// The ways to PostgreSQL of every process that a service is in.
fn ways(stage: &Stage, service: &str) -> Vec<Proxy> {
    let numbers = stage.ground.of(service).into_iter();
    numbers.map(|number| stage.ground.lines[number].clone()).collect()
}

/// So many answers were lost on some ways.
pub(crate) fn lost(ways: &[Proxy]) -> Lost {
    let mut all = Lost::default();
    for way in ways {
        all.add(way.watch().lost());
    }
    all
}

/// A commit is carried out and its answer never comes back: who sent it does not know, and neither does the client.
pub(super) async fn answer(stage: &mut Stage) -> bool {
    let so_far = lost(&stage.ground.lines);
    let alone = stage.ground.of("survey").len() == 1;
    let (service, form) = if alone && so_far.singles <= so_far.commits {
        WRITERS[0]
    } else {
        *stage.chance.pick(&WRITERS)
    };
    let lose = *stage.chance.pick(&[Lose::AtOnce, Lose::AfterAnswer]);
    let ways = ways(stage, service);
    let before = lost(&ways);
    let next = |next: Option<Due>| ways.iter().for_each(|way| way.watch().lose(next.clone()));
    next(Some((format!("chiso_{service}"), form, lose)));
    for _ in 0..LOOKS {
        if lost(&ways) != before {
            break;
        }
        tokio::time::sleep(LOOK).await;
    }
    next(None);
    lost(&ways) != before
}

/// A connection to PostgreSQL is cut where it moves the n-th byte from now, so mostly within a message.
pub(super) async fn line(stage: &mut Stage) -> bool {
    let service = *stage.chance.pick(&BUSY);
    let ways = ways(stage, service);
    let way = stage.chance.pick(&ways);
    let before = way.cuts();
    way.cut_after(stage.chance.between(1, 12_000));
    for _ in 0..LOOKS {
        if way.cuts() > before {
            return true;
        }
        tokio::time::sleep(LOOK).await;
    }
    false
}
