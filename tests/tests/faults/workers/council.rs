//! Appraisers and leaders.

use std::time::Duration;

use chiso_platform::rpc::Channel;
use chiso_wire::leaders as lpb;
use chiso_wire::leaders::leaders_service_client::LeadersServiceClient;
use chiso_wire::ledger as pb;
use chiso_wire::ledger::ledger_service_client::LedgerServiceClient;
use pb::appraise_entry_request::Value;
use serde_json::json;
use tonic::Response;

use super::{Field, Named};
use crate::client::ask;
use crate::world::{CLOSING, CYCLE, JUDGED, OPEN};

/// Leaves with the agency that appraises them, and points that are on their scale.
const BENCH: [(&str, &str, &str); 3] = [("I.1", "STC", "0"), ("II.1", "SNV", "5"), ("II.1", "SNV", "0")];

/// Decides leaves of the judged units, again and again: the newest decision counts.
pub(super) async fn appraise(mut field: Field) {
    let client = LedgerServiceClient::new(field.ways.to("ledger"));
    while !field.stopped() {
        let (unit, (leaf, agency, points)) = (*field.chance.pick(&JUDGED), *field.chance.pick(&BENCH));
        let message = pb::AppraiseEntryRequest {
            request_id: field.id(),
            cycle: CYCLE.to_owned(),
            unit: unit.to_owned(),
            criterion: leaf.to_owned(),
            round: pb::Round::Round1.into(),
            decision: pb::Decision::Disagree.into(),
            value: Some(Value::Points(points.to_owned())),
            reason: "Thiếu văn bản phê duyệt".to_owned(),
            // Saved once and given one link: nothing changed it since.
            version: 2,
            seen_ruling: None,
        };
        let (token, id) = (
            field.world.appraisers[agency].token.clone(),
            message.request_id.clone(),
        );
        let named = Named {
            service: "ledger",
            method: "AppraiseEntry",
            id: &id,
        };
        let call = |message| {
            let (mut client, request) = (client.clone(), ask(&token, message));
            async move { client.appraise_entry(request).await.map(Response::into_inner) }
        };
        let what = json!({ "object": format!("{CYCLE}/{unit}/{leaf}"), "points": points });
        let _answer = field.act(named, &message, what, call).await;
        tokio::time::sleep(Duration::from_millis(40)).await;
    }
}

/// Marks every unit, then changes marks and sends the slip now and then.
pub(super) async fn mark(mut field: Field, leader: usize) {
    let client = LeadersServiceClient::new(field.ways.to("leaders"));
    let units: Vec<&str> = OPEN.into_iter().chain(JUDGED).chain(CLOSING).collect();
    let (mut version, mut marked) = (0, 0);
    while !field.stopped() {
        let unit = if marked < units.len() {
            units[marked]
        } else {
            *field.chance.pick(&units)
        };
        if let Some(now) = save(&mut field, &client, leader, (unit, version)).await {
            version = now;
            marked += 1;
        }
        if marked > units.len() && field.chance.percent(15) {
            send(&mut field, &client, leader, version).await;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn save(
    field: &mut Field,
    client: &LeadersServiceClient<Channel>,
    leader: usize,
    (unit, version): (&str, i64),
) -> Option<i64> {
    let player = field.world.leaders[leader].clone();
    let mark = (*field.chance.pick(&["4", "3.5", "3", "2", "1"])).to_owned();
    let what = json!({
        "leader": player.id, "version": version + 1, "unit": unit, "mark": mark,
    });
    let message = lpb::SaveMarkRequest {
        request_id: field.id(),
        cycle: CYCLE.to_owned(),
        leader: player.id.clone(),
        mark: Some(lpb::Mark {
            unit: unit.to_owned(),
            value: Some(lpb::mark::Value::Mark(mark)),
            ..lpb::Mark::default()
        }),
        version,
    };
    let id = message.request_id.clone();
    let named = Named {
        service: "leaders",
        method: "SaveMark",
        id: &id,
    };
    let call = |message| {
        let (mut client, request) = (client.clone(), ask(&player.token, message));
        async move { client.save_mark(request).await.map(Response::into_inner) }
    };
    let reply: lpb::SaveMarkResponse = field.act(named, &message, what, call).await?.ok()?;
    Some(reply.version)
}

async fn send(field: &mut Field, client: &LeadersServiceClient<Channel>, leader: usize, version: i64) {
    let player = field.world.leaders[leader].clone();
    let message = lpb::SendSlipRequest {
        request_id: field.id(),
        cycle: CYCLE.to_owned(),
        version,
    };
    let id = message.request_id.clone();
    let named = Named {
        service: "leaders",
        method: "SendSlip",
        id: &id,
    };
    let call = |message| {
        let (mut client, request) = (client.clone(), ask(&player.token, message));
        async move { client.send_slip(request).await.map(Response::into_inner) }
    };
    let what = json!({ "object": format!("{CYCLE}/{}", player.id) });
    let _answer = field.act(named, &message, what, call).await;
}
