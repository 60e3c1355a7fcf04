//! The default policy, and every fault by its field.

use super::p;
use crate::cycle::policy::LeadersPolicy;
use crate::cycle::*;
use crate::kernel::Points;

fn faulty_fields(policy: &Policy) -> Vec<String> {
    policy.faults().into_iter().map(|fault| fault.field).collect()
}

#[test]
fn the_default_policy_has_no_fault() {
    assert_eq!(Policy::default().faults(), []);
    let printed = serde_json::to_string(&Policy::default()).unwrap();
    assert_eq!(serde_json::from_str::<Policy>("{}").unwrap(), Policy::default());
    assert_eq!(
        serde_json::from_str::<Policy>(&printed).unwrap(),
        Policy::default()
    );
}

#[test]
fn every_fault_of_a_policy_is_named_by_its_field() {
    let mut policy = Policy {
        evidence_max_bytes: 0,
        ..Policy::default()
    };
    policy
        .survey
        .option_values
        .insert("5".parse().unwrap(), p("1.0001"));
    policy
        .survey
        .option_values
        .insert("1".parse().unwrap(), p("-0.25"));
    policy.survey.min_valid_percent = 101;
    policy.recheck.rate_percent = 101;
    policy.recheck.attempts = 0;
    policy.recheck.questions = vec!["Q1".parse().unwrap(), "Q1".parse().unwrap()];
    policy.leaders.step = p("0.3");
    policy.leaders.quorum_percent = 200;
    policy.classes.good_min = p("64.999");
    policy.classes.excellent_min = p("101");
    policy.classes.tie_break = vec!["I".to_owned(), "I".to_owned()];
    assert_eq!(
        faulty_fields(&policy),
        [
            "policy.evidence_max_bytes",
            "policy.survey.min_valid_percent",
            "policy.survey.option_values.1",
            "policy.survey.option_values.5",
            "policy.recheck.rate_percent",
            "policy.recheck.attempts",
            "policy.recheck.questions",
            "policy.leaders.quorum_percent",
            "policy.leaders.step",
            "policy.classes.good_min",
            "policy.classes.excellent_min",
            "policy.classes.good_min",
            "policy.classes.tie_break",
        ]
    );
}

#[test]
fn a_scale_and_its_step_are_above_zero_and_the_scale_not_huge() {
    let mut policy = Policy::default();
    policy.leaders.step = Points::ZERO;
    assert_eq!(faulty_fields(&policy), ["policy.leaders.step"]);
    policy.leaders.scale_max = Points::ZERO;
    assert_eq!(
        faulty_fields(&policy),
        ["policy.leaders.scale_max", "policy.leaders.step"]
    );
    policy.leaders = LeadersPolicy {
        scale_max: p("10"),
        step: p("0.5"),
        ..LeadersPolicy::default()
    };
    assert_eq!(policy.faults(), []);
    policy.leaders.scale_max = p("1000");
    assert_eq!(policy.faults(), []);
    policy.leaders.scale_max = p("1000.5");
    assert_eq!(faulty_fields(&policy), ["policy.leaders.scale_max"]);
    policy.leaders.scale_max = p("10");
    policy.survey.option_values.clear();
    assert_eq!(faulty_fields(&policy), ["policy.survey.option_values"]);
}
