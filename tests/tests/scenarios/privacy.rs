//! Names, phone numbers, logins, passwords and tokens go through real calls, good and bad; none is ever logged.

use std::path::Path;

use chiso_platform::db::sql;
use chiso_platform::testkit::logs::logs;
use chiso_tests::{CYCLE, PASSWORD, Shape, Year, ask, call, scenario};
use chiso_wire::identity as ipb;
use chiso_wire::recheck as rpb;
use chiso_wire::survey as spb;
use tonic::{Code, Status};

/// Each as it is sent, and the part of it that would show in any notation.
const PHONES: [(&str, &str); 4] = [
    ("0987612301", "87612301"),
    ("+84 987 612 302", "87612302"),
    ("098.7612.303", "7612303"),
    ("09876x12304", "x12304"),
];
const RESPONDENT: &str = "Đặng Thị Kín";
const PERSON: &str = "Phan Văn Giấu";
const LOGIN: &str = "phan.giau.7741";
const UNKNOWN_LOGIN: &str = "ke.la.mat.9932";
const WRONG_PASSWORD: &str = "mật khẩu đoán mò 5518";
/// Of the calls that reveal contacts.
const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
const FORGED_TOKEN: &str = "chiso_s_00ff00ff7741";

scenario!(nothing_personal_is_logged);
async fn nothing_personal_is_logged(shape: Shape) {
    let captured = logs();
    let mut year = Year::open(shape).await;
    year.prepare_survey().await;
    let mut planted: Vec<String> = [RESPONDENT, PERSON, LOGIN, UNKNOWN_LOGIN, WRONG_PASSWORD, PASSWORD]
        .map(ToOwned::to_owned)
        .to_vec();
    planted.push(FORGED_TOKEN.to_owned());
    planted.extend(PHONES.map(|(_, part)| part.to_owned()));
    registered(&year).await;
    planted.extend(signed_in(&year).await);
    year.fieldwork().await;
    let cases = drawn(&year).await;
    let contact = revealed(&year, &cases[0]).await.unwrap();
    assert!(contact.phone.starts_with("0912"), "{contact:?}");
    // What is broken inside is logged, and so is a sealed field that does not open.
    let mut tx = year.db("survey").begin().await.unwrap();
    tx.run(sql("UPDATE survey_respondent SET phone = name"))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let broken = revealed(&year, &cases[1]).await.unwrap_err();
    assert_eq!(broken.code(), Code::Internal, "{broken:?}");

    planted.extend([
        year.cast.organiser.token.clone(),
        year.cast.verifier.token.clone(),
        "91200000".to_owned(),
    ]);
    let (here, mut apart) = (captured.text(), String::new());
    read_logs(year.folder(), &mut apart);
    let of_services = if shape == Shape::Split { &apart } else { &here };
    let broken = of_services
        .lines()
        .find(|line| line.contains("sealed field does not open"));
    let broken = broken.expect("the logs of the services are looked at");
    assert!(
        broken.contains(TRACE),
        "the trace goes on from recheck to survey: {broken}"
    );
    let written = here + &apart;
    for secret in &planted {
        let line = written.lines().find(|line| line.contains(secret.as_str()));
        assert_eq!(line, None, "{secret:?} was logged");
    }
}

/// Respondents that are taken, doubled and refused.
async fn registered(year: &Year) {
    for (n, (phone, _)) in PHONES.into_iter().enumerate() {
        for _doubled in 0..2 {
            let respondent = spb::NewRespondent {
                respondent_id: year.id(),
                group: "HDND".to_owned(),
                name: RESPONDENT.to_owned(),
                phone: phone.to_owned(),
                consent: "bản 1".to_owned(),
                units: vec!["SNV".to_owned()],
            };
            let message = spb::RegisterRespondentsRequest {
                request_id: year.id(),
                cycle: CYCLE.to_owned(),
                respondents: vec![respondent],
            };
            let token = &year.cast.supervisor.token;
            let reply = call!(year, survey.register_respondents, token, message);
            assert!(n < 3 || reply.is_err(), "{phone} is no phone number");
        }
    }
}

/// Somebody signs in, well and badly; answers with the secrets that were given out.
async fn signed_in(year: &Year) -> Vec<String> {
    let organiser = &year.cast.organiser.token;
    let person_id = year.id();
    let message = ipb::CreatePersonRequest {
        request_id: year.id(),
        person_id: person_id.clone(),
        login: LOGIN.to_owned(),
        name: PERSON.to_owned(),
        password: PASSWORD.to_owned(),
        grants: Vec::new(),
        ..Default::default()
    };
    call!(year, identity.create_person, organiser, message).unwrap();
    let sign_in = async |login: &str, password: &str| {
        let (login, password) = (login.to_owned(), password.to_owned());
        let message = ipb::SignInRequest {
            login,
            password,
            ..Default::default()
        };
        call!(year, identity.sign_in, "", message)
    };
    sign_in(UNKNOWN_LOGIN, WRONG_PASSWORD).await.unwrap_err();
    for _ in 0..3 {
        sign_in(LOGIN, WRONG_PASSWORD).await.unwrap_err();
    }
    let session = sign_in(LOGIN, PASSWORD).await.unwrap().token;
    for _ in 0..6 {
        sign_in(LOGIN, WRONG_PASSWORD).await.unwrap_err();
    }
    let message = ipb::CreateTokenRequest {
        request_id: year.id(),
        token_id: year.id(),
        person_id,
        label: "máy của chị Kín".to_owned(),
        days: 30,
    };
    let secret = call!(year, identity.create_token, &session, message)
        .unwrap()
        .secret;
    let forged = call!(year, identity.get_caller, FORGED_TOKEN, ipb::GetCallerRequest {});
    assert_eq!(forged.unwrap_err().code(), Code::Unauthenticated);
    vec![session, secret]
}

/// Cases of a lot, for the verifier.
async fn drawn(year: &Year) -> Vec<String> {
    year.enter("2022-12-02T08:00:00+07:00");
    let (lot_id, organiser) = (year.close_lot().await, &year.cast.organiser.token);
    let message = rpb::EnterSeedRequest {
        request_id: year.id(),
        lot_id: lot_id.clone(),
        stage: 1,
        seed: "31415926535897932384".to_owned(),
        ceremony: "Gieo xúc xắc tại Sở Nội vụ".to_owned(),
        rate_percent: 0,
    };
    call!(year, recheck.enter_seed, organiser, message).unwrap();
    let message = rpb::AssignCasesRequest {
        request_id: year.id(),
        lot_id: lot_id.clone(),
        officers: vec![year.cast.verifier.id.clone()],
        case_ids: Vec::new(),
    };
    call!(year, recheck.assign_cases, organiser, message).unwrap();
    let message = rpb::ListCasesRequest {
        lot_id,
        open_only: true,
        ..Default::default()
    };
    let cases = call!(year, recheck.list_cases, &year.cast.verifier.token, message);
    cases
        .unwrap()
        .cases
        .into_iter()
        .map(|case| case.case_id)
        .collect()
}

async fn revealed(year: &Year, case_id: &str) -> Result<rpb::RevealContactResponse, Status> {
    let message = rpb::RevealContactRequest {
        request_id: year.id(),
        case_id: case_id.to_owned(),
    };
    let mut request = ask(&year.cast.verifier.token, message);
    let place = format!("00-{TRACE}-b7ad6b7169203331-01");
    request
        .metadata_mut()
        .insert("traceparent", place.parse().unwrap());
    let reply = year.recheck().reveal_contact(request).await;
    reply.map(tonic::Response::into_inner)
}

/// Logs of processes below a folder.
fn read_logs(folder: &Path, into: &mut String) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read_logs(&path, into);
        } else if path.file_name().is_some_and(|name| name == "log") {
            into.push_str(&std::fs::read_to_string(&path).unwrap());
        }
    }
}
