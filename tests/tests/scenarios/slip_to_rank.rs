//! A slip to a rank: one small year over all services, computed by hand beside it.

use std::collections::BTreeMap;

use chiso_domain::kernel::Points;
use chiso_server::verify::verify;
use chiso_tests::{ANSWERS, CYCLE, Shape, UNITS, Year, call, scenario};
use chiso_wire::kernel as k;
use chiso_wire::ranking as pb;
use k::basis::Kind;

/// Contents I, II, IV, V and VI, what is taken off, and the total of each unit. VT loses what its void slip
/// gave: the points of V come in.
fn by_hand(vt_survey: Points) -> BTreeMap<&'static str, (Vec<Points>, Points, Points)> {
    let points = |texts: [&str; 5]| texts.map(|text| text.parse::<Points>().unwrap()).to_vec();
    let vt = vt_survey.to_string();
    let contents = [
        // 20 + 40; 10 + 8 + 1.8; 2; four times "5"; 4.
        ("SNV", points(["60", "19.8", "2", "8", "4"]), "0"),
        // 20 + 80 %, the floor itself; 5 + (8 - 2 · 0.25) + 1.6; 0; four times "4"; 3.
        ("STC", points(["52", "14.1", "0", "6", "3"]), "0"),
        // 20 after more evidence + 92 % upheld by the council; 10 + 7.75 + 1; 3; …; (3.5 + 3) / 2; a case.
        ("VT", points(["56.8", "18.75", "3", &vt, "3.25"]), "3"),
        // Below the floor of 80 %; 40 late reports; "1", "2", "1", "2" of four levels; 1.
        ("DH", points(["0", "0.2", "0", "1", "1"]), "0"),
    ];
    contents
        .into_iter()
        .map(|(unit, contents, penalty)| {
            let penalty: Points = penalty.parse().unwrap();
            let sum = contents.iter().fold(Points::ZERO, |sum, content| sum + *content);
            (unit, (contents, penalty, sum - penalty))
        })
        .collect()
}

/// Eight points times the mean of what the three slips that stand are worth.
fn vt_survey(void_value: &str) -> Points {
    let worth = |value: &str| match value {
        "5" => 4,
        "3" => 2,
        other => panic!("VT was never given {other}"),
    };
    let (_, answers) = ANSWERS[2];
    let quarters = answers.iter().map(|value| worth(value)).sum::<i64>() - worth(void_value);
    // 8 · quarters / (4 · 3), half up to two decimals, in 1/10,000.
    let hundredths = (800 * quarters * 2 + 12) / 24;
    Points::from_parts(hundredths * 100)
}

scenario!(a_slip_to_a_rank, over_tcp Loopback);
async fn a_slip_to_a_rank(shape: Shape) {
    acted_out(&mut Year::open(shape).await).await;
}

/// From the open cycle to the published version, and all that may be read of it.
pub(crate) async fn acted_out(year: &mut Year) {
    year.prepare_survey().await;
    let slips = year.fieldwork().await;
    let void = year.recheck_all(&slips).await;
    year.rest_of_the_year().await;

    let readiness = pb::GetReadinessRequest {
        cycle: CYCLE.to_owned(),
    };
    let readiness = call!(year, ranking.get_readiness, &year.cast.organiser.token, readiness).unwrap();
    assert!(readiness.ready && readiness.missing.is_empty(), "{readiness:?}");
    let version = year.publish("").await.unwrap();
    assert_eq!(version.version, 1);
    assert_eq!(version.rule_set_sha256, year.frame().await.rule_set_sha256);

    let (_, value) = &slips[&void];
    let vt = vt_survey(value);
    results(year, vt).await;
    breakdown(year, vt).await;
    exports(year, &version).await;
    let before = year.state().await;
    assert_eq!(before, year.state().await, "looking changes nothing");
}

async fn results(year: &Year, vt: Points) {
    let published = year.published(1).await;
    assert_eq!(published.province, "Phú Thọ");
    let expected = by_hand(vt);
    for unit in UNITS {
        let found = published.units.iter().find(|u| u.unit == unit).unwrap();
        let (contents, penalty, total) = &expected[unit];
        let points: Vec<Points> = found
            .contents
            .iter()
            .filter(|c| c.code != "VII")
            .map(|c| c.points.parse().unwrap())
            .collect();
        assert_eq!(
            (&points, found.penalty.parse().unwrap()),
            (contents, *penalty),
            "{unit}: {found:?}"
        );
        assert_eq!(
            found.total.parse::<Points>().unwrap(),
            *total,
            "{unit}: {found:?}"
        );
        assert!(found.missing.is_empty() && !found.reasons.is_empty());
    }
    let places: Vec<(&str, i32, pb::Class)> = published
        .units
        .iter()
        .map(|u| (u.unit.as_str(), u.rank, u.class()))
        .collect();
    // A quota of 20 % of two units is none, so the best are good, not excellent.
    assert_eq!(
        places,
        [
            ("SNV", 1, pb::Class::Good),
            ("STC", 2, pb::Class::Completed),
            ("VT", 1, pb::Class::Good),
            ("DH", 2, pb::Class::NotCompleted),
        ]
    );
}

/// The way back from the rank to what the survey gave and what the recheck took.
async fn breakdown(year: &Year, vt: Points) {
    let message = pb::GetBreakdownRequest {
        cycle: CYCLE.to_owned(),
        version: 1,
        unit: "VT".to_owned(),
    };
    let breakdown = call!(year, ranking.get_breakdown, "", message).unwrap();
    let leaf = |code: &str| breakdown.leaves.iter().find(|l| l.criterion == code).unwrap();
    let survey = leaf("V.1");
    assert_eq!(survey.points.parse::<Points>().unwrap(), vt);
    let mut sources = survey.sources.clone();
    sources.sort_by_key(|source| source.source);
    let bases: Vec<_> = sources
        .iter()
        .map(|s| s.basis.clone().unwrap().kind.unwrap())
        .collect();
    let [Kind::Survey(given), Kind::Recheck(taken)] = bases.as_slice() else {
        panic!("{bases:?}")
    };
    assert_eq!((given.rated, given.sum), (4, 30_000));
    assert_eq!((taken.rated, taken.sum, taken.void_rated), (4, 30_000, 1));
    assert!(survey.sources.iter().all(|s| s.r#final));
    let Some(Kind::Ledger(decided)) = leaf("I.2").sources[0].basis.clone().unwrap().kind else {
        panic!()
    };
    assert_eq!(decided.stage(), k::Stage::Appraisal2);
    let Some(k::leaf_input::Kind::Ratio(ratio)) = decided.input.unwrap().kind else {
        panic!()
    };
    assert_eq!((ratio.planned.as_str(), ratio.achieved.as_str()), ("100", "92"));
}

async fn exports(year: &Year, version: &pb::Version) {
    let bytes = year.exported(1, pb::Format::Json).await;
    assert_eq!(chiso_domain::kernel::text::sha256_hex(&bytes), version.sha256);
    let report = verify(&bytes);
    assert!(report.is_clean(), "{report}");
    assert_eq!(bytes, year.exported(1, pb::Format::Json).await);

    // One changed digit of a published total is found and named.
    let text = String::from_utf8(bytes).unwrap();
    let changed = text.replacen("93.8", "93.9", 1);
    assert_ne!(text, changed, "the total of SNV stands in the file");
    let report = verify(changed.as_bytes());
    assert!(
        !report.is_clean() && report.to_string().contains("SNV"),
        "{report}"
    );

    let csv = String::from_utf8(year.exported(1, pb::Format::Csv).await).unwrap();
    assert!(UNITS.iter().all(|unit| csv.contains(unit)), "{csv}");
}

scenario!(every_feed_is_numbered_without_gaps_and_every_act_is_chained);
async fn every_feed_is_numbered_without_gaps_and_every_act_is_chained(shape: Shape) {
    let mut year = Year::open(shape).await;
    year.prepare_survey().await;
    let slips = year.fieldwork().await;
    year.recheck_all(&slips).await;
    year.rest_of_the_year().await;
    for (service, source) in [
        ("survey", k::Source::Survey),
        ("recheck", k::Source::Recheck),
        ("leaders", k::Source::Leaders),
        ("ledger", k::Source::Ledger),
    ] {
        let posts = year.posts(service).await;
        assert!(!posts.is_empty(), "{service}");
        let mut revisions: BTreeMap<(String, String), i64> = BTreeMap::new();
        for (seq, post) in (1..).zip(posts) {
            assert_eq!((post.seq, post.source()), (seq, source), "{service}");
            let revision = revisions.entry((post.unit, post.criterion)).or_default();
            *revision += 1;
            assert_eq!(post.revision, *revision, "{service} {seq}");
        }
    }
    // Walks every chain.
    year.state().await;
}
