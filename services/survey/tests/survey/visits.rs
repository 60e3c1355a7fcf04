//! The frame's import, and who is to ask whom.

use chiso_platform::error::violations_of;
use chiso_platform::testkit::As;
use chiso_wire::convert::timestamp;
use chiso_wire::survey as pb;
use tonic::Status;

use crate::support::{CYCLE, World, because, interviewer, supervisor, why, window, xlsx};

const HEADER: [&str; 6] = [
    "Nhóm",
    "Họ và tên",
    "Điện thoại",
    "Bản đồng ý",
    "Đơn vị",
    "Mã điều tra viên",
];

fn book(rows: &[[&str; 6]]) -> Vec<u8> {
    let mut all = vec![HEADER.to_vec()];
    all.extend(rows.iter().map(|row| row.to_vec()));
    xlsx(&[("Bảng kê", all)])
}

async fn import(world: &World, xlsx: Vec<u8>) -> Result<(i32, i32), Status> {
    let request = pb::ImportRespondentsRequest {
        request_id: world.kit.id(),
        cycle: CYCLE.to_owned(),
        xlsx: xlsx.into(),
    };
    let request = world.kit.request(request, &supervisor());
    let reply = world.client().import_respondents(request).await?.into_inner();
    Ok((reply.registered, reply.assigned))
}

/// Visits that somebody sees, two at a time.
async fn try_visits(world: &World, of: &str, who: &As) -> Result<Vec<pb::Visit>, Status> {
    let (mut all, mut page_token) = (Vec::new(), String::new());
    loop {
        let request = pb::ListVisitsRequest {
            cycle: CYCLE.to_owned(),
            interviewer: of.to_owned(),
            page_size: 2,
            page_token,
            ..Default::default()
        };
        let request = world.kit.request(request, who);
        let reply = world.client().list_visits(request).await?.into_inner();
        all.extend(reply.visits);
        page_token = reply.next_page_token;
        if page_token.is_empty() {
            return Ok(all);
        }
    }
}

async fn visits(world: &World, who: &As) -> Vec<pb::Visit> {
    try_visits(world, "", who).await.unwrap()
}

/// (Unit, name) of visits.
fn places(visits: &[pb::Visit]) -> Vec<(&str, &str)> {
    visits
        .iter()
        .map(|v| (v.unit.as_str(), v.name.as_str()))
        .collect()
}

fn asks(world: &World, who: &As) -> pb::AssignRespondentsRequest {
    pb::AssignRespondentsRequest {
        request_id: world.kit.id(),
        cycle: CYCLE.to_owned(),
        interviewer: who.id().to_string(),
        ..Default::default()
    }
}

/// The ends of the phone numbers of those whom nobody is to ask yet, read one by one.
async fn left(world: &World, group: &str) -> Vec<String> {
    let mut request = pb::ListRespondentsRequest {
        cycle: CYCLE.to_owned(),
        group: group.to_owned(),
        page_size: 1,
        unassigned: true,
        ..Default::default()
    };
    let mut ends = Vec::new();
    loop {
        let asked = world.kit.request(request.clone(), &supervisor());
        let reply = world.client().list_respondents(asked).await.unwrap().into_inner();
        let end = |one: &pb::Respondent| one.phone_masked.rsplit(' ').next().unwrap().to_owned();
        ends.extend(reply.respondents.iter().map(end));
        if reply.next_page_token.is_empty() {
            return ends;
        }
        request.page_token = reply.next_page_token;
    }
}

async fn assign(world: &World, request: pb::AssignRespondentsRequest) -> Result<i32, Status> {
    let request = world.kit.request(request, &supervisor());
    Ok(world
        .client()
        .assign_respondents(request)
        .await?
        .into_inner()
        .assigned)
}

#[tokio::test]
async fn a_frame_is_imported_and_given_out() {
    let world = World::new().await;
    let (one, two) = (interviewer(), interviewer().number(1));
    let (first, second) = (one.id().to_string(), two.id().to_string());
    let rows = [
        [
            "DN_CN",
            "Trần Thị Bích",
            "0912 345 678",
            "bản 1",
            "SNV; STC",
            &first,
        ],
        [
            "DN_CN",
            "Lê Văn Cường",
            "+84 912 345 679",
            "bản 1",
            "SYT",
            &second,
        ],
        // A number, as spreadsheet programs make it.
        ["DN_CN", "Vũ Thị Dung", "912345670", "bản 1", "", ""],
        // The same number in another group is another seat.
        ["HDND", "Trần Thị Bích", "0912345678", "bản 1", "", &second],
    ];
    assert_eq!(import(&world, book(&rows)).await.unwrap(), (4, 6));
    let mine = visits(&world, &one).await;
    assert_eq!(
        places(&mine),
        [("SNV", "Trần Thị Bích"), ("STC", "Trần Thị Bích")]
    );
    assert_eq!(mine[0].phone_masked, "•••• ••• 678");
    assert_eq!(
        (mine[0].group.as_str(), mine[0].state()),
        ("DN_CN", pb::VisitState::Open)
    );
    let theirs = visits(&world, &two).await;
    assert_eq!(theirs.len(), 4, "all three units for the deputy");
    assert_eq!(visits(&world, &supervisor()).await.len(), 6);
    let of_one = try_visits(&world, &first, &supervisor()).await.unwrap();
    assert_eq!(of_one, mine);
    let refused = try_visits(&world, &second, &one).await.unwrap_err();
    assert_eq!(refused.code(), tonic::Code::PermissionDenied);
}

#[tokio::test]
async fn every_fault_of_a_frame_is_named_and_nothing_is_changed() {
    let world = World::new().await;
    world.person("DN_CN", "0912345678", &[]).await;
    let rows = [
        ["DN_CN", "Trần Thị Bích", "0912345678", "bản 1", "", ""],
        ["XX", "", "09123", "", "SNV; SXX", "Lan"],
        ["DN_CN", "Lê Văn Cường", "0912345679", "bản 1", "", ""],
        ["DN_CN", "Vũ Thị Dung", "0912 345 679", "bản 1", "", ""],
    ];
    let status = import(&world, book(&rows)).await.unwrap_err();
    let found: Vec<(String, String)> = violations_of(&status);
    let fields: Vec<&str> = found.iter().map(|(field, _)| field.as_str()).collect();
    assert_eq!(
        fields,
        [
            "Bảng kê!C2",
            "Bảng kê!A3",
            "Bảng kê!B3",
            "Bảng kê!C3",
            "Bảng kê!D3",
            "Bảng kê!E3",
            "Bảng kê!F3",
            "Bảng kê!C5",
        ]
    );
    assert!(found[1].1.contains("DN_CN, HDND"), "{found:?}");
    assert!(found[7].1.contains("trùng dòng 4"), "{found:?}");
    assert_eq!(why::<()>(Err(status)).0, "IMPORT_FAULTY");
    // Without the faults, the same numbers go in: nothing was kept of them.
    assert_eq!(import(&world, book(&rows[2..3])).await.unwrap(), (1, 0));

    assert_eq!(
        why(import(&world, book(&[])).await),
        because("IMPORT_FAULTY", "Bảng kê!A1")
    );
    let other = xlsx(&[("Sheet1", vec![HEADER.to_vec()])]);
    assert_eq!(
        why(import(&world, other).await),
        because("IMPORT_FAULTY", "Bảng kê!A1")
    );
    assert_eq!(
        why(import(&world, b"Ten".to_vec()).await),
        because("FILE_NOT_XLSX", "xlsx")
    );
}

#[tokio::test]
async fn the_same_import_again_is_the_same_one() {
    let world = World::new().await;
    let request = pb::ImportRespondentsRequest {
        request_id: world.kit.id(),
        cycle: CYCLE.to_owned(),
        xlsx: book(&[["DN_CN", "Trần Thị Bích", "0912345678", "bản 1", "SNV", ""]]).into(),
    };
    for _ in 0..2 {
        let request = world.kit.request(request.clone(), &supervisor());
        let reply = world.client().import_respondents(request).await.unwrap();
        assert_eq!(reply.into_inner().registered, 1);
    }
    // Under another id it would be a second list of the same people.
    let again = import(&world, request.xlsx.to_vec()).await;
    assert_eq!(why(again), because("IMPORT_FAULTY", "Bảng kê!C2"));
}

#[tokio::test]
async fn people_are_given_by_name_or_by_unit_and_group_and_given_on() {
    let world = World::new().await;
    let a = world.person("DN_CN", "0912345671", &["SNV", "SYT"]).await;
    let b = world.person("DN_CN", "0912345672", &["SNV"]).await;
    world.person("DN_CN", "0912345673", &[]).await;
    world.person("DN_CN", "0912345674", &["STC"]).await;
    world.person("HDND", "0912345675", &[]).await;
    let (one, two) = (interviewer(), interviewer().number(1));
    let by_unit = pb::AssignRespondentsRequest {
        unit: "SNV".to_owned(),
        group: "DN_CN".to_owned(),
        ..asks(&world, &one)
    };
    assert_eq!(assign(&world, by_unit).await.unwrap(), 3);
    assert_eq!(left(&world, "DN_CN").await, ["674"]);
    assert_eq!(left(&world, "").await, ["674", "675"]);
    let by_name = pb::AssignRespondentsRequest {
        respondent_ids: vec![a.clone(), b.clone(), a.clone()],
        ..asks(&world, &two)
    };
    assert_eq!(assign(&world, by_name).await.unwrap(), 3);
    assert_eq!(visits(&world, &one).await.len(), 1);
    let units: Vec<String> = visits(&world, &two).await.into_iter().map(|v| v.unit).collect();
    assert_eq!(units, ["SNV", "SNV", "SYT"]);
    let one_unit = pb::AssignRespondentsRequest {
        respondent_ids: vec![a],
        unit: "SYT".to_owned(),
        ..asks(&world, &one)
    };
    assert_eq!(assign(&world, one_unit.clone()).await.unwrap(), 1);
    assert_eq!(visits(&world, &one).await.len(), 2);

    type Spoil = fn(&mut pb::AssignRespondentsRequest);
    let cases: [(Spoil, &str, &str); 6] = [
        (
            |r| r.interviewer = "Lan".to_owned(),
            "FIELD_INVALID",
            "interviewer",
        ),
        (
            |r| r.respondent_ids.push("1".to_owned()),
            "FIELD_INVALID",
            "respondent_ids[1]",
        ),
        (
            |r| r.respondent_ids.push(r.request_id.clone()),
            "RESPONDENT_UNKNOWN",
            "respondent_ids[1]",
        ),
        (
            |r| r.unit = "STC".to_owned(),
            "RESPONDENT_ELSEWHERE",
            "respondent_ids[0]",
        ),
        (|r| r.unit = "SXX".to_owned(), "UNIT_UNKNOWN", "unit"),
        (|r| r.respondent_ids.clear(), "FIELD_INVALID", "group"),
    ];
    for (spoil, reason, field) in cases {
        let mut bad = one_unit.clone();
        bad.request_id = world.kit.id();
        spoil(&mut bad);
        assert_eq!(why(assign(&world, bad).await), because(reason, field));
    }
}

#[tokio::test]
async fn a_visit_goes_from_open_over_a_draft_to_done() {
    let world = World::new().await;
    let person = world.person("DN_CN", "0912345678", &["SNV", "STC"]).await;
    let request = pb::AssignRespondentsRequest {
        respondent_ids: vec![person.clone()],
        ..asks(&world, &interviewer())
    };
    assign(&world, request).await.unwrap();
    let slip = world.slip("SNV", "DN_CN", &person, "4", "5");
    let draft = pb::Draft {
        slip_id: slip.slip_id.clone(),
        cycle: CYCLE.to_owned(),
        unit: "SNV".to_owned(),
        group: "DN_CN".to_owned(),
        respondent_id: person.clone(),
        questionnaire_sha256: world.forms["DN_CN"].clone(),
        started_at: Some(timestamp(window().start)),
        ..Default::default()
    };
    let request = pb::SaveDraftRequest {
        request_id: world.kit.id(),
        draft: Some(draft),
    };
    let request = world.kit.request(request, &interviewer());
    world.client().save_draft(request).await.unwrap();
    let state = |visits: Vec<pb::Visit>| -> Vec<(i32, String)> {
        visits.into_iter().map(|v| (v.state, v.slip_id)).collect()
    };
    let open = (pb::VisitState::Open.into(), String::new());
    let at = |state: pb::VisitState| (state.into(), slip.slip_id.clone());
    let found = state(visits(&world, &interviewer()).await);
    assert_eq!(found, [at(pb::VisitState::Draft), open.clone()]);
    world.submit(&slip).await.unwrap();
    let found = state(visits(&world, &interviewer()).await);
    assert_eq!(found, [at(pb::VisitState::Done), open]);
}

#[tokio::test]
async fn whom_an_interviewer_enters_they_are_to_ask() {
    let world = World::new().await;
    let new = pb::NewRespondent {
        respondent_id: world.kit.id(),
        group: "DN_CN".to_owned(),
        name: "Phạm Thị Em".to_owned(),
        phone: "0912345678".to_owned(),
        consent: "bản 1".to_owned(),
        units: vec!["STC".to_owned()],
    };
    let request = pb::RegisterRespondentsRequest {
        request_id: world.kit.id(),
        cycle: CYCLE.to_owned(),
        respondents: vec![new],
    };
    let request = world.kit.request(request, &interviewer());
    world.client().register_respondents(request).await.unwrap();
    assert_eq!(
        places(&visits(&world, &interviewer()).await),
        [("STC", "Phạm Thị Em")]
    );
    assert!(visits(&world, &interviewer().number(1)).await.is_empty());
}

#[tokio::test]
async fn of_one_person_only_their_own_visits_are_shown() {
    let world = World::new().await;
    let a = world.person("DN_CN", "0912345681", &["SNV", "SYT"]).await;
    let b = world.person("DN_CN", "0912345682", &["SNV"]).await;
    let (one, two) = (interviewer(), interviewer().number(1));
    let given = pb::AssignRespondentsRequest {
        respondent_ids: vec![a.clone(), b],
        ..asks(&world, &one)
    };
    assert_eq!(assign(&world, given).await.unwrap(), 3);
    let units = async |who: &As| {
        let request = pb::ListVisitsRequest {
            cycle: CYCLE.to_owned(),
            respondent_id: a.clone(),
            ..Default::default()
        };
        let reply = world.client().list_visits(world.kit.request(request, who)).await;
        let visits = reply.unwrap().into_inner().visits;
        visits.into_iter().map(|visit| visit.unit).collect::<Vec<_>>()
    };
    assert_eq!(units(&one).await, ["SNV", "SYT"]);
    assert_eq!(units(&supervisor()).await, ["SNV", "SYT"]);
    assert!(units(&two).await.is_empty());
}
