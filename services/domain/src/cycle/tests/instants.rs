//! D1 to D6, extensions, and the order of windows.

use proptest::prelude::*;

use super::{at, december, window};
use crate::cycle::*;
use crate::kernel::{Refusal, Span};

fn check(calendar: &Calendar, name: Window, now: &str) -> Result<(), &'static str> {
    calendar
        .check(name, Some(&"VT".parse().unwrap()), at(now))
        .map_err(|refusal| refusal.reason())
}

fn extension(unit: Option<&str>, ends: &str) -> Extension {
    Extension {
        window: Window::SelfScoring,
        unit: unit.map(|code| code.parse().unwrap()),
        ends_at: at(ends),
        reason: "Mất điện".to_owned(),
        granted_at: at("2022-12-14T08:00:00+07:00"),
    }
}

#[test]
fn d1_the_last_second_before_the_deadline_is_accepted() {
    assert_eq!(
        check(&december(), Window::SelfScoring, "2022-12-14T23:59:59+07:00"),
        Ok(())
    );
    assert_eq!(
        check(
            &december(),
            Window::SelfScoring,
            "2022-12-14T23:59:59.999999+07:00"
        ),
        Ok(())
    );
}

#[test]
fn d2_midnight_is_refused_unless_an_extension_exists() {
    let midnight = "2022-12-15T00:00:00+07:00";
    assert_eq!(
        check(&december(), Window::SelfScoring, midnight),
        Err("DEADLINE_PASSED")
    );
    let mut extended = december();
    extended
        .extensions
        .push(extension(Some("DH"), "2022-12-17T00:00:00+07:00"));
    assert_eq!(
        check(&extended, Window::SelfScoring, midnight),
        Err("DEADLINE_PASSED")
    );
    extended
        .extensions
        .push(extension(Some("VT"), "2022-12-17T00:00:00+07:00"));
    assert_eq!(check(&extended, Window::SelfScoring, midnight), Ok(()));
    assert_eq!(
        check(&extended, Window::SelfScoring, "2022-12-17T00:00:00+07:00"),
        Err("DEADLINE_PASSED")
    );
}

#[test]
fn d3_the_same_instant_in_utc_is_accepted() {
    assert_eq!(at("2022-12-14T16:59:59Z"), at("2022-12-14T23:59:59+07:00"));
    assert_eq!(
        check(&december(), Window::SelfScoring, "2022-12-14T16:59:59Z"),
        Ok(())
    );
    assert_eq!(
        check(&december(), Window::SelfScoring, "2022-12-14T17:00:00Z"),
        Err("DEADLINE_PASSED")
    );
}

#[test]
fn d4_appraisal_runs_to_the_end_of_the_25th() {
    assert_eq!(
        check(&december(), Window::Appraisal2, "2022-12-25T23:59:59+07:00"),
        Ok(())
    );
    assert_eq!(
        check(&december(), Window::Appraisal2, "2022-12-26T00:00:00+07:00"),
        Err("DEADLINE_PASSED")
    );
}

#[test]
fn d5_quang_tri_locks_at_the_end_of_november() {
    let calendar = Calendar {
        windows: vec![window(Window::SelfScoring, "2020-11-01", "2020-12-01")],
        extensions: Vec::new(),
    };
    assert_eq!(
        check(&calendar, Window::SelfScoring, "2020-11-30T23:59:59+07:00"),
        Ok(())
    );
    assert_eq!(
        check(&calendar, Window::SelfScoring, "2020-12-01T00:00:00+07:00"),
        Err("DEADLINE_PASSED")
    );
}

/// An upload is decided by the instant at which the server had its request head: `check` takes one `now`,
/// and what arrives later of the same request asks nothing again.
#[test]
fn d6_an_upload_is_decided_by_the_instant_of_its_request_head() {
    let (head, ended) = ("2022-12-14T23:59:50+07:00", "2022-12-15T00:00:05+07:00");
    assert_eq!(check(&december(), Window::SelfScoring, head), Ok(()));
    assert_eq!(
        check(&december(), Window::SelfScoring, ended),
        Err("DEADLINE_PASSED")
    );
}

#[test]
fn a_window_has_not_opened_the_instant_before_its_start() {
    assert_eq!(
        check(&december(), Window::Leaders, "2022-12-25T23:59:59.999999+07:00"),
        Err("WINDOW_NOT_OPEN")
    );
    assert_eq!(
        check(&december(), Window::Leaders, "2022-12-26T00:00:00+07:00"),
        Ok(())
    );
    assert_eq!(
        check(&Calendar::default(), Window::Leaders, "2022-12-26T00:00:00+07:00"),
        Err("WINDOW_NOT_SET")
    );
}

#[test]
fn a_refusal_names_the_window_in_the_calendar() {
    let late = at("2022-12-31T00:00:00+07:00");
    let refused = december().check(Window::SelfScoring, None, late).unwrap_err();
    assert_eq!(
        (refused.reason(), refused.field()),
        ("DEADLINE_PASSED", "calendar.SELF_SCORING".to_owned())
    );
}

#[test]
fn what_follows_a_window_waits_for_the_last_extension() {
    let mut calendar = december();
    calendar
        .extensions
        .push(extension(Some("VT"), "2022-12-17T00:00:00+07:00"));
    let over = |now| {
        calendar
            .check_over(Window::SelfScoring, at(now))
            .map_err(|refusal| refusal.reason())
    };
    assert_eq!(over("2022-12-16T00:00:00+07:00"), Err("WINDOW_STILL_OPEN"));
    assert_eq!(over("2022-12-17T00:00:00+07:00"), Ok(()));
}

#[test]
fn what_is_open_for_one_unit_is_open_for_some() {
    let mut calendar = december();
    calendar
        .extensions
        .push(extension(Some("VT"), "2022-12-17T00:00:00+07:00"));
    let some = |now| {
        calendar
            .check_some(Window::SelfScoring, at(now))
            .map_err(|refusal| refusal.reason())
    };
    assert_eq!(some("2022-11-14T23:59:59+07:00"), Err("WINDOW_NOT_OPEN"));
    assert_eq!(some("2022-11-15T00:00:00+07:00"), Ok(()));
    assert_eq!(some("2022-12-16T23:59:59+07:00"), Ok(()));
    assert_eq!(some("2022-12-17T00:00:00+07:00"), Err("DEADLINE_PASSED"));
    let none = Calendar::default().check_some(Window::SelfScoring, at("2022-12-01T00:00:00+07:00"));
    assert_eq!(none.unwrap_err().reason(), "WINDOW_NOT_SET");
}

#[test]
fn a_day_begins_at_midnight_in_viet_nam() {
    for (now, midnight) in [
        ("2022-12-15T00:00:00+07:00", "2022-12-15T00:00:00+07:00"),
        ("2022-12-15T06:59:59+07:00", "2022-12-15T00:00:00+07:00"),
        ("2022-12-15T23:59:59.999999+07:00", "2022-12-15T00:00:00+07:00"),
        ("1969-12-31T12:00:00+07:00", "1969-12-31T00:00:00+07:00"),
    ] {
        assert_eq!(at(now).local_midnight(), at(midnight), "{now}");
    }
}

#[test]
fn an_extension_only_moves_an_end_later() {
    let reason = |e: Extension| december().check_extension(&e).map_err(|refusal| refusal.reason());
    assert_eq!(
        reason(extension(None, "2022-12-15T00:00:00.000001+07:00")),
        Ok(())
    );
    assert_eq!(
        reason(extension(None, "2022-12-15T00:00:00+07:00")),
        Err("EXTENSION_NOT_LATER")
    );
    let unreasoned = Extension {
        reason: String::new(),
        ..extension(None, "2022-12-16T00:00:00+07:00")
    };
    assert_eq!(reason(unreasoned), Err("REASON_MISSING"));
    let late = Extension {
        granted_at: at("2022-12-16T00:00:00+07:00"),
        ..extension(None, "2022-12-16T00:00:00+07:00")
    };
    assert_eq!(reason(late), Err("EXTENSION_PAST"));
    for together in Window::ALL.into_iter().filter(|window| !window.is_by_unit()) {
        let of_unit = Extension {
            window: together,
            ..extension(Some("SNV"), "2022-12-30T00:00:00+07:00")
        };
        assert_eq!(reason(of_unit), Err("EXTENSION_NOT_BY_UNIT"), "{together:?}");
    }
    let none = Calendar::default().check_extension(&extension(None, "2022-12-16T00:00:00+07:00"));
    assert_eq!(none.unwrap_err().reason(), "WINDOW_NOT_SET");
}

#[test]
fn windows_follow_each_other_and_are_named_once() {
    let fields = |windows: Vec<(Window, Span)>| {
        let calendar = Calendar {
            windows,
            extensions: Vec::new(),
        };
        calendar
            .faults()
            .into_iter()
            .map(|fault| fault.field)
            .collect::<Vec<_>>()
    };
    assert_eq!(december().faults(), []);
    assert_eq!(
        fields(vec![
            window(Window::SelfScoring, "2022-12-15", "2022-12-15"),
            window(Window::SelfScoring, "2022-12-01", "2022-12-15"),
            window(Window::Appraisal1, "2022-12-14", "2022-12-20"),
            window(Window::Appraisal2, "2022-12-19", "2022-12-26"),
        ]),
        [
            "calendar.SELF_SCORING",
            "calendar.SELF_SCORING",
            "calendar.APPRAISAL_1",
            "calendar.APPRAISAL_2",
        ]
    );
    for name in Window::ALL {
        assert_eq!(Window::named(name.name()), Some(name));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    /// Whatever extensions are granted in whatever order, no window ends earlier than it once did.
    #[test]
    fn a_window_never_ends_earlier(
        ends in proptest::collection::vec((0_i64..2_000_000, proptest::option::of("[A-C]")), 1..12),
    ) {
        let start = at("2022-12-14T00:00:00+07:00");
        let mut calendar = december();
        for (seconds, unit) in ends {
            let units = ["A", "B", "C"].map(|code| code.parse::<UnitCode>().unwrap());
            let before: Vec<_> = units.iter().map(|u| calendar.span(Window::SelfScoring, Some(u)).unwrap().end).collect();
            let granted = Extension {
                ends_at: start.plus(seconds * crate::kernel::time::SECOND),
                granted_at: start.plus(-1),
                unit: unit.map(|code| code.parse().unwrap()),
                ..extension(None, "2022-12-15T00:00:00+07:00")
            };
            let taken = calendar.check_extension(&granted).is_ok();
            let old = calendar.span(Window::SelfScoring, granted.unit.as_ref()).unwrap().end;
            prop_assert_eq!(taken, granted.ends_at > old);
            if taken {
                calendar.extensions.push(granted);
            }
            for (unit, before) in units.iter().zip(before) {
                prop_assert!(calendar.span(Window::SelfScoring, Some(unit)).unwrap().end >= before);
            }
        }
    }
}

#[test]
fn a_calendar_moves_by_days_of_the_calendar() {
    let moved = december().years_later(2).unwrap();
    let (name, span) = moved.windows[2];
    assert_eq!(
        (name, span.start, span.end),
        (
            Window::SelfScoring,
            at("2024-11-15T00:00:00+07:00"),
            at("2024-12-15T00:00:00+07:00")
        )
    );
    let leap_day = at("2024-02-29T08:30:00+07:00");
    assert_eq!(leap_day.years_later(1), Some(at("2025-02-28T08:30:00+07:00")));
    assert_eq!(leap_day.years_later(4), Some(at("2028-02-29T08:30:00+07:00")));
    assert_eq!(leap_day.years_later(i32::MAX), None);
}
