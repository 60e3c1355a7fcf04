//! Reminders: by the clock, and by whoever asks for them.

use super::*;

#[tokio::test]
async fn letters_go_though_it_cannot_be_told_who_is_late() {
    let server = Server::start().await;
    let mut stand = Stand::smtp(&server).await;
    // Nobody is connected who would tell the cycles.
    stand.worker.remind = Some(|_, _, _| Box::pin(async { Ok(Vec::new()) }));
    stand.post("a", one()).await;
    let mut reminded = None;
    assert!(stand.worker.turn(&mut reminded).await.is_err());
    assert_eq!(reminded, None);
    assert_eq!(stand.letters().await, [state("sent", 1, "")]);
}

/// Asks for a reminder of person 1, in a request of its own: letters, and who was told today already.
async fn ask(stand: &Stand, request: u128) -> (i32, i32) {
    let caller = Caller::Service {
        name: "ranking".to_owned(),
        for_person: None,
    };
    let id = Uuid::from_u128(request);
    let once = Once::new("ranking", "SendReminders", &caller, &id.to_string(), &()).unwrap();
    let asked = Asked {
        service: "ranking",
        caller: &caller,
        once: &once,
        now: stand.ctx().clock.now(),
        object: "2026".to_owned(),
        matter,
    };
    let ends_at = stand.ctx().clock.now().plus(12 * 60 * MINUTE);
    let mail = Mail {
        name: Reminder::Asked {
            ends_at,
            id: once.id(),
        }
        .name("greeting", "2026/SYT"),
        kind: "greeting",
        audience: one(),
        about: json!({ "what": "tự chấm", "count": 1 }),
    };
    let reached = stand.worker.directory.reached(vec![mail]).await.unwrap();
    let reply = asked::write(stand.ctx(), asked, reached).await.unwrap();
    (reply.letters, reply.already)
}

#[tokio::test]
async fn whoever_was_reminded_today_is_reminded_again_tomorrow() {
    let server = Server::start().await;
    let stand = Stand::smtp(&server).await;
    let wanted = async |n| {
        stand.worker.round().await.unwrap();
        assert_eq!(server.taken().len(), n);
    };
    assert_eq!(ask(&stand, 1).await, (1, 0));
    assert_eq!(
        ask(&stand, 1).await,
        (1, 0),
        "the same request has the same answer"
    );
    assert_eq!(ask(&stand, 2).await, (0, 1));
    wanted(1).await;
    stand.pass(24 * 60 * MINUTE);
    assert_eq!(ask(&stand, 3).await, (1, 0));
    wanted(2).await;
    // By the clock on another day, and nobody is asked to after that.
    stand.pass(24 * 60 * MINUTE);
    let ends_at = stand.ctx().clock.now().plus(60 * MINUTE);
    let soon = Reminder::Soon { ends_at, days: 1 };
    stand.post(&soon.name("greeting", "2026/SYT"), one()).await;
    assert_eq!(ask(&stand, 4).await, (0, 1));
    wanted(3).await;
    assert_eq!(ask(&stand, 5).await, (0, 1));
}

#[tokio::test]
async fn a_reminder_that_could_not_leave_before_the_end_is_given_up() {
    let server = Server::start().await;
    let stand = Stand::smtp(&server).await;
    server.set(Mood::Refuses4xx);
    assert_eq!(ask(&stand, 1).await, (1, 0));
    stand.post("a", one()).await;
    stand.worker.round().await.unwrap();
    server.set(Mood::Takes);
    stand.pass(12 * 60 * MINUTE);
    stand.worker.round().await.unwrap();
    let mut letters = stand.letters().await;
    letters.sort();
    let past = state("failed", 2, "what it reminds of has ended");
    assert_eq!(letters, [past, state("sent", 2, "")]);
}
