//! Faults of whoever follows a feed: killed, or frozen for longer than its lease. The other one must take over.

use std::time::{Duration, Instant};

use crate::check::Db;
use crate::proxy::Proxy;
use crate::stage::Stage;

/// Services of which one process follows, with the leases and the marks up to which they have pulled. Who holds the
/// lease of the letters pulls nothing, and may be another process than the one that follows.
const FOLLOWERS: [Follower; 2] = [
    Follower {
        service: "ranking",
        leases: "SELECT name, holder FROM ranking_lease WHERE name <> 'ranking.mail' ORDER BY name",
        cursor: "SELECT COALESCE(MAX(seq), 0) AS n FROM ranking_cursor WHERE source = 'survey'",
    },
    Follower {
        service: "recheck",
        leases: "SELECT name, holder FROM recheck_lease WHERE name <> 'recheck.mail' ORDER BY name",
        cursor: "SELECT COALESCE(MAX(seq), 0) AS n FROM recheck_cursor",
    },
];
/// What they pull most of.
const FEED: &str = "SELECT COALESCE(MAX(seq), 0) AS n FROM survey_point";
/// After the holder is gone, each of its leases must be another's within this time.
const TAKEN: Duration = Duration::from_secs(10);
/// The new one has pulled what was there when it took over.
const PULLED: Duration = Duration::from_secs(10);
/// A holder stands so long: longer than its lease lasts.
const FROZEN: Duration = Duration::from_secs(12);
/// After earlier faults it is clear again within this time who follows.
const SETTLED: Duration = Duration::from_secs(25);
/// A follower reads its cursor at least every second.
const CAUGHT: Duration = Duration::from_secs(5);
/// The thawed one asks its fence by then, with what it was about to pull, if it ever does.
const ASKED: Duration = Duration::from_secs(5);
/// Freezes until one does not fall into an open transaction.
const TRIES: usize = 10;
const LOOK: Duration = Duration::from_millis(50);

#[derive(Debug)]
struct Follower {
    service: &'static str,
    leases: &'static str,
    cursor: &'static str,
}

/// Who follows, and what.
#[derive(Debug)]
struct Holder {
    /// The server's place.
    number: usize,
    /// As it stands in the leases.
    name: String,
    leases: Vec<String>,
}

/// SIGKILL of the holder.
pub(super) async fn holder(stage: &mut Stage) -> bool {
    let follower = stage.chance.pick(&FOLLOWERS);
    let mut db = stage.ground.db().await;
    let Some(holder) = settled(stage, &mut db, follower).await else {
        return false;
    };
    stage.kill(holder.number);
    follows(stage, &mut db, (follower, &holder), "killed").await;
    stage.relaunch(holder.number);
    true
}

/// SIGSTOP of the holder, between reading its cursor and pulling, and SIGCONT when its lease is long another's. It must
/// not hold it again, and must not write.
///
/// Whether it goes on with what it was about to do, and is told by its fence, is a race that it may lose in earnest: on
/// waking it may give up the statement first that has taken so long, or look at its lease. It is said, not demanded.
pub(super) async fn thaw(stage: &mut Stage) -> bool {
    let follower = stage.chance.pick(&FOLLOWERS);
    let mut db = stage.ground.db().await;
    let Some((holder, line)) = freeze(stage, &mut db, follower).await else {
        return false;
    };
    let since = Instant::now();
    follows(stage, &mut db, (follower, &holder), "frozen").await;
    tokio::time::sleep(FROZEN.saturating_sub(since.elapsed())).await;
    let before = line.watch().refused();
    stage.ground.servers[holder.number].signal("CONT");
    line.watch().release();
    let met = until(ASKED, async || line.watch().refused() > before).await;
    let how = if met {
        "by its fence"
    } else {
        "by its own look at the lease"
    };
    crate::say(&format!(
        "faults: the {} that was thawed was told so {how}",
        follower.service
    ));
    let again = held_by(&mut db, follower, &holder.name).await;
    if !again.is_empty() {
        let again = again.join(", ");
        stage.faults.push(format!(
            "a process that was thawed holds {again} as if nothing had happened"
        ));
    }
    true
}

/// Freezes the holder where it is about to pull.
///
/// Not within a transaction: the server keeps the writer's row for one that is open for as long as
/// `database.idle_timeout_ms` says, and until then nobody else can write.
async fn freeze(stage: &mut Stage, db: &mut Db, follower: &Follower) -> Option<(Holder, Proxy)> {
    let login = format!("chiso_{}", follower.service);
    let open = format!(
        "SELECT COUNT(*) AS n FROM pg_stat_activity WHERE usename = '{login}' \
         AND state LIKE 'idle in transaction%' AND clock_timestamp() - state_change > interval '200 milliseconds'"
    );
    for _ in 0..TRIES {
        let holder = settled(stage, db, follower).await?;
        let line = stage.ground.lines[holder.number].clone();
        if !line.watch().catch(&login, CAUGHT).await {
            continue;
        }
        stage.ground.servers[holder.number].signal("STOP");
        tokio::time::sleep(Duration::from_millis(250)).await;
        if db.count(&open).await == 0 {
            return Some((holder, line));
        }
        stage.ground.servers[holder.number].signal("CONT");
        line.watch().release();
    }
    crate::say(&format!(
        "faults: the {} that follows was never about to pull, in {TRIES} looks of {CAUGHT:?}",
        follower.service
    ));
    None
}

/// The leases of the holder are taken by the other one, which pulls what is there.
async fn follows(stage: &mut Stage, db: &mut Db, (follower, old): (&Follower, &Holder), how: &str) {
    let since = Instant::now();
    let taken = until(TAKEN, async || {
        let leases = leases(db, follower).await;
        let mut old_ones = leases.iter().filter(|(name, _)| old.leases.contains(name));
        old_ones.all(|(_, holder)| *holder != old.name && !holder.is_empty())
    });
    let service = follower.service;
    if !taken.await {
        let left = held_by(db, follower, &old.name).await.join(", ");
        stage.faults.push(format!(
            "the {service} that followed was {how}, and {TAKEN:?} later nobody has taken over: {left}"
        ));
        return;
    }
    crate::say(&format!(
        "faults: the {service} that followed was {how}; another one follows since {} ms after that",
        since.elapsed().as_millis()
    ));
    let end = db.count(FEED).await;
    if !until(PULLED, async || db.count(follower.cursor).await >= end).await {
        stage.faults.push(format!(
            "the {service} that took over has not pulled the survey's feed up to {end} within {PULLED:?}"
        ));
    }
}

/// Waits until every lease of a service is a running process's; answers with the one of most of them.
async fn settled(stage: &Stage, db: &mut Db, follower: &Follower) -> Option<Holder> {
    let since = Instant::now();
    while since.elapsed() < SETTLED {
        let leases = leases(db, follower).await;
        let number = |holder: &str| {
            let pid = holder.rsplit('/').nth(1)?.parse::<u32>().ok()?;
            let mut numbers = stage.ground.of(follower.service).into_iter();
            numbers.find(|number| stage.ground.servers[*number].pid() == Some(pid))
        };
        let alive = leases.iter().all(|(_, holder)| number(holder).is_some());
        if let Some((_, name)) = leases.first().filter(|_| alive) {
            let number = number(name)?;
            let mine = leases.iter().filter(|(_, holder)| holder == name);
            return Some(Holder {
                number,
                name: name.clone(),
                leases: mine.map(|(lease, _)| lease.clone()).collect(),
            });
        }
        tokio::time::sleep(LOOK).await;
    }
    None
}

/// (Lease, holder).
async fn leases(db: &mut Db, follower: &Follower) -> Vec<(String, String)> {
    let rows = db.rows(follower.leases).await;
    let pair = |row: &crate::check::Row| (row.text("name").to_owned(), row.text("holder").to_owned());
    rows.iter().map(pair).collect()
}

async fn held_by(db: &mut Db, follower: &Follower, holder: &str) -> Vec<String> {
    let mut leases = leases(db, follower).await;
    leases.retain(|(_, name)| name == holder);
    leases.into_iter().map(|(lease, _)| lease).collect()
}

/// Whether it comes to hold in time.
async fn until(limit: Duration, mut holds: impl AsyncFnMut() -> bool) -> bool {
    let since = Instant::now();
    loop {
        if holds().await {
            return true;
        }
        if since.elapsed() > limit {
            return false;
        }
        tokio::time::sleep(LOOK).await;
    }
}
