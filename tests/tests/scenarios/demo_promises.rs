//! What the demo promises to show of Phú Thọ's year, read from the published file and from the journals.

use std::collections::BTreeMap;

use chiso_domain::index_points::{Basis, Value};
use chiso_domain::kernel::Points;
use chiso_domain::ranking::Class;
use chiso_domain::ranking::document::{CountedPoints, Document};
use chiso_platform::db::{Statement, sql};
use chiso_server::system::System;

/// Acts by name and a word of what they left behind.
type Acts = BTreeMap<(String, String), i64>;

/// Every kind of case that a newcomer is told to look for in the demo.
pub(crate) async fn kept(system: &System, published: &[u8]) {
    let document: Document = serde_json::from_slice(published).unwrap();
    one_tie_decided_by_the_council(&document);
    leaves_that_do_not_apply(system, &document).await;
    all_decisions_in_both_rounds(system).await;
    penalties_accepted_and_rejected(system, &document).await;
    slips_invalid_and_void(system, &document).await;
    let locked = "SELECT act, 'system' AS word, count(*) AS n FROM ledger_journal \
                  WHERE act = 'sheet.auto_lock' GROUP BY act";
    let locked = acts(system, sql(locked)).await;
    assert_eq!(
        of(&locked, "sheet.auto_lock", "system"),
        1,
        "one unit never sends"
    );
}

async fn acts(system: &System, statement: Statement) -> Acts {
    let rows = system.context("survey").unwrap().db.all(statement).await.unwrap();
    let read = |text: &str, row: &chiso_platform::db::Row| row.get::<String>(text).unwrap();
    rows.iter()
        .map(|row| {
            (
                (read("act", row), read("word", row)),
                row.get::<i64>("n").unwrap(),
            )
        })
        .collect()
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
    let marked = "SELECT act, object AS word, count(*) AS n FROM ledger_journal \
                  WHERE act = 'entry.not_applicable' GROUP BY act, object";
    let marked = acts(system, sql(marked)).await;
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
    let ruled = "SELECT act, after->>'$.decision' AS word, count(*) AS n FROM ledger_journal \
                 WHERE act IN ('entry.appraise_1', 'entry.appraise_2') GROUP BY act, word";
    let ruled = acts(system, sql(ruled)).await;
    for decision in ["agree", "disagree", "request_evidence"] {
        assert!(of(&ruled, "entry.appraise_1", decision) > 0, "{ruled:?}");
    }
    assert!(of(&ruled, "entry.appraise_2", "disagree") > 0, "{ruled:?}");
    assert_eq!(of(&ruled, "entry.appraise_2", "request_evidence"), 0);
}

/// Accepted ones are taken off a published total.
async fn penalties_accepted_and_rejected(system: &System, document: &Document) {
    let decided = "SELECT act, after->>'$.state' AS word, count(*) AS n FROM ledger_journal \
                   WHERE act = 'penalty.decide' GROUP BY act, word";
    let decided = acts(system, sql(decided)).await;
    assert!(of(&decided, "penalty.decide", "decided") > 0, "{decided:?}");
    assert!(of(&decided, "penalty.decide", "rejected") > 0, "{decided:?}");
    let mut results = document.results.units.iter();
    assert!(results.any(|unit| unit.penalty > Points::ZERO));
}

/// Invalid slips are recorded; void ones are found by the recheck, and what they had given is taken off.
async fn slips_invalid_and_void(system: &System, document: &Document) {
    let sent = "SELECT act, iif(after->>'$.valid', 'valid', 'invalid') AS word, count(*) AS n \
                FROM survey_journal WHERE act = 'slip.submit' GROUP BY act, word";
    let sent = acts(system, sql(sent)).await;
    assert!(of(&sent, "slip.submit", "invalid") > 0, "{sent:?}");
    let found = "SELECT act, iif(after->>'$.void', 'void', 'stands') AS word, count(*) AS n \
                 FROM recheck_journal WHERE act = 'case.finding' GROUP BY act, word";
    let found = acts(system, sql(found)).await;
    for outcome in ["void", "stands"] {
        assert!(of(&found, "case.finding", outcome) > 0, "{found:?}");
    }
    let adjusted = leaves(document)
        .filter(|(_, leaf)| matches!(leaf.basis, Basis::Recheck { void_rated, .. } if void_rated > 0));
    assert!(adjusted.count() > 0, "no void slip had counted");
}
