//! The same mark for the units that are left, over the real gRPC routes: all of them or nothing, never over a mark.

mod common;

use chiso_platform::testkit::As;
use chiso_wire::leaders as pb;
use common::{Answer, CYCLE, World, ends, leader, refused, why};
use pb::mark::Value;
use tonic::Code;

fn request(world: &World, units: &[&str], value: Value, version: i64) -> pb::SaveRestRequest {
    pb::SaveRestRequest {
        request_id: world.kit.id(),
        cycle: CYCLE.to_owned(),
        leader: String::new(),
        units: units.iter().map(ToString::to_string).collect(),
        mark: Some(pb::Mark {
            value: Some(value),
            ..pb::Mark::default()
        }),
        version,
    }
}

fn mark(text: &str) -> Value {
    Value::Mark(text.to_owned())
}

async fn save_rest(world: &World, caller: &As, request: pb::SaveRestRequest) -> Answer<i64> {
    let saved = world
        .client()
        .save_rest(world.kit.request(request, caller))
        .await?;
    Ok(saved.into_inner().version)
}

#[tokio::test]
async fn the_units_that_are_left_get_one_mark_and_are_sent() {
    let world = World::new().await;
    let chair = leader(1);
    world.save(&chair, world.saving("B", "1", 0)).await.unwrap();
    let rest = request(&world, &["A", "C"], mark("3.5"), 1);
    assert_eq!(save_rest(&world, &chair, rest.clone()).await, Ok(2));
    assert_eq!(
        save_rest(&world, &chair, rest.clone()).await,
        Ok(2),
        "the same call again"
    );
    let slip = world.slip(&chair, "").await.unwrap();
    let marks: Vec<(&str, Option<Value>)> = slip
        .marks
        .iter()
        .map(|mark| (mark.unit.as_str(), mark.value.clone()))
        .collect();
    let wanted = [("A", "3.50"), ("B", "1.00"), ("C", "3.50")];
    assert_eq!(marks, wanted.map(|(unit, text)| (unit, Some(mark(text)))));
    assert!(
        slip.marks
            .iter()
            .all(|mark| mark.saved_by == chair.id().to_string())
    );
    let acts: Vec<String> = world.journal().await.into_iter().map(|row| row.act).collect();
    assert_eq!(acts, ["panel.set", "slip.save", "slip.save_rest"]);
    assert!(world.send(&chair, world.sending(2)).await.is_ok());
    world.kit.set_now(ends());
    assert_eq!(
        save_rest(&world, &chair, rest).await,
        Ok(2),
        "also after the deadline"
    );
}

#[tokio::test]
async fn all_of_them_or_nothing_and_never_over_a_mark() {
    let world = World::new().await;
    let chair = leader(1);
    world.save(&chair, world.saving("B", "-", 0)).await.unwrap();
    let cases = [
        (
            request(&world, &["A", "B"], mark("4"), 1),
            why("UNIT_MARKED", "units[1]"),
        ),
        (
            request(&world, &["A", "A"], mark("4"), 1),
            why("UNIT_MARKED", "units[1]"),
        ),
        (
            request(&world, &["A", "X"], mark("4"), 1),
            why("UNIT_UNKNOWN", "units[1]"),
        ),
        (
            request(&world, &["A", "C"], mark("5"), 1),
            why("SCORE_ABOVE_MAXIMUM", "mark.mark"),
        ),
        (
            request(&world, &["A", "C"], mark("3.1"), 1),
            why("SCORE_NOT_ON_SCALE", "mark.mark"),
        ),
        (request(&world, &[], mark("4"), 1), why("FIELD_INVALID", "units")),
    ];
    for (request, wanted) in cases {
        assert_eq!(refused(save_rest(&world, &chair, request).await), wanted);
    }
    let old = save_rest(&world, &chair, request(&world, &["A", "C"], mark("4"), 0)).await;
    assert_eq!(old.clone().unwrap_err().code, Code::Aborted);
    assert_eq!(refused(old), why("LEADER_SLIP_CHANGED", "version"));
    world.kit.set_now(ends());
    let late = save_rest(&world, &chair, request(&world, &["A", "C"], mark("4"), 1)).await;
    assert_eq!(late.unwrap_err().reason, "DEADLINE_PASSED");
    let slip = world.slip(&chair, "").await.unwrap();
    assert_eq!((slip.version, slip.open_units.join(",")), (1, "A,C".to_owned()));
}

#[tokio::test]
async fn nobody_marks_the_rest_of_anothers_slip() {
    let world = World::new().await;
    let theirs = pb::SaveRestRequest {
        leader: leader(1).id().to_string(),
        ..request(&world, &["A"], mark("4"), 0)
    };
    let denied = save_rest(&world, &leader(2), theirs).await;
    assert_eq!(refused(denied), why("LEADER_SLIP_NOT_FOUND", "leader"));
    assert!(world.slip(&leader(1), "").await.unwrap().marks.is_empty());
}
