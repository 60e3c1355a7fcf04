//! The mail server: whether it answers, and takes the login.

use std::time::Duration;

use chiso_platform::mail::{answers, shown};

use super::{Finding, Findings};

/// Letters wait until their server is there: it is never worse than a warning.
pub(super) async fn look(server: Option<&(String, Duration)>, findings: &mut Findings) {
    let Some((url, timeout)) = server else { return };
    let shown = shown(url);
    findings.push(match answers(url.clone(), *timeout).await {
        Ok(()) => Finding::ok("mail", format!("{shown} answers")),
        Err(why) => Finding::warn(
            "mail",
            format!("{shown}: {why}"),
            "letters wait for about a day: start the server, or correct mail.smtp_url",
        ),
    });
}
