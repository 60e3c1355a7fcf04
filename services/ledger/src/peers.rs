//! What the ledger asks of identity: who is an officer of a unit.

use chiso_domain::kernel::{CycleCode, UnitCode};
use chiso_platform::Error;
use chiso_platform::auth::Role;
use chiso_wire::identity::identity_service_client::IdentityServiceClient;
use chiso_wire::identity::{Addressee, ListAddresseesRequest};

use crate::{SERVICE, Service};

/// People of one reply.
const MANY: i32 = 500;

impl Service {
    /// The officers of a unit in a cycle.
    pub(crate) async fn officers(&self, cycle: &CycleCode, unit: &UnitCode) -> Result<Vec<Addressee>, Error> {
        let unknown = || Error::unavailable("identity is not connected");
        let mut identity = IdentityServiceClient::new(self.ctx.auth.identity().ok_or_else(unknown)?);
        let (mut found, mut page_token) = (Vec::new(), String::new());
        loop {
            let asked = ListAddresseesRequest {
                role: Role::UnitOfficer.into(),
                cycle: cycle.to_string(),
                unit: unit.to_string(),
                person_ids: Vec::new(),
                page_size: MANY,
                page_token,
            };
            let reply = identity.list_addressees(self.ctx.request(SERVICE, asked)).await;
            let reply = reply.map_err(Error::peer)?.into_inner();
            found.extend(reply.addressees);
            page_token = reply.next_page_token;
            if page_token.is_empty() {
                return Ok(found);
            }
        }
    }
}
