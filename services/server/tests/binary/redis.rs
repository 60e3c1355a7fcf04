//! With a Redis that is not there, comes, and goes: the process runs and says so.

use std::path::Path;
use std::time::{Duration, Instant};

use chiso_platform::testkit::redis::Server;

use crate::process::{Serving, run, text};

fn configured(folder: &Path, settings: &str) -> String {
    let file = folder.join("chiso.toml");
    std::fs::write(&file, settings).unwrap();
    file.to_str().unwrap().to_owned()
}

/// Waits until a page says something, or no longer does.
fn until(serving: &Serving, path: &str, wanted: &str, there: bool) {
    let late = Instant::now() + Duration::from_secs(60);
    loop {
        let (status, body) = serving.get(path);
        assert_eq!(status, 200, "{body}");
        if body.contains(wanted) == there {
            return;
        }
        assert!(Instant::now() < late, "{wanted:?} in {body}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn it_starts_without_its_redis_and_takes_it_when_it_comes() {
    let (folder, server) = (tempfile::tempdir().unwrap(), Server::start());
    server.kill();
    let config = configured(folder.path(), &format!("[redis]\nurl = \"{}\"\n", server.url()));
    let data = folder.path().join("data");
    let serving = Serving::with(&data, &["--grpc", "127.0.0.1:0", "--config", &config]);
    until(&serving, "/readyz", "unreachable, running without", true);
    until(&serving, "/metrics", "chiso_redis_up{address=", true);
    server.start_again();
    serving.line("redis answers again");
    until(&serving, "/readyz", "unreachable, running without", false);
    server.kill();
    let warning = serving.line("redis is unreachable");
    assert!(warning.contains("redis.url"), "{warning}");
    until(&serving, "/readyz", "unreachable, running without", true);
    assert_eq!(serving.terminate(), Some(0));
}

#[test]
fn an_address_that_is_none_and_traces_that_cannot_be_sent_are_named() {
    let refusals = [
        (
            "[redis]\nurl = \"rediss://:geheim@a:1\"\n",
            "redis.url cannot be used",
        ),
        #[cfg(not(feature = "otlp"))]
        (
            "[telemetry]\notlp = \"http://127.0.0.1:1\"\n",
            "telemetry.otlp is set, but this build sends no traces",
        ),
        ("[telemetry]\nlog = \"xml\"\n", "telemetry.log is \"xml\""),
    ];
    for (settings, wanted) in refusals {
        let folder = tempfile::tempdir().unwrap();
        let config = configured(folder.path(), settings);
        let data = folder.path().join("data");
        let data = data.to_str().unwrap();
        let addresses = ["--grpc", "127.0.0.1:0", "--http", "127.0.0.1:0"];
        let arguments = [&["serve", "--data", data, "--config", &config], &addresses[..]].concat();
        let output = run(&arguments, "");
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(said.contains(wanted) && !said.contains("geheim"), "{said}");
    }
}
