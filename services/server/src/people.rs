//! `chiso people add`: makes an organiser on the server's own machine.

use std::io::{BufRead, IsTerminal, Write};
use std::path::Path;

use chiso_platform::Context;
use chiso_platform::clock::Clock;

/// Reads the password from standard input and makes the person.
pub(crate) async fn add(data: &Path, login: &str, name: &str) -> Result<String, String> {
    let password = read_password().map_err(|e| format!("cannot read the password: {e}"))?;
    let ctx = Context::open(data, Clock::system())
        .await
        .map_err(|e| e.to_string())?;
    let made = chiso_identity::add_organiser(&ctx, login, name, &password).await;
    ctx.stop().await;
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
