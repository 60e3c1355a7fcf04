//! What the tables keep: every sending as it was, with its proof.

use chiso_domain::kernel::text::sha256_hex;
use chiso_domain::kernel::{CycleCode, Instant, PersonId, UnitCode};
use chiso_domain::leaders::{Choice, Choices, Leader, LeaderRole, Panel, commitment};
use chiso_platform::db::{Db, sql};
use chiso_platform::testkit::Testkit;

use super::{MIGRATIONS, Sending, held_slip, save_marks, save_sent, sent_slips};

const NOW: Instant = Instant::from_micros(1_671_000_000_000_000);

fn leader() -> PersonId {
    "01900000-0000-7000-8000-000000000001".parse().unwrap()
}

fn cycle() -> CycleCode {
    "2022".parse().unwrap()
}

fn unit(code: &str) -> UnitCode {
    code.parse().unwrap()
}

fn choices(first: &str) -> Choices {
    [
        (unit("A"), Choice::Mark(first.parse().unwrap())),
        (unit("B"), Choice::Abstain),
    ]
    .into()
}

/// A slip that was marked and sent twice.
async fn sent_twice() -> (Testkit, Db) {
    let kit = Testkit::without_cycle(NOW).await;
    let db = kit.ctx.db.clone();
    db.migrate("leaders", MIGRATIONS).await.unwrap();
    let (cycle, leader) = (cycle(), leader());
    let mut tx = db.begin().await.unwrap();
    for (number, first) in [(1, "4"), (2, "3.5")] {
        let choices = choices(first);
        for (unit, choice) in &choices {
            save_marks(
                &mut tx,
                (&cycle, leader),
                number,
                (std::slice::from_ref(unit), *choice),
                (leader, NOW),
            )
            .await
            .unwrap();
        }
        let salt = [u8::try_from(number).unwrap(); 32];
        let commitment = commitment(&salt, &cycle, leader, &choices);
        let sending = Sending {
            number,
            version: number,
            choices: &choices,
            salt,
            commitment: &commitment,
        };
        save_sent(&mut tx, (&cycle, leader), &sending, NOW.plus(number))
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
    (kit, db)
}

#[tokio::test]
async fn the_last_sending_counts_and_the_earlier_one_stays() {
    let (_kit, db) = sent_twice().await;
    let chair = Leader {
        person: leader(),
        name: "Chủ tịch".to_owned(),
        role: LeaderRole::Chair,
    };
    let panel = Panel {
        leaders: vec![chair],
        shortlist: Vec::new(),
    };
    let counts = sent_slips(&mut &db, &cycle(), &panel).await.unwrap();
    assert_eq!((counts.len(), &counts[0].choices), (1, &choices("3.5")));
    let held = held_slip(&mut &db, &cycle(), leader()).await.unwrap();
    assert_eq!(
        (held.sendings, held.sent_at, held.slip.sent),
        (2, Some(NOW.plus(2)), Some(choices("3.5")))
    );
    let first = sql("SELECT mark FROM leaders_sent_mark WHERE number = 1 ORDER BY unit");
    let first = db.all(first).await.unwrap();
    let marks: Vec<Option<i64>> = first.iter().map(|row| row.get("mark").unwrap()).collect();
    assert_eq!(marks, [Some(40_000), None]);
}

#[tokio::test]
async fn a_slip_of_somebody_off_the_panel_does_not_count() {
    let (_kit, db) = sent_twice().await;
    let panel = Panel {
        leaders: Vec::new(),
        shortlist: Vec::new(),
    };
    assert_eq!(sent_slips(&mut &db, &cycle(), &panel).await.unwrap(), []);
}

#[tokio::test]
async fn a_sent_slip_can_be_proved_from_its_salt() {
    let (_kit, db) = sent_twice().await;
    let row = db
        .one(sql("SELECT salt, commitment FROM leaders_sent WHERE number = 2"))
        .await
        .unwrap();
    let salt: Vec<u8> = row.get("salt").unwrap();
    let text = format!("2022\n{}\nA 3.50\nB -\n", leader());
    let made = sha256_hex(&[salt.as_slice(), text.as_bytes()].concat());
    assert_eq!(row.get::<String>("commitment").unwrap(), made);
}

#[tokio::test]
async fn nothing_sent_can_be_changed() {
    let (_kit, db) = sent_twice().await;
    for statement in [
        "UPDATE leaders_sent_mark SET mark = 0",
        "DELETE FROM leaders_sent_mark",
        "UPDATE leaders_sent SET sent_at = 0",
        "DELETE FROM leaders_sent",
    ] {
        let mut tx = db.begin().await.unwrap();
        let refused = tx.run(sql(statement)).await.unwrap_err();
        assert!(
            std::error::Error::source(&refused).is_some_and(|e| e.to_string().contains("kept as it was")),
            "{refused:?}"
        );
    }
}
