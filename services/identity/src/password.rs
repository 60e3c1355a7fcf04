//! Argon2id (19 MiB, two passes): hashing off the runtime's threads, two at a time. Passwords are composed
//! (NFC) first, since machines differ in how they send "ậ".

use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordHasher, PasswordVerifier};
use chiso_domain::kernel::text::nfc;
use chiso_platform::Error;
use tokio::sync::Semaphore;

use crate::error::Refused;

const SHORTEST: usize = 10;
/// In bytes, composed. Longer texts are no passwords; hashing them would only cost time.
const LONGEST: usize = 1_024;

/// Verified where the login is unknown, so that the answer takes as long.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$Y2hpc28tbm9ib2R5LXNhbHQ$0UpV4mQ0m3mC1uQm1rZ8m7b1p0m8Yt1n1cJ1o5y7bqk";

/// Whether somebody may have this password: what cannot be one is not looked at.
pub(crate) fn could_be_password(password: &str) -> bool {
    // Before it is composed a text is at most so much longer.
    password.len() <= 4 * LONGEST && nfc(password).len() <= LONGEST
}

/// Hashes and checks passwords.
#[derive(Debug)]
pub(crate) struct Passwords {
    gate: Semaphore,
}

impl Default for Passwords {
    fn default() -> Self {
        Self {
            gate: Semaphore::new(2),
        }
    }
}

impl Passwords {
    pub(crate) async fn hash(&self, password: &str) -> Result<String, Error> {
        let password = nfc(password);
        if password.chars().count() < SHORTEST {
            return Err(Refused::ShortPassword.into());
        }
        if password.len() > LONGEST {
            return Err(Refused::LongPassword.into());
        }
        self.run(move || {
            Argon2::default()
                .hash_password(password.as_bytes())
                .map(|hash| hash.to_string())
        })
        .await?
        .map_err(|e| Error::internal(e.to_string()))
    }

    /// Whether the password is the one behind the hash; false, in the same time, where there is no hash.
    pub(crate) async fn matches(&self, password: &str, hash: Option<String>) -> Result<bool, Error> {
        let known = hash.is_some();
        let (password, hash) = (nfc(password), hash.unwrap_or_else(|| NOBODY.to_owned()));
        let matches = self
            .run(move || {
                let parsed = PasswordHash::new(&hash);
                parsed.is_ok_and(|h| Argon2::default().verify_password(password.as_bytes(), &h).is_ok())
            })
            .await?;
        Ok(matches && known)
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Error> {
        let _turn = self.gate.acquire().await.map_err(Error::internal)?;
        tokio::task::spawn_blocking(work).await.map_err(Error::internal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_right_password_matches() {
        let passwords = Passwords::default();
        let hash = passwords.hash("mật khẩu đủ dài").await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(
            passwords
                .matches("mật khẩu đủ dài", Some(hash.clone()))
                .await
                .unwrap()
        );
        assert!(!passwords.matches("mật khẩu khác hẳn", Some(hash)).await.unwrap());
        assert!(!passwords.matches("mật khẩu đủ dài", None).await.unwrap());
        assert_eq!(
            passwords.hash("ngắn").await.unwrap_err().reason(),
            "PASSWORD_TOO_SHORT"
        );
        // What signing in would not look at cannot be set.
        let longest = "ậ".repeat(LONGEST / 3);
        assert!(could_be_password(&longest) && passwords.hash(&longest).await.is_ok());
        let longer = format!("{longest}ậ");
        assert!(!could_be_password(&longer));
        assert_eq!(
            passwords.hash(&longer).await.unwrap_err().reason(),
            "PASSWORD_TOO_LONG"
        );
    }

    #[test]
    fn the_hash_of_nobody_costs_as_much() {
        let nobody = PasswordHash::new(NOBODY).unwrap();
        assert_eq!(nobody.algorithm.as_str(), "argon2id");
        assert_eq!(nobody.params.to_string(), "m=19456,t=2,p=1");
    }
}
