//! The JSON of the API, from the services' messages. Names in snake_case, points as decimal text, instants
//! in RFC 3339 with Viet Nam's offset.

use chiso_domain::index_points::{Basis, IndexPoints, Value};
use chiso_wire::convert::{BadField, instant};
use chiso_wire::ranking as pb;
use prost_types::Timestamp;
use serde::Serialize;

/// `GET /v1/cycles`.
#[derive(Debug, Serialize)]
pub(crate) struct Cycles {
    pub(crate) cycles: Vec<CycleEntry>,
    pub(crate) next_page_token: String,
}

/// A cycle with something published.
#[derive(Debug, Serialize)]
pub(crate) struct CycleEntry {
    pub(crate) cycle: String,
    pub(crate) newest: Version,
}

/// `GET /v1/cycles/{cycle}/versions`.
#[derive(Debug, Serialize)]
pub(crate) struct Versions {
    pub(crate) versions: Vec<Version>,
    pub(crate) next_page_token: String,
}

/// A published version.
#[derive(Debug, Serialize)]
pub(crate) struct Version {
    cycle: String,
    version: i32,
    document: String,
    correction_reason: String,
    published_at: String,
    sha256: String,
    rule_set_sha256: String,
    replaced: bool,
}

/// `GET /v1/cycles/{cycle}/ranking`.
#[derive(Debug, Serialize)]
pub(crate) struct Ranking {
    version: Version,
    province: String,
    units: Vec<Unit>,
    types: Vec<TypeSummary>,
}

/// A unit's result.
#[derive(Debug, Serialize)]
pub(crate) struct Unit {
    unit: String,
    name: String,
    unit_type: String,
    contents: Vec<Content>,
    penalty: String,
    total: String,
    /// None: not ranked.
    rank: Option<i32>,
    tied: bool,
    class: Option<&'static str>,
    reasons: Vec<String>,
}

#[derive(Debug, Serialize)]
struct Content {
    code: String,
    points: String,
}

#[derive(Debug, Serialize)]
struct TypeSummary {
    unit_type: String,
    name: String,
    quota_base: i32,
    quota: i32,
    excellent: i32,
}

/// `GET /v1/cycles/{cycle}/units/{unit}`.
#[derive(Debug, Serialize)]
pub(crate) struct Breakdown {
    version: Version,
    result: Unit,
    leaves: Vec<Leaf>,
}

#[derive(Debug, Serialize)]
struct Leaf {
    criterion: String,
    name: String,
    max_points: String,
    points: String,
    sources: Vec<Source>,
}

/// One source's state of a leaf: exactly one of the three values is there.
#[derive(Debug, Serialize)]
struct Source {
    source: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    points: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    not_computable: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    not_applicable: Option<String>,
    r#final: bool,
    basis: Basis,
    revision: i64,
    seq: i64,
    at: String,
}

/// A message of a service lacks what it must have, or holds what it must not.
type Read<T> = Result<T, BadField>;

fn local(field: &str, at: Option<&Timestamp>) -> Read<String> {
    instant(field, at).map(|at| at.to_string())
}

fn present<T>(field: &str, message: Option<T>) -> Read<T> {
    message.ok_or_else(|| BadField::missing(field))
}

impl TryFrom<pb::Version> for Version {
    type Error = BadField;
    fn try_from(v: pb::Version) -> Read<Self> {
        Ok(Self {
            published_at: local("published_at", v.published_at.as_ref())?,
            cycle: v.cycle,
            version: v.version,
            document: v.document,
            correction_reason: v.correction_reason,
            sha256: v.sha256,
            rule_set_sha256: v.rule_set_sha256,
            replaced: v.replaced,
        })
    }
}

impl TryFrom<pb::ListVersionsResponse> for Versions {
    type Error = BadField;
    fn try_from(reply: pb::ListVersionsResponse) -> Read<Self> {
        Ok(Self {
            versions: reply
                .versions
                .into_iter()
                .map(TryInto::try_into)
                .collect::<Read<_>>()?,
            next_page_token: reply.next_page_token,
        })
    }
}

impl TryFrom<pb::ListVersionsResponse> for Cycles {
    type Error = BadField;
    /// The newest version of each cycle is the one that nothing has replaced.
    fn try_from(reply: pb::ListVersionsResponse) -> Read<Self> {
        let newest = reply.versions.into_iter().filter(|version| !version.replaced);
        let entry = |v: pb::Version| {
            Ok(CycleEntry {
                cycle: v.cycle.clone(),
                newest: v.try_into()?,
            })
        };
        Ok(Self {
            cycles: newest.map(entry).collect::<Read<_>>()?,
            next_page_token: reply.next_page_token,
        })
    }
}

impl TryFrom<pb::GetPublishedResponse> for Ranking {
    type Error = BadField;
    fn try_from(reply: pb::GetPublishedResponse) -> Read<Self> {
        Ok(Self {
            version: present("version", reply.version)?.try_into()?,
            province: reply.province,
            units: reply.units.into_iter().map(Into::into).collect(),
            types: reply.types.into_iter().map(Into::into).collect(),
        })
    }
}

impl From<pb::UnitResult> for Unit {
    fn from(u: pb::UnitResult) -> Self {
        let class = match u.class() {
            pb::Class::Unspecified => None,
            pb::Class::Excellent => Some("EXCELLENT"),
            pb::Class::Good => Some("GOOD"),
            pb::Class::Completed => Some("COMPLETED"),
            pb::Class::NotCompleted => Some("NOT_COMPLETED"),
        };
        let content = |c: pb::Content| Content {
            code: c.code,
            points: c.points,
        };
        Self {
            unit: u.unit,
            name: u.name,
            unit_type: u.unit_type,
            contents: u.contents.into_iter().map(content).collect(),
            penalty: u.penalty,
            total: u.total,
            rank: (u.rank > 0).then_some(u.rank),
            tied: u.tied,
            class,
            reasons: u.reasons,
        }
    }
}

impl From<pb::TypeSummary> for TypeSummary {
    fn from(t: pb::TypeSummary) -> Self {
        Self {
            unit_type: t.unit_type,
            name: t.name,
            quota_base: t.quota_base,
            quota: t.quota,
            excellent: t.excellent,
        }
    }
}

impl TryFrom<pb::GetBreakdownResponse> for Breakdown {
    type Error = BadField;
    fn try_from(reply: pb::GetBreakdownResponse) -> Read<Self> {
        Ok(Self {
            version: present("version", reply.version)?.try_into()?,
            result: present("result", reply.result)?.into(),
            leaves: reply
                .leaves
                .into_iter()
                .map(TryInto::try_into)
                .collect::<Read<_>>()?,
        })
    }
}

impl TryFrom<pb::LeafResult> for Leaf {
    type Error = BadField;
    fn try_from(leaf: pb::LeafResult) -> Read<Self> {
        let source = |points| IndexPoints::try_from(points).map(Source::from);
        Ok(Self {
            sources: leaf.sources.iter().map(source).collect::<Read<_>>()?,
            criterion: leaf.criterion,
            name: leaf.name,
            max_points: leaf.max_points,
            points: leaf.points,
        })
    }
}

impl From<IndexPoints> for Source {
    fn from(points: IndexPoints) -> Self {
        use chiso_domain::index_points::Source as From;
        let (mut number, mut not_computable, mut not_applicable) = (None, None, None);
        match points.post.value {
            Value::Points(points) => number = Some(points.to_string()),
            Value::NotComputable(why) => not_computable = Some(why),
            Value::NotApplicable(why) => not_applicable = Some(why),
        }
        Self {
            source: match points.source {
                From::Survey => "SURVEY",
                From::Recheck => "RECHECK",
                From::Leaders => "LEADERS",
                From::Ledger => "LEDGER",
            },
            points: number,
            not_computable,
            not_applicable,
            r#final: points.post.last,
            basis: points.post.basis,
            revision: points.revision,
            seq: points.seq,
            at: points.at.to_string(),
        }
    }
}
