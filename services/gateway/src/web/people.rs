//! What people are called, and who holds a role.

use std::collections::BTreeMap;

use chiso_domain::kernel::text::{ViKey, vi_key};
use chiso_wire::identity::{GetNamesRequest, Holder, ListHoldersRequest, Role};

use super::me::Me;
use super::state::Web;
use super::trouble::Trouble;

/// Names, and holders of a role, that identity tells at once.
const NAMES: usize = 500;
const HOLDERS: i32 = 500;

/// The names of people, by their ids. Where identity does not answer, nobody is named: for pages that say as much
/// without names.
pub(super) async fn names(web: &Web, me: &Me, ids: Vec<String>) -> BTreeMap<String, String> {
    every_name(web, me, ids).await.unwrap_or_default()
}

/// The same for pages and files that are nothing without names.
pub(super) async fn every_name(
    web: &Web,
    me: &Me,
    mut ids: Vec<String>,
) -> Result<BTreeMap<String, String>, Trouble> {
    ids.retain(|id| !id.is_empty());
    ids.sort_unstable();
    ids.dedup();
    let mut names = BTreeMap::new();
    for some in ids.chunks(NAMES) {
        let asked = GetNamesRequest {
            person_ids: some.to_vec(),
        };
        let reply = web.identity().get_names(web.ask(me, asked)).await?.into_inner();
        names.extend(reply.names.into_iter().map(|name| (name.person_id, name.name)));
    }
    Ok(names)
}

/// Where a person stands in a list: by the given name, which is the last one, as Vietnamese are listed.
pub(super) fn by_name(name: &str) -> (ViKey, ViKey) {
    let given = name.split_whitespace().last().unwrap_or_default();
    (vi_key(given), vi_key(name))
}

/// Who holds a role in a cycle, in the order of names. An organiser of this cycle alone is told, too.
pub(super) async fn holders(web: &Web, me: &Me, role: Role, cycle: &str) -> Result<Vec<Holder>, Trouble> {
    let (mut holders, mut page_token) = (Vec::new(), String::new());
    loop {
        let asked = ListHoldersRequest {
            role: role.into(),
            cycle: cycle.to_owned(),
            page_size: HOLDERS,
            page_token,
        };
        let reply = web
            .identity()
            .list_holders(web.ask(me, asked))
            .await?
            .into_inner();
        holders.extend(reply.holders);
        page_token = reply.next_page_token;
        if page_token.is_empty() {
            holders.sort_by_cached_key(|holder| (by_name(&holder.name), holder.login.clone()));
            return Ok(holders);
        }
    }
}
