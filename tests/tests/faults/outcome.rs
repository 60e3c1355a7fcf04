//! What came of a run, and what a run has to have done before its zeros mean anything.

use std::collections::BTreeMap;

use crate::args::Args;
use crate::check::Verdict;
use crate::ground::Shape;
use crate::inject::Kind;
use crate::log::Rpc;
use crate::proxy::Lost;

/// Faults after which every kind must have come.
const EVERYDAY: u64 = 300;
/// Acknowledged writes per fault, at least.
const LOAD: u64 = 100;
/// What the clients do all the time.
const WRITES: [Rpc; 13] = [
    ("survey", "SubmitSlip"),
    ("survey", "SubmitSlips"),
    ("survey", "RegisterRespondents"),
    ("recheck", "RecordAttempt"),
    ("recheck", "RecordFinding"),
    ("recheck", "CloseLot"),
    ("ledger", "SaveEntry"),
    ("ledger", "UploadEvidence"),
    ("ledger", "SubmitSheet"),
    ("ledger", "WithdrawSheet"),
    ("ledger", "AppraiseEntry"),
    ("leaders", "SaveMark"),
    ("leaders", "SendSlip"),
];

/// Of a round, or of all of them.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    pub(crate) verdict: Verdict,
    /// Faults by their kind.
    pub(crate) kinds: BTreeMap<Kind, u64>,
    /// Acknowledgements by RPC.
    pub(crate) answered: BTreeMap<Rpc, u64>,
    /// What PostgreSQL carried out and nobody heard of.
    pub(crate) unheard: Lost,
}

impl Outcome {
    pub(crate) fn injections(&self) -> u64 {
        self.kinds.values().sum()
    }

    pub(crate) fn add(&mut self, other: Self) {
        self.verdict.add(other.verdict);
        for (kind, count) in other.kinds {
            *self.kinds.entry(kind).or_default() += count;
        }
        for (rpc, count) in other.answered {
            *self.answered.entry(rpc).or_default() += count;
        }
        self.unheard.add(other.unheard);
    }

    /// Why the run shows too little. A run of some kinds or shapes only is held to their number alone.
    pub(crate) fn lacks(&self, args: &Args) -> Vec<String> {
        let mut lacks = Vec::new();
        let made = self.injections();
        if made < args.injections {
            lacks.push(format!("{made} faults were injected, not {}", args.injections));
        }
        let (answers, Lost { commits, singles }) = (self.kinds.get(&Kind::Answer), self.unheard);
        if answers.is_some_and(|answers| commits + singles < *answers) {
            lacks.push(format!(
                "only {commits} commits and {singles} single statements lost their answers"
            ));
        }
        let everything = args.only.is_empty() && args.shapes == Shape::ALL && made >= EVERYDAY;
        if !everything {
            return lacks;
        }
        if answers.is_some() && (commits == 0 || singles == 0) {
            lacks.push(format!(
                "{commits} commits and {singles} single statements lost their answers: one is missing"
            ));
        }
        let acknowledged = self.verdict.acknowledged;
        if acknowledged < LOAD * made {
            lacks.push(format!(
                "{acknowledged} writes are too few for {made} faults: less than {LOAD} each"
            ));
        }
        for kind in Kind::all().filter(|kind| !self.kinds.contains_key(kind) && !args.skipped(*kind)) {
            let name = kind.name();
            lacks.push(format!(
                "no fault of the kind {name} was injected; --without {name} where this machine does not allow it"
            ));
        }
        for (service, method) in WRITES.iter().filter(|rpc| !self.answered.contains_key(rpc)) {
            lacks.push(format!("no {service}.{method} was acknowledged"));
        }
        lacks
    }
}
