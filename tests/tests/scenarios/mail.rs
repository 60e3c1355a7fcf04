//! Letters: each act is told once to whom it concerns, nobody waits for it, and no fault of the mail server or of a
//! process loses one.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use chiso_platform::testkit::smtp::{Mood, Server, Taken};
use chiso_tests::{CYCLE, Player, Shape, Year, call, scenario};
use chiso_wire::identity as pb;
use chiso_wire::ledger as lpb;
use tokio::time::Instant;

/// Longer than a lease takes to change hands on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// An address for somebody.
pub(crate) async fn reachable(year: &Year, person: &Player, email: &str) {
    let message = pb::SetContactRequest {
        request_id: year.id(),
        person_id: person.id.clone(),
        email: email.to_owned(),
    };
    let token = &year.cast.organiser.token;
    call!(year, identity.set_contact, token, message).unwrap();
}

/// Waits until the server has so many letters.
pub(crate) async fn letters(server: &Server, number: usize) -> Vec<Taken> {
    letters_of(server, |_| true, number).await
}

/// Waits until the server has so many letters of some kinds.
pub(crate) async fn letters_of(server: &Server, wanted: impl Fn(&str) -> bool, number: usize) -> Vec<Taken> {
    let begun = Instant::now();
    loop {
        let mut taken = server.taken();
        taken.retain(|letter| wanted(&kind(letter)));
        if taken.len() >= number || begun.elapsed() > PATIENCE {
            assert_eq!(taken.len(), number);
            return taken;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

pub(crate) fn kind(letter: &Taken) -> String {
    letter.header("X-Chiso-Kind").unwrap()
}

pub(crate) fn is_reminder(kind: &str) -> bool {
    kind.ends_with("-late")
}

pub(crate) fn by_person(taken: &[Taken]) -> BTreeMap<String, usize> {
    let mut found = BTreeMap::new();
    for letter in taken {
        assert_eq!(letter.to.len(), 1, "nobody sees who else got it");
        *found.entry(letter.to[0].clone()).or_default() += 1;
    }
    found
}

fn ids(taken: &[Taken]) -> BTreeSet<String> {
    let id = |letter: &Taken| letter.header("Message-ID").unwrap();
    taken.iter().map(id).collect()
}

/// Sends the sheet of a unit.
pub(crate) async fn send_sheet(year: &Year, unit: &str) {
    let message = lpb::SubmitSheetRequest {
        request_id: year.id(),
        cycle: CYCLE.to_owned(),
        unit: unit.to_owned(),
    };
    let head = &year.cast.heads[unit].token;
    // A repeated request is the same act, and no second letter.
    for message in [message.clone(), message] {
        call!(year, ledger.submit_sheet, head, message).unwrap();
    }
}

pub(crate) async fn fill_sheet(year: &Year, unit: &str) {
    for (criterion, input) in chiso_tests::entries(unit).leaves() {
        year.save(unit, criterion, input, 0).await.unwrap();
    }
}

scenario!(each_act_of_a_year_is_told_once_to_whom_it_concerns);
async fn each_act_of_a_year_is_told_once_to_whom_it_concerns(shape: Shape) {
    let server = Server::start().await;
    let mut year = Year::open_mailing(shape, &server.url()).await;
    let cast = &year.cast;
    for (person, email) in [
        (&cast.heads["VT"], "tt-vt@example.vn"),
        (&cast.officers["VT"], "cb-vt@example.vn"),
        (&cast.heads["DH"], "tt-dh@example.vn"),
        (&cast.appraisers["SNV"], "td-snv@example.vn"),
        (&cast.leaders[0], "chutich@example.vn"),
        (&cast.chair, "hoidong@example.vn"),
    ] {
        reachable(&year, person, email).await;
    }
    year.prepare_survey().await;
    let slips = year.fieldwork().await;
    year.recheck_all(&slips).await;
    year.rest_of_the_year().await;
    year.publish("").await.unwrap();
    year.publish("Sửa lỗi in ấn").await.unwrap();
    // VT: sent, more evidence wanted, published, corrected. DH never pressed "Gửi đi". The chairman: a receipt too.
    // Who is reminded depends on whether the worker looked before they acted.
    let taken = letters_of(&server, |kind| !is_reminder(kind), 4 + 4 + 2 + 3 + 2).await;
    let wanted = [
        ("cb-vt@example.vn", 4),
        ("chutich@example.vn", 3),
        ("hoidong@example.vn", 2),
        ("tt-dh@example.vn", 2),
        ("tt-vt@example.vn", 4),
    ];
    let found = by_person(&taken);
    let found: Vec<(&str, usize)> = found.iter().map(|(to, n)| (to.as_str(), *n)).collect();
    assert_eq!(found, wanted);
    assert_eq!(ids(&taken).len(), taken.len(), "each letter has an id of its own");
}

/// Makes somebody, with an address or none; with no password it is a program.
async fn made(year: &Year, login: &str, (email, password): (&str, &str)) -> String {
    let message = pb::CreatePersonRequest {
        request_id: year.id(),
        person_id: year.id(),
        login: login.to_owned(),
        name: login.to_owned(),
        password: password.to_owned(),
        email: email.to_owned(),
        grants: Vec::new(),
    };
    let token = &year.cast.organiser.token;
    let reply = call!(year, identity.create_person, token, message).unwrap();
    reply.person.unwrap().person_id
}

async fn moved(year: &Year, person_id: &str, email: &str) {
    let message = pb::SetContactRequest {
        request_id: year.id(),
        person_id: person_id.to_owned(),
        email: email.to_owned(),
    };
    let token = &year.cast.organiser.token;
    call!(year, identity.set_contact, token, message).unwrap();
}

scenario!(whoever_has_not_signed_in_yet_is_invited_where_they_can_be_reached);
async fn whoever_has_not_signed_in_yet_is_invited_where_they_can_be_reached(shape: Shape) {
    let server = Server::start().await;
    let year = Year::open_mailing(shape, &server.url()).await;
    let password = "mật khẩu của người mới";
    let invited = |number| letters_of(&server, |kind| kind == "invited", number);
    made(&year, "cong-tin", ("may@example.vn", "")).await;
    let person = made(&year, "nguyen.an", ("", password)).await;
    moved(&year, &person, "nham@example.vn").await;
    assert_eq!(invited(1).await[0].to, ["nham@example.vn"]);
    moved(&year, &person, "dung@example.vn").await;
    assert_eq!(invited(2).await[1].to, ["dung@example.vn"]);
    let message = pb::SignInRequest {
        login: "nguyen.an".to_owned(),
        password: password.to_owned(),
        ..pb::SignInRequest::default()
    };
    call!(year, identity.sign_in, "", message).unwrap();
    moved(&year, &person, "khac@example.vn").await;
    made(&year, "tran.binh", ("binh@example.vn", password)).await;
    let told = by_person(&invited(3).await);
    let told: Vec<&str> = told.keys().map(String::as_str).collect();
    assert_eq!(told, ["binh@example.vn", "dung@example.vn", "nham@example.vn"]);
}

scenario!(nobody_waits_for_a_mail_server_that_hangs);
async fn nobody_waits_for_a_mail_server_that_hangs(shape: Shape) {
    let server = Server::start().await;
    server.set(Mood::Slow);
    let year = Year::open_mailing(shape, &server.url()).await;
    reachable(&year, &year.cast.heads["VT"], "tt-vt@example.vn").await;
    year.enter("2022-12-10T08:00:00+07:00");
    fill_sheet(&year, "VT").await;
    // The server holds its first caller until the sender gives up; an act waits for neither.
    send_sheet(&year, "VT").await;
    let begun = Instant::now();
    while server.calls() == 0 && begun.elapsed() < PATIENCE {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    fill_sheet(&year, "SNV").await;
    send_sheet(&year, "SNV").await;
    assert_eq!((server.calls(), server.taken().len()), (1, 0));
    // A restart neither waits for it nor loses the letter.
    let year = Box::pin(year.restarted()).await;
    server.set(Mood::Takes);
    year.enter("2022-12-10T10:00:00+07:00");
    assert_eq!(letters(&server, 1).await[0].to, ["tt-vt@example.vn"]);
}

scenario!(nobody_is_asked_for_evidence_when_its_time_is_over);
async fn nobody_is_asked_for_evidence_when_its_time_is_over(shape: Shape) {
    let server = Server::start().await;
    let year = Year::open_mailing(shape, &server.url()).await;
    reachable(&year, &year.cast.heads["VT"], "tt-vt@example.vn").await;
    reachable(&year, &year.cast.appraisers["STC"], "td-stc@example.vn").await;
    year.self_scoring().await;
    year.enter("2022-12-15T08:00:00+07:00");
    let nothing = lpb::appraise_entry_request::Value::Points("0".to_owned());
    let asked = ("VT", "I.1", lpb::Decision::RequestEvidence, nothing);
    year.round(lpb::Round::Round1, &[asked]).await;
    // The explanation ended with the twenty-first.
    year.enter("2022-12-22T08:00:00+07:00");
    year.close_round(lpb::Round::Round1).await;
    // What the worker writes after that has passed whatever the closing had told.
    year.enter("2022-12-23T08:00:00+07:00");
    letters_of(&server, |kind| kind == "appraisal-late", 1).await;
    let kinds: Vec<String> = server.taken().iter().map(kind).collect();
    assert!(!kinds.contains(&"evidence-wanted".to_owned()), "{kinds:?}");
}

/// Killed after the server took a letter, and before that is written down: it gets the same one again.
async fn killed_between(shape: Shape) {
    let server = Server::start().await;
    server.set(Mood::TakesAndWaits);
    let year = Year::open_mailing(shape, &server.url()).await;
    reachable(&year, &year.cast.heads["VT"], "tt-vt@example.vn").await;
    year.enter("2022-12-10T08:00:00+07:00");
    fill_sheet(&year, "VT").await;
    send_sheet(&year, "VT").await;
    letters(&server, 1).await;
    for instance in &mut *year.instances().await {
        if instance.has("ledger") {
            instance.kill();
        }
    }
    server.set(Mood::Takes);
    for instance in &mut *year.instances().await {
        if instance.has("ledger") {
            instance.start();
            instance.ready().await;
        }
    }
    let taken = letters(&server, 2).await;
    assert_eq!((&taken[0].to, ids(&taken).len()), (&taken[1].to, 1));
    // By now it is written down: another one comes after it, and it comes no more.
    let mut year = year;
    year.sandbox.reconnect().await;
    reachable(&year, &year.cast.heads["SNV"], "tt-snv@example.vn").await;
    fill_sheet(&year, "SNV").await;
    send_sheet(&year, "SNV").await;
    let taken = letters(&server, 3).await;
    assert_eq!(ids(&taken).len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_of_a_killed_process_comes_again_as_the_same_one() {
    Box::pin(killed_between(Shape::Served)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_of_killed_instances_comes_again_as_the_same_one() {
    Box::pin(killed_between(Shape::Split)).await;
}

scenario!(a_returned_slip_is_told_to_its_interviewer);
async fn a_returned_slip_is_told_to_its_interviewer(shape: Shape) {
    let server = Server::start().await;
    let mut year = Year::open_mailing(shape, &server.url()).await;
    reachable(&year, &year.cast.interviewer, "dieutra@example.vn").await;
    year.prepare_interviews().await;
    year.return_one().await;
    let told = letters_of(&server, |kind| kind == "slip-returned", 1).await;
    assert_eq!(told[0].to, ["dieutra@example.vn"]);
}
