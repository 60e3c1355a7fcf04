//! What people are called.

use std::collections::BTreeMap;

use chiso_wire::identity::GetNamesRequest;

use super::me::Me;
use super::state::Web;

/// The names of people, by their ids. Where identity does not answer, nobody is named.
pub(super) async fn names(web: &Web, me: &Me, mut ids: Vec<String>) -> BTreeMap<String, String> {
    ids.retain(|id| !id.is_empty());
    ids.sort_unstable();
    ids.dedup();
    if ids.is_empty() {
        return BTreeMap::new();
    }
    let asked = web.ask(me, GetNamesRequest { person_ids: ids });
    let reply = web.identity().get_names(asked).await;
    let named = reply.map(|reply| reply.into_inner().names).unwrap_or_default();
    named
        .into_iter()
        .map(|name| (name.person_id, name.name))
        .collect()
}
