//! The rows of mails and letters.

use chiso_domain::kernel::{Instant, PersonId};
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use super::{Audience, Mail};
use crate::db::{Db, DbError, DbResult, Reads, Row, Tx, as_json_text, sql_of};
use crate::lease::Lease;
use crate::rng;

/// Mails that become letters in one round, at the most.
const MAILS: i64 = 20;
/// Letters of one round, at the most.
const LETTERS: i64 = 20;

/// Where a letter stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Waiting,
    Sent,
    Failed,
    Nowhere,
}

impl State {
    const fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sent => "sent",
            Self::Failed => "failed",
            Self::Nowhere => "nowhere",
        }
    }
}

/// A mail that has no letters yet.
#[derive(Debug)]
pub(super) struct Unexpanded {
    pub(super) mail: Uuid,
    pub(super) audience: Audience,
}

/// A letter whose time has come.
#[derive(Debug)]
pub(super) struct Due {
    pub(super) letter: Uuid,
    pub(super) person: PersonId,
    /// Those that failed.
    pub(super) attempts: u32,
    /// Of its mail.
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) about: Value,
    pub(super) posted_at: Instant,
}

/// How an attempt ended.
#[derive(Debug)]
pub(super) struct Outcome {
    pub(super) state: State,
    pub(super) attempts: u32,
    pub(super) next_at: Instant,
    /// What the server or the disk said; names nobody.
    pub(super) fault: String,
}

#[derive(Serialize)]
struct NewMail<'a> {
    mail_id: String,
    name: &'a str,
    kind: &'a str,
    #[serde(serialize_with = "as_json_text")]
    audience: &'a Audience,
    #[serde(serialize_with = "as_json_text")]
    about: &'a Value,
}

impl<'a> NewMail<'a> {
    fn of(mail: &'a Mail, now: Instant) -> Self {
        Self {
            mail_id: new_id(now),
            name: &mail.name,
            kind: mail.kind,
            audience: &mail.audience,
            about: &mail.about,
        }
    }

    /// Texts only: it has a JSON form.
    fn json(&self) -> Value {
        serde_json::to_value(self).unwrap_or_default()
    }
}

fn new_id(now: Instant) -> String {
    hex::encode(rng::uuid_v7(now, rng::bytes()).into_bytes())
}

pub(super) async fn post(tx: &mut Tx, service: &'static str, now: Instant, mails: &[Mail]) -> DbResult<()> {
    let text = "INSERT INTO {service}_mail (mail_id, name, kind, audience, about, posted_at) \
                SELECT unhex(value->>'mail_id'), value->>'name', value->>'kind', value->>'audience', \
                       value->>'about', $2 FROM json_each($1) WHERE true ON CONFLICT (name) DO NOTHING";
    let rows: Vec<Value> = mails.iter().map(|mail| NewMail::of(mail, now).json()).collect();
    tx.run(sql_of(service, text).bind_json(&rows).bind(now)).await?;
    Ok(())
}

/// A letter of today, by the name of its mail; nobody's where it is not known yet to whom that goes.
#[derive(Debug)]
pub(super) struct Told {
    pub(super) name: String,
    pub(super) person: Option<PersonId>,
}

/// All letters of mails that were posted since then.
pub(super) async fn told_since(
    reads: &mut impl Reads,
    service: &'static str,
    since: Instant,
) -> DbResult<Vec<Told>> {
    let text = "SELECT m.name, l.person_id FROM {service}_mail m \
                LEFT JOIN {service}_letter l ON l.mail_id = m.mail_id \
                WHERE m.posted_at >= $1 AND (l.person_id IS NOT NULL OR m.expanded_at IS NULL) \
                ORDER BY m.name, l.person_id";
    let rows = reads.all(sql_of(service, text).bind(since)).await?;
    let read = |row: &Row| {
        Ok(Told {
            name: row.get("name")?,
            person: row.get("person_id")?,
        })
    };
    rows.iter().map(read).collect()
}

/// Posts mails with a letter to each of these people. Nobody else gets one.
pub(super) async fn post_to(
    tx: &mut Tx,
    service: &'static str,
    now: Instant,
    mails: &[(Mail, Vec<PersonId>)],
) -> DbResult<()> {
    if mails.is_empty() {
        return Ok(());
    }
    let mail = "INSERT INTO {service}_mail (mail_id, name, kind, audience, about, posted_at, expanded_at) \
                SELECT unhex(value->>'mail_id'), value->>'name', value->>'kind', value->>'audience', \
                       value->>'about', $2, $2 FROM json_each($1)";
    let letter = "INSERT INTO {service}_letter (letter_id, mail_id, person_id, state, attempts, next_at, last_fault) \
                  SELECT unhex(value->>0), unhex(value->>1), unhex(value->>2), 'waiting', 0, $2, '' \
                  FROM json_each($1)";
    let (mut rows, mut letters) = (Vec::new(), Vec::new());
    for (mail, people) in mails {
        let row = NewMail::of(mail, now);
        letters.extend(people.iter().map(|person| {
            let person = hex::encode(person.0.into_bytes());
            [new_id(now), row.mail_id.clone(), person]
        }));
        rows.push(row.json());
    }
    tx.run(sql_of(service, mail).bind_json(&rows).bind(now)).await?;
    tx.run(sql_of(service, letter).bind_json(&letters).bind(now))
        .await?;
    Ok(())
}

/// The mails that have no letters yet, the oldest first.
pub(super) async fn unexpanded(db: &Db, service: &'static str) -> DbResult<Vec<Unexpanded>> {
    let text = "SELECT mail_id, audience FROM {service}_mail WHERE expanded_at IS NULL \
                ORDER BY posted_at, mail_id LIMIT $1";
    let rows = db.all(sql_of(service, text).bind(MAILS)).await?;
    rows.iter().map(Unexpanded::read).collect()
}

/// A letter to each of them, unless another process made them or the lease is lost; answers whether it did.
pub(super) async fn expand(
    db: &Db,
    (service, lease): (&'static str, &Lease),
    mail: &Unexpanded,
    people: &[PersonId],
    now: Instant,
) -> DbResult<bool> {
    let insert = "INSERT INTO {service}_letter (letter_id, mail_id, person_id, state, attempts, next_at, last_fault) \
                  SELECT unhex(value->>0), $2, unhex(value->>1), 'waiting', 0, $3, '' FROM json_each($1) \
                  WHERE true ON CONFLICT (mail_id, person_id) DO NOTHING";
    let mark = "UPDATE {service}_mail SET expanded_at = $2 WHERE mail_id = $1 AND expanded_at IS NULL";
    let pair = |person: &PersonId| [new_id(now), hex::encode(person.0.into_bytes())];
    let pairs: Vec<[String; 2]> = people.iter().map(pair).collect();
    let mut tx = db.begin().await?;
    if !lease.fence(&mut tx).await? {
        return Ok(false);
    }
    tx.run(
        sql_of(service, insert)
            .bind_json(&pairs)
            .bind(mail.mail)
            .bind(now),
    )
    .await?;
    tx.run(sql_of(service, mark).bind(mail.mail).bind(now)).await?;
    tx.commit().await?;
    Ok(true)
}

/// The letters whose time has come, the most overdue first.
pub(super) async fn due(mut reads: impl Reads, service: &'static str, now: Instant) -> DbResult<Vec<Due>> {
    let text = "SELECT l.letter_id, l.person_id, l.attempts, m.name, m.kind, m.about, m.posted_at \
                FROM {service}_letter l JOIN {service}_mail m ON m.mail_id = l.mail_id \
                WHERE l.state = 'waiting' AND l.next_at <= $1 ORDER BY l.next_at, l.letter_id LIMIT $2";
    let rows = reads.all(sql_of(service, text).bind(now).bind(LETTERS)).await?;
    rows.iter().map(Due::read).collect()
}

/// Writes down how an attempt ended, unless the lease is lost; answers whether it did.
pub(super) async fn mark(
    db: &Db,
    (service, lease): (&'static str, &Lease),
    letter: Uuid,
    outcome: &Outcome,
) -> DbResult<bool> {
    let text = "UPDATE {service}_letter SET state = $2, attempts = $3, next_at = $4, last_fault = $5 \
                WHERE letter_id = $1 AND state = 'waiting'";
    let mut tx = db.begin().await?;
    if !lease.fence(&mut tx).await? {
        return Ok(false);
    }
    let statement = sql_of(service, text)
        .bind(letter)
        .bind(outcome.state.name())
        .bind(outcome.attempts)
        .bind(outcome.next_at)
        .bind(&outcome.fault);
    tx.run(statement).await?;
    tx.commit().await?;
    Ok(true)
}

impl Unexpanded {
    fn read(row: &Row) -> DbResult<Self> {
        let audience: String = row.get("audience")?;
        Ok(Self {
            mail: row.get("mail_id")?,
            audience: serde_json::from_str(&audience).map_err(DbError::Json)?,
        })
    }
}

impl Due {
    fn read(row: &Row) -> DbResult<Self> {
        let about: String = row.get("about")?;
        Ok(Self {
            letter: row.get("letter_id")?,
            person: row.get("person_id")?,
            attempts: row.get("attempts")?,
            name: row.get("name")?,
            kind: row.get("kind")?,
            about: serde_json::from_str(&about).map_err(DbError::Json)?,
            posted_at: row.get("posted_at")?,
        })
    }
}
