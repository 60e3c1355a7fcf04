//! Letters: who gets one, what stands in it, and what becomes of it where the way is bad.

mod reminders;

use std::time::Duration;

use chiso_wire::identity as pb;
use serde_json::json;
use uuid::Uuid;

use super::directory::Directory;
use super::worker::Worker;
use super::*;
use crate::Error;
use crate::auth::Caller;
use crate::db::{Db, sql};
use crate::lease::Lease;
use crate::once::Once;
use crate::process::{Places, Process};
use crate::testkit::smtp::{Mood, Server};
use crate::{Context, clock::Clock};

const TEXTS: Texts = Texts {
    lease: "ranking.mail",
    kinds: &["greeting"],
    vi: "greeting-subject = Việc { $what }\ngreeting-text =\n    Đã có { $count } phiếu.\n\n    { \".\" }Dấu chấm ở đầu dòng.\n",
    en: "greeting-subject = About { $what }\ngreeting-text = There are { $count } slips.\n",
};
const MINUTE: i64 = 60_000_000;

fn person(n: u128) -> PersonId {
    PersonId(Uuid::from_u128(n))
}

/// People of a test: 1 and 2 have an address, 3 has none, 4 has one that is none.
fn found(message: &pb::ListAddresseesRequest) -> pb::ListAddresseesResponse {
    let known = [
        (1, "Nguyễn Văn An\r\nBcc: ke-gian@example.com", "an@example.vn"),
        (2, "Trần Thị \"Bình\" <b@x>", "binh@example.vn"),
        (3, "Không Thư", ""),
        (4, "Sai", "a@b\r\nRCPT TO:<x@y>"),
    ];
    let all = known.map(|(id, name, email)| pb::Addressee {
        person_id: person(id).to_string(),
        name: name.to_owned(),
        email: email.to_owned(),
    });
    let asked = |one: &pb::Addressee| message.role != 0 || message.person_ids.contains(&one.person_id);
    pb::ListAddresseesResponse {
        addressees: all.into_iter().filter(asked).collect(),
        next_page_token: String::new(),
    }
}

struct Stand {
    worker: Worker,
    folder: tempfile::TempDir,
}

impl Stand {
    async fn new(transport: impl FnOnce(&std::path::Path) -> Transport) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let open = Mailer::open(MailSettings {
            transport: transport(folder.path()),
            from: "Sở Nội vụ <danhgia@example.vn>".to_owned(),
            lang: Lang::Vi,
            site: "https://danhgia.example.vn".to_owned(),
            attempts: 3,
        });
        let clock = Clock::simulated(Instant::from_micros(1_700_000_000_000_000));
        let process = Process::open(Places::embedded(folder.path()), clock).unwrap();
        let process = process.with_mail(open.unwrap());
        let ctx = process.context("ranking").await.unwrap();
        ctx.db.migrate("ranking", &[]).await.unwrap();
        let lease = Lease::seek(&ctx, "ranking", TEXTS.lease);
        lease.held().await;
        let open = ctx.mail.0.clone().unwrap();
        let worker = Worker {
            words: TEXTS.words(open.lang).unwrap(),
            lease,
            directory: Directory::of(|message| Ok(found(&message))),
            ctx,
            service: "ranking",
            open,
            remind: None,
        };
        Self { worker, folder }
    }

    async fn smtp(server: &Server) -> Self {
        let url = server.url();
        let timeout = Duration::from_millis(300);
        Self::new(|_| Transport::Smtp { url, timeout }).await
    }

    fn ctx(&self) -> &Context {
        &self.worker.ctx
    }

    async fn post(&self, name: &str, audience: Audience) {
        let mail = Mail {
            name: name.to_owned(),
            kind: "greeting",
            audience,
            about: json!({ "what": "tự chấm", "count": 1_234, "items": ["II.3.2 <Tiêu chí>"] }),
        };
        let mut tx = self.ctx().db.begin().await.unwrap();
        let (mail, now) = ([mail], self.ctx().clock.now());
        self.ctx()
            .mail
            .post(&mut tx, "ranking", now, &mail)
            .await
            .unwrap();
        tx.commit().await.unwrap();
    }

    fn pass(&self, micros: i64) {
        self.ctx().clock.set(self.ctx().clock.now().plus(micros));
    }

    /// State, attempts and fault of each letter, by person.
    async fn letters(&self) -> Vec<(String, i64, String)> {
        letters(&self.ctx().db).await
    }
}

async fn letters(db: &Db) -> Vec<(String, i64, String)> {
    let text = "SELECT state, attempts, last_fault FROM ranking_letter ORDER BY person_id, letter_id";
    let rows = db.all(sql(text)).await.unwrap();
    let read = |row: &crate::db::Row| {
        (
            row.get("state").unwrap(),
            row.get("attempts").unwrap(),
            row.get("last_fault").unwrap(),
        )
    };
    rows.iter().map(read).collect()
}

fn one() -> Audience {
    Audience::People(vec![person(1)])
}

fn state(state: &str, attempts: i64, fault: &str) -> (String, i64, String) {
    (state.to_owned(), attempts, fault.to_owned())
}

#[tokio::test]
async fn a_holder_each_gets_one_letter_and_who_has_no_address_none() {
    let server = Server::start().await;
    let stand = Stand::smtp(&server).await;
    let cycle: CycleCode = "2026".parse().unwrap();
    let holders = [Role::UnitHead, Role::UnitOfficer].map(|role| Holder::of(role, &cycle).at("SYT"));
    stand.post("a", Audience::Holders(holders.to_vec())).await;
    stand.post("a", one()).await;
    stand.worker.round().await.unwrap();
    stand.worker.round().await.unwrap();
    let nowhere = state("nowhere", 1, "");
    let sent = state("sent", 1, "");
    assert_eq!(
        stand.letters().await,
        [sent.clone(), sent, nowhere.clone(), nowhere]
    );
    let mut to: Vec<_> = server.taken().into_iter().map(|taken| taken.to).collect();
    to.sort();
    assert_eq!(to, [["an@example.vn"], ["binh@example.vn"]]);
}

#[tokio::test]
async fn no_name_makes_a_line_of_the_head_and_all_of_the_text_arrives() {
    let server = Server::start().await;
    let stand = Stand::smtp(&server).await;
    stand
        .post("a", Audience::People(vec![person(1), person(2)]))
        .await;
    stand.worker.round().await.unwrap();
    let taken = server.taken();
    for letter in &taken {
        let text = String::from_utf8(letter.bytes.clone()).unwrap();
        let (head, _) = text.split_once("\r\n\r\n").unwrap();
        let names: Vec<&str> = head
            .split("\r\n")
            .filter(|line| !line.starts_with(' '))
            .map(|line| line.split_once(": ").unwrap().0)
            .collect();
        assert!(!names.contains(&"Bcc"), "{head}");
        assert_eq!(letter.to.len(), 1);
        assert_eq!(letter.from, "danhgia@example.vn");
        assert_eq!(letter.header("Auto-Submitted").unwrap(), "auto-generated");
        assert!(text.is_ascii() && text.lines().all(|line| line.len() <= 998));
        assert_eq!(letter.header("Date").unwrap(), "Tue, 14 Nov 2023 22:13:20 +0000");
    }
}

#[tokio::test]
async fn a_letter_is_one_page_of_text_and_of_escaped_html() {
    let words = TEXTS.words(Lang::Vi).unwrap();
    let about = json!({ "what": "x", "count": 1_234, "items": ["II.3.2 <Tiêu chí>"] });
    let letter = text::Letter::write(words, "greeting", &about).unwrap();
    let (plain, html) = letter.frame(words, "A <b>", "https://danhgia.example.vn");
    assert_eq!(
        plain,
        "Kính gửi A <b>,\n\nĐã có 1.234 phiếu.\n\n.Dấu chấm ở đầu dòng.\n\n- II.3.2 <Tiêu chí>\n\n\
         Địa chỉ hệ thống: https://danhgia.example.vn\n\n\
         Thư này do hệ thống tự gửi; xin không trả lời vào địa chỉ này.\n"
    );
    assert!(html.contains("<p>Kính gửi A &lt;b&gt;,</p>"), "{html}");
    assert!(html.contains("<li>II.3.2 &lt;Tiêu chí&gt;</li>"), "{html}");
    assert!(html.contains("<a href=\"https://danhgia.example.vn\">"), "{html}");
    let unknown = text::Letter::write(words, "farewell", &about);
    assert_eq!(unknown.unwrap_err().reason(), "INTERNAL");
}

#[tokio::test]
async fn what_fails_for_now_is_tried_later_and_given_up_in_the_end() {
    let server = Server::start().await;
    let stand = Stand::smtp(&server).await;
    server.set(Mood::Refuses4xx);
    stand.post("a", one()).await;
    stand.worker.round().await.unwrap();
    let refused = "the server answered 450";
    assert_eq!(stand.letters().await, [state("waiting", 1, refused)]);
    stand.pass(MINUTE - 1);
    stand.worker.round().await.unwrap();
    assert_eq!(server.calls(), 1, "not before its time");
    stand.pass(MINUTE);
    stand.worker.round().await.unwrap();
    assert_eq!(stand.letters().await, [state("waiting", 2, refused)]);
    stand.pass(3 * MINUTE);
    stand.worker.round().await.unwrap();
    assert_eq!(stand.letters().await, [state("failed", 3, refused)]);
    stand.pass(1_000 * MINUTE);
    stand.worker.round().await.unwrap();
    assert_eq!(server.calls(), 3);
}

#[tokio::test]
async fn what_is_refused_for_good_is_not_tried_again_but_a_refused_login_is() {
    let server = Server::start().await;
    let stand = Stand::smtp(&server).await;
    server.set(Mood::Refuses5xx);
    stand.post("a", one()).await;
    stand.worker.round().await.unwrap();
    assert_eq!(
        stand.letters().await,
        [state("failed", 1, "the server answered 550")]
    );
    server.set(Mood::RefusesUs);
    stand.post("b", Audience::People(vec![person(2)])).await;
    stand.worker.round().await.unwrap();
    assert_eq!(
        stand.letters().await[1],
        state("waiting", 1, "the server answered 535")
    );
}

#[tokio::test]
async fn a_server_that_hangs_or_is_gone_is_tried_again() {
    let mut server = Server::start().await;
    let stand = Stand::smtp(&server).await;
    server.set(Mood::Slow);
    stand.post("a", one()).await;
    stand.worker.round().await.unwrap();
    assert_eq!(
        stand.letters().await,
        [state("waiting", 1, "the server did not answer in time")]
    );
    server.go().await;
    stand.pass(2 * MINUTE);
    stand.worker.round().await.unwrap();
    assert_eq!(
        stand.letters().await,
        [state("waiting", 2, "no connection, or it was cut")]
    );
    server.set(Mood::Takes);
    server.come_back().await;
    stand.pass(3 * MINUTE);
    stand.worker.round().await.unwrap();
    assert_eq!(stand.letters().await, [state("sent", 3, "")]);
}

#[tokio::test]
async fn a_server_that_took_it_and_was_cut_off_gets_the_same_bytes_again() {
    let server = Server::start().await;
    let stand = Stand::smtp(&server).await;
    server.set(Mood::TakesAndCuts);
    stand.post("a", one()).await;
    stand.worker.round().await.unwrap();
    server.set(Mood::Takes);
    stand.pass(2 * MINUTE);
    stand.worker.round().await.unwrap();
    let taken = server.taken();
    assert_eq!(taken.len(), 2);
    assert_eq!(taken[0], taken[1]);
    assert!(taken[0].header("Message-ID").unwrap().ends_with("@chiso>"));
    assert_eq!(stand.letters().await, [state("sent", 2, "")]);
}

#[tokio::test]
async fn a_letter_in_a_folder_is_one_whole_file() {
    let stand = Stand::new(|folder| Transport::Files(folder.join("mail"))).await;
    stand.post("a", one()).await;
    stand.worker.round().await.unwrap();
    let files: Vec<_> = std::fs::read_dir(stand.folder.path().join("mail"))
        .unwrap()
        .map(|file| file.unwrap().path())
        .collect();
    assert_eq!(files.len(), 1, "{files:?}");
    assert_eq!(files[0].extension().unwrap(), "eml");
    let text = std::fs::read_to_string(&files[0]).unwrap();
    assert!(text.contains("\r\nTo: ") && text.ends_with("--\r\n"), "{text}");
}

#[tokio::test]
async fn while_identity_is_away_nothing_is_lost() {
    let server = Server::start().await;
    let mut stand = Stand::smtp(&server).await;
    let cycle: CycleCode = "2026".parse().unwrap();
    let holder = Holder::of(Role::UnitHead, &cycle);
    stand.post("a", Audience::Holders(vec![holder])).await;
    stand.worker.directory = Directory::of(|_| Err(Error::unavailable("away")));
    assert_eq!(stand.worker.round().await.unwrap_err().reason(), "UNAVAILABLE");
    assert_eq!(stand.letters().await, []);
    stand.worker.directory = Directory::of(|message| Ok(found(&message)));
    stand.worker.round().await.unwrap();
    assert_eq!(server.taken().len(), 2);
}

#[tokio::test]
async fn who_lost_the_lease_writes_nothing_down() {
    let server = Server::start().await;
    let stand = Stand::smtp(&server).await;
    stand.post("a", one()).await;
    let text = "UPDATE ranking_lease SET holder = 'another'";
    let mut tx = stand.ctx().db.begin().await.unwrap();
    tx.run(sql(text)).await.unwrap();
    tx.commit().await.unwrap();
    stand.worker.round().await.unwrap();
    assert_eq!(stand.letters().await, []);
    assert_eq!(server.calls(), 0);
}

#[tokio::test]
async fn where_there_is_nothing_to_send_nothing_is_written() {
    let server = Server::start().await;
    let stand = Stand::smtp(&server).await;
    stand.post("a", one()).await;
    stand.worker.round().await.unwrap();
    // Whoever wanted to write would have to wait for this one to end.
    let _writer = stand.ctx().db.begin().await.unwrap();
    let round = tokio::time::timeout(Duration::from_secs(5), stand.worker.round());
    round.await.unwrap().unwrap();
}

#[tokio::test]
async fn where_letters_are_off_nothing_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let ctx = Context::open(folder.path(), Clock::system()).await.unwrap();
    ctx.db.migrate("ranking", &[]).await.unwrap();
    let mail = Mail {
        name: "a".to_owned(),
        kind: "greeting",
        audience: one(),
        about: json!({}),
    };
    let mut tx = ctx.db.begin().await.unwrap();
    let now = ctx.clock.now();
    ctx.mail.post(&mut tx, "ranking", now, &[mail]).await.unwrap();
    tx.commit().await.unwrap();
    let rows = ctx.db.all(sql("SELECT name FROM ranking_mail")).await.unwrap();
    assert_eq!(rows.len(), 0);
    start(&ctx, "ranking", &TEXTS, None).unwrap();
    ctx.stop().await;
}

#[test]
fn a_setting_that_no_letter_can_be_sent_with_is_named() {
    let fault = |from: &str, url: &str| {
        let settings = MailSettings {
            transport: Transport::Smtp {
                url: url.to_owned(),
                timeout: Duration::from_secs(1),
            },
            from: from.to_owned(),
            lang: Lang::Vi,
            site: String::new(),
            attempts: 1,
        };
        let opened = Mailer::open(settings);
        opened.map_or_else(|fault| fault.to_string(), |_| String::new())
    };
    let good = "Sở Nội vụ <a@example.vn>";
    assert!(fault("a", "smtp://localhost").starts_with("mail.from: "));
    assert!(fault("a@example.vn\r\nBcc: x@y.z", "smtp://localhost").starts_with("mail.from: "));
    assert!(fault(good, "http://localhost").starts_with("mail.smtp_url: "));
    assert!(fault(good, "localhost").starts_with("mail.smtp_url: "));
    let bare = fault(good, "smtp://a:geheim@mail.example.vn:587");
    assert!(bare.contains("unencrypted") && !bare.contains("geheim"), "{bare}");
    for url in [
        "smtp://localhost:25",
        "smtp://a:b@localhost:25",
        "smtp://a:b@mail.example.vn:587?tls=required",
        "smtps://a:b@mail.example.vn:465",
    ] {
        assert_eq!(fault(good, url), "", "{url}");
    }
    let shown = format!(
        "{:?}",
        Transport::Smtp {
            url: "smtps://a:geheim@mail.example.vn".to_owned(),
            timeout: Duration::ZERO,
        }
    );
    assert!(!shown.contains("geheim"), "{shown}");
}

#[tokio::test]
async fn a_server_is_asked_whether_it_answers() {
    let mut server = Server::start().await;
    let ask = |url: String| answers(url, Duration::from_millis(300));
    assert_eq!(ask(server.url()).await, Ok(()));
    server.set(Mood::Slow);
    assert!(ask(server.url()).await.is_err());
    server.go().await;
    assert!(ask(server.url()).await.is_err());
}
