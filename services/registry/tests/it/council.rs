//! The council, recusal, and reassignment.

use chiso_domain::cycle::Cycle;
use chiso_domain::kernel::UnitCode;
use chiso_wire::registry as pb;

use crate::stand::{CYCLE, Stand, call, instead, refused};
use chiso_platform::auth::Role;
use chiso_platform::testkit::As;

fn appraiser(cycle: &pb::Cycle, unit: &str, criterion: &str) -> Option<UnitCode> {
    let cycle = Cycle::try_from(cycle).unwrap();
    cycle.appraiser(&unit.parse().unwrap(), &criterion.parse().unwrap())
}

fn agency(code: &str) -> Option<UnitCode> {
    Some(code.parse().unwrap())
}

#[tokio::test]
async fn an_agency_without_substitute_for_its_own_unit_blocks_the_opening() {
    let mut stand = Stand::ready().await;
    stand
        .set_council(&["SNV", "STC"], vec![instead("SNV", "STC")])
        .await
        .unwrap();
    let status = stand.open_cycle().await.unwrap_err();
    let faults = chiso_platform::error::violations_of(&status);
    assert_eq!(faults.len(), 1);
    assert_eq!(faults[0].0, "reassignments.STC");
    assert!(faults[0].1.contains("I.1, II.3, IV.1, VII.1"), "{}", faults[0].1);
}

#[tokio::test]
async fn recusal_gives_only_the_own_unit_away() {
    let cycle = Stand::open().await.get_cycle().await;
    assert_eq!(appraiser(&cycle, "SNV", "I.2"), agency("STC"));
    assert_eq!(appraiser(&cycle, "VT", "I.2"), agency("SNV"));
    assert_eq!(appraiser(&cycle, "STC", "I.1"), agency("SNV"));
}

#[tokio::test]
async fn a_reassignment_of_an_open_cycle_counts_from_then_on() {
    let mut stand = Stand::open().await;
    let before = stand.get_cycle().await;
    let reassignment = pb::Reassignment {
        agency: "SNV".to_owned(),
        unit: "VT".to_owned(),
        criterion: "I.2".to_owned(),
        substitute: "STC".to_owned(),
        reason: "Người thẩm định có quan hệ gia đình".to_owned(),
    };
    let reply = call!(
        stand,
        reassign_appraiser,
        ReassignAppraiserRequest {
            reassignment: Some(reassignment)
        }
    );
    let cycle = reply.unwrap().cycle.unwrap();
    assert_eq!(appraiser(&cycle, "VT", "I.2"), agency("STC"));
    assert_eq!(appraiser(&cycle, "VT", "II.1"), agency("SNV"));
    assert_eq!(appraiser(&cycle, "DH", "I.2"), agency("SNV"));
    assert!(cycle.version > before.version);
    assert_eq!(cycle.rule_set_sha256, before.rule_set_sha256);
}

#[tokio::test]
async fn a_reassignment_that_makes_no_sense_is_refused() {
    let mut stand = Stand::open().await;
    let wrong = pb::Reassignment {
        agency: "STP".to_owned(),
        unit: "STC".to_owned(),
        criterion: "I.9".to_owned(),
        substitute: "STC".to_owned(),
        reason: "Thử".to_owned(),
    };
    let refusal = refused(call!(
        stand,
        reassign_appraiser,
        ReassignAppraiserRequest {
            reassignment: Some(wrong)
        }
    ));
    assert_eq!(refusal.0, "REASSIGNMENT_FAULTY");
    assert_eq!(
        refusal.1,
        [
            "reassignment.agency",
            "reassignment.substitute",
            "reassignment.criterion"
        ]
    );
    let unreasoned = pb::Reassignment {
        reason: " ".to_owned(),
        ..instead("SNV", "STC")
    };
    let refusal = refused(call!(
        stand,
        reassign_appraiser,
        ReassignAppraiserRequest {
            reassignment: Some(unreasoned)
        }
    ));
    assert_eq!(refusal.1, ["reassignment.reason"]);
    let refusal = refused(call!(
        stand,
        reassign_appraiser,
        ReassignAppraiserRequest { reassignment: None }
    ));
    assert_eq!(refusal.1, ["reassignment"]);
}

#[tokio::test]
async fn a_cycle_that_is_not_open_is_not_reassigned() {
    let mut stand = Stand::ready().await;
    let r = instead("SNV", "STC");
    let refusal = refused(call!(
        stand,
        reassign_appraiser,
        ReassignAppraiserRequest {
            reassignment: Some(r)
        }
    ));
    assert_eq!(refusal.0, "CYCLE_NOT_OPEN");
}

#[tokio::test]
async fn a_council_names_each_agency_once() {
    let mut stand = Stand::created().await;
    let refusal = refused(stand.set_council(&["SNV", "SNV"], Vec::new()).await);
    assert_eq!(refusal, ("COUNCIL_FAULTY".to_owned(), vec!["council".to_owned()]));
    assert_eq!(refused(stand.set_council(&[], Vec::new()).await).1, ["agencies"]);
    assert_eq!(
        refused(stand.set_council(&["Sở"], Vec::new()).await).1,
        ["agencies[0]"]
    );
    let outsider = vec![instead("SNV", "STP")];
    assert_eq!(
        refused(stand.set_council(&["SNV", "STC"], outsider).await).1,
        ["reassignments[0].substitute"]
    );
}

#[tokio::test]
async fn only_home_affairs_changes_a_frame() {
    let mut stand = Stand::ready().await;
    for role in [
        Role::Auditor,
        Role::Appraiser,
        Role::UnitHead,
        Role::CouncilChair,
        Role::Leader,
    ] {
        let request = pb::OpenCycleRequest {
            request_id: stand.kit.id(),
            cycle: CYCLE.to_owned(),
            seen_version: 0,
        };
        let refusal = stand
            .client
            .open_cycle(stand.kit.request(request, &As::role(role)))
            .await;
        assert_eq!(refused(refusal).0, "PERMISSION_DENIED", "{role:?}");
    }
    let elsewhere = As::role(Role::Organiser).cycle("2021");
    let request = pb::OpenCycleRequest {
        request_id: stand.kit.id(),
        cycle: CYCLE.to_owned(),
        seen_version: 0,
    };
    let refusal = stand
        .client
        .open_cycle(stand.kit.request(request.clone(), &elsewhere))
        .await;
    assert_eq!(refused(refusal).0, "PERMISSION_DENIED");
    let nobody = stand.client.open_cycle(request).await;
    assert_eq!(refused(nobody).0, "UNAUTHENTICATED");
}
