//! The frame of a cycle as another process finds it in Redis, while the registry itself is out of reach.

use std::sync::Arc;
use std::time::Duration;

use chiso_domain::cycle::Cycle;
use chiso_platform::auth::{Role, ServiceKey};
use chiso_platform::bells::Bells;
use chiso_platform::cycles::Cycles;
use chiso_platform::redis::{Cache, Redis, State};
use chiso_platform::testkit::As;
use chiso_platform::testkit::redis::Server;
use chiso_platform::{Error, rng};
use chiso_wire::convert::timestamp;
use chiso_wire::registry as pb;

use crate::stand::{CYCLE, Stand, at, call};

/// A process that knows the registry, and the copies it shares.
async fn shared(server: &Server, stand: &Stand) -> Cache {
    let redis = Redis::open(&server.url()).unwrap();
    tokio::spawn(redis.clone().run(Bells::default()));
    let up = redis.until(|state| *state == State::Up);
    tokio::time::timeout(Duration::from_secs(20), up).await.unwrap();
    let cache = Cache::new(redis, &ServiceKey::new(rng::bytes()));
    let part = chiso_registry::build(stand.kit.ctx.clone()).await.unwrap();
    stand.kit.ctx.cycles.connect(stand.kit.serve(part));
    stand.kit.ctx.cycles.share(cache.clone());
    cache
}

/// What a new process finds that does not reach the registry.
async fn elsewhere(stand: &Stand, cache: &Cache) -> Result<Arc<Cycle>, Error> {
    let cycles = Cycles::new(ServiceKey::new(rng::bytes()), stand.kit.ctx.clock.clone());
    cycles.share(cache.clone());
    cycles.get(&CYCLE.parse().unwrap()).await
}

/// The same, read within the second for which a copy counts, however slow the machine is.
async fn found(stand: &Stand, cache: &Cache) -> Arc<Cycle> {
    let found = async {
        loop {
            stand.kit.ctx.cycles.fresh(&CYCLE.parse().unwrap()).await.unwrap();
            if let Ok(cycle) = elsewhere(stand, cache).await {
                return cycle;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(20), found)
        .await
        .unwrap()
}

#[tokio::test]
async fn a_process_finds_the_frame_that_another_one_read() {
    let server = Server::start();
    let mut stand = Stand::open().await;
    let cache = shared(&server, &stand).await;
    let code = CYCLE.parse().unwrap();
    assert!(elsewhere(&stand, &cache).await.is_err(), "nobody has read it yet");
    let first = stand.kit.ctx.cycles.fresh(&code).await.unwrap();
    assert_eq!(found(&stand, &cache).await, first);
    let extended = call!(
        stand,
        extend_window,
        ExtendWindowRequest {
            window: pb::Window::SelfScoring.into(),
            unit: "VT".to_owned(),
            ends_at: Some(timestamp(at("2022-12-17T00:00:00+07:00"))),
            reason: "Mất điện diện rộng".to_owned(),
        }
    );
    extended.unwrap();
    let second = stand.kit.ctx.cycles.fresh(&code).await.unwrap();
    assert_ne!(first, second);
    assert_eq!(found(&stand, &cache).await, second);
}

#[tokio::test]
async fn a_frame_that_is_old_or_not_genuine_is_asked_of_the_registry() {
    let server = Server::start();
    let stand = Stand::open().await;
    let cache = shared(&server, &stand).await;
    let code = CYCLE.parse().unwrap();
    let frame = stand.kit.ctx.cycles.fresh(&code).await.unwrap();
    let keys = server.lines("KEYS *");
    assert_eq!(keys.len(), 2, "{keys:?}");
    for key in &keys {
        stand.kit.ctx.cycles.fresh(&code).await.unwrap();
        server.ask(&format!("SETRANGE {key} 32 9")).unwrap();
        assert!(elsewhere(&stand, &cache).await.is_err(), "{key}");
    }
    assert_eq!(stand.kit.ctx.cycles.fresh(&code).await.unwrap(), frame);
    let forgotten = async {
        while elsewhere(&stand, &cache).await.is_ok() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let forgotten = tokio::time::timeout(Duration::from_secs(20), forgotten).await;
    forgotten.expect("after a second the registry has to be asked again");
    server.kill();
    assert_eq!(stand.kit.ctx.cycles.fresh(&code).await.unwrap(), frame);
    let request = pb::GetCycleRequest {
        cycle: CYCLE.to_owned(),
    };
    let request = stand.kit.request(request, &As::role(Role::Auditor));
    stand.client.clone().get_cycle(request).await.unwrap();
}
