//! Marking a leaf as not applicable to a unit, before self-scoring begins (reading 3.6).

use chiso_domain::cycle::{Rule, Window, WindowRefusal};
use chiso_domain::index_points::{Source, Value};
use chiso_platform::auth::Caller;
use chiso_platform::once::Once;
use chiso_platform::{Error, feed};
use chiso_wire::convert::text;
use chiso_wire::ledger as pb;

use super::{Change, LONG_TEXT, ledger_leaf, load_rows, place, post, record};
use crate::error::LedgerRefusal;
use crate::policy::{self, Viewer};
use crate::store;
use crate::view::View;
use crate::{SERVICE, Service};

impl Service {
    /// Marks a leaf as not applicable, with a reason; final at once.
    ///
    /// # Errors
    /// `NOT_APPLICABLE_TOO_LATE`, `LEAF_RULE_WRONG` for a penalty, and the common ones.
    pub async fn mark_not_applicable(
        &self,
        caller: &Caller,
        request: &pb::MarkNotApplicableRequest,
    ) -> Result<pb::MarkNotApplicableResponse, Error> {
        let now = self.ctx.clock.now();
        let place = place(&request.cycle, &request.unit, &request.criterion)?;
        let actor = caller.require(policy::ORGANISE, Some(&place.cycle))?;
        let cycle = self.ctx.cycles.get(&place.cycle).await?;
        let leaf = ledger_leaf(&cycle, &place)?;
        if matches!(leaf.rule, Rule::Penalty { .. }) {
            return Err(LedgerRefusal::WrongRule(place.criterion).into());
        }
        let reason = text("reason", &request.reason, LONG_TEXT)?;
        let once = Once::new(SERVICE, "MarkNotApplicable", caller, &request.request_id, request)?;

        let mut tx = self.ctx.db.begin().await?;
        if let Some(reply) = once.replay(&mut tx).await? {
            return Ok(reply);
        }
        let window = Window::SelfScoring;
        let span = cycle
            .calendar
            .span(window, Some(&place.unit))
            .ok_or(WindowRefusal::NotSet(window))?;
        if now >= span.start {
            return Err(LedgerRefusal::NotApplicableTooLate(span.start).into());
        }
        let mut rows = load_rows(&mut tx, &place).await?;
        let before = rows.entry.clone();
        rows.entry.version += 1;
        rows.entry.not_applicable.clone_from(&reason);
        store::entry::put(&mut tx, &place, &rows.entry).await?;
        let post = post::post(
            &place,
            Value::NotApplicable(reason.clone()),
            post::DECIDED,
            (None, rows.entry.version),
        );
        feed::post(&mut tx, SERVICE, Source::Ledger, now, vec![post]).await?;
        let change = Change {
            act: "entry.not_applicable",
            object: place.object(),
            before: (before.version > 0).then(|| before.to_json()),
            after: rows.entry.to_json(),
            reason,
        };
        record(&mut tx, caller, now, change).await?;
        let progress = store::sheet::progress(&mut tx, &place.cycle).await?;
        let view = View {
            cycle: &cycle,
            viewer: &Viewer::of(&actor),
            progress,
        };
        let reply = pb::MarkNotApplicableResponse {
            entry: Some(view.entry(&place, leaf, &rows)),
        };
        once.remember(&mut tx, now, &reply).await?;
        tx.commit().await?;
        self.ctx.bells.ring(Source::Ledger);
        Ok(reply)
    }
}
