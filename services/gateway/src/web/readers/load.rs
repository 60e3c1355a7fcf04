//! From the ranking service to what the pages show.

use chiso_domain::kernel::CycleCode;
use chiso_wire::identity::Role;
use chiso_wire::ranking as pb;
use tonic::Code;

use super::ranking::Ranking;
use crate::web::Web;
use crate::web::me::MaybeMe;
use crate::web::trouble::Trouble;

/// Who sees how the ranking stands before it is published.
pub(super) const INNER: &[Role] = &[Role::Organiser, Role::CouncilChair, Role::Auditor];
/// Versions are asked for by so many, and no more often than this.
const PAGE: i32 = 500;
const PAGES_MAX: usize = 20;

/// A ranking, and the ties that a draft leaves open.
#[derive(Debug, Default)]
pub(super) struct Loaded {
    pub(super) ranking: Ranking,
    pub(super) open_ties: Vec<pb::OpenTie>,
}

impl Loaded {
    /// None: a draft.
    pub(super) const fn version(&self) -> Option<&pb::Version> {
        self.ranking.version.as_ref()
    }

    /// A unit of a type.
    pub(super) fn unit(&self, code: &str, unit: &str) -> Result<&pb::UnitResult, Trouble> {
        let mut units = self.ranking.units.iter();
        let found = units.find(|known| known.unit_type == code && known.unit == unit);
        found.ok_or_else(Trouble::missing)
    }
}

fn asked<T>(web: &Web, reader: &MaybeMe, message: T) -> tonic::Request<T> {
    match &reader.me {
        Some(me) => web.ask(me, message),
        None => web.ask_openly(message),
    }
}

/// Every published version of every cycle.
pub(super) async fn versions(web: &Web, reader: &MaybeMe) -> Result<Vec<pb::Version>, Trouble> {
    let mut versions = Vec::new();
    let mut page_token = String::new();
    for _ in 0..PAGES_MAX {
        let request = pb::ListVersionsRequest {
            cycle: String::new(),
            page_size: PAGE,
            page_token,
        };
        let reply = web
            .ranking()
            .list_versions(asked(web, reader, request))
            .await?
            .into_inner();
        versions.extend(reply.versions);
        page_token = reply.next_page_token;
        if page_token.is_empty() {
            break;
        }
    }
    Ok(versions)
}

/// A version of a cycle, 0 for the newest; for the inner circle the draft where nothing is published.
pub(super) async fn ranking(
    web: &Web,
    reader: &MaybeMe,
    cycle: &CycleCode,
    version: i32,
    versions: Vec<pb::Version>,
) -> Result<Loaded, Trouble> {
    let mut loaded = Loaded::default();
    match published(web, reader, cycle.as_str(), version).await {
        Ok(reply) => {
            loaded.ranking.version = reply.version;
            loaded.ranking.province = reply.province;
            loaded.ranking.types = reply.types;
            loaded.ranking.units = reply.units;
            loaded.ranking.earlier = reply.earlier_cycle;
        }
        Err(status) if status.code() == Code::NotFound && version == 0 => {
            let Some(me) = reader
                .me
                .as_ref()
                .filter(|me| me.has(INNER, Some(cycle.as_str())))
            else {
                return Err(status.into());
            };
            let request = pb::GetProvisionalRequest {
                cycle: cycle.to_string(),
                unit_type: String::new(),
            };
            let reply = web
                .ranking()
                .get_provisional(web.ask(me, request))
                .await?
                .into_inner();
            loaded.ranking.types = reply.types;
            loaded.ranking.units = reply.units;
            loaded.ranking.earlier = reply.earlier_cycle;
            loaded.open_ties = reply.open_ties;
        }
        Err(status) => return Err(status.into()),
    }
    loaded.ranking.cycle = cycle.to_string();
    loaded.ranking.asked = version;
    loaded.ranking.versions = versions;
    Ok(loaded)
}

async fn published(
    web: &Web,
    reader: &MaybeMe,
    cycle: &str,
    version: i32,
) -> Result<pb::GetPublishedResponse, tonic::Status> {
    let request = pb::GetPublishedRequest {
        cycle: cycle.to_owned(),
        version,
        unit_type: String::new(),
        compare: true,
    };
    let reply = web.ranking().get_published(asked(web, reader, request)).await?;
    Ok(reply.into_inner())
}

/// The leaves of a unit in a version, or in the draft.
pub(super) async fn leaves(
    web: &Web,
    reader: &MaybeMe,
    ranking: &Ranking,
    unit: &str,
) -> Result<Vec<pb::LeafResult>, Trouble> {
    let Some(version) = &ranking.version else {
        let request = pb::GetProvisionalBreakdownRequest {
            cycle: ranking.cycle.clone(),
            unit: unit.to_owned(),
        };
        let asked = asked(web, reader, request);
        let reply = web.ranking().get_provisional_breakdown(asked).await?;
        return Ok(reply.into_inner().leaves);
    };
    let request = pb::GetBreakdownRequest {
        cycle: ranking.cycle.clone(),
        version: version.version,
        unit: unit.to_owned(),
    };
    let reply = web.ranking().get_breakdown(asked(web, reader, request)).await?;
    Ok(reply.into_inner().leaves)
}
