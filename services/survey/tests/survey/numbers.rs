//! Progress and counts: equal to a recount, hidden where they would show a person.

use std::collections::BTreeMap;

use chiso_platform::auth::Role;
use chiso_platform::testkit::As;
use chiso_wire::survey as pb;

use crate::support::{CYCLE, UNITS, World, because, interviewer, organiser, supervisor, why};

fn head(unit: &str) -> As {
    As::role(Role::UnitHead).unit(unit)
}

async fn progress(world: &World, unit: &str, who: &As) -> Result<Vec<pb::GroupProgress>, tonic::Status> {
    let request = pb::GetProgressRequest {
        cycle: CYCLE.to_owned(),
        unit: unit.to_owned(),
    };
    Ok(world
        .client()
        .get_progress(world.kit.request(request, who))
        .await?
        .into_inner()
        .progress)
}

#[tokio::test]
async fn counts_are_hidden_below_five_valid_slips() {
    let world = World::new().await;
    for n in 0..5 {
        let counts = world.counts("SNV", "DN_CN", &head("SNV")).await;
        assert_eq!((counts.valid_slips, counts.counts.len()), (n, 0));
        assert!(
            world
                .counts("SNV", "DN_CN", &supervisor())
                .await
                .counts
                .is_empty()
        );
        let seen = world.counts("SNV", "DN_CN", &organiser()).await.counts.len();
        assert_eq!(seen, if n == 0 { 0 } else { 2 });
        let person = world.person("DN_CN", &format!("091234560{n}"), &[]).await;
        world
            .submit(&world.slip("SNV", "DN_CN", &person, "5", "4"))
            .await
            .unwrap();
    }
    let counts = world.counts("SNV", "DN_CN", &head("SNV")).await;
    assert_eq!((counts.valid_slips, counts.counts.len()), (5, 2));
}

#[tokio::test]
async fn a_unit_may_differ_from_the_plan_of_all() {
    let world = World::new().await;
    let target = |unit: &str, planned| pb::Target {
        unit: unit.to_owned(),
        group: "HDND".to_owned(),
        planned,
        population: 0,
        seen_plan: None,
    };
    let set = async |targets| {
        let request = pb::SetTargetsRequest {
            request_id: world.kit.id(),
            cycle: CYCLE.to_owned(),
            targets,
        };
        world
            .client()
            .set_targets(world.kit.request(request, &organiser()))
            .await
    };
    set(vec![target("STC", 7), target("", 20), target("SNV", 30)])
        .await
        .unwrap();
    for twice in ["SNV", ""] {
        let targets = vec![target(twice, 1), target("STC", 1), target(twice, 1)];
        assert_eq!(
            why(set(targets).await),
            because("TARGET_TWICE", "targets[2].unit")
        );
    }
    let all = progress(&world, "", &organiser()).await.unwrap();
    let planned: BTreeMap<&str, i32> = all
        .iter()
        .filter(|p| p.group == "HDND")
        .map(|p| (p.unit.as_str(), p.planned))
        .collect();
    assert_eq!(planned, [("SNV", 30), ("STC", 7), ("SYT", 20)].into());
}

#[tokio::test]
async fn a_plan_that_was_not_looked_at_is_not_replaced() {
    let world = World::new().await;
    let set = async |group: &str, planned, seen: Option<&str>| {
        let target = pb::Target {
            unit: String::new(),
            group: group.to_owned(),
            planned,
            population: 0,
            seen_plan: seen.map(str::to_owned),
        };
        let request = pb::SetTargetsRequest {
            request_id: world.kit.id(),
            cycle: CYCLE.to_owned(),
            targets: vec![target],
        };
        let request = world.kit.request(request, &organiser());
        world.client().set_targets(request).await
    };
    let plan = async || {
        let asked = pb::GetCampaignRequest {
            cycle: CYCLE.to_owned(),
        };
        let request = world.kit.request(asked, &organiser());
        let told = world.client().get_campaign(request).await.unwrap().into_inner();
        let mut groups = told.groups.into_iter();
        groups.find(|group| group.group == "HDND").unwrap().plan
    };
    assert_eq!(plan().await, "");
    set("HDND", 20, Some("")).await.unwrap();
    let seen = plan().await;
    let late = why(set("HDND", 30, Some("")).await);
    assert_eq!(late, because("TARGETS_CHANGED", "targets[0].seen_plan"));
    assert_eq!(plan().await, seen, "nothing was set");
    set("DN_CN", 5, None).await.unwrap();
    assert_eq!(plan().await, seen, "another group's plan is another");
    set("HDND", 30, Some(&seen)).await.unwrap();
    set("HDND", 20, None).await.unwrap();
    assert_eq!(plan().await, seen, "the same plan again");
}

#[tokio::test]
async fn officers_see_their_own_unit_only() {
    let world = World::new().await;
    world.targets("HDND", 20).await;
    let counts = pb::GetAnswerCountsRequest {
        cycle: CYCLE.to_owned(),
        unit: "STC".to_owned(),
        group: "HDND".to_owned(),
    };
    let reply = world
        .client()
        .get_answer_counts(world.kit.request(counts, &head("SNV")))
        .await;
    assert_eq!(why(reply), because("NOT_FOUND", "unit"));
    assert_eq!(
        why(progress(&world, "STC", &head("SNV")).await),
        because("NOT_FOUND", "unit")
    );
    let own = progress(&world, "", &head("SNV")).await.unwrap();
    assert!(!own.is_empty() && own.iter().all(|p| p.unit == "SNV"));
    assert_eq!(progress(&world, "", &As::role(Role::UnitHead)).await.unwrap(), []);
    let all = progress(&world, "", &interviewer()).await.unwrap();
    assert_eq!(
        all.iter()
            .filter(|p| p.group == "HDND" && p.planned == 20 && p.short)
            .count(),
        3
    );
    assert_eq!(
        why(progress(&world, "XYZ", &organiser()).await),
        because("UNIT_UNKNOWN", "unit")
    );
}

#[tokio::test]
async fn a_plan_may_follow_from_the_population() {
    let world = World::new().await;
    let set = async |unit: &str, planned, population| {
        let target = pb::Target {
            unit: unit.to_owned(),
            group: "DN_CN".to_owned(),
            planned,
            population,
            seen_plan: None,
        };
        let request = pb::SetTargetsRequest {
            request_id: world.kit.id(),
            cycle: CYCLE.to_owned(),
            targets: vec![target],
        };
        world
            .client()
            .set_targets(world.kit.request(request, &organiser()))
            .await
    };
    set("SNV", 0, 5_000).await.unwrap();
    let snv = progress(&world, "SNV", &organiser()).await.unwrap();
    assert_eq!(snv.iter().find(|p| p.group == "DN_CN").unwrap().planned, 371);
    assert_eq!(
        why(set("SNV", 40, 5_000).await),
        because("FIELD_INVALID", "targets[0].planned")
    );
    assert_eq!(
        why(set("SNV", -1, 0).await),
        because("FIELD_INVALID", "targets[0].planned")
    );
    assert_eq!(
        why(set("XYZ", 40, 0).await),
        because("UNIT_UNKNOWN", "targets[0].unit")
    );
}

/// Many slips of all kinds at once, and then everything is counted again from the slips themselves.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn counts_equal_a_recount() {
    let world = World::new().await;
    let mut people = Vec::new();
    for n in 0..30_usize {
        let group = if n % 3 == 0 { "HDND" } else { "DN_CN" };
        // Every fifth phone is somebody else's too.
        let phone = format!("09123456{:02}", if n % 5 == 4 { n - 4 } else { n });
        people.push((group, world.person(group, &phone, &["SNV", "STC"]).await));
    }
    let mut calls = Vec::new();
    for (n, (group, person)) in people.iter().enumerate() {
        for (m, unit) in UNITS.iter().enumerate() {
            let q1 = ["1", "2", "3", "4", "5", "khong_y_kien"][(n + m) % 6];
            let mut slip = world.slip(unit, group, person, q1, ["5", "3"][n % 2]);
            slip.record_invalid = n % 2 == 0;
            slip.answered_personally = n % 7 != 0;
            let request = world
                .kit
                .request(pb::SubmitSlipRequest { slip: Some(slip) }, &interviewer());
            let mut client = world.client();
            calls.push(tokio::spawn(async move { client.submit_slip(request).await }));
        }
    }
    for call in calls {
        let _stored_or_refused = call.await.unwrap();
    }
    let mut recount: BTreeMap<(String, String, String, String), i64> = BTreeMap::new();
    let slips = world.slips().await;
    for stored in slips.iter().filter(|s| s.valid) {
        let slip = stored.slip.as_ref().unwrap();
        for answer in slip.answers.iter().filter(|a| a.question.starts_with('Q')) {
            let key = (
                slip.unit.clone(),
                slip.group.clone(),
                answer.question.clone(),
                answer.value.clone(),
            );
            *recount.entry(key).or_default() += 1;
        }
    }
    let mut counted = BTreeMap::new();
    for unit in UNITS {
        for group in ["HDND", "DN_CN"] {
            for c in world.counts(unit, group, &organiser()).await.counts {
                counted.insert((unit.to_owned(), group.to_owned(), c.question, c.option), c.count);
            }
        }
    }
    assert!(recount.len() > 15);
    assert_eq!(counted, recount);
    let valid = slips.iter().filter(|s| s.valid).count();
    assert!(valid > 0 && valid < slips.len() && slips.len() < 90);
    let totals = (i32::try_from(slips.len()).unwrap(), i32::try_from(valid).unwrap());
    assert_eq!(world.totals().await, totals);
}

async fn campaign(world: &World, who: &As) -> Result<pb::GetCampaignResponse, tonic::Status> {
    let request = pb::GetCampaignRequest {
        cycle: CYCLE.to_owned(),
    };
    let reply = world.client().get_campaign(world.kit.request(request, who)).await;
    Ok(reply?.into_inner())
}

#[tokio::test]
async fn a_campaign_is_told_with_the_groups_that_it_asks() {
    let world = World::new().await;
    let told = campaign(&world, &head("SNV")).await.unwrap();
    let made = told.campaign.unwrap();
    assert!(!made.name.is_empty() && made.created_at.is_some());
    assert_eq!(made.closed_at, None);
    let groups: Vec<(&str, bool)> = told
        .groups
        .iter()
        .map(|group| {
            (
                group.group.as_str(),
                group.sha256.len() == 64 && group.questions > 0,
            )
        })
        .collect();
    assert_eq!(groups, [("DN_CN", true), ("HDND", true)]);
    let refused = campaign(&world, &As::role(Role::Leader)).await.unwrap_err();
    assert_eq!(refused.code(), tonic::Code::PermissionDenied);
}
