//! Sizes, seeds, draws, covers, replacements, stages.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::super::*;
use super::{id, list_of, listed, named, seed, size, slips};
use crate::cycle::policy::RecheckPolicy;
use crate::kernel::{Refusal, SlipId};

fn sizes(slips: u64) -> [u64; 4] {
    [5, 10, 20, 30].map(|rate| size(rate).of(slips))
}

#[test]
fn k1_deputies() {
    assert_eq!(sizes(20), [1, 2, 4, 6]);
}

#[test]
fn k2_citizens() {
    assert_eq!(sizes(40), [2, 4, 8, 12]);
}

#[test]
fn k3_unit() {
    assert_eq!(sizes(60), [3, 6, 12, 18]);
}

#[test]
fn k4_after_four_invalid() {
    assert_eq!(sizes(56), [3, 6, 12, 17]);
}

#[test]
fn k5_148_communes() {
    assert_eq!(sizes(8_880), [444, 888, 1_776, 2_664]);
}

#[test]
fn k6_a_third_void_rechecks_the_whole_interviewer() {
    let tally = InterviewerTally {
        rechecked: 6,
        void: 2,
        open: 0,
    };
    assert!(tally.whole_interviewer(20));
    assert!(!tally.whole_interviewer(34));
    let valid_now = 56 - tally.void;
    assert_eq!(valid_now, 54);
}

#[test]
fn exactly_the_share_is_not_more_than_it() {
    let tally = |rechecked, void, open| InterviewerTally {
        rechecked,
        void,
        open,
    };
    assert!(!tally(5, 1, 0).whole_interviewer(20));
    assert!(tally(4, 1, 0).whole_interviewer(20));
    assert!(!tally(0, 0, 0).whole_interviewer(0));
    // One void slip among the first does not decide before the others are known.
    assert!(!tally(1, 1, 5).whole_interviewer(20));
    assert!(tally(2, 2, 4).whole_interviewer(20));
}

#[test]
fn a_size_is_at_least_the_minimum_and_at_most_all() {
    let five = SampleSize {
        rate_percent: 10,
        minimum: 5,
    };
    assert_eq!([0, 1, 4, 5, 50, 51].map(|n| five.of(n)), [0, 1, 4, 5, 5, 6]);
    assert_eq!(size(100).of(u64::MAX), u64::MAX);
}

#[test]
fn a_seed_is_digits_as_text() {
    assert!(Seed::parse("04711862905533071428").is_ok());
    assert!(Seed::parse(&"9".repeat(100)).is_ok());
    let refused = |text: &str| Seed::parse(text).unwrap_err().reason();
    assert_eq!(refused(&"1".repeat(19)), "SEED_TOO_SHORT");
    assert_eq!(refused(""), "SEED_TOO_SHORT");
    assert_eq!(refused(&"1".repeat(101)), "SEED_TOO_LONG");
    for text in [
        "0471186290553307142x",
        "04711 862905533071428",
        "-4711862905533071428",
        "4711862905533071428.",
        "０４７１１８６２９０５５３３０７１４２８",
        "04711862905533071428\n",
    ] {
        assert_eq!(refused(text), "SEED_NOT_DIGITS", "{text}");
    }
    let (one, two) = (seed(7), Seed::parse(&format!("0{:020}", 7)).unwrap());
    assert_ne!(Ticket::of(&one, id(1)), Ticket::of(&two, id(1)));
}

#[test]
fn an_empty_or_doubled_list_is_refused() {
    let twice = [listed(&[(0, 0, 1)]), listed(&[(1, 0, 1)])].concat();
    let refused = |slips| FrozenList::new(named("2022"), id(1), slips).unwrap_err();
    assert_eq!(refused(twice), RecheckRefusal::SlipTwice(id(1_000)));
    assert_eq!(refused(Vec::new()), RecheckRefusal::LotEmpty);
}

#[test]
fn inclusion_is_close_to_uniform_over_many_seeds() {
    // 20 slips, 4 drawn: each is expected 400 times in 2,000 draws. Chi-square with 19 degrees of freedom
    // stays below 43.8 with probability 0.999; drawing without replacement makes it smaller still.
    let list = list_of(&[(0, 0, 1); 20]);
    let mut drawn: BTreeMap<SlipId, i64> = list.slips().iter().map(|s| (s.slip, 0)).collect();
    for n in 0..2_000 {
        for (slip, _) in draw_stage(&list, &BTreeMap::new(), &seed(n), size(20)).taken {
            *drawn.get_mut(&slip).unwrap() += 1;
        }
    }
    assert_eq!(drawn.values().sum::<i64>(), 8_000);
    let squares: i64 = drawn.values().map(|n| (n - 400) * (n - 400)).sum();
    assert!(squares * 10 < 438 * 400, "{drawn:?}");
    assert!(drawn.values().any(|n| *n != 400));
}

#[test]
fn a_cover_is_the_smallest_ticket_of_its_interviewer() {
    // Interviewer 9 has two of 40 slips; some seeds leave both undrawn.
    let mut slips = vec![(0, 0, 1); 38];
    slips.extend([(0, 0, 9), (0, 1, 9)]);
    slips.extend([(0, 1, 1); 20]);
    let list = list_of(&slips);
    let covered = (0..50)
        .map(|n| draw_stage(&list, &BTreeMap::new(), &seed(n), size(5)))
        .filter_map(|draw| {
            let (slip, cause) = *draw.taken.last().unwrap();
            (cause == Cause::InterviewerCover).then_some((slip, draw.tickets))
        });
    let mut seen = 0;
    for (slip, tickets) in covered {
        let own: [SlipId; 2] = [id(1_038), id(1_039)];
        assert_eq!(own.into_iter().min_by_key(|s| tickets[s]), Some(slip));
        seen += 1;
    }
    assert!(seen > 10, "{seen}");
}

#[test]
fn a_replacement_is_the_next_ticket_of_the_stratum() {
    let (same, other): (Stratum, Stratum) = ((named("SNV"), named("HDND")), (named("SNV"), named("DN_CN")));
    let waiting = |n: u64, stratum: &Stratum, who: u64, ticket: u8| Waiting {
        slip: id(n),
        stratum: stratum.clone(),
        interviewer: id(who),
        ticket: format!("{ticket:064x}").parse().unwrap(),
    };
    let all = [
        waiting(1, &other, 7, 1),
        waiting(2, &same, 8, 3),
        waiting(3, &same, 8, 2),
        waiting(4, &other, 8, 9),
    ];
    let next = |cause, who| replacement(cause, &same, id(who), &all);
    assert_eq!(next(Cause::Drawn, 1), Some((id(3), Cause::Replacement)));
    assert_eq!(next(Cause::Replacement, 7), Some((id(3), Cause::Replacement)));
    assert_eq!(
        next(Cause::InterviewerCover, 7),
        Some((id(1), Cause::InterviewerCover))
    );
    assert_eq!(next(Cause::InterviewerCover, 1), None);
    assert_eq!(next(Cause::WholeInterviewer, 8), None);
    assert_eq!(replacement(Cause::Drawn, &same, id(1), &all[..1]), None);
}

#[test]
fn seeds_come_in_order_once_and_larger() {
    let policy = RecheckPolicy::default();
    let mut lot = Lot::default();
    let reason = |lot: &Lot, stage, n, rate| {
        lot.enter_seed(stage, &seed(n), rate, &policy)
            .map(|size| size.rate_percent)
            .map_err(|e| e.reason())
    };
    assert_eq!(lot.check_drawn(), Err(RecheckRefusal::LotNotDrawn));
    assert_eq!(reason(&lot, 2, 1, 20), Err("STAGE_OUT_OF_ORDER"));
    assert_eq!(reason(&lot, 1, 1, 20), Err("RATE_OF_POLICY"));
    assert_eq!(reason(&lot, 1, 1, 10), Ok(10));
    assert_eq!(reason(&lot, 1, 1, 0), Ok(10));
    lot.stages.push(Stage {
        stage: 1,
        seed: seed(1).as_str().to_owned(),
        rate_percent: 10,
    });
    assert_eq!(reason(&lot, 1, 2, 0), Err("SEED_ALREADY_ENTERED"));
    assert_eq!(reason(&lot, 2, 1, 20), Err("SEED_REUSED"));
    assert_eq!(reason(&lot, 3, 2, 20), Err("STAGE_OUT_OF_ORDER"));
    for rate in [-1, 0, 10, 101] {
        assert_eq!(reason(&lot, 2, 2, rate), Err("RATE_INVALID"), "{rate}");
    }
    assert_eq!(reason(&lot, 2, 2, 100), Ok(100));
    assert_eq!(lot.conclude(2), Err(RecheckRefusal::CasesOpen(2)));
    assert_eq!(lot.conclude(0), Ok(()));
    lot.concluded = true;
    assert_eq!(lot.state(), LotState::Concluded);
    assert_eq!(lot.conclude(0), Err(RecheckRefusal::LotConcluded));
    assert_eq!(reason(&lot, 2, 2, 20), Err("LOT_CONCLUDED"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn the_order_of_input_never_matters(
        (slips, shuffled) in slips()
            .prop_map(|s| listed(&s))
            .prop_flat_map(|s| (Just(s.clone()), Just(s).prop_shuffle())),
        n in 0_u64..u64::MAX,
        rate in 1_u32..=100,
    ) {
        let list = |slips| FrozenList::new(named("2022"), id(1), slips).unwrap();
        let (one, two) = (list(slips), list(shuffled));
        prop_assert_eq!(one.sha256(), two.sha256());
        let draw = |list| draw_stage(list, &BTreeMap::new(), &seed(n), size(rate));
        prop_assert_eq!(draw(&one), draw(&two));
    }

    #[test]
    fn strata_have_their_size_and_every_interviewer_a_case(
        slips in slips(), n in 0_u64..u64::MAX, rate in 1_u32..=100,
    ) {
        let list = list_of(&slips);
        let draw = draw_stage(&list, &BTreeMap::new(), &seed(n), size(rate));
        let taken: BTreeMap<SlipId, Cause> = draw.taken.iter().copied().collect();
        prop_assert_eq!(taken.len(), draw.taken.len());
        let mut strata: BTreeMap<Stratum, (u64, u64)> = BTreeMap::new();
        let mut uncovered: BTreeSet<_> = list.slips().iter().map(|s| s.interviewer).collect();
        for s in list.slips() {
            let (all, drawn) = strata.entry(s.stratum()).or_default();
            *all += 1;
            *drawn += u64::from(taken.get(&s.slip) == Some(&Cause::Drawn));
            if taken.contains_key(&s.slip) {
                uncovered.remove(&s.interviewer);
            }
        }
        prop_assert!(strata.values().all(|(all, drawn)| size(rate).of(*all) == *drawn));
        prop_assert!(uncovered.is_empty());
    }

    #[test]
    fn a_larger_share_keeps_what_a_smaller_one_drew(
        slips in slips(), n in 0_u64..u64::MAX, rate in 1_u32..100, more in 0_u32..100,
    ) {
        let list = list_of(&slips);
        let drawn = |rate| -> BTreeSet<SlipId> {
            let draw = draw_stage(&list, &BTreeMap::new(), &seed(n), size(rate));
            draw.taken.into_iter().filter(|(_, c)| *c == Cause::Drawn).map(|(s, _)| s).collect()
        };
        prop_assert!(drawn(rate).is_subset(&drawn((rate + more).min(100))));
    }

    #[test]
    fn a_further_stage_only_adds_up_to_its_size(
        slips in slips(), n in 0_u64..1_000_000, rate in 1_u32..100, more in 0_u32..100,
    ) {
        let list = list_of(&slips);
        let mut taken = BTreeMap::from_iter(draw_stage(&list, &BTreeMap::new(), &seed(n), size(rate)).taken);
        let first = taken.clone();
        let larger = size((rate + more).min(100));
        let second = draw_stage(&list, &taken, &seed(n + 1), larger);
        for (slip, cause) in &second.taken {
            prop_assert_eq!(*cause, Cause::Drawn);
            prop_assert_eq!(taken.insert(*slip, *cause), None);
        }
        prop_assert!(first.keys().all(|slip| !second.tickets.contains_key(slip)));
        prop_assert_eq!(second.tickets.len() + first.len(), list.slips().len());
        let mut left: BTreeMap<Stratum, (u64, u64, u64)> = BTreeMap::new();
        for s in list.slips() {
            let (all, drawn, free) = left.entry(s.stratum()).or_default();
            *all += 1;
            *drawn += u64::from(taken.get(&s.slip) == Some(&Cause::Drawn));
            *free += u64::from(!taken.contains_key(&s.slip));
        }
        prop_assert!(left.values().all(|(all, drawn, free)| larger.of(*all) == *drawn || *free == 0));
    }
}
