//! Messages of this service from and to the domain, with field paths in their errors.

use chiso_domain::kernel::{Instant, PersonId, Points, UnitCode};
use chiso_domain::leaders::{Choice, Leader, LeaderRole, Panel};
use chiso_platform::Error;
use chiso_wire::convert::{BadField, parse, text, timestamp};
use chiso_wire::kernel::Receipt;
use chiso_wire::leaders as pb;
use pb::mark::Value;

use crate::store::Saved;

const NAME_MAX: usize = 200;

pub(crate) fn panel(request: &pb::SetPanelRequest) -> Result<Panel, Error> {
    let leader = |(at, leader): (usize, &pb::Leader)| {
        let within = |e: BadField| e.within(&format!("leaders[{at}]"));
        let role = match leader.role() {
            pb::LeaderRole::Chair => LeaderRole::Chair,
            pb::LeaderRole::ViceChair => LeaderRole::ViceChair,
            pb::LeaderRole::Unspecified => return Err(within(BadField::missing("role"))),
        };
        Ok(Leader {
            person: parse("leader", &leader.leader).map_err(within)?,
            name: text("name", &leader.name, NAME_MAX).map_err(within)?,
            role,
        })
    };
    let unit = |(at, code): (usize, &String)| parse(&format!("shortlist[{at}]"), code);
    Ok(Panel {
        leaders: request
            .leaders
            .iter()
            .enumerate()
            .map(leader)
            .collect::<Result<_, _>>()?,
        shortlist: request
            .shortlist
            .iter()
            .enumerate()
            .map(unit)
            .collect::<Result<_, _>>()?,
    })
}

/// The unit and what is said about it.
pub(crate) fn mark(mark: Option<&pb::Mark>) -> Result<(UnitCode, Choice), Error> {
    let mark = mark.ok_or_else(|| BadField::missing("mark"))?;
    let unit = parse("mark.unit", &mark.unit)?;
    Ok((unit, choice(mark)?))
}

/// The units that are to have the same mark, and what is said about all of them.
pub(crate) fn rest(request: &pb::SaveRestRequest) -> Result<(Vec<UnitCode>, Choice), Error> {
    let mark = request.mark.as_ref().ok_or_else(|| BadField::missing("mark"))?;
    if !mark.unit.is_empty() {
        let vi = "Để trống: các đơn vị được ghi ở “units”.";
        return Err(BadField::new("mark.unit", "must be empty, units are named in units", vi).into());
    }
    if request.units.is_empty() {
        return Err(BadField::missing("units").into());
    }
    let unit = |(at, code): (usize, &String)| parse(&format!("units[{at}]"), code);
    let units: Result<Vec<UnitCode>, BadField> = request.units.iter().enumerate().map(unit).collect();
    Ok((units?, choice(mark)?))
}

fn choice(mark: &pb::Mark) -> Result<Choice, Error> {
    Ok(match &mark.value {
        None => return Err(BadField::missing("mark.mark").into()),
        Some(Value::Abstain(true)) => Choice::Abstain,
        Some(Value::Abstain(false)) => {
            let vi = "Muốn không cho điểm thì đặt “abstain” là true; nếu không, ghi điểm vào “mark”.";
            return Err(BadField::new("mark.abstain", "must be true", vi).into());
        }
        Some(Value::Mark(points)) => Choice::Mark(parse::<Points>("mark.mark", points)?),
    })
}

pub(crate) fn mark_to_wire(unit: &UnitCode, choice: Choice, saved: Option<Saved>) -> pb::Mark {
    let saved_by = saved.and_then(|saved| saved.by);
    let value = match choice {
        Choice::Mark(points) => Value::Mark(points.to_string()),
        Choice::Abstain => Value::Abstain(true),
    };
    pb::Mark {
        unit: unit.to_string(),
        value: Some(value),
        saved_at: saved.map(|saved| timestamp(saved.at)),
        saved_by: saved_by.map(|person| person.to_string()).unwrap_or_default(),
    }
}

pub(crate) fn leader_to_wire(leader: &Leader) -> pb::Leader {
    let role = match leader.role {
        LeaderRole::Chair => pb::LeaderRole::Chair,
        LeaderRole::ViceChair => pb::LeaderRole::ViceChair,
    };
    pb::Leader {
        leader: leader.person.to_string(),
        name: leader.name.clone(),
        role: role.into(),
    }
}

/// The leader a request names; none where it means the caller.
pub(crate) fn named_leader(text: &str) -> Result<Option<PersonId>, Error> {
    Ok(chiso_wire::convert::parse_optional("leader", text)?)
}

pub(crate) fn receipt(request_id: &str, now: Instant) -> Option<Receipt> {
    Some(Receipt {
        request_id: request_id.to_owned(),
        at: Some(timestamp(now)),
    })
}
