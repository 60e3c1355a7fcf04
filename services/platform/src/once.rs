//! Mutations that may be repeated: the same bytes again give the first answer, other bytes under the same
//! id are a conflict. The answer is stored in the transaction of the act.

use chiso_domain::kernel::{Instant, Refusal, RefusalKind, RequestId};
use chiso_wire::convert::parse;
use prost::Message;
use sha2::{Digest, Sha256};

use crate::Error;
use crate::auth::Caller;
use crate::db::{Reads, Tx, sql_of};
use crate::fault;

/// One mutation under its client-made id.
#[derive(Clone, Debug)]
pub struct Once {
    service: &'static str,
    method: &'static str,
    caller: String,
    id: RequestId,
    body: [u8; 32],
}

/// The id was used before, for something else.
#[derive(Debug, thiserror::Error)]
#[error("request id {id} was used for another {method}")]
struct Reused {
    id: RequestId,
    method: String,
}

impl Refusal for Reused {
    fn kind(&self) -> RefusalKind {
        RefusalKind::Conflict
    }
    fn reason(&self) -> &'static str {
        "REQUEST_ID_REUSED"
    }
    fn field(&self) -> String {
        "request_id".to_owned()
    }
    fn vi(&self) -> String {
        format!(
            "Mã yêu cầu {} đã dùng cho nội dung khác. Tạo mã mới cho nội dung mới.",
            self.id
        )
    }
}

impl Once {
    /// Names a mutation: the service's short name, the RPC's, who asks, the id and the whole message.
    ///
    /// # Errors
    /// `FIELD_INVALID` where `request_id` is no UUID.
    pub fn new<M: Message>(
        service: &'static str,
        method: &'static str,
        caller: &Caller,
        request_id: &str,
        message: &M,
    ) -> Result<Self, Error> {
        let id = parse("request_id", request_id)?;
        let body = Sha256::digest(message.encode_to_vec()).into();
        Ok(Self {
            service,
            method,
            caller: caller.actor(),
            id,
            body,
        })
    }

    /// The first answer, if this mutation was carried out before.
    ///
    /// # Errors
    /// `REQUEST_ID_REUSED` where the id stands for something else.
    pub async fn replay<R: Message + Default>(&self, reads: &mut impl Reads) -> Result<Option<R>, Error> {
        let text = "SELECT method, caller, body_sha256, reply FROM {service}_request WHERE request_id = $1";
        if fault::planted("no-deduplication") {
            return Ok(None);
        }
        let Some(row) = reads.opt(sql_of(self.service, text).bind(self.id)).await? else {
            return Ok(None);
        };
        let method: String = row.get("method")?;
        let same = method == self.method
            && row.get::<String>("caller")? == self.caller
            && (row.get::<Vec<u8>>("body_sha256")? == self.body || fault::planted("replay-ignores-body"));
        if !same {
            return Err(Reused { id: self.id, method }.into());
        }
        let reply: Vec<u8> = row.get("reply")?;
        R::decode(reply.as_slice()).map(Some).map_err(Error::internal)
    }

    /// Stores the answer; call it in the act's transaction, before the commit.
    ///
    /// # Errors
    /// The database's.
    pub async fn remember<R: Message>(&self, tx: &mut Tx, now: Instant, reply: &R) -> Result<(), Error> {
        let text = "INSERT INTO {service}_request (request_id, method, caller, body_sha256, reply, at) \
                    VALUES ($1, $2, $3, $4, $5, $6)";
        let again = "INSERT INTO {service}_request (request_id, method, caller, body_sha256, reply, at) \
                     VALUES ($1, $2, $3, $4, $5, $6) \
                     ON CONFLICT (request_id) DO UPDATE SET reply = excluded.reply";
        let text = if fault::planted("no-deduplication") {
            again
        } else {
            text
        };
        let statement = sql_of(self.service, text)
            .bind(self.id)
            .bind(self.method)
            .bind(&self.caller)
            .bind(&self.body[..])
            .bind(reply.encode_to_vec())
            .bind(now);
        Ok(tx.run_one(statement).await?)
    }

    /// The id, for objects that are named by the request that makes them.
    #[must_use]
    pub const fn id(&self) -> RequestId {
        self.id
    }
}
