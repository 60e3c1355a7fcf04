//! The stage of a demo: the system, its simulated clock, the seed, and who plays whom.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chiso_domain::cycle::{Cycle, Window};
use chiso_domain::kernel::time::DAY;
use chiso_domain::kernel::{CycleCode, Instant, SlipId, UnitCode};
use chiso_domain::ranking::quota;
use chiso_platform::clock::Clock;
use chiso_platform::error::{chain, reason_of, vi_of, violations_of};
use chiso_platform::process::{Places, Process};
use chiso_platform::rng::uuid_v7;
use chiso_platform::rpc::carry;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use sha2::{Digest, Sha256};
use tonic::{Request, Response, Status};

use super::cast::Cast;
use super::input::{Input, Province};
use super::progress::Progress;
use super::publish::Published;
use super::truth::Truth;
use super::{Counts, Year};
use crate::peers::Bounds;
use crate::plan::Plan;
use crate::system::{Channels, System};

/// How much of a step is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Whole,
    /// Somebody has begun, nobody has ended: it is left to whoever opens the pages.
    Begun,
}

impl Part {
    /// Those with which it is done.
    pub(crate) fn of<T>(self, mut all: Vec<T>) -> Vec<T> {
        if self == Self::Begun {
            all.truncate(all.len() / 2);
        }
        all
    }
}

/// The stage.
pub(crate) struct World {
    pub(crate) input: Input,
    pub(crate) cast: Cast,
    pub(crate) counts: Counts,
    pub(crate) progress: Progress,
    /// The frame, once the cycle is open.
    pub(crate) frame: Option<Arc<Cycle>>,
    /// What respondents would say again, by slip.
    pub(crate) truths: BTreeMap<SlipId, Truth>,
    /// Two units of one type that are alike in everything.
    pub(crate) twins: Option<(UnitCode, UnitCode)>,
    /// With which everybody signs in, where that is to be known.
    pub(crate) password: Option<String>,
    seed: u64,
    folder: PathBuf,
    system: System,
    clock: Clock,
    ids: StdRng,
}

impl World {
    /// Starts the services on a fresh folder and database, ten days before the first window.
    pub(crate) async fn begin(places: Places, seed: u64, province: Province) -> Result<Self, String> {
        let input = Input::of(province)?;
        let starts = input.calendar.values().map(|w| Instant::parse(&w.starts_at));
        let first = starts
            .collect::<Result<Vec<_>, _>>()?
            .into_iter()
            .min()
            .ok_or("the calendar is empty")?;
        let clock = Clock::simulated(first.plus(-10 * DAY));
        let folder = places.data_dir.clone();
        let process = Process::open(places, clock.clone()).map_err(|e| chain(&e))?;
        let plan = Plan::whole();
        let system = System::run(&plan, process, Bounds::default());
        let system = system.await.map_err(|e| chain(&e))?;
        let progress = Progress::new();
        progress.step("Khởi động các dịch vụ trong một tiến trình");
        Ok(Self {
            input,
            cast: Cast::default(),
            counts: Counts::default(),
            progress,
            frame: None,
            truths: BTreeMap::new(),
            twins: None,
            password: None,
            seed,
            folder,
            system,
            clock,
            ids: StdRng::seed_from_u64(seed),
        })
    }

    pub(crate) fn channels(&self) -> Channels {
        self.system.channels.clone()
    }

    pub(crate) fn identity(&self) -> Result<&chiso_platform::Context, String> {
        self.system
            .context("identity")
            .ok_or_else(|| "identity does not run".to_owned())
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    pub(crate) fn code(&self) -> String {
        self.input.manifest.cycle.clone()
    }

    /// The open cycle.
    pub(crate) fn cycle(&self) -> Result<Arc<Cycle>, String> {
        self.frame
            .clone()
            .ok_or_else(|| "the cycle is not open yet".to_owned())
    }

    /// Reads the frame of the cycle that was just opened.
    pub(crate) async fn read_frame(&mut self) -> Result<(), String> {
        let code: CycleCode = self.code().parse().map_err(|e| format!("{e}"))?;
        let cycle = self.system.cycles().fresh(&code).await.map_err(|e| chain(&e))?;
        self.twins = twins(&cycle);
        self.frame = Some(cycle);
        Ok(())
    }

    /// Moves the clock to a day and hour of a window; never back.
    pub(crate) fn enter(&self, window: Window, days: i64, hours: i64) -> Result<(), String> {
        let cycle = self.cycle()?;
        let span = cycle
            .calendar
            .span(window, None)
            .ok_or("the calendar lacks a window")?;
        let at = span.start.plus(days * DAY + hours * (DAY / 24));
        self.advance(at);
        Ok(())
    }

    /// Moves the clock behind the end of a window; never back.
    pub(crate) fn leave(&self, window: Window) -> Result<(), String> {
        let cycle = self.cycle()?;
        let end = cycle
            .calendar
            .last_end(window)
            .ok_or("the calendar lacks a window")?;
        self.advance(end);
        Ok(())
    }

    pub(crate) fn advance(&self, at: Instant) {
        self.clock.set(self.clock.now().max(at));
    }

    /// Turns to another cycle, at the time when it is set up; back, too: each cycle has a calendar of its own.
    pub(crate) fn turn_to(&mut self, input: Input, at: Instant) {
        self.clock.set(at);
        (self.input, self.counts) = (input, Counts::default());
        (self.frame, self.twins) = (None, None);
        self.truths.clear();
    }

    pub(crate) fn now(&self) -> Instant {
        self.clock.now()
    }

    /// A new client-made id: from the simulated clock and the seed.
    pub(crate) fn id(&mut self) -> String {
        let mut random = [0; 10];
        self.ids.fill_bytes(&mut random);
        uuid_v7(self.now(), random).to_string()
    }

    /// A generator of its own for a subject, so that one part of the year does not shift another.
    pub(crate) fn dice(&self, subject: &[&str]) -> StdRng {
        let mut hash = Sha256::new();
        hash.update(self.seed.to_be_bytes());
        for part in subject {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part.as_bytes());
        }
        StdRng::from_seed(hash.finalize().into())
    }

    /// Whose data a unit has: a twin has those of the other.
    pub(crate) fn model<'a>(&'a self, unit: &'a UnitCode) -> &'a str {
        match &self.twins {
            Some((first, second)) if second == unit => first.as_str(),
            _ => unit.as_str(),
        }
    }

    pub(crate) fn is_twin(&self, unit: &UnitCode) -> bool {
        self.twins.as_ref().is_some_and(|(a, b)| a == unit || b == unit)
    }

    /// How well a unit does, in percent. The twins are the best of their type.
    pub(crate) fn quality(&self, unit: &UnitCode) -> u32 {
        if self.is_twin(unit) {
            return 98;
        }
        let mut bytes = [0; 4];
        self.dice(&["quality", unit.as_str()]).fill_bytes(&mut bytes);
        let beside_twins = self.twins.as_ref().is_some_and(|(twin, _)| {
            self.frame.as_ref().is_some_and(|c| {
                c.units.get(twin).map(|u| &u.unit_type) == c.units.get(unit).map(|u| &u.unit_type)
            })
        });
        let spread = if beside_twins { 12 } else { 24 };
        72 + u32::from_be_bytes(bytes) % spread
    }

    /// The year that was played.
    pub(crate) fn year(&mut self, published: Published) -> Year {
        Year {
            province: self.input.manifest.province.clone(),
            cycle: self.code(),
            folder: self.folder.clone(),
            counts: std::mem::take(&mut self.counts),
            published,
        }
    }

    /// Stops the system.
    pub(crate) async fn end(self) {
        self.progress.end();
        self.system.stop().await;
    }
}

/// The first two units of the first type whose quota is exactly one place.
fn twins(cycle: &Cycle) -> Option<(UnitCode, UnitCode)> {
    let mut types: Vec<_> = cycle.unit_types.values().collect();
    types.sort_by_key(|t| t.order);
    types.into_iter().find_map(|unit_type| {
        let units = cycle.units_in_order();
        let ranked: Vec<_> = units
            .into_iter()
            .filter(|u| u.unit_type == unit_type.code && u.ranked)
            .collect();
        let places = quota(ranked.len(), &cycle.rules.policy.classes);
        match (places, ranked.as_slice()) {
            (1, [first, second, ..]) => Some((first.code.clone(), second.code.clone())),
            _ => None,
        }
    })
}

/// A request of somebody of the cast.
pub(crate) fn ask<T>(token: &str, message: T) -> Request<T> {
    let mut request = Request::new(message);
    carry(&mut request, token);
    request
}

/// The message of an answer, or a sentence that names the step.
pub(crate) fn told<T>(step: &str, answer: Result<Response<T>, Status>) -> Result<T, String> {
    answer.map(Response::into_inner).map_err(|status| {
        let fields: Vec<String> = violations_of(&status)
            .into_iter()
            .take(5)
            .map(|(f, v)| format!("{f}: {v}"))
            .collect();
        format!(
            "{step}: {} {} {} [{}]",
            reason_of(&status),
            vi_of(&status),
            status.message(),
            fields.join("; ")
        )
    })
}
