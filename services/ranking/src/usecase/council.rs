//! What people decide: bars, and the council's choice among ties.

use chiso_domain::cycle::Cycle;
use chiso_domain::kernel::{CycleCode, Instant, UnitCode, UnitTypeCode};
use chiso_domain::ranking::{Bar, OpenTie, Outcome, TieDecision};
use chiso_platform::auth::Caller;
use chiso_platform::once::Once;
use chiso_platform::{Error, journal};
use chiso_wire::convert::{instant, parse, text, timestamp};
use chiso_wire::kernel::Receipt;
use chiso_wire::ranking as pb;
use serde_json::json;

use super::stock::{Stock, computed};
use super::{TEXT_MAX, act, publish};
use crate::error::Refused;
use crate::{SERVICE, Service, policy, store, wire};

impl Service {
    /// Records the highest class of a unit. A later bar of the unit takes the place of the one before;
    /// `EXCELLENT` lifts it. Counts from the next computation on; what is published stays.
    pub(crate) async fn record_bar(
        &self,
        caller: &Caller,
        request: pb::RecordBarRequest,
    ) -> Result<pb::RecordBarResponse, Error> {
        let cycle: CycleCode = parse("cycle", &request.cycle)?;
        caller.require(policy::RECORD_BAR, Some(&cycle))?;
        let now = self.ctx.clock.now();
        let once = Once::new(SERVICE, "RecordBar", caller, &request.request_id, &request)?;
        let bar = Bar {
            highest_class: wire::class_from_wire("highest_class", request.highest_class())?,
            unit: parse("unit", &request.unit)?,
            document: text("document", &request.document, TEXT_MAX)?,
        };
        let frame = self.ctx.cycles.get(&cycle).await?;
        if !frame.units.contains_key(&bar.unit) {
            return Err(Error::not_found(
                "unit",
                format!(
                    "Không có đơn vị “{}” trong đợt này. Kiểm tra lại mã đơn vị.",
                    bar.unit
                ),
            ));
        }
        let mut tx = self.ctx.db.begin().await?;
        if let Some(reply) = once.replay(&mut tx).await? {
            return Ok(reply);
        }
        let before = store::bars(&mut tx, &cycle)
            .await?
            .into_iter()
            .find(|b| b.unit == bar.unit);
        store::put_bar(&mut tx, &cycle, &bar, now).await?;
        let mut act = act(caller, "bar.record", format!("{cycle}/{}", bar.unit), "");
        act.before = before.map(|bar| json!(bar));
        act.after = Some(json!(bar));
        journal::append(&mut tx, SERVICE, now, vec![act]).await?;
        let reply = pb::RecordBarResponse {
            receipt: Some(Receipt {
                request_id: request.request_id,
                at: Some(timestamp(now)),
            }),
        };
        once.remember(&mut tx, now, &reply).await?;
        tx.commit().await?;
        Ok(reply)
    }

    /// Records the council's choice for the tie that stands now. Refused while a leaf of the type is
    /// missing, since the tie may then still change. Deciding again replaces the decision, where that was seen.
    pub(crate) async fn decide_tie(
        &self,
        caller: &Caller,
        request: pb::DecideTieRequest,
    ) -> Result<pb::DecideTieResponse, Error> {
        let cycle: CycleCode = parse("cycle", &request.cycle)?;
        caller.require(policy::DECIDE_TIE, Some(&cycle))?;
        let now = self.ctx.clock.now();
        let once = Once::new(SERVICE, "DecideTie", caller, &request.request_id, &request)?;
        let unit_type: UnitTypeCode = parse("unit_type", &request.unit_type)?;
        let document = text("document", &request.document, TEXT_MAX)?;
        let chosen = chosen(&request.chosen)?;
        let seen = request.seen.as_ref().map(seen).transpose()?;
        if let Some(reply) = once.replay(&mut &self.ctx.db).await? {
            return Ok(reply);
        }
        let frame = self.ctx.cycles.get(&cycle).await?;
        self.consumer.catch_up().await?;
        let mut tx = self.ctx.db.begin().await?;
        if let Some(reply) = once.replay(&mut tx).await? {
            return Ok(reply);
        }
        let mut stock = Stock::load(&mut tx, frame).await?;
        let of_type = |decision: &TieDecision| decision.unit_type == unit_type;
        stock.ties.retain(|decision| !of_type(decision));
        let (stock, outcome) = computed(stock).await?;
        let decision = decided((&stock.cycle, &outcome), &unit_type, chosen, document)?;
        let mut dated = store::dated_ties(&mut tx, &cycle).await?.into_iter();
        let before = dated.find(|(decision, _)| of_type(decision));
        if let Some(seen) = seen {
            seen.check(&decision, before.as_ref())?;
        }
        store::put_tie(&mut tx, &cycle, &decision, now).await?;
        let mut act = act(caller, "tie.decide", format!("{cycle}/{unit_type}"), "");
        act.before = before.map(|(decision, _)| json!(decision));
        act.after = Some(json!(decision));
        journal::append(&mut tx, SERVICE, now, vec![act]).await?;
        let reply = pb::DecideTieResponse {
            receipt: Some(Receipt {
                request_id: request.request_id,
                at: Some(timestamp(now)),
            }),
        };
        once.remember(&mut tx, now, &reply).await?;
        tx.commit().await?;
        Ok(reply)
    }
}

impl Service {
    /// The bars and choices of a cycle, in the order of units and types. Changes nothing.
    pub(crate) async fn get_decisions(
        &self,
        caller: &Caller,
        request: pb::GetDecisionsRequest,
    ) -> Result<pb::GetDecisionsResponse, Error> {
        let cycle: CycleCode = parse("cycle", &request.cycle)?;
        caller.require(policy::READ_PROVISIONAL, Some(&cycle))?;
        let frame = self.ctx.cycles.get(&cycle).await?;
        let bars = store::dated_bars(&mut &self.ctx.db, &frame.code).await?;
        let ties = store::dated_ties(&mut &self.ctx.db, &frame.code).await?;
        Ok(pb::GetDecisionsResponse {
            bars: bars.into_iter().map(wire::bar).collect(),
            ties: ties.into_iter().map(wire::tie).collect(),
        })
    }
}

fn chosen(units: &[String]) -> Result<Vec<UnitCode>, Error> {
    let mut chosen: Vec<UnitCode> = Vec::with_capacity(units.len());
    for (at, unit) in units.iter().enumerate() {
        let unit: UnitCode = parse(&format!("chosen[{at}]"), unit)?;
        if chosen.contains(&unit) {
            return Err(Refused::ChosenTwice { at, unit }.into());
        }
        chosen.push(unit);
    }
    Ok(chosen)
}

/// What the caller looked at before deciding.
#[derive(Debug)]
struct Seen {
    units: Vec<UnitCode>,
    places: i32,
    decided_at: Option<Instant>,
}

fn seen(seen: &pb::SeenTie) -> Result<Seen, Error> {
    let unit = |(at, unit): (usize, &String)| parse(&format!("seen.units[{at}]"), unit);
    let mut units: Vec<UnitCode> = seen
        .units
        .iter()
        .enumerate()
        .map(unit)
        .collect::<Result<_, _>>()?;
    units.sort();
    let at = seen.decided_at.as_ref();
    Ok(Seen {
        units,
        places: seen.places,
        decided_at: at.map(|at| instant("seen.decided_at", Some(at))).transpose()?,
    })
}

impl Seen {
    /// Whether the tie to be decided, and the decision to be replaced, are those that were looked at.
    fn check(&self, now: &TieDecision, before: Option<&(TieDecision, Instant)>) -> Result<(), Refused> {
        if self.units != now.units || usize::try_from(self.places) != Ok(now.places) {
            return Err(Refused::TieChanged);
        }
        match before {
            Some((decision, at)) if self.decided_at != Some(*at) => {
                Err(Refused::TieDecided(decision.document.clone()))
            }
            _ => Ok(()),
        }
    }
}

/// The decision on the tie of a type, if there is such a tie and the choice fits it.
fn decided(
    (cycle, outcome): (&Cycle, &Outcome),
    unit_type: &UnitTypeCode,
    mut chosen: Vec<UnitCode>,
    document: String,
) -> Result<TieDecision, Error> {
    let of_type = outcome
        .units
        .iter()
        .filter(|unit| unit.unit_type == *unit_type && unit.rank > 0);
    let missing = of_type.flat_map(|unit| &unit.missing);
    publish::require_complete(publish::named(cycle, missing))?;
    let tie: &OpenTie = outcome
        .open_ties
        .iter()
        .find(|tie| tie.unit_type == *unit_type)
        .ok_or(Refused::NoTie)?;
    if let Some(at) = chosen.iter().position(|unit| !tie.units.contains(unit)) {
        let unit = chosen.swap_remove(at);
        return Err(Refused::NotTied { at, unit }.into());
    }
    if chosen.len() > tie.places {
        let (chosen, places) = (chosen.len(), tie.places);
        return Err(Refused::TooManyChosen { chosen, places }.into());
    }
    chosen.sort();
    Ok(TieDecision {
        unit_type: unit_type.clone(),
        units: tie.units.clone(),
        places: tie.places,
        chosen,
        document,
    })
}
