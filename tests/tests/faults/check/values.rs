//! What was written: of each object, the value that is there against the one that was sent last. A request that is
//! remembered was carried out, so the remembered ones in the order of their sending say what has to be there.

use std::collections::{BTreeMap, BTreeSet};

use chiso_domain::kernel::Points;
use serde_json::Value;

use super::db::{Db, Row};
use super::told::{Request, Told};
use super::{Places, Verdict};

/// A request that was carried out.
#[derive(Clone, Copy)]
struct Done<'a> {
    request: &'a Request,
    acknowledged: bool,
}

impl<'a> Done<'a> {
    fn text(self, field: &str) -> &'a str {
        self.request.what[field].as_str().unwrap()
    }

    fn version(self) -> i64 {
        self.request.what["version"].as_i64().unwrap()
    }

    /// What was acknowledged and is not so is lost; what nobody was told is half done.
    fn differs(self, verdict: &mut Verdict, what: &str) {
        let fault = format!("{what} is not as it was sent: {}", self.request.what);
        let kind = if self.acknowledged {
            &mut verdict.lost
        } else {
            &mut verdict.half
        };
        kind.push(fault);
    }
}

/// What was carried out by an RPC, in the order of sending.
struct All<'a>(BTreeMap<&'a str, Vec<Done<'a>>>);

impl<'a> All<'a> {
    async fn read(told: &'a Told, db: &mut Db) -> All<'a> {
        let mut all: BTreeMap<&'a str, Vec<Done<'a>>> = BTreeMap::new();
        for service in ["survey", "recheck", "leaders", "ledger"] {
            let text = format!("SELECT request_id, body_sha256 FROM {service}_request");
            for row in db.rows(&text).await {
                let id = row.id("request_id");
                let sha = row.hex("body_sha256");
                // Requests of the set-up are not in the log; what no client sent is a fault that requests.rs names.
                let Some(request) = told.sent(&id, &sha) else {
                    continue;
                };
                let acknowledged = told.is_acked(&id, &sha);
                all.entry(&request.method).or_default().push(Done {
                    request,
                    acknowledged,
                });
            }
        }
        all.values_mut()
            .for_each(|done| done.sort_by_key(|done| done.request.order));
        All(all)
    }

    fn of(&self, method: &str) -> &[Done<'a>] {
        self.0.get(method).map_or(&[], Vec::as_slice)
    }

    /// The last of each object.
    fn last(&self, method: &str, object: &str) -> BTreeMap<&'a str, Done<'a>> {
        let by_object = |done: &Done<'a>| (done.text(object), *done);
        self.of(method).iter().map(by_object).collect()
    }
}

pub(super) async fn check(told: &Told, places: &mut Places<'_>, verdict: &mut Verdict) {
    let all = All::read(told, &mut places.db).await;
    let db = &mut places.db;
    entries(&all, db, verdict).await;
    rulings(&all, db, verdict).await;
    sheets(&all, db, verdict).await;
    evidence(&all, db, verdict).await;
    marks(&all, db, verdict).await;
    cases(&all, db, verdict).await;
    respondents(&all, db, verdict).await;
}

/// Rows by their key.
async fn rows(db: &mut Db, text: &str, key: impl Fn(&Row) -> String) -> BTreeMap<String, Row> {
    let rows = db.rows(text).await;
    rows.into_iter().map(|row| (key(&row), row)).collect()
}

fn leaf(row: &Row) -> String {
    ["cycle", "unit", "criterion"]
        .map(|column| row.text(column))
        .join("/")
}

fn parts(text: &str) -> i64 {
    text.parse::<Points>().unwrap().parts()
}

async fn entries(all: &All<'_>, db: &mut Db, verdict: &mut Verdict) {
    let stored = rows(db, "SELECT * FROM ledger_entry", leaf).await;
    for (object, done) in all.last("SaveEntry", "object") {
        let same = stored.get(object).is_some_and(|row| {
            let input: Option<Value> = serde_json::from_str(row.text("input")).ok();
            row.int("saved_version") == done.version()
                && input.as_ref() == Some(&done.request.what["input"])
                && row.text("explanation") == done.text("explanation")
        });
        if !same {
            done.differs(verdict, &format!("entry {object}"));
        }
    }
}

async fn rulings(all: &All<'_>, db: &mut Db, verdict: &mut Verdict) {
    let stored = rows(db, "SELECT * FROM ledger_ruling WHERE round = 1", leaf).await;
    for (object, done) in all.last("AppraiseEntry", "object") {
        let points = parts(done.text("points"));
        let same = |row: &Row| row.int("points") == points && row.text("decision") == "disagree";
        if !stored.get(object).is_some_and(same) {
            done.differs(verdict, &format!("the decision on {object}"));
        }
    }
}

async fn sheets(all: &All<'_>, db: &mut Db, verdict: &mut Verdict) {
    let key = |row: &Row| format!("{}/{}", row.text("cycle"), row.text("unit"));
    let stored = rows(db, "SELECT * FROM ledger_sheet", key).await;
    let mut last = all.last("SubmitSheet", "object");
    for (object, withdrawn) in all.last("WithdrawSheet", "object") {
        let newer = last
            .get(object)
            .is_none_or(|sent| sent.request.order < withdrawn.request.order);
        if newer {
            last.insert(object, withdrawn);
        }
    }
    for (object, done) in last {
        let state = if done.request.method == "SubmitSheet" {
            "submitted"
        } else {
            "draft"
        };
        if stored.get(object).is_none_or(|row| row.text("state") != state) {
            done.differs(verdict, &format!("sheet {object}"));
        }
    }
}

async fn evidence(all: &All<'_>, db: &mut Db, verdict: &mut Verdict) {
    let stored = rows(db, "SELECT * FROM ledger_evidence", |row| row.id("evidence_id")).await;
    for done in all.of("UploadEvidence") {
        let id = done.text("evidence");
        let same = |row: &Row| leaf(row) == done.text("object") && row.hex("sha256") == done.text("file");
        if !stored.get(id).is_some_and(same) {
            done.differs(verdict, &format!("evidence {id}"));
        }
    }
}

/// The draft of each leader, and each slip as it was sent.
async fn marks(all: &All<'_>, db: &mut Db, verdict: &mut Verdict) {
    let mut saves: BTreeMap<&str, Vec<Done<'_>>> = BTreeMap::new();
    for done in all.of("SaveMark") {
        saves.entry(done.text("leader")).or_default().push(*done);
    }
    let drafts = "SELECT s.leader, s.version, m.unit, m.mark FROM leaders_slip s \
                  JOIN leaders_mark m ON m.cycle = s.cycle AND m.leader = s.leader";
    let sent = "SELECT s.leader, s.version, m.unit, m.mark FROM leaders_sent s \
                JOIN leaders_sent_mark m ON m.cycle = s.cycle AND m.leader = s.leader AND m.number = s.number";
    for (what, text) in [("the draft", drafts), ("the sent slip", sent)] {
        let mut slips: BTreeMap<(String, i64), BTreeMap<String, i64>> = BTreeMap::new();
        for row in db.rows(text).await {
            let slip = slips.entry((row.id("leader"), row.int("version"))).or_default();
            slip.insert(row.text("unit").to_owned(), row.int("mark"));
        }
        if what == "the draft" {
            for leader in saves
                .keys()
                .filter(|leader| !slips.keys().any(|(of, _)| of == *leader))
            {
                verdict
                    .lost
                    .push(format!("the draft of leader {leader} is not there"));
            }
        }
        for ((leader, version), marks) in slips {
            let saves = saves.get(leader.as_str()).map_or(&[][..], Vec::as_slice);
            let until = saves.iter().filter(|done| done.version() <= version);
            let expected: BTreeMap<&str, Done<'_>> = until.map(|done| (done.text("unit"), *done)).collect();
            for (unit, done) in &expected {
                if marks.get(*unit) != Some(&parts(done.text("mark"))) {
                    done.differs(
                        verdict,
                        &format!("{what} of leader {leader}, version {version}, on {unit}"),
                    );
                }
            }
            if let Some(unit) = marks.keys().find(|unit| !expected.contains_key(unit.as_str())) {
                verdict.half.push(format!(
                    "{what} of leader {leader} has a mark of {unit} that nobody gave"
                ));
            }
        }
    }
}

/// Outcomes, and the notes of attempts.
async fn cases(all: &All<'_>, db: &mut Db, verdict: &mut Verdict) {
    let stored = rows(db, "SELECT * FROM recheck_case", |row| row.id("case_id")).await;
    for (id, done) in all.last("RecordFinding", "case") {
        let void = done.request.what["void"].as_bool().unwrap();
        let outcome = if void { "NOT_INTERVIEWED" } else { "CONFIRMED" };
        let same = |row: &Row| row.text("outcome") == outcome && row.int("void") == i64::from(void);
        if !stored.get(id).is_some_and(same) {
            done.differs(verdict, &format!("case {id}"));
        }
    }
    let mut attempts: BTreeMap<(String, String), i64> = BTreeMap::new();
    for row in db.rows("SELECT case_id, note FROM recheck_attempt").await {
        *attempts
            .entry((row.id("case_id"), row.text("note").to_owned()))
            .or_default() += 1;
    }
    for done in all.of("RecordAttempt") {
        let (case, note) = (done.text("case"), done.text("note"));
        let left = attempts.entry((case.to_owned(), note.to_owned())).or_default();
        *left -= 1;
        if *left < 0 {
            done.differs(verdict, &format!("an attempt of case {case}"));
        }
    }
    for ((case, note), more) in attempts.into_iter().filter(|(_, left)| *left > 0) {
        verdict.doubled.push(format!(
            "case {case} has {more} attempts {note:?} that nobody made"
        ));
    }
}

async fn respondents(all: &All<'_>, db: &mut Db, verdict: &mut Verdict) {
    let rows = db.rows("SELECT respondent_id FROM survey_respondent").await;
    let stored: BTreeSet<String> = rows.iter().map(|row| row.id("respondent_id")).collect();
    for done in all.of("RegisterRespondents") {
        let ids = done.request.what["respondents"].as_array().unwrap();
        if !ids.iter().all(|id| stored.contains(id.as_str().unwrap())) {
            done.differs(verdict, "a registration");
        }
    }
}
