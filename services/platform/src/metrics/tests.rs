//! What is printed, and that the alert rules and the dashboard use nothing else.
#![allow(clippy::unwrap_used, reason = "a test stops at the first thing that is wrong")]

use std::collections::{BTreeMap, BTreeSet};

use super::*;

/// Each figure has a value.
fn touched() -> String {
    let m = metrics();
    m.call(
        "chiso.x.v1.X",
        "Get",
        tonic::Code::NotFound,
        Duration::from_millis(3),
    );
    m.http("/livez", 200, Duration::from_millis(3));
    m.intake(7, 20);
    m.transaction_began(Duration::from_micros(600));
    m.transaction_committed();
    m.lease("x.survey", true);
    m.feed("x", "survey", 7, 10);
    m.redis("127.0.0.1:1", true);
    m.redis_operation("get", "ok");
    m.bell("survey", "sent");
    m.cache_read("cycle", "hit");
    m.evidence_stored(10);
    m.letter("x", "sent");
    render()
}

/// The label names of each printed name.
fn printed(text: &str) -> BTreeMap<&str, BTreeSet<&str>> {
    let mut names = BTreeMap::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let (name, rest) = line.split_at(line.find(['{', ' ']).unwrap());
        let labels = rest
            .split(['{', ','])
            .filter_map(|part| Some(part.split_once("=\"")?.0));
        names.entry(name).or_insert_with(BTreeSet::new).extend(labels);
    }
    names
}

#[test]
fn what_was_counted_is_printed() {
    let text = touched();
    for line in [
        r#"chiso_calls_total{service="chiso.x.v1.X",rpc="Get",code="NOT_FOUND"}"#,
        r#"chiso_call_seconds_bucket{le="0.0025",service="chiso.x.v1.X",rpc="Get"} 0"#,
        r#"chiso_http_requests_total{route="/livez",status="200"}"#,
        r#"chiso_transactions_total{step="committed"}"#,
        r#"chiso_feed_lag_posts{consumer="x",source="survey"} 3"#,
        r#"chiso_lease_held{lease="x.survey"} 1"#,
        r#"chiso_build_info{version=""#,
    ] {
        assert!(text.contains(line), "{line}\nis not in\n{text}");
    }
    let memory = text
        .lines()
        .find_map(|line| line.strip_prefix("process_resident_memory_bytes "));
    assert!(memory.unwrap().parse::<i64>().unwrap() > 1 << 20);
    assert!(text.ends_with("# EOF\n"));
}

#[test]
fn who_holds_no_lease_knows_no_lag() {
    let line = r#"chiso_feed_lag_posts{consumer="y",source="survey"}"#;
    let m = metrics();
    m.feed("y", "survey", 1, 2);
    assert!(!render().contains(line));
    m.lease("y.survey", true);
    m.feed("y", "survey", 1, 2);
    assert!(render().contains(line));
    m.lease("y.survey", false);
    assert!(!render().contains(line));
    m.feed("y", "survey", 1, 2);
    assert!(!render().contains(line));
}

#[test]
fn all_that_is_printed_is_described() {
    let text = touched();
    let of_type = |line: &'static str| -> BTreeSet<String> {
        let lines = text.lines().filter_map(|l| l.strip_prefix(line));
        lines.map(|l| l.split(' ').next().unwrap().to_owned()).collect()
    };
    let described: BTreeSet<String> = described().iter().map(|(name, ..)| (*name).to_owned()).collect();
    assert_eq!(of_type("# TYPE "), described);
}

/// Names and labels that Prometheus adds to what it scrapes, or makes itself.
const ADDED: [&str; 2] = ["instance", "job"];

/// What an expression asks of each name of ours: `name{label="…"}`.
fn asked(text: &str) -> Vec<(String, Vec<String>)> {
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let mut found = Vec::new();
    for (at, _) in text.match_indices("chiso_").chain(text.match_indices("process_")) {
        if text[..at].ends_with(word) {
            continue;
        }
        let rest = &text[at..];
        let end = rest.find(|c| !word(c)).unwrap_or(rest.len());
        let mut labels = Vec::new();
        if let Some(selector) = rest[end..].strip_prefix('{') {
            let selector = &selector[..selector.find('}').expect("a selector ends")];
            // In JSON the quotes have a backslash before them.
            let pairs = selector
                .split(',')
                .map(|pair| pair.split(['=', '!', '~']).next().unwrap());
            labels.extend(pairs.map(|label| label.trim().to_owned()));
        }
        found.push((rest[..end].to_owned(), labels));
    }
    found
}

#[test]
fn the_alert_rules_and_the_dashboard_use_what_is_printed() {
    let text = touched();
    let printed = printed(&text);
    let all: BTreeSet<&str> = printed.values().flatten().copied().chain(ADDED).collect();
    for file in ["alerts.yml", "dashboard.json"] {
        let path = format!("{}/../../deploy/observability/{file}", env!("CARGO_MANIFEST_DIR"));
        let used = std::fs::read_to_string(&path).unwrap();
        let asked = asked(&used);
        assert!(asked.len() > 10, "{file}");
        for (name, labels) in asked {
            let known = printed.get(name.as_str());
            let known = known.unwrap_or_else(|| panic!("{file}: {name} is not printed"));
            for label in labels {
                let is = known.contains(label.as_str()) || ADDED.contains(&label.as_str());
                assert!(is, "{file}: {name} has no label {label}");
            }
        }
        for by in used.split("by (").skip(1) {
            for label in by.split(')').next().unwrap().split(',') {
                assert!(all.contains(label.trim()), "{file}: nothing has a label {label}");
            }
        }
    }
}

#[test]
fn a_name_or_label_that_is_not_printed_would_be_found() {
    let found = asked(r#"sum(rate(chiso_calls_total{job="x", code=~"A|B"}[5m])) / process_open_fds"#);
    let labels = vec!["job".to_owned(), "code".to_owned()];
    let expected = [
        ("chiso_calls_total".to_owned(), labels),
        ("process_open_fds".to_owned(), vec![]),
    ];
    assert_eq!(found, expected);
}
