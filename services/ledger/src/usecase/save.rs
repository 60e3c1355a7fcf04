//! Saving one leaf: inputs and explanation, with a version check (4.35).

use chiso_domain::appraisal::{Act, AppraisalRefusal};
use chiso_domain::cycle::Window;
use chiso_domain::index_points::LeafInput;
use chiso_domain::kernel::Points;
use chiso_domain::scoring::{self, Scored};
use chiso_platform::Error;
use chiso_platform::auth::Caller;
use chiso_platform::once::Once;
use chiso_wire::convert::optional_text;
use chiso_wire::ledger as pb;

use super::{Change, LONG_TEXT, load_rows, place, record, scored_leaf, self_scoring_over};
use crate::error::LedgerRefusal;
use crate::policy::{self, Viewer};
use crate::store::entry::{Entry, Said};
use crate::store::{self, Place};
use crate::view::View;
use crate::{SERVICE, Service};

impl Service {
    /// Saves inputs and explanation of one leaf.
    ///
    /// # Errors
    /// `VERSION_CONFLICT`, `DEADLINE_PASSED`, `SHEET_SUBMITTED`, what scoring refuses, and the common ones.
    pub async fn save_entry(
        &self,
        caller: &Caller,
        request: &pb::SaveEntryRequest,
    ) -> Result<pb::SaveEntryResponse, Error> {
        let now = self.ctx.clock.now();
        let place = place(&request.cycle, &request.unit, &request.criterion)?;
        let actor = caller.require(policy::SCORE, Some(&place.cycle))?;
        let cycle = self.ctx.cycles.get(&place.cycle).await?;
        let leaf = scored_leaf(&cycle, &place)?;
        policy::own_unit(caller, policy::SCORE, &place.cycle, &place.unit)?;
        let input: Option<LeafInput> = request.input.as_ref().map(TryInto::try_into).transpose()?;
        let explanation = optional_text("explanation", &request.explanation, LONG_TEXT)?;
        let once = Once::new(SERVICE, "SaveEntry", caller, &request.request_id, request)?;
        let window = self
            .ctx
            .cycles
            .check(&place.cycle, Window::SelfScoring, Some(&place.unit), now)
            .await;

        let mut tx = self.ctx.db.begin().await?;
        if let Some(reply) = once.replay(&mut tx).await? {
            return Ok(reply);
        }
        let cycle_now = window?;
        let progress = store::sheet::progress(&mut tx, &place.cycle).await?;
        let sheet = store::sheet::load(&mut tx, &place.cycle, &place.unit).await?;
        progress.check(
            Act::Save,
            sheet.state.at(self_scoring_over(&cycle_now, &place.unit, now)),
        )?;
        let mut rows = load_rows(&mut tx, &place).await?;
        let before = rows.entry.clone();
        changeable(&place, &before, request.version)?;
        let scored = input
            .as_ref()
            .map(|input| scoring::points(leaf, input, &cycle.rules.policy))
            .transpose()?;
        rows.entry = Entry {
            points: scored.and_then(points_of),
            input,
            explanation: Said {
                text: explanation,
                by: caller.actor(),
                at: Some(now),
                version: before.version + 1,
            },
            ..before.clone()
        };
        rows.entry.change(caller.actor(), now);
        store::entry::put(&mut tx, &place, &rows.entry).await?;
        let change = Change {
            act: "entry.save",
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
        let reply = pb::SaveEntryResponse {
            entry: Some(view.entry(&place, leaf, &rows)),
        };
        once.remember(&mut tx, now, &reply).await?;
        tx.commit().await?;
        Ok(reply)
    }
}

/// None: nothing was planned.
const fn points_of(scored: Scored) -> Option<Points> {
    match scored {
        Scored::Points(points) => Some(points),
        Scored::NotApplicable => None,
    }
}

/// The leaf applies to the unit, and nobody changed it since it was read.
pub(super) fn changeable(place: &Place, entry: &Entry, seen: i64) -> Result<(), Error> {
    if !entry.not_applicable.is_empty() {
        return Err(LedgerRefusal::NotApplicable(place.criterion.clone()).into());
    }
    if seen != entry.version {
        let current = entry.version;
        return Err(AppraisalRefusal::VersionConflict { seen, current }.into());
    }
    Ok(())
}
