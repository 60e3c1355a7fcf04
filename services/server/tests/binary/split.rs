//! Some services here, the others elsewhere: processes that know each other by address only, each with a data
//! folder of its own.

use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::time::{Duration, Instant};

use chiso_wire::identity::SignInRequest;
use chiso_wire::identity::identity_service_client::IdentityServiceClient;
use chiso_wire::ranking::GetProvisionalRequest;
use chiso_wire::ranking::ranking_service_client::RankingServiceClient;
use tonic::{Code, Request};

use crate::process::{Serving, run, text};
use crate::serving::{add, connect};

const PASSWORD: &str = "mật khẩu đủ dài";

/// What runs in each process.
const APART: [&str; 4] = [
    "identity,registry",
    "survey,recheck",
    "leaders,ledger",
    "ranking,gateway",
];

/// Addresses that nobody had a moment ago.
fn free(count: usize) -> Vec<SocketAddr> {
    let sockets: Vec<_> = (0..count)
        .map(|_| TcpListener::bind("127.0.0.1:0").unwrap())
        .collect();
    sockets
        .iter()
        .map(|socket| socket.local_addr().unwrap())
        .collect()
}

/// One file of settings for all processes.
fn settings(folder: &Path, addresses: &[SocketAddr]) -> String {
    let keys = folder.join("keys");
    let mut text = format!("[web]\nsecond_factor = \"offered\"\n[keys]\nfile = {keys:?}\n[peers]\n");
    for (only, address) in APART.iter().zip(addresses) {
        for service in only.split(',').filter(|service| *service != "gateway") {
            text += &format!("{service} = [\"http://{address}\"]\n");
        }
    }
    let path = folder.join("chiso.toml");
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

fn start(folder: &Path, config: &str, only: &str, address: SocketAddr) -> Serving {
    let address = address.to_string();
    Serving::with(
        &folder.join(only),
        &["--config", config, "--only", only, "--grpc", &address],
    )
}

/// Asks until the answer is the wanted one.
fn until(serving: &Serving, path: &str, status: u16) -> String {
    let begun = Instant::now();
    loop {
        let (found, body) = serving.get(path);
        if found == status {
            return body;
        }
        assert!(
            begun.elapsed() < Duration::from_secs(30),
            "{path} stays {found}: {body}"
        );
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn four_processes_are_one_system() {
    let folder = tempfile::tempdir().unwrap();
    let addresses = free(APART.len());
    let config = settings(folder.path(), &addresses);
    let home = folder.path().join(APART[0]);
    // In the end each finds the others, whoever comes first.
    let mut running: Vec<Serving> = Vec::new();
    for (only, address) in APART.iter().zip(&addresses).rev() {
        running.push(start(folder.path(), &config, only, *address));
    }
    running.reverse();
    let made = add(&home, &config, "quantri", PASSWORD);
    assert!(made.status.success(), "{}", text(&made.stderr));
    let [people, survey, _, ranking] = running.as_slice() else {
        panic!()
    };
    for serving in &running {
        until(serving, "/readyz", 200);
    }
    let body = until(ranking, "/v1/cycles", 200);
    assert!(body.contains("cycles"), "{body}");
    assert_eq!(survey.get("/v1/cycles").0, 404, "the gateway does not run there");

    let mut identity = IdentityServiceClient::new(connect(people).await);
    let sign_in = SignInRequest {
        login: "quantri".to_owned(),
        password: PASSWORD.to_owned(),
        ..Default::default()
    };
    let token = identity.sign_in(sign_in).await.unwrap().into_inner().token;
    // From ranking to identity for the caller, to all four feeds, to the registry for the cycle.
    let mut ranks = RankingServiceClient::new(connect(ranking).await);
    let ask = |token: &str| {
        let mut request = Request::new(GetProvisionalRequest {
            cycle: "2022".to_owned(),
            ..GetProvisionalRequest::default()
        });
        let value = format!("Bearer {token}").parse().unwrap();
        request.metadata_mut().insert("authorization", value);
        request
    };
    let refused = ranks.get_provisional(ask(&token)).await.unwrap_err();
    assert_eq!(refused.code(), Code::NotFound, "there is no cycle yet: {refused}");
    let refused = ranks.get_provisional(ask("chiso_s_nobody")).await.unwrap_err();
    assert_eq!(refused.code(), Code::Unauthenticated, "{refused}");
    drop((identity, ranks));
    while let Some(serving) = running.pop() {
        assert_eq!(serving.terminate(), Some(0));
    }
}

#[test]
fn a_peer_that_is_missing_or_wrong_is_named_with_its_setting() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().to_str().unwrap();
    let only = |more: &[&str]| {
        let mut arguments = vec![
            "serve",
            "--data",
            data,
            "--grpc",
            "127.0.0.1:0",
            "--http",
            "127.0.0.1:0",
        ];
        arguments.extend(more);
        let output = run(&arguments, "");
        assert_eq!(output.status.code(), Some(1));
        text(&output.stderr)
    };
    let said = only(&["--only", "registry"]);
    assert!(
        said.contains("peers.identity is not set") && said.contains("run.only"),
        "{said}"
    );
    let config = folder.path().join("chiso.toml");
    std::fs::write(&config, "[peers]\nidentity = [\"10.0.0.5:50051\"]\n").unwrap();
    let config = config.to_str().unwrap();
    let said = only(&["--only", "registry", "--config", config]);
    assert!(
        said.contains("peers.identity") && said.contains("write http://host:port"),
        "{said}"
    );
    let said = only(&["--only", "gateways"]);
    assert!(said.contains("run.only") && said.contains("gateways"), "{said}");
    std::fs::write(config, "[limits]\nstreams = 0\n").unwrap();
    let said = only(&["--config", config]);
    assert!(
        said.contains("limits.streams (from ") && said.contains("1024"),
        "{said}"
    );
}

#[test]
fn readiness_says_why_a_peer_is_of_no_use() {
    let folder = tempfile::tempdir().unwrap();
    let addresses = free(2);
    let identity = |name: &str, keys: &str, address: SocketAddr| {
        let (keys, address) = (folder.path().join(keys), address.to_string());
        let config = folder.path().join(format!("{name}.toml"));
        std::fs::write(&config, format!("[keys]\nfile = {keys:?}\n")).unwrap();
        let config = config.to_str().unwrap().to_owned();
        Serving::with(
            &folder.path().join(name),
            &["--config", &config, "--only", "identity", "--grpc", &address],
        )
    };
    let keys = folder.path().join("keys");
    let config = folder.path().join("registry.toml");
    let text = format!(
        "[keys]\nfile = {keys:?}\n[peers]\nidentity = [\"http://{}\"]\n",
        addresses[0]
    );
    std::fs::write(&config, text).unwrap();
    let arguments = [
        "--config",
        config.to_str().unwrap(),
        "--only",
        "registry",
        "--grpc",
        &addresses[1].to_string(),
    ];
    let registry = Serving::with(&folder.path().join("registry"), &arguments);
    let body = until(&registry, "/readyz", 503);
    let address = addresses[0].to_string();
    assert!(!body.contains(&address), "anyone may ask: {body}");
    let said = registry.line("not ready");
    assert!(said.contains(&address), "{said}");
    assert!(
        body.contains("identity does not answer") && body.contains("correct peers.identity"),
        "{body}"
    );

    let stranger = identity("stranger", "other keys", addresses[0]);
    let begun = Instant::now();
    let body = loop {
        let (status, body) = registry.get("/readyz");
        assert_eq!(status, 503, "{body}");
        if body.contains("keys.file") {
            break body;
        }
        assert!(begun.elapsed() < Duration::from_secs(30), "{body}");
        std::thread::sleep(Duration::from_millis(50));
    };
    assert!(body.contains("does not take this process"), "{body}");
    assert_eq!(stranger.terminate(), Some(0));

    let right = identity("right", "keys", addresses[0]);
    until(&registry, "/readyz", 200);
    assert_eq!(registry.terminate(), Some(0));
    assert_eq!(right.terminate(), Some(0));
}
