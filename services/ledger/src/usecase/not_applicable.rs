//! Marking a leaf as not applicable to a unit, and taking the mark off, before self-scoring begins (reading 3.6).

use std::sync::Arc;

use chiso_domain::appraisal::is_self_scored;
use chiso_domain::cycle::{Criterion, Cycle, Rule, Window, WindowRefusal};
use chiso_domain::index_points::{Source, Value};
use chiso_domain::kernel::Instant;
use chiso_platform::auth::{Actor, Caller};
use chiso_platform::db::Tx;
use chiso_platform::once::Once;
use chiso_platform::{Error, feed};
use chiso_wire::convert::text;
use chiso_wire::ledger as pb;

use super::{Change, LONG_TEXT, ledger_leaf, load_rows, place, post, record};
use crate::error::LedgerRefusal;
use crate::policy::{self, Viewer};
use crate::store::{self, Place};
use crate::view::{LeafRows, View};
use crate::{SERVICE, Service};

/// Why a leaf whose mark was taken off has no points yet.
const NOT_SENT: &str = "Đơn vị chưa gửi bảng tự chấm điểm";
const NOT_IMPORTED: &str = "Chưa nhập lại chỉ số này sau khi bỏ đánh dấu không áp dụng";

/// A leaf of a unit, and who asks about it.
struct Asked<'c> {
    now: Instant,
    place: Place,
    cycle: Arc<Cycle>,
    actor: Actor<'c>,
}

/// What is done to a leaf.
struct Mark {
    act: &'static str,
    /// Why it does not apply; empty: it does.
    not_applicable: String,
    reason: String,
}

impl Service {
    /// Marks a leaf as not applicable, with a reason.
    ///
    /// # Errors
    /// `NOT_APPLICABLE_TOO_LATE`, `LEAF_RULE_WRONG` for a penalty, and the common ones.
    pub async fn mark_not_applicable(
        &self,
        caller: &Caller,
        request: &pb::MarkNotApplicableRequest,
    ) -> Result<pb::MarkNotApplicableResponse, Error> {
        let place = place(&request.cycle, &request.unit, &request.criterion)?;
        let asked = self.asked(caller, place).await?;
        let leaf = asked.leaf()?;
        let reason = text("reason", &request.reason, LONG_TEXT)?;
        let once = Once::new(SERVICE, "MarkNotApplicable", caller, &request.request_id, request)?;

        let mut tx = self.ctx.db.begin().await?;
        if let Some(reply) = once.replay(&mut tx).await? {
            return Ok(reply);
        }
        asked.is_in_time()?;
        let rows = load_rows(&mut tx, &asked.place).await?;
        let mark = Mark {
            act: "entry.not_applicable",
            not_applicable: reason.clone(),
            reason,
        };
        let entry = put(&mut tx, (caller, &asked, leaf), rows, mark).await?;
        let reply = pb::MarkNotApplicableResponse { entry: Some(entry) };
        once.remember(&mut tx, asked.now, &reply).await?;
        tx.commit().await?;
        self.ctx.bells.ring(Source::Ledger);
        Ok(reply)
    }

    /// Takes the mark off: the leaf is rated as any other.
    ///
    /// # Errors
    /// `LEAF_APPLIES` where there is no mark, `NOT_APPLICABLE_TOO_LATE`, and the common ones.
    pub async fn mark_applicable(
        &self,
        caller: &Caller,
        request: &pb::MarkApplicableRequest,
    ) -> Result<pb::MarkApplicableResponse, Error> {
        let place = place(&request.cycle, &request.unit, &request.criterion)?;
        let asked = self.asked(caller, place).await?;
        let leaf = asked.leaf()?;
        let reason = text("reason", &request.reason, LONG_TEXT)?;
        let once = Once::new(SERVICE, "MarkApplicable", caller, &request.request_id, request)?;

        let mut tx = self.ctx.db.begin().await?;
        if let Some(reply) = once.replay(&mut tx).await? {
            return Ok(reply);
        }
        asked.is_in_time()?;
        let rows = load_rows(&mut tx, &asked.place).await?;
        if rows.entry.not_applicable.is_empty() {
            return Err(LedgerRefusal::Applies(leaf.code.clone()).into());
        }
        let mark = Mark {
            act: "entry.applicable",
            not_applicable: String::new(),
            reason,
        };
        let entry = put(&mut tx, (caller, &asked, leaf), rows, mark).await?;
        let reply = pb::MarkApplicableResponse { entry: Some(entry) };
        once.remember(&mut tx, asked.now, &reply).await?;
        tx.commit().await?;
        self.ctx.bells.ring(Source::Ledger);
        Ok(reply)
    }

    async fn asked<'c>(&self, caller: &'c Caller, place: Place) -> Result<Asked<'c>, Error> {
        let now = self.ctx.clock.now();
        let actor = caller.require(policy::ORGANISE, Some(&place.cycle))?;
        let cycle = self.ctx.cycles.get(&place.cycle).await?;
        Ok(Asked {
            now,
            place,
            cycle,
            actor,
        })
    }
}

impl Asked<'_> {
    /// A leaf that may be marked. Penalties are none: no unit is spared of them.
    fn leaf(&self) -> Result<&Criterion, Error> {
        let leaf = ledger_leaf(&self.cycle, &self.place)?;
        if matches!(leaf.rule, Rule::Penalty { .. }) {
            return Err(LedgerRefusal::WrongRule(leaf.code.clone()).into());
        }
        Ok(leaf)
    }

    fn is_in_time(&self) -> Result<(), Error> {
        let window = Window::SelfScoring;
        let span = self.cycle.calendar.span(window, Some(&self.place.unit));
        let span = span.ok_or(WindowRefusal::NotSet(window))?;
        if self.now >= span.start {
            return Err(LedgerRefusal::NotApplicableTooLate(span.start).into());
        }
        Ok(())
    }
}

/// Stores the entry as it is marked, posts it and writes the act down.
async fn put(
    tx: &mut Tx,
    (caller, asked, leaf): (&Caller, &Asked<'_>, &Criterion),
    mut rows: LeafRows,
    mark: Mark,
) -> Result<pb::Entry, Error> {
    let (place, now) = (&asked.place, asked.now);
    let before = (rows.entry.version > 0).then(|| rows.entry.to_json());
    rows.entry.change(caller.actor(), now);
    rows.entry.not_applicable = mark.not_applicable;
    store::entry::put(tx, place, &rows.entry).await?;
    let (value, standing) = worth(leaf, &rows.entry.not_applicable);
    let post = post::post(place, value, standing, (None, rows.entry.version));
    feed::post(tx, SERVICE, Source::Ledger, now, vec![post]).await?;
    let change = Change {
        act: mark.act,
        object: place.object(),
        before,
        after: rows.entry.to_json(),
        reason: mark.reason,
    };
    record(tx, caller, now, change).await?;
    let view = View {
        cycle: &asked.cycle,
        viewer: &Viewer::of(&asked.actor),
        progress: store::sheet::progress(tx, &place.cycle).await?,
    };
    Ok(view.entry(place, leaf, &rows))
}

/// A leaf that does not apply is decided. One that applies again waits for the sheet, or for its index: what was
/// imported before the mark may since have been imported anew without this unit.
fn worth(leaf: &Criterion, not_applicable: &str) -> (Value, post::Standing) {
    if !not_applicable.is_empty() {
        return (Value::NotApplicable(not_applicable.to_owned()), post::DECIDED);
    }
    let why = if is_self_scored(leaf) {
        NOT_SENT
    } else {
        NOT_IMPORTED
    };
    (Value::NotComputable(why.to_owned()), post::SELF)
}
