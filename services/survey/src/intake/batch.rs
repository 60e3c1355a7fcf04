//! One group of slips: read what is known, decide in order, write, commit.

use std::collections::{BTreeMap, BTreeSet};

use chiso_domain::kernel::{CycleCode, SlipId, UnitCode};
use chiso_domain::survey::slip::NotValid;
use chiso_domain::survey::{Interview, validity};
use chiso_platform::db::{DbError, DbResult, Reads, Row, Statement};
use chiso_platform::journal::{self, Act};
use chiso_platform::{Context, Error, fault};

use super::{Outcome, Prepared};
use crate::SERVICE;
use crate::error::SurveyRefusal;
use crate::store::intake::{self, Batch, Key, Known, SlipRow};

/// So many groups are done under the lock after one was overtaken: who overtook it goes on writing.
const CAREFUL: usize = 32;

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
type Decision = (Vec<Result<Outcome, Error>>, Vec<Statement>);

/// What was decided about a slip.
enum Decided {
    /// It was there already.
    Known(Outcome),
    /// It is to be stored, for the person with that phone hash.
    New(Outcome, Vec<u8>),
}

/// Carries out groups, on a database that other processes write to without a lock while it can.
#[derive(Debug, Default)]
pub(super) struct Groups {
    /// So many more groups are done under the lock.
    careful: usize,
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
        let keys = keys(slips);
        let (rows, write) = ctx.db.read_to_write(intake::asking(&keys)).await?;
        let (outcomes, writing) = decide(ctx, slips, keys, &rows)?;
        if writing.is_empty() {
            return Ok(outcomes);
        }
        match write.commit_with(writing).await {
            Err(DbError::Overtaken) => {
                self.careful = CAREFUL;
                locked(ctx, slips).await
            }
            written => Ok(written.map(|()| outcomes)?),
        }
    }
}

/// Carries out a group under the lock.
async fn locked(ctx: &Context, slips: &[Prepared]) -> Result<Vec<Result<Outcome, Error>>, Error> {
    let mut tx = ctx.db.begin().await?;
    let keys = keys(slips);
    let rows = tx.all(intake::asking(&keys)).await?;
    let (outcomes, writing) = decide(ctx, slips, keys, &rows)?;
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
fn decide(ctx: &Context, slips: &[Prepared], keys: Vec<Key<'_>>, rows: &[Row]) -> DbResult<Decision> {
    let (known, tail) = intake::known(rows)?;
    let mut seen = Seen::default();
    let mut batch = Batch::default();
    let mut acts = Vec::with_capacity(slips.len());
    let mut outcomes = Vec::with_capacity(slips.len());
    for ((slip, known), (id, _, _, respondent)) in slips.iter().zip(&known).zip(keys) {
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
    let mut writing = Vec::new();
    if !acts.is_empty() {
        writing = intake::writing(&batch);
        writing.push(journal::appending(tail, SERVICE, ctx.clock.now(), acts));
    }
    Ok((outcomes, writing))
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
    let reasons = validity(
        slip.rule,
        &respondent.facts,
        Interview {
            group: &slip.group,
            unit: &slip.unit,
            answered_personally: slip.answered_personally,
            blanks: &slip.answers.blanks,
        },
        duplicate,
    );
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
