//! Copies of published answers in a real Redis: the same bytes, fewer calls; gone, wrong or frozen, only slower.
#![allow(clippy::unwrap_used, reason = "a test stops at the first thing that is wrong")]

mod common;

use std::time::Duration;

use chiso_domain::kernel::text::sha256_hex;
use chiso_gateway::{Check, Limits};
use chiso_platform::auth::ServiceKey;
use chiso_platform::bells::Bells;
use chiso_platform::redis::{Cache, NEWEST_KEPT, Name, Published, Redis, State, newest_of};
use chiso_platform::rng;
use chiso_platform::testkit::redis::{Server, redis as shared};
use common::{Answer, DOCUMENT, Mood, World};

const PATHS: [&str; 7] = [
    "/v1/cycles/2022/ranking",
    "/v1/cycles/2022/ranking?unit_type=department&version=1",
    "/v1/cycles/2022/ranking?version=2",
    "/v1/cycles/2022/units/SNV",
    "/v1/cycles/2022/ranking.json",
    "/v1/cycles/2022/ranking.csv?version=1",
    "/v1/cycles/2022/ranking.json?version=2",
];

/// What an answer is, apart from its id.
type Seen = (u16, Vec<u8>, [String; 4]);

fn seen(answer: Answer) -> Seen {
    let header = |name| answer.header(name).to_owned();
    let headers = ["etag", "content-type", "cache-control", "content-disposition"].map(header);
    (answer.status.as_u16(), answer.body, headers)
}

/// As they are without any copy.
async fn plain() -> Vec<Seen> {
    answers(&World::new()).await
}

async fn answers(world: &World) -> Vec<Seen> {
    let mut all = Vec::new();
    for path in PATHS {
        all.push(seen(world.get(path).await));
    }
    all
}

async fn cache(server: &Server) -> Cache {
    let redis = Redis::open(&server.url()).unwrap();
    tokio::spawn(redis.clone().run(Bells::default()));
    let up = redis.until(|state| *state == State::Up);
    tokio::time::timeout(Duration::from_secs(20), up)
        .await
        .expect("redis answers");
    Cache::new(redis, &ServiceKey::new(rng::bytes()))
}

fn world(cache: &Cache) -> World {
    World::cached(Mood::Well, Limits::default(), Vec::new(), cache.clone())
}

/// Says which version is the newest, as the ranking service does, for the whole of a test.
async fn newest(cache: &Cache, version: i32) {
    newest_is(cache, version, DOCUMENT).await;
}

async fn newest_is(cache: &Cache, version: i32, document: &str) {
    let text = published(version, document).to_text();
    let name = newest_of("2022");
    cache.put(&name, text.as_bytes(), Duration::from_secs(600)).await;
}

/// Says that version 1 is not the newest, for the whole of a test.
async fn first_is_replaced(cache: &Cache, document: &str) {
    let text = published(1, document).to_text();
    let name = Name::of("replaced", &["2022", "1"]);
    cache.put(&name, text.as_bytes(), Duration::from_secs(600)).await;
}

fn published(number: i32, document: &str) -> Published {
    let sha256 = sha256_hex(document.as_bytes());
    Published { number, sha256 }
}

#[tokio::test]
async fn the_second_reader_costs_no_call_and_sees_the_same() {
    let cache = cache(shared()).await;
    let (first, second) = (world(&cache), world(&cache));
    newest(&cache, 2).await;
    first_is_replaced(&cache, DOCUMENT).await;
    let plain = plain().await;
    assert_eq!(answers(&first).await, plain);
    // Two of the seven are answered by what the others asked for.
    assert_eq!(first.calls(), 5);
    assert_eq!(answers(&second).await, plain);
    assert_eq!(second.asked(), []);
    let tag = second.get("/v1/cycles/2022/ranking.json").await;
    let known = second
        .get_with(
            "/v1/cycles/2022/ranking.json",
            &[("if-none-match", tag.header("etag"))],
        )
        .await;
    assert_eq!((known.status.as_u16(), second.calls()), (304, 0));
}

#[tokio::test]
async fn a_page_of_the_newest_is_no_copy_of_one_that_is_pinned() {
    let cache = cache(shared()).await;
    newest(&cache, 2).await;
    let (pinned, open) = ("/xep-hang/2022/department?ban=2", "/xep-hang/2022/department");
    let links = |answer: &Answer| {
        String::from_utf8_lossy(&answer.body)
            .matches("/SNV?ban=2\"")
            .count()
    };
    // Each is asked for first once, by a process of its own that has no copy in its memory.
    for order in [[pinned, open], [open, pinned]] {
        let world = world(&cache);
        for address in order {
            let answer = world.get(address).await;
            assert_eq!(links(&answer) > 0, address == pinned, "{address}");
        }
    }
}

#[tokio::test]
async fn the_newest_is_known_for_a_second_only() {
    let cache = cache(shared()).await;
    let world = world(&cache);
    let known = async {
        loop {
            world.get(PATHS[0]).await;
            if let Some(version) = cache.get(&newest_of("2022")).await {
                return version;
            }
        }
    };
    let known = tokio::time::timeout(NEWEST_KEPT * 20, known).await;
    assert_eq!(Published::read(&known.unwrap()), Some(published(2, DOCUMENT)));
    let gone = async {
        while cache.get(&newest_of("2022")).await.is_some() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(NEWEST_KEPT * 20, gone)
        .await
        .expect("it is forgotten");
    world.calls();
    world.get(PATHS[0]).await;
    assert_eq!(world.calls(), 1);
}

#[tokio::test]
async fn a_new_version_is_shown_as_soon_as_it_is_told() {
    let cache = cache(shared()).await;
    let world = world(&cache);
    newest(&cache, 1).await;
    // The fake has two: what it answers is kept as what it is, and never shown as version 1.
    world.get(PATHS[0]).await;
    world.get(PATHS[4]).await;
    newest(&cache, 2).await;
    world.calls();
    let body = world.get(PATHS[0]).await.json();
    assert_eq!((body["version"]["version"].as_i64(), world.calls()), (Some(2), 0));
    newest(&cache, 3).await;
    world.get(PATHS[0]).await;
    world.get("/v1/cycles/2022/ranking?version=2").await;
    assert_eq!(
        world.calls(),
        2,
        "neither is known of a time when 3 is the newest"
    );
}

#[tokio::test]
async fn after_a_restore_no_copy_of_the_lost_system_is_shown() {
    const OTHER: &str = "{\"format\":1,\"units\":[\"Sở Tài chính\"]}";
    let cache = cache(shared()).await;
    let lost = world(&cache);
    newest(&cache, 2).await;
    first_is_replaced(&cache, DOCUMENT).await;
    let shown = answers(&lost).await;
    // The same keys, so the same seals; what was published after the backup is published anew.
    newest_is(&cache, 2, OTHER).await;
    first_is_replaced(&cache, OTHER).await;
    let plain = answers(&World::restored(OTHER, Cache::off())).await;
    let restored = World::restored(OTHER, cache.clone());
    for round in 1..=2 {
        assert_eq!(answers(&restored).await, plain, "{round}");
    }
    assert!(shown.iter().zip(&plain).all(|(old, new)| old != new));
}

#[tokio::test]
async fn a_large_file_is_sent_and_not_kept() {
    let large: &'static str = "x".repeat(300_000).leak();
    let cache = cache(shared()).await;
    let world = World::restored(large, cache.clone());
    newest_is(&cache, 2, large).await;
    for _ in 0..2 {
        let file = world.get("/v1/cycles/2022/ranking.json").await;
        assert_eq!(file.body, large.as_bytes());
        assert_eq!(world.calls(), 1);
    }
}

#[tokio::test]
async fn who_has_a_token_is_answered_by_the_service() {
    let cache = cache(shared()).await;
    let world = world(&cache);
    newest(&cache, 2).await;
    for _ in 0..2 {
        for path in PATHS {
            world
                .get_with(path, &[("authorization", "Bearer chiso_t_x")])
                .await;
            assert!(world.calls() > 0, "{path}");
        }
    }
}

#[tokio::test]
async fn refusals_and_broken_files_are_not_kept() {
    let cache = cache(shared()).await;
    let cut = World::cached(Mood::Cuts, Limits::default(), Vec::new(), cache.clone());
    newest(&cache, 2).await;
    let broken = cut.get("/v1/cycles/2022/ranking.json").await;
    assert!(broken.status.is_server_error(), "{}", broken.status);
    let world = world(&cache);
    let whole = world.get("/v1/cycles/2022/ranking.json").await;
    assert_eq!(whole.body, DOCUMENT.as_bytes());
    for _ in 0..2 {
        let unknown = world.get("/v1/cycles/2099/ranking").await;
        assert_eq!(unknown.problem(), (404, "NOT_PUBLISHED".to_owned()));
    }
    assert_eq!(world.calls(), 3);
}

#[tokio::test]
async fn rubbish_in_redis_changes_no_answer() {
    let server = Server::start();
    let cache = cache(&server).await;
    let (world, plain) = (world(&cache), plain().await);
    for spoil in ["rubbish", "\"\""] {
        newest(&cache, 2).await;
        assert_eq!(answers(&world).await, plain);
        let mut keys = server.lines("KEYS *");
        // Gone after a second.
        keys.retain(|key| !key.contains(":replaced:"));
        assert_eq!(keys.len(), 6, "{keys:?}");
        for key in &keys {
            assert_eq!(server.ask(&format!("SET {key} {spoil}")).as_deref(), Some("+OK"));
        }
        assert_eq!(answers(&world).await, plain);
    }
    for key in &server.lines("KEYS *") {
        assert!(server.ask(&format!("SETRANGE {key} 40 XXXX")).is_some());
    }
    assert_eq!(answers(&world).await, plain);
}

#[tokio::test]
async fn emptied_killed_and_frozen_it_only_costs_time() {
    let server = Server::start();
    let cache = cache(&server).await;
    let redis = Check::redis(cache.redis().clone());
    let world = World::cached(Mood::Well, Limits::default(), vec![redis], cache.clone());
    let plain = plain().await;
    assert_eq!(answers(&world).await, plain);
    server.empty();
    assert_eq!(answers(&world).await, plain);
    server.freeze();
    assert_eq!(answers(&world).await, plain);
    until(&cache, false).await;
    let readiness = world.get("/readyz").await;
    assert_eq!(readiness.status.as_u16(), 200);
    let check = &readiness.json()["checks"][0];
    assert_eq!(check["ready"], true);
    let reason = check["reason"].as_str().unwrap();
    assert!(reason.starts_with("unreachable, running without"), "{reason}");
    server.thaw();
    until(&cache, true).await;
    assert_eq!(answers(&world).await, plain);
    server.kill();
    assert_eq!(answers(&world).await, plain);
    until(&cache, false).await;
    assert_eq!(answers(&world).await, plain);
    server.start_again();
    until(&cache, true).await;
    newest(&cache, 2).await;
    first_is_replaced(&cache, DOCUMENT).await;
    assert_eq!(answers(&world).await, plain);
    world.calls();
    assert_eq!((answers(&world).await, world.calls()), (plain, 0));
    assert!(world.get("/readyz").await.json()["checks"][0]["reason"].is_null());
}

async fn until(cache: &Cache, up: bool) {
    let changed = cache.redis().until(|state| (*state == State::Up) == up);
    tokio::time::timeout(Duration::from_secs(20), changed)
        .await
        .expect("the state changes");
}
