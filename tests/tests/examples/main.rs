//! The example provinces under `examples/`: every workbook opens, adds up and fits the others.
//!
//! Read here with calamine alone, so that a fault of the importers cannot hide a fault of the files. The
//! counts were taken by hand from the printed sets.

mod files;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use chiso_domain::cycle::policy::QuotaRounding;
use chiso_domain::cycle::{Criterion as Row, IndexSet, Policy, Window};
use chiso_domain::index_set;
use chiso_domain::kernel::{CriterionCode, CycleCode, Instant, Points};
use serde_json::Value;

use crate::files::{body, folder, json, points, sheet, units};

/// The columns of an index set.
const COLUMNS: [&str; 8] = [
    "Mã",
    "Tên tiêu chí",
    "Tên tiếng Anh",
    "Điểm tối đa",
    "Cách chấm",
    "Tài liệu kiểm chứng",
    "Thẩm định",
    "Nguồn",
];

/// Names of the windows in the calendar, in the order of [`Window::ALL`]; the contract's, without prefix.
const WINDOWS: [&str; 8] = [
    "SURVEY",
    "RECHECK",
    "SELF_SCORING",
    "APPRAISAL_1",
    "EXPLANATION",
    "APPRAISAL_2",
    "EXTERNAL_INDEX",
    "LEADERS",
];

/// One row of an index set.
struct Criterion {
    code: String,
    name: String,
    max: Option<Points>,
    rule: String,
    evidence: String,
    appraiser: String,
    origin: String,
}

/// What a set must come to.
struct Expected {
    file: &'static str,
    rows: usize,
    leaves: usize,
    contents: [i64; 6],
}

const PHU_THO: [Expected; 4] = [
    expected("chi-so-01.xlsx", 74, 55, 39, 27),
    expected("chi-so-02.xlsx", 79, 59, 39, 27),
    expected("chi-so-03.xlsx", 74, 54, 39, 27),
    expected("chi-so-04.xlsx", 72, 54, 39, 27),
];
const TWO_TIER: [Expected; 4] = [
    expected("chi-so-01.xlsx", 74, 55, 39, 27),
    expected("chi-so-02.xlsx", 80, 60, 37, 29),
    expected("chi-so-03.xlsx", 74, 54, 39, 27),
    expected("chi-so-04.xlsx", 72, 54, 39, 27),
];

const fn expected(file: &'static str, rows: usize, leaves: usize, first: i64, second: i64) -> Expected {
    let contents = [first, second, 8, 8, 14, 4];
    Expected {
        file,
        rows,
        leaves,
        contents,
    }
}

fn criteria(path: &Path) -> Vec<Criterion> {
    body(&sheet(path, "Chỉ số"), &COLUMNS)
        .into_iter()
        .map(|row| Criterion {
            code: row[0].clone(),
            name: row[1].clone(),
            max: (!row[3].is_empty()).then(|| points(&row[3])),
            rule: row[4].clone(),
            evidence: row[5].clone(),
            appraiser: row[6].clone(),
            origin: row[7].clone(),
        })
        .collect()
}

fn is_leaf(row: &Criterion) -> bool {
    !row.rule.starts_with("sum")
}

fn parent(code: &str) -> Option<&str> {
    code.rsplit_once('.').map(|(parent, _)| parent)
}

fn check_set(path: &Path, want: &Expected) {
    let rows = criteria(path);
    let at = path.display();
    assert_eq!(rows.len(), want.rows, "{at}");
    assert_eq!(rows.iter().filter(|r| is_leaf(r)).count(), want.leaves, "{at}");
    let mut seen = BTreeSet::new();
    for row in &rows {
        row.code
            .parse::<CriterionCode>()
            .unwrap_or_else(|e| panic!("{at}: {e}"));
        assert!(!row.name.is_empty(), "{at} {}", row.code);
        assert!(
            parent(&row.code).is_none_or(|p| seen.contains(p)),
            "{at}: {} before its parent",
            row.code
        );
        assert!(seen.insert(row.code.as_str()), "{at}: {} twice", row.code);
        let children: Vec<&Criterion> = rows
            .iter()
            .filter(|r| parent(&r.code) == Some(&row.code))
            .collect();
        assert_eq!(is_leaf(row), children.is_empty(), "{at} {}", row.code);
        assert_eq!(
            row.max.is_none(),
            row.code.starts_with("VII"),
            "{at} {}",
            row.code
        );
        if let (Some(max), false) = (row.max, children.is_empty()) {
            let sum: Points = children.iter().filter_map(|r| r.max).sum();
            assert_eq!(sum, max, "{at} {}", row.code);
        }
    }
    check_contents(path, &rows, want);
}

fn check_contents(path: &Path, rows: &[Criterion], want: &Expected) {
    let at = path.display();
    let contents: Vec<Points> = rows
        .iter()
        .filter(|r| !r.code.contains('.'))
        .filter_map(|r| r.max)
        .collect();
    assert_eq!(contents, want.contents.map(Points::whole), "{at}");
    assert_eq!(contents.into_iter().sum::<Points>(), Points::whole(100), "{at}");
    let penalties: Vec<&Criterion> = rows.iter().filter(|r| r.code.starts_with("VII.")).collect();
    assert_eq!(penalties.len(), 7, "{at}");
    assert!(penalties.iter().all(|r| r.rule.starts_with("penalty(")), "{at}");
    let by_others = |r: &&Criterion| !r.rule.starts_with("survey(") && !r.rule.starts_with("leader(");
    let own: Points = rows
        .iter()
        .filter(|r| is_leaf(r))
        .filter(by_others)
        .filter_map(|r| r.max)
        .sum();
    assert_eq!(own, Points::whole(82), "{at}");
    assert!(
        rows.iter()
            .any(|r| r.code == "II.7.1" && r.rule.starts_with("external(")),
        "{at}"
    );
}

fn of_type(units: &BTreeMap<String, Vec<String>>, unit_type: &str) -> usize {
    units.values().filter(|row| row[2] == unit_type).count()
}

fn strings(value: &Value) -> Vec<String> {
    let list = value.as_array().expect("a list");
    list.iter()
        .map(|v| v.as_str().expect("a text").to_owned())
        .collect()
}

/// The frame names files that exist, agencies that are units, and a substitute for each agency's own unit.
fn check_frame(name: &str) {
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
    let listed = frame["questionnaires"].as_array().expect("a list");
    let groups: BTreeSet<&str> = listed.iter().filter_map(|q| q["group"].as_str()).collect();
    assert_eq!(groups, asked.keys().map(String::as_str).collect::<BTreeSet<_>>());
    for questionnaire in listed {
        let group = questionnaire["group"].as_str().expect("a group");
        let target = if group == "HDND" { 20 } else { 40 };
        assert_eq!(questionnaire["target"], target, "{group}");
        let path = dir.join(questionnaire["file"].as_str().expect("a file"));
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
        let settings = sheet(&path, "settings");
        assert_eq!(settings.len(), 2, "{group}");
    }
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

/// Windows of the calendar, checked to be the eight there are and each longer than nothing.
fn calendar(name: &str) -> BTreeMap<Window, (Instant, Instant)> {
    let calendar = json(&folder(name).join("lich.json"));
    let windows: BTreeMap<Window, (Instant, Instant)> = calendar
        .as_object()
        .expect("an object")
        .iter()
        .map(|(key, span)| {
            let place = WINDOWS
                .iter()
                .position(|name| name == key)
                .expect("a window's name");
            let window = Window::ALL[place];
            let at = |field: &str| Instant::parse(span[field].as_str().expect("a text")).expect("an instant");
            (window, (at("starts_at"), at("ends_at")))
        })
        .collect();
    assert_eq!(windows.keys().copied().collect::<Vec<_>>(), Window::ALL.to_vec());
    assert!(windows.values().all(|(start, end)| start < end));
    windows
}

/// The order of the year: what builds on a window starts when that window has ended.
fn check_calendar(windows: &BTreeMap<Window, (Instant, Instant)>) {
    let follows = [
        (Window::Survey, Window::Recheck),
        (Window::SelfScoring, Window::Appraisal1),
        (Window::Appraisal1, Window::Explanation),
        (Window::Explanation, Window::Appraisal2),
        (Window::Appraisal2, Window::Leaders),
    ];
    for (before, after) in follows {
        assert!(
            windows[&before].1 <= windows[&after].0,
            "{before:?} then {after:?}"
        );
    }
    assert!(windows[&Window::Recheck].1 <= windows[&Window::Leaders].0);
    assert!(windows[&Window::ExternalIndex].1 <= windows[&Window::Leaders].1);
}

/// A policy file writes every field, so that whoever reads it sees every reading.
fn policy(name: &str) -> Policy {
    let written = json(&folder(name).join("chinh-sach.json"));
    let policy: Policy = serde_json::from_value(written.clone()).expect("a policy");
    let all = serde_json::to_value(&policy).expect("a policy has a JSON form");
    assert_eq!(paths(&written), paths(&all), "{name}");
    policy
}

/// Paths of all fields of a JSON object.
fn paths(value: &Value) -> BTreeSet<String> {
    let Some(fields) = value.as_object() else {
        return BTreeSet::new();
    };
    fields
        .iter()
        .flat_map(|(name, inner)| {
            let below = paths(inner).into_iter().map(move |path| format!("{name}.{path}"));
            below.chain(std::iter::once(name.clone()))
        })
        .collect()
}

/// A set as the rules see it; an appraiser that is no code stays out, as it decides nothing.
fn as_rules(path: &Path) -> IndexSet {
    let row = |row: Criterion| Row {
        code: row.code.parse().expect("a code"),
        rule: index_set::parse(&row.rule).unwrap_or_else(|e| panic!("{} {}: {e}", path.display(), row.code)),
        name: row.name,
        name_en: String::new(),
        max: row.max.unwrap_or_default(),
        evidence: row.evidence,
        appraiser: row.appraiser.parse().ok(),
        origin: row.origin,
    };
    IndexSet {
        title: String::new(),
        rows: criteria(path).into_iter().map(row).collect(),
    }
}

#[test]
fn rules_are_written_in_the_notation_without_a_fault() {
    for (dir, sets) in [("phu-tho", &PHU_THO), ("two-tier", &TWO_TIER)] {
        for want in sets {
            let set = as_rules(&folder(dir).join(want.file));
            assert_eq!(index_set::check(&set), [], "{dir} {}", want.file);
        }
    }
}

#[test]
fn index_sets_of_phu_tho_add_up() {
    for want in &PHU_THO {
        check_set(&folder("phu-tho").join(want.file), want);
    }
}

#[test]
fn index_sets_of_two_tier_add_up() {
    for want in &TWO_TIER {
        check_set(&folder("two-tier").join(want.file), want);
    }
}

#[test]
fn origin_marks_are_r_t_or_m() {
    for want in &PHU_THO {
        for row in criteria(&folder("phu-tho").join(want.file)) {
            let real = !row.code.contains('.');
            let other = row.origin == "M" || (row.origin.starts_with("T(0") && row.origin.ends_with(')'));
            assert!(
                if real { row.origin == "R" } else { other },
                "{} {}",
                row.code,
                row.origin
            );
        }
    }
    for want in &TWO_TIER {
        for row in criteria(&folder("two-tier").join(want.file)) {
            let fits = row.origin == "M" || row.origin.starts_with("T(0");
            assert!(fits, "nothing of 2025 is real: {} {}", row.code, row.origin);
        }
    }
}

#[test]
fn phu_tho_has_45_units_of_which_13_districts() {
    let units = units(&folder("phu-tho").join("don-vi.xlsx"));
    assert_eq!(units.len(), 45);
    let types = ["department", "district", "public_service_unit", "vertical_agency"];
    assert_eq!(types.map(|t| of_type(&units, t)), [20, 13, 5, 7]);
    for agency in ["SNV", "VPUB", "STC", "SKHDT", "STP", "STTTT", "TTT"] {
        assert_eq!(units[agency][2], "department");
    }
}

#[test]
fn two_tier_has_148_communes_of_their_own_type() {
    let units = units(&folder("two-tier").join("don-vi.xlsx"));
    assert_eq!(of_type(&units, "commune"), 148);
    assert_eq!(of_type(&units, "district"), 0);
    let named = |prefix: &str| units.values().filter(|row| row[1].starts_with(prefix)).count();
    assert_eq!((named("UBND Xã"), named("UBND Phường")), (133, 15));
    assert!(
        !units.contains_key("SKHDT") && units["STC"][6] == "SKHDT",
        "{:?}",
        units["STC"]
    );
}

#[test]
fn frame_of_phu_tho_fits_together() {
    check_frame("phu-tho");
}

#[test]
fn frame_of_two_tier_fits_together() {
    check_frame("two-tier");
}

#[test]
fn calendar_of_phu_tho_is_that_of_decision_2419() {
    let windows = calendar("phu-tho");
    check_calendar(&windows);
    let at = |text: &str| Instant::parse(text).unwrap();
    assert_eq!(
        windows[&Window::SelfScoring].1,
        at("2022-12-15T00:00:00+07:00"),
        "before 15/12"
    );
    assert_eq!(
        windows[&Window::Appraisal2].1,
        at("2022-12-26T00:00:00+07:00"),
        "up to and with 25/12"
    );
    assert_eq!(
        windows[&Window::Leaders].1,
        at("2022-12-28T00:00:00+07:00"),
        "before 28/12"
    );
}

#[test]
fn calendar_of_two_tier_is_its_own() {
    let windows = calendar("two-tier");
    check_calendar(&windows);
    assert_ne!(windows, calendar("phu-tho"));
}

#[test]
fn policy_of_phu_tho_is_the_recommended_readings() {
    assert_eq!(policy("phu-tho"), Policy::default());
}

#[test]
fn policy_of_two_tier_differs_as_data() {
    let policy = policy("two-tier");
    assert_eq!(policy.recheck.rate_percent, 5);
    assert_eq!(policy.classes.quota_rounding, QuotaRounding::HalfUp);
}
