//! Who opens a page.

use axum::extract::{FromRef, FromRequestParts};
use axum::http::HeaderMap;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use chiso_domain::kernel::Instant;
use chiso_domain::kernel::time::SECOND;
use chiso_platform::words::Words;
use chiso_wire::identity::{GetCallerRequest, Person, Role};

use super::cookie::SESSION;
use super::sign::second_factor_is_due;
use super::state::Web;
use super::trouble::Trouble;
use super::{Who, csrf, words};
use crate::problem::Problem;

/// The person who opens the page, by the session in the cookie. Identity is asked on each page, and the services find
/// out again, from the same token, on each call.
#[derive(Clone, Debug)]
pub(crate) struct Me {
    pub(super) token: String,
    pub(super) person: Person,
    /// When the page was opened.
    pub(super) now: Instant,
    /// How many seconds the session has without another page; none where it ends by its age only.
    pub(super) idle_seconds: Option<i64>,
    /// How many seconds it has at the most; none where nobody is signed in.
    pub(super) last_seconds: Option<i64>,
    /// In the person's language.
    pub(super) w: Words,
}

impl Me {
    /// From the session's cookie.
    pub(super) async fn find(web: &Web, headers: &HeaderMap, w: Words) -> Result<Self, Trouble> {
        let token = web.cookies().read(headers, SESSION).ok_or(Trouble::SignIn)?;
        let asked = web.ask_with(token, GetCallerRequest {});
        let reply = web.identity().get_caller(asked).await?.into_inner();
        let person = reply.person.ok_or(Trouble::SignIn)?;
        let (idle_ends, ends) = reply
            .session
            .map_or((None, None), |session| (session.idle_ends_at, session.expires_at));
        let now = web.now();
        Ok(Self {
            token: token.to_owned(),
            person,
            now,
            idle_seconds: idle_ends.map(|ends| (ends.seconds - now.micros() / SECOND).max(0)),
            last_seconds: ends.map(|ends| (ends.seconds - now.micros() / SECOND).max(0)),
            w,
        })
    }

    /// Whether the person has one of these roles in a cycle, or in any where none is named.
    pub(super) fn has(&self, roles: &[Role], cycle: Option<&str>) -> bool {
        let mut grants = self.person.grants.iter();
        grants.any(|grant| roles.contains(&grant.role()) && counts_in(&grant.cycle, cycle))
    }

    /// Whether the person has one of these roles in every cycle, and so in what belongs to none.
    pub(super) fn has_everywhere(&self, roles: &[Role]) -> bool {
        let mut grants = self.person.grants.iter();
        grants.any(|grant| roles.contains(&grant.role()) && grant.cycle.is_empty())
    }

    /// Units of an officer or head, agencies of an appraiser, leaders of a secretary: for what a role is given.
    pub(super) fn units(&self, role: Role, cycle: &str) -> Vec<&str> {
        let grants = self.person.grants.iter();
        let own = grants.filter(|grant| grant.role() == role && counts_in(&grant.cycle, Some(cycle)));
        let mut units: Vec<&str> = own.map(|grant| grant.unit.as_str()).collect();
        units.sort_unstable();
        units.dedup();
        units
    }

    /// For the hidden field of a form.
    pub(super) fn csrf(&self) -> String {
        csrf::of(&self.token)
    }
}

/// A grant for no cycle counts in all.
fn counts_in(granted: &str, cycle: Option<&str>) -> bool {
    granted.is_empty() || cycle.is_none_or(|cycle| cycle == granted)
}

impl Who {
    /// Whether a page, of a cycle where its address names one, is open to somebody who signed in.
    pub(super) fn lets(self, me: &Me, cycle: Option<&str>) -> bool {
        match self {
            Self::Everyone | Self::SignedIn => true,
            Self::Roles(roles) => me.has(roles, cycle),
            Self::Everywhere(roles) => me.has_everywhere(roles),
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Me
where
    Web: FromRef<S>,
{
    type Rejection = Trouble;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Trouble> {
        match parts.extensions.get::<Self>() {
            // Found before, when it was seen who may open the page.
            Some(me) => Ok(me.clone()),
            None => {
                let w = words::of(&parts.uri, &parts.headers);
                Self::find(&Web::from_ref(state), &parts.headers, w).await
            }
        }
    }
}

/// Who opens a page that is for everyone. While it cannot be found out, nobody; nor is it anybody who has to set up the
/// second factor first, since a draft stands at the same address for those who may see it.
#[derive(Clone, Debug)]
pub(crate) struct MaybeMe {
    pub(super) me: Option<Me>,
    /// In the reader's language.
    pub(super) w: Words,
}

impl MaybeMe {
    /// A problem, shown with the name of who is signed in.
    pub(crate) fn meets(self, problem: Problem) -> Response {
        let mut response = problem.into_response();
        if let Some(me) = self.me {
            response.extensions_mut().insert(me);
        }
        response
    }
}

impl<S: Send + Sync> FromRequestParts<S> for MaybeMe
where
    Web: FromRef<S>,
{
    type Rejection = Trouble;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Trouble> {
        let w = words::of(&parts.uri, &parts.headers);
        let found = Me::from_request_parts(parts, state).await.ok();
        let path = parts.uri.path();
        let due = |me: &Me| second_factor_is_due(&Web::from_ref(state), me, path);
        let me = found.filter(|me| !due(me));
        Ok(Self { me, w })
    }
}
