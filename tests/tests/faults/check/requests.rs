//! Mutations under a request id: the row of each acknowledged one with its bytes and its answer, and every
//! effect exactly once: one act in the journal, and the rows that follow from it.

use std::collections::{BTreeMap, BTreeSet};

use super::db::{Db, Row};
use super::told::Told;
use super::{Places, SERVICES, Verdict, differences, tally};

/// What each RPC does once: (service, RPC, act of the journal).
const EFFECTS: [(&str, &str, &str); 10] = [
    ("ledger", "SaveEntry", "entry.save"),
    ("ledger", "SubmitSheet", "sheet.submit"),
    ("ledger", "WithdrawSheet", "sheet.withdraw"),
    ("ledger", "AppraiseEntry", "entry.appraise_1"),
    ("leaders", "SaveMark", "slip.save"),
    ("leaders", "SendSlip", "slip.send"),
    ("survey", "ReturnSlip", "slip.return"),
    ("recheck", "RecordAttempt", "case.attempt"),
    ("recheck", "RecordFinding", "case.finding"),
    ("recheck", "CloseLot", "lot.close"),
];

/// Ids of everything that is remembered by now.
pub(crate) async fn ids(db: &mut Db) -> BTreeSet<String> {
    let mut ids = BTreeSet::new();
    for service in SERVICES {
        let rows = db
            .rows(&format!("SELECT request_id FROM {service}_request"))
            .await;
        ids.extend(rows.iter().map(|row| row.id("request_id")));
    }
    ids
}

pub(super) async fn check(told: &Told, places: &mut Places<'_>, verdict: &mut Verdict) {
    for service in SERVICES {
        let text = format!("SELECT request_id, body_sha256, reply FROM {service}_request");
        let rows = places.db.rows(&text).await;
        let rows: BTreeMap<String, &Row> = rows.iter().map(|row| (row.id("request_id"), row)).collect();
        remembered(told, service, &rows, verdict);
        strangers(told, service, rows.keys(), places.set_up, verdict);
    }
    for (service, method, act) in EFFECTS {
        let text = format!("SELECT COUNT(*) AS n FROM {service}_request WHERE method = '{method}'");
        let requests = places.db.count(&text).await;
        let text = format!("SELECT COUNT(*) AS n FROM {service}_journal WHERE act = '{act}'");
        once(
            verdict,
            &format!("{service}.{method}"),
            places.db.count(&text).await,
            requests,
        );
    }
    for (what, found, expected) in followers(&mut places.db).await {
        once(verdict, &what, found, expected);
    }
}

/// More acts than requests: done twice. Fewer: done half.
fn once(verdict: &mut Verdict, what: &str, found: i64, expected: i64) {
    let fault = format!("{what}: {found} found, {expected} expected");
    match found.cmp(&expected) {
        std::cmp::Ordering::Greater => verdict.doubled.push(fault),
        std::cmp::Ordering::Less => verdict.half.push(fault),
        std::cmp::Ordering::Equal => {}
    }
}

fn remembered(told: &Told, service: &str, rows: &BTreeMap<String, &Row>, verdict: &mut Verdict) {
    let of_service = told
        .requests
        .iter()
        .filter(|(_, sent)| sent[0].service == service);
    for (id, sent) in of_service {
        let acks = told.acks.get(id);
        match (rows.get(id), acks) {
            (None, Some(_)) => verdict.lost.push(format!(
                "{service} request {id} was acknowledged and is not there"
            )),
            (None, None) => {}
            (Some(row), acks) => {
                let sha = row.hex("body_sha256");
                if !sent.iter().any(|request| request.sha == sha) {
                    verdict.half.push(format!(
                        "{service} request {id} is there with bytes that nobody sent"
                    ));
                }
                // Whoever was told that these other bytes are stored has lost them.
                for _other in acks.into_iter().flatten().filter(|ack| ack.sha != sha) {
                    verdict.lost.push(format!(
                        "{service} request {id} was acknowledged with other bytes than are there"
                    ));
                }
                if !told.is_acked(id, &sha) && told.refused.contains(&(id.clone(), sha)) {
                    verdict
                        .half
                        .push(format!("{service} request {id} was refused and is there"));
                }
                let reply = crate::log::sha256(row.bytes("reply"));
                for _other in acks.into_iter().flatten().filter(|ack| ack.reply != reply) {
                    verdict
                        .doubled
                        .push(format!("{service} request {id} was answered in two ways"));
                }
            }
        }
    }
}

/// What is remembered since the set-up is a request of some client to that service.
fn strangers<'a>(
    told: &Told,
    service: &str,
    ids: impl Iterator<Item = &'a String>,
    set_up: &BTreeSet<String>,
    verdict: &mut Verdict,
) {
    let sent = |id: &String| {
        told.requests
            .get(id)
            .is_some_and(|sent| sent[0].service == service)
    };
    for id in ids.filter(|id| !sent(id) && !set_up.contains(*id)) {
        verdict
            .half
            .push(format!("{service} request {id} is there, and no client sent it"));
    }
}

/// Rows that follow from acts: (what, found, expected).
async fn followers(db: &mut Db) -> Vec<(String, i64, i64)> {
    let mut all = Vec::new();
    let acts = async |db: &mut Db, service: &str, acts: &str| {
        let rows = db
            .rows(&format!(
                "SELECT object FROM {service}_journal WHERE act IN ({acts})"
            ))
            .await;
        tally(rows.iter().map(|row| row.text("object").to_owned()))
    };
    let found = counted(
        db,
        "SELECT cycle || '/' || unit || '/' || criterion AS k, version AS n FROM ledger_entry",
    )
    .await;
    let expected = acts(db, "ledger", "'entry.save', 'evidence.add', 'evidence.remove'").await;
    all.extend(named("version of entry", &found, &expected));
    let text = "SELECT cycle || '/' || unit || '/' || criterion AS k, COUNT(*) AS n FROM ledger_evidence \
                GROUP BY cycle, unit, criterion";
    let found = counted(db, text).await;
    let expected = acts(db, "ledger", "'evidence.add'").await;
    all.extend(named("evidence of", &found, &expected));
    let people = db.rows("SELECT cycle, leader, version FROM leaders_slip").await;
    let key = |row: &Row| format!("{}/{}", row.text("cycle"), row.id("leader"));
    let found = people.iter().map(|row| (key(row), row.int("version"))).collect();
    let expected = acts(db, "leaders", "'slip.save'").await;
    all.extend(named("version of slip", &found, &expected));
    let sent = db.rows("SELECT cycle, leader FROM leaders_sent").await;
    let expected = acts(db, "leaders", "'slip.send'").await;
    all.extend(named("sendings of slip", &tally(sent.iter().map(key)), &expected));
    let last = |object: &str| object.rsplit('/').next().unwrap_or_default().to_owned();
    let attempts = db.rows("SELECT case_id FROM recheck_attempt").await;
    let expected = acts(db, "recheck", "'case.attempt'").await.into_iter();
    let expected = expected.map(|(object, n)| (last(&object), n)).collect();
    all.extend(named(
        "attempts of case",
        &tally(attempts.iter().map(|row| row.id("case_id"))),
        &expected,
    ));
    let outcomes = db
        .rows("SELECT case_id FROM recheck_case WHERE outcome IS NOT NULL")
        .await;
    let expected = acts(db, "recheck", "'case.finding'").await.into_iter();
    let expected = expected.map(|(object, n)| (last(&object), n)).collect();
    all.extend(named(
        "outcome of case",
        &tally(outcomes.iter().map(|row| row.id("case_id"))),
        &expected,
    ));
    let people = db.rows("SELECT respondent_id FROM survey_respondent").await;
    let expected = acts(db, "survey", "'respondent.register'").await.into_iter();
    let expected = expected.map(|(object, n)| (last(&object), n)).collect();
    all.extend(named(
        "respondent",
        &tally(people.iter().map(|row| row.hex("respondent_id"))),
        &expected,
    ));
    all
}

async fn counted(db: &mut Db, text: &str) -> BTreeMap<String, i64> {
    let rows = db.rows(text).await;
    rows.iter()
        .map(|row| (row.text("k").to_owned(), row.int("n")))
        .collect()
}

fn named(
    what: &str,
    found: &BTreeMap<String, i64>,
    expected: &BTreeMap<String, i64>,
) -> Vec<(String, i64, i64)> {
    let wrong = differences(found, expected).into_iter();
    // More acts than rows say that an act was done again without a trace: turned round, so that it shows as such.
    wrong
        .map(|(key, found, expected)| (format!("{what} {key}"), found, expected))
        .collect()
}
