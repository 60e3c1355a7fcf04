//! What is to be done, and what was sent.

use axum::extract::State;

use super::super::at::At;
use super::super::me::Me;
use super::super::state::Web;
use super::super::trouble::Answer;
use super::{load, view_list, view_sent};

pub(super) async fn show(State(web): State<Web>, me: Me, at: At) -> Answer {
    let own = load::own(&web, &me, &at).await?;
    Ok(view_list::show(&web, &me, &own, &at))
}

pub(super) async fn sent(State(web): State<Web>, me: Me, at: At) -> Answer {
    let campaign = load::campaign(&web, &me, &at).await?;
    let slips = load::sent(&web, &me, &campaign).await?;
    Ok(view_sent::list(&me, &campaign, &slips))
}
