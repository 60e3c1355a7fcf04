//! Index points, bases and leaf inputs.

use chiso_domain::index_points::{Basis, IndexPoints, LeafInput, NewPoints, Source, Stage, Value};

use super::{BadField, instant, parse, timestamp};
use crate::kernel as pb;

impl From<Source> for pb::Source {
    fn from(source: Source) -> Self {
        match source {
            Source::Survey => Self::Survey,
            Source::Recheck => Self::Recheck,
            Source::Leaders => Self::Leaders,
            Source::Ledger => Self::Ledger,
        }
    }
}

impl TryFrom<pb::Source> for Source {
    type Error = BadField;
    fn try_from(source: pb::Source) -> Result<Self, BadField> {
        match source {
            pb::Source::Survey => Ok(Self::Survey),
            pb::Source::Recheck => Ok(Self::Recheck),
            pb::Source::Leaders => Ok(Self::Leaders),
            pb::Source::Ledger => Ok(Self::Ledger),
            pb::Source::Unspecified => Err(BadField::missing("source")),
        }
    }
}

impl From<Stage> for pb::Stage {
    fn from(stage: Stage) -> Self {
        match stage {
            Stage::SelfScore => Self::Self_,
            Stage::Appraisal1 => Self::Appraisal1,
            Stage::Appraisal2 => Self::Appraisal2,
            Stage::Decided => Self::Decided,
        }
    }
}

impl TryFrom<pb::Stage> for Stage {
    type Error = BadField;
    fn try_from(stage: pb::Stage) -> Result<Self, BadField> {
        match stage {
            pb::Stage::Self_ => Ok(Self::SelfScore),
            pb::Stage::Appraisal1 => Ok(Self::Appraisal1),
            pb::Stage::Appraisal2 => Ok(Self::Appraisal2),
            pb::Stage::Decided => Ok(Self::Decided),
            pb::Stage::Unspecified => Err(BadField::missing("stage")),
        }
    }
}

impl From<&LeafInput> for pb::LeafInput {
    fn from(input: &LeafInput) -> Self {
        use pb::leaf_input::Kind;
        let kind = match input {
            LeafInput::Achieved(yes) => Kind::Achieved(*yes),
            LeafInput::Ratio { planned, achieved } => Kind::Ratio(pb::RatioInput {
                planned: planned.to_string(),
                achieved: achieved.to_string(),
            }),
            LeafInput::Tier(points) => Kind::Tier(points.to_string()),
            LeafInput::Count(count) => Kind::Count(*count),
            LeafInput::Penalty(items) => {
                let item = |(kind, count): &(usize, i64)| pb::PenaltyItem {
                    kind: i32::try_from(*kind).unwrap_or(i32::MAX),
                    count: *count,
                };
                Kind::Penalty(pb::PenaltyInput {
                    items: items.iter().map(item).collect(),
                })
            }
            LeafInput::External(score) => Kind::ExternalScore(score.to_string()),
        };
        Self { kind: Some(kind) }
    }
}

impl TryFrom<&pb::LeafInput> for LeafInput {
    type Error = BadField;
    fn try_from(input: &pb::LeafInput) -> Result<Self, BadField> {
        use pb::leaf_input::Kind;
        Ok(
            match input
                .kind
                .as_ref()
                .ok_or_else(|| BadField::missing("input.kind"))?
            {
                Kind::Achieved(yes) => Self::Achieved(*yes),
                Kind::Ratio(ratio) => Self::Ratio {
                    planned: parse("input.ratio.planned", &ratio.planned)?,
                    achieved: parse("input.ratio.achieved", &ratio.achieved)?,
                },
                Kind::Tier(points) => Self::Tier(parse("input.tier", points)?),
                Kind::Count(count) => Self::Count(*count),
                Kind::Penalty(penalty) => {
                    let item = |item: &pb::PenaltyItem| {
                        let kind = usize::try_from(item.kind).map_err(|e| {
                            BadField::new("input.penalty.items.kind", e, "Loại vi phạm không hợp lệ.")
                        })?;
                        Ok((kind, item.count))
                    };
                    Self::Penalty(penalty.items.iter().map(item).collect::<Result<_, BadField>>()?)
                }
                Kind::ExternalScore(score) => Self::External(parse("input.external_score", score)?),
            },
        )
    }
}

impl From<&Basis> for pb::Basis {
    fn from(basis: &Basis) -> Self {
        use pb::basis::Kind;
        let kind = match basis {
            Basis::Survey { rated, sum } => Kind::Survey(pb::SurveyBasis {
                rated: *rated,
                sum: *sum,
            }),
            Basis::Recheck {
                rated,
                sum,
                void_rated,
                void_sum,
            } => Kind::Recheck(pb::RecheckBasis {
                rated: *rated,
                sum: *sum,
                void_rated: *void_rated,
                void_sum: *void_sum,
            }),
            Basis::Leaders { counted, sum } => Kind::Leaders(pb::LeadersBasis {
                counted: *counted,
                sum: sum.to_string(),
            }),
            Basis::Ledger {
                stage,
                input,
                version,
            } => Kind::Ledger(pb::LedgerBasis {
                stage: pb::Stage::from(*stage).into(),
                input: input.as_ref().map(Into::into),
                version: *version,
            }),
        };
        Self { kind: Some(kind) }
    }
}

impl TryFrom<&pb::Basis> for Basis {
    type Error = BadField;
    fn try_from(basis: &pb::Basis) -> Result<Self, BadField> {
        use pb::basis::Kind;
        Ok(
            match basis
                .kind
                .as_ref()
                .ok_or_else(|| BadField::missing("basis.kind"))?
            {
                Kind::Survey(b) => Self::Survey {
                    rated: b.rated,
                    sum: b.sum,
                },
                Kind::Recheck(b) => Self::Recheck {
                    rated: b.rated,
                    sum: b.sum,
                    void_rated: b.void_rated,
                    void_sum: b.void_sum,
                },
                Kind::Leaders(b) => Self::Leaders {
                    counted: b.counted,
                    sum: parse("basis.leaders.sum", &b.sum)?,
                },
                Kind::Ledger(b) => Self::Ledger {
                    stage: b.stage().try_into()?,
                    input: b.input.as_ref().map(TryInto::try_into).transpose()?,
                    version: b.version,
                },
            },
        )
    }
}

impl From<&IndexPoints> for pb::IndexPoints {
    fn from(points: &IndexPoints) -> Self {
        use pb::index_points::Value as Wire;
        let value = match &points.post.value {
            Value::Points(p) => Wire::Points(p.to_string()),
            Value::NotComputable(why) => Wire::NotComputable(why.clone()),
            Value::NotApplicable(why) => Wire::NotApplicable(why.clone()),
        };
        Self {
            cycle: points.post.cycle.to_string(),
            unit: points.post.unit.to_string(),
            criterion: points.post.criterion.to_string(),
            source: pb::Source::from(points.source).into(),
            value: Some(value),
            r#final: points.post.last,
            basis: Some((&points.post.basis).into()),
            revision: points.revision,
            seq: points.seq,
            at: Some(timestamp(points.at)),
        }
    }
}

impl TryFrom<&pb::IndexPoints> for IndexPoints {
    type Error = BadField;
    fn try_from(points: &pb::IndexPoints) -> Result<Self, BadField> {
        use pb::index_points::Value as Wire;
        let value = match points.value.as_ref().ok_or_else(|| BadField::missing("value"))? {
            Wire::Points(p) => Value::Points(parse("points", p)?),
            Wire::NotComputable(why) => Value::NotComputable(why.clone()),
            Wire::NotApplicable(why) => Value::NotApplicable(why.clone()),
        };
        Ok(Self {
            post: NewPoints {
                cycle: parse("cycle", &points.cycle)?,
                unit: parse("unit", &points.unit)?,
                criterion: parse("criterion", &points.criterion)?,
                value,
                last: points.r#final,
                basis: points
                    .basis
                    .as_ref()
                    .ok_or_else(|| BadField::missing("basis"))?
                    .try_into()?,
            },
            source: points.source().try_into()?,
            revision: points.revision,
            seq: points.seq,
            at: instant("at", points.at.as_ref())?,
        })
    }
}
