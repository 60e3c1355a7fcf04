//! Faults of the callers and of time: doubled writes, deadlines under load, a clock that steps.

use std::time::Duration;

use chiso_domain::kernel::time::SECOND;
use chiso_wire::recheck as rpb;
use chiso_wire::recheck::recheck_service_client::RecheckServiceClient;
use chiso_wire::survey::survey_service_client::SurveyServiceClient;
use serde_json::json;
use tonic::Response;

use crate::chance::Chance;
use crate::client::{ask, expired, hasten};
use crate::stage::Stage;
use crate::workers::{Field, Filled, Named, fill, new_slip};
use crate::world::{CLOSING, CYCLE, closes};

/// Respondents who are asked about a closing unit, at the most, and at the least.
const RUSH: usize = 640;
const ENOUGH: usize = 160;
/// The clock is put so long before the end; it is set to the end once the slips are waiting.
const BEFORE: i64 = 60 * SECOND;
/// Slips that are stored before, that are the group which waits for the writer, and that come too late.
const EARLY: usize = 8;
const FIRST: usize = 4;
const LATE: usize = 24;
/// A wave of slips has reached the intake's queue, and the recheck's call the writer, within this time.
const WAVE: Duration = Duration::from_millis(150);
const LISTED: Duration = Duration::from_millis(300);
/// Clients are in haste for so long, and so often where nothing expired.
const HASTE: Duration = Duration::from_millis(500);
const HASTES: u32 = 8;
/// Of a stream in a rush.
const TRIES: usize = 40;

/// The same slip and the same attempt from two clients at once, and other bytes under their ids.
pub(super) async fn double(stage: &mut Stage) -> bool {
    let mut field = stage.field.of(&format!("double {}", stage.chance.next()));
    let pair = field.stock.lock().unwrap().pairs.pop_back();
    let Some((respondent, unit)) = pair else {
        return false;
    };
    let slip = new_slip(
        field.id(),
        &field.world.form,
        &respondent,
        unit,
        field.clock.now(),
    );
    let first = fill(slip.clone(), &mut field.chance);
    let mut other = fill(slip, &mut field.chance);
    while other.sha == first.sha {
        other = fill(other.slip, &mut field.chance);
    }
    field.log.intend_slips(&[first.clone(), other.clone()]).await;
    let by = field.world.interviewers[0].clone();
    let clients = [(); 3].map(|()| SurveyServiceClient::new(field.ways.to("survey")));
    tokio::join!(
        field.submit(&clients[0], &by, &first),
        field.submit(&clients[1], &by, &first),
        field.submit(&clients[2], &by, &other),
    );
    // With other bytes under its id one of them is refused, whichever comes first.
    attempt(&mut field, &["Máy bận", "Máy bận", "Không bắt máy"]).await;
    true
}

/// The same attempt under one id as often as notes are given, at once; whether the first was acknowledged.
pub(crate) async fn attempt(field: &mut Field, notes: &[&str]) -> bool {
    let Some((case_id, _)) = field.world.cases.last().cloned() else {
        return false;
    };
    let id = field.id();
    let (client, token) = (
        RecheckServiceClient::new(field.ways.to("recheck")),
        &field.world.verifier.token,
    );
    let send = async |note: &str| {
        let message = rpb::RecordAttemptRequest {
            request_id: id.clone(),
            case_id: case_id.clone(),
            mode: rpb::Mode::Phone.into(),
            note: note.to_owned(),
            ..Default::default()
        };
        let call = |message| {
            let (mut client, request) = (client.clone(), ask(token, message));
            async move { client.record_attempt(request).await.map(Response::into_inner) }
        };
        let named = Named {
            service: "recheck",
            method: "RecordAttempt",
            id: &id,
        };
        let what = json!({ "case": case_id, "note": note });
        field.act(named, &message, what, call).await
    };
    let answers = futures_util::future::join_all(notes.iter().map(|note| send(note))).await;
    matches!(answers.first(), Some(Some(Ok(_))))
}

/// The window of a unit closes while its slips are on their way; the recheck takes its list at once.
///
/// A transaction of our own holds the writer meanwhile, so that everything waits in a known order: a first group
/// of slips, the recheck's list, and slips that were in time and are still in the intake's queue. These must be
/// refused, or they would be missing from the list. Counts only where that was met.
pub(super) async fn deadline(stage: &mut Stage) -> bool {
    let Some(unit) = CLOSING.get(stage.closed) else {
        return false;
    };
    let mut field = stage.field.of(unit);
    let end = closes(stage.closed);
    stage.closed += 1;
    let mut slips: Vec<Filled> = Vec::new();
    for respondent in &known(&field).await {
        let slip = new_slip(field.id(), &field.world.form, respondent, unit, end.plus(-BEFORE));
        slips.push(fill(slip, &mut field.chance));
    }
    field.log.intend_slips(&slips).await;
    let mut some = |count: usize| slips.split_off(slips.len().saturating_sub(count));
    let (early, first, late) = (some(EARLY), some(FIRST), some(LATE));
    stage.clock.set(end.plus(-BEFORE));
    one_by_one(&field, &early).await;
    let refused = field.log.refusals("LOT_TAKEN");
    let held = stage.ground.hold_the_writer().await;
    let rush = async {
        tokio::time::sleep(WAVE).await;
        futures_util::future::join_all(slips.chunks(40).map(|some| stream(&field, some.to_vec()))).await
    };
    let closing = async {
        tokio::time::sleep(WAVE * 2).await;
        stage.clock.set(end);
        tokio::join!(list(&field, unit), stream(&field, late), async {
            tokio::time::sleep(LISTED).await;
            held.release().await;
        });
    };
    tokio::join!(stream(&field, first), rush, closing);
    field.log.refusals("LOT_TAKEN") > refused
}

/// Has the unit's slips listed, as soon as its window is over.
async fn list(field: &Field, unit: &str) {
    let early = Some("WINDOW_STILL_OPEN".to_owned());
    while !field.stopped() && close_lot(&mut field.of(unit), unit).await == early {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

/// Respondents who may be asked about any unit.
async fn known(field: &Field) -> Vec<String> {
    loop {
        let known: Vec<String> = field
            .stock
            .lock()
            .unwrap()
            .known
            .iter()
            .take(RUSH)
            .cloned()
            .collect();
        if known.len() >= ENOUGH || field.stopped() {
            return known;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// By a stream, again until each has its answer, or the device gives up.
async fn stream(field: &Field, mut open: Vec<Filled>) {
    let client = SurveyServiceClient::new(field.ways.to("survey"));
    let by = &field.world.interviewers[1];
    for _ in 0..TRIES {
        open = field.send_stream(&client, by, open).await;
        if open.is_empty() || field.stopped() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

async fn one_by_one(field: &Field, slips: &[Filled]) {
    let client = SurveyServiceClient::new(field.ways.to("survey"));
    let by = &field.world.interviewers[1];
    let each = slips.iter().map(|slip| field.submit(&client, by, slip));
    futures_util::future::join_all(each).await;
}

/// Takes the list of a unit; why not, where it was refused.
async fn close_lot(field: &mut Field, unit: &str) -> Option<String> {
    let (client, token) = (
        RecheckServiceClient::new(field.ways.to("recheck")),
        field.world.organiser.token.clone(),
    );
    let mut dice = field.chance.branch(&field.clock.now().micros().to_string());
    let (id, lot_id) = (dice.id(field.clock.now()), dice.id(field.clock.now()));
    let message = rpb::CloseLotRequest {
        request_id: id.clone(),
        lot_id,
        cycle: CYCLE.to_owned(),
        units: vec![unit.to_owned()],
    };
    let call = |message| {
        let (mut client, request) = (client.clone(), ask(&token, message));
        async move { client.close_lot(request).await.map(Response::into_inner) }
    };
    let named = Named {
        service: "recheck",
        method: "CloseLot",
        id: &id,
    };
    field
        .act(named, &message, json!({ "unit": unit }), call)
        .await?
        .err()
}

/// For a while each attempt has a deadline of its own that may well pass first: what became of it is unknown then, and
/// the same comes again under the same id.
pub(super) async fn haste(stage: &mut Stage) -> bool {
    let before = expired();
    hasten(Some(Chance::new(stage.chance.next())));
    for _ in 0..HASTES {
        tokio::time::sleep(HASTE).await;
        if expired() > before {
            break;
        }
    }
    hasten(None);
    expired() > before
}

/// Back or forward by a second to an hour, and by as much the other way a moment later.
pub(super) async fn clock_step(stage: &mut Stage) -> bool {
    let size = *stage
        .chance
        .pick(&[1_000_000_i64, 30_000_000, 600_000_000, 3_600_000_000]);
    let step = if stage.chance.percent(50) { size } else { -size };
    stage.clock.step(step);
    tokio::time::sleep(Duration::from_millis(150)).await;
    stage.clock.step(-step);
    true
}
