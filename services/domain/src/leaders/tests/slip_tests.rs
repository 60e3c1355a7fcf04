//! One leader's slip: versions, sending, what stays sent.

use super::{p, person, unit};
use crate::cycle::policy::LeadersPolicy;
use crate::cycle::{Calendar, Extension, Window, WindowRefusal};
use crate::kernel::text::sha256_hex;
use crate::kernel::time::SECOND;
use crate::kernel::{Instant, Span};
use crate::leaders::{Choice, Choices, LeadersRefusal, Slip, commitment};

fn at(second: i64) -> Instant {
    Instant::from_micros(second * SECOND)
}

/// The window is the second from 0 to 10; unit B has five seconds more.
fn calendar() -> Calendar {
    let span = Span {
        start: at(0),
        end: at(10),
    };
    let extension = Extension {
        window: Window::Leaders,
        unit: Some(unit("B")),
        ends_at: at(15),
        reason: "mất điện".to_owned(),
        granted_at: at(9),
    };
    Calendar {
        windows: vec![(Window::Leaders, span)],
        extensions: vec![extension],
    }
}

#[test]
fn a_slip_is_sent_whole_and_what_was_sent_stays() {
    let units = ["A", "B"].map(unit);
    let policy = LeadersPolicy::default();
    let mut slip = Slip::default();
    let mark = |text: &str| Choice::Mark(p(text));
    assert_eq!(slip.save(&units, &policy, (unit("A"), mark("4")), 0), Ok(1));
    assert_eq!(
        slip.to_send(&units, &calendar(), at(0), 1),
        Err(LeadersRefusal::Incomplete(vec![unit("B")]))
    );
    assert_eq!(slip.save(&units, &policy, (unit("B"), Choice::Abstain), 1), Ok(2));
    let sent = slip.to_send(&units, &calendar(), at(0), 2).unwrap();
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
        slip.to_send(&units, &calendar(), at(0), 0),
        Err(LeadersRefusal::Changed { seen: 0, now: 1 })
    );
    let other = slip.save(&units, &policy, (unit("X"), Choice::Abstain), 1);
    assert_eq!(other, Err(LeadersRefusal::UnitNotMarked(unit("X"))));
}

#[test]
fn the_rest_is_marked_whole_and_nothing_is_marked_twice() {
    let units = ["A", "B", "C"].map(unit);
    let policy = LeadersPolicy::default();
    let mut slip = Slip::default();
    slip.save(&units, &policy, (unit("B"), Choice::Abstain), 0)
        .unwrap();
    let mut save = |rest: &[&str], mark: &str, seen| {
        let rest: Vec<_> = rest.iter().map(|code| unit(code)).collect();
        slip.save_rest(&units, &policy, (&rest, Choice::Mark(p(mark))), seen)
    };
    assert_eq!(
        save(&["A", "B"], "4", 1),
        Err(LeadersRefusal::RestMarked(1, unit("B")))
    );
    assert_eq!(
        save(&["A", "X"], "4", 1),
        Err(LeadersRefusal::RestUnknown(1, unit("X")))
    );
    assert_eq!(
        save(&["A", "C"], "4", 0),
        Err(LeadersRefusal::Changed { seen: 0, now: 1 })
    );
    assert!(matches!(
        save(&["A"], "4.25", 1),
        Err(LeadersRefusal::AboveMaximum { .. })
    ));
    assert_eq!(
        save(&["A", "C"], "4", 1),
        Ok(2),
        "what was refused has marked nothing"
    );
    assert_eq!(slip.open(&units), []);
    assert_eq!(slip.draft[&unit("B")], Choice::Abstain);
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

#[test]
fn an_extension_for_one_unit_touches_no_other() {
    let units = ["A", "B"].map(unit);
    let marked = |a: &str, b: &str| -> Choices {
        [(unit("A"), Choice::Mark(p(a))), (unit("B"), Choice::Mark(p(b)))].into()
    };
    let slip = Slip {
        draft: marked("1", "2"),
        sent: Some(marked("3", "3")),
        version: 4,
    };
    assert_eq!(slip.to_send(&units, &calendar(), at(9), 4), Ok(marked("1", "2")));
    assert_eq!(slip.to_send(&units, &calendar(), at(10), 4), Ok(marked("3", "2")));
    let passed = |end| {
        Err(LeadersRefusal::Window(WindowRefusal::Passed(
            Window::Leaders,
            at(end),
        )))
    };
    assert_eq!(slip.to_send(&units, &calendar(), at(15), 4), passed(10));
    let never_sent = Slip { sent: None, ..slip };
    assert_eq!(never_sent.to_send(&units, &calendar(), at(10), 4), passed(10));
}
