//! History: every act is a row (who, when, what, before, after, why), chained by hashes per service.
//!
//! `hash = SHA-256(hash before, then seq, at, actor, act, object, before, after, reason)`, each field as its
//! length in eight bytes and its UTF-8 bytes; the first row follows 32 zero bytes. A changed, removed or
//! moved row breaks the chain at that row.

use chiso_domain::kernel::Instant;
use chiso_wire::convert::{instant, optional_text, timestamp};
use chiso_wire::kernel as pb;
use prost_types::Timestamp;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::Error;
use crate::db::{Db, DbResult, Reads, Row, Statement, Tx, sql_of};
use crate::page::Page;

/// One act, before the journal numbers it.
#[derive(Clone, Debug)]
pub struct Act {
    /// Who: [`crate::auth::Caller::actor`].
    pub actor: String,
    /// What: "slip.submit".
    pub act: &'static str,
    /// To which object: "2022/SNV/I.1.1".
    pub object: String,
    /// What stood there.
    pub before: Option<serde_json::Value>,
    /// What stands there now.
    pub after: Option<serde_json::Value>,
    /// Why, where a reason is given.
    pub reason: String,
}

/// A row to be written; the fields are the columns, the hash in hexadecimal.
#[derive(Serialize)]
struct NewRow(
    i64,
    i64,
    String,
    &'static str,
    String,
    String,
    String,
    String,
    String,
);

/// Number and hash of the last row: what the next one is chained to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tail {
    seq: i64,
    hash: Vec<u8>,
}

/// Of an empty journal.
impl Default for Tail {
    fn default() -> Self {
        Self {
            seq: 0,
            hash: vec![0; 32],
        }
    }
}

impl Tail {
    /// Its columns; a service's statement that reads other things too writes them out.
    const COLUMNS: &str = "(SELECT MAX(seq) FROM {service}_journal) AS journal_seq, \
        (SELECT hash FROM {service}_journal ORDER BY seq DESC LIMIT 1) AS journal_hash";

    /// From a row with its columns, `journal_seq` and `journal_hash`.
    ///
    /// # Errors
    /// Where it has not got them.
    pub fn read(row: &Row) -> DbResult<Self> {
        match (row.get("journal_seq")?, row.get("journal_hash")?) {
            (Some(seq), Some(hash)) => Ok(Self { seq, hash }),
            _ => Ok(Self::default()),
        }
    }
}

/// Appends acts in their order, with one statement.
///
/// # Errors
/// The database's.
pub async fn append(tx: &mut Tx, service: &'static str, now: Instant, acts: Vec<Act>) -> DbResult<()> {
    if acts.is_empty() {
        return Ok(());
    }
    let last = sql_of(service, &format!("SELECT {}", Tail::COLUMNS));
    let tail = Tail::read(&tx.one(last).await?)?;
    let (appending, _tail) = appending(tail, service, now, acts);
    tx.run(appending).await?;
    Ok(())
}

/// The statement that appends acts in their order after the tail, and the tail that they make.
#[must_use]
pub fn appending(tail: Tail, service: &'static str, now: Instant, acts: Vec<Act>) -> (Statement, Tail) {
    let Tail { mut seq, mut hash } = tail;
    let text =
        |value: &Option<serde_json::Value>| value.as_ref().map(ToString::to_string).unwrap_or_default();
    let mut rows = Vec::with_capacity(acts.len());
    for act in acts {
        seq += 1;
        let (before, after) = (text(&act.before), text(&act.after));
        let (number, at) = (seq.to_string(), now.micros().to_string());
        let fields = [
            &number,
            &at,
            &act.actor,
            act.act,
            &act.object,
            &before,
            &after,
            &act.reason,
        ];
        hash = chained(&hash, &fields);
        rows.push(NewRow(
            seq,
            now.micros(),
            act.actor,
            act.act,
            act.object,
            before,
            after,
            act.reason,
            hex::encode(&hash),
        ));
    }
    let insert = "INSERT INTO {service}_journal (seq, at, actor, act, object, before, after, reason, hash) \
                  SELECT CAST(value->>0 AS BIGINT), CAST(value->>1 AS BIGINT), value->>2, value->>3, value->>4, \
                  value->>5, value->>6, value->>7, unhex(value->>8) FROM json_each($1)";
    (sql_of(service, insert).bind_json(&rows), Tail { seq, hash })
}

fn chained(before: &[u8], fields: &[&str]) -> Vec<u8> {
    let mut hash = Sha256::new();
    hash.update(before);
    for field in fields {
        hash.update((field.len() as u64).to_be_bytes());
        hash.update(field.as_bytes());
    }
    hash.finalize().to_vec()
}

/// What a walk along the chain found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chain {
    /// So many rows, all in place.
    Whole(i64),
    /// The first row that does not follow from the one before.
    Broken(i64),
}

/// Walks the whole chain.
///
/// # Errors
/// The database's.
pub async fn verify(db: &Db, service: &'static str) -> DbResult<Chain> {
    let (mut hash, mut seq) = (vec![0; 32], 0_i64);
    loop {
        let next = "SELECT * FROM {service}_journal WHERE seq > $1 ORDER BY seq LIMIT 1000";
        let rows = db.all(sql_of(service, next).bind(seq)).await?;
        if rows.is_empty() {
            return Ok(Chain::Whole(seq));
        }
        for row in rows {
            let entry = Entry::read(&row)?;
            let (number, at) = (entry.seq.to_string(), entry.at.micros().to_string());
            let fields = [
                &number,
                &at,
                &entry.actor,
                &entry.act,
                &entry.object,
                &entry.before,
                &entry.after,
                &entry.reason,
            ];
            hash = chained(&hash, &fields.map(String::as_str));
            if entry.seq != seq + 1 || entry.hash != hash {
                return Ok(Chain::Broken(seq + 1));
            }
            seq = entry.seq;
        }
    }
}

struct Entry {
    seq: i64,
    at: Instant,
    actor: String,
    act: String,
    object: String,
    before: String,
    after: String,
    reason: String,
    hash: Vec<u8>,
}

impl Entry {
    fn read(row: &Row) -> DbResult<Self> {
        Ok(Self {
            seq: row.get("seq")?,
            at: row.get("at")?,
            actor: row.get("actor")?,
            act: row.get("act")?,
            object: row.get("object")?,
            before: row.get("before")?,
            after: row.get("after")?,
            reason: row.get("reason")?,
            hash: row.get("hash")?,
        })
    }

    fn into_wire(self) -> pb::JournalEntry {
        pb::JournalEntry {
            seq: self.seq,
            at: Some(timestamp(self.at)),
            actor: self.actor,
            act: self.act,
            object: self.object,
            before: self.before,
            after: self.after,
            reason: self.reason,
            hash: hex::encode(self.hash),
        }
    }
}

/// Longest text that is looked for, in characters.
const MOST_CONTAINED: usize = 200;

/// What the filters leave. A text holds another where taking that out changes it: both databases know `replace`.
const LIST: &str = "SELECT * FROM {service}_journal WHERE substr(object, 1, length($1)) = $1 \
                    AND ($2 = '' OR actor = $2) AND substr(act, 1, length($3)) = $3 \
                    AND at >= $5 AND at < $6 AND ($4 = '' OR replace(object, $4, '') <> object \
                    OR replace(act, $4, '') <> act OR replace(reason, $4, '') <> reason)";

/// Answers the `ListJournal` of a service: what the filters leave, newest last unless asked otherwise, by pages.
///
/// # Errors
/// `FIELD_INVALID` for a page or an instant that cannot be, or a text that is too long; the database's.
pub async fn serve_list(
    db: &Db,
    service: &'static str,
    request: &pb::ListJournalRequest,
) -> Result<pb::ListJournalResponse, Error> {
    let page = Page::of(request.page_size, &request.page_token)?;
    let after: Option<i64> = page.after.as_deref().and_then(|seq| seq.parse().ok());
    let (text, beyond) = if request.newest_first {
        (
            format!("{LIST} AND seq < $7 ORDER BY seq DESC LIMIT $8"),
            i64::MAX,
        )
    } else {
        (format!("{LIST} AND seq > $7 ORDER BY seq LIMIT $8"), 0)
    };
    let text_of = |field: &str, text: &str| optional_text(field, text, MOST_CONTAINED);
    let bound = |field: &str, at: Option<&Timestamp>, none: i64| match at {
        None => Ok(none),
        at => instant(field, at).map(Instant::micros),
    };
    let statement = sql_of(service, &text)
        .bind(text_of("object_prefix", &request.object_prefix)?)
        .bind(text_of("actor", &request.actor)?)
        .bind(text_of("act_prefix", &request.act_prefix)?)
        .bind(text_of("contains", &request.contains)?)
        .bind(bound("from", request.from.as_ref(), i64::MIN)?)
        .bind(bound("until", request.until.as_ref(), i64::MAX)?)
        .bind(after.unwrap_or(beyond))
        .bind(page.limit_and_one());
    let rows = db.all(statement).await?;
    let entries = rows.iter().map(Entry::read).collect::<DbResult<Vec<_>>>()?;
    let (entries, next_page_token) = page.cut(entries, |entry| entry.seq.to_string());
    Ok(pb::ListJournalResponse {
        entries: entries.into_iter().map(Entry::into_wire).collect(),
        next_page_token,
    })
}
