//! Copies of published answers in Redis, so that most readers cost the ranking service nothing.
//!
//! What a version holds never changes; whether it was replaced does, once. So there are two kinds of copies of
//! an answer: of a version while it is the newest, and of a replaced one. A copy is named by the hash of its
//! version's document, since after a restore another version may have the number. Which version a number means
//! is kept for a second; which is the newest is told by the ranking service itself, too, when it publishes.
//! Callers with a token are never answered from copies: the services decide about tokens.

use std::time::Duration;

use chiso_domain::kernel::text::sha256_hex;
use chiso_platform::redis::{Cache, NEWEST_KEPT, Name, Published, newest_of};
use chiso_wire::ranking as pb;

use crate::Gateway;
use crate::call::Call;

/// How the answers of this program are written. Copies outlive the program, so this is raised whenever the same
/// version is written in other bytes.
const FORMAT: &str = concat!(env!("CARGO_PKG_VERSION"), "-3");
/// What is published is asked for within days.
const KEEP: Duration = Duration::from_secs(24 * 3_600);
/// Larger answers are not kept: while one is on its way, every other question to Redis waits for it.
pub(crate) const LARGEST_COPY: usize = 256 << 10;

/// The copies that may answer a call about one version of a cycle.
#[derive(Debug)]
pub(crate) struct Copies {
    cache: Cache,
    cycle: String,
    /// 0 for the newest.
    version: i32,
}

/// A version that is known without asking.
#[derive(Debug)]
struct Known {
    of: Published,
    replaced: bool,
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
        let known = self.known().await?;
        self.cache
            .get(&self.name(kind, &known.of, known.replaced, about))
            .await
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
            self.keep_version(version).await;
            let name = self.name(kind, &published(version), version.replaced, about);
            self.put(&name, body).await;
        }
    }

    /// Which version is asked for, where that is known.
    pub(crate) async fn version(&self) -> Option<Published> {
        Some(self.known().await?.of)
    }

    /// Keeps which version was meant. What the ranking service told of itself meanwhile stays.
    pub(crate) async fn keep_version(&self, version: &pb::Version) {
        let name = if version.replaced {
            self.replaced(version.version)
        } else {
            newest_of(&self.cycle)
        };
        let text = published(version).to_text();
        self.cache.put_new(&name, text.as_bytes(), NEWEST_KEPT).await;
    }

    /// The copy of a version's file.
    pub(crate) async fn file(&self, version: &Published, format: pb::Format) -> Option<Vec<u8>> {
        self.cache.get(&self.file_name(version, format)).await
    }

    /// Keeps a version's file, if it is whole.
    pub(crate) async fn keep_file(&self, version: &Published, format: pb::Format, body: &[u8]) {
        if format != pb::Format::Json || sha256_hex(body) == version.sha256 {
            self.put(&self.file_name(version, format), body).await;
        }
    }

    async fn put(&self, name: &Name, body: &[u8]) {
        if body.len() <= LARGEST_COPY {
            self.cache.put(name, body, KEEP).await;
        }
    }

    async fn known(&self) -> Option<Known> {
        let newest = self.read(&newest_of(&self.cycle)).await;
        let asked = |newest: &Published| self.version == 0 || self.version == newest.number;
        if let Some(of) = newest.filter(asked) {
            return Some(Known { of, replaced: false });
        }
        if self.version == 0 {
            return None;
        }
        let of = self.read(&self.replaced(self.version)).await?;
        Some(Known { of, replaced: true })
    }

    async fn read(&self, name: &Name) -> Option<Published> {
        Published::read(&self.cache.get(name).await?)
    }

    /// The name under which a version is kept that is not the newest.
    fn replaced(&self, number: i32) -> Name {
        Name::of("replaced", &[&self.cycle, &number.to_string()])
    }

    fn name(&self, kind: &'static str, version: &Published, replaced: bool, about: &str) -> Name {
        let number = version.number.to_string();
        let state = if replaced { "replaced" } else { "newest" };
        Name::of(
            kind,
            &[FORMAT, &self.cycle, &number, &version.sha256, state, about],
        )
    }

    fn file_name(&self, version: &Published, format: pb::Format) -> Name {
        let kind = if format == pb::Format::Csv { "csv" } else { "json" };
        let number = version.number.to_string();
        Name::of(kind, &[FORMAT, &self.cycle, &number, &version.sha256])
    }
}

/// As copies tell versions apart.
pub(crate) fn published(version: &pb::Version) -> Published {
    Published {
        number: version.version,
        sha256: version.sha256.clone(),
    }
}
