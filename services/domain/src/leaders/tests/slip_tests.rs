//! One leader's slip: versions, sending, what stays sent.

use super::{p, person, unit};
use crate::cycle::policy::LeadersPolicy;
use crate::kernel::text::sha256_hex;
use crate::leaders::{Choice, Choices, LeadersRefusal, Slip, commitment};

#[test]
fn a_slip_is_sent_whole_and_what_was_sent_stays() {
    let units = ["A", "B"].map(unit);
    let policy = LeadersPolicy::default();
    let mut slip = Slip::default();
    let mark = |text: &str| Choice::Mark(p(text));
    assert_eq!(slip.save(&units, &policy, (unit("A"), mark("4")), 0), Ok(1));
    assert_eq!(
        slip.to_send(&units, 1),
        Err(LeadersRefusal::Incomplete(vec![unit("B")]))
    );
    assert_eq!(slip.save(&units, &policy, (unit("B"), Choice::Abstain), 1), Ok(2));
    let sent = slip.to_send(&units, 2).unwrap();
    slip.sent = Some(sent.clone());
    assert_eq!(slip.changed(&units), []);
    assert_eq!(slip.save(&units, &policy, (unit("A"), mark("3")), 2), Ok(3));
    assert_eq!(slip.changed(&units), [unit("A")]);
    assert_eq!(slip.sent, Some(sent));
}

#[test]
fn a_second_window_is_told_that_its_slip_is_old() {
    let units = ["A"].map(unit);
    let policy = LeadersPolicy::default();
    let mut slip = Slip::default();
    slip.save(&units, &policy, (unit("A"), Choice::Abstain), 0)
        .unwrap();
    let old = slip.save(&units, &policy, (unit("A"), Choice::Mark(p("1"))), 0);
    assert_eq!(old, Err(LeadersRefusal::Changed { seen: 0, now: 1 }));
    assert_eq!(slip.draft[&unit("A")], Choice::Abstain);
    assert_eq!(
        slip.to_send(&units, 0),
        Err(LeadersRefusal::Changed { seen: 0, now: 1 })
    );
    let other = slip.save(&units, &policy, (unit("X"), Choice::Abstain), 1);
    assert_eq!(other, Err(LeadersRefusal::UnitNotMarked(unit("X"))));
}

#[test]
fn a_commitment_binds_cycle_leader_and_every_mark() {
    let sent: Choices = [(unit("A"), Choice::Mark(p("3.5"))), (unit("B"), Choice::Abstain)].into();
    let cycle = "2022".parse().unwrap();
    let made = commitment(&[7; 32], &cycle, person(1), &sent);
    let text = "2022\n00000000-0000-0000-0000-000000000001\nA 3.50\nB -\n";
    assert_eq!(made, sha256_hex(&[[7; 32].as_slice(), text.as_bytes()].concat()));
    let mut zero = sent.clone();
    zero.insert(unit("B"), Choice::Mark(p("0")));
    let others = [
        commitment(&[8; 32], &cycle, person(1), &sent),
        commitment(&[7; 32], &"2023".parse().unwrap(), person(1), &sent),
        commitment(&[7; 32], &cycle, person(2), &sent),
        commitment(&[7; 32], &cycle, person(1), &zero),
    ];
    assert!(others.iter().all(|other| *other != made));
}
