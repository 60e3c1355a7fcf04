//! What every page here begins with: who reads, which cycle, which version.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use chiso_domain::kernel::CycleCode;
use chiso_platform::words::Words;
use chiso_wire::ranking as pb;

use super::load::{self, Loaded};
use super::open::{Form, Open};
use crate::Gateway;
use crate::call::Call;
use crate::web::at::At;
use crate::web::me::MaybeMe;
use crate::web::trouble::Trouble;

/// A page as it is asked for.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) gateway: Gateway,
    pub(super) at: At,
    pub(super) reader: MaybeMe,
    pub(super) cycle: CycleCode,
    /// 0: the newest.
    version: i32,
    call: Call,
}

impl FromRequestParts<Gateway> for Asked {
    type Rejection = Trouble;

    async fn from_request_parts(parts: &mut Parts, gateway: &Gateway) -> Result<Self, Trouble> {
        let at = At::from_request_parts(parts, gateway).await?;
        Ok(Self {
            cycle: at.code("cycle")?,
            version: version(at.query("ban"))?,
            call: Call::from_request_parts(parts, gateway).await?,
            reader: MaybeMe::from_request_parts(parts, gateway).await?,
            gateway: gateway.clone(),
            at,
        })
    }
}

/// The version in the address.
fn version(text: Option<&str>) -> Result<i32, Trouble> {
    let Some(text) = text else {
        return Ok(0);
    };
    let digits = text.bytes().all(|b| b.is_ascii_digit());
    let number = text.parse().ok().filter(|number| digits && *number > 0);
    number.ok_or_else(Trouble::missing)
}

impl Asked {
    pub(super) fn w(&self) -> Words {
        self.reader.w
    }

    /// Every published version of every cycle.
    pub(super) async fn versions(&self) -> Result<Vec<pb::Version>, Trouble> {
        load::versions(&self.gateway.web, &self.reader).await
    }

    /// How the page at `path`, or the file of it, is answered.
    pub(super) fn open(&self, path: &str, form: Form, versions: &[pb::Version]) -> Open<'_> {
        let version = (self.cycle.as_str(), self.version);
        Open::of(
            &self.gateway,
            &self.call,
            &self.reader,
            version,
            (path, form),
            versions,
        )
    }

    /// What the page shows.
    pub(super) async fn ranking(&self, versions: Vec<pb::Version>) -> Result<Loaded, Trouble> {
        load::ranking(
            &self.gateway.web,
            &self.reader,
            &self.cycle,
            self.version,
            versions,
        )
        .await
    }

    /// The criteria of a unit.
    pub(super) async fn leaves(&self, loaded: &Loaded, unit: &str) -> Result<Vec<pb::LeafResult>, Trouble> {
        load::leaves(&self.gateway.web, &self.reader, &loaded.ranking, unit).await
    }
}
