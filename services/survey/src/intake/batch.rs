//! One group of slips: read what is known, decide in order, write, commit.
//!
//! On a database that other processes write to as well, a trip costs more than what is done on it, and nearly every slip
//! is new, complete, and by somebody who may. So a group of which that may be so is written without reading, in one trip;
//! the statement fails where it is not so. Then, or where too little is known, what is known is read without the lock,
//! and all is written in a second trip. Where another process wrote in between, the group is done under the lock.

use std::collections::{BTreeMap, BTreeSet};

use chiso_domain::kernel::{CycleCode, SlipId, UnitCode};
use chiso_domain::survey::slip::NotValid;
use chiso_domain::survey::{Interview, RespondentFacts, validity};
use chiso_platform::db::{Again, DbError, Reads, Statement};
use chiso_platform::journal::{self, Act, Tail};
use chiso_platform::{Context, Error, fault};

use super::{Outcome, Prepared};
use crate::SERVICE;
use crate::error::SurveyRefusal;
use crate::store::intake::{self, Batch, Key, Known, SlipRow};

/// So many groups are done under the lock after one was overtaken: who overtook it goes on writing.
const CAREFUL: usize = 32;
/// So many groups are read after one of which too much was presumed: slips that are sent again seldom come alone.
const DOUBTFUL: usize = 8;

/// The planted bug of this place.
const EARLY: &str = "acknowledge-before-commit";

/// What the slips of the group before this one have already taken.
#[derive(Default)]
struct Seen<'a> {
    slips: BTreeMap<SlipId, (&'a Prepared, Outcome)>,
    /// (Cycle, unit, phone hash) of valid slips.
    people: BTreeSet<(&'a CycleCode, &'a UnitCode, Vec<u8>)>,
}

/// What is said about each slip of a group, and what stores the new ones; nothing where there are none.
struct Decision {
    outcomes: Vec<Result<Outcome, Error>>,
    writing: Vec<Statement>,
    /// The journal's, once that is written.
    tail: Tail,
}

/// What was decided about a slip.
enum Decided {
    /// It was there already.
    Known(Outcome),
    /// It is to be stored, for the person with that phone hash.
    New(Outcome, Vec<u8>),
}

/// What stays so until somebody else writes a row of the journal, and this process writes without reading meanwhile.
#[derive(Debug)]
struct Last {
    again: Again,
    tail: Tail,
    /// Units of which the survey takes slips.
    open: BTreeSet<(CycleCode, UnitCode)>,
}

/// Carries out groups, on a database that other processes write to without a lock while it can.
#[derive(Debug, Default)]
pub(super) struct Groups {
    /// So many more groups are done under the lock.
    careful: usize,
    /// So many more groups are read first.
    doubtful: usize,
    last: Option<Last>,
}

impl Groups {
    /// Carries out a group. The error is the whole group's: nothing of it was stored.
    pub(super) async fn run(
        &mut self,
        ctx: &Context,
        slips: &[Prepared],
    ) -> Result<Vec<Result<Outcome, Error>>, Error> {
        if !ctx.db.is_shared() || self.careful > 0 || fault::planted(EARLY) {
            self.careful = self.careful.saturating_sub(1);
            return locked(ctx, slips).await;
        }
        self.doubtful = self.doubtful.saturating_sub(1);
        if self.doubtful == 0
            && let Some(outcomes) = self.presumed(ctx, slips).await?
        {
            return Ok(outcomes);
        }
        let keys = keys(slips);
        let (rows, write) = ctx.db.read_to_write(intake::asking(&keys)).await?;
        let (known, tail) = intake::known(&rows)?;
        let open = self.open(slips, &known, &tail);
        let decision = decide(ctx, slips, keys, (&known, tail));
        if decision.writing.is_empty() {
            return Ok(decision.outcomes);
        }
        match write.commit_with(decision.writing).await {
            Err(DbError::Overtaken) => {
                self.careful = CAREFUL;
                locked(ctx, slips).await
            }
            written => {
                let tail = decision.tail;
                self.last = written?.map(|again| Last { again, tail, open });
                Ok(decision.outcomes)
            }
        }
    }

    /// Carries out a group without reading. Nothing where that cannot be, or turned out to be wrong; then nothing is
    /// stored.
    async fn presumed(
        &mut self,
        ctx: &Context,
        slips: &[Prepared],
    ) -> Result<Option<Vec<Result<Outcome, Error>>>, Error> {
        let Some(decision) = self.last.as_ref().and_then(|last| presume(ctx, slips, last)) else {
            return Ok(None);
        };
        let Some(Last { again, open, .. }) = self.last.take() else {
            return Ok(None);
        };
        let Some(write) = ctx.db.write_again(&again).await? else {
            return Ok(None);
        };
        match write.commit_with(decision.writing).await {
            Err(DbError::Overtaken) => {
                self.doubtful = DOUBTFUL;
                Ok(None)
            }
            written => {
                let tail = decision.tail;
                self.last = written?.map(|again| Last { again, tail, open });
                Ok(Some(decision.outcomes))
            }
        }
    }

    /// Units of which slips are taken, as far as is known after these were read with that tail.
    fn open(&mut self, slips: &[Prepared], known: &[Known], tail: &Tail) -> BTreeSet<(CycleCode, UnitCode)> {
        let before = self.last.take().filter(|last| last.tail == *tail);
        let mut open = before.map(|last| last.open).unwrap_or_default();
        let free = slips
            .iter()
            .zip(known)
            .filter(|(_, known)| !known.closed && !known.taken);
        open.extend(free.map(|(slip, _)| (slip.cycle.clone(), slip.unit.clone())));
        open
    }
}

/// Carries out a group under the lock.
async fn locked(ctx: &Context, slips: &[Prepared]) -> Result<Vec<Result<Outcome, Error>>, Error> {
    let mut tx = ctx.db.begin().await?;
    let keys = keys(slips);
    let rows = tx.all(intake::asking(&keys)).await?;
    let (known, tail) = intake::known(&rows)?;
    let Decision {
        outcomes, writing, ..
    } = decide(ctx, slips, keys, (&known, tail));
    if writing.is_empty() {
        return Ok(outcomes);
    }
    if fault::planted(EARLY) {
        let late = tokio::time::sleep(std::time::Duration::from_millis(20));
        tokio::spawn(async move {
            late.await;
            tx.commit_with(writing).await
        });
        return Ok(outcomes);
    }
    tx.commit_with(writing).await?;
    Ok(outcomes)
}

/// Carries out one slip.
pub(super) async fn run_one(ctx: &Context, slip: &Prepared) -> Result<Outcome, Error> {
    let outcomes = locked(ctx, std::slice::from_ref(slip)).await?;
    outcomes
        .into_iter()
        .next()
        .unwrap_or_else(|| Err(Error::internal("a slip got no answer")))
}

/// Decides by what is known.
fn decide(
    ctx: &Context,
    slips: &[Prepared],
    keys: Vec<Key<'_>>,
    (known, tail): (&[Known], Tail),
) -> Decision {
    let mut seen = Seen::default();
    let mut batch = Batch::default();
    let mut acts = Vec::with_capacity(slips.len());
    let mut outcomes = Vec::with_capacity(slips.len());
    for ((slip, known), (id, _, _, respondent)) in slips.iter().zip(known).zip(keys) {
        outcomes.push(match decide_one(slip, known, &seen) {
            Err(error) => Err(error),
            Ok(Decided::Known(outcome)) => Ok(outcome),
            Ok(Decided::New(outcome, phone_hash)) => {
                batch.add(slip, &outcome, id, respondent, &phone_hash);
                acts.push(act(slip, &outcome));
                if outcome.valid {
                    seen.people.insert((&slip.cycle, &slip.unit, phone_hash));
                }
                seen.slips.insert(slip.id, (slip, outcome.clone()));
                Ok(outcome)
            }
        });
    }
    decision(ctx, outcomes, &batch, acts, tail)
}

/// Decides without having read, where every slip may be new and valid. What is presumed of it the statement that writes
/// demands: that it is new and its respondent may rate the unit ([`Batch::presumed`]), and the database, that its phone
/// has no other one there.
fn presume(ctx: &Context, slips: &[Prepared], last: &Last) -> Option<Decision> {
    let mut batch = Batch {
        presumed: true,
        ..Batch::default()
    };
    let mut ids = BTreeSet::new();
    let mut acts = Vec::with_capacity(slips.len());
    let mut outcomes = Vec::with_capacity(slips.len());
    for (slip, (id, _, _, respondent)) in slips.iter().zip(keys(slips)) {
        let facts = RespondentFacts {
            group: slip.group.clone(),
            units: Vec::new(),
        };
        let ordinary = last.open.contains(&(slip.cycle.clone(), slip.unit.clone()))
            && ids.insert(slip.id)
            && validity(slip.rule, &facts, slip.interview(), false).is_empty();
        if !ordinary {
            return None;
        }
        let outcome = Outcome {
            slip_id: slip.id,
            valid: true,
            reasons: Vec::new(),
        };
        batch.add(slip, &outcome, id, respondent, &[]);
        acts.push(act(slip, &outcome));
        outcomes.push(Ok(outcome));
    }
    Some(decision(ctx, outcomes, &batch, acts, last.tail.clone()))
}

fn decision(
    ctx: &Context,
    outcomes: Vec<Result<Outcome, Error>>,
    batch: &Batch<'_>,
    acts: Vec<Act>,
    tail: Tail,
) -> Decision {
    if acts.is_empty() {
        return Decision {
            outcomes,
            writing: Vec::new(),
            tail,
        };
    }
    let mut writing = intake::writing(batch);
    let (appending, tail) = journal::appending(tail, SERVICE, ctx.clock.now(), acts);
    writing.push(appending);
    Decision {
        outcomes,
        writing,
        tail,
    }
}

fn keys(slips: &[Prepared]) -> Vec<Key<'_>> {
    slips
        .iter()
        .map(|slip| {
            let respondent = hex::encode(slip.respondent.0.as_bytes());
            (
                hex::encode(slip.id.0.as_bytes()),
                &slip.cycle,
                &slip.unit,
                respondent,
            )
        })
        .collect()
}

fn decide_one(slip: &Prepared, known: &Known, seen: &Seen<'_>) -> Result<Decided, Error> {
    let reused = || Err(SurveyRefusal::SlipIdReused.into());
    if let Some(stored) = &known.slip {
        let same = stored.sha256 == slip.sha256 && stored.interviewer == slip.interviewer;
        return if same {
            Ok(Decided::Known(Outcome {
                slip_id: slip.id,
                valid: stored.valid,
                reasons: stored.reasons.clone(),
            }))
        } else {
            reused()
        };
    }
    if let Some((earlier, outcome)) = seen.slips.get(&slip.id) {
        let same = earlier.sha256 == slip.sha256 && earlier.interviewer == slip.interviewer;
        return if same {
            Ok(Decided::Known(outcome.clone()))
        } else {
            reused()
        };
    }
    if known.closed {
        return Err(SurveyRefusal::CampaignClosed(slip.cycle.clone()).into());
    }
    if known.taken && !fault::planted("lock-outside-transaction") {
        return Err(SurveyRefusal::LotTaken(slip.unit.clone()).into());
    }
    let respondent = known
        .respondent
        .as_ref()
        .ok_or(SurveyRefusal::RespondentUnknown)?;
    let hash = respondent.phone_hash.clone();
    let person = (&slip.cycle, &slip.unit, hash);
    let duplicate = known.duplicate || seen.people.contains(&person);
    let reasons = validity(slip.rule, &respondent.facts, slip.interview(), duplicate);
    if !reasons.is_empty() && !slip.record_invalid {
        return Err(not_valid(NotValid {
            reasons,
            first_blank: slip.answers.first_blank.clone(),
        }));
    }
    Ok(Decided::New(
        Outcome {
            slip_id: slip.id,
            valid: reasons.is_empty(),
            reasons,
        },
        person.2,
    ))
}

/// The refusal, with a field for every failed condition.
fn not_valid(refusal: NotValid) -> Error {
    let others: Vec<(String, String)> = refusal
        .reasons
        .iter()
        .skip(1)
        .map(|reason| {
            let field = match reason.question() {
                "" => reason.code().to_owned(),
                question => format!("answers[{question}]"),
            };
            (field, reason.vi())
        })
        .collect();
    others
        .into_iter()
        .fold(Error::from(refusal), |error, (field, vi)| {
            error.violation(&field, vi)
        })
}

fn act(slip: &Prepared, outcome: &Outcome) -> Act {
    let mut after = serde_json::Map::new();
    after.insert("sha256".to_owned(), hex::encode(slip.sha256).into());
    after.insert("valid".to_owned(), outcome.valid.into());
    Act {
        actor: slip.interviewer.to_string(),
        act: "slip.submit",
        object: format!("{}/{}/{}/{}", slip.cycle, slip.unit, slip.group, slip.id),
        before: None,
        after: Some(after.into()),
        reason: String::new(),
    }
}

impl Prepared {
    fn interview(&self) -> Interview<'_> {
        Interview {
            group: &self.group,
            unit: &self.unit,
            answered_personally: self.answered_personally,
            blanks: &self.answers.blanks,
        }
    }
}

impl<'a> Batch<'a> {
    fn add(
        &mut self,
        slip: &'a Prepared,
        outcome: &Outcome,
        id: String,
        respondent: String,
        phone_hash: &[u8],
    ) {
        let place = (&slip.cycle, &slip.unit, &slip.group);
        let (received, valid) = self.tallies.entry(place).or_default();
        *received += 1;
        if outcome.valid {
            *valid += 1;
            for (question, choice) in slip.chosen() {
                *self.counts.entry((place, question, choice)).or_default() += 1;
            }
        }
        let reasons = outcome
            .reasons
            .iter()
            .map(|r| (r.code(), r.question().to_owned()))
            .collect();
        self.slips.push(SlipRow(
            id,
            &slip.cycle,
            &slip.unit,
            &slip.group,
            respondent,
            hex::encode(slip.interviewer.0.as_bytes()),
            &slip.form.sha256,
            slip.started_at.micros(),
            slip.ended_at.micros(),
            slip.received_at.micros(),
            u8::from(slip.answered_personally),
            u8::from(outcome.valid),
            reasons,
            slip.given().collect(),
            hex::encode(slip.sha256),
            hex::encode(phone_hash),
        ));
    }
}
