//! `docs/reference/settings.md`: every setting with its default and what it means, made from the comments of the
//! structs. Written by `UPDATE_REFERENCE=1 cargo test -p chiso-server --test settings`.
#![allow(clippy::unwrap_used, reason = "a test stops at the first thing that is wrong")]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use chiso_server::settings::{Flags, load};

const HEAD: &str = "# Settings

Made from the comments in `services/server/src/settings/mod.rs`; a test compares.

A value comes from its default, over it from the file that `--config` or `CHISO_CONFIG` names (TOML), over it from
the environment, over it from a flag. In the environment `listen.grpc` is `CHISO_LISTEN__GRPC`; a list is parted by
commas. A setting that does not exist is refused. `chiso config show` prints every value and where it comes from;
secrets stay hidden.
";

/// A struct of the settings: its comment, and its fields with theirs.
struct Struct {
    name: String,
    doc: String,
    fields: Vec<Field>,
}

struct Field {
    name: String,
    kind: String,
    doc: String,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Reads `///` comments, `pub struct Name {` and `pub name: Type,`.
fn structs(source: &str) -> Vec<Struct> {
    let (mut found, mut doc, mut open): (Vec<Struct>, String, bool) = (Vec::new(), String::new(), false);
    for line in source.lines().map(str::trim) {
        if let Some(text) = line.strip_prefix("///") {
            let gap = if doc.is_empty() { "" } else { " " };
            write!(doc, "{gap}{}", text.trim()).unwrap();
        } else if let Some(name) = line
            .strip_prefix("pub struct ")
            .and_then(|l| l.strip_suffix(" {"))
        {
            found.push(Struct {
                name: name.to_owned(),
                doc: std::mem::take(&mut doc),
                fields: Vec::new(),
            });
            open = true;
        } else if open && line == "}" {
            open = false;
        } else if let Some((name, kind)) = line
            .strip_prefix("pub ")
            .and_then(|l| l.split_once(": "))
            .filter(|_| open)
        {
            found.last_mut().unwrap().fields.push(Field {
                name: name.to_owned(),
                kind: kind.trim_end_matches(',').to_owned(),
                doc: std::mem::take(&mut doc),
            });
        } else if !line.starts_with("#[") {
            doc.clear();
        }
    }
    found
}

/// Setting and default, as `chiso config show` prints them where nothing was set.
fn defaults() -> Vec<(String, String)> {
    let shown = load(&Flags::default(), Vec::new()).unwrap().show();
    let line = |line: &str| {
        let (setting, rest) = line.split_once(" = ").unwrap();
        let (value, origin) = rest.rsplit_once("  # ").unwrap();
        assert_eq!(origin, "default", "{line}");
        (setting.to_owned(), value.trim_end().to_owned())
    };
    shown.lines().map(line).collect()
}

fn page() -> String {
    let source = std::fs::read_to_string(root().join("services/server/src/settings/mod.rs")).unwrap();
    let structs = structs(&source);
    let of = |name: &str| structs.iter().find(|found| found.name == name).unwrap();
    let mut defaults = defaults();
    let mut page = HEAD.to_owned();
    for section in &of("Settings").fields {
        let inner = of(&section.kind);
        write!(
            page,
            "\n## {}\n\n{}\n\n| setting | default | what it is |\n|---|---|---|\n",
            section.name, inner.doc
        )
        .unwrap();
        for field in &inner.fields {
            let setting = format!("{}.{}", section.name, field.name);
            let at = defaults.iter().position(|(known, _)| *known == setting);
            let (_, default) = defaults.remove(at.unwrap_or_else(|| panic!("{setting} has no default")));
            let (name, default) = if default == "{}" {
                (format!("{setting}.<service>"), "–".to_owned())
            } else {
                (setting.clone(), format!("`{default}`"))
            };
            assert!(!field.doc.is_empty(), "{setting} says nothing about itself");
            writeln!(page, "| `{name}` | {default} | {} |", field.doc).unwrap();
        }
    }
    assert!(defaults.is_empty(), "settings that no struct has: {defaults:?}");
    page
}

#[test]
fn the_reference_has_every_setting() {
    let (path, page) = (root().join("docs/reference/settings.md"), page());
    if std::env::var_os("UPDATE_REFERENCE").is_some() {
        std::fs::write(&path, page).unwrap();
        return;
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        found == page,
        "docs/reference/settings.md is old; run UPDATE_REFERENCE=1 cargo test -p chiso-server --test settings"
    );
}
