//! Who writes, and when: one after another, over all processes.

use super::*;

#[tokio::test]
async fn writers_of_all_processes_follow_one_another() {
    let database = fresh_database().await;
    let [one, other] = processes(&database).await;
    one.begin()
        .await
        .unwrap()
        .commit_with(vec![insert(1)])
        .await
        .unwrap();
    let add = |db: &Db| {
        let db = db.clone();
        tokio::spawn(async move {
            for _ in 0..20 {
                let mut tx = db.begin().await?;
                let n: i64 = tx
                    .one(sql("SELECT n FROM survey_row WHERE id = 1"))
                    .await?
                    .get("n")?;
                tx.commit_with(vec![sql("UPDATE survey_row SET n = $1 WHERE id = 1").bind(n + 1)])
                    .await?;
            }
            DbResult::Ok(())
        })
    };
    let adding: Vec<_> = [&one, &other, &one, &other].map(add).into();
    for added in adding {
        added.await.unwrap().unwrap();
    }
    let row = one.one(sql("SELECT n FROM survey_row")).await.unwrap();
    assert_eq!(row.get::<i64>("n").unwrap(), 80);
}

#[tokio::test]
async fn what_is_written_at_once_waits_for_the_writer_of_another_process() {
    let database = fresh_database().await;
    let [one, other] = processes(&database).await;
    let mut held = other.begin().await.unwrap();
    held.run_one(insert(1)).await.unwrap();
    let at_once = async |id| {
        let (rows, write) = one.read_to_write(sql("SELECT id FROM survey_row")).await?;
        write.commit_with(vec![insert(id)]).await.map(|_again| rows.len())
    };
    let late = async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        held.commit().await
    };
    // The other one had the lock: it was done first, and unseen.
    let (written, committed) = tokio::join!(at_once(2), late);
    committed.unwrap();
    assert_eq!(written.unwrap(), 0);
    // The same key twice: as if another process had been first.
    assert!(matches!(at_once(2).await, Err(DbError::Overtaken)));
    assert_eq!(at_once(3).await.unwrap(), 2);
    assert_eq!(count(&other).await, 3);
}

#[tokio::test]
async fn without_reading_only_the_connection_that_wrote_last_writes_again() {
    let database = fresh_database().await;
    let [one, _] = processes(&database).await;
    let (_rows, write) = one.read_to_write(sql("SELECT id FROM survey_row")).await.unwrap();
    let again = write.commit_with(vec![insert(1)]).await.unwrap().unwrap();
    let write = one.write_again(&again).await.unwrap().unwrap();
    let again = write.commit_with(vec![insert(2)]).await.unwrap().unwrap();
    // What is presumed and is not so: a row that is there already.
    let write = one.write_again(&again).await.unwrap().unwrap();
    let presumed = write.commit_with(vec![insert(2)]).await;
    assert!(matches!(presumed, Err(DbError::Overtaken)), "{presumed:?}");
    assert!(
        one.write_again(&again).await.unwrap().is_some(),
        "still the same connection"
    );
    // Another server, or the same after a crash, may not know of what was written on this one.
    let ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() \
                 AND datname = current_database()";
    one.all(sql(ended)).await.unwrap();
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    assert!(one.write_again(&again).await.unwrap().is_none());
    assert_eq!(count(&one).await, 2);
}

#[tokio::test]
async fn a_begin_that_was_given_up_holds_nothing() {
    let database = fresh_database().await;
    let [one, other] = processes(&database).await;
    let held = one.begin().await.unwrap();
    for _ in 0..3 {
        assert!(timeout(Duration::from_millis(50), other.begin()).await.is_err());
    }
    held.commit_with(vec![insert(1)]).await.unwrap();
    one.begin()
        .await
        .unwrap()
        .commit_with(vec![insert(2)])
        .await
        .unwrap();
    other
        .begin()
        .await
        .unwrap()
        .commit_with(vec![insert(3)])
        .await
        .unwrap();
    assert_eq!(count(&one).await, 3);
}
