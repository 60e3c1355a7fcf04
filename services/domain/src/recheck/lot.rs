//! The states of a lot: closed, drawn in one or more stages, concluded.

use super::{RecheckRefusal, SampleSize, Seed};
use crate::cycle::policy::RecheckPolicy;

/// How far a lot has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LotState {
    /// Frozen and published, waiting for a seed.
    Closed,
    /// At least one stage is drawn.
    Drawn,
    /// Its adjustments are final.
    Concluded,
}

/// A stage that was drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stage {
    /// From 1.
    pub stage: i64,
    /// Its seed.
    pub seed: String,
    /// Share in percent.
    pub rate_percent: i64,
}

/// What decides whether a lot may go on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lot {
    /// In order.
    pub stages: Vec<Stage>,
    /// Whether it is concluded.
    pub concluded: bool,
}

impl Lot {
    /// How far it has come.
    #[must_use]
    pub fn state(&self) -> LotState {
        match (self.concluded, self.stages.is_empty()) {
            (true, _) => LotState::Concluded,
            (false, true) => LotState::Closed,
            (false, false) => LotState::Drawn,
        }
    }

    /// Whether the seed of a stage may be entered, and how large the draw is. The first stage is drawn at the
    /// policy's rate, a further one at a higher rate.
    ///
    /// # Errors
    /// Where the stage has its seed, another one comes first, the digits or the rate do not do.
    pub fn enter_seed(
        &self,
        stage: i64,
        seed: &Seed,
        rate_percent: i64,
        policy: &RecheckPolicy,
    ) -> Result<SampleSize, RecheckRefusal> {
        if let Some(entered) = self.stages.iter().find(|s| s.stage == stage) {
            return Err(RecheckRefusal::SeedAlreadyEntered(entered.stage));
        }
        if self.concluded {
            return Err(RecheckRefusal::LotConcluded);
        }
        let next = self.stages.last().map_or(1, |s| s.stage + 1);
        if stage != next {
            return Err(RecheckRefusal::StageOutOfOrder { asked: stage, next });
        }
        if let Some(same) = self.stages.iter().find(|s| s.seed == seed.as_str()) {
            return Err(RecheckRefusal::SeedReused(same.stage));
        }
        Ok(SampleSize {
            rate_percent: self.rate(rate_percent, policy)?,
            minimum: policy.minimum,
        })
    }

    fn rate(&self, asked: i64, policy: &RecheckPolicy) -> Result<u32, RecheckRefusal> {
        let own = policy.rate_percent;
        match self.stages.last() {
            None if asked == 0 || asked == i64::from(own) => Ok(own),
            None => Err(RecheckRefusal::RateOfPolicy(i64::from(own))),
            Some(last) => u32::try_from(asked)
                .ok()
                .filter(|rate| asked > last.rate_percent && *rate <= 100)
                .ok_or(RecheckRefusal::RateInvalid {
                    rate: asked,
                    above: last.rate_percent,
                }),
        }
    }

    /// Whether work on its cases may go on.
    ///
    /// # Errors
    /// Before the draw and after the end.
    pub fn check_drawn(&self) -> Result<(), RecheckRefusal> {
        match self.state() {
            LotState::Closed => Err(RecheckRefusal::LotNotDrawn),
            LotState::Drawn => Ok(()),
            LotState::Concluded => Err(RecheckRefusal::LotConcluded),
        }
    }

    /// Whether it may end.
    ///
    /// # Errors
    /// Before the draw, after the end, and while cases are open.
    pub fn conclude(&self, open_cases: i64) -> Result<(), RecheckRefusal> {
        self.check_drawn()?;
        if open_cases > 0 {
            return Err(RecheckRefusal::CasesOpen(open_cases));
        }
        Ok(())
    }
}
