//! Where tests of durability reach into a process: named points at which it ends itself, and planted bugs.
//!
//! A debug build that finds `CHISO_FAULT_POINT=db.before_commit:3` in its environment aborts when it passes the
//! point of that name for the third time: no destructor runs, as after a power cut of the process alone. Planted
//! bugs exist only in a build with the feature `planted-bugs`, and each only where `CHISO_PLANTED_BUG` names it.
//! A release knows neither variable.

#[cfg(debug_assertions)]
mod armed {
    use std::sync::OnceLock;
    use std::sync::atomic::{AtomicU64, Ordering};

    /// The point's name, and passes until it ends the process.
    static ARMED: OnceLock<Option<(String, AtomicU64)>> = OnceLock::new();

    fn armed() -> Option<(String, AtomicU64)> {
        let text = std::env::var("CHISO_FAULT_POINT").ok()?;
        let (name, pass) = text.rsplit_once(':')?;
        Some((name.to_owned(), AtomicU64::new(pass.parse().ok()?)))
    }

    pub(super) fn pass(name: &str) {
        let point = ARMED
            .get_or_init(armed)
            .as_ref()
            .filter(|(armed, _)| armed == name);
        if point.is_some_and(|(_, left)| left.fetch_sub(1, Ordering::SeqCst) == 1) {
            std::process::abort();
        }
    }
}

/// Ends the process here, if a test armed this point.
#[inline]
pub fn point(name: &str) {
    #[cfg(debug_assertions)]
    armed::pass(name);
    #[cfg(not(debug_assertions))]
    let _in_a_release_nothing_happens = name;
}

/// Whether a test planted this bug.
#[cfg(feature = "planted-bugs")]
#[must_use]
pub fn planted(bug: &str) -> bool {
    std::env::var("CHISO_PLANTED_BUG").is_ok_and(|planted| planted == bug)
}

/// Whether a test planted this bug: never in this build.
#[cfg(not(feature = "planted-bugs"))]
#[must_use]
#[inline]
pub const fn planted(_bug: &str) -> bool {
    false
}
