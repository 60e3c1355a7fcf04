//! Tells the program which migrations it brings along, by the files there are: `chiso doctor` and `chiso restore`
//! compare them with those a database has seen.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

type Fallible<T> = Result<T, Box<dyn std::error::Error>>;

fn main() -> Fallible<()> {
    let root = Path::new("../../migrations");
    let mut known: BTreeMap<String, Vec<i64>> = BTreeMap::new();
    for service in std::fs::read_dir(root)? {
        let service = service?;
        let folder = service.path().join("sqlite");
        if !folder.is_dir() {
            continue;
        }
        // A new file changes the time of its folder only.
        println!("cargo::rerun-if-changed={}", folder.display());
        let name = service.file_name().to_string_lossy().into_owned();
        known.insert(name, versions(&folder)?);
    }
    let mut text = String::from("&[\n");
    for (service, versions) in &known {
        writeln!(text, "    ({service:?}, &{versions:?}),")?;
    }
    text.push(']');
    let folder = std::env::var("OUT_DIR")?;
    std::fs::write(Path::new(&folder).join("migrations.rs"), text)?;
    Ok(())
}

fn versions(folder: &Path) -> Fallible<Vec<i64>> {
    let mut versions = Vec::new();
    for file in std::fs::read_dir(folder)? {
        let name = file?.file_name().to_string_lossy().into_owned();
        let digits = name.split('_').next().unwrap_or_default();
        versions.push(digits.parse()?);
    }
    versions.sort_unstable();
    Ok(versions)
}
