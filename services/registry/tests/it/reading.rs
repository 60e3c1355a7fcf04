//! Lists and reads.

use chiso_platform::auth::Role;
use chiso_platform::journal;
use chiso_platform::testkit::As;
use chiso_wire::kernel::ListJournalRequest;
use chiso_wire::registry as pb;

use crate::stand::{CYCLE, Stand, refused};

async fn page(stand: &mut Stand, unit_type: &str, size: i32, token: &str) -> pb::ListUnitsResponse {
    let request = pb::ListUnitsRequest {
        cycle: CYCLE.to_owned(),
        unit_type: unit_type.to_owned(),
        page_size: size,
        page_token: token.to_owned(),
    };
    let request = stand
        .kit
        .request(request, &As::role(Role::UnitOfficer).unit("VT"));
    stand.client.list_units(request).await.unwrap().into_inner()
}

#[tokio::test]
async fn units_are_paged_in_official_order() {
    let mut stand = Stand::ready().await;
    let whole = stand.get_cycle().await.units;
    let (mut seen, mut token) = (Vec::new(), String::new());
    loop {
        let reply = page(&mut stand, "", 2, &token).await;
        assert!(reply.units.len() <= 2);
        seen.extend(reply.units);
        token = reply.next_page_token;
        if token.is_empty() {
            break;
        }
    }
    assert_eq!(seen, whole);
    let districts = page(&mut stand, "district", 0, "").await;
    let codes: Vec<_> = districts.units.iter().map(|unit| unit.code.as_str()).collect();
    assert_eq!(codes, ["VT", "DH"]);
    assert_eq!(districts.next_page_token, "");
}

#[tokio::test]
async fn cycles_are_paged_by_their_code() {
    let mut stand = Stand::ready().await;
    let organiser = As::role(Role::Organiser);
    for code in ["2021", "2023"] {
        let request = pb::CreateCycleRequest {
            request_id: stand.kit.id(),
            cycle: code.to_owned(),
            province: "Phú Thọ".to_owned(),
            regulation: String::new(),
        };
        stand
            .client
            .create_cycle(stand.kit.request(request, &organiser))
            .await
            .unwrap();
    }
    let mut token = String::new();
    let mut seen = Vec::new();
    for _ in 0..2 {
        let request = pb::ListCyclesRequest {
            page_size: 2,
            page_token: token,
        };
        let reply = stand
            .client
            .list_cycles(stand.kit.request(request, &organiser))
            .await
            .unwrap()
            .into_inner();
        for cycle in reply.cycles {
            assert!(cycle.units.is_empty() && cycle.rule_set_json.is_empty());
            seen.push(cycle.cycle);
        }
        token = reply.next_page_token;
    }
    assert_eq!(seen, ["2021", "2022", "2023"]);
    assert_eq!(token, "");
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let mut stand = Stand::ready().await;
    let anyone = As::role(Role::Leader);
    let unknown = pb::GetCycleRequest {
        cycle: "1999".to_owned(),
    };
    let refusal = stand.client.get_cycle(stand.kit.request(unknown, &anyone)).await;
    assert_eq!(refusal.as_ref().unwrap_err().code(), tonic::Code::NotFound);
    assert_eq!(
        refused(refusal),
        ("CYCLE_UNKNOWN".to_owned(), vec!["cycle".to_owned()])
    );
    let list = pb::ListUnitsRequest {
        cycle: CYCLE.to_owned(),
        unit_type: "commune".to_owned(),
        page_size: 0,
        page_token: String::new(),
    };
    let refusal = stand
        .client
        .list_units(stand.kit.request(list.clone(), &anyone))
        .await;
    assert_eq!(refused(refusal).0, "UNIT_TYPE_UNKNOWN");
    let bad_token = pb::ListUnitsRequest {
        unit_type: String::new(),
        page_token: "xyz".to_owned(),
        ..list
    };
    let refusal = stand
        .client
        .list_units(stand.kit.request(bad_token, &anyone))
        .await;
    assert_eq!(refused(refusal).1, ["page_token"]);
    let nobody = stand
        .client
        .get_cycle(pb::GetCycleRequest {
            cycle: CYCLE.to_owned(),
        })
        .await;
    assert_eq!(refused(nobody).0, "UNAUTHENTICATED");
}

#[tokio::test]
async fn every_act_stands_in_the_journal_with_before_and_after() {
    let mut stand = Stand::open().await;
    let auditor = As::role(Role::Auditor);
    let (mut entries, mut token) = (Vec::new(), String::new());
    loop {
        let request = ListJournalRequest {
            page_size: 3,
            page_token: token,
            ..Default::default()
        };
        let reply = stand
            .client
            .list_journal(stand.kit.request(request, &auditor))
            .await
            .unwrap()
            .into_inner();
        entries.extend(reply.entries);
        token = reply.next_page_token;
        if token.is_empty() {
            break;
        }
    }
    let acts: Vec<_> = entries
        .iter()
        .map(|entry| (entry.act.as_str(), entry.object.as_str()))
        .collect();
    assert_eq!(
        acts,
        [
            ("cycle.create", "2022"),
            ("units.import", "2022"),
            ("index_set.import", "2022/department"),
            ("index_set.import", "2022/district"),
            ("calendar.set", "2022"),
            ("council.set", "2022"),
            ("cycle.open", "2022"),
        ]
    );
    let organiser = As::role(Role::Organiser).id().to_string();
    assert!(
        entries
            .iter()
            .all(|entry| entry.actor == organiser && !entry.after.is_empty())
    );
    assert!(entries[1].after.contains("Sở Nội vụ") && entries[5].before.contains("[]"));
    let whole = journal::verify(&stand.kit.ctx.db, chiso_registry::SERVICE)
        .await
        .unwrap();
    assert_eq!(whole, journal::Chain::Whole(7));
}
