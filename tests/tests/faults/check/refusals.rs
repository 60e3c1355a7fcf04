//! Refusals: each must be one that the load provokes on purpose, where it does so. Any other is a client that met
//! an effect that it did not cause.

use std::collections::{BTreeMap, BTreeSet};

use super::Verdict;
use super::told::{Refused, Told};
use crate::world::CLOSING;

pub(super) fn check(told: &Told, verdict: &mut Verdict) {
    let mut strange: BTreeMap<(&str, String), u64> = BTreeMap::new();
    for refusal in told.refusals.iter().filter(|refusal| !provoked(told, refusal)) {
        let of = told
            .requests
            .get(&refusal.id)
            .map_or("slip", |sent| &sent[0].method);
        *strange.entry((&refusal.reason, of.to_owned())).or_default() += 1;
    }
    for ((reason, of), times) in strange {
        let fault = format!("{times} writes ({of}) were refused as {reason}");
        verdict.doubled.push(fault);
    }
}

fn provoked(told: &Told, refusal: &Refused) -> bool {
    let slips = told.slips.get(&refusal.id).into_iter().flatten();
    let requests = told.requests.get(&refusal.id).into_iter().flatten();
    match refusal.reason.as_str() {
        // Two bodies were sent under that id.
        "SLIP_ID_REUSED" => slips.map(|slip| &slip.sha).collect::<BTreeSet<_>>().len() > 1,
        "REQUEST_ID_REUSED" => {
            requests
                .map(|request| &request.sha)
                .collect::<BTreeSet<_>>()
                .len()
                > 1
        }
        // The slips of a unit that is closing, and the call that lists it.
        "DEADLINE_PASSED" | "LOT_TAKEN" => {
            let mut units = slips.map(|slip| slip.unit.as_str());
            units.next().is_some_and(|unit| CLOSING.contains(&unit))
        }
        "WINDOW_STILL_OPEN" => {
            requests.clone().count() > 0 && requests.clone().all(|request| request.method == "CloseLot")
        }
        _ => false,
    }
}
