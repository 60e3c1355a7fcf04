//! The first stage of the limit on sign-ins: Redis gives again the refusals of the database, and no others.

use std::time::Duration;

use chiso_domain::kernel::time::SECOND;
use chiso_platform::auth::ServiceKey;
use chiso_platform::bells::Bells;
use chiso_platform::db::sql;
use chiso_platform::redis::{Cache, Redis, State};
use chiso_platform::rng;
use chiso_platform::testkit::redis::Server;
use tonic::Code;

use crate::stand::{PASSWORD, Stand, refused};

const MINUTE: i64 = 60 * SECOND;

async fn stand(server: &Server) -> (Stand, Redis) {
    let redis = Redis::open(&server.url()).unwrap();
    tokio::spawn(redis.clone().run(Bells::default()));
    until(&redis, true).await;
    let cache = Cache::new(redis.clone(), &ServiceKey::new(rng::bytes()));
    let (stand, _) = Stand::organised().await;
    (stand.restarted_with(cache).await, redis)
}

async fn until(redis: &Redis, up: bool) {
    let changed = redis.until(|state| (*state == State::Up) == up);
    tokio::time::timeout(Duration::from_secs(20), changed)
        .await
        .expect("the state changes");
}

async fn guess(stand: &mut Stand, reason: &str) {
    let code = if reason == "WRONG_PASSWORD" {
        Code::PermissionDenied
    } else {
        Code::ResourceExhausted
    };
    refused(
        stand.sign_in("quantri", "không phải mật khẩu").await,
        code,
        reason,
        "",
    );
}

/// Five guesses that are looked at, and one that is not.
async fn locked(stand: &mut Stand) {
    for _ in 0..5 {
        guess(stand, "WRONG_PASSWORD").await;
    }
    guess(stand, "TOO_MANY_FAILURES").await;
}

#[tokio::test]
async fn a_refusal_is_given_again_without_the_database() {
    let server = Server::start();
    let (mut stand, _redis) = stand(&server).await;
    locked(&mut stand).await;
    // Whether the database was asked is seen by taking its count away.
    let mut tx = stand.ctx.db.begin().await.unwrap();
    tx.run(sql("DELETE FROM identity_failure")).await.unwrap();
    tx.commit().await.unwrap();
    guess(&mut stand, "TOO_MANY_FAILURES").await;
    let held = server.lines("KEYS *");
    assert_eq!(held.len(), 1);
    assert!(!held[0].contains("quantri"), "{held:?}");
    server.empty();
    guess(&mut stand, "WRONG_PASSWORD").await;
}

#[tokio::test]
async fn a_refusal_ends_when_the_database_says_so() {
    let server = Server::start();
    let (mut stand, _redis) = stand(&server).await;
    locked(&mut stand).await;
    stand.wait(15 * MINUTE - 1);
    guess(&mut stand, "TOO_MANY_FAILURES").await;
    stand.wait(1);
    stand.sign_in("quantri", PASSWORD).await.unwrap();
}

#[tokio::test]
async fn without_redis_the_same_refusals_are_given() {
    let server = Server::start();
    let (mut stand, redis) = stand(&server).await;
    server.freeze();
    locked(&mut stand).await;
    guess(&mut stand, "TOO_MANY_FAILURES").await;
    until(&redis, false).await;
    guess(&mut stand, "TOO_MANY_FAILURES").await;
    server.thaw();
    until(&redis, true).await;
    server.kill();
    guess(&mut stand, "TOO_MANY_FAILURES").await;
    stand.wait(15 * MINUTE);
    stand.sign_in("quantri", PASSWORD).await.unwrap();
}

#[tokio::test]
async fn a_forged_refusal_locks_nobody_out() {
    let server = Server::start();
    let (mut stand, _redis) = stand(&server).await;
    locked(&mut stand).await;
    let held = server.lines("KEYS *");
    stand.wait(15 * MINUTE);
    server.ask(&format!("SET {} 99999999999999999", held[0])).unwrap();
    stand.sign_in("quantri", PASSWORD).await.unwrap();
}
