//! The faults: which there are, which are played in a round, and how each is done.

mod calls;
mod leases;
mod lines;
mod network;
mod process;
mod servers;
mod storage;

pub(crate) use calls::attempt;
pub(crate) use lines::lost;

use crate::args::Args;
use crate::chance::Chance;
use crate::ground::Ground;
use crate::server::can_trace;
use crate::stage::Stage;

/// A kind of fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// SIGKILL at a random moment.
    Kill,
    /// The process aborts at a named point of its code.
    Point,
    /// SIGSTOP, some time, SIGCONT.
    Freeze,
    /// SIGTERM under load, and a start.
    Restart,
    /// A connection is cut in the middle of a message.
    Cut,
    /// Bytes are delayed.
    Slow,
    /// Nothing moves for a while, then all connections are cut.
    Silence,
    /// The same write from two clients at once, and other bytes under its id.
    Double,
    /// A window closes while slips of its unit are on their way; its list is taken at once.
    Deadline,
    /// The clock steps back or forward, and later back again.
    Clock,
    /// A system call on the database's files fails, or the process dies in it.
    Call,
    /// The disk is full for a while.
    Full,
    /// PostgreSQL is stopped as by a crash, and started again.
    Database,
    /// Redis is killed, emptied or frozen.
    Redis,
    /// Notices come that nobody sent, many times over.
    Notice,
    /// PostgreSQL commits, and its answer is lost.
    Answer,
    /// A connection to PostgreSQL is cut in the middle of a message.
    Line,
    /// SIGKILL of the process that follows a feed while another one waits.
    Holder,
    /// SIGSTOP of that process for longer than its lease lasts, SIGCONT.
    Thaw,
    /// Clients wait hardly as long for an answer as it takes.
    Haste,
}

/// How often each kind comes among a hundred.
const MIX: [(Kind, u64); 20] = [
    (Kind::Kill, 12),
    (Kind::Point, 14),
    (Kind::Freeze, 3),
    (Kind::Restart, 2),
    (Kind::Cut, 22),
    (Kind::Slow, 5),
    (Kind::Silence, 2),
    (Kind::Double, 16),
    (Kind::Deadline, 4),
    (Kind::Clock, 6),
    (Kind::Call, 10),
    (Kind::Full, 4),
    (Kind::Database, 6),
    (Kind::Redis, 6),
    (Kind::Notice, 4),
    (Kind::Answer, 12),
    (Kind::Line, 6),
    (Kind::Holder, 1),
    (Kind::Thaw, 1),
    (Kind::Haste, 5),
];

impl Kind {
    pub(crate) fn name(self) -> String {
        format!("{self:?}").to_lowercase()
    }

    /// Every kind.
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        MIX.into_iter().map(|(kind, _)| kind)
    }

    /// Whether a ground has what it needs.
    pub(crate) fn fits(self, ground: &Ground) -> bool {
        match self {
            Self::Call => ground.database.is_none() && can_trace(),
            Self::Full => ground.disk.is_some(),
            Self::Database | Self::Redis | Self::Notice | Self::Answer | Self::Line => {
                ground.database.is_some()
            }
            Self::Holder | Self::Thaw => ground.of("ranking").len() > 1,
            _ => true,
        }
    }

    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::all().find(|kind| kind.name() == name)
    }
}

/// The kinds of a round, in their order: each in its share, but once where there is room for all, shuffled. None where
/// nothing fits the ground.
pub(crate) fn plan(count: u64, args: &Args, ground: &Ground, chance: &mut Chance) -> Vec<Kind> {
    let asked = |kind| args.only.is_empty() || args.only.contains(&kind);
    let wanted = |kind: Kind| asked(kind) && !args.skipped(kind) && kind.fits(ground);
    let mix: Vec<_> = MIX.into_iter().filter(|(kind, _)| wanted(*kind)).collect();
    if mix.is_empty() {
        return Vec::new();
    }
    let all: u64 = mix.iter().map(|(_, share)| share).sum();
    let once = u64::from(count >= mix.len() as u64);
    let mut kinds = Vec::new();
    for (kind, share) in &mix {
        kinds.extend((0..(count * share / all).max(once)).map(|_| *kind));
    }
    while (kinds.len() as u64) < count {
        let mut at = chance.between(0, all);
        let drawn = mix.iter().find(|(_, share)| {
            let here = at < *share;
            at = at.saturating_sub(*share);
            here
        });
        kinds.extend(drawn.map(|(kind, _)| *kind));
    }
    for last in (1..kinds.len()).rev() {
        kinds.swap(last, chance.below(last + 1));
    }
    kinds
}

/// Plays one fault and waits until the system acknowledges again. False where this machine cannot play it.
pub(crate) async fn play(stage: &mut Stage, kind: Kind) -> bool {
    let played = match kind {
        Kind::Kill => process::kill(stage).await,
        Kind::Point => process::at_a_point(stage).await,
        Kind::Freeze => process::freeze(stage).await,
        Kind::Restart => process::restart(stage).await,
        Kind::Cut => network::cut(stage).await,
        Kind::Slow => network::slow(stage).await,
        Kind::Silence => network::silence(stage).await,
        Kind::Double => calls::double(stage).await,
        Kind::Deadline => calls::deadline(stage).await,
        Kind::Clock => calls::clock_step(stage).await,
        Kind::Call => storage::call(stage).await,
        Kind::Full => storage::full(stage).await,
        Kind::Database => servers::database(stage).await,
        Kind::Redis => servers::redis(stage).await,
        Kind::Notice => servers::notice(stage).await,
        Kind::Answer => lines::answer(stage).await,
        Kind::Line => lines::line(stage).await,
        Kind::Holder => leases::holder(stage).await,
        Kind::Thaw => leases::thaw(stage).await,
        Kind::Haste => calls::haste(stage).await,
    };
    stage.recovers(&kind.name()).await;
    played
}
