//! Who changes the set-up: the organiser. An auditor opens the same pages, and there is nothing to press.

use axum::extract::{FromRef, FromRequestParts};
use axum::http::request::Parts;
use chiso_wire::identity::Role;

use super::super::at::At;
use super::super::me::Me;
use super::super::state::Web;
use super::super::trouble::Trouble;

/// Whoever sends a form of the set-up. To all others there is nothing at its address, whatever they sent.
#[derive(Debug)]
pub(super) struct Organiser(pub(super) Me);

impl<S: Send + Sync> FromRequestParts<S> for Organiser
where
    Web: FromRef<S>,
{
    type Rejection = Trouble;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Trouble> {
        let me = Me::from_request_parts(parts, state).await?;
        let at = At::from_request_parts(parts, state).await?;
        if changes(&me, at.part("cycle")) {
            Ok(Self(me))
        } else {
            Err(Trouble::missing())
        }
    }
}

/// Whether somebody changes a cycle, and does not only read.
pub(super) fn changes(me: &Me, cycle: &str) -> bool {
    me.has(&[Role::Organiser], Some(cycle))
}

/// Whether somebody changes accounts.
pub(in crate::web) fn keeps_accounts(me: &Me) -> bool {
    me.has_everywhere(&[Role::Organiser])
}
