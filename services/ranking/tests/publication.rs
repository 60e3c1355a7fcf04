//! Publishing: what blocks it, versions, files, and reading them back.
#![allow(clippy::unwrap_used, reason = "a test stops at the first thing that is wrong")]

mod common;

use chiso_domain::cycle::Reassignment;
use chiso_domain::index_points::{Basis, Source, Value};
use chiso_domain::ranking::document::verify;
use chiso_platform::auth::Role;
use chiso_platform::testkit::As;
use chiso_wire::kernel as k;
use chiso_wire::ranking as pb;
use common::{CYCLE, World, classes, organiser, refused};
use pb::Class::{Completed, Excellent, Good, NotCompleted};
use sha2::{Digest, Sha256};
use unicode_normalization::UnicodeNormalization;

fn sha256(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

#[tokio::test]
async fn for_what_an_agency_does_not_appraise_its_substitute_is_named() {
    let world = World::new().await;
    let substitute = Reassignment {
        agency: "VPUB".parse().unwrap(),
        unit: Some("SNV".parse().unwrap()),
        criterion: None,
        substitute: "STC".parse().unwrap(),
        reason: "Không tự thẩm định".to_owned(),
    };
    world.reassign(substitute);
    let readiness = world.readiness().await.unwrap();
    let reason = |unit: &str| {
        let mut own = readiness.missing.iter().filter(|leaf| leaf.unit == unit);
        own.find(|leaf| leaf.criterion == "I.1").unwrap().reason.as_str()
    };
    assert_eq!(
        reason("SNV"),
        "Chưa có điểm: chờ đơn vị tự chấm và Sở STC thẩm định."
    );
    assert_eq!(
        reason("SXD"),
        "Chưa có điểm: chờ đơn vị tự chấm và VPUB thẩm định."
    );
}

#[tokio::test]
async fn a_missing_leaf_refuses_publication_and_is_named() {
    let world = World::new().await;
    for unit in &common::UNITS[1..] {
        world.post_all(unit, 100);
    }
    let readiness = world.readiness().await.unwrap();
    assert!(!readiness.ready);
    assert_eq!(readiness.missing.len(), 8);
    let first = &readiness.missing[0];
    assert_eq!((first.unit.as_str(), first.criterion.as_str()), ("SNV", "I.1"));
    assert_eq!(first.source(), k::Source::Ledger);
    assert_eq!(
        first.reason,
        "Chưa có điểm: chờ đơn vị tự chấm và VPUB thẩm định."
    );
    let penalties = &readiness.missing[7];
    assert_eq!(
        (penalties.criterion.as_str(), penalties.reason.as_str()),
        ("VII.1", "Chưa có điểm trừ: chờ Sở Nội vụ chốt thẩm định lần 2."),
        "no unit scores its own penalties"
    );
    let (reason, fields) = refused(world.publish("").await);
    assert_eq!(reason, "NOT_READY");
    let all = [
        "SNV.I.1[ledger]",
        "SNV.II.1[ledger]",
        "SNV.III.1[ledger]",
        "SNV.IV.1[ledger]",
        "SNV.V.1[survey]",
        "SNV.V.1[recheck]",
        "SNV.VI.1[leaders]",
        "SNV.VII.1[ledger]",
    ];
    assert_eq!(fields, all);
    assert_eq!(world.versions().await, []);
    let nothing = refused(world.published(0).await);
    assert_eq!(nothing, ("NOT_FOUND".to_owned(), vec!["cycle".to_owned()]));
}

#[tokio::test]
async fn points_not_final_or_not_computable_block_too() {
    let world = World::full().await;
    world.post_ratio("STC", "I.1", 110, false);
    assert_eq!(refused(world.publish("").await).1, ["STC.I.1[ledger]"]);
    world.post_ratio("STC", "I.1", 110, true);
    let why = Value::NotComputable("Chưa có phiếu hợp lệ nào.".to_owned());
    world.post(
        "STP",
        "V.1",
        Source::Survey,
        why,
        Basis::Survey { rated: 0, sum: 0 },
    );
    assert_eq!(refused(world.publish("").await).1, ["STP.V.1[survey]"]);
    let provisional = world.provisional().await.unwrap();
    let unit = provisional.units.iter().find(|u| u.unit == "STP").unwrap();
    assert_eq!(unit.class(), pb::Class::Unspecified);
    let missing = "V.1: Chưa tính được điểm: Chưa có phiếu hợp lệ nào. Cần Sở Nội vụ xem xét, quyết định.";
    assert_eq!(unit.missing, [missing]);
}

#[tokio::test]
async fn an_undecided_tie_is_published_as_good_and_says_so() {
    let world = World::full().await;
    assert_eq!(world.readiness().await.unwrap().open_ties.len(), 1);
    let version = world.publish("").await.unwrap();
    assert_eq!((version.version, version.replaced), (1, false));
    let published = world.published(0).await.unwrap();
    let expected = [
        ("SNV", 1, Good),
        ("SXD", 1, Good),
        ("STC", 3, Good),
        ("STP", 4, Completed),
        ("SYT", 5, NotCompleted),
    ];
    assert_eq!(classes(&published.units), expected);
    assert!(published.units[0].tied);
    let reason = published.units[0].reasons.last().unwrap();
    assert!(reason.contains("chờ Hội đồng quyết định"), "{reason}");
    assert_eq!((published.types[0].quota, published.types[0].excellent), (1, 0));
    assert_eq!(published.province, "Tỉnh Phú Thọ");
}

#[tokio::test]
async fn a_correction_is_a_new_version_and_the_old_one_stays() {
    let world = World::full().await;
    let first = world.publish("").await.unwrap();
    let old = world.export(1, pb::Format::Json).await.unwrap();
    let results = world.published(1).await.unwrap().units;

    world.post_ratio("SXD", "I.1", 119, true);
    let missing = refused(world.publish("").await);
    assert_eq!(
        missing,
        (
            "CORRECTION_REASON_MISSING".to_owned(),
            vec!["correction_reason".to_owned()]
        )
    );
    let second = world.publish("Sai số liệu I.1 của SXD").await.unwrap();
    assert_eq!(
        (second.version, second.correction_reason.as_str()),
        (2, "Sai số liệu I.1 của SXD")
    );
    assert_ne!(second.sha256, first.sha256);
    assert_eq!(second.rule_set_sha256, first.rule_set_sha256);

    let versions = world.versions().await;
    let marks: Vec<_> = versions.iter().map(|v| (v.version, v.replaced)).collect();
    assert_eq!(marks, [(1, true), (2, false)]);
    let newest = world.published(0).await.unwrap();
    assert_eq!(newest.version.unwrap().version, 2);
    assert_eq!(
        classes(&newest.units)[..2],
        [("SXD", 1, Excellent), ("SNV", 2, Good)]
    );
    assert_eq!(
        world.export(1, pb::Format::Json).await.unwrap(),
        old,
        "the old bytes stay"
    );
    assert_eq!(
        world.published(1).await.unwrap().units,
        results,
        "and the old results"
    );
    assert!(world.published(1).await.unwrap().version.unwrap().replaced);
}

#[tokio::test]
async fn the_first_version_corrects_nothing() {
    let world = World::full().await;
    assert_eq!(refused(world.publish("Sai").await).0, "NOTHING_TO_CORRECT");
    assert_eq!(world.versions().await, []);
}

#[tokio::test]
async fn the_same_request_publishes_once() {
    let world = World::full().await;
    let request = world.publish_request("");
    let first = world.publish_as(request.clone(), &organiser()).await.unwrap();
    world.post_ratio("SYT", "I.1", 119, true);
    assert_eq!(world.publish_as(request.clone(), &organiser()).await, Ok(first));
    assert_eq!(world.versions().await.len(), 1);
    let other = pb::PublishRequest {
        document: "QĐ 101/QĐ-UBND".to_owned(),
        ..request
    };
    let reused = refused(world.publish_as(other, &organiser()).await);
    assert_eq!(
        reused,
        ("REQUEST_ID_REUSED".to_owned(), vec!["request_id".to_owned()])
    );
    assert_eq!(world.versions().await.len(), 1);
}

#[tokio::test]
async fn exported_bytes_are_those_of_the_hash_and_recompute() {
    let world = World::full().await;
    let version = world.publish("").await.unwrap();
    let bytes = world.export(0, pb::Format::Json).await.unwrap();
    assert_eq!(sha256(&bytes), version.sha256);
    let report = verify(&bytes);
    assert!(report.is_clean(), "{report}");
    assert_eq!(report.sha256, version.sha256);
    for at in (0..bytes.len())
        .filter(|at| bytes[*at].is_ascii_digit())
        .step_by(37)
    {
        let mut changed = bytes.clone();
        changed[at] = if bytes[at] == b'9' { b'8' } else { bytes[at] + 1 };
        let report = verify(&changed);
        assert!(!report.is_clean(), "byte {at}");
        assert!(report.faults().all(|fault| !fault.path.is_empty()));
    }
}

#[tokio::test]
async fn equal_inputs_give_equal_bytes_whenever_they_came() {
    let (one, other) = (World::full().await, World::new().await);
    for (unit, done) in common::UNITS.into_iter().zip([118, 118, 110, 90, 60]).rev() {
        other.post_ratio(unit, "I.1", 1, false);
        other.post_all(unit, done);
    }
    other.provisional().await.unwrap();
    let versions = (one.publish("").await.unwrap(), other.publish("").await.unwrap());
    assert_eq!(versions.0.sha256, versions.1.sha256);
}

#[tokio::test]
async fn a_breakdown_leads_from_the_total_to_its_sources() {
    let world = World::full().await;
    world.publish("").await.unwrap();
    let request = |unit: &str| pb::GetBreakdownRequest {
        cycle: CYCLE.to_owned(),
        version: 0,
        unit: unit.to_owned(),
    };
    let breakdown = world
        .client()
        .get_breakdown(request("STC"))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(breakdown.leaves.len(), 7);
    let survey = breakdown
        .leaves
        .iter()
        .find(|leaf| leaf.criterion == "V.1")
        .unwrap();
    assert_eq!(
        (survey.points.as_str(), survey.max_points.as_str()),
        ("9.68", "14.00")
    );
    assert_eq!(survey.name, "Tiêu chí V.1");
    let mut sources: Vec<_> = survey.sources.iter().map(k::IndexPoints::source).collect();
    sources.sort();
    assert_eq!(sources, [k::Source::Survey, k::Source::Recheck]);
    assert!(
        survey
            .sources
            .iter()
            .all(|source| source.basis.is_some() && source.seq > 0)
    );
    let result = breakdown.result.unwrap();
    let contents: Vec<_> = result.contents.iter().map(|c| c.points.as_str()).collect();
    assert_eq!(contents, ["35.75", "24.75", "8.00", "3.00", "9.68", "3.63"]);
    assert_eq!(
        (result.penalty.as_str(), result.total.as_str()),
        ("0.50", "84.31")
    );
    let nobody = world.client().get_breakdown(request("NOBODY")).await.unwrap_err();
    assert_eq!(nobody.code(), tonic::Code::NotFound);
}

#[tokio::test]
async fn a_table_for_spreadsheets() {
    let world = World::full().await;
    world.publish("").await.unwrap();
    let csv = String::from_utf8(world.export(1, pb::Format::Csv).await.unwrap()).unwrap();
    let lines: Vec<&str> = csv.split("\r\n").collect();
    assert_eq!(lines.len(), 7);
    let header = "cycle,version,unit_type,rank,tied,unit,name,content_i,content_ii,content_iii,content_iv,\
                  content_v,content_vi,penalty,total,class,reasons";
    assert_eq!(lines[0], header);
    let row = "2022,1,department,3,false,STC,Sở STC,35.75,24.75,8.00,3.00,9.68,3.63,0.50,84.31,GOOD,\"";
    assert!(lines[3].starts_with(row), "{}", lines[3]);
    let unspecified = world.export(1, pb::Format::Unspecified).await;
    assert_eq!(
        refused(unspecified),
        ("FIELD_INVALID".to_owned(), vec!["format".to_owned()])
    );
}

#[tokio::test]
async fn what_is_not_published_is_for_the_inner_circle() {
    let world = World::full().await;
    let ask = pb::GetProvisionalRequest {
        cycle: CYCLE.to_owned(),
        unit_type: String::new(),
    };
    for (role, may) in [
        (Role::Organiser, true),
        (Role::CouncilChair, true),
        (Role::Auditor, true),
        (Role::UnitHead, false),
        (Role::Appraiser, false),
        (Role::Consumer, false),
    ] {
        let request = world.kit.request(ask.clone(), &As::role(role).unit("SNV"));
        assert_eq!(
            world.client().get_provisional(request).await.is_ok(),
            may,
            "{role:?}"
        );
    }
    let elsewhere = As::role(Role::Organiser).cycle("2021");
    let request = world.kit.request(ask.clone(), &elsewhere);
    assert_eq!(
        world.client().get_provisional(request).await.unwrap_err().code(),
        tonic::Code::PermissionDenied
    );
    let anonymous = world.client().get_provisional(ask).await.unwrap_err();
    assert_eq!(anonymous.code(), tonic::Code::Unauthenticated);
    let refusal = world
        .publish_as(world.publish_request(""), &As::role(Role::Auditor))
        .await;
    assert_eq!(refused(refusal).0, "PERMISSION_DENIED");
}

#[tokio::test]
async fn bad_input_names_its_field_and_changes_nothing() {
    let world = World::full().await;
    let good = world.publish_request("");
    let cases = [
        (
            pb::PublishRequest {
                request_id: "1".to_owned(),
                ..good.clone()
            },
            "request_id",
        ),
        (
            pb::PublishRequest {
                cycle: String::new(),
                ..good.clone()
            },
            "cycle",
        ),
        (
            pb::PublishRequest {
                cycle: "Năm 2022".to_owned(),
                ..good.clone()
            },
            "cycle",
        ),
        (
            pb::PublishRequest {
                document: " ".to_owned(),
                ..good.clone()
            },
            "document",
        ),
        (
            pb::PublishRequest {
                document: "x".repeat(501),
                ..good.clone()
            },
            "document",
        ),
        (
            pb::PublishRequest {
                correction_reason: "x".repeat(501),
                ..good
            },
            "correction_reason",
        ),
    ];
    for (request, field) in cases {
        let refusal = refused(world.publish_as(request, &organiser()).await);
        assert_eq!(refusal, ("FIELD_INVALID".to_owned(), vec![field.to_owned()]));
    }
    assert_eq!(refused(world.published(-1).await).1, ["version"]);
    assert_eq!(world.versions().await, []);
}

#[tokio::test]
async fn text_is_kept_composed() {
    let world = World::full().await;
    let document = "Quyết định số 100".nfd().collect();
    let request = pb::PublishRequest {
        document,
        ..world.publish_request("")
    };
    assert_eq!(
        world.publish_as(request, &organiser()).await.unwrap().document,
        "Quyết định số 100"
    );
}

#[tokio::test]
async fn versions_come_by_pages_and_acts_are_journalled() {
    let world = World::full().await;
    world.publish("").await.unwrap();
    for reason in ["Lần 1", "Lần 2", "Lần 3"] {
        world.publish(reason).await.unwrap();
    }
    let mut token = String::new();
    let mut pages = Vec::new();
    loop {
        let message = pb::ListVersionsRequest {
            cycle: String::new(),
            page_size: 3,
            page_token: token,
        };
        let page = world.client().list_versions(message).await.unwrap().into_inner();
        pages.push(page.versions.iter().map(|v| v.version).collect::<Vec<_>>());
        token = page.next_page_token;
        if token.is_empty() {
            break;
        }
    }
    assert_eq!(pages, [vec![1, 2, 3], vec![4]]);
    let request = world.kit.request(k::ListJournalRequest::default(), &organiser());
    let entries = world
        .client()
        .list_journal(request)
        .await
        .unwrap()
        .into_inner()
        .entries;
    let acts: Vec<_> = entries
        .iter()
        .map(|e| (e.act.as_str(), e.object.as_str()))
        .collect();
    let published = |version| ("version.publish", version);
    assert_eq!(acts, ["2022/1", "2022/2", "2022/3", "2022/4"].map(published));
    assert_eq!(entries[1].reason, "Lần 1");
}

#[tokio::test]
async fn a_version_says_what_its_columns_and_its_quota_mean() {
    let world = World::full().await;
    let provisional = world.provisional().await.unwrap();
    world.publish("").await.unwrap();
    let [of_type] = world.compared(0).await.types.try_into().unwrap();
    let heads: Vec<(&str, &str)> = of_type
        .contents
        .iter()
        .map(|head| (head.code.as_str(), head.max_points.as_str()))
        .collect();
    let expected = [
        ("I", "39.00"),
        ("II", "27.00"),
        ("III", "8.00"),
        ("IV", "8.00"),
        ("V", "14.00"),
        ("VI", "4.00"),
    ];
    assert_eq!(heads, expected, "the content of penalties has no column");
    assert_eq!(of_type.contents[0].name_en, "Criterion I");
    assert_eq!(
        (of_type.quota_percent, of_type.quota_rounding.as_str()),
        (20, "floor")
    );
    assert_eq!(
        (of_type.quota_base_rule.as_str(), of_type.quota_min_one),
        ("ranked_units", false)
    );
    let limits = [&of_type.good_min, &of_type.completed_min, &of_type.excellent_min];
    assert_eq!(limits, ["80.00", "65.00", "80.00"]);
    assert_eq!(of_type.tie_break, ["I", "II"]);
    assert_eq!(of_type.name_en, "Departments");
    assert_eq!(provisional.types, [of_type], "the draft says the same");
}
