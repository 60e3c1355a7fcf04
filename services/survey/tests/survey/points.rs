//! What is posted: provisional while slips come in, final once closed, never a silent zero.

use std::collections::BTreeMap;

use chiso_domain::cycle::policy::GroupHandling;
use chiso_domain::cycle::{Rule, Window};
use chiso_domain::kernel::{Decimals, Points};
use chiso_domain::survey::{Tally, points as convert};
use chiso_wire::kernel as kernel_pb;
use chiso_wire::kernel::index_points::Value;
use chiso_wire::survey as pb;
use tonic::Status;

use crate::support::{CYCLE, UNITS, World, because, cycle, interviewer, organiser, why, window};

async fn close(world: &World) -> Result<(), Status> {
    let request = pb::CloseCampaignRequest {
        request_id: world.kit.id(),
        cycle: CYCLE.to_owned(),
    };
    world
        .client()
        .close_campaign(world.kit.request(request, &organiser()))
        .await
        .map(|_| ())
}

async fn decide(
    world: &World,
    unit: &str,
    group: &str,
    decision: pb::ShortageDecision,
) -> Result<(), Status> {
    decide_seeing(world, (unit, group), decision, None).await
}

async fn decide_seeing(
    world: &World,
    (unit, group): (&str, &str),
    decision: pb::ShortageDecision,
    seen: Option<&str>,
) -> Result<(), Status> {
    let request = pb::DecideShortageRequest {
        request_id: world.kit.id(),
        cycle: CYCLE.to_owned(),
        unit: unit.to_owned(),
        group: group.to_owned(),
        decision: decision.into(),
        document: "QĐ 12/QĐ-SNV ngày 02/12/2022".to_owned(),
        seen_document: seen.map(str::to_owned),
    };
    world
        .client()
        .decide_shortage(world.kit.request(request, &organiser()))
        .await
        .map(|_| ())
}

/// Slips of new people with these answers to Q1; Q2 is always 5. Phones begin at a number.
async fn answer(world: &World, unit: &str, group: &str, q1: &[&str], first_phone: usize) {
    for (n, q1) in q1.iter().enumerate() {
        let person = world
            .person(group, &format!("09{:08}", first_phone + n), &[])
            .await;
        assert!(
            world
                .submit(&world.slip(unit, group, &person, q1, "5"))
                .await
                .unwrap()
                .valid
        );
    }
}

fn value(post: &kernel_pb::IndexPoints) -> Value {
    post.value.clone().unwrap()
}

fn points(text: &str) -> Value {
    Value::Points(text.to_owned())
}

fn basis(post: &kernel_pb::IndexPoints) -> (i64, i64) {
    match post.basis.as_ref().unwrap().kind.as_ref().unwrap() {
        kernel_pb::basis::Kind::Survey(b) => (b.rated, b.sum),
        other => panic!("{other:?}"),
    }
}

fn key(unit: &str, criterion: &str) -> (String, String) {
    (unit.to_owned(), criterion.to_owned())
}

#[tokio::test]
async fn a_pull_sees_every_slip_acknowledged_before() {
    let world = World::new().await;
    answer(&world, "SNV", "HDND", &["5"], 0).await;
    let first = world.points().await;
    let post = &first[&key("SNV", "V.1.1")];
    assert_eq!(
        (value(post), basis(post), post.r#final),
        (points("2.00"), (1, 10_000), false)
    );
    answer(&world, "SNV", "HDND", &["2"], 1).await;
    let second = world.points().await;
    let post = &second[&key("SNV", "V.1.1")];
    assert_eq!((value(post), basis(post)), (points("1.25"), (2, 12_500)));
    // What did not change has no new revision.
    assert_eq!(second[&key("STC", "V.1.1")], first[&key("STC", "V.1.1")]);
    assert_eq!(world.points().await, second);
}

#[tokio::test]
async fn no_opinion_is_left_out_of_the_mean() {
    let world = World::new().await;
    answer(&world, "SNV", "DN_CN", &["4", "khong_y_kien", "5"], 0).await;
    let post = &world.points().await[&key("SNV", "V.2.1")];
    assert_eq!((value(post), basis(post)), (points("1.75"), (2, 17_500)));
    answer(&world, "STC", "DN_CN", &["khong_y_kien"], 10).await;
    let post = &world.points().await[&key("STC", "V.2.1")];
    assert!(matches!(value(post), Value::NotComputable(why) if why.contains("Q1")));
}

#[tokio::test]
async fn closing_waits_for_the_window_and_makes_everything_final() {
    let world = World::new().await;
    answer(&world, "SNV", "HDND", &["5", "4"], 0).await;
    assert_eq!(why(close(&world).await).0, "WINDOW_STILL_OPEN");
    let mut longer = cycle();
    longer.calendar.extensions.push(chiso_domain::cycle::Extension {
        window: Window::Survey,
        unit: Some("STC".parse().unwrap()),
        ends_at: window().end.plus(1),
        reason: "mưa lũ".to_owned(),
        granted_at: window().start,
    });
    world.kit.ctx.cycles.replace(longer);
    world.kit.set_now(window().end);
    assert_eq!(why(close(&world).await).0, "WINDOW_STILL_OPEN");
    world.kit.set_now(window().end.plus(1));
    close(&world).await.unwrap();
    assert_eq!(why(close(&world).await).0, "CAMPAIGN_CLOSED");

    let all = world.points().await;
    assert_eq!(all.len(), UNITS.len() * 3);
    assert!(all.values().all(|post| post.r#final));
    assert_eq!(value(&all[&key("SNV", "V.1.1")]), points("1.75"));
    // A unit without any slip says so.
    assert!(matches!(value(&all[&key("SYT", "V.2.2")]), Value::NotComputable(why) if why.contains("phiếu")));
}

#[tokio::test]
async fn a_decision_that_was_not_looked_at_is_not_replaced() {
    let world = World::new().await;
    world.targets("HDND", 5).await;
    answer(&world, "SNV", "HDND", &["5", "5", "4"], 0).await;
    let (place, skip) = (("SNV", "HDND"), pb::ShortageDecision::NotApplicable);
    decide_seeing(&world, place, pb::ShortageDecision::Accept, Some(""))
        .await
        .unwrap();
    let late = why(decide_seeing(&world, place, skip, Some("")).await);
    assert_eq!(late, because("SHORTAGE_DECIDED", "seen_document"));
    assert_eq!(value(&world.points().await[&key("SNV", "V.1.1")]), points("1.83"));
    let seen = Some("QĐ 12/QĐ-SNV ngày 02/12/2022");
    decide_seeing(&world, place, skip, seen).await.unwrap();
}

#[tokio::test]
async fn a_shortage_waits_for_a_decision() {
    let world = World::new().await;
    world.targets("HDND", 5).await;
    answer(&world, "SNV", "HDND", &["5", "5", "4"], 0).await;
    let post = &world.points().await[&key("SNV", "V.1.1")];
    assert!(matches!(value(post), Value::NotComputable(why) if why.contains("3") && why.contains("80%")));
    assert_eq!(basis(post), (3, 27_500));

    let accept = pb::ShortageDecision::Accept;
    assert_eq!(
        why(decide(&world, "STC", "HDND", accept).await).0,
        "NO_VALID_SLIPS"
    );
    assert_eq!(
        why(decide(&world, "SNV", "KHAC", accept).await),
        because("GROUP_UNKNOWN", "group")
    );
    let none = pb::ShortageDecision::Unspecified;
    assert_eq!(
        why(decide(&world, "SNV", "HDND", none).await),
        because("FIELD_INVALID", "decision")
    );
    decide(&world, "SNV", "HDND", accept).await.unwrap();
    assert_eq!(value(&world.points().await[&key("SNV", "V.1.1")]), points("1.83"));

    decide(&world, "STC", "HDND", pb::ShortageDecision::NotApplicable)
        .await
        .unwrap();
    let post = &world.points().await[&key("STC", "V.1.1")];
    assert!(matches!(value(post), Value::NotApplicable(why) if why.contains("QĐ 12/QĐ-SNV")));
    answer(&world, "SYT", "HDND", &["5", "5", "5", "5"], 10).await;
    assert_eq!(why(decide(&world, "SYT", "HDND", accept).await).0, "NOT_SHORT");

    let skip = pb::ShortageDecision::NotApplicable;
    assert_eq!(why(decide(&world, "SYT", "HDND", skip).await).0, "NOT_SHORT");

    // After the end, a late decision is a new, final post.
    world.kit.set_now(window().end);
    close(&world).await.unwrap();
    decide(&world, "STC", "DN_CN", pb::ShortageDecision::NotApplicable)
        .await
        .unwrap();
    let post = &world.points().await[&key("STC", "V.2.1")];
    assert!(post.r#final && matches!(value(post), Value::NotApplicable(_)));
    // Also of a group with enough slips, all of which the recheck may have voided; and it can be taken back.
    decide(&world, "SYT", "HDND", skip).await.unwrap();
    let post = &world.points().await[&key("SYT", "V.1.1")];
    assert!(post.r#final && matches!(value(post), Value::NotApplicable(why) if why.contains("QĐ 12")));
    decide(&world, "SYT", "HDND", accept).await.unwrap();
    assert_eq!(value(&world.points().await[&key("SYT", "V.1.1")]), points("2.00"));
}

#[tokio::test]
async fn a_unit_whose_survey_is_extended_waits_for_its_own_end() {
    let mut longer = cycle();
    longer.calendar.extensions.push(chiso_domain::cycle::Extension {
        window: Window::Survey,
        unit: Some("STC".parse().unwrap()),
        ends_at: window().end.plus(1),
        reason: "mưa lũ".to_owned(),
        granted_at: window().start,
    });
    let world = World::of(longer).await;
    answer(&world, "SNV", "HDND", &["5"], 0).await;
    answer(&world, "STC", "HDND", &["5"], 10).await;
    let skip = pb::ShortageDecision::NotApplicable;
    world.kit.set_now(window().end);
    assert_eq!(why(decide(&world, "STC", "HDND", skip).await).0, "NOT_SHORT");
    decide(&world, "SNV", "HDND", skip).await.unwrap();
}

#[tokio::test]
async fn joined_groups_post_a_basis_that_recomputes() {
    let mut joined = cycle();
    joined.rules.policy.survey.groups = GroupHandling::EqualWeight;
    let set = joined.rules.index_sets.values_mut().next().unwrap();
    set.rows[2].rule = Rule::Survey {
        group: "ALL".parse().unwrap(),
        question: "Q1".parse().unwrap(),
    };
    let world = World::of(joined).await;
    answer(&world, "SNV", "HDND", &["5", "4", "4"], 0).await;
    let post = &world.points().await[&key("SNV", "V.1.1")];
    assert!(matches!(value(post), Value::NotComputable(why) if why.contains("DN_CN")));
    answer(&world, "SNV", "DN_CN", &["1", "2"], 10).await;
    let post = &world.points().await[&key("SNV", "V.1.1")];
    // (25000/3 + 2500/2) / 2 / 10000 × 2 = 0.9583…
    assert_eq!(value(post), points("0.96"));
    let (rated, sum) = basis(post);
    let again = convert(Points::whole(2), Tally { rated, sum }, Decimals::TWO).unwrap();
    assert_eq!(points(&again.to_string()), value(post));
}

/// Slips from many tasks while somebody pulls all the time: the last state equals a recomputation from the
/// slips, and the feed has no gap.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn after_a_flood_posts_equal_a_recomputation() {
    let world = World::new().await;
    let mut calls = Vec::new();
    for n in 0..120_usize {
        let group = if n % 3 == 0 { "HDND" } else { "DN_CN" };
        let person = world.person(group, &format!("09{n:08}"), &[]).await;
        let q1 = ["1", "2", "3", "4", "5", "khong_y_kien"][n % 6];
        let slip = world.slip(UNITS[n % 3], group, &person, q1, ["1", "5"][n % 2]);
        calls.push(
            world
                .kit
                .request(pb::SubmitSlipRequest { slip: Some(slip) }, &interviewer()),
        );
    }
    let calls: Vec<_> = calls
        .into_iter()
        .map(|call| {
            let mut client = world.client();
            tokio::spawn(async move { client.submit_slip(call).await.unwrap() })
        })
        .collect();
    for call in calls {
        world.points().await;
        call.await.unwrap();
    }
    let posted = world.points().await;
    let values: BTreeMap<&str, i64> =
        [("1", 0), ("2", 2_500), ("3", 5_000), ("4", 7_500), ("5", 10_000)].into();
    let slips = world.slips().await;
    assert_eq!(slips.len(), 120);
    for unit in UNITS {
        for (criterion, group, question, max) in [
            ("V.1.1", "HDND", "Q1", 2),
            ("V.2.1", "DN_CN", "Q1", 2),
            ("V.2.2", "DN_CN", "Q2", 1),
        ] {
            let of_leaf = slips.iter().filter_map(|s| s.slip.as_ref().filter(|_| s.valid));
            let of_leaf = of_leaf.filter(|s| s.unit == unit && s.group == group);
            let answers = of_leaf.filter_map(|s| s.answers.iter().find(|a| a.question == question));
            let tally =
                answers
                    .filter_map(|a| values.get(a.value.as_str()))
                    .fold(Tally::default(), |t, value| Tally {
                        rated: t.rated + 1,
                        sum: t.sum + value,
                    });
            let post = &posted[&key(unit, criterion)];
            assert_eq!(basis(post), (tally.rated, tally.sum));
            match convert(Points::whole(max), tally, Decimals::TWO) {
                Some(expected) => assert_eq!(value(post), points(&expected.to_string())),
                None => assert!(matches!(value(post), Value::NotComputable(_))),
            }
        }
    }
}

#[tokio::test]
async fn nothing_enters_a_closed_campaign() {
    let world = World::new().await;
    let person = world.person("HDND", "0912345678", &[]).await;
    world.kit.set_now(window().end);
    close(&world).await.unwrap();
    // Even an extension granted afterwards does not open it again.
    let mut longer = cycle();
    longer.calendar.windows[0].1.end = window().end.plus(1_000_000);
    world.kit.ctx.cycles.replace(longer);
    let slip = world.slip("SNV", "HDND", &person, "5", "5");
    assert_eq!(
        why(world.submit(&slip).await),
        because("CAMPAIGN_CLOSED", "cycle")
    );
    assert_eq!(
        why(world.try_person("HDND", "0912345679", &[]).await).0,
        "CAMPAIGN_CLOSED"
    );
}

/// What the recheck lists, page by page.
async fn lot(world: &World, units: &[&str]) -> Result<Vec<pb::LotSlip>, Status> {
    let (mut all, mut page_token) = (Vec::new(), String::new());
    loop {
        let request = pb::ListLotSlipsRequest {
            cycle: CYCLE.to_owned(),
            units: units.iter().map(|u| (*u).to_owned()).collect(),
            page_size: 2,
            page_token,
        };
        let call = world.kit.request_of_service("recheck", request);
        let reply = world.client().list_lot_slips(call).await?.into_inner();
        all.extend(reply.slips);
        page_token = reply.next_page_token;
        if page_token.is_empty() {
            return Ok(all);
        }
    }
}

#[tokio::test]
async fn no_new_slip_comes_in_once_the_recheck_has_listed_the_unit() {
    let world = World::new().await;
    let early = world.person("HDND", "0912345678", &[]).await;
    let late = world.person("HDND", "0912345679", &[]).await;
    let sent = world.slip("SNV", "HDND", &early, "5", "5");
    let answer = world.submit(&sent).await.unwrap();
    world.kit.set_now(window().end);
    assert_eq!(lot(&world, &["SNV"]).await.unwrap().len(), 1);
    // An extension afterwards opens the window, not the list.
    let mut longer = cycle();
    longer.calendar.windows[0].1.end = window().end.plus(1_000_000);
    world.kit.ctx.cycles.replace(longer);
    let (state, posts) = (world.totals().await, world.points().await);
    let new = world.slip("SNV", "HDND", &late, "5", "5");
    assert_eq!(why(world.submit(&new).await), because("LOT_TAKEN", "unit"));
    assert_eq!((world.totals().await, world.points().await), (state, posts));
    assert_eq!(world.submit(&sent).await.unwrap(), answer, "the same slip again");
    // Other units are not in the list.
    let other = world.slip("STC", "HDND", &late, "5", "5");
    assert!(world.submit(&other).await.unwrap().valid);
    world.kit.set_now(window().end.plus(1_000_000));
    let unknown = lot(&world, &["KHAC"]).await;
    assert_eq!(why(unknown), because("UNIT_UNKNOWN", "units"));
    assert_eq!(lot(&world, &[]).await.unwrap().len(), 2, "none named: all units");
    let mut again = cycle();
    again.calendar.windows[0].1.end = window().end.plus(2_000_000);
    world.kit.ctx.cycles.replace(again);
    let new = world.slip("SYT", "HDND", &late, "5", "5");
    assert_eq!(why(world.submit(&new).await), because("LOT_TAKEN", "unit"));
}

#[tokio::test]
async fn the_recheck_gets_valid_slips_by_pages() {
    let world = World::new().await;
    answer(&world, "SNV", "HDND", &["5", "4", "3"], 0).await;
    answer(&world, "STC", "DN_CN", &["5", "4"], 10).await;
    let person = world.person("HDND", "0999999999", &[]).await;
    let mut invalid = world.slip("SNV", "HDND", &person, "5", "5");
    (invalid.answered_personally, invalid.record_invalid) = (false, true);
    world.submit(&invalid).await.unwrap();
    assert_eq!(why(lot(&world, &["SNV"]).await).0, "WINDOW_STILL_OPEN");
    world.kit.set_now(window().end);
    assert_eq!(lot(&world, &[]).await.unwrap().len(), 5);
    let snv = lot(&world, &["SNV"]).await.unwrap();
    assert_eq!(snv.len(), 3);
    assert!(
        snv.iter()
            .all(|s| s.unit == "SNV" && s.group == "HDND" && s.slip_id != invalid.slip_id)
    );
    assert_eq!(snv[0].interviewer, interviewer().id().to_string());
}
