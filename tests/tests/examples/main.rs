//! The example provinces under `examples/`: every workbook opens, adds up and fits the others.
//!
//! Read here with calamine alone, so that a fault of the importers cannot hide a fault of the files. The
//! counts were taken by hand from the printed sets.

mod cycle;
mod files;
mod frame;
mod sets;

use std::collections::BTreeMap;

use chiso_domain::cycle::Window;
use chiso_domain::cycle::policy::{Policy, QuotaRounding};
use chiso_domain::index_set;
use chiso_domain::kernel::Instant;

use crate::cycle::{calendar, check_calendar, cycle, policy};
use crate::files::{folder, units};
use crate::frame::check_frame;
use crate::sets::{PHU_THO, TWO_TIER, as_rules, check_set, criteria};

fn of_type(units: &BTreeMap<String, Vec<String>>, unit_type: &str) -> usize {
    units.values().filter(|row| row[2] == unit_type).count()
}

#[test]
fn cycles_of_the_files_can_be_opened() {
    for name in ["phu-tho", "two-tier"] {
        assert_eq!(cycle(name).opening_faults(), [], "{name}");
    }
}

#[test]
fn every_leaf_of_a_council_agency_is_appraised_by_another() {
    for name in ["phu-tho", "two-tier"] {
        let cycle = cycle(name);
        for agency in &cycle.council {
            for leaf in cycle.index_set(agency).expect("a set").leaves() {
                let appraiser = cycle.appraiser(agency, &leaf.code);
                let others = index_set::check::needs_appraiser(&leaf.rule);
                assert!(
                    !others || appraiser.is_some_and(|a| a != *agency),
                    "{name} {agency} {}",
                    leaf.code
                );
            }
        }
    }
}

#[test]
fn rules_are_written_in_the_notation_without_a_fault() {
    for (dir, sets) in [("phu-tho", &PHU_THO), ("two-tier", &TWO_TIER)] {
        for want in sets {
            let set = as_rules(&folder(dir).join(want.file));
            assert_eq!(index_set::check(&set), [], "{dir} {}", want.file);
        }
    }
}

#[test]
fn index_sets_of_phu_tho_add_up() {
    for want in &PHU_THO {
        check_set(&folder("phu-tho").join(want.file), want);
    }
}

#[test]
fn index_sets_of_two_tier_add_up() {
    for want in &TWO_TIER {
        check_set(&folder("two-tier").join(want.file), want);
    }
}

#[test]
fn origin_marks_are_r_t_or_m() {
    for want in &PHU_THO {
        for row in criteria(&folder("phu-tho").join(want.file)) {
            let real = !row.code.contains('.');
            let other = row.origin == "M" || (row.origin.starts_with("T(0") && row.origin.ends_with(')'));
            assert!(
                if real { row.origin == "R" } else { other },
                "{} {}",
                row.code,
                row.origin
            );
        }
    }
    for want in &TWO_TIER {
        for row in criteria(&folder("two-tier").join(want.file)) {
            let fits = row.origin == "M" || row.origin.starts_with("T(0");
            assert!(fits, "nothing of 2025 is real: {} {}", row.code, row.origin);
        }
    }
}

#[test]
fn phu_tho_has_45_units_of_which_13_districts() {
    let units = units(&folder("phu-tho").join("don-vi.xlsx"));
    assert_eq!(units.len(), 45);
    let types = ["department", "district", "public_service_unit", "vertical_agency"];
    assert_eq!(types.map(|t| of_type(&units, t)), [20, 13, 5, 7]);
    for agency in ["SNV", "VPUB", "STC", "SKHDT", "STP", "STTTT", "TTT"] {
        assert_eq!(units[agency][2], "department");
    }
}

#[test]
fn two_tier_has_148_communes_of_their_own_type() {
    let units = units(&folder("two-tier").join("don-vi.xlsx"));
    assert_eq!(of_type(&units, "commune"), 148);
    assert_eq!(of_type(&units, "district"), 0);
    let named = |prefix: &str| units.values().filter(|row| row[1].starts_with(prefix)).count();
    assert_eq!((named("UBND Xã"), named("UBND Phường")), (133, 15));
    assert!(
        !units.contains_key("SKHDT") && units["STC"][6] == "SKHDT",
        "{:?}",
        units["STC"]
    );
}

#[test]
fn frame_of_phu_tho_fits_together() {
    check_frame("phu-tho");
}

#[test]
fn frame_of_two_tier_fits_together() {
    check_frame("two-tier");
}

#[test]
fn calendar_of_phu_tho_is_that_of_decision_2419() {
    let windows = calendar("phu-tho");
    check_calendar(&windows);
    let at = |text: &str| Instant::parse(text).unwrap();
    assert_eq!(
        windows[&Window::SelfScoring].1,
        at("2022-12-15T00:00:00+07:00"),
        "before 15/12"
    );
    assert_eq!(
        windows[&Window::Appraisal2].1,
        at("2022-12-26T00:00:00+07:00"),
        "up to and with 25/12"
    );
    assert_eq!(
        windows[&Window::Leaders].1,
        at("2022-12-28T00:00:00+07:00"),
        "before 28/12"
    );
}

#[test]
fn calendar_of_two_tier_is_its_own() {
    let windows = calendar("two-tier");
    check_calendar(&windows);
    assert_ne!(windows, calendar("phu-tho"));
}

#[test]
fn policy_of_phu_tho_is_the_recommended_readings() {
    assert_eq!(policy("phu-tho"), Policy::default());
}

#[test]
fn policy_of_two_tier_differs_as_data() {
    let policy = policy("two-tier");
    assert_eq!(policy.recheck.rate_percent, 5);
    assert_eq!(policy.classes.quota_rounding, QuotaRounding::HalfUp);
}
