//! The lists under `docs/reference/` that are made from the source: reasons, permissions, metrics.
//!
//! Each test makes its list anew and compares it with the file. After a change of the source, write the
//! files with `UPDATE_REFERENCE=1 cargo test -p chiso-tests --test reference`, and read the difference.

mod errors;
mod links;
mod metrics;
mod permissions;
mod source;

use std::path::Path;

/// Compares a list with its file, or writes the file where that is asked for.
fn check(name: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../docs/reference")
        .join(name);
    if std::env::var_os("UPDATE_REFERENCE").is_some() {
        std::fs::write(&path, text).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    }
    let written = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let differs = written
        .lines()
        .zip(text.lines())
        .find(|(written, made)| written != made);
    assert!(
        written == text,
        "docs/reference/{name} is not what the source says; run \
         UPDATE_REFERENCE=1 cargo test -p chiso-tests --test reference. First difference: {differs:?}"
    );
}
