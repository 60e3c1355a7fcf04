//! A letter as the bytes that are handed over. The same letter is the same bytes each time.

use std::time::{Duration, UNIX_EPOCH};

use chiso_domain::kernel::Instant;
use lettre::address::{Address, Envelope};
use lettre::message::header::{Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message, MultiPart, SinglePart};
use uuid::Uuid;

use super::{Addressee, text::Letter};
use crate::Error;
use crate::words::Words;

/// Who a letter is from and to, and which one it is.
pub(super) struct Head<'a> {
    pub(super) letter: Uuid,
    pub(super) kind: &'a str,
    pub(super) at: Instant,
    pub(super) from: &'a Mailbox,
    pub(super) site: &'a str,
}

/// What is handed over.
#[derive(Clone, Debug)]
pub(super) struct Sealed {
    pub(super) letter: Uuid,
    pub(super) envelope: Envelope,
    pub(super) bytes: Vec<u8>,
}

/// Tells other programs not to answer.
#[derive(Clone, Debug)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

/// By which people sort their letters.
#[derive(Clone, Debug)]
struct Kind(String);

impl Header for Kind {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("X-Chiso-Kind")
    }

    fn parse(text: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self(text.to_owned()))
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), self.0.clone())
    }
}

/// Whether no part of a mailbox could end a line of the head.
pub(super) fn is_plain(mailbox: &Mailbox) -> bool {
    let name = mailbox.name.as_deref().unwrap_or_default();
    let address: &str = mailbox.email.as_ref();
    !name.chars().chain(address.chars()).any(char::is_control)
}

/// A text for a line of the head: nothing in it ends the line.
fn one_line(text: &str) -> String {
    let words = text.split(|c: char| c.is_whitespace() || c.is_control());
    words
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// None where the person has no address that a letter could go to.
pub(super) fn address(to: &Addressee) -> Option<Mailbox> {
    let address: Address = to.email.parse().ok()?;
    let mailbox = Mailbox::new(Some(one_line(&to.name)).filter(|name| !name.is_empty()), address);
    is_plain(&mailbox).then_some(mailbox)
}

/// None where the person has no [address].
pub(super) fn seal(
    head: &Head<'_>,
    words: Words,
    letter: &Letter,
    to: &Addressee,
) -> Result<Option<Sealed>, Error> {
    let Some(mailbox) = address(to) else {
        return Ok(None);
    };
    let (text, html) = letter.frame(words, &to.name, head.site);
    let at = Duration::from_micros(u64::try_from(head.at.micros()).unwrap_or(0));
    let parts = MultiPart::alternative()
        .boundary(head.letter.simple().to_string())
        .singlepart(SinglePart::plain(text))
        .singlepart(SinglePart::html(html));
    let message = Message::builder()
        .message_id(Some(format!("<{}@chiso>", head.letter)))
        .date(UNIX_EPOCH + at)
        .from(head.from.clone())
        .to(mailbox)
        .subject(one_line(&letter.subject))
        .header(AutoSubmitted)
        .header(Kind(one_line(head.kind)))
        .multipart(parts)
        .map_err(Error::internal)?;
    Ok(Some(Sealed {
        letter: head.letter,
        envelope: message.envelope().clone(),
        bytes: message.formatted(),
    }))
}
