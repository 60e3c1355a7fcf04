//! What the demo promises to show of Phú Thọ's year, read from the published file and from the journals.

use std::collections::BTreeMap;

use chiso_domain::index_points::{Basis, Value};
use chiso_domain::kernel::Points;
use chiso_domain::ranking::Class;
use chiso_domain::ranking::document::{CountedPoints, Document};
use chiso_platform::db::sql;
use chiso_server::system::System;

/// Acts by name and a word of what they left behind.
type Acts = BTreeMap<(String, String), i64>;

/// What an act left behind.
type After = serde_json::Value;

/// Every kind of case that a newcomer is told to look for in the demo.
pub(crate) async fn kept(system: &System, published: &[u8]) {
    let document: Document = serde_json::from_slice(published).unwrap();
    one_tie_decided_by_the_council(&document);
    leaves_that_do_not_apply(system, &document).await;
    all_decisions_in_both_rounds(system).await;
    penalties_accepted_and_rejected(system, &document).await;
    slips_invalid_and_void(system, &document).await;
    let locked = acts(system, "ledger", "sheet.auto_lock", |_, _| "system".to_owned()).await;
    assert_eq!(
        of(&locked, "sheet.auto_lock", "system"),
        1,
        "one unit never sends"
    );
}

/// Counts the acts of a service whose name begins so, each by the word for its object and what it left.
async fn acts(
    system: &System,
    service: &'static str,
    name: &str,
    word: impl Fn(&str, &After) -> String,
) -> Acts {
    let text: &'static str = format!("SELECT act, object, after FROM {service}_journal ORDER BY seq").leak();
    let rows = system.context(service).unwrap().db.all(sql(text)).await.unwrap();
    let mut acts = Acts::new();
    for row in rows {
        let read = |column: &str| row.get::<String>(column).unwrap();
        let act = read("act");
        if act.starts_with(name) {
            let after = serde_json::from_str(&read("after")).unwrap_or_default();
            let word = word(&read("object"), &after);
            *acts.entry((act, word)).or_default() += 1;
        }
    }
    acts
}

fn text(value: &After) -> String {
    value.as_str().unwrap().to_owned()
}

fn either(value: &After, yes: &str, no: &str) -> String {
    (if value.as_bool().unwrap() { yes } else { no }).to_owned()
}

fn of(acts: &Acts, act: &str, word: &str) -> i64 {
    acts.get(&(act.to_owned(), word.to_owned())).copied().unwrap_or(0)
}

fn leaves(document: &Document) -> impl Iterator<Item = (String, &CountedPoints)> {
    let units = document.inputs.points.iter();
    units.flat_map(|unit| unit.leaves.iter().map(|leaf| (unit.unit.to_string(), leaf)))
}

/// Two stand on one rank at the edge of the quota, the council chose one, and only that one is excellent.
fn one_tie_decided_by_the_council(document: &Document) {
    assert!(document.results.open_ties.is_empty());
    let [tie] = document.inputs.ties.as_slice() else {
        panic!("{:?}", document.inputs.ties);
    };
    let [chosen] = tie.chosen.as_slice() else {
        panic!("{tie:?}");
    };
    assert!(tie.units.len() > 1 && tie.units.contains(chosen), "{tie:?}");
    assert!(!tie.document.is_empty());
    let results = document.results.units.iter();
    let tied: Vec<_> = results.filter(|u| tie.units.contains(&u.unit)).collect();
    assert_eq!(tied.len(), tie.units.len());
    for unit in tied {
        assert!(unit.tied, "{unit:?}");
        let class = if unit.unit == *chosen {
            Class::Excellent
        } else {
            Class::Good
        };
        assert_eq!(unit.class, Some(class), "{unit:?}");
    }
}

/// What the organiser marked as not applicable is published so.
async fn leaves_that_do_not_apply(system: &System, document: &Document) {
    let marked = acts(system, "ledger", "entry.not_applicable", |object, _| {
        object.to_owned()
    })
    .await;
    assert!(!marked.is_empty());
    for (_, object) in marked.keys() {
        let excused = leaves(document).any(|(unit, leaf)| {
            *object == format!("{}/{unit}/{}", document.cycle, leaf.criterion)
                && matches!(leaf.value, Value::NotApplicable(_))
        });
        assert!(excused, "{object}");
    }
}

/// Agree, disagree and request evidence in round 1; round 2 asks for nothing.
async fn all_decisions_in_both_rounds(system: &System) {
    let ruled = acts(system, "ledger", "entry.appraise_", |_, after| {
        text(&after["decision"])
    })
    .await;
    for decision in ["agree", "disagree", "request_evidence"] {
        assert!(of(&ruled, "entry.appraise_1", decision) > 0, "{ruled:?}");
    }
    assert!(of(&ruled, "entry.appraise_2", "disagree") > 0, "{ruled:?}");
    assert_eq!(of(&ruled, "entry.appraise_2", "request_evidence"), 0);
}

/// Accepted ones are taken off a published total.
async fn penalties_accepted_and_rejected(system: &System, document: &Document) {
    let decided = acts(system, "ledger", "penalty.decide", |_, after| {
        text(&after["state"])
    })
    .await;
    assert!(of(&decided, "penalty.decide", "decided") > 0, "{decided:?}");
    assert!(of(&decided, "penalty.decide", "rejected") > 0, "{decided:?}");
    let mut results = document.results.units.iter();
    assert!(results.any(|unit| unit.penalty > Points::ZERO));
}

/// Invalid slips are recorded; void ones are found by the recheck, and what they had given is taken off.
async fn slips_invalid_and_void(system: &System, document: &Document) {
    let sent = acts(system, "survey", "slip.submit", |_, after| {
        either(&after["valid"], "valid", "invalid")
    });
    let sent = sent.await;
    assert!(of(&sent, "slip.submit", "invalid") > 0, "{sent:?}");
    let found = acts(system, "recheck", "case.finding", |_, after| {
        either(&after["void"], "void", "stands")
    });
    let found = found.await;
    for outcome in ["void", "stands"] {
        assert!(of(&found, "case.finding", outcome) > 0, "{found:?}");
    }
    let adjusted = leaves(document)
        .filter(|(_, leaf)| matches!(leaf.basis, Basis::Recheck { void_rated, .. } if void_rated > 0));
    assert!(adjusted.count() > 0, "no void slip had counted");
}
