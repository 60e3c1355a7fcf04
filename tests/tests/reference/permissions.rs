//! `docs/reference/permissions.md`: for each RPC the permission it needs and who has it.
//!
//! Read from `services/<svc>/src/policy.rs` and compared with the RPCs of `proto/`. What a use case checks
//! beyond that (own unit, own slip, recusal) is named in the comments of the contract.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use crate::source::{quoted, sources};

const SERVICES: [&str; 7] = [
    "identity", "registry", "survey", "recheck", "leaders", "ledger", "ranking",
];

const HEAD: &str = "\
# Permissions of RPCs

Made from the source by `tests/tests/reference`; do not edit by hand.

A call without the permission is answered `UNAUTHENTICATED` where nobody signed in, else `PERMISSION_DENIED`. A
role counts in the cycle it was given for. Beyond this list a use case checks the object: the caller's own unit,
slip, criteria; who may not know that something exists is told `NOT_FOUND`. \"Services\" are the services of this
system; \"everyone\" needs no sign-in. The server does not start while an RPC has no permission.
";

/// A permission: its name and who has it.
#[derive(Clone)]
struct Permission {
    name: String,
    who: String,
}

/// Constants of a policy file: name, type and value, comments left out.
fn constants(text: &str) -> Vec<(String, String, String)> {
    let code: Vec<&str> = text
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect();
    let code = code.join("\n");
    let parts = code.split("const ").skip(1);
    parts
        .filter_map(|part| {
            let (name, rest) = part.split_once(':')?;
            let (kind, rest) = rest.split_once('=')?;
            let (value, _) = rest.split_once(';')?;
            Some((
                name.trim().to_owned(),
                kind.trim().to_owned(),
                value.trim().to_owned(),
            ))
        })
        .collect()
}

fn roles(value: &str) -> Vec<String> {
    value
        .split("Role::")
        .skip(1)
        .map(|role| role.chars().take_while(char::is_ascii_alphanumeric).collect())
        .collect()
}

fn permission(value: &str, lists: &BTreeMap<String, Vec<String>>) -> Permission {
    if value.contains("Permission::PUBLIC") {
        return named("public", "everyone");
    }
    if value.contains("Permission::SIGNED_IN") {
        return named("signed_in", "everyone signed in");
    }
    let name = quoted(value)
        .next()
        .unwrap_or_else(|| panic!("no name in {value}"));
    let mut who = roles(value);
    let words = value.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    who.extend(words.filter_map(|word| lists.get(word)).flatten().cloned());
    if value.contains("roles_and_services(")
        || value.contains("RolesAndServices(")
        || value.contains("::services(")
    {
        who.push("services".to_owned());
    }
    if value.contains("Access::SignedIn") {
        who.push("everyone signed in".to_owned());
    }
    assert!(!who.is_empty(), "nobody has {name}: {value}");
    named(name, &who.join(", "))
}

fn named(name: &str, who: &str) -> Permission {
    Permission {
        name: name.to_owned(),
        who: who.to_owned(),
    }
}

/// RPCs of a service with their permissions, in the order of its policy.
fn policy(text: &str) -> Vec<(String, Permission)> {
    let constants = constants(text);
    let lists: BTreeMap<String, Vec<String>> = constants
        .iter()
        .filter(|(_, kind, _)| kind.contains("[Role"))
        .map(|(name, _, value)| (name.clone(), roles(value)))
        .collect();
    let known: BTreeMap<&str, Permission> = constants
        .iter()
        .filter(|(_, kind, _)| kind == "Permission")
        .map(|(name, _, value)| (name.as_str(), permission(value, &lists)))
        .collect();
    let (.., list) = constants
        .iter()
        .find(|(name, ..)| name == "POLICY")
        .expect("a policy");
    let entries = list.split("(\"").skip(1);
    entries
        .map(|entry| {
            let (rpc, rest) = entry.split_once("\",").expect("an RPC and its permission");
            let value = rest.split([')', '(']).next().unwrap_or_default().trim();
            let short = value.rsplit("::").next().unwrap_or_default();
            let found = known.get(short).cloned();
            (rpc.to_owned(), found.unwrap_or_else(|| permission(value, &lists)))
        })
        .collect()
}

/// RPCs of a service in the contract.
fn contract(service: &str) -> BTreeSet<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../proto/chiso")
        .join(service)
        .join("v1")
        .join(format!("{service}.proto"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let rpcs = text.lines().filter_map(|line| line.trim().strip_prefix("rpc "));
    rpcs.filter_map(|rpc| rpc.split('(').next())
        .map(str::to_owned)
        .collect()
}

fn policies() -> Vec<(&'static str, Vec<(String, Permission)>)> {
    let sources = sources();
    let of = |service: &'static str| {
        let path = format!("{service}/src/policy.rs");
        let file = sources.iter().find(|source| source.path == path);
        let file = file.unwrap_or_else(|| panic!("services/{path} is missing"));
        (service, policy(&file.text))
    };
    SERVICES.map(of).to_vec()
}

fn list() -> String {
    let mut text = HEAD.to_owned();
    for (service, policy) in policies() {
        write!(
            text,
            "\n## {service}\n\n| RPC | permission | who |\n|---|---|---|\n"
        )
        .expect("a text takes all");
        for (rpc, permission) in policy {
            writeln!(text, "| {rpc} | `{}` | {} |", permission.name, permission.who)
                .expect("a text takes all");
        }
    }
    text
}

#[test]
fn every_permission_is_listed() {
    crate::check("permissions.md", &list());
}

#[test]
fn every_rpc_of_the_contract_has_one_permission() {
    for (service, policy) in policies() {
        let rpcs: BTreeSet<String> = policy.iter().map(|(rpc, _)| rpc.clone()).collect();
        assert_eq!(rpcs.len(), policy.len(), "{service} names an RPC twice");
        assert_eq!(rpcs, contract(service), "{service}");
    }
}

#[test]
fn a_policy_is_read_with_its_lists_of_roles() {
    let text = r#"
        const UNIT: &[Role] = &[Role::UnitOfficer, Role::UnitHead];
        /// Saves.
        pub const SAVE: Permission = Permission::roles("x.save", UNIT);
        pub const PULL: Permission = Permission::roles_and_services("x.pull", &[Role::Auditor]);
        pub const POLICY: Policy = &[("Save", SAVE), ("Pull", PULL), ("In", Permission::PUBLIC)];
    "#;
    let read: Vec<String> = policy(text)
        .into_iter()
        .map(|(rpc, permission)| format!("{rpc} {} {}", permission.name, permission.who))
        .collect();
    assert_eq!(
        read,
        [
            "Save x.save UnitOfficer, UnitHead",
            "Pull x.pull Auditor, services",
            "In public everyone",
        ]
    );
}
