//! A cycle made from another one, and what an import would change.

use chiso_domain::cycle::Cycle;
use chiso_platform::auth::Role;
use chiso_platform::testkit::As;
use chiso_wire::registry as pb;
use tonic::Status;

use crate::books;
use crate::stand::{CYCLE, Stand, at, call, refused};

async fn copy(stand: &mut Stand, request: pb::CopyCycleRequest) -> Result<pb::Cycle, Status> {
    let request = stand.kit.request(request, &As::role(Role::Organiser));
    let reply = stand.client.copy_cycle(request).await?;
    Ok(reply.into_inner().cycle.unwrap())
}

fn to_2023(stand: &Stand) -> pb::CopyCycleRequest {
    pb::CopyCycleRequest {
        request_id: stand.kit.id(),
        from: CYCLE.to_owned(),
        cycle: "2023".to_owned(),
        years: 1,
        regulation: String::new(),
    }
}

#[tokio::test]
async fn a_copy_has_all_but_the_dates() {
    let mut stand = Stand::open().await;
    let extended = call!(
        stand,
        extend_window,
        ExtendWindowRequest {
            window: pb::Window::SelfScoring.into(),
            unit: "VT".to_owned(),
            ends_at: Some(chiso_wire::convert::timestamp(at("2022-12-17T00:00:00+07:00"))),
            reason: "Mất điện diện rộng".to_owned(),
        }
    );
    extended.unwrap();
    let before = stand.get_cycle().await;
    let asked = to_2023(&stand);
    let copied = copy(&mut stand, asked).await.unwrap();
    assert_eq!((copied.state(), copied.version), (pb::CycleState::Setup, 1));
    assert!(copied.rule_set_sha256.is_empty() && copied.extensions.is_empty());
    assert_eq!(copied.units, before.units);
    assert_eq!(copied.unit_types, before.unit_types);
    assert_eq!(copied.council, before.council);
    assert_eq!(copied.reassignments, before.reassignments);
    assert_eq!(copied.regulation, before.regulation);
    let (was, is) = (
        Cycle::try_from(&before).unwrap(),
        Cycle::try_from(&copied).unwrap(),
    );
    assert_eq!(is.rules, was.rules);
    assert_eq!(is.opening_faults(), []);
    for ((_, was), (_, is)) in was.calendar.windows.iter().zip(&is.calendar.windows) {
        assert_eq!(Some(is.start), was.start.years_later(1));
        assert_eq!(Some(is.end), was.end.years_later(1));
    }
    assert_eq!(stand.get_cycle().await, before, "what is copied stays as it is");
}

#[tokio::test]
async fn a_copy_that_is_asked_for_twice_is_made_once() {
    let mut stand = Stand::ready().await;
    let asked = pb::CopyCycleRequest {
        regulation: "Quyết định số 1538/QĐ-UBND".to_owned(),
        ..to_2023(&stand)
    };
    let first = copy(&mut stand, asked.clone()).await.unwrap();
    assert_eq!(first.regulation, asked.regulation);
    assert_eq!(copy(&mut stand, asked.clone()).await.unwrap(), first);
    let again = pb::CopyCycleRequest {
        request_id: stand.kit.id(),
        ..asked.clone()
    };
    assert_eq!(refused(copy(&mut stand, again).await).0, "CYCLE_EXISTS");
    let other = pb::CopyCycleRequest { years: 2, ..asked };
    assert_eq!(refused(copy(&mut stand, other).await).0, "REQUEST_ID_REUSED");
}

#[tokio::test]
async fn a_copy_of_nothing_and_into_no_year_is_refused() {
    let mut stand = Stand::ready().await;
    let asked = to_2023(&stand);
    for (spoil, field) in [
        (
            (|m| m.from = "1999".to_owned()) as fn(&mut pb::CopyCycleRequest),
            "from",
        ),
        (|m| m.from = String::new(), "from"),
        (|m| m.cycle = "Năm 2023".to_owned(), "cycle"),
        (|m| m.cycle = CYCLE.to_owned(), "cycle"),
        (|m| m.years = -1, "years"),
        (|m| m.years = 51, "years"),
    ] {
        let mut spoilt = asked.clone();
        spoil(&mut spoilt);
        spoilt.request_id = stand.kit.id();
        assert_eq!(
            refused(copy(&mut stand, spoilt.clone()).await).1,
            [field],
            "{spoilt:?}"
        );
    }
    let request = stand.kit.request(asked, &As::role(Role::Verifier));
    assert_eq!(
        refused(stand.client.copy_cycle(request).await).0,
        "PERMISSION_DENIED"
    );
}

#[tokio::test]
async fn what_an_import_would_change_is_told_and_not_done() {
    let mut stand = Stand::ready().await;
    let before = stand.get_cycle().await;
    let units = books::units()
        .with("B2", "Sở Nội vụ và Tôn giáo")
        .with("A4", "BDTTG");
    let request = pb::CheckUnitsRequest {
        cycle: CYCLE.to_owned(),
        xlsx: books::book(&[books::unit_types(), units]).into(),
    };
    let request = stand.kit.request(request, &As::role(Role::Organiser));
    let told = stand.client.check_units(request).await.unwrap().into_inner();
    assert_eq!((told.unit_types, told.units), (2, 5));
    let kinds: Vec<_> = told
        .changes
        .iter()
        .map(|one| (one.code.as_str(), one.kind()))
        .collect();
    assert_eq!(
        kinds,
        [
            ("BDT", pb::ChangeKind::Removed),
            ("BDTTG", pb::ChangeKind::Added),
            ("SNV", pb::ChangeKind::Changed),
        ]
    );
    let renamed = pb::ChangedField {
        field: "name".to_owned(),
        before: "Sở Nội vụ".to_owned(),
        after: "Sở Nội vụ và Tôn giáo".to_owned(),
    };
    assert_eq!(told.changes[2].fields, [renamed]);
    let request = pb::CheckIndexSetRequest {
        cycle: CYCLE.to_owned(),
        unit_type: "department".to_owned(),
        xlsx: books::book(&[books::index_set()]).into(),
    };
    let again = stand.kit.request(request.clone(), &As::role(Role::Organiser));
    let told = stand.client.check_index_set(again).await.unwrap().into_inner();
    assert_eq!((told.max_points.as_str(), told.changes.len()), ("100", 0));
    let faulty = pb::CheckIndexSetRequest {
        xlsx: books::book(&[books::index_set().with("D3", "21")]).into(),
        ..request.clone()
    };
    let faulty = stand.kit.request(faulty, &As::role(Role::Organiser));
    assert_eq!(
        refused(stand.client.check_index_set(faulty).await).0,
        "IMPORT_FAULTY"
    );
    assert_eq!(stand.get_cycle().await, before, "nothing is stored");
    stand.open_cycle().await.unwrap();
    let late = stand.kit.request(request, &As::role(Role::Organiser));
    assert_eq!(refused(stand.client.check_index_set(late).await).0, "CYCLE_OPEN");
}
