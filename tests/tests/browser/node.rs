//! Plays one flow in a process of node, which starts the browser and ends it.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use chiso_platform::testkit::keeper::{self, End};
use serde_json::Value;

/// Where the programs of the browser's side are.
pub(crate) fn folder() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/browser"))
}

/// Where pictures go: `browser` in Cargo's target folder.
pub(crate) fn pictures() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    test.ancestors().nth(3).unwrap().join("browser")
}

/// Where the pictures of the guided tour are kept.
fn of_the_tour() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap()
        .join("docs/tour")
}

/// Plays it to its end; what it said, as an error where it failed. With `tour` the pictures of the tour are made anew.
pub(crate) async fn play(
    flow: &'static str,
    mut given: Value,
    folder: &Path,
    tour: bool,
) -> Result<String, String> {
    given["tour"] = of_the_tour().to_str().unwrap().into();
    given["renew"] = tour.into();
    let routes = chiso_gateway::pages().into_iter().map(|route| route.path);
    given["routes"] = routes.collect::<Vec<_>>().into();
    given["pictures"] = pictures().to_str().unwrap().into();
    given["chromium"] = chromium().to_str().unwrap().into();
    let (file, log) = (folder.join("browser.json"), folder.join("browser.log"));
    std::fs::write(&file, given.to_string()).unwrap();
    let played = tokio::task::spawn_blocking(move || run(flow, &file, &log));
    played.await.unwrap()
}

fn run(flow: &str, given: &Path, log: &Path) -> Result<String, String> {
    let said = File::create(log).unwrap();
    let child = Command::new("node")
        .arg("run.mjs")
        .arg(flow)
        .arg(given)
        .current_dir(folder())
        .stdin(Stdio::null())
        .stdout(said.try_clone().unwrap())
        .stderr(said)
        .spawn();
    let mut child = child.map_err(|error| format!("node does not start: {error}"))?;
    keeper::born(child.id(), End::Kill);
    let status = child.wait().unwrap();
    keeper::gone(child.id());
    let said = std::fs::read_to_string(log).unwrap();
    if status.success() { Ok(said) } else { Err(said) }
}

/// Debian's, or one of that name.
fn chromium() -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let named = ["chromium", "chromium-browser", "google-chrome"];
    let mut all = std::env::split_paths(&path).flat_map(|folder| named.map(|name| folder.join(name)));
    all.find(|program| program.is_file())
        .unwrap_or_else(|| PathBuf::from("chromium"))
}
