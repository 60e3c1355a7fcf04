//! Tells systemd how the process stands: ready, alive, stopping. Without systemd all of it does nothing.

use std::time::Duration;

use sd_notify::NotifyState;

/// Every listener is open: what systemd starts after this may call.
pub fn ready(status: &str) {
    tell(&[NotifyState::Ready, NotifyState::Status(status)]);
}

/// Draining has begun.
pub fn stopping() {
    tell(&[NotifyState::Stopping, NotifyState::Status("draining")]);
}

/// Says "alive" twice in each interval that systemd allows, for as long as this runtime gets anything done.
///
/// A process whose runtime hangs is silent, and is restarted (`WatchdogSec=`). A database that does not answer is
/// no reason: a restart would not bring it back.
pub async fn alive() {
    let Some(interval) = interval() else {
        return std::future::pending().await;
    };
    let mut ticks = tokio::time::interval(interval);
    loop {
        ticks.tick().await;
        tell(&[NotifyState::Watchdog]);
    }
}

fn interval() -> Option<Duration> {
    sd_notify::watchdog_enabled().map(|allowed| allowed / 2)
}

fn tell(states: &[NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(states) {
        tracing::warn!(%error, "systemd could not be told how the process stands");
    }
}
