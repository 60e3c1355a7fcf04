//! Looking things up in the journal.

use chiso_domain::kernel::Instant;
use chiso_platform::error::reason_of;
use chiso_wire::convert::timestamp;
use chiso_wire::kernel::{JournalEntry, ListJournalRequest};

use crate::support::{World, at, interviewer, organiser, supervisor, window};

async fn page(world: &World, request: ListJournalRequest) -> (Vec<JournalEntry>, String) {
    let reply = world
        .client()
        .list_journal(world.kit.request(request, &organiser()))
        .await
        .unwrap()
        .into_inner();
    (reply.entries, reply.next_page_token)
}

/// All that the filters leave, three at a time.
async fn acts(world: &World, request: ListJournalRequest) -> Vec<(i64, String)> {
    let (mut all, mut page_token) = (Vec::new(), String::new());
    loop {
        let (entries, next) = page(
            world,
            ListJournalRequest {
                page_size: 3,
                page_token,
                ..request.clone()
            },
        )
        .await;
        all.extend(entries.into_iter().map(|entry| (entry.seq, entry.act)));
        if next.is_empty() {
            return all;
        }
        page_token = next;
    }
}

/// A campaign with two forms, a respondent, a slip of the next day, and targets.
async fn busy() -> World {
    let world = World::new().await;
    let person = world.person("DN_CN", "0912345678", &["SNV"]).await;
    world.kit.set_now(next_day());
    let slip = world.slip("SNV", "DN_CN", &person, "4", "5");
    world.submit(&slip).await.unwrap();
    world.targets("DN_CN", 3).await;
    world
}

fn next_day() -> Instant {
    at("2022-11-16T00:00:00+07:00")
}

#[tokio::test]
async fn a_journal_is_read_from_either_end() {
    let world = busy().await;
    let mut expected: Vec<(i64, String)> = [
        "campaign.create",
        "questionnaire.import",
        "questionnaire.import",
        "respondent.register",
        "slip.submit",
        "targets.set",
    ]
    .into_iter()
    .zip(1..)
    .map(|(act, seq)| (seq, act.to_owned()))
    .collect();
    let mut request = ListJournalRequest::default();
    assert_eq!(acts(&world, request.clone()).await, expected);
    expected.reverse();
    request.newest_first = true;
    assert_eq!(acts(&world, request).await, expected);
}

type Filter = fn(&mut ListJournalRequest);

/// Filters, and the acts that they leave.
const FILTERS: [(Filter, &[i64]); 12] = [
    (|r| r.actor = supervisor().id().to_string(), &[4]),
    (|r| r.actor = interviewer().id().to_string(), &[5]),
    (|r| r.actor = "nobody".to_owned(), &[]),
    (|r| r.act_prefix = "questionnaire.".to_owned(), &[2, 3]),
    (|r| r.act_prefix = "import".to_owned(), &[]),
    (|r| r.contains = "import".to_owned(), &[2, 3]),
    (|r| r.contains = "/SNV/DN_CN".to_owned(), &[5]),
    (|r| r.contains = "%".to_owned(), &[]),
    (|r| r.from = Some(timestamp(next_day())), &[5, 6]),
    (|r| r.until = Some(timestamp(next_day())), &[1, 2, 3, 4]),
    (|r| r.object_prefix = "2022/DN".to_owned(), &[3]),
    (
        |r| {
            r.object_prefix = "2022/".to_owned();
            r.contains = "slip".to_owned();
            r.from = Some(timestamp(next_day().plus(1)));
        },
        &[],
    ),
];

#[tokio::test]
async fn a_journal_is_searched_by_who_what_words_and_time() {
    let world = busy().await;
    for (filter, expected) in FILTERS {
        let mut request = ListJournalRequest::default();
        filter(&mut request);
        for newest_first in [false, true] {
            request.newest_first = newest_first;
            let mut found = acts(&world, request.clone()).await;
            if newest_first {
                found.reverse();
            }
            let found: Vec<i64> = found.into_iter().map(|(seq, _)| seq).collect();
            assert_eq!(found, expected, "{request:?}");
        }
    }
}

#[tokio::test]
async fn a_text_that_is_too_long_and_an_instant_that_cannot_be_are_refused() {
    let world = World::new().await;
    let mut far = timestamp(window().start);
    far.seconds = i64::MAX;
    for request in [
        ListJournalRequest {
            contains: "x".repeat(201),
            ..Default::default()
        },
        // PostgreSQL takes no such letter.
        ListJournalRequest {
            object_prefix: "2022\0".to_owned(),
            ..Default::default()
        },
        ListJournalRequest {
            actor: "\0".to_owned(),
            ..Default::default()
        },
        ListJournalRequest {
            act_prefix: "\0".to_owned(),
            ..Default::default()
        },
        ListJournalRequest {
            from: Some(far),
            ..Default::default()
        },
    ] {
        let request = world.kit.request(request, &organiser());
        let status = world.client().list_journal(request).await.unwrap_err();
        assert_eq!(reason_of(&status), "FIELD_INVALID");
    }
}
