//! Pages that are named exist: links between pages, and pages that the source points to.

use std::path::{Path, PathBuf};

use crate::source::sources;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// What is built or fetched.
const NOT_OURS: [&str; 2] = ["target", "node_modules"];

/// All pages of the project, those of build output and data folders left out.
fn pages(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display())) {
        let path = entry.expect("a readable folder").path();
        let name = path.file_name().and_then(|n| n.to_str()).unwrap_or_default();
        let skipped = NOT_OURS.contains(&name) || name.starts_with(['.', '_']) || name.starts_with("chiso-");
        if path.is_dir() && !skipped {
            pages(&path, found);
        } else if path.extension().is_some_and(|e| e == "md") {
            found.push(path);
        }
    }
}

/// Targets of the links of a page that lead to files.
fn links(text: &str) -> impl Iterator<Item = &str> {
    let targets = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    let files = targets.filter(|target| !target.contains("://") && !target.starts_with('#'));
    files.map(|target| target.split('#').next().unwrap_or(target))
}

/// Words of a text that name a page under `docs/`.
fn named(text: &str) -> impl Iterator<Item = &str> {
    let part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '.' | '-' | '_');
    let words = text.split(move |c| !part(c));
    words
        .filter_map(|word| word.find("docs/").map(|at| &word[at..]))
        .filter(|word| word.ends_with(".md"))
}

#[test]
fn links_between_pages_lead_somewhere() {
    let mut all = Vec::new();
    pages(&root(), &mut all);
    assert!(all.len() > 10, "the pages were not found");
    let mut broken = Vec::new();
    for page in all {
        let text = std::fs::read_to_string(&page).unwrap_or_else(|e| panic!("{}: {e}", page.display()));
        let folder = page.parent().expect("a page lies in a folder");
        let missing = links(&text).filter(|target| !folder.join(target).exists());
        broken.extend(missing.map(|target| format!("{} -> {target}", page.display())));
    }
    assert_eq!(broken, Vec::<String>::new());
}

#[test]
fn pages_that_the_source_names_exist() {
    let mut missing = Vec::new();
    for source in sources() {
        let gone = named(&source.text).filter(|page| !root().join(page).exists());
        missing.extend(gone.map(|page| format!("services/{} -> {page}", source.path)));
    }
    assert_eq!(missing, Vec::<String>::new());
}
