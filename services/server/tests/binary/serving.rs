//! `chiso serve`: ready, healthy, drained by SIGTERM, and the same after a second start.

use std::path::Path;

use chiso_platform::error::reason_of;
use chiso_wire::identity::identity_service_client::IdentityServiceClient;
use chiso_wire::identity::{ListPeopleRequest, Role, SignInRequest};
use tonic::transport::{Channel, Endpoint};
use tonic::{Code, Request};
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;
use tonic_reflection::pb::v1::ServerReflectionRequest;
use tonic_reflection::pb::v1::server_reflection_client::ServerReflectionClient;
use tonic_reflection::pb::v1::server_reflection_request::MessageRequest;
use tonic_reflection::pb::v1::server_reflection_response::MessageResponse;

use crate::process::{Serving, run, text};

const AREAS: [&str; 7] = [
    "identity", "registry", "survey", "recheck", "leaders", "ledger", "ranking",
];
const PASSWORD: &str = "mật khẩu đủ dài";

fn service(area: &str) -> String {
    let mut name = area.to_owned();
    name[..1].make_ascii_uppercase();
    format!("chiso.{area}.v1.{name}Service")
}

pub(crate) async fn connect(serving: &Serving) -> Channel {
    Endpoint::from_shared(format!("http://{}", serving.grpc))
        .unwrap()
        .connect()
        .await
        .unwrap()
}

#[tokio::test]
async fn serve_is_ready_healthy_reflected_and_drains() {
    let folder = tempfile::tempdir().unwrap();
    let serving = Serving::on(folder.path());
    assert_eq!(serving.get("/livez").0, 200);
    let (status, body) = serving.get("/readyz");
    assert_eq!(status, 200, "{body}");
    assert!(AREAS.iter().all(|area| body.contains(area)), "{body}");
    assert_eq!(serving.get("/khong-co").0, 404);

    let channel = connect(&serving).await;
    let mut health = HealthClient::new(channel.clone());
    for area in AREAS {
        let request = HealthCheckRequest {
            service: service(area),
        };
        let answer = health.check(request).await.unwrap().into_inner();
        assert_eq!(answer.status(), ServingStatus::Serving, "{area}");
    }
    let request = ServerReflectionRequest {
        host: String::new(),
        message_request: Some(MessageRequest::ListServices(String::new())),
    };
    let stream = tokio_stream::iter([request]);
    let mut answers = ServerReflectionClient::new(channel)
        .server_reflection_info(stream)
        .await
        .unwrap()
        .into_inner();
    let answer = answers.message().await.unwrap().unwrap();
    let Some(MessageResponse::ListServicesResponse(list)) = answer.message_response else {
        panic!()
    };
    let names: Vec<String> = list.service.into_iter().map(|s| s.name).collect();
    for name in AREAS
        .iter()
        .map(|area| service(area))
        .chain(["grpc.health.v1.Health".to_owned()])
    {
        assert!(names.contains(&name), "{name} is not among {names:?}");
    }
    drop(answers);
    drop(health);
    assert_eq!(serving.terminate(), Some(0));
}

/// `chiso people add`, with a file of settings where one is named.
pub(crate) fn add(data: &Path, config: &str, login: &str, password: &str) -> std::process::Output {
    let data = data.to_str().unwrap();
    let config = if config.is_empty() { "/dev/null" } else { config };
    let arguments = [
        "people",
        "add",
        "--config",
        config,
        "--data",
        data,
        "--login",
        login,
        "--name",
        "Nguyễn Thị Hà",
    ];
    run(&arguments, &format!("{password}\n"))
}

#[tokio::test]
async fn an_organiser_made_on_the_machine_signs_in_also_after_a_second_start() {
    let folder = tempfile::tempdir().unwrap();
    let made = add(folder.path(), "", "quantri", PASSWORD);
    assert!(made.status.success(), "{}", text(&made.stderr));
    let id = text(&made.stdout).trim().to_owned();
    assert!(id.parse::<chiso_domain::kernel::PersonId>().is_ok(), "{id}");

    let again = add(folder.path(), "", "quantri", PASSWORD);
    assert_eq!(again.status.code(), Some(3));
    assert!(
        text(&again.stderr).contains("“quantri” đã có người dùng"),
        "{}",
        text(&again.stderr)
    );
    let short = add(folder.path(), "", "quantri2", "ngắn");
    assert_eq!(short.status.code(), Some(3));
    assert!(
        text(&short.stderr).contains("ít nhất 10 ký tự"),
        "{}",
        text(&short.stderr)
    );

    for _start in 0..2 {
        let serving = Serving::on(folder.path());
        let mut identity = IdentityServiceClient::new(connect(&serving).await);
        let sign_in = |password: &str| SignInRequest {
            login: "quantri".to_owned(),
            password: password.to_owned(),
            ..Default::default()
        };
        let session = identity.sign_in(sign_in(PASSWORD)).await.unwrap().into_inner();
        let person = session.person.unwrap();
        assert_eq!(
            (person.person_id.as_str(), person.grants[0].role()),
            (id.as_str(), Role::Organiser)
        );
        // A password alone does not make an organiser, unless the settings say so.
        let mut list = Request::new(ListPeopleRequest::default());
        let bearer = format!("Bearer {}", session.token).parse().unwrap();
        list.metadata_mut().insert("authorization", bearer);
        let refused = identity.list_people(list).await.unwrap_err();
        assert_eq!(refused.code(), Code::PermissionDenied);
        assert_eq!(reason_of(&refused), "SECOND_FACTOR_DUE");
        let refused = identity
            .sign_in(sign_in("không phải mật khẩu"))
            .await
            .unwrap_err();
        assert_eq!(refused.code(), Code::PermissionDenied);
        drop(identity);
        assert_eq!(serving.terminate(), Some(0));
    }
}

/// What a cluster asks whether a process lives is not asked where anybody may connect.
#[tokio::test]
async fn who_fills_the_http_listener_of_a_gateway_does_not_make_it_look_dead() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("chiso.toml");
    let mut text = "[limits]\nhttp_connections = 1\n[peers]\n".to_owned();
    for service in chiso_server::plan::SERVICES {
        text += &format!("{service} = [\"http://127.0.0.1:1\"]\n");
    }
    std::fs::write(&config, text).unwrap();
    let config = config.to_str().unwrap();
    let flags = ["--config", config, "--only", "gateway", "--grpc", "127.0.0.1:0"];
    let serving = Serving::with(&folder.path().join("data"), &flags);
    let _silent = std::net::TcpStream::connect(&serving.http).unwrap();
    let mut health = HealthClient::new(connect(&serving).await);
    let answer = health.check(HealthCheckRequest::default()).await.unwrap();
    assert_eq!(answer.into_inner().status(), ServingStatus::Serving);
    drop(health);
    assert_eq!(serving.terminate(), Some(0));
}

#[test]
fn a_taken_port_is_named_with_its_flag() {
    let folder = tempfile::tempdir().unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let data = folder.path().to_str().unwrap();
    let output = run(
        &[
            "serve",
            "--data",
            data,
            "--grpc",
            "127.0.0.1:0",
            "--http",
            &address,
        ],
        "",
    );
    assert_eq!(output.status.code(), Some(1));
    let said = text(&output.stderr);
    assert!(said.contains(&address) && said.contains("--http"), "{said}");
}

#[test]
fn keys_that_are_gone_are_not_made_anew_beside_data_that_were_made_with_them() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let database = runtime.block_on(chiso_platform::testkit::postgres::fresh_database());
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("chiso.toml");
    let mut settings = format!(
        "[database]\nurl = \"{}\"\n[database.passwords]\n",
        database.settings.url
    );
    for (service, password) in &database.settings.passwords {
        settings += &format!("{service} = \"{password}\"\n");
    }
    std::fs::write(&config, settings).unwrap();
    let config = config.to_str().unwrap();
    let data = folder.path().join("data");
    let keys = data.join("keys");
    let flags = ["--config", config, "--grpc", "127.0.0.1:0"];
    assert_eq!(Serving::with(&data, &flags).terminate(), Some(0));
    let own = std::fs::read(&keys).unwrap();

    std::fs::remove_file(&keys).unwrap();
    let arguments = [
        &["serve", "--http", "127.0.0.1:0", "--data", data.to_str().unwrap()],
        &flags[..],
    ]
    .concat();
    let output = run(&arguments, "");
    assert_eq!(output.status.code(), Some(1));
    let said = text(&output.stderr);
    assert!(said.contains("keys.file") && said.contains("identity"), "{said}");
    let said = text(&add(&data, config, "quantri", PASSWORD).stderr);
    assert!(said.contains("keys.file") && said.contains("identity"), "{said}");
    assert!(!keys.exists(), "none were made");

    let other = [[b'a'; 64], [b'b'; 64], [b'c'; 64]].join(&b'\n');
    std::fs::write(&keys, other).unwrap();
    let said = text(&add(&data, config, "quantri", PASSWORD).stderr);
    assert!(
        said.contains("does not hold the keys"),
        "nobody is added with other keys: {said}"
    );
    std::fs::write(&keys, own).unwrap();
    let made = add(&data, config, "quantri", PASSWORD);
    assert!(made.status.success(), "{}", text(&made.stderr));
}
