//! What chiso calls of the system, as strace tells it, beside what its units let it call.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use chiso_wire::identity::SignInRequest;
use chiso_wire::identity::identity_service_client::IdentityServiceClient;
use tonic::transport::Endpoint;

use crate::nightly::Night;
use crate::process::{chiso, text};
use crate::systemd::{analyze, unit};

const PROGRAM: &str = env!("CARGO_BIN_EXE_chiso");
const LOGIN: &str = "quantri";
const PASSWORD: &str = "mật khẩu đủ dài";

/// System calls that `SystemCallFilter=` of the unit lets through.
fn allowed() -> BTreeSet<String> {
    let unit = unit("chiso.service");
    let mut allowed = BTreeSet::new();
    for line in unit
        .lines()
        .filter_map(|line| line.strip_prefix("SystemCallFilter="))
    {
        let (forbids, names) = line
            .strip_prefix('~')
            .map_or((false, line), |names| (true, names));
        for name in names.split_whitespace() {
            let calls = calls_of(name);
            if forbids {
                allowed = allowed.difference(&calls).cloned().collect();
            } else {
                allowed.extend(calls);
            }
        }
    }
    allowed
}

/// The calls of a set, with those of the sets within it.
fn calls_of(name: &str) -> BTreeSet<String> {
    if !name.starts_with('@') {
        return BTreeSet::from([name.to_owned()]);
    }
    let output = analyze(&["syscall-filter", "--no-pager", name], Path::new("/"));
    assert!(output.status.success(), "{name}: {}", text(&output.stderr));
    let listed = text(&output.stdout);
    let names = listed
        .lines()
        .skip(1)
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    names.flat_map(calls_of).collect()
}

/// A program under strace, which writes to a file.
fn traced(trace: &Path, program: &str) -> Command {
    let mut strace = Command::new("strace");
    strace.args(["--follow-forks", "--quiet=all", "--signal=none", "-o"]);
    strace.arg(trace).arg(program).env_remove("NOTIFY_SOCKET");
    for (name, _) in chiso().get_envs() {
        strace.env_remove(name);
    }
    strace
}

/// An organiser is made on the machine.
fn add_person(data: &Path, trace: &Path) {
    let mut add = traced(trace, PROGRAM);
    add.args([
        "people",
        "add",
        "--login",
        LOGIN,
        "--name",
        "Nguyễn Thị Hà",
        "--data",
    ]);
    let piped = add.arg(data).stdin(Stdio::piped()).stdout(Stdio::null());
    let mut child = piped.spawn().expect("strace is needed (Debian: strace)");
    writeln!(child.stdin.take().unwrap(), "{PASSWORD}").unwrap();
    assert!(child.wait().unwrap().success());
}

/// Starts, answers, lets somebody sign in, and drains.
async fn serve(data: &Path, trace: &Path) {
    let mut serve = traced(trace, PROGRAM);
    serve.args([
        "serve",
        "--grpc",
        "127.0.0.1:0",
        "--http",
        "127.0.0.1:0",
        "--data",
    ]);
    let piped = serve.arg(data).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut child = piped.spawn().expect("strace is needed (Debian: strace)");
    let stderr = BufReader::new(child.stderr.take().unwrap());
    let mut lines = stderr.lines().map_while(Result::ok);
    let ready = lines.find(|line| line.contains("chiso is ready")).unwrap();
    let address = |name: &str| {
        let value = ready.split_once(name).unwrap().1;
        value.split_whitespace().next().unwrap().to_owned()
    };
    get(&address("http="), "/readyz");
    get(&address("http="), "/metrics");
    let endpoint = Endpoint::from_shared(format!("http://{}", address("grpc="))).unwrap();
    let mut identity = IdentityServiceClient::new(endpoint.connect().await.unwrap());
    let request = SignInRequest {
        login: LOGIN.to_owned(),
        password: PASSWORD.to_owned(),
        ..Default::default()
    };
    identity.sign_in(request).await.unwrap();
    drop(identity);
    terminate(&child);
    assert!(lines.any(|line| line.contains("chiso has stopped")));
    assert!(child.wait().unwrap().success());
}

/// SIGTERM to strace's only child, the program.
fn terminate(strace: &Child) {
    let children = format!("/proc/{0}/task/{0}/children", strace.id());
    let program = std::fs::read_to_string(children).unwrap();
    let told = Command::new("kill").args(["-TERM", program.trim()]).status();
    assert!(told.unwrap().success());
}

#[tokio::test]
async fn what_chiso_calls_is_allowed_by_its_units() {
    let allowed = allowed();
    assert!(
        allowed.contains("fsync") && !allowed.contains("mount"),
        "the filter was read"
    );
    let night = Night::new();
    let (data, trace) = (night.at("data"), |name: &str| night.at(name));
    add_person(&data, &trace("added"));
    serve(&data, &trace("served")).await;
    night.make(&["2020-01-01T013000Z", "2020-01-02T013000Z"]);
    let mut backup = night.command(traced(&trace("backed-up"), "sh"), "2");
    let made = backup.output().expect("strace is needed (Debian: strace)");
    assert!(
        made.status.success(),
        "{}{}",
        text(&made.stdout),
        text(&made.stderr)
    );
    for (name, sign) in [("added", "fsync"), ("served", "accept4"), ("backed-up", "rename")] {
        let lines = std::fs::read_to_string(trace(name)).unwrap();
        let mut called: BTreeSet<&str> = lines.lines().filter_map(call).collect();
        if std::fs::metadata("/proc/self").unwrap().uid() == 0 {
            // SQLite gives its files to the owner of the database where it runs as root, which the unit does not.
            called.remove("fchown");
        }
        assert!(
            called.iter().any(|call| call.starts_with(sign)),
            "the trace was read: {called:?}"
        );
        let forbidden: Vec<&&str> = called.iter().filter(|call| !allowed.contains(**call)).collect();
        assert!(
            forbidden.is_empty(),
            "{name}: chiso calls what its unit forbids: {forbidden:?}"
        );
    }
}

fn get(address: &str, path: &str) {
    let mut stream = TcpStream::connect(address).unwrap();
    let request = format!("GET {path} HTTP/1.0\r\nHost: localhost\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.0 200"), "{path}: {answer}");
}

/// The name in "1234 openat(AT_FDCWD, …".
fn call(line: &str) -> Option<&str> {
    let (_, rest) = line.trim_start().split_once(' ')?;
    let (name, _) = rest.trim_start().split_once('(')?;
    let is_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    (!name.is_empty() && name.chars().all(is_name)).then_some(name)
}
