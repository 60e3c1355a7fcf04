//! What an import would change; nothing is stored.

use chiso_domain::cycle::IndexSet;
use chiso_domain::cycle::changes::{Change, ChangeKind, of_rows, of_unit_types, of_units};
use chiso_domain::index_set::total;
use chiso_domain::kernel::{CycleCode, UnitTypeCode};
use chiso_platform::auth::Caller;
use chiso_platform::{Context, Error};
use chiso_wire::convert::parse;
use chiso_wire::registry as pb;

use super::import::{apart, count};
use crate::error::Rejection;
use crate::{policy, store, template};

/// What `ImportUnits` would change.
pub(crate) async fn check_units(
    ctx: &Context,
    caller: &Caller,
    request: pb::CheckUnitsRequest,
) -> Result<pb::CheckUnitsResponse, Error> {
    let code: CycleCode = parse("cycle", &request.cycle)?;
    caller.require(policy::SET_UP_CYCLE, Some(&code))?;
    let frame = unopened(ctx, &code).await?;
    let list = apart(move || template::units::read(&request.xlsx)).await?;
    let types = of_unit_types(&frame.cycle.unit_types, &list.unit_types);
    let units = of_units(&frame.cycle.units, &list.units);
    Ok(pb::CheckUnitsResponse {
        unit_types: count(list.unit_types.len()),
        units: count(list.units.len()),
        changes: types.into_iter().chain(units).map(wire).collect(),
    })
}

/// What `ImportIndexSet` would change.
pub(crate) async fn check_index_set(
    ctx: &Context,
    caller: &Caller,
    request: pb::CheckIndexSetRequest,
) -> Result<pb::CheckIndexSetResponse, Error> {
    let code: CycleCode = parse("cycle", &request.cycle)?;
    caller.require(policy::SET_UP_CYCLE, Some(&code))?;
    let unit_type: UnitTypeCode = parse("unit_type", &request.unit_type)?;
    let frame = unopened(ctx, &code).await?;
    if !frame.cycle.unit_types.contains_key(&unit_type) {
        return Err(Rejection::UnitTypeUnknown(unit_type).into());
    }
    let rows = apart(move || template::index_set::read(&request.xlsx)).await?;
    let changes = of_rows(frame.cycle.rules.index_sets.get(&unit_type), &rows);
    let set = IndexSet {
        title: String::new(),
        rows,
    };
    Ok(pb::CheckIndexSetResponse {
        contents: count(set.contents().count()),
        leaves: count(set.leaves().count()),
        max_points: template::short(total(&set)),
        changes: changes.into_iter().map(wire).collect(),
    })
}

async fn unopened(ctx: &Context, code: &CycleCode) -> Result<store::Frame, Error> {
    let frame = store::load_settled(&ctx.db, code).await?;
    let frame = frame.ok_or_else(|| Rejection::CycleUnknown(code.clone()))?;
    if frame.open {
        return Err(Rejection::CycleOpen(code.clone()).into());
    }
    Ok(frame)
}

fn wire(change: Change) -> pb::Change {
    let (kind, fields) = match change.kind {
        ChangeKind::Added => (pb::ChangeKind::Added, Vec::new()),
        ChangeKind::Removed => (pb::ChangeKind::Removed, Vec::new()),
        ChangeKind::Changed(fields) => (pb::ChangeKind::Changed, fields),
    };
    let fields = fields.into_iter().map(|changed| pb::ChangedField {
        field: changed.field.to_owned(),
        before: changed.before,
        after: changed.after,
    });
    pb::Change {
        kind: kind.into(),
        code: change.code,
        name: change.name,
        fields: fields.collect(),
    }
}
