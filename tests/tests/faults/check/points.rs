//! What every service has to have posted: of each unit and leaf, computed again from the first rows. Slips give
//! survey points, void slips adjustments, sent slips the leaders' points, and sent sheets those of the ledger.

use std::collections::{BTreeMap, BTreeSet};

use chiso_domain::appraisal::is_self_scored;
use chiso_domain::cycle::{Criterion, Cycle, Rule};
use chiso_domain::index_points::{Basis, IndexPoints, LeafInput, Value};
use chiso_domain::kernel::{OptionName, Points, UnitCode};
use chiso_domain::leaders::{Choice, Choices, Leader, LeaderRole, Panel, Scoring, SentSlip};
use chiso_domain::ranking::leaf_decimals;
use chiso_domain::recheck::adjustment;
use chiso_domain::scoring::{self, Scored};
use chiso_domain::survey::{Tally, points};

use super::db::Db;
use super::{Places, Verdict};

/// (Source, unit, leaf).
pub(super) type Key = (String, String, String);
pub(super) type Posts = BTreeMap<Key, IndexPoints>;

/// What has to be posted.
#[derive(Debug)]
struct Expected {
    value: Value,
    /// Only where it follows from the rows alone.
    basis: Option<Basis>,
    /// It has to be there; otherwise only what is there has to be so.
    needed: bool,
}

type All = BTreeMap<Key, Expected>;

/// Holds the last posts against what has to be there.
pub(super) async fn check(places: &mut Places<'_>, cycle: &Cycle, posts: &Posts, verdict: &mut Verdict) {
    let mut all = All::new();
    survey(&mut places.db, cycle, &mut all).await;
    leaders(&mut places.db, cycle, &mut all).await;
    ledger(&mut places.db, cycle, &mut all).await;
    for (key, expected) in &all {
        let (source, unit, criterion) = key;
        match posts.get(key).map(|found| &found.post) {
            None if expected.needed => verdict.half.push(format!(
                "{source} posted nothing of {criterion} of {unit}; the rows say {:?}",
                expected.value
            )),
            Some(found) if !same(&found.value, &expected.value) => verdict.half.push(format!(
                "{source} says {:?} of {criterion} of {unit}; the rows say {:?}",
                found.value, expected.value
            )),
            Some(found) if expected.basis.as_ref().is_some_and(|basis| *basis != found.basis) => {
                verdict.half.push(format!(
                    "{source} bases {criterion} of {unit} on {:?}; the rows say {:?}",
                    found.basis, expected.basis
                ));
            }
            None | Some(_) => {}
        }
    }
    for (source, unit, criterion) in posts.keys().filter(|key| !all.contains_key(*key)) {
        verdict.half.push(format!(
            "{source} posted {criterion} of {unit}, which is none of its leaves"
        ));
    }
}

/// Why there is no number is for people to read.
fn same(found: &Value, expected: &Value) -> bool {
    match (found, expected) {
        (Value::Points(found), Value::Points(expected)) => found == expected,
        _ => std::mem::discriminant(found) == std::mem::discriminant(expected),
    }
}

fn leaves(cycle: &Cycle) -> impl Iterator<Item = (&UnitCode, &Criterion)> {
    let sets = cycle.units.keys().map(|unit| (unit, cycle.index_set(unit)));
    sets.flat_map(|(unit, set)| {
        let leaves = set.into_iter().flat_map(|set| set.leaves());
        leaves.map(move |leaf| (unit, leaf))
    })
}

fn key(source: &str, unit: &UnitCode, leaf: &Criterion) -> Key {
    (source.to_owned(), unit.to_string(), leaf.code.to_string())
}

async fn units(db: &mut Db, text: &str) -> BTreeSet<String> {
    let rows = db.rows(text).await;
    rows.iter().map(|row| row.text("unit").to_owned()).collect()
}

/// Rated answers of valid slips by unit and question; those of void slips apart.
async fn rated(db: &mut Db, cycle: &Cycle, void: bool) -> BTreeMap<(String, String), Tally> {
    let values = &cycle.rules.policy.survey.option_values;
    let text = if void {
        "SELECT s.unit, s.answers FROM survey_slip s JOIN recheck_case c ON c.slip_id = s.slip_id WHERE c.void = 1"
    } else {
        "SELECT unit, answers FROM survey_slip WHERE valid = 1"
    };
    let mut tallies: BTreeMap<(String, String), Tally> = BTreeMap::new();
    for row in db.rows(text).await {
        let answers: Vec<(String, String)> = serde_json::from_str(row.text("answers")).unwrap();
        for (question, option) in answers {
            let value = option
                .parse::<OptionName>()
                .ok()
                .and_then(|option| values.get(&option).copied());
            let tally = tallies
                .entry((row.text("unit").to_owned(), question))
                .or_default();
            *tally = tally.with(value, 1);
        }
    }
    tallies
}

/// Survey points of every unit that has slips, and what the recheck takes off those of units in a lot.
async fn survey(db: &mut Db, cycle: &Cycle, all: &mut All) {
    let (given, void) = (rated(db, cycle, false).await, rated(db, cycle, true).await);
    let asked = units(db, "SELECT DISTINCT unit FROM survey_slip").await;
    let listed = units(db, "SELECT unit FROM recheck_lot_unit").await;
    let policy = &cycle.rules.policy;
    for (unit, leaf) in leaves(cycle) {
        let Rule::Survey { question, .. } = &leaf.rule else {
            continue;
        };
        let of = (unit.to_string(), question.to_string());
        let given = given.get(&of).copied().unwrap_or_default();
        let void = void.get(&of).copied().unwrap_or_default();
        let nothing = || Value::NotComputable(String::new());
        let value = points(leaf.max, given, leaf_decimals(policy)).map_or_else(nothing, Value::Points);
        let basis = Basis::Survey {
            rated: given.rated,
            sum: given.sum,
        };
        let expected = Expected {
            value,
            basis: Some(basis),
            needed: asked.contains(&of.0),
        };
        all.insert(key("survey", unit, leaf), expected);
        if let Some(value) = adjustment(leaf, policy, given, void).filter(|_| listed.contains(&of.0)) {
            let basis = Basis::Recheck {
                rated: given.rated,
                sum: given.sum,
                void_rated: void.rated,
                void_sum: void.sum,
            };
            let expected = Expected {
                value,
                basis: Some(basis),
                needed: true,
            };
            all.insert(key("recheck", unit, leaf), expected);
        }
    }
}

/// The leaders' points from the slips that were sent last.
async fn leaders(db: &mut Db, cycle: &Cycle, all: &mut All) {
    let mut sent: BTreeMap<String, Choices> = BTreeMap::new();
    let text = "SELECT m.leader, m.unit, m.mark FROM leaders_sent_mark m WHERE m.number = (SELECT MAX(s.number) \
                FROM leaders_sent s WHERE s.cycle = m.cycle AND s.leader = m.leader)";
    for row in db.rows(text).await {
        let mark = Choice::Mark(Points::from_parts(row.int("mark")));
        let choices = sent.entry(row.id("leader")).or_default();
        choices.insert(row.text("unit").parse().unwrap(), mark);
    }
    let mut panel = Panel {
        leaders: Vec::new(),
        shortlist: Vec::new(),
    };
    for row in db.rows("SELECT * FROM leaders_panel ORDER BY place").await {
        let role = match row.text("role") {
            "CHAIR" => LeaderRole::Chair,
            _ => LeaderRole::ViceChair,
        };
        panel.leaders.push(Leader {
            person: row.id("leader").parse().unwrap(),
            name: row.text("name").to_owned(),
            role,
        });
    }
    let slip = |leader: &Leader| {
        let choices = sent.get(&leader.person.to_string())?.clone();
        let role = leader.role;
        Some(SentSlip { role, choices })
    };
    let slips: Vec<SentSlip> = panel.leaders.iter().filter_map(slip).collect();
    let scoring = Scoring {
        cycle,
        panel: &panel,
        sent: &slips,
        decided: false,
        closed: false,
    };
    for post in scoring.posts() {
        let key = (
            "leaders".to_owned(),
            post.unit.to_string(),
            post.criterion.to_string(),
        );
        let expected = Expected {
            value: post.value,
            basis: Some(post.basis),
            needed: !slips.is_empty(),
        };
        all.insert(key, expected);
    }
}

/// The self-scores of sheets that were sent or locked; none of a sheet that was taken back.
async fn ledger(db: &mut Db, cycle: &Cycle, all: &mut All) {
    let mut inputs: BTreeMap<(String, String), LeafInput> = BTreeMap::new();
    for row in db
        .rows("SELECT * FROM ledger_entry WHERE input IS NOT NULL")
        .await
    {
        let of = (row.text("unit").to_owned(), row.text("criterion").to_owned());
        inputs.insert(of, serde_json::from_str(row.text("input")).unwrap());
    }
    let sent = units(db, "SELECT unit FROM ledger_sheet WHERE state <> 'draft'").await;
    let acts = db
        .rows("SELECT object FROM ledger_journal WHERE act = 'sheet.withdraw'")
        .await;
    let withdrawn: BTreeSet<String> = acts
        .iter()
        .filter_map(|row| row.text("object").rsplit('/').next())
        .map(ToOwned::to_owned)
        .collect();
    for (unit, leaf) in leaves(cycle).filter(|(_, leaf)| is_self_scored(leaf)) {
        let of = (unit.to_string(), leaf.code.to_string());
        let input = inputs.get(&of);
        let scored = input.map(|input| scoring::points(leaf, input, &cycle.rules.policy).unwrap());
        let value = match (sent.contains(&of.0), scored) {
            (false, _) => Value::NotComputable(String::new()),
            (true, None) => Value::Points(Points::ZERO),
            (true, Some(Scored::Points(points))) => Value::Points(points),
            (true, Some(Scored::NotApplicable)) => Value::NotApplicable(String::new()),
        };
        let needed = sent.contains(&of.0) || withdrawn.contains(&of.0);
        let basis = None;
        all.insert(key("ledger", unit, leaf), Expected { value, basis, needed });
    }
}
