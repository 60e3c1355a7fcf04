//! Slips of which all is presumed to be as nearly always, so that they are written without reading.

use std::time::Duration;

use chiso_platform::db::{Db, sql};
use chiso_platform::journal::{self, Act, Chain};
use chiso_wire::survey as pb;

use crate::support::{CYCLE, World, because, interviewer, why, window};

/// People whose slips are as they should be: more groups than are read after one of which too much was presumed.
const PEOPLE: usize = 9;
/// Of which units each of them fills in a slip.
const RATED: [&str; 2] = ["SNV", "STC"];
/// Slips that that makes.
const MADE: i32 = 18;

fn phones() -> impl Iterator<Item = String> {
    (0..).map(|n| format!("09{n:08}"))
}

/// Sends slips that are as they should be; after them the next one is presumed to be so too. Answers with the first one
/// and its phone. Whoever is to be in the register has to be there before: that somebody came is seen.
async fn ordinary(world: &World, phones: &mut impl Iterator<Item = String>) -> (pb::NewSlip, String) {
    let mut people = Vec::new();
    for phone in phones.take(PEOPLE) {
        people.push((world.person("HDND", &phone, &[]).await, phone));
    }
    let mut first = None;
    for (person, phone) in people {
        for unit in RATED {
            let slip = world.slip(unit, "HDND", &person, "5", "5");
            assert!(world.submit(&slip).await.unwrap().valid);
            first.get_or_insert((slip, phone.clone()));
        }
    }
    first.unwrap()
}

#[tokio::test]
async fn what_is_presumed_of_a_slip_and_is_not_so_is_told_as_ever() {
    let world = World::new().await;
    let mut phones = phones();
    let outsider = world.person("DN_CN", &phones.next().unwrap(), &[]).await;
    let stranger = world.person("HDND", &phones.next().unwrap(), &["STC"]).await;
    let nobody = world.kit.id();
    let refused = [
        (&outsider, "WRONG_GROUP", "group"),
        (&stranger, "NO_DEALINGS", "unit"),
        (&nobody, "RESPONDENT_UNKNOWN", "respondent_id"),
    ];
    for (person, reason, field) in refused {
        ordinary(&world, &mut phones).await;
        let slip = world.slip("SNV", "HDND", person, "5", "5");
        assert_eq!(why(world.submit(&slip).await), because(reason, field));
    }
    let (first, phone) = ordinary(&world, &mut phones).await;
    let twin = world.person("HDND", &phone, &[]).await;
    ordinary(&world, &mut phones).await;
    let slip = world.slip("SNV", "HDND", &twin, "5", "5");
    assert_eq!(why(world.submit(&slip).await).0, "DUPLICATE_RESPONDENT");
    ordinary(&world, &mut phones).await;
    assert!(world.submit(&first).await.unwrap().valid, "sent again");
    ordinary(&world, &mut phones).await;
    let mut other = first.clone();
    other.answers[0].value = "4".to_owned();
    assert_eq!(why(world.submit(&other).await).0, "SLIP_ID_REUSED");
    assert_eq!(world.totals().await, (7 * MADE, 7 * MADE));
    let whole = journal::verify(&world.kit.ctx.db, "survey").await.unwrap();
    assert!(matches!(whole, Chain::Whole(_)), "{whole:?}");
}

#[tokio::test]
async fn a_unit_that_another_process_listed_is_not_presumed_to_be_open() {
    let world = World::new().await;
    // Only a server has other processes that write.
    let Some(database) = world.kit.database() else {
        return;
    };
    let other = Db::postgres(&database.settings, "survey").await.unwrap();
    let mut phones = phones();
    let person = world.person("HDND", &phones.next().unwrap(), &[]).await;
    ordinary(&world, &mut phones).await;
    let mut listing = other.begin().await.unwrap();
    let late = world.slip("STC", "HDND", &person, "5", "5");
    let request = pb::SubmitSlipRequest { slip: Some(late) };
    let request = world.kit.request(request, &interviewer());
    let mut client = world.client();
    let waiting = tokio::spawn(async move { client.submit_slip(request).await });
    // It waits for the lock with the statement that has read nothing before.
    let text = "SELECT COUNT(*) AS n FROM pg_stat_activity WHERE wait_event_type = 'Lock' \
                AND query LIKE '%SELECT r.phone_hash FROM survey_respondent r%'";
    let mut waits = 0;
    for _ in 0..100 {
        waits = other.one(sql(text)).await.unwrap().get::<i64>("n").unwrap();
        if waits > 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(waits, 1);
    let taken = "INSERT INTO survey_lot_unit (cycle, unit, taken_at) VALUES ($1, 'STC', 0)";
    listing.run_one(sql(taken).bind(CYCLE)).await.unwrap();
    let act = Act {
        actor: "recheck".to_owned(),
        act: "lot.take",
        object: CYCLE.to_owned(),
        before: None,
        after: None,
        reason: String::new(),
    };
    let appended = journal::append(&mut listing, "survey", window().start, vec![act]).await;
    appended.unwrap();
    listing.commit().await.unwrap();
    let answer = waiting.await.unwrap().map(tonic::Response::into_inner);
    assert_eq!(why(answer), because("LOT_TAKEN", "unit"));
    assert_eq!(world.totals().await, (MADE, MADE));
    let whole = journal::verify(&world.kit.ctx.db, "survey").await.unwrap();
    assert!(matches!(whole, Chain::Whole(_)), "{whole:?}");
}
