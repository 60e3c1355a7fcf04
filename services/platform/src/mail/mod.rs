//! Letters: written down in the transaction of the act that they tell of, sent afterwards by one worker.
//!
//! Nobody waits for a letter. A use case [posts](Mailer::post) a [`Mail`], which says of what kind it is, to whom it
//! goes and what its text is filled in with; that is a row, committed with the act or not at all. The worker of the
//! service, one of all instances by its lease, makes a letter for each of the audience, asks identity for names and
//! addresses, writes the text and hands it over: to an SMTP server, or to a folder, one file a letter.
//!
//! What fails for now is tried again, later each time, until it is given up. A server that took a letter and was cut
//! off before it said so gets it once more, byte for byte and under the same `Message-ID`, by which it is known.
//!
//! A letter names an address at most; no link in it acts by itself, and it holds no secret. Addresses and names of
//! people stay in identity: neither the rows here nor the log nor the figures have them.

mod asked;
mod directory;
mod message;
mod outbox;
mod remind;
mod text;
mod way;
mod worker;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use chiso_domain::kernel::{CycleCode, Instant, PersonId};
use lettre::message::Mailbox;
use serde::{Deserialize, Serialize};
use tokio::sync::watch;

use crate::auth::Role;
use crate::db::{DbResult, Tx};
use crate::words::Lang;

pub use asked::{Asked, remind};
pub use remind::{Occasion, Remind, Reminder, matter};
pub use text::Texts;
pub use way::{answers, shown};
pub use worker::start;

use way::Way;

/// Where letters go, and what they say about the system.
#[derive(Clone, Debug)]
pub struct MailSettings {
    /// How they are handed over.
    pub transport: Transport,
    /// The sender: `Sở Nội vụ <danhgia@example.vn>`.
    pub from: String,
    /// The language that they are written in.
    pub lang: Lang,
    /// Under which address people reach the pages; empty: it is not told.
    pub site: String,
    /// After so many attempts a letter is given up.
    pub attempts: u32,
}

/// How letters are handed over.
#[derive(Clone, PartialEq, Eq)]
pub enum Transport {
    /// Each as a file in a folder.
    Files(PathBuf),
    /// To a server.
    Smtp {
        /// `smtps://login:password@host:465`.
        url: String,
        /// So long one answer of the server may take.
        timeout: Duration,
    },
}

impl std::fmt::Debug for Transport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Files(folder) => f.debug_tuple("Files").field(folder).finish(),
            Self::Smtp { url, .. } => f.debug_tuple("Smtp").field(&shown(url)).finish(),
        }
    }
}

/// Settings that no letter can be sent with.
#[derive(Debug, thiserror::Error)]
pub enum MailFault {
    /// The sender.
    #[error("mail.from: {0:?} is no sender; write an address, or \"Sở Nội vụ <danhgia@example.vn>\"")]
    From(String),
    /// The server's address.
    #[error("mail.smtp_url: {0}; write smtps://login:password@host:465, or smtp://host:587?tls=required")]
    Url(&'static str),
}

/// Where the letters of a process go. Cheap to clone; clones share the bell.
#[derive(Clone, Debug, Default)]
pub struct Mailer(Option<Arc<Open>>);

#[derive(Debug)]
struct Open {
    way: Way,
    from: Mailbox,
    lang: Lang,
    site: String,
    attempts: u32,
    bell: watch::Sender<u64>,
}

impl Mailer {
    /// No letters at all: nothing is written down that would be sent some day.
    #[must_use]
    pub fn off() -> Self {
        Self::default()
    }

    /// Sends as the settings say. Nothing is opened yet.
    ///
    /// # Errors
    /// [`MailFault`], which names the setting.
    pub fn open(settings: MailSettings) -> Result<Self, MailFault> {
        let from = settings.from.parse().ok().filter(message::is_plain);
        let from = from.ok_or(MailFault::From(settings.from))?;
        Ok(Self(Some(Arc::new(Open {
            way: Way::open(settings.transport)?,
            from,
            lang: settings.lang,
            site: settings.site,
            attempts: settings.attempts.max(1),
            bell: watch::Sender::new(0),
        }))))
    }

    /// Whether letters are sent.
    #[must_use]
    pub const fn is_on(&self) -> bool {
        self.0.is_some()
    }

    /// Has something told, in the transaction of the act. What was posted under the same name before is not posted
    /// again. Where letters are off, nothing is written.
    ///
    /// # Errors
    /// The database's.
    pub async fn post(
        &self,
        tx: &mut Tx,
        service: &'static str,
        now: Instant,
        mails: &[Mail],
    ) -> DbResult<()> {
        if self.0.is_none() || mails.is_empty() {
            return Ok(());
        }
        outbox::post(tx, service, now, mails).await
    }

    /// After the commit: there is something to send. A bell that is not rung costs a few seconds.
    pub fn ring(&self) {
        if let Some(open) = &self.0 {
            open.bell.send_modify(|n| *n = n.wrapping_add(1));
        }
    }
}

/// What is to be told, and to whom.
#[derive(Clone, Debug)]
pub struct Mail {
    /// One mail is sent under a name, however often it is posted: `sheet-sent/2026/SYT/<request>`.
    pub name: String,
    /// Which texts: `sheet-sent` has `sheet-sent-subject` and `sheet-sent-text` in the service's catalogues.
    pub kind: &'static str,
    /// To whom.
    pub audience: Audience,
    /// What the texts are filled in with: texts and whole numbers by name, and under `items` a list of texts that
    /// follows the text. Nobody's name, number or address.
    pub about: serde_json::Value,
}

/// To whom a mail goes. Who left since gets none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// These people.
    People(Vec<PersonId>),
    /// Whoever holds one of these roles; each person once.
    Holders(Vec<Holder>),
}

/// Whoever holds a role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    #[serde(with = "role_name")]
    role: Role,
    cycle: CycleCode,
    /// Unit, agency or leader of the grant; none: whatever stands there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    unit: Option<String>,
}

impl Holder {
    /// Of a role in a cycle.
    #[must_use]
    pub fn of(role: Role, cycle: &CycleCode) -> Self {
        let (cycle, unit) = (cycle.clone(), None);
        Self { role, cycle, unit }
    }

    /// Only for this unit, agency or leader.
    #[must_use]
    pub fn at(mut self, unit: impl ToString) -> Self {
        self.unit = Some(unit.to_string());
        self
    }
}

/// A person to whom a letter goes.
#[derive(Clone, PartialEq, Eq)]
struct Addressee {
    person: PersonId,
    name: String,
    /// Empty where the person has none.
    email: String,
}

impl Addressee {
    /// Whether a letter could go there.
    fn has_address(&self) -> bool {
        message::address(self).is_some()
    }
}

mod role_name {
    //! A role under the name that it has in the contract.

    use serde::de::{Deserialize, Deserializer, Error as _};
    use serde::ser::Serializer;

    use crate::auth::Role;

    pub(super) fn serialize<S: Serializer>(role: &Role, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(role.as_str_name())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Role, D::Error> {
        let name = String::deserialize(from)?;
        Role::from_str_name(&name).ok_or_else(|| D::Error::custom("unknown role"))
    }
}

#[cfg(test)]
mod tests;
