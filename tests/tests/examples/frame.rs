//! The frame: that the files of an example fit together.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use chiso_domain::kernel::{CycleCode, Points, QuestionName};
use chiso_domain::survey::xlsform::{self, FormRow, FormSheet};
use serde_json::Value;

use crate::files::{body, folder, json, points, sheet, units};
use crate::sets::{Criterion, criteria, is_leaf};

/// A list of texts.
pub(crate) fn strings(value: &Value) -> Vec<String> {
    let list = value.as_array().expect("a list");
    list.iter()
        .map(|v| v.as_str().expect("a text").to_owned())
        .collect()
}

/// The frame names files that exist, agencies that are units, and a substitute for each agency's own unit.
pub(crate) fn check_frame(name: &str) {
    let dir = folder(name);
    let frame = json(&dir.join("dot-danh-gia.json"));
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    text(&frame["cycle"])
        .parse::<CycleCode>()
        .unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(frame["province"], "Phú Thọ");
    let units = units(&dir.join(text(&frame["units"])));
    let council = strings(&frame["council"]);
    assert!(council.iter().all(|agency| units.contains_key(agency)));

    let sets = frame["index_sets"].as_object().expect("an object");
    let types: BTreeSet<&String> = units.values().map(|row| &row[2]).collect();
    assert_eq!(sets.keys().collect::<BTreeSet<_>>(), types);
    let mut asked: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    for file in sets.values() {
        for row in criteria(&dir.join(text(file))) {
            check_appraiser(&row, &council);
            if let Some((group, question)) = surveyed(&row.rule) {
                let known = asked.entry(group).or_default().insert(question, row.name.clone());
                assert!(
                    known.is_none_or(|before| before == row.name),
                    "{} {}",
                    row.code,
                    row.name
                );
            }
        }
    }

    let own: Vec<String> = frame["reassignments"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|r| {
            assert_eq!(r["agency"], r["unit"]);
            assert_ne!(r["agency"], r["substitute"]);
            assert!(council.contains(&text(&r["substitute"])));
            assert!(!text(&r["reason"]).is_empty());
            text(&r["agency"])
        })
        .collect();
    assert_eq!(own, council, "each agency's own unit has a substitute");
    check_questionnaires(&dir, &frame, &asked);
    check_external_index(&dir, &frame, &units);
}

/// Leaves that an agency decides name one of the council; the leaders decide their own; sums name none.
fn check_appraiser(row: &Criterion, council: &[String]) {
    let fits = match row.rule.split('(').next() {
        Some("leader") => row.appraiser == "Lãnh đạo UBND tỉnh",
        _ if is_leaf(row) => council.contains(&row.appraiser) && !row.evidence.is_empty(),
        _ if row.appraiser.is_empty() => row.evidence.is_empty(),
        _ => row.evidence == "Phiếu khảo sát" && council.contains(&row.appraiser),
    };
    assert!(fits, "{} {}", row.code, row.appraiser);
}

/// Group and question of a survey leaf.
fn surveyed(rule: &str) -> Option<(String, String)> {
    let (group, question) = rule.strip_prefix("survey(")?.strip_suffix(')')?.split_once(',')?;
    Some((group.to_owned(), question.to_owned()))
}

fn check_questionnaires(dir: &Path, frame: &Value, asked: &BTreeMap<String, BTreeMap<String, String>>) {
    let listed = frame["questionnaires"].as_object().expect("an object");
    assert_eq!(listed.keys().collect::<BTreeSet<_>>(), asked.keys().collect());
    assert_eq!(frame["targets"], serde_json::json!({ "HDND": 20, "DN_CN": 40 }));
    for (group, file) in listed {
        let path = dir.join(file.as_str().expect("a file"));
        let labels = ["label::Tiếng Việt (vi)", "label::English (en)"];
        let survey = body(
            &sheet(&path, "survey"),
            &["type", "name", labels[0], labels[1], "required"],
        );
        let rated: BTreeMap<String, String> = survey
            .iter()
            .filter(|row| row[0] == "select_one muc_do")
            .map(|row| {
                assert_eq!(row[4], "yes", "{group} {}", row[1]);
                (row[1].clone(), row[2].clone())
            })
            .collect();
        assert_eq!(rated, asked[group], "{group}");
        let choices = body(
            &sheet(&path, "choices"),
            &["list_name", "name", labels[0], labels[1]],
        );
        let names: Vec<&str> = choices.iter().map(|row| row[1].as_str()).collect();
        assert_eq!(names, ["5", "4", "3", "2", "1", "khong_y_kien"], "{group}");
        let names: Vec<QuestionName> = rated.keys().map(|name| name.parse().expect("a name")).collect();
        let form = xlsform::read(
            group.parse().expect("a code"),
            &form(&path),
            &names.iter().collect(),
        )
        .expect("a form without faults");
        assert!(!form.title.is_empty(), "{group}");
        let rated: Vec<&str> = form
            .questions
            .iter()
            .filter(|q| q.required)
            .map(|q| q.name.as_str())
            .collect();
        assert_eq!(rated, asked[group].keys().collect::<Vec<_>>(), "{group}");
    }
}

/// A questionnaire as the survey's reader takes it.
fn form(path: &Path) -> Vec<FormSheet> {
    let cells = |row: &Vec<String>| {
        let lettered = ('A'..='Z').map(String::from).zip(row.iter().cloned());
        lettered.filter(|(_, text)| !text.is_empty()).collect()
    };
    let rows = |name: &str| {
        let rows = (1..).zip(sheet(path, name));
        rows.map(|(number, row)| FormRow {
            number,
            cells: cells(&row),
        })
        .collect()
    };
    let names = ["survey", "choices", "settings"];
    names
        .map(|name| FormSheet {
            name: name.to_owned(),
            rows: rows(name),
        })
        .to_vec()
}

fn check_external_index(dir: &Path, frame: &Value, units: &BTreeMap<String, Vec<String>>) {
    let index = &frame["external_indices"][0];
    assert_eq!(index["criterion"], "II.7.1");
    let path = dir.join(index["file"].as_str().expect("a file"));
    let rows = body(&sheet(&path, "Chỉ số"), &["Mã đơn vị", "Điểm"]);
    let scored: BTreeSet<&String> = rows.iter().map(|row| &row[0]).collect();
    assert_eq!(scored, units.keys().collect::<BTreeSet<_>>());
    assert_eq!(rows.len(), units.len());
    let range = Points::ZERO..=Points::whole(100);
    assert!(rows.iter().all(|row| range.contains(&points(&row[1]))));
}
