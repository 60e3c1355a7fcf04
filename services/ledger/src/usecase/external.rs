//! Importing an external index for all units at once, all or nothing (4.7).

use std::collections::{BTreeMap, BTreeSet};

use chiso_domain::cycle::{Criterion, Cycle, Rule, Unit, Window};
use chiso_domain::index_points::{LeafInput, NewPoints, Quantity, Source};
use chiso_domain::kernel::{CriterionCode, CycleCode, Instant, Refusal, UnitCode};
use chiso_domain::scoring::{self, Scored};
use chiso_platform::auth::Caller;
use chiso_platform::once::Once;
use chiso_platform::xlsx::{Columns, Faults, Row, Workbook};
use chiso_platform::{Error, feed};
use chiso_wire::convert::{BadField, instant, parse, text, timestamp};
use chiso_wire::ledger as pb;

use super::{Change, SHORT_TEXT, post, record};
use crate::error::LedgerRefusal;
use crate::policy;
use crate::store::entry::Entry;
use crate::store::external::{Import, Imported, Score};
use crate::store::{self, Place, input_text};
use crate::{SERVICE, Service};

/// Name of the template's sheet.
const SHEET: &str = "Chỉ số";
/// Its columns.
const UNIT: &str = "Mã đơn vị";
const POINTS: &str = "Điểm";

impl Service {
    /// Imports the scores of an external index; every unit whose set has the leaf must be in the sheet.
    ///
    /// # Errors
    /// `IMPORT_FAULTY` naming every cell at fault, `LEAF_RULE_WRONG`, `IMPORT_CHANGED`, the calendar's, and the common
    /// ones.
    pub async fn import_external_index(
        &self,
        caller: &Caller,
        request: &pb::ImportExternalIndexRequest,
    ) -> Result<pb::ImportExternalIndexResponse, Error> {
        let now = self.ctx.clock.now();
        let code: CycleCode = parse("cycle", &request.cycle)?;
        let criterion: CriterionCode = parse("criterion", &request.criterion)?;
        caller.require(policy::ORGANISE, Some(&code))?;
        let document = text("document", &request.document, SHORT_TEXT)?;
        let seen = seen(request)?;
        let once = Once::new(
            SERVICE,
            "ImportExternalIndex",
            caller,
            &request.request_id,
            request,
        )?;
        let cycle = self.ctx.cycles.get(&code).await?;
        let leaves = leaves(&cycle, &criterion)?;
        let window = self
            .ctx
            .cycles
            .check(&code, Window::ExternalIndex, None, now)
            .await;

        let entries = store::entry::of_cycle(&mut &self.ctx.db, &code).await?;
        let scores = scores(&cycle, &Wanted::of(leaves, &criterion, &entries), request).await;

        let mut tx = self.ctx.db.begin().await?;
        if let Some(reply) = once.replay(&mut tx).await? {
            return Ok(reply);
        }
        window?;
        let scores = scores?;
        let there = store::external::imported(&mut tx, &code, &criterion).await?;
        if seen.is_some_and(|seen| seen != last(&there).map(|last| last.at)) {
            return Err(LedgerRefusal::ImportChanged.into());
        }
        let rows: Vec<Score> = scores
            .iter()
            .map(|(unit, (input, points))| row(unit, input, *points))
            .collect();
        let change = Change {
            act: "external.import",
            object: format!("{code}/{criterion}"),
            before: store::external::of_leaf(&mut tx, &code, &criterion).await?,
            after: serde_json::json!({ "document": document, "scores": rows }),
            reason: document.clone(),
        };
        let by = caller.actor();
        let import = Import {
            cycle: &code,
            criterion: &criterion,
            document: &document,
            by: &by,
            at: now,
        };
        store::external::put(&mut tx, import, &rows).await?;
        feed::post(
            &mut tx,
            SERVICE,
            Source::Ledger,
            now,
            posts(&code, &criterion, &scores),
        )
        .await?;
        record(&mut tx, caller, now, change).await?;
        let reply = pb::ImportExternalIndexResponse {
            units: i32::try_from(rows.len()).unwrap_or(i32::MAX),
        };
        once.remember(&mut tx, now, &reply).await?;
        tx.commit().await?;
        self.ctx.bells.ring(Source::Ledger);
        Ok(reply)
    }
}

impl Service {
    /// What was last imported of an external index.
    ///
    /// # Errors
    /// `CRITERION_UNKNOWN`, `LEAF_RULE_WRONG`, and the common ones.
    pub async fn get_external_index(
        &self,
        caller: &Caller,
        request: &pb::GetExternalIndexRequest,
    ) -> Result<pb::GetExternalIndexResponse, Error> {
        let code: CycleCode = parse("cycle", &request.cycle)?;
        let criterion: CriterionCode = parse("criterion", &request.criterion)?;
        caller.require(policy::READ_EXTERNAL, Some(&code))?;
        let cycle = self.ctx.cycles.get(&code).await?;
        let leaves = leaves(&cycle, &criterion)?;
        let entries = store::entry::of_cycle(&mut &self.ctx.db, &code).await?;
        let imported = store::external::imported(&mut &self.ctx.db, &code, &criterion).await?;
        let units = cycle.units_in_order().into_iter();
        let score = |unit: &Unit| pb::ExternalScore {
            unit: unit.code.to_string(),
            score: imported.get(&unit.code).map(score_text).unwrap_or_default(),
            points: imported
                .get(&unit.code)
                .map(|one| one.points.to_string())
                .unwrap_or_default(),
            not_applicable: excused(&entries, &unit.code, &criterion).to_owned(),
        };
        let last = last(&imported);
        Ok(pb::GetExternalIndexResponse {
            document: last.map(|one| one.document.clone()).unwrap_or_default(),
            imported_at: last.map(|one| timestamp(one.at)),
            imported_by: last.map(|one| one.by.clone()).unwrap_or_default(),
            scores: units
                .filter(|unit| leaves.contains_key(&unit.code))
                .map(score)
                .collect(),
        })
    }
}

/// One score of the last import. It replaces all; an older one is left only of units that it did not have.
fn last(imported: &BTreeMap<UnitCode, Imported>) -> Option<&Imported> {
    imported.values().max_by_key(|one| one.at)
}

/// The time of the import that was looked at, none where there was none; nothing where that is not said.
fn seen(request: &pb::ImportExternalIndexRequest) -> Result<Option<Option<Instant>>, BadField> {
    let time = |seen: &pb::SeenImport| {
        let at = seen.at.as_ref();
        at.map(|at| instant("seen_import.at", Some(at))).transpose()
    };
    request.seen_import.as_ref().map(time).transpose()
}

fn score_text(imported: &Imported) -> String {
    match &imported.input {
        LeafInput::External(score) => score.to_string(),
        _ => String::new(),
    }
}

/// The leaf in every set that has it, by unit.
fn leaves<'c>(
    cycle: &'c Cycle,
    criterion: &CriterionCode,
) -> Result<BTreeMap<UnitCode, &'c Criterion>, Error> {
    let found: BTreeMap<UnitCode, &Criterion> = cycle
        .units
        .keys()
        .filter_map(|unit| Some((unit.clone(), cycle.leaf(unit, criterion)?)))
        .collect();
    if found.is_empty() {
        return Err(LedgerRefusal::UnknownCriterion(criterion.clone()).into());
    }
    let external: BTreeMap<_, _> = found
        .into_iter()
        .filter(|(_, leaf)| matches!(leaf.rule, Rule::External { .. }))
        .collect();
    if external.is_empty() {
        return Err(LedgerRefusal::WrongRule(criterion.clone()).into());
    }
    Ok(external)
}

/// Why a leaf does not apply to a unit; empty where it does.
fn excused<'e>(
    entries: &'e BTreeMap<(UnitCode, CriterionCode), Entry>,
    unit: &UnitCode,
    criterion: &CriterionCode,
) -> &'e str {
    let entry = entries.get(&(unit.clone(), criterion.clone()));
    entry.map_or("", |entry| &entry.not_applicable)
}

/// Whose scores are imported, and who is not rated by the index.
struct Wanted<'c> {
    leaves: BTreeMap<UnitCode, &'c Criterion>,
    excused: BTreeSet<UnitCode>,
}

impl<'c> Wanted<'c> {
    fn of(
        leaves: BTreeMap<UnitCode, &'c Criterion>,
        criterion: &CriterionCode,
        entries: &BTreeMap<(UnitCode, CriterionCode), Entry>,
    ) -> Self {
        let applies = |unit: &UnitCode| excused(entries, unit, criterion).is_empty();
        let (leaves, excused): (BTreeMap<_, _>, BTreeMap<_, _>) =
            leaves.into_iter().partition(|(unit, _)| applies(unit));
        Self {
            leaves,
            excused: excused.into_keys().collect(),
        }
    }
}

fn posts(cycle: &CycleCode, criterion: &CriterionCode, scores: &Scores) -> Vec<NewPoints> {
    let post = |(unit, (input, scored)): (&UnitCode, &(LeafInput, Scored))| {
        let place = Place {
            cycle: cycle.clone(),
            unit: unit.clone(),
            criterion: criterion.clone(),
        };
        post::post(
            &place,
            post::value(*scored),
            post::DECIDED,
            (Some(input.clone()), 1),
        )
    };
    scores.iter().map(post).collect()
}

type Scores = BTreeMap<UnitCode, (LeafInput, Scored)>;

/// Unpacks the workbook beside the calls, which takes a while, and reads it.
async fn scores(
    cycle: &Cycle,
    wanted: &Wanted<'_>,
    request: &pb::ImportExternalIndexRequest,
) -> Result<Scores, Error> {
    let xlsx = request.xlsx.clone();
    let book = tokio::task::spawn_blocking(move || Workbook::open(&xlsx)).await;
    read(cycle, wanted, &book.map_err(Error::internal)??)
}

fn read(cycle: &Cycle, wanted: &Wanted<'_>, book: &Workbook) -> Result<Scores, Error> {
    let mut faults = Faults::default();
    let mut scores = Scores::new();
    let columns = Columns {
        required: &[UNIT, POINTS],
        optional: &[],
    };
    if let Some(table) = book.table(SHEET, &columns, &mut faults) {
        for row in table.rows() {
            if let Some((unit, score)) = score(cycle, wanted, &row, &mut faults)
                && scores.insert(unit.clone(), score).is_some()
            {
                row.fault(
                    &mut faults,
                    UNIT,
                    format!("Đơn vị “{unit}” ghi hai lần. Bỏ một dòng."),
                );
            }
        }
        for missing in wanted.leaves.keys().filter(|unit| !mentions(&table, unit)) {
            faults.push(
                SHEET,
                1,
                &table.letter(UNIT),
                format!("Thiếu đơn vị “{missing}”. Thêm một dòng cho đơn vị này."),
            );
        }
    }
    faults.into_result()?;
    Ok(scores)
}

/// Whether some row is about the unit, however wrong the rest of it is.
fn mentions(table: &chiso_platform::xlsx::Table<'_>, unit: &UnitCode) -> bool {
    table.rows().any(|row| row.text(UNIT) == unit.as_str())
}

fn score(
    cycle: &Cycle,
    wanted: &Wanted<'_>,
    row: &Row<'_>,
    faults: &mut Faults,
) -> Option<(UnitCode, (LeafInput, Scored))> {
    let unit: Option<UnitCode> = row.code(UNIT, faults);
    if row.value(POINTS).is_none() {
        row.fault(faults, POINTS, "Thiếu điểm. Điền ô này.");
    }
    let decimal = row.decimal(POINTS, faults);
    let unit = unit?;
    if wanted.excused.contains(&unit) {
        row.fault(
            faults,
            UNIT,
            format!("Chỉ số này không đánh giá đơn vị “{unit}”. Bỏ dòng này."),
        );
        return None;
    }
    let Some(leaf) = wanted.leaves.get(&unit) else {
        row.fault(
            faults,
            UNIT,
            format!("Đơn vị “{unit}” không có chỉ số này trong đợt đánh giá. Bỏ dòng này."),
        );
        return None;
    };
    let score = decimal?;
    let Ok(quantity) = score.parse::<Quantity>() else {
        row.fault(
            faults,
            POINTS,
            format!("“{score}”: nhập số không âm, nhiều nhất 3 chữ số thập phân."),
        );
        return None;
    };
    let input = LeafInput::External(quantity);
    match scoring::points(leaf, &input, &cycle.rules.policy) {
        Ok(scored) => Some((unit, (input, scored))),
        Err(refusal) => {
            row.fault(faults, POINTS, refusal.vi());
            None
        }
    }
}

fn row(unit: &UnitCode, input: &LeafInput, scored: Scored) -> Score {
    Score {
        unit: unit.clone(),
        input: input_text(input),
        points: scored.or_zero(),
    }
}
