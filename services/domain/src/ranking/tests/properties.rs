//! What holds for every input, at least a thousand cases each.

use proptest::prelude::*;

use super::fixture::{Case, department, p};
use crate::cycle::policy::{NotApplicable, QuotaBase, QuotaRounding, Rounding};
use crate::index_points::{Source, Value};
use crate::kernel::{Instant, Points};
use crate::ranking::document::{Document, Header, verify};
use crate::ranking::{Class, Outcome, UnitResult};

const LEAVES: [(&str, i64); 9] = [
    ("I.1", 39),
    ("II.1", 24),
    ("II.2", 3),
    ("III.1", 8),
    ("IV.1", 5),
    ("IV.2", 5),
    ("V.1", 14),
    ("VI.1", 4),
    ("VII.1", 10),
];

/// A unit's leaves as steps of a quarter of the maximum (few values, many ties), none: does not apply; and
/// its highest class.
type Drawn = (Vec<Option<i64>>, Option<u8>);

fn unit() -> impl Strategy<Value = Drawn> {
    let step = prop_oneof![20 => (0..=4_i64).prop_map(Some), 1 => Just(None)];
    let bar = prop_oneof![8 => Just(None), 1 => (0..4_u8).prop_map(Some)];
    (proptest::collection::vec(step, LEAVES.len()), bar)
}

/// Units that are often copies of each other.
fn units() -> impl Strategy<Value = Vec<Drawn>> {
    let few = proptest::collection::vec(unit(), 1..4);
    (
        few,
        proptest::collection::vec(any::<prop::sample::Index>(), 1..12),
    )
        .prop_map(|(few, picks)| {
            picks
                .iter()
                .map(|pick| few[pick.index(few.len())].clone())
                .collect()
        })
}

fn policies() -> impl Strategy<Value = (u8, u8, u8, bool, u32)> {
    (0..2_u8, 0..3_u8, 0..3_u8, any::<bool>(), 0..60_u32)
}

fn case(units: &[Drawn], (rounding, applicable, quota, flag, percent): (u8, u8, u8, bool, u32)) -> Case {
    let mut case = Case::new();
    let policy = &mut case.rules.policy;
    policy.rounding = [Rounding::Leaf, Rounding::Total][usize::from(rounding)];
    policy.not_applicable = [
        NotApplicable::Ignore,
        NotApplicable::RescaleContent,
        NotApplicable::RescaleTotal,
    ][usize::from(applicable)];
    let roundings = [QuotaRounding::Floor, QuotaRounding::HalfUp, QuotaRounding::Ceil];
    policy.classes.quota_rounding = roundings[usize::from(quota)];
    policy.classes.quota_min_one = flag;
    policy.classes.quota_base = if flag {
        QuotaBase::GoodUnits
    } else {
        QuotaBase::RankedUnits
    };
    policy.classes.quota_percent = percent;
    policy.classes.good_min = p("45");
    policy.classes.completed_min = p("30");
    policy.classes.excellent_min = p("50");
    for (at, (steps, bar)) in units.iter().enumerate() {
        let name = format!("U{at}");
        case.unit(&name);
        for ((leaf, max), step) in LEAVES.iter().zip(steps) {
            match step {
                // A third of a part, so that rounding has something to do.
                Some(step) => case.give(
                    &name,
                    leaf,
                    Points::from_parts(max * 10_000 * step / 4 - step * 33),
                ),
                None => case.post(
                    &name,
                    leaf,
                    Source::Ledger,
                    Value::NotApplicable("không có".to_owned()),
                ),
            }
        }
        if let Some(bar) = bar {
            let classes = [
                Class::NotCompleted,
                Class::Completed,
                Class::Good,
                Class::Excellent,
            ];
            case.bar(&name, classes[usize::from(*bar)]);
        }
    }
    case
}

fn of<'o>(outcome: &'o Outcome, unit: &str) -> &'o UnitResult {
    outcome.units.iter().find(|u| u.unit.as_str() == unit).unwrap()
}

/// Total and tie-break contents as printed.
fn key(unit: &UnitResult) -> (Points, Points, Points) {
    let content = |code: &str| {
        unit.contents
            .iter()
            .find(|c| c.code.as_str() == code)
            .unwrap()
            .points
    };
    (unit.total, content("I"), content("II"))
}

fn shuffled<T: Clone>(items: &[T], by: u64) -> Vec<T> {
    let mut items: Vec<(u64, T)> = (0_u64..).zip(items.iter().cloned()).collect();
    items.sort_by_key(|(at, _)| (at ^ by).wrapping_mul(0x9E37_79B9_7F4A_7C15));
    items.into_iter().map(|(_, item)| item).collect()
}

fn header() -> Header {
    Header {
        province: "Tỉnh Phú Thọ".to_owned(),
        regulation: "Quyết định 2419/QĐ-UBND".to_owned(),
        cycle: "2022".parse().unwrap(),
        version: 1,
        document: "QĐ 100/QĐ-UBND".to_owned(),
        correction_reason: String::new(),
        published_at: Instant::parse("2022-12-30T08:00:00+07:00").unwrap(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn sum_of_parts_equals_total(units in units(), mut policy in policies()) {
        policy.0 = 0;
        if policy.1 == 2 { policy.1 = 0; }
        let case = case(&units, policy);
        for unit in case.outcome().units {
            let sum: Points = unit.contents.iter().map(|c| c.points).sum();
            // A content without any applicable leaf scales the rest; that is told in the reasons.
            if !unit.reasons.iter().any(|r| r.contains("được quy đổi")) {
                prop_assert_eq!(unit.total, (sum - unit.penalty).max(Points::ZERO));
            }
        }
    }

    #[test]
    fn order_of_input_never_matters(units in units(), policy in policies(), by in any::<u64>()) {
        let case = case(&units, policy);
        let mut other = case.clone();
        other.units = shuffled(&case.units, by);
        other.points = shuffled(&case.points, by.rotate_left(17));
        other.bars = shuffled(&case.bars, by);
        prop_assert_eq!(other.outcome(), case.outcome());
    }

    #[test]
    fn raising_a_point_never_worsens_the_rank(
        units in units(), policy in policies(),
        pick in any::<prop::sample::Index>(), leaf in 0..8_usize, more in 1..30_000_i64,
    ) {
        let mut case = case(&units, policy);
        let name = format!("U{}", pick.index(units.len()));
        let before = of(&case.outcome(), &name).clone();
        for post in &mut case.points {
            let raised = post.unit.as_str() == name && post.criterion.as_str() == LEAVES[leaf].0;
            if let (true, Value::Points(points)) = (raised && post.source != Source::Recheck, &mut post.value) {
                *points = *points + Points::from_parts(more);
            }
        }
        let after = of(&case.outcome(), &name).clone();
        prop_assert!(after.rank <= before.rank, "{before:?} {after:?}");
        prop_assert!(after.total >= before.total);
    }

    #[test]
    fn swapping_two_units_data_swaps_their_ranks(
        units in units(), policy in policies(),
        a in any::<prop::sample::Index>(), b in any::<prop::sample::Index>(),
    ) {
        let (a, b) = (a.index(units.len()), b.index(units.len()));
        let mut swapped = units.clone();
        swapped.swap(a, b);
        let (before, after) = (case(&units, policy).outcome(), case(&swapped, policy).outcome());
        let view = |outcome: &Outcome, at: usize| {
            let unit = of(outcome, &format!("U{at}"));
            (unit.rank, unit.tied, unit.total, unit.class)
        };
        prop_assert_eq!(view(&before, a), view(&after, b));
        prop_assert_eq!(view(&before, b), view(&after, a));
    }

    #[test]
    fn a_tie_is_broken_only_by_the_rule(units in units(), policy in policies()) {
        let units = case(&units, policy).outcome().units;
        for a in &units {
            let above = units.iter().filter(|b| key(b) > key(a)).count();
            let equal = units.iter().filter(|b| key(b) == key(a)).count();
            prop_assert_eq!(a.rank, above + 1);
            prop_assert_eq!(a.tied, equal > 1);
        }
    }

    #[test]
    fn class_follows_from_the_printed_number(units in units(), policy in policies()) {
        let case = case(&units, policy);
        let outcome = case.outcome();
        let limit = |unit: &UnitResult| match unit.total {
            t if t >= p("45") => Class::Good,
            t if t >= p("30") => Class::Completed,
            _ => Class::NotCompleted,
        };
        let bar = |unit: &UnitResult| {
            let own = case.bars.iter().filter(|b| b.unit == unit.unit);
            own.map(|b| b.highest_class).min().unwrap_or(Class::Excellent)
        };
        let could = |unit: &UnitResult| unit.total >= p("50") && bar(unit) == Class::Excellent;
        let excellent = outcome.units.iter().filter(|u| u.class == Some(Class::Excellent)).count();
        prop_assert!(excellent <= outcome.types[0].quota);
        for unit in &outcome.units {
            // Whoever may be excellent is, exactly if all equals of it and all above fit into the quota.
            let rivals = outcome.units.iter().filter(|u| could(u) && u.rank <= unit.rank).count();
            let expected = if could(unit) && rivals <= outcome.types[0].quota {
                Class::Excellent
            } else {
                limit(unit).min(bar(unit))
            };
            prop_assert_eq!(unit.class, Some(expected), "{:?}", unit);
        }
    }

    #[test]
    fn a_document_survives_encoding(units in units(), policy in policies()) {
        let case = case(&units, policy);
        let document = Document::new(header(), &case.input());
        let bytes = document.encode();
        let again = Document::decode(&bytes).unwrap();
        prop_assert_eq!(&again, &document);
        prop_assert_eq!(again.encode(), bytes);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn what_is_published_recomputes(units in units(), policy in policies()) {
        let case = case(&units, policy);
        let report = verify(&Document::new(header(), &case.input()).encode());
        // The bases of these made-up points do not match, everything else does.
        let faults: Vec<_> = report.faults().filter(|f| !f.path.starts_with("inputs.points[")).collect();
        prop_assert!(faults.is_empty(), "{faults:?}");
    }
}

#[test]
fn the_type_of_the_properties_is_the_fixtures() {
    assert_eq!(
        case(&[], (0, 0, 0, false, 20)).outcome().types[0].unit_type,
        department()
    );
}
