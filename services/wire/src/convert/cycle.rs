//! The frame of a cycle, from and to `chiso.registry.v1.Cycle`.

use chiso_domain::cycle::{Calendar, Cycle, Extension, Reassignment, RuleSet, Unit, UnitType, Window};
use chiso_domain::kernel::Span;

use super::{BadField, instant, parse, parse_optional, timestamp};
use crate::registry as pb;

impl From<Window> for pb::Window {
    fn from(window: Window) -> Self {
        match window {
            Window::Survey => Self::Survey,
            Window::Recheck => Self::Recheck,
            Window::SelfScoring => Self::SelfScoring,
            Window::Appraisal1 => Self::Appraisal1,
            Window::Explanation => Self::Explanation,
            Window::Appraisal2 => Self::Appraisal2,
            Window::ExternalIndex => Self::ExternalIndex,
            Window::Leaders => Self::Leaders,
        }
    }
}

impl TryFrom<pb::Window> for Window {
    type Error = BadField;
    fn try_from(window: pb::Window) -> Result<Self, BadField> {
        match window {
            pb::Window::Survey => Ok(Self::Survey),
            pb::Window::Recheck => Ok(Self::Recheck),
            pb::Window::SelfScoring => Ok(Self::SelfScoring),
            pb::Window::Appraisal1 => Ok(Self::Appraisal1),
            pb::Window::Explanation => Ok(Self::Explanation),
            pb::Window::Appraisal2 => Ok(Self::Appraisal2),
            pb::Window::ExternalIndex => Ok(Self::ExternalIndex),
            pb::Window::Leaders => Ok(Self::Leaders),
            pb::Window::Unspecified => Err(BadField::missing("window")),
        }
    }
}

impl From<&UnitType> for pb::UnitType {
    fn from(t: &UnitType) -> Self {
        Self {
            code: t.code.to_string(),
            name: t.name.clone(),
            name_en: t.name_en.clone(),
            order: t.order,
        }
    }
}

impl TryFrom<&pb::UnitType> for UnitType {
    type Error = BadField;
    fn try_from(t: &pb::UnitType) -> Result<Self, BadField> {
        Ok(Self {
            code: parse("code", &t.code)?,
            name: t.name.clone(),
            name_en: t.name_en.clone(),
            order: t.order,
        })
    }
}

impl From<&Unit> for pb::Unit {
    fn from(u: &Unit) -> Self {
        Self {
            code: u.code.to_string(),
            name: u.name.clone(),
            unit_type: u.unit_type.to_string(),
            order: u.order,
            valid_from: u.valid_from.clone(),
            valid_to: u.valid_to.clone(),
            predecessors: u.predecessors.iter().map(ToString::to_string).collect(),
            ranked: u.ranked,
        }
    }
}

impl TryFrom<&pb::Unit> for Unit {
    type Error = BadField;
    fn try_from(u: &pb::Unit) -> Result<Self, BadField> {
        Ok(Self {
            code: parse("code", &u.code)?,
            name: u.name.clone(),
            unit_type: parse("unit_type", &u.unit_type)?,
            order: u.order,
            valid_from: u.valid_from.clone(),
            valid_to: u.valid_to.clone(),
            predecessors: u
                .predecessors
                .iter()
                .map(|code| parse("predecessors", code))
                .collect::<Result<_, _>>()?,
            ranked: u.ranked,
        })
    }
}

impl From<&Reassignment> for pb::Reassignment {
    fn from(r: &Reassignment) -> Self {
        Self {
            agency: r.agency.to_string(),
            unit: r.unit.as_ref().map(ToString::to_string).unwrap_or_default(),
            criterion: r.criterion.as_ref().map(ToString::to_string).unwrap_or_default(),
            substitute: r.substitute.to_string(),
            reason: r.reason.clone(),
        }
    }
}

impl TryFrom<&pb::Reassignment> for Reassignment {
    type Error = BadField;
    fn try_from(r: &pb::Reassignment) -> Result<Self, BadField> {
        Ok(Self {
            agency: parse("agency", &r.agency)?,
            unit: parse_optional("unit", &r.unit)?,
            criterion: parse_optional("criterion", &r.criterion)?,
            substitute: parse("substitute", &r.substitute)?,
            reason: r.reason.clone(),
        })
    }
}

impl From<&Extension> for pb::Extension {
    fn from(e: &Extension) -> Self {
        Self {
            window: pb::Window::from(e.window).into(),
            unit: e.unit.as_ref().map(ToString::to_string).unwrap_or_default(),
            ends_at: Some(timestamp(e.ends_at)),
            reason: e.reason.clone(),
            granted_at: Some(timestamp(e.granted_at)),
        }
    }
}

impl TryFrom<&pb::Extension> for Extension {
    type Error = BadField;
    fn try_from(e: &pb::Extension) -> Result<Self, BadField> {
        Ok(Self {
            window: e.window().try_into()?,
            unit: parse_optional("unit", &e.unit)?,
            ends_at: instant("ends_at", e.ends_at.as_ref())?,
            reason: e.reason.clone(),
            granted_at: instant("granted_at", e.granted_at.as_ref())?,
        })
    }
}

/// A window and its span on the wire.
impl From<&(Window, Span)> for pb::WindowSpan {
    fn from((window, span): &(Window, Span)) -> Self {
        Self {
            window: pb::Window::from(*window).into(),
            starts_at: Some(timestamp(span.start)),
            ends_at: Some(timestamp(span.end)),
        }
    }
}

impl TryFrom<&pb::WindowSpan> for (Window, Span) {
    type Error = BadField;
    fn try_from(w: &pb::WindowSpan) -> Result<Self, BadField> {
        let start = instant("starts_at", w.starts_at.as_ref())?;
        let end = instant("ends_at", w.ends_at.as_ref())?;
        Ok((w.window().try_into()?, Span { start, end }))
    }
}

impl TryFrom<&pb::Cycle> for Cycle {
    type Error = BadField;
    fn try_from(c: &pb::Cycle) -> Result<Self, BadField> {
        let all = |r: Result<Vec<_>, BadField>, field| r.map_err(|e: BadField| e.within(field));
        let types = c
            .unit_types
            .iter()
            .map(UnitType::try_from)
            .collect::<Result<Vec<_>, _>>();
        let units = c.units.iter().map(Unit::try_from).collect::<Result<Vec<_>, _>>();
        let rules: RuleSet = serde_json::from_str(&c.rule_set_json)
            .map_err(|e| BadField::new("rule_set_json", e, "Không đọc được bộ quy tắc của đợt đánh giá."))?;
        Ok(Self {
            code: parse("cycle", &c.cycle)?,
            province: c.province.clone(),
            regulation: c.regulation.clone(),
            calendar: Calendar {
                windows: c
                    .calendar
                    .iter()
                    .map(TryInto::try_into)
                    .collect::<Result<_, _>>()?,
                extensions: c
                    .extensions
                    .iter()
                    .map(TryInto::try_into)
                    .collect::<Result<_, _>>()?,
            },
            unit_types: types?.into_iter().map(|t| (t.code.clone(), t)).collect(),
            units: all(units, "units")?
                .into_iter()
                .map(|u| (u.code.clone(), u))
                .collect(),
            council: c
                .council
                .iter()
                .map(|a| parse("council", a))
                .collect::<Result<_, _>>()?,
            reassignments: c
                .reassignments
                .iter()
                .map(TryInto::try_into)
                .collect::<Result<_, _>>()?,
            rules,
            rule_set_sha256: c.rule_set_sha256.clone(),
            version: c.version,
        })
    }
}

impl From<&Cycle> for pb::Cycle {
    fn from(c: &Cycle) -> Self {
        let mut types: Vec<&UnitType> = c.unit_types.values().collect();
        types.sort_by_key(|t| (t.order, t.code.clone()));
        Self {
            cycle: c.code.to_string(),
            province: c.province.clone(),
            regulation: c.regulation.clone(),
            state: pb::CycleState::Open.into(),
            calendar: c.calendar.windows.iter().map(Into::into).collect(),
            extensions: c.calendar.extensions.iter().map(Into::into).collect(),
            unit_types: types.into_iter().map(Into::into).collect(),
            units: c.units_in_order().into_iter().map(Into::into).collect(),
            council: c.council.iter().map(ToString::to_string).collect(),
            reassignments: c.reassignments.iter().map(Into::into).collect(),
            rule_set_json: c.rules.canonical_json(),
            rule_set_sha256: c.rule_set_sha256.clone(),
            version: c.version,
        }
    }
}
