//! Reminders that somebody asks for. They are written down at once, one letter for each person, and for nobody who was
//! told of the same today already.

use std::collections::BTreeSet;

use chiso_domain::kernel::{Instant, PersonId, Refusal, RefusalKind};
use chiso_wire::kernel::SendRemindersResponse;
use serde_json::json;

use super::directory::Directory;
use super::outbox::{self, Told};
use super::{Addressee, Mail, Mailer};
use crate::auth::Caller;
use crate::journal::{self, Act};
use crate::once::Once;
use crate::{Context, Error};

/// Who asks for reminders, and in which service.
#[derive(Debug)]
pub struct Asked<'a> {
    /// The service's short name.
    pub service: &'static str,
    /// Who.
    pub caller: &'a Caller,
    /// Under which id.
    pub once: &'a Once,
    /// The instant of the act.
    pub now: Instant,
    /// Who of what is reminded, as the journal has it: "2026/SELF_SCORING".
    pub object: String,
    /// From the name of a mail to what it is about: of that a person is told once a day. [`matter`](super::matter),
    /// where a person may be late with several things.
    pub matter: fn(&str) -> &str,
}

/// Letters are off, so that nobody can be reminded.
#[derive(Debug, thiserror::Error)]
#[error("letters are off")]
struct Off;

impl Refusal for Off {
    fn kind(&self) -> RefusalKind {
        RefusalKind::Refused
    }
    fn reason(&self) -> &'static str {
        "MAIL_OFF"
    }
    fn vi(&self) -> String {
        "Hệ thống chưa bật gửi thư nên chưa nhắc được ai. Đề nghị người quản trị máy chủ bật gửi thư rồi bấm lại, \
         hoặc nhắc bằng cách khác."
            .to_owned()
    }
}

impl Mailer {
    /// Finds that letters are sent.
    ///
    /// # Errors
    /// `MAIL_OFF`.
    pub fn require_on(&self) -> Result<(), Error> {
        if self.is_on() { Ok(()) } else { Err(Off.into()) }
    }
}

/// Sends reminders: looks up whom they reach, and writes down their letters with the act and its answer. The caller's
/// permission and the window are the service's to check, and a repeated request's first answer before it looks who is
/// late.
///
/// # Errors
/// `UNAVAILABLE` where nobody can say to whom they go; and the database's.
pub async fn remind(
    ctx: &Context,
    asked: Asked<'_>,
    mails: Vec<Mail>,
) -> Result<SendRemindersResponse, Error> {
    let directory = Directory::of_identity(ctx, asked.service);
    let reached = directory.reached(mails).await?;
    write(ctx, asked, reached).await
}

/// The act, once it is known whom each mail reaches.
pub(super) async fn write(
    ctx: &Context,
    asked: Asked<'_>,
    reached: Vec<(Mail, Vec<Addressee>)>,
) -> Result<SendRemindersResponse, Error> {
    let (service, now) = (asked.service, asked.now);
    let mut tx = ctx.db.begin().await?;
    if let Some(reply) = asked.once.replay(&mut tx).await? {
        return Ok(reply);
    }
    let told = outbox::told_since(&mut tx, service, now.local_midnight()).await?;
    let (letters, reply) = choose(reached, &told, asked.matter);
    outbox::post_to(&mut tx, service, now, &letters).await?;
    let act = Act {
        actor: asked.caller.actor(),
        act: "reminders.send",
        object: asked.object,
        before: None,
        after: Some(json!({
            "letters": reply.letters,
            "already": reply.already,
            "without_address": reply.without_address,
            "nobody": reply.nobody,
        })),
        reason: String::new(),
    };
    journal::append(&mut tx, service, now, vec![act]).await?;
    asked.once.remember(&mut tx, now, &reply).await?;
    tx.commit().await?;
    ctx.mail.ring();
    Ok(reply)
}

/// Who gets a letter, and the numbers of those who get none.
fn choose(
    reached: Vec<(Mail, Vec<Addressee>)>,
    told: &[Told],
    matter: fn(&str) -> &str,
) -> (Vec<(Mail, Vec<PersonId>)>, SendRemindersResponse) {
    let told: BTreeSet<_> = told
        .iter()
        .map(|told| (matter(&told.name), told.person))
        .collect();
    let (mut letters, mut reply) = (Vec::new(), SendRemindersResponse::default());
    let mut seen = BTreeSet::new();
    for (mail, people) in reached {
        if people.is_empty() {
            reply.nobody += 1;
        }
        let about = matter(&mail.name);
        let mut to = Vec::new();
        for one in people {
            // Of several mails about the same, the first counts.
            if !seen.insert((about.to_owned(), one.person)) {
                continue;
            }
            if !one.has_address() {
                reply.without_address += 1;
            } else if told.contains(&(about, Some(one.person))) || told.contains(&(about, None)) {
                reply.already += 1;
            } else {
                reply.letters += 1;
                to.push(one.person);
            }
        }
        if !to.is_empty() {
            letters.push((mail, to));
        }
    }
    (letters, reply)
}

#[cfg(test)]
mod tests {
    use serde_json::Value;
    use uuid::Uuid;

    use super::super::{Audience, Reminder, matter};
    use super::*;

    fn one(n: u128, email: &str) -> Addressee {
        Addressee {
            person: PersonId(Uuid::from_u128(n)),
            name: format!("Người {n}"),
            email: email.to_owned(),
        }
    }

    fn mail(about: &str) -> Mail {
        let asked = Reminder::Asked {
            ends_at: Instant::from_micros(1_700_000_000_000_000),
            id: chiso_domain::kernel::RequestId(Uuid::from_u128(7)),
        };
        Mail {
            name: asked.name("late", about),
            kind: "late",
            audience: Audience::People(Vec::new()),
            about: Value::Null,
        }
    }

    fn told(name: &str, person: Option<u128>) -> Told {
        Told {
            name: name.to_owned(),
            person: person.map(|n| PersonId(Uuid::from_u128(n))),
        }
    }

    /// Letters, already, without address, nobody.
    fn numbers(reply: &SendRemindersResponse) -> [i32; 4] {
        [reply.letters, reply.already, reply.without_address, reply.nobody]
    }

    #[test]
    fn each_is_told_once_a_day_of_each_matter() {
        let of = |told: &[Told]| {
            let two = vec![one(1, "a@example.vn"), one(2, "b@example.vn")];
            let mails = vec![(mail("2026/SYT"), two.clone()), (mail("2026/SNV"), two)];
            let (letters, reply) = choose(mails, told, matter);
            let to = letters
                .iter()
                .map(|(mail, people)| (mail.name.clone(), people.len()));
            (to.collect::<Vec<_>>(), numbers(&reply))
        };
        let (to, n) = of(&[]);
        assert_eq!((to.len(), n), (2, [4, 0, 0, 0]), "two units are two matters");
        // By the clock, and by another request; of another cycle, kind and unit.
        let before = [
            told("late/2026/SYT/ends-1700000000/3", Some(1)),
            told("late/2026/SNV/asked-1700000000/another", Some(1)),
            told("late/2025/SYT/ends-1700000000/3", Some(2)),
            told("other/2026/SYT/ends-1700000000/3", Some(2)),
        ];
        let (to, n) = of(&before);
        assert_eq!(n, [2, 2, 0, 0]);
        assert!(to.iter().all(|(_, people)| *people == 1), "{to:?}");
        // To whom it goes is not known yet: to all of them.
        let (to, n) = of(&[told("late/2026/SYT/ends-1700000000/3", None)]);
        assert_eq!((to.len(), n), (1, [2, 2, 0, 0]));
    }

    #[test]
    fn of_one_matter_the_first_letter_counts() {
        let mails = vec![
            (mail("2026/own"), vec![one(1, "a@example.vn")]),
            (mail("2026"), vec![one(1, "a@example.vn"), one(2, "b@example.vn")]),
        ];
        let (letters, reply) = choose(mails, &[], |_| "");
        assert_eq!(numbers(&reply), [2, 0, 0, 0]);
        let to: Vec<_> = letters.iter().map(|(_, people)| people.len()).collect();
        assert_eq!(to, [1, 1]);
    }

    #[test]
    fn whoever_cannot_be_reached_is_counted() {
        let mails = vec![
            (mail("2026/SYT"), vec![one(1, ""), one(2, "a@b\r\nRCPT TO:<x@y>")]),
            (mail("2026/SNV"), Vec::new()),
        ];
        let (letters, reply) = choose(mails, &[], matter);
        assert_eq!((letters.len(), numbers(&reply)), (0, [0, 0, 2, 1]));
    }
}
