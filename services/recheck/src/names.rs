//! Names of things in journals: which cycle, unit, lot or case an act was on.

use chiso_domain::kernel::{CaseId, CycleCode, LotId, UnitCode};

/// "2022/lot/<lot>".
pub(crate) fn lot(cycle: &CycleCode, lot: LotId) -> String {
    format!("{cycle}/lot/{lot}")
}

/// "2022/SNV/case/<case>".
pub(crate) fn case(cycle: &CycleCode, unit: &UnitCode, case: CaseId) -> String {
    format!("{cycle}/{unit}/case/{case}")
}
