//! Dividing a unit's work: its head says which officer sees to which leaves. Every officer may still write on all.

use std::collections::{BTreeMap, BTreeSet};

use chiso_domain::cycle::{Cycle, Window, WindowRefusal};
use chiso_domain::kernel::{CriterionCode, CycleCode, PersonId, UnitCode};
use chiso_platform::Error;
use chiso_platform::auth::Caller;
use chiso_platform::once::Once;
use chiso_wire::convert::{BadField, parse, parse_optional};
use chiso_wire::ledger as pb;

use super::{Change, index_set, record, scored_leaf};
use crate::error::LedgerRefusal;
use crate::store::{self, Place};
use crate::{SERVICE, Service, policy};

impl Service {
    /// Says who sees to leaves of the own unit, until the unit has nothing more to write in the year.
    ///
    /// # Errors
    /// `ASSIGNEE_NOT_OFFICER`, `CRITERION_UNKNOWN`, `UNIT_NOT_YOURS`, `DEADLINE_PASSED`, and the common ones.
    pub async fn assign_entries(
        &self,
        caller: &Caller,
        request: &pb::AssignEntriesRequest,
    ) -> Result<pb::AssignEntriesResponse, Error> {
        let now = self.ctx.clock.now();
        let (code, unit): (CycleCode, UnitCode) =
            (parse("cycle", &request.cycle)?, parse("unit", &request.unit)?);
        policy::own_unit(caller, policy::ASSIGN, &code, &unit)?;
        let person: Option<PersonId> = parse_optional("person_id", &request.person_id)?;
        let once = Once::new(SERVICE, "AssignEntries", caller, &request.request_id, request)?;
        // The check makes the copy fresh where the window seems over.
        let last = Window::Explanation;
        let _open = self.ctx.cycles.check(&code, last, Some(&unit), now).await;
        let cycle = self.ctx.cycles.get(&code).await?;
        let places = places(&cycle, &unit, &request.criteria)?;
        let known = self.known_officer(&code, &unit, person).await;

        let mut tx = self.ctx.db.begin().await?;
        if let Some(reply) = once.replay(&mut tx).await? {
            return Ok(reply);
        }
        if let Err(over @ WindowRefusal::Passed(..)) = cycle.calendar.check(last, Some(&unit), now) {
            return Err(over.into());
        }
        known?;
        let before = store::assignment::of_sheet(&mut tx, &code, &unit).await?;
        let mut changed = BTreeMap::new();
        for place in &places {
            let earlier = before.get(&place.criterion).copied();
            if earlier != person {
                store::assignment::put(&mut tx, place, person).await?;
                changed.insert(&place.criterion, earlier);
            }
        }
        let reply = pb::AssignEntriesResponse {
            changed: i32::try_from(changed.len()).unwrap_or(i32::MAX),
        };
        if !changed.is_empty() {
            let after: BTreeMap<_, _> = changed.keys().map(|criterion| (criterion, person)).collect();
            let change = Change {
                act: "sheet.assign",
                object: format!("{code}/{unit}"),
                before: Some(serde_json::json!(changed)),
                after: serde_json::json!(after),
                reason: String::new(),
            };
            record(&mut tx, caller, now, change).await?;
        }
        once.remember(&mut tx, now, &reply).await?;
        tx.commit().await?;
        Ok(reply)
    }

    /// Among whom the own unit's work is divided.
    ///
    /// # Errors
    /// `UNIT_UNKNOWN`, `UNIT_NOT_YOURS`, and the common ones.
    pub async fn get_assignees(
        &self,
        caller: &Caller,
        request: &pb::GetAssigneesRequest,
    ) -> Result<pb::GetAssigneesResponse, Error> {
        let (code, unit): (CycleCode, UnitCode) =
            (parse("cycle", &request.cycle)?, parse("unit", &request.unit)?);
        policy::own_unit(caller, policy::ASSIGN, &code, &unit)?;
        let cycle = self.ctx.cycles.get(&code).await?;
        index_set(&cycle, &unit)?;
        let officers = self.officers(&code, &unit).await?.into_iter();
        let assignees = officers.map(|officer| pb::Assignee {
            person_id: officer.person_id,
            name: officer.name,
        });
        Ok(pb::GetAssigneesResponse {
            assignees: assignees.collect(),
        })
    }

    /// Finds that somebody is an officer of the unit; to take leaves from everybody needs nobody.
    async fn known_officer(
        &self,
        cycle: &CycleCode,
        unit: &UnitCode,
        person: Option<PersonId>,
    ) -> Result<(), Error> {
        let Some(person) = person else { return Ok(()) };
        let officers = self.officers(cycle, unit).await?;
        let is_officer = officers
            .iter()
            .any(|officer| officer.person_id == person.to_string());
        if is_officer {
            Ok(())
        } else {
            Err(LedgerRefusal::NotOfficer(unit.clone()).into())
        }
    }
}

/// The leaves, each once.
fn places(cycle: &Cycle, unit: &UnitCode, criteria: &[String]) -> Result<Vec<Place>, Error> {
    let set = index_set(cycle, unit)?;
    if criteria.is_empty() || criteria.len() > set.rows.len() {
        return Err(BadField::missing("criteria").into());
    }
    let criteria = criteria.iter().map(|text| parse("criteria", text));
    let criteria = criteria.collect::<Result<BTreeSet<CriterionCode>, _>>()?;
    let place = |criterion| {
        let place = Place {
            cycle: cycle.code.clone(),
            unit: unit.clone(),
            criterion,
        };
        scored_leaf(cycle, &place)?;
        Ok(place)
    };
    criteria.into_iter().map(place).collect()
}
