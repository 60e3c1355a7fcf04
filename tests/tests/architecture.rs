//! The shape of the workspace: who may depend on whom, which files a service has, how long they may be, and
//! what may not stand in them.
//!
//! Every message names the file and what to do. An exception has to be written down here.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

const SERVICES: [&str; 7] = [
    "identity", "registry", "survey", "recheck", "leaders", "ledger", "ranking",
];

/// Files a service may lack, each for its reason.
const LACKS: [(&str, &str); 0] = [];

/// Files outside `store/` that may hold SQL: the thin layer itself, what every service shares, and what an
/// operator does with the database as a whole.
const SQL_ELSEWHERE: [&str; 16] = [
    "services/platform/src/db/",
    "services/platform/src/feed.rs",
    "services/platform/src/journal.rs",
    "services/platform/src/lease",
    "services/platform/src/mail/outbox.rs",
    "services/platform/src/once.rs",
    "services/platform/src/process.rs",
    "services/platform/tests/",
    "services/gateway/src/ready.rs",
    "services/identity/tests/",
    "services/ranking/tests/",
    "services/recheck/tests/",
    "services/server/src/backup/",
    "services/server/src/doctor/",
    "services/server/tests/operations/",
    "services/survey/tests/",
];

fn root() -> PathBuf {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    tests
        .parent()
        .expect("the workspace is the folder above")
        .to_owned()
}

/// All Rust files of the workspace, with their path from its root.
fn sources() -> BTreeMap<String, String> {
    let (root, mut found) = (root(), BTreeMap::new());
    for folder in ["services", "tests"] {
        collect(&root, &root.join(folder), &mut found);
    }
    assert!(
        found.len() > 100,
        "the sources were not found below {}",
        root.display()
    );
    found
}

fn collect(root: &Path, folder: &Path, found: &mut BTreeMap<String, String>) {
    for entry in std::fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display())) {
        let path = entry.expect("a readable folder").path();
        if path.is_dir() && path.file_name().is_none_or(|name| name != "target") {
            collect(root, &path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            let name = path
                .strip_prefix(root)
                .expect("below the root")
                .display()
                .to_string();
            let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{name}: {e}"));
            found.insert(name, text);
        }
    }
}

fn none(faults: &[String]) {
    assert!(
        faults.is_empty(),
        "{} faults:\n{}",
        faults.len(),
        faults.join("\n")
    );
}

fn metadata() -> serde_json::Value {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let output = Command::new(cargo)
        .args(["metadata", "--no-deps", "--format-version", "1", "--offline"])
        .current_dir(root())
        .output()
        .expect("cargo runs");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).expect("cargo writes JSON")
}

/// The crates each crate leans on outside its tests: own ones without "chiso-", others under their name.
fn dependencies() -> BTreeMap<String, BTreeSet<String>> {
    let metadata = metadata();
    let packages = metadata["packages"].as_array().expect("packages");
    let text = |value: &serde_json::Value| value.as_str().expect("a name").to_owned();
    let short = |name: String| name.strip_prefix("chiso-").map(ToOwned::to_owned).unwrap_or(name);
    let of = |package: &serde_json::Value| {
        let all = package["dependencies"].as_array().expect("dependencies").iter();
        let normal = all.filter(|d| d["kind"].as_str() != Some("dev"));
        normal.map(|d| short(text(&d["name"]))).collect()
    };
    packages
        .iter()
        .map(|p| (short(text(&p["name"])), of(p)))
        .collect()
}

fn allowed(name: &str, own: &BTreeSet<String>) -> BTreeSet<String> {
    let names: &[&str] = match name {
        "domain" => &[],
        "wire" => &["domain"],
        "platform" => &["wire", "domain"],
        "server" | "tests" => return own.clone(),
        service if service == "gateway" || SERVICES.contains(&service) => &["platform", "wire", "domain"],
        other => panic!("crate {other} has no place in the architecture yet; give it one here"),
    };
    names.iter().map(ToString::to_string).collect()
}

#[test]
fn crates_depend_downwards_only() {
    let edges = dependencies();
    let own: BTreeSet<String> = edges.keys().cloned().collect();
    let mut faults = Vec::new();
    for (name, all) in &edges {
        let allowed = allowed(name, &own);
        let wrong = all.iter().filter(|d| own.contains(*d) && !allowed.contains(*d));
        faults.extend(wrong.map(|d| format!("{name} must not depend on {d}; meet it through protobuf")));
        if name != "tests" && all.contains("tests") {
            faults.push(format!("{name} must not depend on the tests"));
        }
    }
    none(&faults);
}

#[test]
fn the_rules_know_no_world() {
    let domain = &dependencies()["domain"];
    for banned in [
        "tokio",
        "sqlx",
        "tonic",
        "axum",
        "rand",
        "chacha20poly1305",
        "tracing",
        "futures-util",
        "prost",
    ] {
        assert!(
            !domain.contains(banned),
            "services/domain must not depend on {banned}"
        );
    }
    let sources = sources();
    let mut faults = Vec::new();
    for (name, text) in sources
        .iter()
        .filter(|(name, _)| name.starts_with("services/domain/src") && !name.contains("tests"))
    {
        let code = code_of(text);
        for banned in [
            "f32",
            "f64",
            "std::env",
            "std::fs",
            "std::net",
            "SystemTime",
            "std::thread",
        ] {
            if words(&code).any(|word| word == banned) || (banned.contains(':') && code.contains(banned)) {
                faults.push(format!(
                    "{name} mentions {banned}; what a rule needs comes in as an argument"
                ));
            }
        }
    }
    none(&faults);
}

/// Without comments: those may name anything.
fn code_of(text: &str) -> String {
    let line = |line: &str| line.split_once("//").map_or(line, |(code, _)| code).to_owned();
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}

fn words(code: &str) -> impl Iterator<Item = &str> {
    code.split(|c: char| !c.is_alphanumeric() && c != '_')
}

#[test]
fn files_are_short_and_say_what_they_own() {
    let mut faults = Vec::new();
    for (name, text) in sources() {
        let lines = text.lines().count();
        if lines > 500 {
            faults.push(format!(
                "{name} has {lines} lines; split it by subject, 500 is the most"
            ));
        }
        if !text.starts_with("//!") {
            faults.push(format!(
                "{name} does not open with a line of //! that says what it owns"
            ));
        }
    }
    none(&faults);
}

#[test]
fn handlers_only_translate() {
    let mut faults = Vec::new();
    for service in SERVICES {
        let name = format!("services/{service}/src/rpc.rs");
        let text = std::fs::read_to_string(root().join(&name)).unwrap_or_else(|e| panic!("{name}: {e}"));
        let handlers = bodies(&text);
        assert!(!handlers.is_empty(), "{name}: no handler was found");
        for (handler, lines) in handlers.into_iter().filter(|(_, lines)| *lines > 15) {
            faults.push(format!(
                "{name}: {handler} has {lines} lines; a handler has 15 at the most"
            ));
        }
    }
    none(&faults);
}

/// A page's handler is an async function that answers with a page; its signature may be long, what it does may not.
#[test]
fn handlers_of_pages_only_translate() {
    let (mut faults, mut seen) = (Vec::new(), 0);
    let sources = sources();
    let pages = sources
        .iter()
        .filter(|(name, _)| name.starts_with("services/gateway/src/web/"));
    for (name, text) in pages {
        for (handler, lines) in bodies(text) {
            let begun = ["(", "<"]
                .iter()
                .find_map(|open| text.split_once(&format!("async fn {handler}{open}")));
            let (_, rest) = begun.expect("it was found there");
            let signature = rest.split_once('{').map_or(rest, |(signature, _)| signature);
            // What handlers share with each other is given what they extracted.
            if !signature.contains("-> Answer") || signature.contains("&Web") {
                continue;
            }
            seen += 1;
            let lines = lines - signature.lines().count() - 1;
            if lines > 15 {
                faults.push(format!(
                    "{name}: {handler} has {lines} lines; a handler has 15 at the most"
                ));
            }
        }
    }
    assert!(seen > 5, "no handler of a page was found");
    none(&faults);
}

/// Name and number of lines of each async function, by its braces.
fn bodies(text: &str) -> Vec<(String, usize)> {
    let mut found = Vec::new();
    let lines: Vec<&str> = text.lines().collect();
    for (at, line) in lines.iter().enumerate() {
        let Some((_, rest)) = line.split_once("async fn ") else {
            continue;
        };
        let name = rest.split(['(', '<']).next().unwrap_or_default().to_owned();
        let (mut depth, mut opened) = (0_i32, false);
        let mut length = 0;
        for line in &lines[at..] {
            length += 1;
            depth += count(line, '{') - count(line, '}');
            opened |= line.contains('{');
            if opened && depth <= 0 {
                break;
            }
        }
        found.push((name, length));
    }
    found
}

fn count(line: &str, wanted: char) -> i32 {
    i32::try_from(line.chars().filter(|c| *c == wanted).count()).expect("a short line")
}

#[test]
fn every_service_has_the_same_files() {
    let mut faults = Vec::new();
    for service in SERVICES {
        let folder = root().join("services").join(service);
        for file in [
            "Cargo.toml",
            "README.md",
            "src/lib.rs",
            "src/rpc.rs",
            "src/policy.rs",
            "src/error.rs",
            "src/usecase/mod.rs",
            "src/store/mod.rs",
        ] {
            if !folder.join(file).is_file() && !LACKS.contains(&(service, file)) {
                faults.push(format!("services/{service}/{file} is missing"));
            }
        }
        let tests = std::fs::read_dir(folder.join("tests"));
        if tests.map(Iterator::count).unwrap_or(0) == 0 {
            faults.push(format!("services/{service}/tests is missing or empty"));
        }
        if !root().join("migrations").join(service).join("sqlite").is_dir() {
            faults.push(format!("migrations/{service}/sqlite is missing"));
        }
    }
    none(&faults);
}

#[test]
fn every_table_belongs_to_its_service() {
    let mut faults = Vec::new();
    let folders = std::fs::read_dir(root().join("migrations")).expect("migrations");
    let paths = folders.map(|f| f.expect("a folder").path());
    for folder in paths.filter(|path| path.is_dir()) {
        let owner = folder
            .file_name()
            .and_then(|n| n.to_str())
            .unwrap_or_default()
            .to_owned();
        if owner != "shared" && !SERVICES.contains(&owner.as_str()) {
            faults.push(format!("migrations/{owner} belongs to no service"));
            continue;
        }
        let prefix = if owner == "shared" {
            "{service}_".to_owned()
        } else {
            format!("{owner}_")
        };
        for file in std::fs::read_dir(folder.join("sqlite")).expect("migrations for SQLite") {
            let path = file.expect("a file").path();
            let text = std::fs::read_to_string(&path).expect("SQL is text");
            for table in text
                .lines()
                .filter_map(|l| l.trim().strip_prefix("CREATE TABLE "))
            {
                if !table.starts_with(&prefix) {
                    faults.push(format!(
                        "{}: table {table} does not begin with {prefix}",
                        path.display()
                    ));
                }
            }
        }
    }
    none(&faults);
}

#[test]
fn sql_lies_in_stores_only() {
    let mut faults = Vec::new();
    for (name, text) in sources() {
        let store = name.contains("/src/store/") || name.contains("/src/store.rs");
        let test = name.starts_with("tests/") || name.ends_with("/tests.rs");
        if store || test || SQL_ELSEWHERE.iter().any(|place| name.starts_with(place)) {
            continue;
        }
        for (at, line) in code_of(&text).lines().enumerate() {
            if line.contains(" sql(") || line.contains("(sql(") || line.contains("sql_of(") {
                faults.push(format!("{name}:{}: SQL outside store/", at + 1));
            }
        }
    }
    none(&faults);
}

/// A service that read another's tables would meet it elsewhere than in protobuf.
#[test]
fn a_store_touches_its_own_tables_only() {
    let mut faults = Vec::new();
    for (name, text) in sources() {
        let Some((service, rest)) = name.strip_prefix("services/").and_then(|n| n.split_once('/')) else {
            continue;
        };
        if !rest.starts_with("src/store") {
            continue;
        }
        let code = code_of(&text);
        for other in SERVICES.iter().filter(|other| **other != service) {
            for keyword in ["FROM", "JOIN", "INTO", "UPDATE"] {
                if code.contains(&format!("{keyword} {other}_")) {
                    faults.push(format!("{name} touches a table of {other}"));
                }
            }
        }
    }
    none(&faults);
}

/// Bugs that tests plant, and points at which tests end a process, must not reach anyone else.
#[test]
fn no_build_but_a_test_s_has_planted_bugs_or_fault_points() {
    const BUGS: &str = "planted-bugs";
    let metadata = metadata();
    let mut faults = Vec::new();
    for package in metadata["packages"].as_array().expect("packages") {
        let name = package["name"].as_str().expect("a name");
        for (feature, enables) in package["features"].as_object().expect("features") {
            let own = name == "chiso-platform" && feature == BUGS;
            if !own && (feature == BUGS || enables.to_string().contains(BUGS)) {
                faults.push(format!(
                    "{name}: feature {feature} brings {BUGS}; only a command line may"
                ));
            }
        }
        for dependency in package["dependencies"].as_array().expect("dependencies") {
            if dependency["features"].to_string().contains(BUGS) {
                faults.push(format!("{name} asks for {BUGS} of {}", dependency["name"]));
            }
        }
    }
    let fault = "services/platform/src/fault.rs";
    for (name, text) in sources() {
        let code = code_of(&text);
        if name.starts_with("services/") && name != fault && code.contains("CHISO_FAULT_POINT") {
            faults.push(format!("{name} knows CHISO_FAULT_POINT; leave that to {fault}"));
        }
    }
    let text = std::fs::read_to_string(root().join(fault)).expect("the module of faults");
    for (gate, what) in [
        ("#[cfg(debug_assertions)]\nmod armed {", "points"),
        ("#[cfg(debug_assertions)]\n    armed::pass(name);", "points"),
        ("#[cfg(feature = \"planted-bugs\")]", "planted bugs"),
    ] {
        if !text.contains(gate) {
            faults.push(format!("{fault}: {what} must stand behind {gate:?}"));
        }
    }
    none(&faults);
}

/// `cargo run`, with which the README begins, must know which binary is meant.
#[test]
fn there_is_one_binary_to_run() {
    let metadata = metadata();
    let members = metadata["workspace_default_members"].as_array().expect("members");
    let packages = metadata["packages"].as_array().expect("packages");
    let binaries: Vec<&str> = packages
        .iter()
        .filter(|package| members.contains(&package["id"]))
        .flat_map(|package| package["targets"].as_array().expect("targets"))
        .filter(|target| target["kind"][0] == "bin")
        .filter_map(|target| target["name"].as_str())
        .collect();
    assert_eq!(binaries, ["chiso"]);
}
