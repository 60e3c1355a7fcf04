//! What has to be there before the faults begin: campaign, questionnaire, first slips, sheets, lot, panel.

use chiso_platform::rpc::Channel;
use chiso_wire::leaders as lpb;
use chiso_wire::leaders::leaders_service_client::LeadersServiceClient;
use chiso_wire::ledger as pb;
use chiso_wire::ledger::ledger_service_client::LedgerServiceClient;
use chiso_wire::recheck as rpb;
use chiso_wire::recheck::recheck_service_client::RecheckServiceClient;
use chiso_wire::survey as spb;
use chiso_wire::survey::survey_service_client::SurveyServiceClient;

use super::{fieldwork, fill, new_slip, scores};
use crate::must;
use crate::world::{CYCLE, GROUP, JUDGED, LEAVES, SetUp, World, at, form};

/// Slips of each judged unit.
const ASKED: usize = 20;

/// Everything up to the moment when the faults begin.
pub(crate) async fn prepare(year: &mut SetUp<'_>, world: &mut World) {
    year.clock.set(at("2022-10-20T08:00:00+07:00"));
    campaign(year, world).await;
    let said = first_slips(year, world).await;
    sheets(year, world).await;
    year.clock.set(at("2022-11-02T08:00:00+07:00"));
    lot(year, world, &said).await;
    panel(year, world).await;
}

async fn campaign(year: &mut SetUp<'_>, world: &mut World) {
    let mut survey = SurveyServiceClient::new(year.ways.to("survey"));
    let (token, cycle) = (world.organiser.token.clone(), CYCLE.to_owned());
    let message = spb::CreateCampaignRequest {
        request_id: year.id(),
        cycle: cycle.clone(),
        name: "Khảo sát 2022".to_owned(),
    };
    must!(survey, create_campaign, &token, message);
    let message = spb::ImportQuestionnaireRequest {
        request_id: year.id(),
        cycle,
        group: GROUP.to_owned(),
        xlsx: form().into(),
    };
    world.form = must!(survey, import_questionnaire, &token, message)
        .questionnaire
        .unwrap()
        .sha256;
}

/// Slips of the judged units; what each says, by its id.
async fn first_slips(year: &mut SetUp<'_>, world: &World) -> std::collections::BTreeMap<String, String> {
    let mut survey = SurveyServiceClient::new(year.ways.to("survey"));
    let ids: Vec<String> = (0..ASKED).map(|_| year.id()).collect();
    let message = spb::RegisterRespondentsRequest {
        request_id: year.id(),
        cycle: CYCLE.to_owned(),
        respondents: fieldwork::people(&mut year.chance, 10_000_000, ASKED, ids.clone()),
    };
    must!(survey, register_respondents, &world.supervisor.token, message);
    let mut said = std::collections::BTreeMap::new();
    for unit in JUDGED {
        for respondent in &ids {
            let slip = new_slip(year.id(), &world.form, respondent, unit, year.clock.now());
            let filled = fill(slip, &mut year.chance).slip;
            said.insert(filled.slip_id.clone(), filled.answers[0].value.clone());
            let message = spb::SubmitSlipRequest { slip: Some(filled) };
            must!(survey, submit_slip, &world.interviewers[0].token, message);
        }
    }
    said
}

/// The judged units score themselves and prove it by a link; the open ones fill in what a sheet needs.
async fn sheets(year: &mut SetUp<'_>, world: &World) {
    let mut ledger = LedgerServiceClient::new(year.ways.to("ledger"));
    for unit in JUDGED.iter().chain(&["S05", "S06"]) {
        let token = &world.officers[unit].token;
        for leaf in LEAVES {
            let message = pb::SaveEntryRequest {
                request_id: year.id(),
                cycle: CYCLE.to_owned(),
                unit: (*unit).to_owned(),
                criterion: leaf.to_owned(),
                version: 0,
                input: Some(match leaf {
                    "I.1" => full(),
                    "II.1" => best(),
                    _ => scores::input(leaf, &mut year.chance),
                }),
                explanation: "Số liệu đến ngày tự chấm".to_owned(),
            };
            must!(ledger, save_entry, token, message);
            link(year, &mut ledger, token, (unit, leaf)).await;
        }
    }
}

fn full() -> chiso_wire::kernel::LeafInput {
    chiso_wire::kernel::LeafInput {
        kind: Some(chiso_wire::kernel::leaf_input::Kind::Achieved(true)),
    }
}

fn best() -> chiso_wire::kernel::LeafInput {
    chiso_wire::kernel::LeafInput {
        kind: Some(chiso_wire::kernel::leaf_input::Kind::Tier("10".to_owned())),
    }
}

async fn link(
    year: &mut SetUp<'_>,
    ledger: &mut LedgerServiceClient<Channel>,
    token: &str,
    (unit, leaf): (&str, &str),
) {
    let evidence = pb::Evidence {
        evidence_id: year.id(),
        kind: pb::EvidenceKind::Link.into(),
        document: "Báo cáo số 12/BC".to_owned(),
        url: format!("https://example.vn/{unit}/{leaf}"),
        ..pb::Evidence::default()
    };
    let message = pb::AddEvidenceRequest {
        request_id: year.id(),
        cycle: CYCLE.to_owned(),
        unit: unit.to_owned(),
        criterion: leaf.to_owned(),
        evidence: Some(evidence),
    };
    must!(ledger, add_evidence, token, message);
}

/// The judged units' slips are frozen, and all of them drawn.
async fn lot(year: &mut SetUp<'_>, world: &mut World, said: &std::collections::BTreeMap<String, String>) {
    let mut recheck = RecheckServiceClient::new(year.ways.to("recheck"));
    let (organiser, lot_id) = (world.organiser.token.clone(), year.id());
    let message = rpb::CloseLotRequest {
        request_id: year.id(),
        lot_id: lot_id.clone(),
        cycle: CYCLE.to_owned(),
        units: JUDGED.map(ToOwned::to_owned).to_vec(),
    };
    must!(recheck, close_lot, &organiser, message);
    let message = rpb::EnterSeedRequest {
        request_id: year.id(),
        lot_id: lot_id.clone(),
        stage: 1,
        seed: "31415926535897932384".to_owned(),
        ceremony: "Gieo xúc xắc tại Sở Nội vụ".to_owned(),
        rate_percent: 0,
    };
    must!(recheck, enter_seed, &organiser, message);
    let message = rpb::AssignCasesRequest {
        request_id: year.id(),
        lot_id: lot_id.clone(),
        officers: vec![world.verifier.id.clone()],
        case_ids: Vec::new(),
    };
    must!(recheck, assign_cases, &organiser, message);
    let message = rpb::ListCasesRequest {
        lot_id,
        open_only: true,
        page_size: 500,
        ..Default::default()
    };
    let cases = must!(recheck, list_cases, &world.verifier.token, message).cases;
    world.cases = cases
        .into_iter()
        .map(|case| (case.case_id, said[&case.slip_id].clone()))
        .collect();
    assert!(
        world.cases.len() > 20,
        "there are cases to call: {}",
        world.cases.len()
    );
}

async fn panel(year: &mut SetUp<'_>, world: &World) {
    let mut leaders = LeadersServiceClient::new(year.ways.to("leaders"));
    let roles = [lpb::LeaderRole::Chair, lpb::LeaderRole::ViceChair];
    let panel = world.leaders.iter().zip(roles).map(|(player, role)| lpb::Leader {
        leader: player.id.clone(),
        name: "Lãnh đạo".to_owned(),
        role: role.into(),
    });
    let message = lpb::SetPanelRequest {
        request_id: year.id(),
        cycle: CYCLE.to_owned(),
        leaders: panel.collect(),
        shortlist: Vec::new(),
        seen_panel: None,
    };
    must!(leaders, set_panel, &world.organiser.token, message);
}
