//! Faults of the network, by our own proxy.

use std::time::Duration;

use crate::proxy::Proxy;
use crate::stage::Stage;

/// Ways that are busy all the time.
const BUSY: [&str; 4] = ["survey", "survey", "ledger", "recheck"];

fn some_way(stage: &mut Stage) -> Proxy {
    let service = *stage.chance.pick(&BUSY);
    stage.ground.proxies[service].clone()
}

/// Cuts the connection that moves the n-th byte from now, so mostly within a message.
pub(super) async fn cut(stage: &mut Stage) -> bool {
    let proxy = some_way(stage);
    let before = proxy.cuts();
    proxy.cut_after(stage.chance.between(1, 12_000));
    for _ in 0..400 {
        if proxy.cuts() > before {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    false
}

/// Every piece comes late for a while.
pub(super) async fn slow(stage: &mut Stage) -> bool {
    let proxy = some_way(stage);
    proxy.delay(Duration::from_millis(stage.chance.between(20, 200)));
    tokio::time::sleep(Duration::from_millis(400)).await;
    proxy.delay(Duration::ZERO);
    true
}

/// A network that has gone away without a word, and then for good.
pub(super) async fn silence(stage: &mut Stage) -> bool {
    let proxy = some_way(stage);
    proxy.hold(true);
    tokio::time::sleep(Duration::from_millis(stage.chance.between(200, 1_500))).await;
    proxy.cut_all();
    proxy.hold(false);
    true
}
