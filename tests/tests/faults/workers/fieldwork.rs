//! The supervisor who enters respondents, and the verifier who calls them again.

use std::time::Duration;

use chiso_platform::rpc::Channel;
use chiso_wire::recheck as rpb;
use chiso_wire::recheck::recheck_service_client::RecheckServiceClient;
use chiso_wire::survey as pb;
use chiso_wire::survey::survey_service_client::SurveyServiceClient;
use prost::Message;
use rpb::record_finding_request::Finding;
use serde_json::json;
use tonic::Response;

use super::{Field, Named};
use crate::client::{ask, until_answered};
use crate::world::{CYCLE, GROUP, OPEN};

/// People of one request.
const AT_ONCE: usize = 25;
/// Slips that may wait for an interviewer before more people are entered.
const ENOUGH: usize = 4_000;

/// People with phone numbers that nobody else has.
pub(super) fn people(
    chance: &mut crate::chance::Chance,
    first: u64,
    count: usize,
    ids: Vec<String>,
) -> Vec<pb::NewRespondent> {
    let _same_names_for_all = chance.next();
    (first..)
        .zip(ids)
        .take(count)
        .map(|(n, respondent_id)| pb::NewRespondent {
            respondent_id,
            group: GROUP.to_owned(),
            name: format!("Đại biểu số {n}"),
            phone: format!("09{n:08}"),
            consent: "bản 1".to_owned(),
            units: Vec::new(),
        })
        .collect()
}

/// Enters people as long as interviewers need some.
pub(super) async fn register(mut field: Field) {
    let client = SurveyServiceClient::new(field.ways.to("survey"));
    let token = field.world.supervisor.token.clone();
    let mut next = 20_000_000;
    while !field.stopped() {
        if field.stock.lock().unwrap().pairs.len() > ENOUGH {
            tokio::time::sleep(Duration::from_millis(20)).await;
            continue;
        }
        let ids: Vec<String> = (0..AT_ONCE).map(|_| field.id()).collect();
        let message = pb::RegisterRespondentsRequest {
            request_id: field.id(),
            cycle: CYCLE.to_owned(),
            respondents: people(&mut field.chance, next, AT_ONCE, ids.clone()),
        };
        next += AT_ONCE as u64;
        let id = message.request_id.clone();
        let named = Named {
            service: "survey",
            method: "RegisterRespondents",
            id: &id,
        };
        let call = |message| {
            let mut client = client.clone();
            let request = ask(&token, message);
            async move {
                client
                    .register_respondents(request)
                    .await
                    .map(Response::into_inner)
            }
        };
        let answer = field
            .act(named, &message, json!({ "respondents": ids }), call)
            .await;
        if let Some(Ok(_registered)) = answer {
            let mut stock = field.stock.lock().unwrap();
            for respondent in ids {
                stock
                    .pairs
                    .extend(OPEN.iter().map(|unit| (respondent.clone(), *unit)));
                stock.known.push(respondent);
            }
        }
    }
}

/// Calls that reach nobody, many of them, and now and then one that does.
pub(super) async fn recheck(mut field: Field) {
    let client = RecheckServiceClient::new(field.ways.to("recheck"));
    let token = field.world.verifier.token.clone();
    let mut open = field.world.cases.clone();
    // The last case is left open for doubled attempts.
    open.pop();
    while !field.stopped() && !open.is_empty() {
        let place = field.chance.below(open.len());
        let (case_id, said) = open[place].clone();
        if open.len() > 4 && field.chance.percent(8) {
            reveal(&mut field, &client, &case_id).await;
            record(&mut field, &client, (&case_id, &said)).await;
            open.swap_remove(place);
            continue;
        }
        let message = rpb::RecordAttemptRequest {
            request_id: field.id(),
            case_id: case_id.clone(),
            mode: rpb::Mode::Phone.into(),
            note: "Không bắt máy".to_owned(),
            ..Default::default()
        };
        let id = message.request_id.clone();
        let named = Named {
            service: "recheck",
            method: "RecordAttempt",
            id: &id,
        };
        let call = |message| {
            let mut client = client.clone();
            let request = ask(&token, message);
            async move { client.record_attempt(request).await.map(Response::into_inner) }
        };
        let _answer = field
            .act(
                named,
                &message,
                json!({ "case": case_id, "note": message.note }),
                call,
            )
            .await;
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
}

/// Opening a contact is journalled each time; the answer is never kept, so it is asked until it comes, and what
/// is remembered is held against the intent alone.
async fn reveal(field: &mut Field, client: &RecheckServiceClient<Channel>, case_id: &str) {
    let token = field.world.verifier.token.clone();
    let message = rpb::RevealContactRequest {
        request_id: field.id(),
        case_id: case_id.to_owned(),
    };
    let (id, body) = (&message.request_id, message.encode_to_vec());
    let what = json!({ "case": case_id });
    field
        .log
        .intend("recheck", "RevealContact", id, &body, what)
        .await;
    let call = || {
        let (mut client, request) = (client.clone(), ask(&token, message.clone()));
        async move { client.reveal_contact(request).await.map(Response::into_inner) }
    };
    let _contact = until_answered(&field.stop, call).await;
}

async fn record(field: &mut Field, client: &RecheckServiceClient<Channel>, (case_id, said): (&str, &str)) {
    let token = field.world.verifier.token.clone();
    let finding = if field.chance.percent(25) {
        Finding::NotInterviewed(true)
    } else {
        let again = rpb::AnswerAgain {
            question: "Q1".to_owned(),
            value: said.to_owned(),
        };
        Finding::Answers(rpb::AnswersAgain { answers: vec![again] })
    };
    let void = matches!(finding, Finding::NotInterviewed(_));
    let message = rpb::RecordFindingRequest {
        request_id: field.id(),
        case_id: case_id.to_owned(),
        mode: rpb::Mode::Phone.into(),
        finding: Some(finding),
        note: String::new(),
    };
    let id = message.request_id.clone();
    let named = Named {
        service: "recheck",
        method: "RecordFinding",
        id: &id,
    };
    let call = |message| {
        let mut client = client.clone();
        let request = ask(&token, message);
        async move { client.record_finding(request).await.map(Response::into_inner) }
    };
    let _answer = field
        .act(named, &message, json!({ "case": case_id, "void": void }), call)
        .await;
}
