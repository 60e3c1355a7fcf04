//! From the settings of letters to who sends them.

use std::time::Duration;

use chiso_platform::mail::{MailFault, MailSettings, Mailer, Transport};
use chiso_platform::words::Lang;

use super::{Mail, MailLanguage, MailTransport, Secret, Settings, count, long, millis};

/// The sender of letters that go nowhere but into a folder.
const NOBODY: &str = "chiso@localhost";

/// The services that write letters.
const WRITERS: [&str; 6] = ["identity", "survey", "recheck", "leaders", "ledger", "ranking"];

fn writes(here: &[&str]) -> bool {
    here.iter().any(|service| WRITERS.contains(service))
}

impl Default for Mail {
    fn default() -> Self {
        Self {
            transport: MailTransport::default(),
            from: NOBODY.to_owned(),
            smtp_url: Secret::default(),
            language: MailLanguage::default(),
            timeout_ms: long(20_000),
            attempts: count(30),
        }
    }
}

impl Mail {
    /// The server and how long it may take, where the services here send letters to one.
    #[must_use]
    pub fn server(&self, here: &[&str]) -> Option<(String, Duration)> {
        let smtp = self.transport == MailTransport::Smtp && writes(here);
        smtp.then(|| (self.smtp_url.0.clone(), millis(self.timeout_ms)))
    }
}

impl Settings {
    /// Where the letters of the services here go. A process that sends none needs no server.
    ///
    /// # Errors
    /// [`MailFault`], which names the setting.
    pub fn mailer(&self, here: &[&str]) -> Result<Mailer, MailFault> {
        let transport = match self.mail.transport {
            _ if !writes(here) => return Ok(Mailer::off()),
            MailTransport::Off => return Ok(Mailer::off()),
            MailTransport::Files => Transport::Files(self.data.dir.join("mail")),
            MailTransport::Smtp if self.mail.from == NOBODY => {
                return Err(MailFault::From(self.mail.from.clone()));
            }
            MailTransport::Smtp => Transport::Smtp {
                url: self.mail.smtp_url.0.clone(),
                timeout: millis(self.mail.timeout_ms),
            },
        };
        Mailer::open(MailSettings {
            transport,
            from: self.mail.from.clone(),
            lang: match self.mail.language {
                MailLanguage::Vi => Lang::Vi,
                MailLanguage::En => Lang::En,
            },
            site: self.web.public_url.origin().to_owned(),
            attempts: self.mail.attempts.get(),
        })
    }
}
