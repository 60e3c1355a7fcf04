//! Where letters go, the names behind ids, and who holds a role.

use chiso_domain::kernel::{CycleCode, PersonId, text::nfc};
use chiso_platform::Error;
use chiso_platform::auth::{Caller, Role};
use chiso_platform::journal;
use chiso_platform::once::Once;
use chiso_platform::page::Page;
use chiso_wire::convert::{BadField, optional_text, parse};
use chiso_wire::identity as pb;

use super::people::{act, no_such_person};
use crate::error::Refused;
use crate::store::PersonRow;
use crate::{SERVICE, Service, letters, policy, store};

const MOST_IDS: usize = 500;
const LONGEST_EMAIL: usize = 254;

/// An address as mail servers take it: one "@", a name before it and a domain with a dot behind it. Empty: none.
pub(super) fn email_of(email: &str) -> Result<String, Error> {
    let email = nfc(email);
    if email.is_empty() || is_address(&email) {
        return Ok(email);
    }
    Err(Refused::BadEmail(email.chars().take(64).collect()).into())
}

fn is_address(email: &str) -> bool {
    let Some((name, domain)) = email.rsplit_once('@') else {
        return false;
    };
    let in_name = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c);
    let dots_apart = |text: &str| text.split('.').all(|part| !part.is_empty());
    let label = |label: &str| {
        let inside = |c: char| c.is_ascii_alphanumeric() || c == '-';
        (1..=63).contains(&label.len())
            && label.chars().all(inside)
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    email.len() <= LONGEST_EMAIL
        && (1..=64).contains(&name.len())
        && name.chars().all(in_name)
        && dots_apart(name)
        && domain.contains('.')
        && domain.split('.').all(label)
}

fn ids_of(ids: &[String]) -> Result<Vec<PersonId>, Error> {
    if ids.len() > MOST_IDS {
        let vi = format!("Nhiều nhất {MOST_IDS} người một lần. Chia thành nhiều lần gọi.");
        return Err(BadField::new("person_ids", "too many", vi).into());
    }
    let read = |(at, id): (usize, &String)| parse(&format!("person_ids[{at}]"), id);
    Ok(ids.iter().enumerate().map(read).collect::<Result<_, _>>()?)
}

impl Service {
    /// Sets where a person's letters go. Whoever has never signed in is invited at the new address: the invitation
    /// went to another one, or to none.
    pub(crate) async fn set_contact(
        &self,
        caller: &Caller,
        request: pb::SetContactRequest,
    ) -> Result<pb::SetContactResponse, Error> {
        let now = self.ctx.clock.now();
        let own = caller.person()?;
        let id: PersonId = parse("person_id", &request.person_id)?;
        if own != id {
            caller.require_everywhere(policy::MANAGE_PEOPLE)?;
        }
        let email = email_of(&request.email)?;
        let once = Once::new(SERVICE, "SetContact", caller, &request.request_id, &request)?;
        let mut tx = self.ctx.db.begin().await?;
        if let Some(reply) = once.replay(&mut tx).await? {
            return Ok(reply);
        }
        let person = store::person_by_id(&mut tx, id).await?;
        let person = person.ok_or_else(no_such_person)?;
        let before = person.email.clone();
        store::person_set_email(&mut tx, id, &email).await?;
        let person = PersonRow { email, ..person };
        let moved = own != id && person.email != before;
        if moved && !store::ever_signed_in(&mut tx, id).await? {
            let letter = letters::invited(&person, once.id());
            let mail = &self.ctx.mail;
            mail.post(&mut tx, SERVICE, now, letter.as_slice()).await?;
        }
        // The address itself is no matter of history.
        let act = act(caller, "person.set_contact", id, "");
        journal::append(&mut tx, SERVICE, now, vec![act]).await?;
        let reply = pb::SetContactResponse {
            person: Some(person.into_wire()),
        };
        once.remember(&mut tx, now, &reply).await?;
        tx.commit().await?;
        self.ctx.mail.ring();
        Ok(reply)
    }

    /// Names behind ids.
    pub(crate) async fn get_names(
        &self,
        _caller: &Caller,
        request: pb::GetNamesRequest,
    ) -> Result<pb::GetNamesResponse, Error> {
        let ids = ids_of(&request.person_ids)?;
        let names = store::names_of(&mut &self.ctx.db, &ids).await?;
        Ok(pb::GetNamesResponse { names })
    }

    /// Who holds a role in a cycle.
    pub(crate) async fn list_holders(
        &self,
        caller: &Caller,
        request: pb::ListHoldersRequest,
    ) -> Result<pb::ListHoldersResponse, Error> {
        let cycle: CycleCode = parse("cycle", &request.cycle)?;
        let actor = caller.require(policy::LIST_HOLDERS, Some(&cycle))?;
        let role = request.role();
        if role == Role::Unspecified {
            return Err(BadField::missing("role").into());
        }
        let sees_all = matches!(caller, Caller::Service { .. })
            || [Role::Organiser, Role::Auditor]
                .iter()
                .any(|role| actor.is(*role));
        if !sees_all && role != Role::Interviewer {
            return Err(Error::forbidden(policy::LIST_HOLDERS.name));
        }
        let page = Page::of(request.page_size, &request.page_token)?;
        let (after, limit) = (page.after.as_deref(), page.limit_and_one());
        let found = store::holders_page(&mut &self.ctx.db, (role, &cycle), after, limit).await?;
        let (holders, next_page_token) = page.cut(found, |one| one.login.clone());
        Ok(pb::ListHoldersResponse {
            holders,
            next_page_token,
        })
    }

    /// Whom a letter is for.
    pub(crate) async fn list_addressees(
        &self,
        caller: &Caller,
        request: pb::ListAddresseesRequest,
    ) -> Result<pb::ListAddresseesResponse, Error> {
        caller.require(policy::LIST_ADDRESSEES, None)?;
        let role = request.role();
        if (role == Role::Unspecified) == request.person_ids.is_empty() {
            let vi = "Điền một vai trò, hoặc danh sách người nhận, không phải cả hai.";
            return Err(BadField::new("role", "either a role or people", vi).into());
        }
        if role != Role::Unspecified {
            parse::<CycleCode>("cycle", &request.cycle)?;
        }
        let unit = optional_text("unit", &request.unit, 64)?;
        let ids = ids_of(&request.person_ids)?;
        let page = Page::of(request.page_size, &request.page_token)?;
        let after = page.after.as_deref().and_then(|id| id.parse().ok());
        let audience = store::Audience {
            ids: &ids,
            role,
            cycle: &request.cycle,
            unit: &unit,
        };
        let limit = page.limit_and_one();
        let found = store::addressees_page(&mut &self.ctx.db, audience, after, limit).await?;
        let (addressees, next_page_token) = page.cut(found, |one| one.person_id.clone());
        Ok(pb::ListAddresseesResponse {
            addressees,
            next_page_token,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_mail_server_would_not_take_is_no_address() {
        for good in ["", "ha.nv@phutho.gov.vn", "a+b@x.vn", "  ha@phutho.gov.vn "] {
            assert!(email_of(good).is_ok(), "{good:?}");
        }
        let long = format!("{}@x.vn", "a".repeat(65));
        for bad in [
            "ha",
            "@x.vn",
            "ha@",
            "ha@localhost",
            "ha@x..vn",
            "ha@-x.vn",
            ".ha@x.vn",
            "ha nv@x.vn",
            "hà@x.vn",
            "ha@x.vn, an@x.vn",
            "ha@x.vn\r\nBcc: an@x.vn",
            "\"Hà\" <ha@x.vn>",
            &long,
        ] {
            assert_eq!(email_of(bad).unwrap_err().reason(), "EMAIL_MALFORMED", "{bad:?}");
        }
    }
}
