//! What the tests of the recheck share: ids by number, lists by strata and interviewers.

mod draw;
mod outcome;
mod page;

use proptest::prelude::*;

use super::*;

fn id<T: std::str::FromStr>(n: u64) -> T
where
    T::Err: std::fmt::Debug,
{
    format!("01850000-0000-7000-8000-{n:012x}").parse().unwrap()
}

fn named<T: std::str::FromStr>(text: &str) -> T
where
    T::Err: std::fmt::Debug,
{
    text.parse().unwrap()
}

fn seed(n: u64) -> Seed {
    Seed::parse(&format!("{n:020}")).unwrap()
}

fn size(rate_percent: u32) -> SampleSize {
    SampleSize {
        rate_percent,
        minimum: 1,
    }
}

/// Slips 0.. in the strata and of the interviewers that are given, as (unit, group, interviewer).
fn list_of(slips: &[(u8, u8, u64)]) -> FrozenList {
    FrozenList::new(named("2022"), id(1), listed(slips)).unwrap()
}

fn listed(slips: &[(u8, u8, u64)]) -> Vec<ListedSlip> {
    let one = |(n, (unit, group, interviewer)): (usize, &(u8, u8, u64))| ListedSlip {
        unit: named(["SNV", "STC", "STP"][usize::from(*unit)]),
        group: named(["HDND", "DN_CN"][usize::from(*group)]),
        slip: id(1_000 + n as u64),
        interviewer: id(*interviewer),
        sha256: format!("{n:064x}"),
    };
    slips.iter().enumerate().map(one).collect()
}

fn slips() -> impl Strategy<Value = Vec<(u8, u8, u64)>> {
    prop::collection::vec((0_u8..3, 0_u8..2, 0_u64..6), 1..60)
}
