//! Commands that end by themselves: help, demo, verify.

use std::path::Path;

use serde_json::Value;

use crate::process::{Serving, run, text};

#[test]
fn every_help_begins_with_an_example() {
    for command in [
        &[][..],
        &["demo"],
        &["serve"],
        &["verify"],
        &["people"],
        &["people", "add"],
    ] {
        let output = run(&[command, &["--help"]].concat(), "");
        let said = text(&output.stdout);
        assert!(
            output.status.success() && said.starts_with("Example"),
            "{command:?}: {said}"
        );
        assert!(
            said.lines().nth(1).unwrap().trim_start().starts_with("chiso "),
            "{command:?}: {said}"
        );
    }
}

#[test]
fn wrong_use_is_told_apart_from_failure() {
    assert_eq!(run(&["quy-trinh"], "").status.code(), Some(2));
    assert_eq!(
        run(&["demo", "--province", "khong-co"], "").status.code(),
        Some(2)
    );
    let output = run(&["verify", "/khong/co/tep.json"], "");
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("/khong/co/tep.json"));
}

#[test]
fn a_demo_needs_a_fresh_folder() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("ghi-chu.txt"), "của người khác").unwrap();
    let data = folder.path().to_str().unwrap();
    let output = run(&["demo", "--data", data], "");
    assert_eq!(output.status.code(), Some(1));
    let said = text(&output.stderr);
    assert!(said.contains(data) && said.contains("not empty"), "{said}");
    assert_eq!(
        std::fs::read_dir(folder.path()).unwrap().count(),
        1,
        "nothing was added"
    );
}

/// One year by the command, then what the README says to do next: verify it, serve it.
#[test]
fn a_demo_is_printed_verified_and_served() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("nam");
    let output = run(
        &["demo", "--json", "--seed", "11", "--data", data.to_str().unwrap()],
        "",
    );
    assert!(output.status.success(), "{}", text(&output.stderr));
    let year: Value = serde_json::from_slice(&output.stdout).expect("one JSON object and nothing else");
    object_as_promised(&year);
    let file = year["published"]["file"].as_str().unwrap().to_owned();
    verified(Path::new(&file));
    served(&data, &year);
}

fn object_as_promised(year: &Value) {
    assert_eq!(year["cycle"], "2022");
    assert_eq!(year["published"]["sha256"].as_str().unwrap().len(), 64);
    assert!(year["counts"]["void_slips"].as_u64().unwrap() > 0);
    let units = year["units"].as_array().unwrap();
    assert_eq!(units.len(), 45);
    for unit in units {
        for field in ["code", "name", "type", "penalty", "total", "class"] {
            assert!(unit[field].is_string(), "{field} of {unit}");
        }
        let contents: Vec<&String> = unit["contents"].as_object().unwrap().keys().collect();
        assert_eq!(contents, ["I", "II", "III", "IV", "V", "VI"], "{unit}");
        let class = unit["class"].as_str().unwrap();
        assert!(
            ["EXCELLENT", "GOOD", "COMPLETED", "NOT_COMPLETED"].contains(&class),
            "{unit}"
        );
        assert!(unit["rank"].as_u64().unwrap() >= 1 && !unit["reasons"].as_array().unwrap().is_empty());
    }
}

fn verified(file: &Path) {
    let good = run(&["verify", file.to_str().unwrap()], "");
    assert_eq!(good.status.code(), Some(0), "{}", text(&good.stdout));
    assert!(text(&good.stdout).lines().count() > 3, "it says what it checked");

    // One digit of the first unit's printed total.
    let whole = std::fs::read_to_string(file).unwrap();
    let document: Value = serde_json::from_str(&whole).unwrap();
    let unit = &document["results"]["units"][0];
    let (code, total) = (unit["unit"].as_str().unwrap(), unit["total"].as_str().unwrap());
    let place = whole
        .rfind(&format!("\"total\":\"{total}\""))
        .expect("the total stands in the file")
        + 9;
    let mut bytes = whole.clone().into_bytes();
    bytes[place] = if bytes[place] == b'9' {
        b'8'
    } else {
        bytes[place] + 1
    };
    let changed = file.with_file_name("changed.json");
    std::fs::write(&changed, bytes).unwrap();
    let bad = run(&["verify", changed.to_str().unwrap()], "");
    assert_eq!(bad.status.code(), Some(3));
    let said = text(&bad.stdout);
    let changed: Value = serde_json::from_str(&std::fs::read_to_string(&changed).unwrap()).unwrap();
    let units = changed["results"]["units"].as_array().unwrap();
    let touched = units
        .iter()
        .zip(document["results"]["units"].as_array().unwrap())
        .find(|(a, b)| a != b);
    let touched = touched
        .map_or(code, |(unit, _)| unit["unit"].as_str().unwrap())
        .to_owned();
    assert!(said.contains(&touched) && said.contains("total"), "{said}");
}

fn served(data: &Path, year: &Value) {
    let serving = Serving::on(data);
    let (status, body) = serving.get("/v1/cycles/2022/ranking");
    assert_eq!(status, 200, "{body}");
    let units = year["units"].as_array().unwrap();
    assert!(
        units
            .iter()
            .all(|unit| body.contains(unit["total"].as_str().unwrap())),
        "{body}"
    );
    let code = units[0]["code"].as_str().unwrap();
    let (status, body) = serving.get(&format!("/v1/cycles/2022/units/{code}"));
    assert!(status == 200 && body.contains(code), "{body}");
    let (_, exported) = serving.get("/v1/cycles/2022/ranking.json");
    let published = std::fs::read_to_string(year["published"]["file"].as_str().unwrap()).unwrap();
    assert!(
        exported == published,
        "what is served is the published file, byte for byte"
    );
    assert_eq!(serving.terminate(), Some(0));
}
