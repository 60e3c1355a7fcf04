//! How a letter leaves: to a server, or into a folder.

use std::fs::{self, File};
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use lettre::Transport as _;
use lettre::transport::smtp::{Error as SmtpError, SmtpTransport};
use tokio::sync::oneshot;
use tokio::time::timeout;

use super::message::Sealed;
use super::{MailFault, Transport};
use crate::address;

/// A server that keeps a conversation going, with a word now and then, is not waited for any longer.
const LONGEST: Duration = Duration::from_secs(600);

/// Where letters go.
#[derive(Clone)]
pub(super) enum Way {
    Files(PathBuf),
    Smtp(Box<SmtpTransport>),
}

impl std::fmt::Debug for Way {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Files(_) => "Files",
            Self::Smtp(_) => "Smtp",
        })
    }
}

/// Why a letter did not leave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    /// It never will.
    pub(super) for_good: bool,
    /// What happened, without a word of the server: it may repeat the address.
    pub(super) what: String,
}

impl Fault {
    fn passing(what: impl Into<String>) -> Self {
        let (for_good, what) = (false, what.into());
        Self { for_good, what }
    }
}

/// An address of a server as it may be shown.
#[must_use]
pub fn shown(url: &str) -> String {
    address::shown(url).unwrap_or_else(|| "…".to_owned())
}

impl Way {
    pub(super) fn open(transport: Transport) -> Result<Self, MailFault> {
        Ok(match transport {
            Transport::Files(folder) => Self::Files(folder),
            Transport::Smtp { url, timeout } => Self::Smtp(Box::new(server(&url, timeout)?)),
        })
    }

    /// Hands a letter over. On a thread of its own, and not on one of the runtime's: an end of the process does not
    /// wait for a server that hangs.
    pub(super) async fn hand_over(&self, sealed: Sealed) -> Result<(), Fault> {
        let way = self.clone();
        let handed = beside(move || match way {
            Self::Files(folder) => {
                store(&folder, &sealed).map_err(|error| Fault::passing(format!("file: {}", error.kind())))
            }
            Self::Smtp(server) => server
                .send_raw(&sealed.envelope, &sealed.bytes)
                .map(|_answer| ())
                .map_err(|error| fault_of(&error)),
        });
        match timeout(LONGEST, handed).await {
            Ok(Some(result)) => result,
            Ok(None) => Err(Fault::passing("no thread")),
            Err(_elapsed) => Err(Fault::passing("no end")),
        }
    }
}

/// The server that an address names.
fn server(url: &str, timeout: Duration) -> Result<SmtpTransport, MailFault> {
    let Some(host) = address::host(url).filter(|_| url.starts_with("smtp")) else {
        return Err(MailFault::Url("is no address of a mail server"));
    };
    let open = url.starts_with("smtp://") && !url.contains("tls=required");
    if open && url.contains('@') && !["localhost", "127.0.0.1", "[::1]"].contains(&host.as_str()) {
        return Err(MailFault::Url("would send the password unencrypted"));
    }
    let builder = SmtpTransport::from_url(url);
    let builder = builder.map_err(|_| MailFault::Url("is no address of a mail server"))?;
    Ok(builder.timeout(Some(timeout)).build())
}

/// Whether a server answers, and takes the login of the address.
///
/// # Errors
/// Why not, for the operator; nothing in it is secret.
pub async fn answers(url: String, timeout: Duration) -> Result<(), String> {
    let server = server(&url, timeout).map_err(|fault| fault.to_string())?;
    let tried = beside(move || server.test_connection().map_err(|error| fault_of(&error).what));
    match tried.await {
        Some(Ok(true)) => Ok(()),
        Some(Ok(false)) => Err("it does not answer as a mail server does".to_owned()),
        Some(Err(what)) => Err(what),
        None => Err("no thread".to_owned()),
    }
}

/// On a thread of its own; none where there is none to be had, or it broke.
async fn beside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    let (tell, told) = oneshot::channel();
    let thread = std::thread::Builder::new().name("mail".to_owned());
    let begun = thread.spawn(move || {
        // Nobody listens any more where the process ends.
        let _gone = tell.send(work());
    });
    begun.ok()?;
    told.await.ok()
}

/// What the server says about itself, or about us, passes; what it says about the letter does not.
fn fault_of(error: &SmtpError) -> Fault {
    let code = error.status().map(|code| code.to_string());
    let said = std::error::Error::source(error).map(ToString::to_string);
    let about_the_letter = code
        .as_deref()
        .is_some_and(|code| is_about_the_letter(code, &said.unwrap_or_default()));
    let what = match code {
        Some(code) => format!("the server answered {code}"),
        None if timed_out(error) => "the server did not answer in time".to_owned(),
        None if error.is_tls() => "no encrypted connection".to_owned(),
        None if error.is_client() => "refused before it was sent".to_owned(),
        None => "no connection, or it was cut".to_owned(),
    };
    Fault {
        for_good: error.is_permanent() && about_the_letter,
        what,
    }
}

/// Whether a permanent refusal is about the addressee or the letter. Anything else, such as a sender or a relay that
/// the server does not know, is about us: somebody sets it right, and no letter is lost to it. The enhanced code
/// (RFC 3463) says it; where a server gives none, the code of its answer.
fn is_about_the_letter(code: &str, said: &str) -> bool {
    let enhanced = said.split_whitespace().find_map(|word| {
        let mut parts = word.split('.').map(str::parse::<u16>);
        match (parts.next(), parts.next(), parts.next(), parts.next()) {
            (Some(Ok(5)), Some(Ok(subject)), Some(Ok(detail)), None) => Some((subject, detail)),
            _ => None,
        }
    });
    match enhanced {
        // Of addresses the seventh and eighth are the sender's; of the system the fourth is the letter's size.
        Some((1, 7 | 8)) => false,
        Some((1 | 2 | 6, _) | (3, 4)) => true,
        Some(_) => false,
        None => ["550", "551", "552"].contains(&code),
    }
}

/// A read or write that took too long, under either of the names that systems have for it.
fn timed_out(error: &SmtpError) -> bool {
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        if let Some(error) = error.downcast_ref::<std::io::Error>() {
            return matches!(error.kind(), ErrorKind::TimedOut | ErrorKind::WouldBlock);
        }
        cause = error.source();
    }
    false
}

/// The whole file under its name or nothing, also where the power fails.
fn store(folder: &Path, sealed: &Sealed) -> std::io::Result<()> {
    fs::create_dir_all(folder)?;
    let draft = folder.join(format!(".{}", sealed.letter));
    let mut options = File::options();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.write(true).create(true).truncate(true).open(&draft)?;
    file.write_all(&sealed.bytes)?;
    file.sync_all()?;
    fs::rename(&draft, folder.join(format!("{}.eml", sealed.letter)))?;
    File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_of_the_sender_or_the_relay_gives_no_letter_up() {
        for (code, said) in [
            (
                "550",
                "5.1.1 <a@example.vn>: Recipient address rejected: User unknown",
            ),
            ("550", "No such user here"),
            ("552", "5.2.2 Mailbox full"),
            ("552", "5.3.4 Message size exceeds fixed limit"),
            ("554", "5.6.0 Message content rejected"),
        ] {
            assert!(is_about_the_letter(code, said), "{code} {said}");
        }
        for (code, said) in [
            (
                "553",
                "5.7.1 <b@example.vn>: Sender address rejected: not owned by user",
            ),
            ("554", "5.7.1 <a@example.vn>: Relay access denied"),
            ("550", "5.7.26 Unauthenticated email is not accepted"),
            ("501", "5.1.7 Bad sender address syntax"),
            ("550", "5.1.8 Sender domain does not exist"),
            ("554", "Transaction failed"),
            ("503", "Bad sequence of commands"),
            ("535", "5.7.8 Authentication credentials invalid"),
            ("530", "Must issue STARTTLS first"),
        ] {
            assert!(!is_about_the_letter(code, said), "{code} {said}");
        }
    }
}
