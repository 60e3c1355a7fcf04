//! What a check found: fine, worth a look, or wrong with what to do about it.

use std::fmt;

use serde::Serialize;

/// How it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// As it should be.
    Ok,
    /// Somebody should look.
    Warn,
    /// Wrong.
    Fail,
}

/// What one check found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// How it stands.
    pub state: State,
    /// What was checked: "journal survey".
    pub check: String,
    /// What was found.
    pub found: String,
    /// What to do; empty where nothing needs doing.
    pub remedy: String,
}

impl Finding {
    pub(crate) fn ok(check: impl Into<String>, found: impl Into<String>) -> Self {
        Self::new(State::Ok, check, found, "")
    }

    pub(crate) fn warn(
        check: impl Into<String>,
        found: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        Self::new(State::Warn, check, found, remedy)
    }

    pub(crate) fn fail(
        check: impl Into<String>,
        found: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        Self::new(State::Fail, check, found, remedy)
    }

    fn new(
        state: State,
        check: impl Into<String>,
        found: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        Self {
            state,
            check: check.into(),
            found: found.into(),
            remedy: remedy.into(),
        }
    }
}

/// What all checks found, in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Findings {
    /// One by one.
    pub findings: Vec<Finding>,
}

impl Findings {
    pub(crate) fn push(&mut self, finding: Finding) {
        self.findings.push(finding);
    }

    /// The worst of them.
    #[must_use]
    pub fn state(&self) -> State {
        let states = self.findings.iter().map(|finding| finding.state);
        states.max().unwrap_or(State::Ok)
    }

    /// Whether none is wrong.
    #[must_use]
    pub fn is_fine(&self) -> bool {
        self.state() < State::Fail
    }

    /// One JSON object for programs.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::json!({ "state": self.state(), "findings": self.findings }).to_string()
    }
}

impl fmt::Display for Findings {
    /// A line each, the remedy on a line of its own.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for finding in &self.findings {
            let state = match finding.state {
                State::Ok => "ok  ",
                State::Warn => "warn",
                State::Fail => "FAIL",
            };
            writeln!(f, "{state}  {:<18} {}", finding.check, finding.found)?;
            if !finding.remedy.is_empty() {
                writeln!(f, "      {:<18} → {}", "", finding.remedy)?;
            }
        }
        Ok(())
    }
}
