//! The same call inside the process and by TCP on a loopback address, one after another.

use std::time::{Duration, Instant};

use chiso_platform::rpc::Channel;
use chiso_tests::{Shape, Year, ask};
use chiso_wire::identity::GetCallerRequest;
use chiso_wire::identity::identity_service_client::IdentityServiceClient;

use crate::measure::{Turns, median};
use crate::report::{Line, Report, Wanted};

/// The first turn of each is not counted.
const TURNS: usize = 12;
const CALLS: u32 = 200;

pub(crate) async fn run(report: &mut Report) {
    let year = Year::open(Shape::Loopback).await;
    let remote = IdentityServiceClient::new(year.connect().await);
    let local = IdentityServiceClient::new(year.local().identity.clone());
    let token = &year.cast.interviewer.token;
    let mut turns = Turns::default();
    for turn in 0..TURNS {
        let (bare, ours) = (calls(&remote, token).await, calls(&local, token).await);
        if turn > 0 {
            turns.bare.push(bare);
            turns.ours.push(ours);
        }
    }
    let each = |times: &[Duration]| format!("{} µs", (median(times) / CALLS).as_micros());
    report.add(Line {
        what: "GetCaller inside the process".to_owned(),
        measured: each(&turns.ours),
        against: format!("{} (by TCP on loopback)", each(&turns.bare)),
        ratio: Some(turns.speed()),
        wanted: Wanted::RatioAtLeast(1_000),
    });
}

async fn calls(client: &IdentityServiceClient<Channel>, token: &str) -> Duration {
    let mut client = client.clone();
    let started = Instant::now();
    for _ in 0..CALLS {
        client.get_caller(ask(token, GetCallerRequest {})).await.unwrap();
    }
    started.elapsed()
}
