//! What is to be done, and what was sent.

use axum::extract::State;
use chiso_domain::kernel::SlipId;
use chiso_wire::survey as pb;

use super::super::at::At;
use super::super::me::Me;
use super::super::state::Web;
use super::super::trouble::{Answer, Trouble};
use super::{load, view_list, view_sent};

pub(super) async fn show(State(web): State<Web>, me: Me, at: At) -> Answer {
    let own = load::own(&web, &me, &at).await?;
    let just = just_sent(&web, &me, &at).await?;
    Ok(view_list::show(&web, &me, (&own, just.as_ref()), &at))
}

/// The slip that the address says was sent just now.
async fn just_sent(web: &Web, me: &Me, at: &At) -> Result<Option<pb::Slip>, Trouble> {
    let asked = at.query(view_list::DONE) == Some(view_list::SENT);
    let id: Option<SlipId> = at.query(view_list::SLIP).and_then(|id| id.parse().ok());
    match id.filter(|_| asked) {
        Some(id) => load::slip(web, me, &id.to_string()).await,
        None => Ok(None),
    }
}

pub(super) async fn sent(State(web): State<Web>, me: Me, at: At) -> Answer {
    let campaign = load::campaign(&web, &me, &at).await?;
    let slips = load::sent(&web, &me, &campaign).await?;
    Ok(view_sent::list(&me, &campaign, &slips, &at))
}
