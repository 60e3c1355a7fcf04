//! The worked examples of reading 3.1, and the properties every rule keeps.

use proptest::prelude::*;

use super::*;
use crate::kernel::Refusal;

fn p(text: &str) -> Points {
    text.parse().unwrap()
}

fn q(text: &str) -> Quantity {
    text.parse().unwrap()
}

fn leaf(max: &str, rule: Rule) -> Criterion {
    Criterion {
        code: "II.1.2".parse().unwrap(),
        name: "Mức độ hoàn thành kế hoạch".to_owned(),
        name_en: String::new(),
        max: p(max),
        rule,
        evidence: String::new(),
        appraiser: None,
        origin: String::new(),
    }
}

fn tiers(steps: &[&str]) -> Rule {
    let tier = |step: &&str| Tier {
        label: String::new(),
        points: p(step),
    };
    Rule::Tier {
        tiers: steps.iter().map(tier).collect(),
    }
}

fn deduct(each: &str) -> Rule {
    Rule::Deduct {
        each: p(each),
        what: "báo cáo chậm".to_owned(),
    }
}

fn add(each: &str, cap: &str) -> Rule {
    Rule::Add {
        each: p(each),
        what: "sáng kiến".to_owned(),
        cap: p(cap),
    }
}

fn penalty_rule(each: &[&str], cap: Option<&str>) -> Rule {
    let kind = |each: &&str| PenaltyKind {
        label: String::new(),
        each: p(each),
        what: "người".to_owned(),
    };
    Rule::Penalty {
        kinds: each.iter().map(kind).collect(),
        cap: cap.map(p),
    }
}

fn scored(leaf: &Criterion, input: &LeafInput) -> Result<Scored, ScoringRefusal> {
    points(leaf, input, &Policy::default())
}

fn given(leaf: &Criterion, input: &LeafInput) -> Points {
    match scored(leaf, input).unwrap() {
        Scored::Points(points) => points,
        Scored::NotApplicable => panic!("expected points"),
    }
}

fn of_ratio(planned: &str, achieved: &str) -> Scored {
    let input = LeafInput::Ratio {
        planned: q(planned),
        achieved: q(achieved),
    };
    scored(&leaf("2", Rule::Ratio { floor_percent: 80 }), &input).unwrap()
}

#[test]
fn r1_all_done() {
    assert_eq!(of_ratio("100", "100"), Scored::Points(p("2.00")));
}

#[test]
fn r2_nine_tenths() {
    assert_eq!(of_ratio("120", "108"), Scored::Points(p("1.80")));
}

#[test]
fn r3_on_the_floor() {
    assert_eq!(of_ratio("120", "96"), Scored::Points(p("1.60")));
}

#[test]
fn r4_below_the_floor() {
    assert_eq!(of_ratio("120", "95"), Scored::Points(Points::ZERO));
}

#[test]
fn r5_rounded_once_half_up() {
    assert_eq!(of_ratio("9", "8"), Scored::Points(p("1.78")));
}

#[test]
fn r6_floor_compared_exactly() {
    assert_eq!(of_ratio("25001", "20000"), Scored::Points(Points::ZERO));
    assert_eq!(of_ratio("25000", "20000"), Scored::Points(p("1.60")));
    assert_eq!(of_ratio("25001", "20000.8"), Scored::Points(p("1.60")));
}

#[test]
fn r7_over_achieved() {
    assert_eq!(of_ratio("50", "55"), Scored::Points(p("2.00")));
}

#[test]
fn r8_nothing_planned_does_not_apply() {
    assert_eq!(of_ratio("0", "0"), Scored::NotApplicable);
    assert_eq!(of_ratio("0.000", "5"), Scored::NotApplicable);
}

#[test]
fn r9_none_done() {
    assert_eq!(of_ratio("100", "0"), Scored::Points(Points::ZERO));
}

#[test]
fn quantities_of_any_size_do_not_overflow() {
    let most = "9223372036854775.807";
    assert_eq!(of_ratio(most, most), Scored::Points(p("2.00")));
    assert_eq!(of_ratio("0.001", most), Scored::Points(p("2.00")));
}

#[test]
fn tier_takes_only_its_steps() {
    let leaf = leaf("2", tiers(&["2", "1", "0"]));
    for step in ["2", "1", "0"] {
        assert_eq!(given(&leaf, &LeafInput::Tier(p(step))), p(step));
    }
    for off in ["1.5", "0.01", "-1", "1.9999"] {
        let refused = scored(&leaf, &LeafInput::Tier(p(off))).unwrap_err();
        assert_eq!(refused.reason(), "SCORE_NOT_ON_SCALE", "{off}");
    }
    let refused = scored(&leaf, &LeafInput::Tier(p("2.5"))).unwrap_err();
    assert_eq!(refused.reason(), "SCORE_ABOVE_MAXIMUM");
}

#[test]
fn bool_is_all_or_nothing() {
    let leaf = leaf("2", Rule::Bool);
    assert_eq!(given(&leaf, &LeafInput::Achieved(true)), p("2"));
    assert_eq!(given(&leaf, &LeafInput::Achieved(false)), Points::ZERO);
}

#[test]
fn deduct_never_goes_below_zero() {
    let leaf = leaf("3", deduct("0.5"));
    for (faults, left) in [(0, "3.00"), (1, "2.50"), (5, "0.50"), (6, "0.00"), (7, "0.00")] {
        assert_eq!(given(&leaf, &LeafInput::Count(faults)), p(left), "{faults}");
    }
}

#[test]
fn add_stops_at_its_cap() {
    let leaf = leaf("3", add("1", "3"));
    for (items, got) in [(0, "0"), (2, "2"), (3, "3"), (5, "3")] {
        assert_eq!(given(&leaf, &LeafInput::Count(items)), p(got), "{items}");
    }
}

#[test]
fn counts_below_zero_or_absurd_are_refused() {
    for count in [-1, i64::MIN, MAX_COUNT + 1, i64::MAX] {
        for rule in [deduct("0.5"), add("1", "3")] {
            let refused = scored(&leaf("3", rule), &LeafInput::Count(count)).unwrap_err();
            assert_eq!(refused.reason(), "COUNT_OUT_OF_RANGE");
        }
    }
}

#[test]
fn external_index_is_brought_to_the_maximum() {
    let two = leaf("2", Rule::External { scale: 100 });
    let three = leaf("3", Rule::External { scale: 100 });
    assert_eq!(given(&two, &LeafInput::External(q("87.5"))), p("1.75"));
    assert_eq!(given(&three, &LeafInput::External(q("87.5"))), p("2.63"));
    let refused = scored(&two, &LeafInput::External(q("100.001"))).unwrap_err();
    assert_eq!(refused.reason(), "SCORE_ABOVE_MAXIMUM");
}

#[test]
fn half_up_is_not_bankers_rounding() {
    // 1.125 exactly: 1.13, where banker's rounding would give 1.12.
    let leaf = leaf("1.5", Rule::External { scale: 100 });
    assert_eq!(given(&leaf, &LeafInput::External(q("75"))), p("1.13"));
}

#[test]
fn rounding_policy_keeps_four_decimals_when_only_the_total_is_rounded() {
    let policy = Policy {
        rounding: Rounding::Total,
        ..Policy::default()
    };
    let leaf = leaf("3", Rule::External { scale: 100 });
    let input = LeafInput::External(q("87.5"));
    assert_eq!(points(&leaf, &input, &policy), Ok(Scored::Points(p("2.625"))));
    assert_eq!(
        points(&leaf, &input, &Policy::default()),
        Ok(Scored::Points(p("2.63")))
    );
}

#[test]
fn decimals_of_the_cycle_are_kept() {
    let policy = Policy {
        decimals: 3.try_into().unwrap(),
        ..Policy::default()
    };
    let leaf = leaf("2", Rule::Ratio { floor_percent: 80 });
    let input = LeafInput::Ratio {
        planned: q("9"),
        achieved: q("8"),
    };
    assert_eq!(points(&leaf, &input, &policy), Ok(Scored::Points(p("1.778"))));
}

#[test]
fn penalty_adds_its_kinds_up_to_the_cap() {
    let staff = leaf("0", penalty_rule(&["0.5", "1", "1.5", "2"], None));
    assert_eq!(given(&staff, &LeafInput::Penalty(vec![(0, 2), (3, 1)])), p("3"));
    assert_eq!(given(&staff, &LeafInput::Penalty(vec![])), Points::ZERO);
    let late = leaf("0", penalty_rule(&["0.5"], Some("2")));
    assert_eq!(given(&late, &LeafInput::Penalty(vec![(0, 3)])), p("1.5"));
    assert_eq!(given(&late, &LeafInput::Penalty(vec![(0, 30)])), p("2"));
}

#[test]
fn penalty_refuses_unknown_and_doubled_kinds() {
    let staff = leaf("0", penalty_rule(&["0.5", "1"], None));
    for (items, reason) in [
        (vec![(2, 1)], "PENALTY_KIND_UNKNOWN"),
        (vec![(0, 1), (0, 1)], "PENALTY_KIND_TWICE"),
        (vec![(0, -1)], "COUNT_OUT_OF_RANGE"),
    ] {
        let refused = scored(&staff, &LeafInput::Penalty(items)).unwrap_err();
        assert_eq!(refused.reason(), reason);
        assert!(!refused.vi().is_empty());
    }
}

/// Each rule with an input that fits it.
fn rules_and_inputs() -> Vec<(Rule, LeafInput)> {
    let ratio = LeafInput::Ratio {
        planned: q("1"),
        achieved: q("1"),
    };
    vec![
        (Rule::Bool, LeafInput::Achieved(true)),
        (tiers(&["2", "0"]), LeafInput::Tier(p("2"))),
        (Rule::Ratio { floor_percent: 80 }, ratio),
        (deduct("0.5"), LeafInput::Count(1)),
        (Rule::External { scale: 100 }, LeafInput::External(q("50"))),
        (penalty_rule(&["1"], None), LeafInput::Penalty(vec![(0, 1)])),
    ]
}

#[test]
fn an_input_must_fit_its_rule() {
    let all = rules_and_inputs();
    for (at, (rule, _)) in all.iter().enumerate() {
        for (other, (_, input)) in all.iter().enumerate() {
            let outcome = scored(&leaf("2", rule.clone()), input);
            if at == other {
                assert!(outcome.is_ok(), "{rule:?} {input:?}");
            } else {
                assert_eq!(
                    outcome.unwrap_err().reason(),
                    "INPUT_KIND_WRONG",
                    "{rule:?} {input:?}"
                );
            }
        }
    }
}

#[test]
fn sums_survey_and_leaders_are_not_scored_here() {
    let survey = Rule::Survey {
        group: "HDND".parse().unwrap(),
        question: "Q1".parse().unwrap(),
    };
    for rule in [Rule::Sum { cap: None }, survey, Rule::Leaders] {
        let refused = scored(&leaf("2", rule), &LeafInput::Count(1)).unwrap_err();
        assert_eq!(refused.reason(), "LEAF_NOT_IN_LEDGER");
    }
}

#[test]
fn points_given_directly_must_be_reachable() {
    let cases: [(Rule, &str, &[&str], &[&str]); 5] = [
        (Rule::Bool, "2", &["0", "2"], &["1", "0.01", "-2"]),
        (tiers(&["2", "1", "0"]), "2", &["0", "1", "2"], &["1.5", "-1"]),
        (
            deduct("0.5"),
            "3",
            &["0", "0.5", "2.5", "3"],
            &["0.25", "2.9", "-0.5"],
        ),
        (
            add("0.4", "1"),
            "1",
            &["0", "0.4", "0.8", "1"],
            &["0.5", "0.9", "-0.4"],
        ),
        (
            Rule::Ratio { floor_percent: 80 },
            "2",
            &["0", "1", "1.59", "2"],
            &["1.595", "-0.01"],
        ),
    ];
    for (rule, max, on, off) in cases {
        for points in on {
            assert_eq!(
                on_scale(&rule, p(max), p(points), Decimals::TWO),
                Ok(()),
                "{rule:?} {points}"
            );
        }
        for points in off {
            let refused = on_scale(&rule, p(max), p(points), Decimals::TWO).unwrap_err();
            assert_eq!(refused.reason(), "SCORE_NOT_ON_SCALE", "{rule:?} {points}");
        }
        let above = on_scale(&rule, p(max), p("3.5"), Decimals::TWO).unwrap_err();
        assert_eq!(above.reason(), "SCORE_ABOVE_MAXIMUM", "{rule:?}");
    }
    let never_nothing = Rule::Tier {
        tiers: vec![
            Tier {
                label: "đủ".to_owned(),
                points: p("2"),
            },
            Tier {
                label: "thiếu".to_owned(),
                points: p("0.5"),
            },
        ],
    };
    assert_eq!(
        on_scale(&never_nothing, p("2"), Points::ZERO, Decimals::TWO),
        Ok(()),
        "no points at all"
    );
    assert!(on_scale(&never_nothing, p("2"), p("1"), Decimals::TWO).is_err());
    let external = Rule::External { scale: 100 };
    for rule in [
        external,
        penalty_rule(&["1"], None),
        Rule::Leaders,
        Rule::Sum { cap: None },
    ] {
        let refused = on_scale(&rule, p("2"), p("1"), Decimals::TWO).unwrap_err();
        assert_eq!(refused.reason(), "POINTS_NOT_GIVEN_DIRECTLY");
    }
}

fn any_case() -> impl Strategy<Value = (Criterion, LeafInput)> {
    let max = 1_i64..4_000;
    let quantity = || (0_i64..2_000_000).prop_map(|n| Quantity::from_thousandths(n).unwrap());
    let each = 1_i64..500;
    prop_oneof![
        (max.clone(), any::<bool>()).prop_map(|(max, yes)| (Rule::Bool, max, LeafInput::Achieved(yes))),
        (max.clone(), 0_u32..=100, quantity(), quantity()).prop_map(
            |(max, floor_percent, planned, achieved)| {
                let input = LeafInput::Ratio { planned, achieved };
                (Rule::Ratio { floor_percent }, max, input)
            }
        ),
        (max.clone(), each.clone(), 0_i64..50).prop_map(|(max, each, count)| {
            let rule = deduct(&Points::from_parts(each * 100).to_string());
            (rule, max, LeafInput::Count(count))
        }),
        (max.clone(), each, 0_i64..50).prop_map(|(max, each, count)| {
            let each = Points::from_parts(each * 100).to_string();
            (
                add(&each, &Points::from_parts(max * 100).to_string()),
                max,
                LeafInput::Count(count),
            )
        }),
        (max, 0_i64..=100_000).prop_map(|(max, score)| {
            let score = Quantity::from_thousandths(score).unwrap();
            (Rule::External { scale: 100 }, max, LeafInput::External(score))
        }),
    ]
    .prop_map(|(rule, max, input)| (leaf(&Points::from_parts(max * 100).to_string(), rule), input))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn points_lie_between_zero_and_the_maximum((leaf, input) in any_case(), places in 0_u8..=4) {
        let policy = Policy { decimals: places.try_into().unwrap(), ..Policy::default() };
        if let Scored::Points(points) = points(&leaf, &input, &policy).unwrap() {
            prop_assert!(points >= Points::ZERO && points <= leaf.max);
        }
    }

    #[test]
    fn what_inputs_give_may_also_be_given_directly((leaf, input) in any_case()) {
        if !matches!(leaf.rule, Rule::External { .. }) {
            let points = scored(&leaf, &input).unwrap().or_zero();
            prop_assert_eq!(on_scale(&leaf.rule, leaf.max, points, Decimals::TWO), Ok(()));
        }
    }

    #[test]
    fn more_achieved_never_gives_less(
        max in 1_i64..4_000, floor in 0_u32..=100, a in 1_i64..5_000_000, b in 0_i64..5_000_000, more in 0_i64..5_000_000,
    ) {
        let leaf = leaf(&Points::from_parts(max * 100).to_string(), Rule::Ratio { floor_percent: floor });
        let with = |b: i64| LeafInput::Ratio {
            planned: Quantity::from_thousandths(a).unwrap(),
            achieved: Quantity::from_thousandths(b).unwrap(),
        };
        prop_assert!(given(&leaf, &with(b + more)) >= given(&leaf, &with(b)));
    }

    #[test]
    fn more_faults_never_give_more(max in 1_i64..4_000, each in 1_i64..500, faults in 0_i64..100, more in 0_i64..100) {
        let each = Points::from_parts(each * 100).to_string();
        let leaf = leaf(&Points::from_parts(max * 100).to_string(), deduct(&each));
        let with = LeafInput::Count;
        prop_assert!(given(&leaf, &with(faults + more)) <= given(&leaf, &with(faults)));
    }

    #[test]
    fn more_items_never_give_less_and_more_offences_never_cost_less(
        each in 1_i64..500, cap in 1_i64..4_000, count in 0_i64..100, more in 0_i64..100,
    ) {
        let (each, cap) = (Points::from_parts(each * 100).to_string(), Points::from_parts(cap * 100).to_string());
        let bonus = leaf(&cap, add(&each, &cap));
        prop_assert!(given(&bonus, &LeafInput::Count(count + more)) >= given(&bonus, &LeafInput::Count(count)));
        let offence = leaf("0", penalty_rule(&[&each], Some(&cap)));
        let of = |count| given(&offence, &LeafInput::Penalty(vec![(0, count)]));
        prop_assert!(of(count + more) >= of(count));
        prop_assert!(of(count) >= Points::ZERO && of(count + more) <= p(&cap));
    }
}
