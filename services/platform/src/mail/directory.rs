//! Names and addresses of people, as identity has them now.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chiso_domain::kernel::PersonId;
use chiso_wire::convert::parse;
use chiso_wire::identity as pb;
use chiso_wire::identity::identity_service_client::IdentityServiceClient;
use futures_util::future::{BoxFuture, try_join_all};

use super::{Addressee, Audience, Holder, Mail};
use crate::auth::Role;
use crate::{Context, Error};

type Ask = dyn Fn(pb::ListAddresseesRequest) -> BoxFuture<'static, Result<Found, Error>> + Send + Sync;
type Found = pb::ListAddresseesResponse;

/// Lookups that are under way at the same time.
const AT_ONCE: usize = 8;

/// Where people are looked up.
#[derive(Clone)]
pub(super) struct Directory(Arc<Ask>);

impl std::fmt::Debug for Directory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Directory")
    }
}

impl Directory {
    /// Identity's.
    pub(super) fn of_identity(ctx: &Context, service: &'static str) -> Self {
        let ctx = ctx.clone();
        Self(Arc::new(move |message| {
            let ctx = ctx.clone();
            Box::pin(async move {
                let unknown = || Error::unavailable("identity is not connected");
                let channel = ctx.auth.identity().ok_or_else(unknown)?;
                let mut client = IdentityServiceClient::new(channel);
                let reply = client.list_addressees(ctx.request(service, message)).await;
                Ok(reply.map_err(Error::peer)?.into_inner())
            })
        }))
    }

    #[cfg(test)]
    pub(super) fn of(
        ask: impl Fn(pb::ListAddresseesRequest) -> Result<Found, Error> + Send + Sync + 'static,
    ) -> Self {
        Self(Arc::new(move |message| {
            let answer = ask(message);
            Box::pin(async move { answer })
        }))
    }

    /// Everyone of an audience, each once.
    pub(super) async fn audience(&self, audience: &Audience) -> Result<Vec<PersonId>, Error> {
        match audience {
            Audience::People(people) => Ok(people.clone()),
            Audience::Holders(holders) => {
                let found = self.holders(holders).await?;
                Ok(found.into_keys().collect())
            }
        }
    }

    /// With each mail everyone whom it reaches, who still belongs to the system, each once.
    pub(super) async fn reached(&self, mails: Vec<Mail>) -> Result<Vec<(Mail, Vec<Addressee>)>, Error> {
        let mut reached = Vec::with_capacity(mails.len());
        let mut mails = mails.into_iter().peekable();
        while mails.peek().is_some() {
            let some = mails.by_ref().take(AT_ONCE).map(async |mail| {
                let found = match &mail.audience {
                    Audience::People(people) => self.people(people).await?,
                    Audience::Holders(holders) => self.holders(holders).await?.into_values().collect(),
                };
                Ok::<_, Error>((mail, found))
            });
            reached.extend(try_join_all(some).await?);
        }
        Ok(reached)
    }

    async fn holders(&self, holders: &[Holder]) -> Result<BTreeMap<PersonId, Addressee>, Error> {
        let mut people = BTreeMap::new();
        for holder in holders {
            let found = self.all(of_holder(holder)).await?;
            people.extend(found.into_iter().map(|found| (found.person, found)));
        }
        Ok(people)
    }

    /// Those of these people who still belong to the system.
    pub(super) async fn people(&self, people: &[PersonId]) -> Result<Vec<Addressee>, Error> {
        let people: BTreeSet<String> = people.iter().map(ToString::to_string).collect();
        if people.is_empty() {
            return Ok(Vec::new());
        }
        self.all(pb::ListAddresseesRequest {
            person_ids: people.into_iter().collect(),
            ..of_role(Role::Unspecified)
        })
        .await
    }

    async fn all(&self, mut message: pb::ListAddresseesRequest) -> Result<Vec<Addressee>, Error> {
        let mut all = Vec::new();
        loop {
            let reply = (self.0)(message.clone()).await?;
            for found in reply.addressees {
                all.push(Addressee {
                    person: parse("person_id", &found.person_id)?,
                    name: found.name,
                    email: found.email,
                });
            }
            if reply.next_page_token.is_empty() {
                return Ok(all);
            }
            message.page_token = reply.next_page_token;
        }
    }
}

fn of_role(role: Role) -> pb::ListAddresseesRequest {
    pb::ListAddresseesRequest {
        role: role.into(),
        page_size: 500,
        ..pb::ListAddresseesRequest::default()
    }
}

fn of_holder(holder: &Holder) -> pb::ListAddresseesRequest {
    pb::ListAddresseesRequest {
        cycle: holder.cycle.to_string(),
        unit: holder.unit.clone().unwrap_or_default(),
        ..of_role(holder.role)
    }
}
