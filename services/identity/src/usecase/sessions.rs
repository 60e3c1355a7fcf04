//! Sessions: whose they are, which there are, and their end.
//!
//! A session ends twelve hours after it was opened, and earlier where it is not used for as long as its sign-in
//! said. Its use is written down once a minute at the most.

use chiso_domain::kernel::{Instant, TokenId};
use chiso_platform::Error;
use chiso_platform::auth::Caller;
use chiso_platform::journal;
use chiso_platform::once::Once;
use chiso_platform::page::Page;
use chiso_wire::convert::{parse, timestamp};
use chiso_wire::identity as pb;
use chiso_wire::kernel::Receipt;
use serde_json::json;

use super::people::act;
use super::sign_in::hash_of;
use super::tokens::for_whom;
use crate::store::{self, SessionRow};
use crate::{SERVICE, Service, policy};

impl Service {
    /// Ends the caller's sessions, or only the one that asks.
    pub(crate) async fn sign_out(
        &self,
        caller: &Caller,
        request: pb::SignOutRequest,
        asking: &[u8],
    ) -> Result<pb::SignOutResponse, Error> {
        let person = caller.person()?;
        let mut tx = self.ctx.db.begin().await?;
        let session = store::session_by_secret(&mut tx, asking).await?;
        match session.filter(|_| request.only_this) {
            Some(session) if session.token.session => {
                store::token_revoke(&mut tx, session.token.id).await?;
            }
            Some(_api_token) => {}
            None => store::tokens_revoke_all(&mut tx, person, false).await?,
        }
        tx.commit().await?;
        self.ctx.auth.forget();
        Ok(pb::SignOutResponse {})
    }

    /// Tells who calls, and in which session.
    pub(crate) async fn get_caller(
        &self,
        caller: &Caller,
        _request: pb::GetCallerRequest,
        asking: &[u8],
    ) -> Result<pb::GetCallerResponse, Error> {
        let person = store::person_by_id(&mut &self.ctx.db, caller.person()?).await?;
        let person = person.ok_or_else(Error::unauthenticated)?;
        let session = store::session_by_secret(&mut &self.ctx.db, asking).await?;
        let session = session.filter(|session| session.token.session);
        Ok(pb::GetCallerResponse {
            person: Some(person.into_wire()),
            session: session.map(|session| session.into_wire(asking)),
        })
    }

    /// Finds the person behind a token that still counts.
    pub(crate) async fn resolve_token(
        &self,
        caller: &Caller,
        request: pb::ResolveTokenRequest,
    ) -> Result<pb::ResolveTokenResponse, Error> {
        caller.require(policy::RESOLVE_TOKEN, None)?;
        let now = self.ctx.clock.now();
        let session = store::session_by_secret(&mut &self.ctx.db, &hash_of(&request.token)).await?;
        let session = session
            .filter(|session| session.counts(now))
            .ok_or_else(Error::unauthenticated)?;
        let person = store::person_by_id(&mut &self.ctx.db, session.token.person).await?;
        let person = person
            .filter(|p| !p.disabled)
            .ok_or_else(Error::unauthenticated)?;
        self.touch(&session, now).await;
        let expires_at = Some(timestamp(session.token.expires_at));
        Ok(pb::ResolveTokenResponse {
            person: Some(person.into_wire()),
            expires_at,
        })
    }

    /// Writes down that a session is used. Where that fails the session ends sooner, but the call goes on: a
    /// database that cannot be written can still be read.
    async fn touch(&self, session: &SessionRow, now: Instant) {
        if !store::is_stale(session, now) {
            return;
        }
        let written = async {
            let mut tx = self.ctx.db.begin().await?;
            store::session_touch(&mut tx, session.token.id, now).await?;
            tx.commit().await
        };
        if let Err(fault) = written.await {
            tracing::warn!(%fault, "the use of a session could not be written down");
        }
    }

    /// Sessions that still count.
    pub(crate) async fn list_sessions(
        &self,
        caller: &Caller,
        request: pb::ListSessionsRequest,
        asking: &[u8],
    ) -> Result<pb::ListSessionsResponse, Error> {
        let person = for_whom(caller, &request.person_id)?;
        let now = self.ctx.clock.now();
        let page = Page::of(request.page_size, &request.page_token)?;
        let after = page.after.as_deref().and_then(|id| id.parse().ok());
        let limit = page.limit_and_one();
        let sessions = store::sessions_page(&mut &self.ctx.db, person, now, after, limit).await?;
        let (sessions, next_page_token) = page.cut(sessions, |session| session.token.id.to_string());
        let sessions = sessions.into_iter().map(|session| session.into_wire(asking));
        Ok(pb::ListSessionsResponse {
            sessions: sessions.collect(),
            next_page_token,
        })
    }

    /// Ends one session with its next call.
    pub(crate) async fn end_session(
        &self,
        caller: &Caller,
        request: pb::EndSessionRequest,
    ) -> Result<pb::EndSessionResponse, Error> {
        let now = self.ctx.clock.now();
        caller.person()?;
        let id: TokenId = parse("session_id", &request.session_id)?;
        let once = Once::new(SERVICE, "EndSession", caller, &request.request_id, &request)?;
        let mut tx = self.ctx.db.begin().await?;
        if let Some(reply) = once.replay(&mut tx).await? {
            return Ok(reply);
        }
        let no_such = || {
            Error::not_found(
                "session_id",
                "Không có phiên làm việc này. Tải lại danh sách phiên rồi thử lại.",
            )
        };
        let token = store::token_by_id(&mut tx, id).await?.filter(|t| t.session);
        let token = token.ok_or_else(no_such)?;
        for_whom(caller, &token.person.to_string()).map_err(|_| no_such())?;
        store::token_revoke(&mut tx, id).await?;
        let mut act = act(caller, "session.end", token.person, "");
        act.before = Some(json!({ "session_id": id }));
        journal::append(&mut tx, SERVICE, now, vec![act]).await?;
        let receipt = Some(Receipt {
            request_id: request.request_id,
            at: Some(timestamp(now)),
        });
        let reply = pb::EndSessionResponse { receipt };
        once.remember(&mut tx, now, &reply).await?;
        tx.commit().await?;
        self.ctx.auth.forget();
        Ok(reply)
    }
}
