//! Where letters go, and names behind ids.

use chiso_wire::identity as pb;
use chiso_wire::identity::Role;
use tonic::{Code, Status};

use crate::stand::{Someone, Stand, ask, call, grant, refused};

async fn set(
    stand: &mut Stand,
    by: &Someone,
    person: &str,
    email: &str,
) -> Result<pb::SetContactResponse, Status> {
    let message = pb::SetContactRequest {
        request_id: stand.id(),
        person_id: person.to_owned(),
        email: email.to_owned(),
    };
    call!(stand, set_contact, &by.token, message)
}

/// As a service asks.
async fn addressees(
    stand: &mut Stand,
    message: pb::ListAddresseesRequest,
) -> Result<Vec<(String, String)>, Status> {
    let request = stand.ctx.request("ledger", message);
    let reply = stand.client.list_addressees(request).await?.into_inner();
    let pair = |one: pb::Addressee| (one.person_id, one.email);
    Ok(reply.addressees.into_iter().map(pair).collect())
}

fn by_role(role: Role, cycle: &str, unit: &str) -> pb::ListAddresseesRequest {
    pb::ListAddresseesRequest {
        role: role.into(),
        cycle: cycle.to_owned(),
        unit: unit.to_owned(),
        ..Default::default()
    }
}

fn by_ids(ids: &[&str]) -> pb::ListAddresseesRequest {
    pb::ListAddresseesRequest {
        person_ids: ids.iter().map(ToString::to_string).collect(),
        ..Default::default()
    }
}

#[tokio::test]
async fn everybody_sets_their_own_address_and_organisers_all() {
    let (mut stand, organiser) = Stand::organised().await;
    let officer = stand
        .hire(&organiser, "canbo", &[grant(Role::UnitOfficer, "SNV")])
        .await;
    let acts = stand.acts().await;
    let set_by_self = set(&mut stand, &officer, &officer.id, " cb.snv@phutho.gov.vn ").await;
    assert_eq!(set_by_self.unwrap().person.unwrap().email, "cb.snv@phutho.gov.vn");
    assert_eq!(
        stand.whoami(&officer.token).await.unwrap().email,
        "cb.snv@phutho.gov.vn"
    );
    let message = pb::SetContactRequest {
        request_id: stand.id(),
        person_id: officer.id.clone(),
        email: "moi@phutho.gov.vn".to_owned(),
    };
    let first = call!(stand, set_contact, &organiser.token, message.clone()).unwrap();
    assert_eq!(
        call!(stand, set_contact, &organiser.token, message).unwrap(),
        first
    );
    assert_eq!(stand.acts().await, acts + 2);
    let answer = set(&mut stand, &officer, &organiser.id, "cuop@x.vn").await;
    refused(answer, Code::PermissionDenied, "PERMISSION_DENIED", "");
    let answer = set(&mut stand, &officer, &officer.id, "không phải thư").await;
    refused(answer, Code::InvalidArgument, "EMAIL_MALFORMED", "email");
    let nobody = stand.id();
    let answer = set(&mut stand, &organiser, &nobody, "a@x.vn").await;
    refused(answer, Code::NotFound, "NOT_FOUND", "person_id");
    assert_eq!(stand.acts().await, acts + 2);
    set(&mut stand, &officer, &officer.id, "").await.unwrap();
    assert_eq!(stand.whoami(&officer.token).await.unwrap().email, "");
    // An address is no matter of history.
    let journal = stand
        .ctx
        .db
        .all(chiso_platform::db::sql(
            "SELECT before, after, object FROM identity_journal",
        ))
        .await
        .unwrap();
    for row in journal {
        for column in ["before", "after", "object"] {
            let text: String = row.get(column).unwrap();
            assert!(!text.contains("phutho.gov.vn"), "{text}");
        }
    }
}

#[tokio::test]
async fn a_person_may_be_made_with_an_address() {
    let (mut stand, organiser) = Stand::organised().await;
    let message = |stand: &Stand, email: &str| pb::CreatePersonRequest {
        request_id: stand.id(),
        person_id: stand.id(),
        login: "lanhdao".to_owned(),
        name: "Lê Văn Minh".to_owned(),
        email: email.to_owned(),
        grants: vec![grant(Role::Leader, "")],
        ..Default::default()
    };
    let bad = message(&stand, "lanhdao@");
    let answer = call!(stand, create_person, &organiser.token, bad);
    refused(answer, Code::InvalidArgument, "EMAIL_MALFORMED", "email");
    let good = message(&stand, "lanhdao@phutho.gov.vn");
    let made = call!(stand, create_person, &organiser.token, good).unwrap();
    assert_eq!(made.person.unwrap().email, "lanhdao@phutho.gov.vn");
}

#[tokio::test]
async fn letters_find_those_with_a_role_here_and_now() {
    let (mut stand, organiser) = Stand::organised().await;
    let of = |cycle: &str, role: Role, unit: &str| pb::Grant {
        cycle: cycle.to_owned(),
        ..grant(role, unit)
    };
    let people = [
        ("a", of("2026", Role::UnitOfficer, "SNV")),
        ("b", of("", Role::UnitOfficer, "SNV")),
        ("c", of("2025", Role::UnitOfficer, "SNV")),
        ("d", of("2026", Role::UnitOfficer, "STC")),
        ("e", of("2026", Role::UnitHead, "SNV")),
    ];
    let mut ids = Vec::new();
    for (name, granted) in people {
        let person = stand
            .create(&organiser, &format!("nguoi.{name}"), &[granted])
            .await;
        let id = person.unwrap().person_id;
        set(&mut stand, &organiser, &id, &format!("{name}@x.vn"))
            .await
            .unwrap();
        ids.push(id);
        stand.wait(1_000);
    }
    let emails = |found: Vec<(String, String)>| found.into_iter().map(|one| one.1).collect::<Vec<_>>();
    let found = addressees(&mut stand, by_role(Role::UnitOfficer, "2026", "SNV")).await;
    assert_eq!(emails(found.unwrap()), ["a@x.vn", "b@x.vn"]);
    let found = addressees(&mut stand, by_role(Role::UnitOfficer, "2026", "")).await;
    assert_eq!(emails(found.unwrap()), ["a@x.vn", "b@x.vn", "d@x.vn"]);
    let found = addressees(&mut stand, by_ids(&[&ids[4], &ids[2], &organiser.id]))
        .await
        .unwrap();
    assert_eq!(
        found,
        [
            (organiser.id.clone(), String::new()),
            (ids[2].clone(), "c@x.vn".to_owned()),
            (ids[4].clone(), "e@x.vn".to_owned())
        ]
    );
    // Somebody who left gets no letters.
    let message = pb::DisablePersonRequest {
        request_id: stand.id(),
        person_id: ids[0].clone(),
        reason: "Nghỉ".to_owned(),
    };
    call!(stand, disable_person, &organiser.token, message).unwrap();
    let found = addressees(&mut stand, by_role(Role::UnitOfficer, "2026", "SNV")).await;
    assert_eq!(emails(found.unwrap()), ["b@x.vn"]);

    let first = pb::ListAddresseesRequest {
        page_size: 1,
        ..by_role(Role::UnitOfficer, "2026", "")
    };
    let request = stand.ctx.request("ledger", first.clone());
    let page = stand.client.list_addressees(request).await.unwrap().into_inner();
    assert_eq!(page.addressees.len(), 1);
    let second = pb::ListAddresseesRequest {
        page_token: page.next_page_token,
        ..first
    };
    assert_eq!(emails(addressees(&mut stand, second).await.unwrap()), ["d@x.vn"]);
}

#[tokio::test]
async fn whom_a_letter_is_for_is_told_to_services_only_and_asked_clearly() {
    let (mut stand, organiser) = Stand::organised().await;
    let message = by_role(Role::UnitOfficer, "2026", "");
    let answer = stand
        .client
        .list_addressees(ask(&organiser.token, message.clone()))
        .await;
    refused(answer, Code::PermissionDenied, "PERMISSION_DENIED", "");
    let answer = stand.client.list_addressees(ask("", message)).await;
    refused(answer, Code::Unauthenticated, "UNAUTHENTICATED", "");
    let both = pb::ListAddresseesRequest {
        person_ids: vec![organiser.id.clone()],
        ..by_role(Role::UnitOfficer, "2026", "")
    };
    for unclear in [pb::ListAddresseesRequest::default(), both] {
        let answer = addressees(&mut stand, unclear).await;
        refused(answer, Code::InvalidArgument, "FIELD_INVALID", "role");
    }
    let answer = addressees(&mut stand, by_role(Role::UnitOfficer, "", "")).await;
    refused(answer, Code::InvalidArgument, "FIELD_INVALID", "cycle");
    let answer = addressees(&mut stand, by_ids(&[&organiser.id, "ai đó"])).await;
    refused(answer, Code::InvalidArgument, "FIELD_INVALID", "person_ids[1]");
}

#[tokio::test]
async fn names_are_found_by_ids_and_strangers_are_left_out() {
    let (mut stand, organiser) = Stand::organised().await;
    let officer = stand
        .hire(&organiser, "canbo", &[grant(Role::UnitOfficer, "SNV")])
        .await;
    let ask_for = |ids: Vec<String>| pb::GetNamesRequest { person_ids: ids };
    let ids = vec![
        officer.id.clone(),
        stand.id(),
        organiser.id.clone(),
        officer.id.clone(),
    ];
    let found = call!(stand, get_names, &officer.token, ask_for(ids))
        .unwrap()
        .names;
    let found: Vec<_> = found.iter().map(|one| (&*one.person_id, &*one.name)).collect();
    let mut expected = [(&*organiser.id, "Nguyễn Thị Hà"), (&*officer.id, "Trần Văn Bình")];
    expected.sort_unstable();
    assert_eq!(found, expected);
    let none = call!(stand, get_names, &officer.token, ask_for(Vec::new())).unwrap();
    assert_eq!(none.names, []);
    let many = vec![officer.id.clone(); 501];
    let answer = call!(stand, get_names, &officer.token, ask_for(many));
    refused(answer, Code::InvalidArgument, "FIELD_INVALID", "person_ids");
    let answer = call!(stand, get_names, "", ask_for(vec![officer.id.clone()]));
    refused(answer, Code::Unauthenticated, "UNAUTHENTICATED", "");
}

fn message(role: Role, size: i32, after: &str) -> pb::ListHoldersRequest {
    pb::ListHoldersRequest {
        role: role.into(),
        cycle: "2026".to_owned(),
        page_size: size,
        page_token: after.to_owned(),
    }
}

#[tokio::test]
async fn who_holds_a_role_is_told_in_order_of_login() {
    let (mut stand, organiser) = Stand::organised().await;
    let of = |cycle: &str, role: Role| pb::Grant {
        cycle: cycle.to_owned(),
        ..grant(role, "")
    };
    let lan = stand
        .hire(&organiser, "lan.pt", &[of("2026", Role::Interviewer)])
        .await;
    stand
        .hire(&organiser, "binh.tv", &[of("", Role::Interviewer)])
        .await;
    stand
        .hire(&organiser, "khac", &[of("2025", Role::Interviewer)])
        .await;
    let supervisor = stand
        .hire(&organiser, "giamsat", &[of("2026", Role::SurveySupervisor)])
        .await;
    let one = call!(
        stand,
        list_holders,
        &supervisor.token,
        message(Role::Interviewer, 1, "")
    )
    .unwrap();
    assert_eq!(one.holders[0].login, "binh.tv");
    let after = one.next_page_token;
    let rest = call!(
        stand,
        list_holders,
        &supervisor.token,
        message(Role::Interviewer, 0, &after)
    )
    .unwrap();
    let rest: Vec<_> = rest
        .holders
        .iter()
        .map(|one| (one.login.as_str(), one.person_id.as_str()))
        .collect();
    assert_eq!(rest, [("lan.pt", lan.id.as_str())]);
}

#[tokio::test]
async fn supervisors_are_told_of_interviewers_and_of_nobody_else() {
    let (mut stand, organiser) = Stand::organised().await;
    let of_2026 = pb::Grant {
        cycle: "2026".to_owned(),
        ..grant(Role::SurveySupervisor, "")
    };
    let supervisor = stand.hire(&organiser, "giamsat", &[of_2026]).await;
    let answer = call!(
        stand,
        list_holders,
        &supervisor.token,
        message(Role::SurveySupervisor, 0, "")
    );
    refused(answer, Code::PermissionDenied, "PERMISSION_DENIED", "");
    let all = call!(
        stand,
        list_holders,
        &organiser.token,
        message(Role::SurveySupervisor, 0, "")
    )
    .unwrap();
    let logins: Vec<_> = all.holders.iter().map(|one| one.login.as_str()).collect();
    assert_eq!(logins, ["giamsat"]);
    let answer = call!(
        stand,
        list_holders,
        &organiser.token,
        message(Role::Unspecified, 0, "")
    );
    refused(answer, Code::InvalidArgument, "FIELD_INVALID", "role");
    let mut elsewhere = message(Role::Interviewer, 0, "");
    elsewhere.cycle = "2025".to_owned();
    let answer = call!(stand, list_holders, &supervisor.token, elsewhere);
    refused(answer, Code::PermissionDenied, "PERMISSION_DENIED", "");
}
