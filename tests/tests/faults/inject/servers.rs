//! Faults of the servers that chiso leans on.

use std::time::Duration;

use tokio::task::block_in_place;

use crate::ground;
use crate::stage::Stage;

const SOURCES: [&str; 4] = ["survey", "recheck", "leaders", "ledger"];

/// PostgreSQL ends as in a crash, in the midst of transactions, and comes back from its log.
pub(super) async fn database(stage: &mut Stage) -> bool {
    tokio::time::sleep(Duration::from_millis(stage.chance.between(5, 200))).await;
    block_in_place(|| {
        ground::postgres().stop_at_once();
        ground::postgres().start_again();
    });
    true
}

/// Redis forgets everything, dies and comes back empty, or stands still with its connections open.
pub(super) async fn redis(stage: &mut Stage) -> bool {
    let standstill = Duration::from_millis(stage.chance.between(100, 1_000));
    match stage.chance.below(3) {
        0 => block_in_place(|| ground::redis().empty()),
        1 => {
            block_in_place(|| ground::redis().kill());
            tokio::time::sleep(standstill).await;
            block_in_place(|| ground::redis().start_again());
        }
        _ => {
            ground::redis().freeze();
            tokio::time::sleep(standstill).await;
            ground::redis().thaw();
        }
    }
    true
}

/// A flood of notices without posts behind them: doubled, late and out of order are the same to who hears them.
pub(super) async fn notice(stage: &mut Stage) -> bool {
    let mut heard = 0;
    for _ in 0..stage.chance.between(20, 120) {
        let channel = format!("PUBLISH chiso:points:{} 1", stage.chance.pick(&SOURCES));
        heard += usize::from(
            block_in_place(|| ground::redis().ask(&channel)).is_some_and(|answer| answer != ":0"),
        );
    }
    heard > 0
}
