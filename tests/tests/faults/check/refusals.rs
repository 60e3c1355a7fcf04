//! Refusals: each must be one that the load provokes on purpose, where it does so. Any other is a client that met
//! an effect that it did not cause.

use std::collections::BTreeMap;

use super::db::Db;
use super::told::{Refused, Told};
use super::{SERVICES, Verdict};
use crate::world::CLOSING;

/// SHA-256 of what is stored, by the id of the slip or the request.
type Stored = BTreeMap<String, String>;

pub(super) async fn check(told: &Told, db: &mut Db, verdict: &mut Verdict) {
    let stored = stored(db).await;
    let mut strange: BTreeMap<(&str, String), u64> = BTreeMap::new();
    let refusals = told.refusals.iter();
    for refusal in refusals.filter(|refusal| !provoked(told, &stored, refusal)) {
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

async fn stored(db: &mut Db) -> Stored {
    let mut stored = Stored::new();
    for row in db.rows("SELECT slip_id, sha256 FROM survey_slip").await {
        stored.insert(row.id("slip_id"), row.hex("sha256"));
    }
    for service in SERVICES {
        let text = format!("SELECT request_id, body_sha256 FROM {service}_request");
        for row in db.rows(&text).await {
            stored.insert(row.id("request_id"), row.hex("body_sha256"));
        }
    }
    stored
}

fn provoked(told: &Told, stored: &Stored, refusal: &Refused) -> bool {
    match refusal.reason.as_str() {
        // Other bytes under that id are stored. (That somebody sent these is checked with the rows.)
        "SLIP_ID_REUSED" | "REQUEST_ID_REUSED" => {
            stored.get(&refusal.id).is_some_and(|sha| *sha != refusal.sha)
        }
        // Slips of a unit that is closing.
        "DEADLINE_PASSED" | "LOT_TAKEN" => {
            let sent = told.slips.get(&refusal.id);
            sent.is_some_and(|sent| CLOSING.contains(&sent[0].unit.as_str()))
        }
        // The call that lists such a unit, which is tried until the window is over.
        "WINDOW_STILL_OPEN" => {
            let sent = told.requests.get(&refusal.id);
            sent.is_some_and(|sent| sent[0].method == "CloseLot")
        }
        _ => false,
    }
}
