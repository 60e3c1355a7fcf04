//! The worked examples L1 to L5, each policy alternative and the panel.

mod properties;
mod slip_tests;

use std::collections::BTreeMap;

use uuid::Uuid;

use super::*;
use crate::cycle::policy::{LeadersMean, LeadersScope, Rounding};
use crate::cycle::{Calendar, Criterion, Cycle, IndexSet, Policy, Rule, RuleSet, Unit, UnitType};
use crate::index_points::{Basis, NewPoints, Value};
use crate::kernel::{Decimals, PersonId, Refusal};

const MEANS: [LeadersMean; 4] = [
    LeadersMean::Returned,
    LeadersMean::AbsentAsZero,
    LeadersMean::Trimmed,
    LeadersMean::ChairTwice,
];

fn p(text: &str) -> Points {
    text.parse().unwrap()
}

fn all(texts: &[&str]) -> Vec<Points> {
    texts.iter().map(|t| p(t)).collect()
}

fn policy(mean: LeadersMean) -> LeadersPolicy {
    LeadersPolicy {
        mean,
        ..LeadersPolicy::default()
    }
}

/// Both steps: what is counted, and its points out of four.
fn both(
    policy: &LeadersPolicy,
    decimals: Decimals,
    marks: &[&str],
    chair: Option<&str>,
    panel: i64,
) -> Option<Points> {
    let counted = tally(policy, &all(marks), chair.map(p), panel)?;
    convert(Points::whole(4), decimals, policy, counted)
}

/// Slips 4 (chair); 3.5; 4; 3 and one absent, in two decimals.
fn worked(mean: LeadersMean) -> Points {
    let marks = ["4", "3.5", "4", "3"];
    both(&policy(mean), Decimals::TWO, &marks, Some("4"), 5).unwrap()
}

#[test]
fn l1_mean_of_the_returned() {
    assert_eq!(worked(LeadersMean::Returned), p("3.63"));
}

#[test]
fn l2_absent_as_zero() {
    assert_eq!(worked(LeadersMean::AbsentAsZero), p("2.90"));
}

#[test]
fn l3_highest_and_lowest_dropped() {
    assert_eq!(worked(LeadersMean::Trimmed), p("3.75"));
}

#[test]
fn l4_the_chair_counts_twice() {
    assert_eq!(worked(LeadersMean::ChairTwice), p("3.70"));
}

#[test]
fn l5_a_form_on_a_scale_of_ten() {
    let ten = LeadersPolicy {
        scale_max: Points::whole(10),
        step: Points::whole(1),
        ..LeadersPolicy::default()
    };
    let points = both(&ten, Decimals::TWO, &["9", "8", "10", "7"], None, 4);
    assert_eq!(points, Some(p("3.40")));
}

#[test]
fn l1_keeps_four_decimals_where_only_the_total_is_rounded() {
    let returned = policy(LeadersMean::Returned);
    let exact = both(&returned, Decimals::FOUR, &["4", "3.5", "4", "3"], None, 5);
    assert_eq!(exact, Some(p("3.625")));
}

#[test]
fn what_is_counted_and_its_sum_follow_the_policy() {
    let counted = |mean| {
        let counted = tally(&policy(mean), &all(&["4", "3.5", "4", "3"]), Some(p("4")), 5).unwrap();
        (counted.counted, counted.sum.to_string())
    };
    let pair = |n: i64, sum: &str| (n, sum.to_owned());
    assert_eq!(counted(LeadersMean::Returned), pair(4, "14.50"));
    assert_eq!(counted(LeadersMean::AbsentAsZero), pair(5, "14.50"));
    assert_eq!(counted(LeadersMean::Trimmed), pair(2, "7.50"));
    assert_eq!(counted(LeadersMean::ChairTwice), pair(5, "18.50"));
}

#[test]
fn without_a_mark_there_are_no_points() {
    for mean in MEANS {
        let policy = policy(mean);
        assert_eq!(tally(&policy, &[], None, 5), None);
        let nothing = Counted::default();
        assert_eq!(convert(Points::whole(4), Decimals::TWO, &policy, nothing), None);
    }
}

#[test]
fn two_marks_are_not_trimmed() {
    let points = both(&policy(LeadersMean::Trimmed), Decimals::TWO, &["4", "3"], None, 5);
    assert_eq!(points, Some(p("3.50")));
}

#[test]
fn a_chair_without_a_mark_leaves_the_plain_mean() {
    let twice = policy(LeadersMean::ChairTwice);
    assert_eq!(both(&twice, Decimals::TWO, &["3", "4"], None, 3), Some(p("3.50")));
}

#[test]
fn a_forged_sum_fits_no_count() {
    let policy = LeadersPolicy::default();
    let fits = |counted, sum: i64| {
        let sum = Points::from_parts(sum);
        Counted { counted, sum }.fits(&policy)
    };
    assert!(fits(0, 0) && fits(3, 0) && fits(3, 120_000));
    assert!(!fits(3, 120_001) && !fits(3, -1) && !fits(0, 1) && !fits(-1, 0) && !fits(-1, -40_000));
    assert!(fits(i64::MAX, i64::MAX) && !fits(i64::MIN, i64::MIN));
}

#[test]
fn a_mark_is_on_the_scale_and_on_a_step() {
    let (policy, unit) = (LeadersPolicy::default(), unit("SNV"));
    for good in ["0", "0.25", "3.75", "4"] {
        assert_eq!(check_mark(&policy, &unit, p(good)), Ok(()), "{good}");
    }
    for above in ["4.25", "4.0001", "40"] {
        let refusal = check_mark(&policy, &unit, p(above)).unwrap_err();
        assert_eq!(refusal.reason(), "SCORE_ABOVE_MAXIMUM", "{above}");
    }
    for off in ["0.1", "3.3333", "-0.25", "-4"] {
        let refusal = check_mark(&policy, &unit, p(off)).unwrap_err();
        assert_eq!(
            (refusal.reason(), refusal.field()),
            ("SCORE_NOT_ON_SCALE", "mark.mark".to_owned()),
            "{off}"
        );
    }
}

#[test]
fn the_quorum_is_exact() {
    let half = LeadersPolicy::default();
    let reached = |sent, panel| quorum_reached(&half, sent, panel);
    assert!(!reached(2, 5) && reached(3, 5) && reached(2, 4) && !reached(0, 1) && !reached(0, 0));
    let two_thirds = LeadersPolicy {
        quorum_percent: 67,
        ..LeadersPolicy::default()
    };
    assert!(!quorum_reached(&two_thirds, 2, 3) && quorum_reached(&two_thirds, 3, 3));
    let none_needed = LeadersPolicy {
        quorum_percent: 0,
        ..LeadersPolicy::default()
    };
    assert!(quorum_reached(&none_needed, 0, 3));
}

fn unit(code: &str) -> UnitCode {
    code.parse().unwrap()
}

fn person(n: u128) -> PersonId {
    PersonId(Uuid::from_u128(n))
}

fn leaders_leaf(code: &str, max: i64, rule: Rule) -> Criterion {
    Criterion {
        code: code.parse().unwrap(),
        name: code.to_owned(),
        name_en: String::new(),
        max: Points::whole(max),
        rule,
        evidence: String::new(),
        appraiser: None,
        origin: String::new(),
    }
}

/// Units A, B, C in that order; each has a leaders' leaf VI.1 of 4 points.
fn cycle(leaders: LeadersPolicy) -> Cycle {
    let kind: crate::kernel::UnitTypeCode = "department".parse().unwrap();
    let rows = vec![
        leaders_leaf("I", 4, Rule::Bool),
        leaders_leaf("VI", 4, Rule::Sum { cap: None }),
        leaders_leaf("VI.1", 4, Rule::Leaders),
    ];
    let set = IndexSet {
        title: "Chỉ số 01".to_owned(),
        rows,
    };
    let units = ["A", "B", "C"].into_iter().zip(1..).map(|(code, order)| Unit {
        code: unit(code),
        name: code.to_owned(),
        unit_type: kind.clone(),
        order,
        valid_from: String::new(),
        valid_to: String::new(),
        predecessors: Vec::new(),
        ranked: true,
    });
    Cycle {
        code: "2022".parse().unwrap(),
        province: "Phú Thọ".to_owned(),
        regulation: String::new(),
        calendar: Calendar::default(),
        units: units.map(|u| (u.code.clone(), u)).collect(),
        unit_types: BTreeMap::from([(
            kind.clone(),
            UnitType {
                code: kind.clone(),
                name: "Sở".to_owned(),
                name_en: "Department".to_owned(),
                order: 1,
            },
        )]),
        council: Vec::new(),
        reassignments: Vec::new(),
        rules: RuleSet {
            format: 1,
            index_sets: BTreeMap::from([(kind, set)]),
            policy: Policy {
                leaders,
                ..Policy::default()
            },
        },
        rule_set_sha256: String::new(),
        version: 1,
    }
}

fn panel(size: u128) -> Panel {
    let leader = |n| Leader {
        person: person(n),
        name: format!("Lãnh đạo {n}"),
        role: if n == 1 {
            LeaderRole::Chair
        } else {
            LeaderRole::ViceChair
        },
    };
    Panel {
        leaders: (1..=size).map(leader).collect(),
        shortlist: Vec::new(),
    }
}

/// A sent slip over A, B, C: a number or "-" for an abstention.
fn slip(role: LeaderRole, marks: [&str; 3]) -> SentSlip {
    let choice = |text: &str| match text {
        "-" => Choice::Abstain,
        mark => Choice::Mark(p(mark)),
    };
    let units = ["A", "B", "C"].map(unit);
    SentSlip {
        role,
        choices: units.into_iter().zip(marks.map(choice)).collect(),
    }
}

fn values(posts: &[NewPoints]) -> Vec<Option<Points>> {
    let points = |post: &NewPoints| match post.value {
        Value::Points(points) => Some(points),
        _ => None,
    };
    posts.iter().map(points).collect()
}

fn scoring<'a>(cycle: &'a Cycle, panel: &'a Panel, sent: &'a [SentSlip]) -> Scoring<'a> {
    Scoring {
        cycle,
        panel,
        sent,
        decided: false,
        closed: false,
    }
}

#[test]
fn an_abstention_is_not_a_zero() {
    let (cycle, panel) = (cycle(LeadersPolicy::default()), panel(3));
    let sent = [
        slip(LeaderRole::Chair, ["4", "-", "0"]),
        slip(LeaderRole::ViceChair, ["3", "2", "3"]),
    ];
    let posts = scoring(&cycle, &panel, &sent).posts();
    assert_eq!(values(&posts), [Some(p("3.5")), Some(p("2")), Some(p("1.5"))]);
    let strict = self::cycle(policy(LeadersMean::AbsentAsZero));
    let posts = scoring(&strict, &panel, &sent).posts();
    // B: who abstained is not expected, who is absent is: 2 / 2.
    assert_eq!(values(&posts), [Some(p("2.33")), Some(p("1")), Some(p("1"))]);
}

#[test]
fn below_the_quorum_nothing_is_computed_and_no_mark_shown() {
    let (cycle, panel) = (cycle(LeadersPolicy::default()), panel(5));
    let sent = [
        slip(LeaderRole::Chair, ["4", "4", "4"]),
        slip(LeaderRole::ViceChair, ["4", "4", "4"]),
    ];
    let few = scoring(&cycle, &panel, &sent);
    for post in few.posts() {
        assert!(matches!(post.value, Value::NotComputable(ref why) if why.contains("2/5")));
        assert_eq!(
            post.basis,
            Basis::Leaders {
                counted: 0,
                sum: Points::ZERO
            }
        );
    }
    let decided = Scoring { decided: true, ..few };
    assert_eq!(values(&decided.posts()), [Some(p("4")); 3]);
}

#[test]
fn a_shortlist_makes_the_leaf_not_applicable_to_the_others() {
    let cycle = cycle(LeadersPolicy {
        scope: LeadersScope::Shortlist,
        ..LeadersPolicy::default()
    });
    let mut panel = panel(1);
    assert_eq!(panel.check(&cycle), Err(LeadersRefusal::ShortlistMissing));
    panel.shortlist = vec![unit("B")];
    assert_eq!(panel.check(&cycle), Ok(()));
    assert_eq!(panel.units(&cycle), [unit("B")]);
    let sent = [slip(LeaderRole::Chair, ["4", "3", "4"])];
    let posts = scoring(&cycle, &panel, &sent).posts();
    assert_eq!(values(&posts), [None, Some(p("3")), None]);
    assert!(matches!(posts[0].value, Value::NotApplicable(_)));
    assert!(matches!(posts[2].value, Value::NotApplicable(_)));
}

#[test]
fn with_scope_all_every_unit_is_marked_and_a_shortlist_refused() {
    let cycle = cycle(LeadersPolicy::default());
    let mut panel = panel(2);
    assert_eq!(panel.check(&cycle), Ok(()));
    assert_eq!(panel.units(&cycle), ["A", "B", "C"].map(unit));
    panel.shortlist = vec![unit("A")];
    assert_eq!(panel.check(&cycle), Err(LeadersRefusal::ShortlistNotAllowed));
}

#[test]
fn rounding_at_the_end_keeps_four_decimals() {
    let mut cycle = cycle(LeadersPolicy::default());
    cycle.rules.policy.rounding = Rounding::Total;
    let panel = panel(2);
    let sent = [
        slip(LeaderRole::Chair, ["4", "4", "4"]),
        slip(LeaderRole::ViceChair, ["3.25", "3", "4"]),
    ];
    let posts = scoring(&cycle, &panel, &sent).posts();
    assert_eq!(values(&posts)[0], Some(p("3.625")));
}

#[test]
fn the_basis_counts_marks_and_no_abstention() {
    let panel = panel(3);
    let sent = [
        slip(LeaderRole::ViceChair, ["4", "4", "4"]),
        slip(LeaderRole::Chair, ["3", "2.5", "-"]),
    ];
    let bases = |mean| {
        let cycle = cycle(policy(mean));
        let posts = scoring(&cycle, &panel, &sent).posts();
        let basis = |post: NewPoints| serde_json::to_string(&post.basis).unwrap();
        posts.into_iter().map(basis).collect::<Vec<_>>()
    };
    // All there is in a basis, written out: a field more would be a change of what is public.
    let expected = |all: [(i64, &str); 3]| {
        all.map(|(n, sum)| format!(r#"{{"kind":"leaders","counted":{n},"sum":"{sum}"}}"#))
            .to_vec()
    };
    assert_eq!(
        bases(LeadersMean::Returned),
        expected([(2, "7.00"), (2, "6.50"), (1, "4.00")])
    );
    assert_eq!(
        bases(LeadersMean::AbsentAsZero),
        expected([(3, "7.00"), (3, "6.50"), (2, "4.00")])
    );
    assert_eq!(
        bases(LeadersMean::ChairTwice),
        expected([(3, "10.00"), (3, "9.00"), (1, "4.00")])
    );
}

#[test]
fn every_post_can_be_computed_again_from_its_basis() {
    for mean in MEANS {
        let (cycle, panel) = (cycle(policy(mean)), panel(4));
        let sent = [
            slip(LeaderRole::Chair, ["4", "-", "0.25"]),
            slip(LeaderRole::ViceChair, ["3", "2", "3"]),
            slip(LeaderRole::ViceChair, ["1.5", "-", "2.75"]),
        ];
        for post in scoring(&cycle, &panel, &sent).posts() {
            let Basis::Leaders { counted, sum } = post.basis else {
                panic!("{:?}", post.basis)
            };
            let counted = Counted { counted, sum };
            assert!(counted.fits(&policy(mean)), "{counted:?}");
            let again = convert(Points::whole(4), Decimals::TWO, &policy(mean), counted);
            assert_eq!(again.map(Value::Points), Some(post.value.clone()), "{mean:?}");
        }
    }
}

#[test]
fn a_unit_that_all_abstained_on_is_not_computable() {
    let (cycle, panel) = (cycle(LeadersPolicy::default()), panel(1));
    let sent = [slip(LeaderRole::Chair, ["-", "4", "4"])];
    let posts = Scoring {
        closed: true,
        ..scoring(&cycle, &panel, &sent)
    }
    .posts();
    assert!(matches!(posts[0].value, Value::NotComputable(_)) && posts.iter().all(|post| post.last));
}

#[test]
fn a_panel_names_each_leader_once_and_one_chair() {
    let cycle = cycle(LeadersPolicy::default());
    assert_eq!(panel(0).check(&cycle), Err(LeadersRefusal::PanelEmpty));
    assert_eq!(panel(51).check(&cycle), Err(LeadersRefusal::PanelTooLarge(51)));
    let mut twice = panel(2);
    twice.leaders[1].person = person(1);
    assert_eq!(
        twice.check(&cycle),
        Err(LeadersRefusal::LeaderTwice(1, person(1)))
    );
    let mut chairs = panel(3);
    chairs.leaders[2].role = LeaderRole::Chair;
    assert_eq!(chairs.check(&cycle), Err(LeadersRefusal::SecondChair(2)));
    let shortlist = LeadersPolicy {
        scope: LeadersScope::Shortlist,
        ..LeadersPolicy::default()
    };
    let mut wrong = panel(1);
    wrong.shortlist = vec![unit("A"), unit("X")];
    assert_eq!(
        wrong.check(&self::cycle(shortlist.clone())),
        Err(LeadersRefusal::ShortlistUnknown(1, unit("X")))
    );
    wrong.shortlist = vec![unit("A"), unit("A")];
    assert_eq!(
        wrong.check(&self::cycle(shortlist)),
        Err(LeadersRefusal::ShortlistTwice(1, unit("A")))
    );
}
