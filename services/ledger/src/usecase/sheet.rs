//! Sending a sheet, taking it back, and what the window's end does to one that was not sent (4.37, 4.38).

use std::collections::BTreeMap;
use std::sync::Arc;

use chiso_domain::appraisal::{Act, SheetState, is_optional};
use chiso_domain::cycle::{Cycle, Window};
use chiso_domain::index_points::Source;
use chiso_domain::kernel::{CriterionCode, CycleCode, Instant, Refusal, UnitCode};
use chiso_platform::auth::Caller;
use chiso_platform::db::Tx;
use chiso_platform::once::Once;
use chiso_platform::{Error, feed, journal};
use chiso_wire::convert::{optional_text, parse};
use chiso_wire::ledger as pb;
use sha2::{Digest as _, Sha256};

use super::{Change, LONG_TEXT, index_set, post, record, self_scoring_over};
use crate::error::LedgerRefusal;
use crate::policy::{self, Viewer};
use crate::store;
use crate::store::entry::Entry;
use crate::store::sheet::Sheet;
use crate::view::{LeafRows, View};
use crate::{SERVICE, Service, letters};

/// Who locks a sheet at the window's end.
const SYSTEM: &str = "system";

/// Digits of a receipt's number: as many as a leader's slip has.
const RECEIPT_DIGITS: usize = 12;

impl Service {
    /// "Gửi đi": every leaf has a value (bonuses may be left out), then the sheet is sent.
    ///
    /// # Errors
    /// `SHEET_INCOMPLETE` naming each empty leaf, `SHEET_SUBMITTED`, `DEADLINE_PASSED`, and the common ones.
    pub async fn submit_sheet(
        &self,
        caller: &Caller,
        request: &pb::SubmitSheetRequest,
    ) -> Result<pb::SubmitSheetResponse, Error> {
        let now = self.ctx.clock.now();
        let (code, unit) = (parse("cycle", &request.cycle)?, parse("unit", &request.unit)?);
        let once = Once::new(SERVICE, "SubmitSheet", caller, &request.request_id, request)?;
        let window = self.may_turn(caller, &code, &unit, now).await?;
        let mut tx = self.ctx.db.begin().await?;
        if let Some(reply) = once.replay(&mut tx).await? {
            return Ok(reply);
        }
        let cycle = window?;
        let turn = Turn {
            act: Act::Submit,
            name: "sheet.submit",
            to: SheetState::Submitted,
            reason: String::new(),
        };
        let sheet = turn.carry_out(&mut tx, caller, (&cycle, &unit), now).await?;
        let letter = letters::sheet_sent(&cycle, &unit, &once, (now, &sheet.receipt));
        self.ctx
            .mail
            .post(&mut tx, SERVICE, now, letter.as_slice())
            .await?;
        let reply = pb::SubmitSheetResponse { sheet: Some(sheet) };
        once.remember(&mut tx, now, &reply).await?;
        tx.commit().await?;
        self.ctx.bells.ring(Source::Ledger);
        self.ctx.mail.ring();
        Ok(reply)
    }

    /// Takes a sent sheet back; only before the deadline.
    ///
    /// # Errors
    /// `SHEET_NOT_SUBMITTED`, `DEADLINE_PASSED`, and the common ones.
    pub async fn withdraw_sheet(
        &self,
        caller: &Caller,
        request: &pb::WithdrawSheetRequest,
    ) -> Result<pb::WithdrawSheetResponse, Error> {
        let now = self.ctx.clock.now();
        let (code, unit) = (parse("cycle", &request.cycle)?, parse("unit", &request.unit)?);
        let reason = optional_text("reason", &request.reason, LONG_TEXT)?;
        let once = Once::new(SERVICE, "WithdrawSheet", caller, &request.request_id, request)?;
        let window = self.may_turn(caller, &code, &unit, now).await?;
        let mut tx = self.ctx.db.begin().await?;
        if let Some(reply) = once.replay(&mut tx).await? {
            return Ok(reply);
        }
        let cycle = window?;
        let turn = Turn {
            act: Act::Withdraw,
            name: "sheet.withdraw",
            to: SheetState::Draft,
            reason,
        };
        let sheet = turn.carry_out(&mut tx, caller, (&cycle, &unit), now).await?;
        let reply = pb::WithdrawSheetResponse { sheet: Some(sheet) };
        once.remember(&mut tx, now, &reply).await?;
        tx.commit().await?;
        self.ctx.bells.ring(Source::Ledger);
        Ok(reply)
    }

    /// The calendar's answer is handed on, so that a repeated request is answered before it.
    async fn may_turn(
        &self,
        caller: &Caller,
        code: &CycleCode,
        unit: &UnitCode,
        now: Instant,
    ) -> Result<Result<Arc<Cycle>, Error>, Error> {
        caller.require(policy::SUBMIT, Some(code))?;
        let cycle = self.ctx.cycles.get(code).await?;
        index_set(&cycle, unit)?;
        policy::own_unit(caller, policy::SUBMIT, code, unit)?;
        Ok(self
            .ctx
            .cycles
            .check(code, Window::SelfScoring, Some(unit), now)
            .await)
    }
}

/// A change of a sheet's state by its unit.
struct Turn {
    act: Act,
    name: &'static str,
    to: SheetState,
    reason: String,
}

impl Turn {
    async fn carry_out(
        self,
        tx: &mut Tx,
        caller: &Caller,
        (cycle, unit): (&Cycle, &UnitCode),
        now: Instant,
    ) -> Result<pb::Sheet, Error> {
        let code = &cycle.code;
        let progress = store::sheet::progress(tx, code).await?;
        let stored = store::sheet::load(tx, code, unit).await?;
        progress.check(self.act, stored.state.at(self_scoring_over(cycle, unit, now)))?;
        let entries = store::entry::of_sheet(tx, code, unit).await?;
        let submitted = self.to == SheetState::Submitted;
        if submitted {
            complete(cycle, unit, &entries)?;
        }
        let sheet = Sheet {
            state: self.to,
            submitted_at: submitted.then_some(now),
            receipt: if submitted {
                receipt(code, unit, now, &entries)
            } else {
                String::new()
            },
        };
        store::sheet::put(tx, code, unit, &sheet).await?;
        let change = Change {
            act: self.name,
            object: format!("{code}/{unit}"),
            before: Some(stored.to_json()),
            after: sheet.to_json(),
            reason: self.reason,
        };
        record(tx, caller, now, change).await?;
        let posts = if submitted {
            post::self_scores(cycle, unit, &entries)
        } else {
            post::withdrawn(cycle, unit, &entries)
        };
        feed::post(tx, SERVICE, Source::Ledger, now, posts).await?;
        let rows = entries.into_iter().map(|(leaf, entry)| {
            (
                leaf,
                LeafRows {
                    entry,
                    ..LeafRows::default()
                },
            )
        });
        let actor = caller.require(policy::SUBMIT, Some(code))?;
        let view = View {
            cycle,
            viewer: &Viewer::of(&actor),
            progress,
        };
        // A sheet is turned before round 1 is closed, when no penalty is told yet.
        Ok(view.sheet(unit, (sheet, false), &rows.collect(), &[]))
    }
}

/// The number that the unit, its letter and the journal name a sending by: the first digits of a digest of what was
/// sent, so that nobody can say later that it was something else.
fn receipt(
    cycle: &CycleCode,
    unit: &UnitCode,
    now: Instant,
    entries: &BTreeMap<CriterionCode, Entry>,
) -> String {
    let rows: Vec<_> = entries
        .iter()
        .map(|(leaf, entry)| (leaf, entry.to_json()))
        .collect();
    let sent = serde_json::json!([cycle, unit, now, rows]).to_string();
    let mut digits = hex::encode(Sha256::digest(sent));
    digits.truncate(RECEIPT_DIGITS);
    digits
}

fn complete(cycle: &Cycle, unit: &UnitCode, entries: &BTreeMap<CriterionCode, Entry>) -> Result<(), Error> {
    let set = index_set(cycle, unit)?;
    let empty: Vec<(String, String)> = post::open_leaves(cycle, unit, entries)
        .filter(|(_, entry)| entry.is_none_or(|entry| entry.input.is_none()))
        .filter_map(|(code, _)| set.leaf(code))
        .filter(|leaf| !is_optional(set, leaf))
        .map(|leaf| {
            (
                leaf.code.to_string(),
                format!("Chưa nhập {}: {}", leaf.code, leaf.name),
            )
        })
        .collect();
    if empty.is_empty() {
        return Ok(());
    }
    let refusal = LedgerRefusal::SheetIncomplete(empty.len());
    Err(Error::obstacles(refusal.reason(), refusal.vi(), empty))
}

/// The sheet as it stands now. A draft whose window is over is taken over as it was last saved, journalled
/// and posted, the first time a write meets it; one that an extension opened again once more, at its later end.
pub(super) async fn settle(
    tx: &mut Tx,
    cycle: &Cycle,
    unit: &UnitCode,
    now: Instant,
) -> Result<SheetState, Error> {
    let stored = store::sheet::load(tx, &cycle.code, unit).await?;
    let state = stored.state.at(self_scoring_over(cycle, unit, now));
    let ended = cycle
        .calendar
        .span(Window::SelfScoring, Some(unit))
        .map(|span| span.end);
    let taken = stored.state == SheetState::AutoLocked && stored.submitted_at >= ended;
    // What round 1 decided stands from its end on: nothing of the unit's own is posted after it.
    let open = !store::sheet::progress(tx, &cycle.code).await?.first_closed;
    if state == SheetState::AutoLocked && !taken && open {
        let sheet = Sheet {
            state,
            submitted_at: ended,
            receipt: String::new(),
        };
        take_over(tx, (cycle, unit), (&stored, &sheet), now).await?;
    }
    Ok(state)
}

async fn take_over(
    tx: &mut Tx,
    (cycle, unit): (&Cycle, &UnitCode),
    (before, after): (&Sheet, &Sheet),
    now: Instant,
) -> Result<(), Error> {
    store::sheet::put(tx, &cycle.code, unit, after).await?;
    let act = journal::Act {
        actor: SYSTEM.to_owned(),
        act: "sheet.auto_lock",
        object: format!("{}/{unit}", cycle.code),
        before: Some(before.to_json()),
        after: Some(after.to_json()),
        reason: "Hết hạn tự chấm mà đơn vị chưa gửi: hệ thống tự chốt".to_owned(),
    };
    journal::append(tx, SERVICE, now, vec![act]).await?;
    let entries = store::entry::of_sheet(tx, &cycle.code, unit).await?;
    let posts = post::self_scores(cycle, unit, &entries);
    feed::post(tx, SERVICE, Source::Ledger, now, posts).await?;
    Ok(())
}
