//! `chiso people add`: makes an organiser on the server's own machine.

use std::io::{BufRead, IsTerminal, Write};

use chiso_platform::clock::Clock;
use chiso_platform::error::chain;
use chiso_platform::process::{Places, Process};

use crate::keys;

/// Reads the password from standard input and makes the person.
pub(crate) async fn add(places: Places, login: &str, name: &str) -> Result<String, String> {
    let password = read_password().map_err(|e| format!("cannot read the password: {e}"))?;
    keys::not_lost(&places, &["identity"])
        .await
        .map_err(|e| chain(&e))?;
    let process = Process::open(places, Clock::of_process()).map_err(|e| chain(&e))?;
    let made = added(&process, login, name, &password).await;
    process.stop().await;
    made
}

async fn added(process: &Process, login: &str, name: &str, password: &str) -> Result<String, String> {
    let ctx = process.context("identity").await.map_err(|e| chain(&e))?;
    chiso_identity::build(ctx.clone()).await.map_err(|e| chain(&e))?;
    process.check_keys(&ctx).await.map_err(|e| chain(&e))?;
    let made = chiso_identity::add_organiser(&ctx, login, name, password).await;
    made.map(|id| id.to_string())
        .map_err(|e| format!("{} ({e})", e.vi()))
}

fn read_password() -> std::io::Result<String> {
    let stdin = std::io::stdin();
    if stdin.is_terminal() {
        write!(std::io::stderr(), "Mật khẩu (ít nhất 10 ký tự, hiện khi gõ): ")?;
    }
    let mut line = String::new();
    stdin.lock().read_line(&mut line)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}
