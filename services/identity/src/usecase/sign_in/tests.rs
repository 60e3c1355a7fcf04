//! A sign-in that meets a change of its person.

use std::sync::Arc;

use chiso_platform::Context;
use chiso_platform::clock::Clock;
use chiso_platform::db::sql;

use super::*;
use crate::password::Passwords;

const PASSWORD: &str = "mật khẩu đủ dài";

/// The service, and a person as the sign-in read it before it looked at the password.
async fn halfway(folder: &std::path::Path) -> (Service, PersonRow, Instant) {
    let now = Instant::parse("2022-11-20T08:00:00+07:00").unwrap();
    let ctx = Context::open(folder, Clock::simulated(now)).await.unwrap();
    crate::add_organiser(&ctx, "quantri", "Nguyễn Thị Hà", PASSWORD)
        .await
        .unwrap();
    let passwords = Arc::new(Passwords::default());
    let service = Service { ctx, passwords };
    service
        .count_attempt(&[Limit::of_login("quantri")], now)
        .await
        .unwrap();
    let person = store::person_by_login(&mut &service.ctx.db, "quantri").await;
    (service, person.unwrap().unwrap(), now)
}

async fn rows(service: &Service, text: &'static str) -> usize {
    service.ctx.db.all(sql(text)).await.unwrap().len()
}

#[tokio::test]
async fn a_password_reset_meanwhile_opens_no_session() {
    for disabled in [false, true] {
        let folder = tempfile::tempdir().unwrap();
        let (service, person, now) = halfway(folder.path()).await;
        let mut tx = service.ctx.db.begin().await.unwrap();
        if disabled {
            store::person_disable(&mut tx, person.id).await.unwrap();
        } else {
            let other = "another hash".to_owned();
            store::person_set_password(&mut tx, person.id, other)
                .await
                .unwrap();
        }
        tx.commit().await.unwrap();
        let entered = service.enter(person, Manner::default(), None, now).await;
        let refused = entered.unwrap_err();
        assert_eq!(refused.reason(), "WRONG_PASSWORD");
        assert_eq!(rows(&service, "SELECT * FROM identity_token").await, 0);
        assert_eq!(rows(&service, "SELECT * FROM identity_failure").await, 1);
    }
}

#[tokio::test]
async fn an_unchanged_person_is_let_in() {
    let folder = tempfile::tempdir().unwrap();
    let (service, person, now) = halfway(folder.path()).await;
    let entered = service.enter(person, Manner::default(), None, now).await;
    assert!(!entered.unwrap().token.is_empty());
    assert_eq!(rows(&service, "SELECT * FROM identity_failure").await, 0);
}
