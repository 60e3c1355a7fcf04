//! The doorbell between processes: "there are new points of this source", by publish and subscribe.
//!
//! A notice is its sender's own id and nothing else. One that is lost, doubled, late or forged changes nothing,
//! since it only makes a consumer pull, and consumers also poll. Rings that come faster than Redis takes them
//! become one, so that nothing queues up.

use std::sync::Arc;
use std::time::Duration;

use chiso_domain::index_points::Source;
use futures_util::StreamExt;
use redis::aio::PubSub;
use redis::{Msg, RedisError};
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

use super::{CONNECT, LONGEST_PAUSE, Link, SHORTEST_PAUSE, jittered, late};
use crate::bells::Bells;
use crate::metrics::metrics;
use crate::rng;

/// After so long without a notice the connection is asked for a sign of life.
const QUIET: Duration = Duration::from_secs(5);

const SOURCES: [(Source, &str, &str); 4] = [
    (Source::Survey, "survey", "chiso:points:survey"),
    (Source::Recheck, "recheck", "chiso:points:recheck"),
    (Source::Leaders, "leaders", "chiso:points:leaders"),
    (Source::Ledger, "ledger", "chiso:points:ledger"),
];

type Rung = [watch::Receiver<()>; 4];

/// Has the bells remember each ring of this process for [`send`]. Answers the id of this process, too.
pub(super) fn told(bells: &Bells) -> (String, Rung) {
    let ropes: Arc<[watch::Sender<()>; 4]> = Arc::default();
    let rung = ropes.each_ref().map(watch::Sender::subscribe);
    bells.tell(move |source| {
        for ((of, ..), rope) in SOURCES.iter().zip(&*ropes) {
            if *of == source {
                rope.send_replace(());
            }
        }
    });
    (hex::encode(rng::bytes::<8>()), rung)
}

/// Sends a notice for each bell that rang here since the last one.
pub(super) async fn send(link: &Link, here: &str, rung: Rung) {
    let [survey, recheck, leaders, ledger] = rung;
    let [a, b, c, d] = SOURCES;
    tokio::join!(
        send_of(link, here, a, survey),
        send_of(link, here, b, recheck),
        send_of(link, here, c, leaders),
        send_of(link, here, d, ledger)
    );
}

async fn send_of(
    link: &Link,
    here: &str,
    source: (Source, &'static str, &str),
    mut rung: watch::Receiver<()>,
) {
    let (_, name, channel) = source;
    let mut publish = redis::cmd("PUBLISH");
    publish.arg(channel).arg(here);
    while rung.changed().await.is_ok() {
        if link.ask::<i64>("publish", &publish).await.is_some() {
            metrics().bell(name, "sent");
        }
    }
    // The bells are gone: the process ends.
    std::future::pending::<()>().await;
}

/// Rings here what rang in other processes, for ever.
pub(super) async fn hear(link: &Link, here: &str, bells: &Bells) {
    let mut pause = SHORTEST_PAUSE;
    loop {
        if let Ok(subscription) = subscribe(link).await {
            pause = SHORTEST_PAUSE;
            // What rang while nobody listened is not known.
            SOURCES.iter().for_each(|(source, ..)| bells.heard(*source));
            let why = listen(subscription, here, bells).await;
            tracing::debug!(reason = why.category(), "redis: no longer subscribed");
        }
        sleep(jittered(pause)).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

async fn subscribe(link: &Link) -> Result<PubSub, RedisError> {
    let subscribe = async {
        let mut subscription = link.client.get_async_pubsub().await?;
        let channels: Vec<&str> = SOURCES.iter().map(|(_, _, channel)| *channel).collect();
        subscription.subscribe(channels).await?;
        Ok(subscription)
    };
    timeout(CONNECT, subscribe)
        .await
        .unwrap_or_else(|_late| Err(late()))
}

/// Ends with the reason why nothing more can be heard.
async fn listen(subscription: PubSub, here: &str, bells: &Bells) -> RedisError {
    let (mut sink, mut notices) = subscription.split();
    loop {
        match timeout(QUIET, notices.next()).await {
            Ok(Some(notice)) => ring(&notice, here, bells),
            Ok(None) => return std::io::Error::from(std::io::ErrorKind::BrokenPipe).into(),
            Err(_quiet) => {
                let pulse = timeout(CONNECT, sink.ping::<redis::Value>()).await;
                if let Err(error) = pulse.unwrap_or_else(|_late| Err(late())) {
                    return error;
                }
            }
        }
    }
}

fn ring(notice: &Msg, here: &str, bells: &Bells) {
    // What rang here was heard here already.
    if notice.get_payload_bytes() == here.as_bytes() {
        return;
    }
    let channel = notice.get_channel_name();
    for (source, name, _) in SOURCES.iter().filter(|(.., of)| *of == channel) {
        metrics().bell(name, "heard");
        bells.heard(*source);
    }
}
