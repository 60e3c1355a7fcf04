//! The worker: of all instances of a service the one that holds the lease sends.

use std::collections::BTreeSet;
use std::time::Duration;

use chiso_domain::kernel::{Instant, time::SECOND};
use tokio::sync::watch;
use tokio::time::timeout;

use super::directory::Directory;
use super::message::{Head, seal};
use super::outbox::{self, Due, Outcome, State, Told};
use super::remind::{Remind, is_asked, is_past, matter};
use super::text::{Letter, Texts};
use super::way::Fault;
use super::{Addressee, Mail, Mailer, Open};
use crate::error::chain;
use crate::lease::Lease;
use crate::metrics::metrics;
use crate::words::Words;
use crate::{Context, Error, rng};

/// Covers a bell in another process, and letters whose time comes.
const POLL: Duration = Duration::from_secs(5);
/// Until the second attempt; each further one is twice as late.
const FIRST: i64 = 60 * SECOND;
/// No attempt is later than so after the one before.
const LATEST: i64 = 3_600 * SECOND;

/// How often it is asked who is to be reminded.
const HOUR: i64 = 3_600 * SECOND;
/// How soon again, where it could not be told.
const SOON: i64 = 300 * SECOND;

/// Sends the letters of a service from now on, where letters are on, and has reminded who is late.
///
/// # Errors
/// Where the catalogues of its texts are broken.
pub fn start(
    ctx: &Context,
    service: &'static str,
    texts: &Texts,
    remind: Option<Remind>,
) -> Result<(), Error> {
    let Mailer(Some(open)) = ctx.mail.clone() else {
        return Ok(());
    };
    let worker = Worker {
        words: texts.words(open.lang)?,
        lease: Lease::seek(ctx, service, texts.lease),
        directory: Directory::of_identity(ctx, service),
        ctx: ctx.clone(),
        service,
        open,
        remind,
    };
    ctx.spawn(worker.run());
    Ok(())
}

pub(super) struct Worker {
    pub(super) ctx: Context,
    pub(super) service: &'static str,
    pub(super) lease: Lease,
    pub(super) directory: Directory,
    pub(super) words: Words,
    pub(super) open: std::sync::Arc<Open>,
    pub(super) remind: Option<Remind>,
}

impl Worker {
    async fn run(self) {
        let mut bell = self.open.bell.subscribe();
        let (mut said, mut reminded) = (None, None);
        loop {
            self.lease.held().await;
            bell.mark_unchanged();
            let fault = self.turn(&mut reminded).await.err();
            let fault = fault.map(|error| (error.reason(), chain(&error)));
            // Once per fault, not once per round.
            if fault != said
                && let Some((reason, cause)) = &fault
            {
                tracing::warn!(service = self.service, reason, cause, "letters cannot be sent");
            }
            said = fault;
            wait(&mut bell).await;
        }
    }

    /// Reminds and sends. Where it cannot be told who is late, the letters that there are go all the same.
    pub(super) async fn turn(&self, reminded: &mut Option<Instant>) -> Result<(), Error> {
        let late = self.remind(reminded).await;
        self.round().await.and(late)
    }

    /// Once an hour, by the clock that windows end by. A cycle whose late ones cannot be told keeps no other cycle's
    /// from being reminded; it is tried again some minutes later.
    pub(super) async fn remind(&self, last: &mut Option<Instant>) -> Result<(), Error> {
        let (Some(remind), now) = (self.remind, self.ctx.clock.now()) else {
            return Ok(());
        };
        if last.is_some_and(|last| now.micros().abs_diff(last.micros()) < HOUR.unsigned_abs()) {
            return Ok(());
        }
        let mut fault = None;
        for cycle in self.ctx.cycles.open().await? {
            let mails = match remind(self.ctx.clone(), cycle, now).await {
                Ok(mails) => mails,
                Err(error) => {
                    fault = Some(error);
                    continue;
                }
            };
            if mails.is_empty() {
                continue;
            }
            let mut tx = self.ctx.db.begin().await?;
            if !self.lease.fence(&mut tx).await? {
                return Ok(());
            }
            let told = outbox::told_since(&mut tx, self.service, now.local_midnight()).await?;
            let mails = still_to_tell(mails, &told);
            if mails.is_empty() {
                continue;
            }
            outbox::post(&mut tx, self.service, now, &mails).await?;
            tx.commit().await?;
        }
        *last = Some(fault.as_ref().map_or(now, |_| now.plus(SOON - HOUR)));
        fault.map_or(Ok(()), Err)
    }

    /// Makes letters of all mails and tries each whose time has come, once.
    pub(super) async fn round(&self) -> Result<(), Error> {
        let now = self.ctx.clock.now();
        while self.expand(now).await? | self.send(now).await? {}
        Ok(())
    }

    /// Answers whether there may be more to do.
    async fn expand(&self, now: Instant) -> Result<bool, Error> {
        let db = &self.ctx.db;
        let mails = outbox::unexpanded(db, self.service).await?;
        for mail in &mails {
            let people = self.directory.audience(&mail.audience).await?;
            if !outbox::expand(db, (self.service, &self.lease), mail, &people, now).await? {
                return Ok(false);
            }
        }
        Ok(!mails.is_empty())
    }

    /// Answers whether there may be more to do.
    async fn send(&self, now: Instant) -> Result<bool, Error> {
        let due = outbox::due(&self.ctx.db, self.service, now).await?;
        let people: Vec<_> = due.iter().map(|due| due.person).collect();
        let people = self.directory.people(&people).await?;
        for letter in &due {
            let to = people.iter().find(|person| person.person == letter.person);
            let outcome = self.attempt(letter, to, now).await;
            let own = (self.service, &self.lease);
            if !outbox::mark(&self.ctx.db, own, letter.letter, &outcome).await? {
                return Ok(false);
            }
            self.count(letter, &outcome);
        }
        Ok(!due.is_empty())
    }

    async fn attempt(&self, due: &Due, to: Option<&Addressee>, now: Instant) -> Outcome {
        let outcome = |state, fault: String| Outcome {
            state,
            attempts: due.attempts + 1,
            next_at: now,
            fault,
        };
        if is_past(&due.name, now) {
            return outcome(State::Failed, "what it reminds of has ended".to_owned());
        }
        let head = Head {
            letter: due.letter,
            kind: &due.kind,
            at: due.posted_at,
            from: &self.open.from,
            site: &self.open.site,
        };
        // Who left since gets no letter, as who has no address.
        let sealed = to.map_or(Ok(None), |to| {
            let letter = Letter::write(self.words, &due.kind, &due.about)?;
            seal(&head, self.words, &letter, to)
        });
        let sealed = match sealed {
            Ok(Some(sealed)) => sealed,
            Ok(None) => return outcome(State::Nowhere, String::new()),
            Err(error) => return outcome(State::Failed, chain(&error)),
        };
        let Err(Fault { for_good, what }) = self.open.way.hand_over(sealed).await else {
            return outcome(State::Sent, String::new());
        };
        if for_good || due.attempts + 1 >= self.open.attempts {
            return outcome(State::Failed, what);
        }
        Outcome {
            next_at: now.plus(later(due.attempts)),
            ..outcome(State::Waiting, what)
        }
    }

    fn count(&self, due: &Due, outcome: &Outcome) {
        let state = match outcome.state {
            State::Waiting => "put_off",
            State::Sent => "sent",
            State::Failed => "failed",
            State::Nowhere => "nowhere",
        };
        metrics().letter(self.service, state);
        if outcome.state == State::Failed {
            tracing::warn!(
                service = self.service,
                letter = %due.letter,
                kind = due.kind,
                attempts = outcome.attempts,
                fault = outcome.fault,
                "a letter is given up"
            );
        }
    }
}

/// Nobody is told twice a day of the same: what somebody asked to be told today waits for tomorrow.
fn still_to_tell(mut mails: Vec<Mail>, told: &[Told]) -> Vec<Mail> {
    let asked = told.iter().filter(|told| is_asked(&told.name));
    let asked: BTreeSet<&str> = asked.map(|told| matter(&told.name)).collect();
    mails.retain(|mail| !asked.contains(matter(&mail.name)));
    mails
}

/// How long after a failed attempt the next one is due, where so many failed before: 1, 2, 4 … 60 minutes, and up to a
/// quarter more, so that letters that failed together do not come back together.
fn later(failed: u32) -> i64 {
    let wait = FIRST.saturating_mul(1 << failed.min(10)).min(LATEST);
    let part = i64::from(u16::from_be_bytes(rng::bytes()));
    wait + wait / 4 * part / i64::from(u16::MAX)
}

/// Until somebody rings, or a few seconds.
async fn wait(bell: &mut watch::Receiver<u64>) {
    let _rung_or_not = timeout(POLL, bell.changed()).await;
}

#[cfg(test)]
mod tests {
    use super::super::{Audience, Reminder};
    use super::*;

    #[test]
    fn what_was_asked_for_today_waits_for_tomorrow() {
        let ends_at = Instant::from_micros(1_700_000_000_000_000);
        let mail = |about: &str| Mail {
            name: Reminder::Soon { ends_at, days: 3 }.name("late", about),
            kind: "late",
            audience: Audience::People(Vec::new()),
            about: serde_json::Value::Null,
        };
        let told = |name: &str| Told {
            name: name.to_owned(),
            person: None,
        };
        let told = [
            told("late/2026/SYT/asked-1700000000/r1"),
            told("late/2026/SNV/ends-1700000000/3"),
        ];
        let left = still_to_tell(vec![mail("2026/SYT"), mail("2026/SNV")], &told);
        let left: Vec<_> = left.into_iter().map(|mail| mail.name).collect();
        assert_eq!(left, [mail("2026/SNV").name]);
    }
}
