//! The cycle that the files of an example make, as the registry would open it.

use std::collections::{BTreeMap, BTreeSet};

use chiso_domain::cycle::{Calendar, Cycle, Policy, Reassignment, RuleSet, Unit, UnitType, Window};
use chiso_domain::kernel::{Instant, Span, UnitCode, UnitTypeCode};
use serde_json::Value;

use crate::files::{body, folder, json, sheet, units};
use crate::frame::strings;
use crate::sets::as_rules;

/// Windows of the calendar, checked to be the eight there are and each longer than nothing.
pub(crate) fn calendar(name: &str) -> BTreeMap<Window, (Instant, Instant)> {
    let calendar = json(&folder(name).join("lich.json"));
    let windows: BTreeMap<Window, (Instant, Instant)> = calendar
        .as_object()
        .expect("an object")
        .iter()
        .map(|(key, span)| {
            let window = Window::named(key).expect("a window's name");
            let at = |field: &str| Instant::parse(span[field].as_str().expect("a text")).expect("an instant");
            (window, (at("starts_at"), at("ends_at")))
        })
        .collect();
    assert_eq!(windows.keys().copied().collect::<Vec<_>>(), Window::ALL.to_vec());
    assert!(windows.values().all(|(start, end)| start < end));
    windows
}

/// The order of the year: what builds on a window starts when that window has ended.
pub(crate) fn check_calendar(windows: &BTreeMap<Window, (Instant, Instant)>) {
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
pub(crate) fn policy(name: &str) -> Policy {
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

/// The whole cycle.
pub(crate) fn cycle(name: &str) -> Cycle {
    let dir = folder(name);
    let frame = json(&dir.join("dot-danh-gia.json"));
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let windows = calendar(name)
        .into_iter()
        .map(|(window, (start, end))| (window, Span { start, end }))
        .collect();
    let sets = frame["index_sets"].as_object().expect("an object").iter();
    let index_sets = sets
        .map(|(code, file)| (code.parse().expect("a code"), as_rules(&dir.join(text(file)))))
        .collect();
    let rules = RuleSet {
        format: 1,
        index_sets,
        policy: policy(name),
    };
    let reassignments: Vec<Reassignment> =
        serde_json::from_value(frame["reassignments"].clone()).expect("reassignments");
    Cycle {
        code: text(&frame["cycle"]).parse().expect("a code"),
        province: text(&frame["province"]),
        regulation: text(&frame["regulation"]),
        calendar: Calendar {
            windows,
            extensions: Vec::new(),
        },
        unit_types: unit_types(name),
        units: listed(name),
        council: strings(&frame["council"])
            .iter()
            .map(|c| c.parse().expect("a code"))
            .collect(),
        reassignments,
        rule_set_sha256: rules.sha256(),
        rules,
        version: 1,
    }
}

fn unit_types(name: &str) -> BTreeMap<UnitTypeCode, UnitType> {
    let rows = sheet(&folder(name).join("don-vi.xlsx"), "Loại hình");
    let row = |row: Vec<String>| UnitType {
        code: row[0].parse().expect("a code"),
        name: row[1].clone(),
        name_en: row[2].clone(),
        order: row[3].parse().expect("a number"),
    };
    body(&rows, &["Mã", "Tên", "Tên tiếng Anh", "Thứ tự"])
        .into_iter()
        .map(row)
        .map(|t| (t.code.clone(), t))
        .collect()
}

fn listed(name: &str) -> BTreeMap<UnitCode, Unit> {
    let codes = |text: &str| {
        let codes = text.split(';').map(str::trim).filter(|code| !code.is_empty());
        codes.map(|code| code.parse().expect("a code")).collect()
    };
    let unit = |row: Vec<String>| Unit {
        code: row[0].parse().expect("a code"),
        name: row[1].clone(),
        unit_type: row[2].parse().expect("a code"),
        order: row[3].parse().expect("a number"),
        valid_from: row[4].clone(),
        valid_to: row[5].clone(),
        predecessors: codes(&row[6]),
        ranked: row[7] == "có",
    };
    let units = units(&folder(name).join("don-vi.xlsx")).into_values().map(unit);
    units.map(|unit| (unit.code.clone(), unit)).collect()
}
