//! API tokens: shown once, stored as a hash.

use chiso_domain::kernel::{PersonId, TokenId, time::DAY};
use chiso_platform::Error;
use chiso_platform::auth::Caller;
use chiso_platform::journal;
use chiso_platform::once::Once;
use chiso_platform::page::Page;
use chiso_wire::convert::{parse, parse_optional, text, timestamp};
use chiso_wire::identity as pb;
use chiso_wire::kernel::Receipt;
use serde_json::json;

use super::people::{act, no_such_person};
use super::sign_in::new_secret;
use crate::error::Refused;
use crate::store::{self, TokenRow};
use crate::{SERVICE, Service, policy};

/// Own tokens and sessions are everybody's; to list and end others' is the organiser's.
pub(super) fn for_whom(caller: &Caller, person_id: &str) -> Result<PersonId, Error> {
    let own = caller.person()?;
    let person = parse_optional("person_id", person_id)?.unwrap_or(own);
    if person != own {
        caller.require_everywhere(policy::MANAGE_PEOPLE)?;
    }
    Ok(person)
}

impl Service {
    /// Makes a token. A repeated request answers without the secret.
    pub(crate) async fn create_token(
        &self,
        caller: &Caller,
        request: pb::CreateTokenRequest,
    ) -> Result<pb::CreateTokenResponse, Error> {
        let now = self.ctx.clock.now();
        // What was made before the second factor would go on beside it.
        caller.whole_person()?;
        let person = for_whom(caller, &request.person_id)?;
        if !(1..=400).contains(&request.days) {
            return Err(Refused::BadTokenLife.into());
        }
        let (secret, secret_sha256) = new_secret("chiso_t_");
        let token = TokenRow {
            id: parse("token_id", &request.token_id)?,
            person,
            secret_sha256,
            session: false,
            label: text("label", &request.label, 100)?,
            created_at: now,
            expires_at: now.plus(i64::from(request.days) * DAY),
            revoked: false,
        };
        let once = Once::new(SERVICE, "CreateToken", caller, &request.request_id, &request)?;
        let mut tx = self.ctx.db.begin().await?;
        if let Some(reply) = once.replay(&mut tx).await? {
            return Ok(reply);
        }
        let owner = store::person_by_id(&mut tx, person)
            .await?
            .ok_or_else(no_such_person)?;
        // A token is its owner's whole power: an organiser who could make a leader's would be the leader.
        let reads_only = owner.grants.iter().all(|g| g.role() == pb::Role::Consumer);
        if caller.person()? != person && !reads_only {
            return Err(Refused::TokenOfAnother.into());
        }
        if store::token_by_id(&mut tx, token.id).await?.is_some() {
            return Err(Refused::TokenExists(token.id.to_string()).into());
        }
        store::token_insert(&mut tx, &token).await?;
        let mut act = act(caller, "token.create", person, "");
        act.after =
            Some(json!({ "token_id": token.id, "label": token.label, "expires_at": token.expires_at }));
        journal::append(&mut tx, SERVICE, now, vec![act]).await?;
        let kept = pb::CreateTokenResponse {
            token_id: request.token_id,
            secret: String::new(),
            expires_at: Some(timestamp(token.expires_at)),
        };
        once.remember(&mut tx, now, &kept).await?;
        tx.commit().await?;
        Ok(pb::CreateTokenResponse { secret, ..kept })
    }

    /// Ends a token with its next call.
    pub(crate) async fn revoke_token(
        &self,
        caller: &Caller,
        request: pb::RevokeTokenRequest,
    ) -> Result<pb::RevokeTokenResponse, Error> {
        let now = self.ctx.clock.now();
        let id: TokenId = parse("token_id", &request.token_id)?;
        let once = Once::new(SERVICE, "RevokeToken", caller, &request.request_id, &request)?;
        let mut tx = self.ctx.db.begin().await?;
        if let Some(reply) = once.replay(&mut tx).await? {
            return Ok(reply);
        }
        let no_such = || {
            Error::not_found(
                "token_id",
                "Không có mã truy cập này. Xem lại danh sách mã của bạn.",
            )
        };
        let token = store::token_by_id(&mut tx, id).await?.ok_or_else(no_such)?;
        for_whom(caller, &token.person.to_string()).map_err(|_| no_such())?;
        store::token_revoke(&mut tx, id).await?;
        let mut act = act(caller, "token.revoke", token.person, "");
        act.before = Some(json!({ "token_id": id }));
        journal::append(&mut tx, SERVICE, now, vec![act]).await?;
        let receipt = Some(Receipt {
            request_id: request.request_id,
            at: Some(timestamp(now)),
        });
        let reply = pb::RevokeTokenResponse { receipt };
        once.remember(&mut tx, now, &reply).await?;
        tx.commit().await?;
        self.ctx.auth.forget();
        Ok(reply)
    }

    /// Tokens in order of their ids, without secrets.
    pub(crate) async fn list_tokens(
        &self,
        caller: &Caller,
        request: pb::ListTokensRequest,
    ) -> Result<pb::ListTokensResponse, Error> {
        let person = for_whom(caller, &request.person_id)?;
        let page = Page::of(request.page_size, &request.page_token)?;
        let after = page.after.as_deref().and_then(|id| id.parse().ok());
        let tokens = store::tokens_page(&mut &self.ctx.db, person, after, page.limit_and_one()).await?;
        let (tokens, next_page_token) = page.cut(tokens, |token| token.id.to_string());
        let tokens = tokens.into_iter().map(TokenRow::into_wire).collect();
        Ok(pb::ListTokensResponse {
            tokens,
            next_page_token,
        })
    }
}
