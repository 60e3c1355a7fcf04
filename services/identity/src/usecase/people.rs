//! Making, listing and disabling people; passwords.

use chiso_domain::kernel::{Instant, PersonId};
use chiso_platform::auth::Caller;
use chiso_platform::db::Tx;
use chiso_platform::journal::{self, Act};
use chiso_platform::once::Once;
use chiso_platform::page::Page;
use chiso_platform::{Context, Error, rng};
use chiso_wire::convert::{parse, text, timestamp};
use chiso_wire::identity as pb;
use chiso_wire::kernel::Receipt;
use serde_json::json;

use super::attempts::Limit;
use super::contacts::email_of;
use super::roles::check_grants;
use crate::error::Refused;
use crate::password::Passwords;
use crate::store::{self, PersonRow};
use crate::{SERVICE, Service, letters, policy};

/// Whether somebody may have this login: what cannot be one is never stored, not even as a failure.
pub(super) fn could_be_login(login: &str) -> bool {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "._-".contains(c);
    (3..=64).contains(&login.len()) && login.chars().all(allowed)
}

fn login_of(login: &str) -> Result<String, Error> {
    if could_be_login(login) {
        return Ok(login.to_owned());
    }
    Err(Refused::BadLogin(login.chars().take(64).collect()).into())
}

async fn insert(tx: &mut Tx, actor: &str, person: &PersonRow, now: Instant) -> Result<(), Error> {
    if store::login_taken(tx, &person.login).await? {
        return Err(Refused::LoginTaken(person.login.clone()).into());
    }
    if store::person_by_id(tx, person.id).await?.is_some() {
        return Err(Refused::PersonExists(person.id.to_string()).into());
    }
    store::person_insert(tx, person).await?;
    let grants: Vec<_> = person.grants.iter().map(super::roles::described).collect();
    let act = Act {
        actor: actor.to_owned(),
        act: "person.create",
        object: person.id.to_string(),
        before: None,
        after: Some(json!({ "login": person.login, "name": person.name, "grants": grants })),
        reason: String::new(),
    };
    Ok(journal::append(tx, SERVICE, now, vec![act]).await?)
}

/// Makes an organiser on the server's own machine, without any call: how a new system gets its first one.
///
/// # Errors
/// A malformed or taken login, a short password; the database's.
pub async fn add_organiser(
    ctx: &Context,
    login: &str,
    name: &str,
    password: &str,
) -> Result<PersonId, Error> {
    ctx.db.migrate(SERVICE, store::MIGRATIONS).await?;
    let now = ctx.clock.now();
    let grant = pb::Grant {
        role: pb::Role::Organiser.into(),
        ..pb::Grant::default()
    };
    let person = PersonRow {
        id: PersonId(rng::uuid_v7(now, rng::bytes())),
        login: login_of(login)?,
        name: text("name", name, 200)?,
        password_hash: Some(Passwords::default().hash(password).await?),
        disabled: false,
        email: String::new(),
        second_factor: false,
        grants: vec![grant],
    };
    let mut tx = ctx.db.begin().await?;
    insert(&mut tx, "service:local", &person, now).await?;
    tx.commit().await?;
    Ok(person.id)
}

impl Service {
    /// Takes a password or code out of a request and leaves a keyed hash: other bytes under the same id are found,
    /// but the stored hash of the request is nothing to guess a password from.
    pub(super) fn veil(&self, field: &mut String) -> String {
        let password = std::mem::take(field);
        if !password.is_empty() {
            *field = hex::encode(self.ctx.seals.hash("identity.password", &password));
        }
        password
    }

    /// Makes a person. Repeating it with the same id answers the same.
    pub(crate) async fn create_person(
        &self,
        caller: &Caller,
        mut request: pb::CreatePersonRequest,
    ) -> Result<pb::CreatePersonResponse, Error> {
        caller.require_everywhere(policy::MANAGE_PEOPLE)?;
        let now = self.ctx.clock.now();
        let password = self.veil(&mut request.password);
        let once = Once::new(SERVICE, "CreatePerson", caller, &request.request_id, &request)?;
        if let Some(reply) = once.replay(&mut &self.ctx.db).await? {
            return Ok(reply);
        }
        check_grants(&request.grants)?;
        let hash = if password.is_empty() {
            None
        } else {
            Some(self.passwords.hash(&password).await?)
        };
        let person = PersonRow {
            id: parse("person_id", &request.person_id)?,
            login: login_of(&request.login)?,
            name: text("name", &request.name, 200)?,
            password_hash: hash,
            disabled: false,
            email: email_of(&request.email)?,
            second_factor: false,
            grants: request.grants,
        };
        let mut tx = self.ctx.db.begin().await?;
        // The same request may have come twice while the password was hashed.
        if let Some(reply) = once.replay(&mut tx).await? {
            return Ok(reply);
        }
        insert(&mut tx, &caller.actor(), &person, now).await?;
        let letter = letters::invited(&person, once.id());
        self.ctx
            .mail
            .post(&mut tx, SERVICE, now, letter.as_slice())
            .await?;
        let reply = pb::CreatePersonResponse {
            person: Some(person.into_wire()),
        };
        once.remember(&mut tx, now, &reply).await?;
        tx.commit().await?;
        self.ctx.mail.ring();
        Ok(reply)
    }

    /// Changes a password and ends all sessions and API tokens of that person.
    pub(crate) async fn set_password(
        &self,
        caller: &Caller,
        mut request: pb::SetPasswordRequest,
    ) -> Result<pb::SetPasswordResponse, Error> {
        let now = self.ctx.clock.now();
        let (old, new) = (
            self.veil(&mut request.old_password),
            self.veil(&mut request.new_password),
        );
        let id: PersonId = parse("person_id", &request.person_id)?;
        let own = caller.person()? == id;
        if !own {
            caller.require_everywhere(policy::MANAGE_PEOPLE)?;
        }
        let once = Once::new(SERVICE, "SetPassword", caller, &request.request_id, &request)?;
        let person = store::person_by_id(&mut &self.ctx.db, id)
            .await?
            .ok_or_else(no_such_person)?;
        if let Some(reply) = once.replay(&mut &self.ctx.db).await? {
            return Ok(reply);
        }
        let checked = person.password_hash.clone();
        // Whose password is set anew need not wait for what was guessed before.
        let (guesses, sign_ins) = (Limit::of_old_password(id), Limit::of_login(&person.login));
        if own {
            self.count_attempt(std::slice::from_ref(&guesses), now).await?;
        }
        if own && !self.passwords.matches(&old, person.password_hash).await? {
            return Err(Refused::WrongOldPassword.into());
        }
        let hash = self.passwords.hash(&new).await?;
        let mut tx = self.ctx.db.begin().await?;
        if let Some(reply) = once.replay(&mut tx).await? {
            return Ok(reply);
        }
        // Meanwhile somebody else may have changed it: the password that was checked must still be the one.
        let unchanged = store::person_by_id(&mut tx, id).await?.map(|p| p.password_hash);
        if own && unchanged != Some(checked) {
            return Err(Refused::WrongOldPassword.into());
        }
        store::person_set_password(&mut tx, id, hash).await?;
        for limit in [&guesses, &sign_ins] {
            store::failures_clear(&mut tx, limit.key()).await?;
        }
        store::tokens_revoke_all(&mut tx, id, true).await?;
        journal::append(
            &mut tx,
            SERVICE,
            now,
            vec![act(caller, "person.set_password", id, "")],
        )
        .await?;
        let receipt = Some(Receipt {
            request_id: request.request_id,
            at: Some(timestamp(now)),
        });
        let reply = pb::SetPasswordResponse { receipt };
        once.remember(&mut tx, now, &reply).await?;
        tx.commit().await?;
        self.ctx.auth.forget();
        self.forget_refusal(&sign_ins).await;
        Ok(reply)
    }

    /// Disables a person for good; sessions and tokens end with the next call.
    pub(crate) async fn disable_person(
        &self,
        caller: &Caller,
        request: pb::DisablePersonRequest,
    ) -> Result<pb::DisablePersonResponse, Error> {
        caller.require_everywhere(policy::MANAGE_PEOPLE)?;
        let now = self.ctx.clock.now();
        let id: PersonId = parse("person_id", &request.person_id)?;
        let reason = text("reason", &request.reason, 500)?;
        let once = Once::new(SERVICE, "DisablePerson", caller, &request.request_id, &request)?;
        let mut tx = self.ctx.db.begin().await?;
        if let Some(reply) = once.replay(&mut tx).await? {
            return Ok(reply);
        }
        store::person_by_id(&mut tx, id)
            .await?
            .ok_or_else(no_such_person)?;
        store::person_disable(&mut tx, id).await?;
        store::tokens_revoke_all(&mut tx, id, true).await?;
        journal::append(
            &mut tx,
            SERVICE,
            now,
            vec![act(caller, "person.disable", id, &reason)],
        )
        .await?;
        let receipt = Some(Receipt {
            request_id: request.request_id,
            at: Some(timestamp(now)),
        });
        let reply = pb::DisablePersonResponse { receipt };
        once.remember(&mut tx, now, &reply).await?;
        tx.commit().await?;
        self.ctx.auth.forget();
        Ok(reply)
    }

    /// People in order of login, or one of them.
    pub(crate) async fn list_people(
        &self,
        caller: &Caller,
        request: pb::ListPeopleRequest,
    ) -> Result<pb::ListPeopleResponse, Error> {
        caller.require_everywhere(policy::LIST_PEOPLE)?;
        if !request.person_id.is_empty() {
            let id = parse("person_id", &request.person_id)?;
            let one = store::person_by_id(&mut &self.ctx.db, id).await?;
            return Ok(pb::ListPeopleResponse {
                people: one.map(PersonRow::into_wire).into_iter().collect(),
                next_page_token: String::new(),
            });
        }
        let page = Page::of(request.page_size, &request.page_token)?;
        let (after, limit) = (page.after.as_deref(), page.limit_and_one());
        let people = store::people_page(&mut &self.ctx.db, request.role(), after, limit).await?;
        let (people, next_page_token) = page.cut(people, |person| person.login.clone());
        let people = people.into_iter().map(PersonRow::into_wire).collect();
        Ok(pb::ListPeopleResponse {
            people,
            next_page_token,
        })
    }
}

pub(super) fn no_such_person() -> Error {
    Error::not_found("person_id", "Không có người này. Kiểm tra lại mã người dùng.")
}

pub(super) fn act(caller: &Caller, act: &'static str, person: PersonId, reason: &str) -> Act {
    Act {
        actor: caller.actor(),
        act,
        object: person.to_string(),
        before: None,
        after: None,
        reason: reason.to_owned(),
    }
}
