//! The source of the services as text, without tests and comments on a line of their own.

use std::path::{Path, PathBuf};

/// One file of the services.
pub(crate) struct Source {
    /// `domain/appraisal`, `ledger`: crate, and module within the domain.
    pub(crate) area: String,
    /// Path below `services/`.
    pub(crate) path: String,
    /// All of it up to the tests at its end.
    pub(crate) text: String,
}

/// All files of `services/*/src` that are no tests, in the order of their paths.
pub(crate) fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../services");
    let mut paths = Vec::new();
    collect(&root, &mut paths);
    paths.sort();
    let read = |path: PathBuf| {
        let below = path.strip_prefix(&root).expect("found below it");
        let parts: Vec<&str> = below.iter().filter_map(|part| part.to_str()).collect();
        let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        let text = text
            .split("#[cfg(test)]\nmod tests {")
            .next()
            .unwrap_or_default()
            .to_owned();
        Source {
            area: area(&parts),
            path: parts.join("/"),
            text,
        }
    };
    let sources: Vec<Source> = paths.into_iter().map(read).collect();
    assert!(sources.len() > 30, "the services were not found");
    sources
}

fn area(parts: &[&str]) -> String {
    match parts {
        ["domain", "src", module, ..] => format!("domain/{}", module.trim_end_matches(".rs")),
        [name, ..] => (*name).to_owned(),
        [] => String::new(),
    }
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display())) {
        let path = entry.expect("a readable folder").path();
        let name = path.file_name().and_then(|n| n.to_str()).unwrap_or_default();
        if path.is_dir() && !matches!(name, "tests" | "benches" | "testkit" | "target") {
            collect(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs")
            && path.iter().any(|part| part == "src")
            && !matches!(name, "tests.rs" | "testkit.rs")
        {
            found.push(path);
        }
    }
}

/// From an opening brace to the one that closes it, both left out. Braces in texts have to be paired.
pub(crate) fn block(text: &str) -> &str {
    let open = text.find('{').expect("a block");
    let mut depth = 0_usize;
    for (at, c) in text[open..].char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return &text[open + 1..open + at];
        }
    }
    panic!("a block without end: {}", &text[open..text.len().min(open + 80)]);
}

/// Whether a text is shaped like a reason: `DEADLINE_PASSED`.
pub(crate) fn is_reason(text: &str) -> bool {
    let upper = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    text.len() > 3 && text.starts_with(|c: char| c.is_ascii_uppercase()) && text.chars().all(upper)
}

/// Texts in double quotes, in order.
pub(crate) fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('"').skip(1).step_by(2)
}
