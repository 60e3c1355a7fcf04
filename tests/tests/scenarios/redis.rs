//! Redis is emptied, frozen, killed and started again while a year goes by: nothing but time is lost.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use chiso_platform::testkit::redis::Server;
use chiso_tests::{Shape, Year};

use crate::slip_to_rank::acted_out;

/// So long each disturbance lasts, and so long nothing happens after it.
const MOMENT: Duration = Duration::from_millis(200);

/// One disturbance after the other until told to stop, then all is well again. Answers how often each was done.
fn disturb(redis: &Server, stop: &AtomicBool) -> [u32; 3] {
    let mut done = [0; 3];
    while !stop.load(Ordering::SeqCst) {
        redis.empty();
        done[0] += 1;
        std::thread::sleep(MOMENT);
        redis.freeze();
        std::thread::sleep(MOMENT);
        redis.thaw();
        done[1] += 1;
        std::thread::sleep(MOMENT);
        redis.kill();
        std::thread::sleep(MOMENT);
        redis.start_again();
        done[2] += 1;
        std::thread::sleep(MOMENT);
    }
    done
}

async fn a_year_with_a_disturbed_redis(shape: Shape) {
    let mut year = Year::open(shape).await;
    let (redis, stop) = (Arc::clone(year.redis()), Arc::new(AtomicBool::new(false)));
    let told = Arc::clone(&stop);
    let disturber = std::thread::spawn(move || disturb(&redis, &told));
    acted_out(&mut year).await;
    stop.store(true, Ordering::SeqCst);
    let done = disturber.join().unwrap();
    assert!(done.iter().all(|times| *times > 0), "{done:?}");
}

/// Dead from the first call to the last.
async fn a_year_without_its_redis(shape: Shape) {
    let mut year = Year::open(shape).await;
    year.redis().kill();
    acted_out(&mut year).await;
}

/// Answers nothing and closes nothing, from the first call to the last.
async fn a_year_with_a_frozen_redis(shape: Shape) {
    let mut year = Year::open(shape).await;
    year.redis().freeze();
    acted_out(&mut year).await;
    year.redis().thaw();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_year_in_one_process_survives_its_redis() {
    a_year_with_a_disturbed_redis(Shape::OnPostgres).await;
    a_year_without_its_redis(Shape::OnPostgres).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_year_in_many_processes_survives_its_redis() {
    a_year_with_a_disturbed_redis(Shape::Split).await;
    a_year_with_a_frozen_redis(Shape::Split).await;
}
