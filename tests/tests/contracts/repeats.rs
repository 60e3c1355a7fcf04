//! A mutation sent again with the same bytes gives the same answer and changes nothing; other bytes under
//! its id are refused. Driven over the calls that set a year up.

use chiso_tests::{CYCLE, Sandbox, Shape, at, book, call, index_set, refused, unit_types, units};
use chiso_wire::identity as ipb;
use chiso_wire::registry as pb;
use chiso_wire::survey as spb;
use tonic::Code;

const FEWER: &str = "Mã | Tên | Loại hình | Thứ tự | Từ ngày | Đến ngày | Tiền thân | Xếp hạng
    SNV | Sở Nội vụ | department | 1 | | | | có
    STC | Sở Tài chính | department | 2 | | | | có";

/// Sends a mutation, sends it again, then sends another one under its id.
macro_rules! repeated {
    ($sandbox:expr, $service:ident . $rpc:ident, $token:expr, $message:expr, $spoil:expr) => {{
        let message = $message;
        let name = stringify!($rpc);
        let first = call!($sandbox, $service.$rpc, $token, message.clone()).expect(name);
        let before = $sandbox.state().await;
        let again = call!($sandbox, $service.$rpc, $token, message.clone()).expect(name);
        assert_eq!(first, again, "{name} answers otherwise the second time");
        let mut other = message;
        #[allow(clippy::redundant_closure_call, reason = "the macro's callers read better so")]
        ($spoil)(&mut other);
        let answer = call!($sandbox, $service.$rpc, $token, other);
        refused(answer, Code::Aborted, "REQUEST_ID_REUSED", "request_id");
        assert_eq!(
            $sandbox.state().await,
            before,
            "{name} did something the second time"
        );
        first
    }};
}

async fn organised() -> (Sandbox, String) {
    let sandbox = Sandbox::start(Shape::Loopback, at("2022-10-01T08:00:00+07:00")).await;
    let password = chiso_tests::PASSWORD;
    sandbox.add_organiser("quantri", "Quản trị", password).await;
    let message = ipb::SignInRequest {
        login: "quantri".to_owned(),
        password: password.to_owned(),
        ..Default::default()
    };
    let token = call!(sandbox, identity.sign_in, "", message)
        .expect("a session")
        .token;
    (sandbox, token)
}

#[tokio::test]
async fn identity_repeats() {
    let (sandbox, token) = organised().await;
    let grant = |role: ipb::Role| ipb::Grant {
        role: role.into(),
        ..Default::default()
    };
    let message = ipb::CreatePersonRequest {
        request_id: sandbox.id(),
        person_id: sandbox.id(),
        login: "congthongtin".to_owned(),
        name: "Trần Văn Bình".to_owned(),
        password: String::new(),
        grants: vec![grant(ipb::Role::Consumer)],
        ..Default::default()
    };
    let spoil = |m: &mut ipb::CreatePersonRequest| m.name.push('h');
    let made = repeated!(sandbox, identity.create_person, &token, message, spoil);
    let person_id = made.person.expect("a person").person_id;

    let message = ipb::GrantRoleRequest {
        request_id: sandbox.id(),
        person_id: person_id.clone(),
        grant: Some(grant(ipb::Role::Leader)),
    };
    let spoil = |m: &mut ipb::GrantRoleRequest| m.grant = Some(grant(ipb::Role::CouncilChair));
    repeated!(sandbox, identity.grant_role, &token, message, spoil);
    let message = ipb::RevokeRoleRequest {
        request_id: sandbox.id(),
        person_id: person_id.clone(),
        grant: Some(grant(ipb::Role::Leader)),
        reason: "Thôi".to_owned(),
    };
    let spoil = |m: &mut ipb::RevokeRoleRequest| m.reason.push('!');
    repeated!(sandbox, identity.revoke_role, &token, message, spoil);
    let message = ipb::DisablePersonRequest {
        request_id: sandbox.id(),
        person_id,
        reason: "Nghỉ".to_owned(),
    };
    let spoil = |m: &mut ipb::DisablePersonRequest| m.reason.push('!');
    repeated!(sandbox, identity.disable_person, &token, message, spoil);
}

#[tokio::test]
async fn registry_and_survey_repeat() {
    let (sandbox, token) = organised().await;
    let (id, cycle) = (|| sandbox.id(), CYCLE.to_owned());
    let message = pb::CreateCycleRequest {
        request_id: id(),
        cycle: cycle.clone(),
        province: "Phú Thọ".to_owned(),
        regulation: "2419/QĐ-UBND".to_owned(),
    };
    let spoil = |m: &mut pb::CreateCycleRequest| m.province = "Vĩnh Phúc".to_owned();
    repeated!(sandbox, registry.create_cycle, &token, message, spoil);
    let message = pb::CopyCycleRequest {
        request_id: id(),
        from: cycle.clone(),
        cycle: "2023".to_owned(),
        years: 1,
        regulation: String::new(),
    };
    let spoil = |m: &mut pb::CopyCycleRequest| m.years = 2;
    repeated!(sandbox, registry.copy_cycle, &token, message, spoil);
    let policy_json = "{\"decimals\": 2}".to_owned();
    let message = pb::SetPolicyRequest {
        request_id: id(),
        cycle: cycle.clone(),
        policy_json,
        seen_version: 0,
    };
    let spoil = |m: &mut pb::SetPolicyRequest| m.policy_json = "{}".to_owned();
    repeated!(sandbox, registry.set_policy, &token, message, spoil);
    let xlsx = book(&[unit_types(), units()]).into();
    let message = pb::ImportUnitsRequest {
        request_id: id(),
        cycle: cycle.clone(),
        xlsx,
        seen_version: 0,
    };
    let spoil = |m: &mut pb::ImportUnitsRequest| m.xlsx = book(&[unit_types(), ("Đơn vị", FEWER)]).into();
    repeated!(sandbox, registry.import_units, &token, message, spoil);
    for unit_type in ["department", "district"] {
        let (xlsx, unit_type) = (book(&[index_set()]).into(), unit_type.to_owned());
        let message = pb::ImportIndexSetRequest {
            request_id: id(),
            cycle: cycle.clone(),
            unit_type,
            xlsx,
            seen_version: 0,
        };
        let spoil = |m: &mut pb::ImportIndexSetRequest| {
            m.unit_type = if m.unit_type == "district" {
                "department"
            } else {
                "district"
            }
            .to_owned();
        };
        repeated!(sandbox, registry.import_index_set, &token, message, spoil);
    }
    let agencies = vec!["SNV".to_owned(), "STC".to_owned()];
    let reassignments = Vec::new();
    let message = pb::SetCouncilRequest {
        request_id: id(),
        cycle,
        agencies,
        reassignments,
        seen_version: 0,
    };
    let spoil = |m: &mut pb::SetCouncilRequest| m.agencies.truncate(1);
    repeated!(sandbox, registry.set_council, &token, message, spoil);
}

#[tokio::test]
async fn the_survey_repeats() {
    let mut year = chiso_tests::Year::open(Shape::Loopback).await;
    let token = year.cast.organiser.token.clone();
    let (cycle, name) = (CYCLE.to_owned(), "Khảo sát".to_owned());
    let message = spb::CreateCampaignRequest {
        request_id: year.id(),
        cycle: cycle.clone(),
        name,
    };
    let spoil = |m: &mut spb::CreateCampaignRequest| m.name.push('!');
    repeated!(year, survey.create_campaign, &token, message, spoil);
    let message = spb::ImportQuestionnaireRequest {
        request_id: year.id(),
        cycle: cycle.clone(),
        group: "HDND".to_owned(),
        xlsx: chiso_tests::questionnaire("Phiếu đại biểu").into(),
    };
    let spoil =
        |m: &mut spb::ImportQuestionnaireRequest| m.xlsx = chiso_tests::questionnaire("Phiếu khác").into();
    let made = repeated!(year, survey.import_questionnaire, &token, message, spoil);
    year.form = made.questionnaire.expect("a questionnaire").sha256;
    let target = spb::Target {
        unit: String::new(),
        group: "HDND".to_owned(),
        planned: 4,
        population: 0,
        seen_plan: None,
    };
    let message = spb::SetTargetsRequest {
        request_id: year.id(),
        cycle: cycle.clone(),
        targets: vec![target],
    };
    let spoil = |m: &mut spb::SetTargetsRequest| m.targets[0].planned = 5;
    repeated!(year, survey.set_targets, &token, message, spoil);
    let person = spb::NewRespondent {
        respondent_id: year.id(),
        group: "HDND".to_owned(),
        name: "Đại biểu".to_owned(),
        phone: "0912000001".to_owned(),
        consent: "bản 1".to_owned(),
        units: vec!["SNV".to_owned()],
    };
    let message = spb::RegisterRespondentsRequest {
        request_id: year.id(),
        cycle,
        respondents: vec![person],
    };
    let spoil = |m: &mut spb::RegisterRespondentsRequest| m.respondents[0].name.push('!');
    repeated!(
        year,
        survey.register_respondents,
        &year.cast.supervisor.token,
        message,
        spoil
    );
}
