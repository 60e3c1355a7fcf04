//! One text per rule set: encode then decode is the identity.

use proptest::prelude::*;

use crate::cycle::policy::{
    ClassPolicy, GroupHandling, LeadersMean, LeadersPolicy, LeadersScope, NotApplicable, QuotaBase,
    QuotaRounding, RecheckPolicy, Rounding, SurveyPolicy, ValidSlip,
};
use crate::cycle::*;
use crate::index_set::parse;
use crate::kernel::Points;

#[test]
fn the_canonical_text_does_not_depend_on_how_it_was_written() {
    let spread = r#"{ "policy": {}, "format": 1,
        "index_sets": {"b": {"rows": [], "title": "B"}, "a": {"title": "A", "rows": []}} }"#;
    let terse = r#"{"format":1,"index_sets":{"a":{"title":"A","rows":[]},"b":{"title":"B","rows":[]}},
        "policy":{"decimals":2}}"#;
    let (spread, terse): (RuleSet, RuleSet) = (
        serde_json::from_str(spread).unwrap(),
        serde_json::from_str(terse).unwrap(),
    );
    assert_eq!(spread.canonical_json(), terse.canonical_json());
    assert_eq!(spread.sha256(), terse.sha256());
    assert_eq!(spread.sha256().len(), 64);
    let other = RuleSet {
        format: 2,
        ..spread.clone()
    };
    assert_ne!(other.sha256(), spread.sha256());
}

fn points() -> impl Strategy<Value = Points> {
    (-1_000_000_i64..10_000_000).prop_map(Points::from_parts)
}

const MEANS: [LeadersMean; 4] = [
    LeadersMean::Returned,
    LeadersMean::AbsentAsZero,
    LeadersMean::Trimmed,
    LeadersMean::ChairTwice,
];
const GROUPS: [GroupHandling; 4] = [
    GroupHandling::OwnMaximum,
    GroupHandling::Pool,
    GroupHandling::EqualWeight,
    GroupHandling::PlannedWeight,
];

fn policies() -> impl Strategy<Value = Policy> {
    let choices = (
        0_usize..2,
        0_usize..3,
        0_usize..4,
        0_usize..4,
        0_usize..3,
        any::<bool>(),
    );
    let numbers = (0_u8..=4, 0_u32..200, 0_u32..200, any::<u32>());
    let options = proptest::collection::btree_map("[a-z0-9_]{1,6}", points(), 0..6);
    let contents = proptest::collection::vec("[A-Z]{1,3}", 0..4);
    (choices, numbers, options, contents, points(), points()).prop_map(
        |((two, three, four, groups, rounding, yes), (decimals, a, b, c), options, tie_break, x, y)| Policy {
            decimals: decimals.try_into().unwrap(),
            rounding: [Rounding::Leaf, Rounding::Total][two],
            evidence_rule: [EvidenceRule::Both, EvidenceRule::Either][two],
            cap_at_self_score: yes,
            evidence_max_bytes: u64::from(c) * 3,
            not_applicable: [
                NotApplicable::Ignore,
                NotApplicable::RescaleContent,
                NotApplicable::RescaleTotal,
            ][three],
            survey: SurveyPolicy {
                option_values: options
                    .into_iter()
                    .map(|(name, value)| (name.parse().unwrap(), value))
                    .collect(),
                groups: GROUPS[groups],
                min_valid_percent: a,
                valid_slip: ValidSlip {
                    dealings: yes,
                    personally: two == 0,
                    complete: three == 0,
                },
            },
            recheck: RecheckPolicy {
                rate_percent: a,
                minimum: b,
                replace_not_reached: yes,
                questions: vec!["Q1".parse().unwrap(); three],
                ..RecheckPolicy::default()
            },
            leaders: LeadersPolicy {
                scale_max: x,
                step: y,
                mean: MEANS[four],
                quorum_percent: b,
                scope: [LeadersScope::All, LeadersScope::Shortlist][two],
            },
            classes: ClassPolicy {
                tie_break,
                good_min: x,
                completed_min: y,
                quota_percent: a,
                quota_rounding: [QuotaRounding::Floor, QuotaRounding::HalfUp, QuotaRounding::Ceil][rounding],
                quota_min_one: yes,
                quota_base: [QuotaBase::RankedUnits, QuotaBase::GoodUnits][two],
                ..ClassPolicy::default()
            },
        },
    )
}

fn rows() -> impl Strategy<Value = Criterion> {
    let rules = [
        "sum",
        "sum, trần 8",
        "bool",
        "tier(≥2 hình thức:1; 1 hình thức:0.5; 0:0)",
        "ratio(b/a, sàn 80%)",
        "deduct(0.5/báo cáo chậm)",
        "add(1/sáng kiến, trần 3)",
        "external(điểm/100 × tối đa)",
        "survey(HDND,Q1)",
        "leader",
        "penalty(3/vụ)",
        "penalty(khiển trách 0.5; cảnh cáo 1 /người, trần 2)",
    ];
    let code = "[IVX]{1,3}(\\.[1-9]){0,2}";
    let text = "\\PC{0,20}";
    (
        code,
        text,
        text,
        points(),
        proptest::sample::select(rules.to_vec()),
        any::<bool>(),
    )
        .prop_map(|(code, name, evidence, max, rule, appraised)| Criterion {
            code: code.parse().unwrap(),
            name,
            name_en: String::new(),
            max,
            rule: parse(rule).unwrap(),
            evidence,
            appraiser: appraised.then(|| "SNV".parse().unwrap()),
            origin: "M".to_owned(),
        })
}

fn rule_sets() -> impl Strategy<Value = RuleSet> {
    let set = ("\\PC{0,20}", proptest::collection::vec(rows(), 0..4))
        .prop_map(|(title, rows)| IndexSet { title, rows });
    let sets = proptest::collection::btree_map("[a-z_]{1,8}", set, 0..3);
    (sets, policies()).prop_map(|(sets, policy)| RuleSet {
        format: 1,
        index_sets: sets
            .into_iter()
            .map(|(code, set)| (code.parse().unwrap(), set))
            .collect(),
        policy,
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn decode_undoes_encode(rules in rule_sets()) {
        let text = rules.canonical_json();
        let read: RuleSet = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(&read, &rules);
        prop_assert_eq!(read.canonical_json(), text);
        prop_assert_eq!(read.sha256(), rules.sha256());
    }
}
