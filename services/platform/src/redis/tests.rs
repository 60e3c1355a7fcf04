//! On a real Redis: emptied, killed, frozen, filled with rubbish.
#![allow(clippy::unwrap_used, reason = "a test stops at the first thing that is wrong")]

use tokio::time::Instant;

use super::*;
use crate::auth::ServiceKey;
use crate::testkit::redis::{Server, redis as shared};
use chiso_domain::index_points::Source;

/// What may be found in one system's copies.
struct Side {
    redis: Redis,
    cache: Cache,
    bells: Bells,
    _run: tokio::task::JoinHandle<()>,
}

impl Side {
    async fn new(server: &Server, key: &ServiceKey) -> Self {
        let side = Self::unconnected(server, key);
        side.is_up().await;
        side
    }

    fn unconnected(server: &Server, key: &ServiceKey) -> Self {
        let redis = Redis::open(&server.url()).unwrap();
        let bells = Bells::default();
        Self {
            cache: Cache::new(redis.clone(), key),
            _run: tokio::spawn(redis.clone().run(bells.clone())),
            redis,
            bells,
        }
    }

    async fn is_up(&self) {
        let up = self.redis.until(|state| *state == State::Up);
        timeout(Duration::from_secs(20), up).await.expect("redis answers");
    }

    async fn is_down(&self) {
        let down = self.redis.until(|state| matches!(state, State::Down(_)));
        timeout(Duration::from_secs(20), down)
            .await
            .expect("redis is given up");
    }

    /// Until a ring of the other side is heard here: the subscription may need a moment.
    async fn hears(&self, other: &Self) {
        let mut listener = self.bells.listen(Source::Ledger);
        let heard = async {
            let rings = async {
                loop {
                    other.bells.ring(Source::Ledger);
                    sleep(Duration::from_millis(20)).await;
                }
            };
            tokio::select! {
                () = listener.wait(Duration::from_secs(60)) => {}
                () = rings => {}
            }
        };
        timeout(Duration::from_secs(20), heard)
            .await
            .expect("the ring is heard");
    }
}

fn key() -> ServiceKey {
    ServiceKey::new(rng::bytes())
}

fn name() -> Name {
    Name::of("published", &["2022", "1"])
}

const KEEP: Duration = Duration::from_secs(60);

#[test]
fn an_address_that_is_none_is_refused_and_its_password_not_told() {
    for url in [
        "http://127.0.0.1",
        "rediss://:geheim@127.0.0.1:6379",
        "127.0.0.1:6379",
        "redis://:geheim@:x",
        "redis://:geheim@host/notanumber",
    ] {
        let refused = Redis::open(url).unwrap_err().to_string();
        assert!(refused.contains("redis.url"), "{refused}");
        assert!(!refused.contains("geheim"), "{refused}");
    }
    let open = Redis::open("redis://chiso:geheim@127.0.0.1:7000/2").unwrap();
    assert_eq!(open.state(), State::Starting);
    assert!(!format!("{open:?}").contains("geheim"), "{open:?}");
}

#[tokio::test]
async fn without_redis_nothing_is_kept_and_nothing_waits() {
    let redis = Redis::open("").unwrap();
    assert_eq!(redis.state(), State::Off);
    let cache = Cache::new(redis.clone(), &key());
    cache.put(&name(), b"body", KEEP).await;
    assert_eq!(cache.get(&name()).await, None);
    redis.run(Bells::default()).await;
}

#[tokio::test]
async fn copies_are_found_by_name_until_their_time_is_over() {
    let (key, server) = (key(), shared());
    let (a, b) = (Side::new(server, &key).await, Side::new(server, &key).await);
    assert_eq!(b.cache.get(&name()).await, None);
    a.cache.put(&name(), b"body", KEEP).await;
    assert_eq!(b.cache.get(&name()).await.as_deref(), Some(&b"body"[..]));
    let next = Name::of("published", &["2022", "2"]);
    assert_eq!(b.cache.get(&next).await, None);
    b.cache.put_new(&name(), b"later", KEEP).await;
    assert_eq!(a.cache.get(&name()).await.as_deref(), Some(&b"body"[..]));
    b.cache.forget(&name()).await;
    assert_eq!(a.cache.get(&name()).await, None);
    a.cache.put(&name(), b"short", Duration::from_millis(30)).await;
    let deadline = Instant::now() + Duration::from_secs(20);
    while a.cache.get(&name()).await.is_some() {
        assert!(Instant::now() < deadline, "the copy outlives its time");
    }
}

#[tokio::test]
async fn what_is_not_genuine_is_absent_and_removed() {
    let (key, server) = (key(), shared());
    let side = Side::new(server, &key).await;
    let (at, elsewhere) = (side.cache.key_of(&name()), Name::of("published", &["2022", "9"]));
    for spoil in [
        format!("SET {at} rubbish"),
        format!("SET {at} {}", "x".repeat(40)),
        format!("SETRANGE {at} 35 X"),
        format!("SETRANGE {at} 0 X"),
        format!("APPEND {at} more"),
        format!("SET {at} \"\""),
    ] {
        side.cache.put(&name(), b"body of the version", KEEP).await;
        server.ask(&spoil).unwrap();
        assert_eq!(side.cache.get(&name()).await, None, "{spoil}");
        assert_eq!(
            server.ask(&format!("EXISTS {at}")).as_deref(),
            Some(":0"),
            "{spoil}"
        );
    }
    // A genuine value under the name of another version.
    side.cache.put(&name(), b"body of the version", KEEP).await;
    let other = side.cache.key_of(&elsewhere);
    assert_eq!(server.ask(&format!("COPY {at} {other}")).as_deref(), Some(":1"));
    assert_eq!(side.cache.get(&elsewhere).await, None);
    // Of a type that is no text.
    server.ask(&format!("DEL {at}")).unwrap();
    server.ask(&format!("LPUSH {at} a")).unwrap();
    assert_eq!(side.cache.get(&name()).await, None);
    assert_eq!(side.redis.state(), State::Up);
}

#[test]
fn a_copy_whose_time_is_over_is_absent_whatever_redis_says() {
    let cache = Cache::new(Redis::off(), &key());
    let until = 1_700_000_000_000_000;
    let opened = |seconds: i64| {
        let now = chiso_domain::kernel::Instant::from_micros(until + seconds * 1_000_000);
        cache.opened(&name(), cache.sealed(&name(), b"body", until), now)
    };
    for fresh in [-60, 0, 4] {
        assert_eq!(opened(fresh).as_deref(), Some(&b"body"[..]), "{fresh}");
    }
    for over in [5, 86_400] {
        assert_eq!(opened(over), None, "{over}");
    }
    let mut longer = cache.sealed(&name(), b"body", until);
    longer[32] = 0x7F;
    let now = chiso_domain::kernel::Instant::from_micros(0);
    assert_eq!(cache.opened(&name(), longer, now), None);
}

#[tokio::test]
async fn a_connection_that_was_given_up_says_nothing_about_the_next_one() {
    let Redis(Some(link)) = Redis::open(&shared().url()).unwrap() else {
        panic!("one is named");
    };
    link.up(link.connect().await.unwrap());
    let first = link.line.lock().unwrap().number;
    link.give_up(first);
    // Noticed by a sign of life that did not come, at the same time.
    link.down(&late());
    let connection = link.connect().await.unwrap();
    link.up(connection.clone());
    let ended = timeout(PULSE * 2, link.watch_over(connection)).await;
    assert!(ended.is_err(), "{ended:?}");
}

#[tokio::test]
async fn systems_that_share_a_redis_do_not_meet() {
    let server = shared();
    let (ours, theirs) = (Side::new(server, &key()).await, Side::new(server, &key()).await);
    ours.cache.put(&name(), b"ours", KEEP).await;
    assert_eq!(theirs.cache.get(&name()).await, None);
    theirs.cache.put(&name(), b"theirs", KEEP).await;
    assert_eq!(ours.cache.get(&name()).await.as_deref(), Some(&b"ours"[..]));
}

#[tokio::test]
async fn a_bell_is_heard_in_the_other_process_and_once_in_its_own() {
    let server = Server::start();
    let key = key();
    let (a, b) = (Side::new(&server, &key).await, Side::new(&server, &key).await);
    b.hears(&a).await;
    a.hears(&b).await;
    // All notices of before are through once one more is, since a channel keeps its order.
    b.hears(&a).await;
    let (mut own, mut survey) = (a.bells.listen(Source::Recheck), b.bells.listen(Source::Survey));
    let mut other = b.bells.listen(Source::Recheck);
    a.bells.ring(Source::Recheck);
    let patient = Duration::from_secs(20);
    let began = Instant::now();
    own.wait(patient).await;
    other.wait(patient).await;
    assert!(began.elapsed() < patient, "the ring is heard on both sides");
    for (listener, what) in [
        (&mut own, "the sender hears its own ring again"),
        (&mut survey, "another source"),
    ] {
        let began = Instant::now();
        listener.wait(Duration::from_millis(200)).await;
        assert!(began.elapsed() >= Duration::from_millis(200), "{what}");
    }
}

#[tokio::test]
async fn an_emptied_redis_loses_copies_only() {
    let server = Server::start();
    let key = key();
    let (a, b) = (Side::new(&server, &key).await, Side::new(&server, &key).await);
    a.cache.put(&name(), b"body", KEEP).await;
    server.empty();
    assert_eq!(a.cache.get(&name()).await, None);
    a.cache.put(&name(), b"again", KEEP).await;
    assert_eq!(b.cache.get(&name()).await.as_deref(), Some(&b"again"[..]));
    b.hears(&a).await;
    assert_eq!(a.redis.state(), State::Up);
}

#[tokio::test]
async fn unreachable_at_the_start_costs_nothing_and_heals() {
    let server = Server::start();
    server.kill();
    let side = Side::unconnected(&server, &key());
    side.is_down().await;
    let State::Down(reason) = side.redis.state() else {
        panic!("it is down");
    };
    assert!(reason.contains("refused"), "{reason}");
    let began = Instant::now();
    for _ in 0..1_000 {
        assert_eq!(side.cache.get(&name()).await, None);
    }
    assert!(began.elapsed() < ANSWER, "{:?}", began.elapsed());
    server.start_again();
    side.is_up().await;
    side.cache.put(&name(), b"body", KEEP).await;
    assert_eq!(side.cache.get(&name()).await.as_deref(), Some(&b"body"[..]));
}

#[tokio::test]
async fn killed_in_use_it_is_left_alone_and_heals_when_it_is_back() {
    let server = Server::start();
    let key = key();
    let (a, b) = (Side::new(&server, &key).await, Side::new(&server, &key).await);
    a.cache.put(&name(), b"body", KEEP).await;
    b.hears(&a).await;
    server.kill();
    slow_only(&a).await;
    a.is_down().await;
    b.is_down().await;
    // In this process the bell rings all the same.
    let mut listener = a.bells.listen(Source::Survey);
    a.bells.ring(Source::Survey);
    let began = Instant::now();
    listener.wait(Duration::from_secs(20)).await;
    assert!(began.elapsed() < Duration::from_secs(1));
    server.start_again();
    a.is_up().await;
    b.is_up().await;
    b.hears(&a).await;
    assert_eq!(b.cache.get(&name()).await, None);
}

#[tokio::test]
async fn frozen_in_use_it_is_left_alone_and_heals_when_it_goes_on() {
    let server = Server::start();
    let key = key();
    let (a, b) = (Side::new(&server, &key).await, Side::new(&server, &key).await);
    a.cache.put(&name(), b"body", KEEP).await;
    b.hears(&a).await;
    server.freeze();
    slow_only(&a).await;
    a.is_down().await;
    b.is_down().await;
    server.thaw();
    a.is_up().await;
    b.is_up().await;
    assert_eq!(b.cache.get(&name()).await.as_deref(), Some(&b"body"[..]));
    b.hears(&a).await;
}

/// Hundreds of operations and rings during a disturbance cost a few missed answers together, not each.
async fn slow_only(side: &Side) {
    let began = Instant::now();
    for _ in 0..500 {
        side.cache.get(&name()).await;
        side.bells.ring(Source::Survey);
    }
    let (took, bound) = (began.elapsed(), ANSWER * (PATIENCE + 3));
    assert!(took < bound, "{took:?}");
}
