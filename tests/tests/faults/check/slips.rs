//! Slips: each acknowledged one with its bytes, no other one, and every count equal to a recount.

use std::collections::{BTreeMap, BTreeSet};

use chiso_wire::survey as pb;
use chiso_wire::survey::survey_service_client::SurveyServiceClient;
use prost::Message;
use serde_json::Value;
use tonic::Response;

use super::db::Row;
use super::told::Told;
use super::{Places, Verdict, differences, tally};
use crate::client::ask;
use crate::log::sha256;
use crate::world::{CLOSING, CYCLE, JUDGED, closes};

/// What a slip that was given back says of itself.
const RETURNED: &str = r#"[["RETURNED",""]]"#;

type Counts = BTreeMap<(String, String, String), i64>;

pub(super) async fn check(told: &Told, places: &mut Places<'_>, verdict: &mut Verdict) {
    let rows = places.db.rows("SELECT * FROM survey_slip ORDER BY slip_id").await;
    let stored: BTreeMap<String, &Row> = rows.iter().map(|row| (row.id("slip_id"), row)).collect();
    for (id, sha) in &told.slip_acks {
        match stored.get(id) {
            None => verdict
                .lost
                .push(format!("slip {id} was acknowledged and is not there")),
            Some(row) if row.hex("sha256") != *sha => {
                verdict
                    .lost
                    .push(format!("slip {id} was acknowledged with other bytes"));
            }
            Some(_) => {}
        }
    }
    let returned = returns(places, &stored, verdict).await;
    for (id, row) in stored
        .iter()
        .filter(|(_, row)| !JUDGED.contains(&row.text("unit")))
    {
        strange(told, id, row, returned.contains(id), verdict);
    }
    in_time(&rows, verdict);
    lots(places, verdict).await;
    journal(places, &stored, verdict).await;
    recount(places, &rows, verdict).await;
    read_back(told, places, verdict).await;
}

/// Slips that were given back. Each is there, counts no more and says so, and stands in the journal once; and no slip
/// says so that was not.
async fn returns(
    places: &mut Places<'_>,
    stored: &BTreeMap<String, &Row>,
    verdict: &mut Verdict,
) -> BTreeSet<String> {
    let rows = places.db.rows("SELECT slip_id FROM survey_return").await;
    let returned: BTreeSet<String> = rows.iter().map(|row| row.id("slip_id")).collect();
    let says_so = |row: &Row| row.int("valid") == 0 && row.text("reasons") == RETURNED;
    let saying = stored.iter().filter(|(_, row)| says_so(row));
    let saying: BTreeSet<String> = saying.map(|(id, _)| id.clone()).collect();
    for id in returned.symmetric_difference(&saying) {
        let fault = format!("slip {id} is not both returned and out of the count");
        verdict.half.push(fault);
    }
    let acts = places
        .db
        .rows("SELECT object FROM survey_journal WHERE act = 'slip.return'")
        .await;
    let expected = returned.iter().map(|id| (id.clone(), 1)).collect();
    for (id, found, expected) in differences(&tally(acts.iter().map(id_of)), &expected) {
        verdict.half.push(format!(
            "slip {id} has {found} returns in the journal, and {expected} rows"
        ));
    }
    returned
}

/// The slip that an act is about.
fn id_of(act: &Row) -> String {
    act.text("object")
        .rsplit('/')
        .next()
        .unwrap_or_default()
        .to_owned()
}

/// A row must be a slip that somebody sent, with its answers; a valid one, unless it was given back.
fn strange(told: &Told, id: &str, row: &Row, returned: bool, verdict: &mut Verdict) {
    let sha = row.hex("sha256");
    let sent = told
        .slips
        .get(id)
        .into_iter()
        .flatten()
        .find(|slip| slip.sha == sha);
    let Some(sent) = sent else {
        verdict
            .half
            .push(format!("slip {id} is there with bytes that nobody sent"));
        return;
    };
    let answers: Value = serde_json::from_str(row.text("answers")).unwrap();
    let same = answers == serde_json::json!([["Q1", sent.answer]])
        && row.text("unit") == sent.unit
        && row.id("respondent_id") == sent.respondent
        && row.int("valid") == i64::from(!returned);
    if !same {
        verdict
            .half
            .push(format!("slip {id} does not say what was sent: {answers}"));
    }
    let key = (id.to_owned(), sha);
    if told.refused.contains(&key) && !told.slip_acks.contains(&key) {
        verdict.half.push(format!("slip {id} was refused and is there"));
    }
}

/// A slip of a closing unit was received before the unit's window ended.
fn in_time(rows: &[Row], verdict: &mut Verdict) {
    for (number, unit) in CLOSING.iter().enumerate() {
        let end = closes(number).micros();
        let of_unit = rows.iter().filter(|row| row.text("unit") == *unit);
        for late in of_unit.filter(|row| row.int("received_at") >= end) {
            let id = late.id("slip_id");
            verdict.half.push(format!(
                "slip {id} of {unit} was taken in after the end of its window"
            ));
        }
    }
}

/// Of a unit whose slips were listed for the recheck, the list holds every valid slip.
async fn lots(places: &mut Places<'_>, verdict: &mut Verdict) {
    let listed = places
        .db
        .rows("SELECT slip_id, unit, sha256 FROM recheck_slip")
        .await;
    let listed: BTreeSet<(String, String)> = listed
        .iter()
        .map(|row| (row.id("slip_id"), row.text("sha256").to_owned()))
        .collect();
    let text = "SELECT s.slip_id, s.unit, s.sha256 FROM survey_slip s JOIN survey_lot_unit l \
                ON l.cycle = s.cycle AND l.unit = s.unit WHERE s.valid = 1";
    let of_taken = places.db.rows(text).await;
    let taken = of_taken
        .iter()
        .map(|row| (row.id("slip_id"), row.hex("sha256")))
        .collect::<BTreeSet<_>>();
    for (id, _) in taken.symmetric_difference(&listed) {
        verdict.half.push(format!(
            "slip {id} of a listed unit is not both in the survey and in the recheck's list"
        ));
    }
}

/// One act for each slip, and none for another.
async fn journal(places: &mut Places<'_>, stored: &BTreeMap<String, &Row>, verdict: &mut Verdict) {
    let acts = places
        .db
        .rows("SELECT object, after FROM survey_journal WHERE act = 'slip.submit'")
        .await;
    let expected = stored.keys().map(|id| (id.clone(), 1)).collect();
    for (id, found, expected) in differences(&tally(acts.iter().map(id_of)), &expected) {
        let fault = format!("slip {id} has {found} acts in the journal, and {expected} rows");
        let kind = if found > 1 {
            &mut verdict.doubled
        } else {
            &mut verdict.half
        };
        kind.push(fault);
    }
    for act in &acts {
        let after: Value = serde_json::from_str(act.text("after")).unwrap();
        if stored
            .get(&id_of(act))
            .is_some_and(|row| after["sha256"] != row.hex("sha256"))
        {
            verdict
                .half
                .push(format!("the journal has other bytes for {}", act.text("object")));
        }
    }
}

/// Counts, tallies and persons against the slips themselves.
async fn recount(places: &mut Places<'_>, rows: &[Row], verdict: &mut Verdict) {
    let mut chosen: Counts = BTreeMap::new();
    let mut people = Vec::new();
    for row in rows.iter().filter(|row| row.int("valid") == 1) {
        let answers: Vec<(String, String)> = serde_json::from_str(row.text("answers")).unwrap();
        for (question, choice) in answers {
            *chosen
                .entry((row.text("unit").to_owned(), question, choice))
                .or_default() += 1;
        }
        people.push((row.text("unit").to_owned(), row.id("respondent_id")));
    }
    for ((unit, person), times) in tally(people.into_iter())
        .into_iter()
        .filter(|(_, times)| *times > 1)
    {
        verdict
            .doubled
            .push(format!("respondent {person} has {times} valid slips of {unit}"));
    }
    let counts = places
        .db
        .rows("SELECT unit, question, choice, n FROM survey_count")
        .await;
    let key = |row: &Row| {
        let [unit, question, choice] =
            ["unit", "question", "choice"].map(|column| row.text(column).to_owned());
        ((unit, question, choice), row.int("n"))
    };
    for (key, found, expected) in differences(&counts.iter().map(key).collect(), &chosen) {
        verdict
            .half
            .push(format!("{key:?} is counted as {found}; the slips say {expected}"));
    }
    let tallies = places
        .db
        .rows("SELECT unit, received, valid FROM survey_tally")
        .await;
    let mut found = BTreeMap::new();
    for row in &tallies {
        found.insert((row.text("unit").to_owned(), "received"), row.int("received"));
        found.insert((row.text("unit").to_owned(), "valid"), row.int("valid"));
    }
    let received = rows.iter().map(|row| (row.text("unit").to_owned(), "received"));
    let valid = rows
        .iter()
        .filter(|row| row.int("valid") == 1)
        .map(|row| (row.text("unit").to_owned(), "valid"));
    for (key, found, expected) in differences(&found, &tally(received.chain(valid))) {
        verdict
            .half
            .push(format!("{key:?} is {found}; the slips say {expected}"));
    }
}

/// The same through the calls: every acknowledged slip is listed, and its message has the acknowledged bytes.
async fn read_back(told: &Told, places: &mut Places<'_>, verdict: &mut Verdict) {
    let mut survey = SurveyServiceClient::new(places.ways.to("survey")).max_decoding_message_size(64 << 20);
    let mut open: BTreeSet<(String, String)> = told.slip_acks.clone();
    let mut page_token = String::new();
    loop {
        let message = pb::ListSlipsRequest {
            cycle: CYCLE.to_owned(),
            page_size: 1_000,
            page_token,
            ..Default::default()
        };
        let page = survey
            .list_slips(ask(places.token, message))
            .await
            .map(Response::into_inner);
        let page = match page {
            Ok(page) => page,
            Err(status) => {
                verdict
                    .half
                    .push(format!("slips cannot be listed after all: {status}"));
                return;
            }
        };
        for slip in page.slips {
            let message = slip.slip.unwrap_or_default();
            let key = (message.slip_id.clone(), sha256(&message.encode_to_vec()));
            open.remove(&key);
        }
        if page.next_page_token.is_empty() {
            break;
        }
        page_token = page.next_page_token;
    }
    for (id, _) in open {
        verdict.lost.push(format!(
            "slip {id} was acknowledged and is not listed with its bytes"
        ));
    }
}
