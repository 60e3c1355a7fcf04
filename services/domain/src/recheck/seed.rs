//! The public seed, and the ticket it gives each slip.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest, Sha256};

use super::RecheckRefusal;
use crate::kernel::SlipId;

/// Names the use and the version of the byte form.
const TAG: &str = "chiso.recheck.ticket.v1";
/// About 66 bits: more than anybody can try out before the meeting.
const LEAST_DIGITS: usize = 20;
const MOST_DIGITS: usize = 100;

/// Digits made in a public meeting. Text and never a number: leading zeros count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seed(String);

impl Seed {
    /// Takes the digits exactly as they are.
    ///
    /// # Errors
    /// Where there is anything but 20 to 100 ASCII digits.
    pub fn parse(text: &str) -> Result<Self, RecheckRefusal> {
        if !text.bytes().all(|b| b.is_ascii_digit()) {
            Err(RecheckRefusal::SeedNotDigits)
        } else if text.len() < LEAST_DIGITS {
            Err(RecheckRefusal::SeedTooShort(text.len()))
        } else if text.len() > MOST_DIGITS {
            Err(RecheckRefusal::SeedTooLong(text.len()))
        } else {
            Ok(Self(text.to_owned()))
        }
    }

    /// The digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A slip's place in the order of a seed: SHA-256 over netstrings, so that no two inputs share bytes and a
/// shell can write them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ticket([u8; 32]);

impl Ticket {
    /// The ticket of a slip under a seed.
    #[must_use]
    pub fn of(seed: &Seed, slip: SlipId) -> Self {
        let slip = slip.to_string();
        let mut hash = Sha256::new();
        for part in [TAG, seed.as_str(), &slip] {
            hash.update(format!("{}:{part},", part.len()));
        }
        Self(hash.finalize().into())
    }
}

impl fmt::Display for Ticket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for Ticket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Ticket({self})")
    }
}

impl FromStr for Ticket {
    type Err = hex::FromHexError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut bytes = [0; 32];
        hex::decode_to_slice(text, &mut bytes)?;
        Ok(Self(bytes))
    }
}
