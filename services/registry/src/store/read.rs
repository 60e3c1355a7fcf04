//! From rows to the frame of a year.

use std::collections::BTreeMap;

use chiso_domain::cycle::{
    Calendar, Cycle, Extension, IndexSet, Policy, Reassignment, RuleSet, Unit, UnitType, Window,
};
use chiso_domain::kernel::{CycleCode, Span, UnitCode, UnitTypeCode};
use chiso_platform::Error;
use chiso_platform::db::{Db, DbError, Reads, Row, sql};

use super::Frame;

/// Format of the rule set document.
const FORMAT: u32 = 1;

/// The frame as one transaction sees it.
pub(crate) async fn load(reads: &mut impl Reads, code: &CycleCode) -> Result<Option<Frame>, Error> {
    let header = sql("SELECT * FROM registry_cycle WHERE cycle = $1").bind(code);
    let Some(row) = reads.opt(header).await? else {
        return Ok(None);
    };
    let open = row.get::<i64>("state")? == 2;
    let unit_types = unit_types(reads, code).await?;
    let rules = match row.get::<Option<String>>("rule_set_json")? {
        Some(json) => read_json(&json)?,
        None => rules_so_far(reads, code, &row, &unit_types).await?,
    };
    let cycle = Cycle {
        code: code.clone(),
        province: row.get("province")?,
        regulation: row.get("regulation")?,
        calendar: calendar(reads, code).await?,
        units: units(reads, code).await?,
        council: council(reads, code).await?,
        reassignments: reassignments(reads, code).await?,
        rules,
        rule_set_sha256: row.get::<Option<String>>("rule_set_sha256")?.unwrap_or_default(),
        version: row.get("version")?,
        unit_types,
    };
    Ok(Some(Frame { cycle, open }))
}

/// The frame outside a transaction: its statements are read again where a change came between them.
pub(crate) async fn load_settled(db: &Db, code: &CycleCode) -> Result<Option<Frame>, Error> {
    loop {
        let Some(frame) = load(&mut &*db, code).await? else {
            return Ok(None);
        };
        let version = sql("SELECT version FROM registry_cycle WHERE cycle = $1").bind(code);
        if db.one(version).await?.get::<i64>("version")? == frame.cycle.version {
            return Ok(Some(frame));
        }
    }
}

async fn rules_so_far(
    reads: &mut impl Reads,
    code: &CycleCode,
    header: &Row,
    types: &BTreeMap<UnitTypeCode, UnitType>,
) -> Result<RuleSet, Error> {
    let policy: Policy = read_json(&header.get::<String>("policy")?)?;
    let sets = sql("SELECT unit_type, document FROM registry_index_set WHERE cycle = $1 ORDER BY unit_type");
    let mut index_sets = BTreeMap::new();
    for row in reads.all(sets.bind(code)).await? {
        let unit_type: UnitTypeCode = row.get("unit_type")?;
        // A set whose type was taken out of the list since then rates nobody.
        if types.contains_key(&unit_type) {
            let set: IndexSet = read_json(&row.get::<String>("document")?)?;
            index_sets.insert(unit_type, set);
        }
    }
    Ok(RuleSet {
        format: FORMAT,
        index_sets,
        policy,
    })
}

async fn calendar(reads: &mut impl Reads, code: &CycleCode) -> Result<Calendar, Error> {
    let windows = sql("SELECT * FROM registry_window WHERE cycle = $1 ORDER BY starts_at, ends_at, name");
    let window = |row: &Row| {
        let span = Span {
            start: row.get("starts_at")?,
            end: row.get("ends_at")?,
        };
        Ok((window_of(row)?, span))
    };
    let extensions = sql("SELECT * FROM registry_extension WHERE cycle = $1 ORDER BY number");
    let extension = |row: &Row| {
        Ok(Extension {
            window: window_of(row)?,
            unit: row.get("unit")?,
            ends_at: row.get("ends_at")?,
            reason: row.get("reason")?,
            granted_at: row.get("granted_at")?,
        })
    };
    Ok(Calendar {
        windows: every(&reads.all(windows.bind(code)).await?, window)?,
        extensions: every(&reads.all(extensions.bind(code)).await?, extension)?,
    })
}

async fn unit_types(
    reads: &mut impl Reads,
    code: &CycleCode,
) -> Result<BTreeMap<UnitTypeCode, UnitType>, Error> {
    let types = sql("SELECT * FROM registry_unit_type WHERE cycle = $1 ORDER BY unit_type");
    let unit_type = |row: &Row| {
        let code: UnitTypeCode = row.get("unit_type")?;
        let unit_type = UnitType {
            code: code.clone(),
            name: row.get("name")?,
            name_en: row.get("name_en")?,
            order: row.get("place")?,
        };
        Ok((code, unit_type))
    };
    let rows = reads.all(types.bind(code)).await?;
    Ok(every(&rows, unit_type)?.into_iter().collect())
}

async fn units(reads: &mut impl Reads, code: &CycleCode) -> Result<BTreeMap<UnitCode, Unit>, Error> {
    let units = sql("SELECT * FROM registry_unit WHERE cycle = $1 ORDER BY unit");
    let rows = reads.all(units.bind(code)).await?;
    let mut units: BTreeMap<UnitCode, Unit> = every(&rows, unit)?
        .into_iter()
        .map(|unit| (unit.code.clone(), unit))
        .collect();
    let predecessors =
        sql("SELECT unit, predecessor FROM registry_predecessor WHERE cycle = $1 ORDER BY unit, place");
    for row in reads.all(predecessors.bind(code)).await? {
        if let Some(unit) = units.get_mut(&row.get::<UnitCode>("unit")?) {
            unit.predecessors.push(row.get("predecessor")?);
        }
    }
    Ok(units)
}

/// Without its predecessors.
fn unit(row: &Row) -> Result<Unit, DbError> {
    Ok(Unit {
        code: row.get("unit")?,
        name: row.get("name")?,
        unit_type: row.get("unit_type")?,
        order: row.get("place")?,
        valid_from: row.get("valid_from")?,
        valid_to: row.get("valid_to")?,
        predecessors: Vec::new(),
        ranked: row.get("ranked")?,
    })
}

async fn council(reads: &mut impl Reads, code: &CycleCode) -> Result<Vec<UnitCode>, Error> {
    let agencies = sql("SELECT agency FROM registry_council WHERE cycle = $1 ORDER BY place");
    Ok(every(&reads.all(agencies.bind(code)).await?, |row| {
        row.get("agency")
    })?)
}

async fn reassignments(reads: &mut impl Reads, code: &CycleCode) -> Result<Vec<Reassignment>, Error> {
    let all = sql("SELECT * FROM registry_reassignment WHERE cycle = $1 ORDER BY number");
    let reassignment = |row: &Row| {
        Ok(Reassignment {
            agency: row.get("agency")?,
            unit: row.get("unit")?,
            criterion: row.get("criterion")?,
            substitute: row.get("substitute")?,
            reason: row.get("reason")?,
        })
    };
    Ok(every(&reads.all(all.bind(code)).await?, reassignment)?)
}

/// A unit in a list, with its place there.
pub(crate) struct Listed {
    pub unit: Unit,
    pub place: i64,
}

/// Units in official order after a place, of one type or all.
pub(crate) async fn units_after(
    db: &Db,
    code: &CycleCode,
    unit_type: Option<&UnitTypeCode>,
    after: i64,
    limit: i64,
) -> Result<Vec<Listed>, Error> {
    let text = "SELECT * FROM registry_unit WHERE cycle = $1 AND list_place > $2 \
                AND (unit_type = $3 OR $3 IS NULL) ORDER BY list_place LIMIT $4";
    let wanted = unit_type.map(ToString::to_string);
    let rows = db
        .all(sql(text).bind(code).bind(after).bind(wanted).bind(limit))
        .await?;
    let mut listed = every(&rows, |row| {
        let place = row.get("list_place")?;
        Ok(Listed {
            unit: unit(row)?,
            place,
        })
    })?;
    let codes: Vec<_> = listed.iter().map(|listed| listed.unit.code.as_str()).collect();
    let text = "SELECT unit, predecessor FROM registry_predecessor WHERE cycle = $1 \
                AND unit IN (SELECT atom FROM json_each($2)) ORDER BY unit, place";
    for row in db.all(sql(text).bind(code).bind_json(&codes)).await? {
        let code: UnitCode = row.get("unit")?;
        if let Some(found) = listed.iter_mut().find(|listed| listed.unit.code == code) {
            found.unit.predecessors.push(row.get("predecessor")?);
        }
    }
    Ok(listed)
}

/// The heads of cycles after a code: without units, index sets and calendar.
pub(crate) async fn cycles_after(db: &Db, after: &str, limit: i64) -> Result<Vec<Frame>, Error> {
    let text = "SELECT cycle, province, regulation, state, rule_set_sha256, version FROM registry_cycle \
                WHERE cycle > $1 ORDER BY cycle LIMIT $2";
    let head = |row: &Row| {
        let cycle = Cycle {
            code: row.get("cycle")?,
            province: row.get("province")?,
            regulation: row.get("regulation")?,
            calendar: Calendar::default(),
            unit_types: BTreeMap::new(),
            units: BTreeMap::new(),
            council: Vec::new(),
            reassignments: Vec::new(),
            rules: RuleSet::default(),
            rule_set_sha256: row.get::<Option<String>>("rule_set_sha256")?.unwrap_or_default(),
            version: row.get("version")?,
        };
        let open = row.get::<i64>("state")? == 2;
        Ok(Frame { cycle, open })
    };
    Ok(every(&db.all(sql(text).bind(after).bind(limit)).await?, head)?)
}

fn every<T>(rows: &[Row], read: impl Fn(&Row) -> Result<T, DbError>) -> Result<Vec<T>, DbError> {
    rows.iter().map(read).collect()
}

fn window_of(row: &Row) -> Result<Window, DbError> {
    let name: String = row.get("name")?;
    Window::named(&name).ok_or_else(|| DbError::Column {
        column: "name".to_owned(),
        expected: "window",
    })
}

fn read_json<T: serde::de::DeserializeOwned>(json: &str) -> Result<T, Error> {
    serde_json::from_str(json).map_err(Error::internal)
}
