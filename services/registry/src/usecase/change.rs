//! What every change of a frame has in common: one transaction, the request's first answer where it is
//! repeated, a grown version, a journal row.

use std::ops::ControlFlow;

use chiso_domain::kernel::{CycleCode, Instant};
use chiso_platform::auth::Caller;
use chiso_platform::db::Tx;
use chiso_platform::journal::{self, Act};
use chiso_platform::once::Once;
use chiso_platform::{Context, Error};
use prost::Message;
use serde::Serialize;
use serde_json::Value;

use crate::SERVICE;
use crate::error::Rejection;
use crate::store::{self, Frame};

/// A change under way.
pub(super) struct Change {
    pub tx: Tx,
    /// Taken once, when the request came.
    pub now: Instant,
    once: Once,
    actor: String,
}

/// What the journal says of a change.
pub(super) struct Told {
    pub act: &'static str,
    pub object: String,
    pub before: Option<Value>,
    pub after: Option<Value>,
    pub reason: String,
}

impl Told {
    pub(super) fn new(act: &'static str, object: impl ToString, before: Option<Value>, after: Value) -> Self {
        Self {
            act,
            object: object.to_string(),
            before,
            after: Some(after),
            reason: String::new(),
        }
    }
}

impl Change {
    /// Begins, or gives the first answer of a repeated request.
    pub(super) async fn begin<R: Message + Default>(
        ctx: &Context,
        caller: &Caller,
        once: Once,
    ) -> Result<ControlFlow<R, Self>, Error> {
        let now = ctx.clock.now();
        let mut tx = ctx.db.begin().await?;
        if let Some(reply) = once.replay(&mut tx).await? {
            return Ok(ControlFlow::Break(reply));
        }
        Ok(ControlFlow::Continue(Self {
            tx,
            now,
            once,
            actor: caller.actor(),
        }))
    }

    /// The frame as it is, in whatever state.
    pub(super) async fn frame(&mut self, code: &CycleCode) -> Result<Frame, Error> {
        let found = store::load(&mut self.tx, code).await?;
        found.ok_or_else(|| Rejection::CycleUnknown(code.clone()).into())
    }

    /// The frame, if it may still be set up.
    pub(super) async fn unopened(&mut self, code: &CycleCode) -> Result<Frame, Error> {
        let frame = self.frame(code).await?;
        if frame.open {
            return Err(Rejection::CycleOpen(code.clone()).into());
        }
        Ok(frame)
    }

    /// The frame, if it may still be set up and nobody changed it since the caller looked at this version.
    pub(super) async fn as_seen(&mut self, code: &CycleCode, seen: i64) -> Result<Frame, Error> {
        let frame = self.unopened(code).await?;
        if seen != 0 && seen != frame.cycle.version {
            return Err(Rejection::CycleChanged(code.clone()).into());
        }
        Ok(frame)
    }

    /// The frame, if it was opened.
    pub(super) async fn opened(&mut self, code: &CycleCode) -> Result<Frame, Error> {
        let frame = self.frame(code).await?;
        if frame.open {
            return Ok(frame);
        }
        Err(Rejection::CycleNotOpen(code.clone()).into())
    }

    /// Grows the version, tells the journal, stores the answer made of the new frame, and commits.
    pub(super) async fn finish<R: Message>(
        mut self,
        code: &CycleCode,
        told: Told,
        reply: impl FnOnce(&Frame) -> R + Send,
    ) -> Result<R, Error> {
        store::grow(&mut self.tx, code).await?;
        self.finish_as_it_is(code, told, reply).await
    }

    /// As [`finish`](Self::finish), for a cycle that is new and has its first version.
    pub(super) async fn finish_as_it_is<R: Message>(
        mut self,
        code: &CycleCode,
        told: Told,
        reply: impl FnOnce(&Frame) -> R + Send,
    ) -> Result<R, Error> {
        let reply = reply(&self.frame(code).await?);
        let act = Act {
            actor: self.actor,
            act: told.act,
            object: told.object,
            before: told.before,
            after: told.after,
            reason: told.reason,
        };
        journal::append(&mut self.tx, SERVICE, self.now, vec![act]).await?;
        self.once.remember(&mut self.tx, self.now, &reply).await?;
        self.tx.commit().await?;
        Ok(reply)
    }
}

/// A value for the journal.
pub(super) fn json<T: Serialize>(value: &T) -> Result<Value, Error> {
    serde_json::to_value(value).map_err(Error::internal)
}
