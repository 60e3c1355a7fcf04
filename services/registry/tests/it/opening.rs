//! Opening freezes a frame that is complete, and only that.

use chiso_domain::cycle::{Cycle, Rule};
use chiso_platform::auth::Role;
use chiso_platform::testkit::As;
use chiso_wire::registry as pb;
use tonic::Code;
use unicode_normalization::UnicodeNormalization as _;

use crate::books;
use crate::stand::{CYCLE, Stand, calendar, call, refused, span};

#[tokio::test]
async fn a_complete_frame_opens_and_is_read_by_all() {
    let mut stand = Stand::open().await;
    let wire = stand.get_cycle().await;
    assert_eq!(wire.state(), pb::CycleState::Open);
    assert_eq!(wire.province, "Phú Thọ");
    let cycle = Cycle::try_from(&wire).unwrap();
    assert_eq!(cycle.rules.sha256(), wire.rule_set_sha256);
    assert_eq!(cycle.rules.canonical_json(), wire.rule_set_json);
    let unit = "SNV".parse().unwrap();
    let leaf = |code: &str| code.parse().unwrap();
    assert!(matches!(
        cycle.leaf(&unit, &leaf("I.1")).unwrap().rule,
        Rule::Bool
    ));
    assert_eq!(cycle.leaf(&unit, &leaf("V.1")).unwrap().appraiser, None);
    assert_eq!(cycle.leaf(&unit, &leaf("VI.1")).unwrap().appraiser, None);
    assert_eq!(cycle.appraiser(&unit, &leaf("I.2")), Some("STC".parse().unwrap()));
    assert_eq!(cycle.units.len(), 5);
}

#[tokio::test]
async fn a_service_reads_the_frame_too() {
    let mut stand = Stand::open().await;
    let request = pb::GetCycleRequest {
        cycle: CYCLE.to_owned(),
    };
    let request = stand.kit.request_of_service("survey", request);
    let cycle = stand
        .client
        .get_cycle(request)
        .await
        .unwrap()
        .into_inner()
        .cycle
        .unwrap();
    assert_eq!(cycle.units.len(), 5);
}

#[tokio::test]
async fn every_gap_is_named_at_once() {
    let mut stand = Stand::created().await;
    let (reason, fields) = refused(stand.open_cycle().await);
    assert_eq!(reason, "CYCLE_NOT_READY");
    for field in [
        "unit_types",
        "units",
        "council",
        "calendar.SELF_SCORING",
        "calendar.APPRAISAL_2",
    ] {
        assert!(fields.iter().any(|f| f == field), "{field}: {fields:?}");
    }

    stand
        .import_units(&[books::unit_types(), books::units()])
        .await
        .unwrap();
    stand.import_set("department", &books::index_set()).await.unwrap();
    stand.set_council(&["SNV"], Vec::new()).await.unwrap();
    let mut without_survey = calendar();
    without_survey.remove(0);
    stand.set_calendar(without_survey).await.unwrap();
    let (_, fields) = refused(stand.open_cycle().await);
    assert_eq!(
        fields,
        [
            "calendar.SURVEY",
            "index_sets.district",
            "index_sets.department.I.1",
            "index_sets.department.II.3",
            "index_sets.department.IV.1",
            "index_sets.department.VII.1",
            "reassignments.SNV",
            "reassignments.STC",
        ]
    );
    assert_eq!(stand.get_cycle().await.state(), pb::CycleState::Setup);
}

#[tokio::test]
async fn an_open_cycle_cannot_be_changed() {
    let mut stand = Stand::open().await;
    let before = stand.get_cycle().await;
    let open = ("CYCLE_OPEN".to_owned(), vec!["cycle".to_owned()]);
    assert_eq!(refused(stand.set_calendar(calendar()).await), open);
    assert_eq!(refused(stand.set_policy("{}").await), open);
    assert_eq!(
        refused(stand.import_units(&[books::unit_types(), books::units()]).await),
        open
    );
    assert_eq!(
        refused(stand.import_set("department", &books::index_set()).await),
        open
    );
    assert_eq!(refused(stand.set_council(&["SNV"], Vec::new()).await), open);
    assert_eq!(refused(stand.open_cycle().await), open);
    assert_eq!(stand.get_cycle().await, before);
}

#[tokio::test]
async fn the_database_itself_keeps_an_open_rule_set() {
    let stand = Stand::open().await;
    let mut tx = stand.kit.ctx.db.begin().await.unwrap();
    let update =
        chiso_platform::db::sql("UPDATE registry_cycle SET rule_set_json = '{}' WHERE cycle = '2022'");
    assert!(tx.run(update).await.is_err());
}

#[tokio::test]
async fn a_repeated_request_gets_its_first_answer_and_changes_nothing() {
    let mut stand = Stand::ready().await;
    let request = pb::OpenCycleRequest {
        request_id: stand.kit.id(),
        cycle: CYCLE.to_owned(),
        seen_version: 0,
    };
    let organiser = As::role(Role::Organiser);
    let first = stand
        .client
        .open_cycle(stand.kit.request(request.clone(), &organiser))
        .await
        .unwrap();
    let again = stand
        .client
        .open_cycle(stand.kit.request(request.clone(), &organiser))
        .await
        .unwrap();
    assert_eq!(first.get_ref(), again.get_ref());

    let other = pb::CreateCycleRequest {
        request_id: request.request_id.clone(),
        cycle: "2023".to_owned(),
        province: "Phú Thọ".to_owned(),
        regulation: String::new(),
    };
    let other = stand
        .client
        .create_cycle(stand.kit.request(other, &organiser))
        .await;
    assert_eq!(
        refused(other),
        ("REQUEST_ID_REUSED".to_owned(), vec!["request_id".to_owned()])
    );
    let changed = pb::OpenCycleRequest {
        cycle: "2024".to_owned(),
        ..request
    };
    let changed = stand
        .client
        .open_cycle(stand.kit.request(changed, &organiser))
        .await;
    assert_eq!(refused(changed).0, "REQUEST_ID_REUSED");
}

/// The same words typed on two systems are the same rule set.
#[tokio::test]
async fn decomposed_text_gives_the_same_rule_set_hash() {
    let composed = Stand::open().await.get_cycle().await;

    let nfd = |text: &str| text.nfd().collect::<String>();
    let mut stand = Stand::ready().await;
    let types = books::unit_types().map_text(nfd).named(&nfd("Loại hình"));
    let units = books::units().map_text(nfd).named(&nfd("Đơn vị"));
    stand.import_units(&[types, units]).await.unwrap();
    for unit_type in ["department", "district"] {
        let set = books::index_set().map_text(nfd).named(&nfd("Chỉ số"));
        stand.import_set(unit_type, &set).await.unwrap();
    }
    stand.open_cycle().await.unwrap();
    let decomposed = stand.get_cycle().await;
    assert_eq!(decomposed.rule_set_sha256, composed.rule_set_sha256);
    assert_eq!(decomposed.units, composed.units);
}

#[tokio::test]
async fn another_policy_is_another_rule_set() {
    let first = Stand::open().await.get_cycle().await;
    let mut stand = Stand::ready().await;
    stand
        .set_policy(r#"{"classes": {"quota_rounding": "half_up"}}"#)
        .await
        .unwrap();
    stand.open_cycle().await.unwrap();
    assert_ne!(stand.get_cycle().await.rule_set_sha256, first.rule_set_sha256);
}

#[tokio::test]
async fn a_policy_that_makes_no_sense_is_refused_field_by_field() {
    let mut stand = Stand::created().await;
    let json = r#"{"survey": {"option_values": {"1": "0", "5": "1.5"}}, "leaders": {"step": "0.3"},
                   "classes": {"good_min": "60", "quota_percent": 120}}"#;
    let (reason, fields) = refused(stand.set_policy(json).await);
    assert_eq!(reason, "POLICY_FAULTY");
    assert_eq!(
        fields,
        [
            "policy.survey.option_values.5",
            "policy.leaders.step",
            "policy.classes.quota_percent",
            "policy.classes.good_min",
        ]
    );
    for json in ["", "[]", r#"{"decimals": 7}"#, r#"{"no_such_field": 1}"#] {
        assert_eq!(
            refused(stand.set_policy(json).await).0,
            "POLICY_MALFORMED",
            "{json}"
        );
    }
}

#[tokio::test]
async fn what_changed_since_it_was_looked_at_is_not_replaced() {
    let mut stand = Stand::created().await;
    let seen_version = stand.get_cycle().await.version;
    stand.set_policy("{}").await.unwrap();
    let policy_json = "{}".to_owned();
    let late = call!(
        stand,
        set_policy,
        SetPolicyRequest {
            policy_json,
            seen_version
        }
    );
    let changed = ("CYCLE_CHANGED".to_owned(), vec!["seen_version".to_owned()]);
    assert_eq!(late.as_ref().unwrap_err().code(), Code::Aborted);
    assert_eq!(refused(late), changed);
    let (calendar, agencies) = (calendar(), vec!["SNV".to_owned()]);
    let late = call!(
        stand,
        set_calendar,
        SetCalendarRequest {
            calendar,
            seen_version
        }
    );
    assert_eq!(refused(late), changed);
    let reassignments = Vec::new();
    let late = call!(
        stand,
        set_council,
        SetCouncilRequest {
            agencies,
            reassignments,
            seen_version
        }
    );
    assert_eq!(refused(late), changed);
    let xlsx = books::book(&[books::unit_types(), books::units()]).into();
    let late = call!(stand, import_units, ImportUnitsRequest { xlsx, seen_version });
    assert_eq!(refused(late), changed);
    // Nobody opens for good what somebody else has just made of it.
    let late = call!(stand, open_cycle, OpenCycleRequest { seen_version });
    assert_eq!(refused(late), changed);
    let (policy_json, seen_version) = ("{}".to_owned(), stand.get_cycle().await.version);
    call!(
        stand,
        set_policy,
        SetPolicyRequest {
            policy_json,
            seen_version
        }
    )
    .unwrap();
}

#[tokio::test]
async fn a_calendar_that_makes_no_sense_is_refused() {
    let mut stand = Stand::created().await;
    let twice = vec![
        span(pb::Window::SelfScoring, "2022-12-01", "2022-12-15"),
        span(pb::Window::SelfScoring, "2022-12-01", "2022-12-16"),
    ];
    let (reason, fields) = refused(stand.set_calendar(twice).await);
    assert_eq!(
        (reason.as_str(), fields),
        ("CALENDAR_FAULTY", vec!["calendar.SELF_SCORING".to_owned()])
    );

    let backwards = vec![span(pb::Window::Survey, "2022-12-15", "2022-12-15")];
    assert_eq!(
        refused(stand.set_calendar(backwards).await).1,
        ["calendar.SURVEY"]
    );

    let overlapping = vec![
        span(pb::Window::SelfScoring, "2022-12-01", "2022-12-16"),
        span(pb::Window::Appraisal1, "2022-12-15", "2022-12-19"),
    ];
    assert_eq!(
        refused(stand.set_calendar(overlapping).await).1,
        ["calendar.APPRAISAL_1"]
    );

    let nameless = vec![span(pb::Window::Unspecified, "2022-12-01", "2022-12-15")];
    assert_eq!(
        refused(stand.set_calendar(nameless).await).1,
        ["calendar[0].window"]
    );
}

#[tokio::test]
async fn cycles_have_codes_of_their_own() {
    let mut stand = Stand::created().await;
    let again = call!(
        stand,
        create_cycle,
        CreateCycleRequest {
            province: "Phú Thọ".to_owned(),
            regulation: String::new(),
        }
    );
    assert_eq!(again.as_ref().unwrap_err().code(), Code::Aborted);
    assert_eq!(refused(again).0, "CYCLE_EXISTS");
    let organiser = As::role(Role::Organiser);
    let mut create = async |code: &str, province: &str| {
        let request = pb::CreateCycleRequest {
            request_id: stand.kit.id(),
            cycle: code.to_owned(),
            province: province.to_owned(),
            regulation: String::new(),
        };
        refused(
            stand
                .client
                .create_cycle(stand.kit.request(request, &organiser))
                .await,
        )
        .1
    };
    assert_eq!(create("Năm 2022", "Phú Thọ").await, ["cycle"]);
    assert_eq!(create("", "Phú Thọ").await, ["cycle"]);
    assert_eq!(create("2023", " ").await, ["province"]);
}
