//! A letter from the real binary to a mail server that others wrote, read by a reader that others wrote: aiosmtpd and
//! Python's own.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use chiso_platform::testkit::keeper::{self, End};
use chiso_platform::testkit::port;
use chiso_wire::identity as pb;
use chiso_wire::identity::identity_service_client::IdentityServiceClient;
use serde_json::{Value, json};
use tonic::Request;
use tonic::transport::Endpoint;

use crate::process::{Serving, run, text};
use crate::tools::{ask, tools};

const PATIENCE: Duration = Duration::from_secs(60);
const PASSWORD: &str = "mật khẩu đủ dài";

/// aiosmtpd, with each letter as a file in a Maildir.
struct Server(Child);

impl Server {
    fn start(tools: &Path, port: u16, folder: &Path) -> Self {
        let mut python = Command::new("python3");
        python.env("PYTHONPATH", tools.join("python"));
        let address = format!("127.0.0.1:{port}");
        python.args(["-m", "aiosmtpd", "--nosetuid", "--listen", &address]);
        python.args(["--class", "aiosmtpd.handlers.Mailbox"]).arg(folder);
        let child = python.stdin(Stdio::null()).stdout(Stdio::null()).spawn();
        let child = child.expect("python3 is needed (Debian: python3)");
        keeper::born(child.id(), End::Kill);
        Self(child)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ended_already = self.0.kill();
        let _ended_already = self.0.wait();
        keeper::gone(self.0.id());
    }
}

/// The files of a Maildir, once there are any.
fn arrived(folder: &Path) -> Vec<std::path::PathBuf> {
    let begun = Instant::now();
    loop {
        let files = std::fs::read_dir(folder.join("new")).into_iter().flatten();
        let files: Vec<_> = files.map(|file| file.unwrap().path()).collect();
        if !files.is_empty() || begun.elapsed() > PATIENCE {
            return files;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Makes somebody who can be written to, as the organiser who signs in for it.
async fn invite(serving: &Serving, email: &str) {
    let endpoint = Endpoint::from_shared(format!("http://{}", serving.grpc)).unwrap();
    let mut identity = IdentityServiceClient::new(endpoint.connect().await.unwrap());
    let sign_in = pb::SignInRequest {
        login: "quantri".to_owned(),
        password: PASSWORD.to_owned(),
        ..Default::default()
    };
    let token = identity.sign_in(sign_in).await.unwrap().into_inner().token;
    let mut create = Request::new(pb::CreatePersonRequest {
        request_id: "01900000-0000-7000-8000-000000000001".to_owned(),
        person_id: "01900000-0000-7000-8000-000000000002".to_owned(),
        login: "nguyen.an".to_owned(),
        name: "Nguyễn Văn Ân".to_owned(),
        email: email.to_owned(),
        password: PASSWORD.to_owned(),
        ..Default::default()
    });
    let bearer = format!("Bearer {token}").parse().unwrap();
    create.metadata_mut().insert("authorization", bearer);
    identity.create_person(create).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_is_read_as_it_was_written_by_a_server_of_others() {
    let Some(tools) = tools() else { return };
    let folder = tempfile::tempdir().unwrap();
    let (data, inbox) = (folder.path().join("data"), folder.path().join("inbox"));
    let port = port::free();
    let settings = folder.path().join("chiso.toml");
    let mail = format!(
        "[web]\nsecond_factor = \"offered\"\n[mail]\ntransport = \"smtp\"\nfrom = \"Sở Nội vụ <danhgia@example.vn>\"\n\
         smtp_url = \"smtp://127.0.0.1:{port}\"\ntimeout_ms = 5000\n"
    );
    std::fs::write(&settings, mail).unwrap();
    let add = ["people", "add", "--login", "quantri", "--name", "Hà", "--data"];
    let added = run(
        &[&add[..], &[data.to_str().unwrap()]].concat(),
        &format!("{PASSWORD}\n"),
    );
    assert!(added.status.success(), "{}", text(&added.stderr));
    let _server = Server::start(tools, port, &inbox);
    let begun = Instant::now();
    while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() && begun.elapsed() < PATIENCE {
        std::thread::sleep(Duration::from_millis(20));
    }
    let config = settings.to_str().unwrap();
    let serving = Serving::with(&data, &["--grpc", "127.0.0.1:0", "--config", config]);
    invite(&serving, "an@example.vn").await;
    let files = arrived(&inbox);
    assert_eq!(files.len(), 1, "{files:?}");
    assert_eq!(serving.terminate(), Some(0));
    let read = ask(tools, "letter", &files[0]);
    assert!(read.status.success(), "{}", text(&read.stderr));
    let letter: Value = serde_json::from_slice(&read.stdout).unwrap();
    assert_eq!(letter["from"], json!([["Sở Nội vụ", "danhgia@example.vn"]]));
    assert_eq!(letter["to"], json!([["Nguyễn Văn Ân", "an@example.vn"]]));
    assert_eq!(
        letter["subject"],
        "Tài khoản của Ông/Bà trên hệ thống đánh giá, xếp loại"
    );
    assert_eq!(letter["types"], json!(["text/plain", "text/html"]));
    assert_eq!(letter["defects"], json!([]));
    let plain = letter["text/plain"].as_str().unwrap();
    assert!(plain.starts_with("Kính gửi Nguyễn Văn Ân,"), "{plain}");
    assert!(plain.contains("Tên đăng nhập: nguyen.an"), "{plain}");
    let html = letter["text/html"].as_str().unwrap();
    assert!(html.contains("<p>Kính gửi Nguyễn Văn Ân,</p>"), "{html}");
}
