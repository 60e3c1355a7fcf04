//! The unit's further explanation between the rounds (BR-24).

use chiso_domain::appraisal::Act;
use chiso_domain::cycle::Window;
use chiso_platform::Error;
use chiso_platform::auth::Caller;
use chiso_platform::once::Once;
use chiso_wire::convert::text;
use chiso_wire::ledger as pb;

use super::save::changeable;
use super::sheet::settle;
use super::{Change, LONG_TEXT, load_rows, place, record, scored_leaf};
use crate::policy::{self, Viewer};
use crate::store;
use crate::store::entry::Said;
use crate::view::View;
use crate::{SERVICE, Service};

impl Service {
    /// Stores the further explanation of one leaf. The unit's own points stay as they were sent.
    ///
    /// # Errors
    /// `ROUND_NOT_CLOSED`, `VERSION_CONFLICT`, the calendar's, and the common ones.
    pub async fn explain_entry(
        &self,
        caller: &Caller,
        request: &pb::ExplainEntryRequest,
    ) -> Result<pb::ExplainEntryResponse, Error> {
        let now = self.ctx.clock.now();
        let place = place(&request.cycle, &request.unit, &request.criterion)?;
        let actor = caller.require(policy::SCORE, Some(&place.cycle))?;
        let cycle = self.ctx.cycles.get(&place.cycle).await?;
        let leaf = scored_leaf(&cycle, &place)?;
        policy::own_unit(caller, policy::SCORE, &place.cycle, &place.unit)?;
        let said = text("text", &request.text, LONG_TEXT)?;
        let once = Once::new(SERVICE, "ExplainEntry", caller, &request.request_id, request)?;
        let window = self
            .ctx
            .cycles
            .check(&place.cycle, Window::Explanation, Some(&place.unit), now)
            .await;

        let mut tx = self.ctx.db.begin().await?;
        if let Some(reply) = once.replay(&mut tx).await? {
            return Ok(reply);
        }
        let open = window?;
        let state = settle(&mut tx, &open, &place.unit, now).await?;
        let progress = store::sheet::progress(&mut tx, &place.cycle).await?;
        progress.check(Act::Explain, state)?;
        let mut rows = load_rows(&mut tx, &place).await?;
        let before = rows.entry.clone();
        changeable(&place, &before, request.version)?;
        rows.entry.change(caller.actor(), now);
        let version = rows.entry.version;
        rows.entry.further = Said {
            text: said,
            by: caller.actor(),
            at: Some(now),
            version,
        };
        store::entry::put(&mut tx, &place, &rows.entry).await?;
        let change = Change {
            act: "entry.explain",
            object: place.object(),
            before: (before.version > 0).then(|| before.to_json()),
            after: rows.entry.to_json(),
            reason: String::new(),
        };
        record(&mut tx, caller, now, change).await?;
        let view = View {
            cycle: &cycle,
            viewer: &Viewer::of(&actor),
            progress,
        };
        let reply = pb::ExplainEntryResponse {
            entry: Some(view.entry(&place, leaf, &rows)),
        };
        once.remember(&mut tx, now, &reply).await?;
        tx.commit().await?;
        Ok(reply)
    }
}
