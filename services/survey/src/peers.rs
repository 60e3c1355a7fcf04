//! What the survey asks of identity: who interviews.

use std::collections::BTreeMap;

use chiso_domain::kernel::{CycleCode, PersonId};
use chiso_platform::Error;
use chiso_platform::auth::Role;
use chiso_wire::convert::parse;
use chiso_wire::identity::ListHoldersRequest;
use chiso_wire::identity::identity_service_client::IdentityServiceClient;

use crate::{SERVICE, Service};

/// People of one reply.
const MANY: i32 = 500;

impl Service {
    /// The interviewers of a cycle, by login.
    pub(crate) async fn interviewers(&self, cycle: &CycleCode) -> Result<BTreeMap<String, PersonId>, Error> {
        let unknown = || Error::unavailable("identity is not connected");
        let mut identity = IdentityServiceClient::new(self.ctx.auth.identity().ok_or_else(unknown)?);
        let (mut found, mut page_token) = (BTreeMap::new(), String::new());
        loop {
            let asked = ListHoldersRequest {
                role: Role::Interviewer.into(),
                cycle: cycle.to_string(),
                page_size: MANY,
                page_token,
            };
            let reply = identity.list_holders(self.ctx.request(SERVICE, asked)).await;
            let reply = reply.map_err(Error::peer)?.into_inner();
            for holder in reply.holders {
                found.insert(holder.login, parse("person_id", &holder.person_id)?);
            }
            page_token = reply.next_page_token;
            if page_token.is_empty() {
                return Ok(found);
            }
        }
    }
}
