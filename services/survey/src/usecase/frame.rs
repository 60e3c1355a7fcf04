//! The frame's import: the list of people to be asked, from a workbook, all or nothing.

use std::collections::{BTreeMap, BTreeSet};

use chiso_domain::cycle::Cycle;
use chiso_domain::kernel::{CycleCode, GroupCode, PersonId, Refusal, RespondentId, UnitCode};
use chiso_domain::survey::{Phone, PhoneError};
use chiso_platform::auth::Caller;
use chiso_platform::journal;
use chiso_platform::once::Once;
use chiso_platform::xlsx::{Columns, Faults, Row, Value, Workbook};
use chiso_platform::{Error, rng};
use chiso_wire::convert::{optional_text, parse};
use chiso_wire::survey as pb;

use super::respondents::{Person, registered};
use super::visits::units_of;
use super::{known_groups, open_campaign};
use crate::store::respondent::{self, NewRow};
use crate::store::visit::{self, NewVisit};
use crate::{SERVICE, Service, policy};

const SHEET: &str = "Bảng kê";
const GROUP: &str = "Nhóm";
const NAME: &str = "Họ và tên";
const PHONE: &str = "Điện thoại";
const CONSENT: &str = "Bản đồng ý";
const UNITS: &str = "Đơn vị";
/// Login or id; under its older name, too.
const INTERVIEWER: &str = "Điều tra viên";
const INTERVIEWER_ID: &str = "Mã điều tra viên";
const COLUMNS: Columns<'_> = Columns {
    required: &[GROUP, NAME, PHONE, CONSENT],
    optional: &[UNITS, INTERVIEWER, INTERVIEWER_ID],
};

/// Most people of one workbook.
const MOST: usize = 5_000;
/// Most visits of one workbook: who may rate every unit makes one for each.
const MOST_VISITS: usize = 50_000;
/// Longest name and consent, as of people who are entered one by one.
const NAME_MAX: usize = 200;
const CONSENT_MAX: usize = 100;

/// What rows are read against.
struct Frame<'a> {
    service: &'a Service,
    cycle: &'a Cycle,
    groups: BTreeSet<GroupCode>,
    /// By login; not asked for where nobody is named by it.
    interviewers: BTreeMap<String, PersonId>,
    /// Rows by group and phone, as its keyed hash.
    seen: BTreeMap<(GroupCode, String), u32>,
}

/// A row: a person, and who is to ask them.
struct Line {
    number: u32,
    person: NewRow,
    interviewer: Option<PersonId>,
}

impl Service {
    /// Enters all people of a workbook and gives them to their interviewers, or changes nothing.
    pub(crate) async fn import_respondents(
        &self,
        caller: &Caller,
        request: pb::ImportRespondentsRequest,
    ) -> Result<pb::ImportRespondentsResponse, Error> {
        let code: CycleCode = parse("cycle", &request.cycle)?;
        caller.require(policy::FRAME, Some(&code))?;
        let now = self.ctx.clock.now();
        let once = Once::new(
            SERVICE,
            "ImportRespondents",
            caller,
            &request.request_id,
            &request,
        )?;
        let cycle = self.ctx.cycles.get(&code).await?;
        let xlsx = request.xlsx.clone();
        // Beside the calls: unpacking takes a while.
        let book = tokio::task::spawn_blocking(move || Workbook::open(&xlsx)).await;
        let book = book.map_err(Error::internal)??;
        let groups = known_groups(&mut &self.ctx.db, &cycle).await?;
        let interviewers = if names_logins(&book) {
            self.interviewers(&code).await?
        } else {
            BTreeMap::new()
        };
        let mut faults = Faults::default();
        let (lines, phone_column) = self.read_frame(&cycle, (groups, interviewers), &book, &mut faults);

        let mut tx = self.ctx.db.begin().await?;
        if let Some(reply) = once.replay(&mut tx).await? {
            return Ok(reply);
        }
        open_campaign(&mut tx, &code).await?;
        let phones: Vec<_> = lines.iter().map(|l| (&l.person.grp, &l.person.hash)).collect();
        for at in respondent::known_phones(&mut tx, &code, &phones).await? {
            let number = lines.get(at).map_or(1, |line| line.number);
            let reason = "Số điện thoại này đã có trong bảng kê của nhóm. Bỏ dòng này.";
            faults.push(SHEET, number, &phone_column, reason);
        }
        let visits = visits(&cycle, &lines);
        if visits.len() > MOST_VISITS {
            let reason =
                format!("Tệp giao hơn {MOST_VISITS} lượt hỏi. Chia thành nhiều tệp, hoặc ghi rõ đơn vị.");
            faults.push(SHEET, 1, "A", reason);
        }
        faults.into_result()?;
        let reply = pb::ImportRespondentsResponse {
            registered: i32::try_from(lines.len()).map_err(Error::internal)?,
            assigned: i32::try_from(visits.len()).map_err(Error::internal)?,
        };
        let people: Vec<NewRow> = lines.into_iter().map(|line| line.person).collect();
        respondent::add(&mut tx, &code, &people, now).await?;
        visit::assign(&mut tx, &code, &visits).await?;
        let acts = people.iter().map(|row| registered(caller, &code, row)).collect();
        journal::append(&mut tx, SERVICE, now, acts).await?;
        once.remember(&mut tx, now, &reply).await?;
        tx.commit().await?;
        Ok(reply)
    }

    /// The rows of the list, and the letter of its column of phones; faults are noted.
    fn read_frame(
        &self,
        cycle: &Cycle,
        (groups, interviewers): (BTreeSet<GroupCode>, BTreeMap<String, PersonId>),
        book: &Workbook,
        faults: &mut Faults,
    ) -> (Vec<Line>, String) {
        let Some(table) = book.table(SHEET, &COLUMNS, faults) else {
            return (Vec::new(), "A".to_owned());
        };
        let mut frame = Frame {
            service: self,
            cycle,
            groups,
            interviewers,
            seen: BTreeMap::new(),
        };
        let (mut lines, mut count) = (Vec::new(), 0_usize);
        for row in table.rows() {
            count += 1;
            if count > MOST {
                let reason = format!("Bảng kê có nhiều hơn {MOST} người. Chia thành nhiều tệp.");
                row.fault(faults, NAME, reason);
                break;
            }
            lines.extend(frame.line(&row, faults));
        }
        if count == 0 {
            faults.push(SHEET, 1, "A", "Bảng kê chưa có người nào. Điền ít nhất một dòng.");
        }
        (lines, table.letter(PHONE))
    }
}

impl Frame<'_> {
    /// None where a fault was noted.
    fn line(&mut self, row: &Row<'_>, faults: &mut Faults) -> Option<Line> {
        let group = self.group(row, faults);
        let name = short(row, NAME, NAME_MAX, faults);
        let phone = phone(row, faults);
        let consent = short(row, CONSENT, CONSENT_MAX, faults);
        let units = self.units(row, faults);
        let interviewer = self.interviewer(row, faults);
        let (group, phone) = (group?, phone?);
        let person = self.service.sealed(
            &self.cycle.code,
            RespondentId(rng::uuid_v7(self.service.ctx.clock.now(), rng::bytes())),
            Person {
                group,
                name: &name?,
                phone: &phone,
                consent: consent?,
                units: units?,
            },
        );
        let before = self
            .seen
            .insert((person.grp.clone(), person.hash.clone()), row.number());
        if let Some(before) = before {
            let reason = format!("Số điện thoại trùng dòng {before} của cùng nhóm. Bỏ một dòng.");
            row.fault(faults, PHONE, reason);
        }
        Some(Line {
            number: row.number(),
            person,
            interviewer: interviewer?,
        })
    }

    fn group(&self, row: &Row<'_>, faults: &mut Faults) -> Option<GroupCode> {
        let group: GroupCode = row.code(GROUP, faults)?;
        if self.groups.contains(&group) {
            return Some(group);
        }
        let groups: Vec<_> = self.groups.iter().map(GroupCode::as_str).collect();
        let reason = format!("Không có nhóm “{group}”. Các nhóm: {}.", groups.join(", "));
        row.fault(faults, GROUP, reason);
        None
    }

    /// Nobody is no fault: the visits are given out later.
    fn interviewer(&self, row: &Row<'_>, faults: &mut Faults) -> Option<Option<PersonId>> {
        let Some((column, named)) = named(row) else {
            return Some(None);
        };
        let known = named
            .parse()
            .ok()
            .or_else(|| self.interviewers.get(&named).copied());
        if known.is_none() {
            let reason = format!(
                "Không có điều tra viên nào của đợt có tên đăng nhập “{named}”. Kiểm tra lại tên đăng nhập, hoặc để trống rồi giao sau."
            );
            row.fault(faults, column, reason);
        }
        known.map(Some)
    }

    /// Codes between semicolons; none: every unit.
    fn units(&self, row: &Row<'_>, faults: &mut Faults) -> Option<BTreeSet<UnitCode>> {
        let text = row.text(UNITS);
        let codes = text
            .split([';', ','])
            .map(str::trim)
            .filter(|code| !code.is_empty());
        let mut units = BTreeSet::new();
        for code in codes {
            let known = code
                .parse()
                .ok()
                .filter(|unit| self.cycle.units.contains_key(unit));
            let Some(unit) = known else {
                let reason = format!("Không có đơn vị “{code}” trong đợt đánh giá. Kiểm tra lại mã đơn vị.");
                row.fault(faults, UNITS, reason);
                return None;
            };
            units.insert(unit);
        }
        Some(units)
    }
}

/// Who is to ask somebody, and the column that says so.
fn named(row: &Row<'_>) -> Option<(&'static str, String)> {
    let columns = [INTERVIEWER, INTERVIEWER_ID].into_iter();
    let mut named = columns.map(|column| (column, row.text(column).trim().to_owned()));
    named.find(|(_, text)| !text.is_empty())
}

/// Whether somebody is named by what could be a login.
fn names_logins(book: &Workbook) -> bool {
    let could_be = |text: &str| {
        let sign = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "._-".contains(c);
        text.parse::<PersonId>().is_err() && text.len() >= 3 && text.chars().all(sign)
    };
    let Some(table) = book.table(SHEET, &COLUMNS, &mut Faults::default()) else {
        return false;
    };
    table
        .rows()
        .any(|row| named(&row).is_some_and(|(_, text)| could_be(&text)))
}

fn short(row: &Row<'_>, column: &str, most: usize, faults: &mut Faults) -> Option<String> {
    let text = row.required_text(column, faults)?;
    match optional_text(column, &text, most) {
        Ok(text) => Some(text),
        Err(bad) => {
            row.fault(faults, column, bad.vi);
            None
        }
    }
}

/// A cell that holds a number of nine digits has lost the 0 before them.
fn phone(row: &Row<'_>, faults: &mut Faults) -> Option<Phone> {
    let text = match row.value(PHONE) {
        Some(Value::Number(digits)) if digits.len() == 9 => format!("0{digits}"),
        _ => row.required_text(PHONE, faults)?,
    };
    let read = text.parse();
    read.map_err(|error: PhoneError| row.fault(faults, PHONE, error.vi()))
        .ok()
}

/// A visit for each unit of those who have an interviewer.
fn visits(cycle: &Cycle, lines: &[Line]) -> Vec<NewVisit> {
    let mut visits = Vec::new();
    for line in lines {
        let Some(interviewer) = line.interviewer else {
            continue;
        };
        let interviewer = hex::encode(interviewer.0.as_bytes());
        let units = units_of(cycle, &line.person.units).into_iter();
        visits.extend(units.map(|unit| (line.person.id.clone(), unit, interviewer.clone())));
    }
    visits
}
