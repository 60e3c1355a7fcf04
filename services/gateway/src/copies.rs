//! Copies of published answers in Redis, so that most readers cost the ranking service nothing.
//!
//! What a version holds never changes; whether it was replaced does, once. So there are two kinds of copies of
//! an answer: of a version while it is the newest, and of a replaced one. Which is the newest is kept for a
//! second, and told by the ranking service itself when it publishes. Callers with a token are never answered
//! from copies: the services decide about tokens.

use std::time::Duration;

use chiso_domain::kernel::text::sha256_hex;
use chiso_platform::redis::{Cache, NEWEST_KEPT, Name, newest_of};
use chiso_wire::ranking as pb;

use crate::Gateway;
use crate::call::Call;

/// What is published is asked for within days.
const KEEP: Duration = Duration::from_secs(24 * 3_600);
/// Larger files are not kept.
pub(crate) const LARGEST_COPY: usize = 8 << 20;
/// SHA-256 in hexadecimal, before the bytes of a file.
const HASH: usize = 64;

/// The copies that may answer a call about one version of a cycle.
#[derive(Debug)]
pub(crate) struct Copies {
    cache: Cache,
    cycle: String,
    /// 0 for the newest.
    version: i32,
}

/// The copy of a file.
#[derive(Debug)]
pub(crate) struct FileCopy {
    pub(crate) version: i32,
    /// Of the version's document.
    pub(crate) sha256: String,
    pub(crate) body: Vec<u8>,
}

impl Copies {
    pub(crate) fn of(gateway: &Gateway, call: &Call, cycle: &str, version: i32) -> Self {
        Self {
            cache: if call.has_token() {
                Cache::off()
            } else {
                gateway.cache.clone()
            },
            cycle: cycle.to_owned(),
            version,
        }
    }

    pub(crate) const fn are_kept(&self) -> bool {
        self.cache.is_on()
    }

    /// The copy of an answer about one unit or type.
    pub(crate) async fn find(&self, kind: &'static str, about: &str) -> Option<Vec<u8>> {
        let newest = self.newest().await;
        let (version, replaced) = match (self.version, newest) {
            (0, newest) => (newest?, false),
            (version, newest) => (version, newest != Some(version)),
        };
        self.cache.get(&self.name(kind, version, replaced, about)).await
    }

    /// Keeps the answer of the service.
    pub(crate) async fn keep(
        &self,
        kind: &'static str,
        about: &str,
        version: Option<&pb::Version>,
        body: &[u8],
    ) {
        if let Some(version) = version {
            self.keep_newest(version).await;
            let name = self.name(kind, version.version, version.replaced, about);
            self.cache.put(&name, body, KEEP).await;
        }
    }

    /// The copy of a version's file.
    pub(crate) async fn file(&self, format: pb::Format) -> Option<FileCopy> {
        let version = match self.version {
            0 => self.newest().await?,
            version => version,
        };
        let value = self.cache.get(&self.file_name(version, format)).await?;
        let (sha256, body) = value.split_at_checked(HASH)?;
        Some(FileCopy {
            version,
            sha256: std::str::from_utf8(sha256).ok()?.to_owned(),
            body: body.to_vec(),
        })
    }

    /// Keeps a version's file, if it is whole.
    pub(crate) async fn keep_file(&self, version: &pb::Version, format: pb::Format, body: &[u8]) {
        let is_whole = format != pb::Format::Json || sha256_hex(body) == version.sha256;
        if is_whole && version.sha256.len() == HASH {
            self.keep_newest(version).await;
            let name = self.file_name(version.version, format);
            let value = [version.sha256.as_bytes(), body].concat();
            self.cache.put(&name, &value, KEEP).await;
        }
    }

    async fn newest(&self) -> Option<i32> {
        let value = self.cache.get(&newest_of(&self.cycle)).await?;
        std::str::from_utf8(&value).ok()?.parse().ok()
    }

    /// What the ranking service told of itself meanwhile stays.
    async fn keep_newest(&self, version: &pb::Version) {
        if !version.replaced {
            let number = version.version.to_string();
            self.cache
                .put_new(&newest_of(&self.cycle), number.as_bytes(), NEWEST_KEPT)
                .await;
        }
    }

    fn name(&self, kind: &'static str, version: i32, replaced: bool, about: &str) -> Name {
        let state = if replaced { "replaced" } else { "newest" };
        Name::of(kind, &[&self.cycle, &version.to_string(), state, about])
    }

    fn file_name(&self, version: i32, format: pb::Format) -> Name {
        let kind = if format == pb::Format::Csv { "csv" } else { "json" };
        Name::of(kind, &[&self.cycle, &version.to_string()])
    }
}
