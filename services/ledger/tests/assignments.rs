//! Dividing a unit's work over gRPC, as far as it needs nobody's name: that somebody is an officer is asked of identity,
//! which is not here.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use chiso_platform::error::reason_of;
use chiso_platform::testkit::As;
use chiso_wire::ledger as pb;
use common::*;

async fn assign(
    ledger: &mut Ledger,
    who: &As,
    criteria: &[&str],
    person: &str,
) -> Result<i32, tonic::Status> {
    let message = pb::AssignEntriesRequest {
        request_id: ledger.kit.id(),
        cycle: CYCLE.to_owned(),
        unit: "SYT".to_owned(),
        criteria: criteria.iter().map(|code| (*code).to_owned()).collect(),
        person_id: person.to_owned(),
    };
    let asked = ledger.kit.request(message, who);
    Ok(ledger.client.assign_entries(asked).await?.into_inner().changed)
}

#[tokio::test]
async fn only_the_head_of_the_unit_divides_its_work() {
    let mut ledger = Ledger::open().await;
    assert_eq!(assign(&mut ledger, &head("SYT"), &["I.1"], "").await.unwrap(), 0);
    for (who, why) in [
        (head("SXD"), "UNIT_NOT_YOURS"),
        (officer("SYT"), "PERMISSION_DENIED"),
        (organiser(), "PERMISSION_DENIED"),
    ] {
        assert_eq!(
            reason(assign(&mut ledger, &who, &["I.1"], "").await),
            why,
            "{who:?}"
        );
    }
}

#[tokio::test]
async fn only_leaves_that_the_unit_scores_are_divided() {
    let mut ledger = Ledger::open().await;
    for (criteria, why) in [
        (&[][..], "FIELD_INVALID"),
        (&["I.9"], "CRITERION_UNKNOWN"),
        (&["I.1", "VII.1"], "LEAF_NOT_ENTERED_BY_UNIT"),
    ] {
        let refused = assign(&mut ledger, &head("SYT"), criteria, "").await;
        assert_eq!(reason(refused), why, "{criteria:?}");
    }
}

#[tokio::test]
async fn work_is_divided_until_the_unit_has_nothing_more_to_write() {
    let mut ledger = Ledger::open().await;
    for (now, why) in [
        ("2022-12-21T23:59:59", None),
        ("2022-12-22T00:00:00", Some("DEADLINE_PASSED")),
    ] {
        ledger.now(now);
        let outcome = assign(&mut ledger, &head("SYT"), &["I.1"], "").await;
        assert_eq!(
            outcome.err().map(|status| reason_of(&status)).as_deref(),
            why,
            "{now}"
        );
    }
}

#[tokio::test]
async fn nobody_is_assigned_whom_identity_does_not_know() {
    let mut ledger = Ledger::open().await;
    let person = officer("SYT").id().to_string();
    let refused = assign(&mut ledger, &head("SYT"), &["I.1"], &person).await;
    assert_eq!(refused.unwrap_err().code(), tonic::Code::Unavailable);
    let entry = ledger.entry(&head("SYT"), "SYT", "I.1").await.unwrap();
    assert_eq!(entry.assigned_to, "");
}
