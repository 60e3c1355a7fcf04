//! One tap: what it says, saving it, and the answer to it.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use chiso_wire::leaders::mark::Value;
use chiso_wire::leaders::{Mark, SaveMarkRequest, SaveRestRequest, SaveRestResponse};
use serde_json::json;
use tonic::Code;

use super::super::at::At;
use super::super::errors::{Errors, Names};
use super::super::me::Me;
use super::super::posted::Posted;
use super::super::save::Refused;
use super::super::save::{see, send};
use super::super::state::Web;
use super::super::trouble::Trouble;
use super::load::{self, ABSTAIN, Sheet};
use super::view::Marks;

/// The field of the mark that all units of a type get that have none yet.
pub(super) const REST_MARK: &str = "mark";
/// The field that names each of them.
pub(super) const REST_UNIT: &str = "unit";
const REST_NAMES: &Names = &[("mark", REST_MARK)];

/// What was tapped.
#[derive(Clone, Debug)]
pub(super) struct Tapped {
    pub(super) unit: String,
    /// A mark or an abstention, as the form has it.
    pub(super) value: String,
    /// What the form showed.
    seen: String,
    version: i64,
    request_id: String,
}

/// What came of it.
#[derive(Debug)]
pub(super) enum Outcome {
    Saved,
    /// Another page saved something else for this unit meanwhile.
    Clash,
    Refused(Errors),
}

/// Reads a tap. What no form of ours sends is no page.
pub(super) fn mark(sheet: &Sheet, posted: &Posted) -> Result<Tapped, Trouble> {
    let unit = posted.text("unit");
    let known = sheet.units().any(|known| known.code.as_str() == unit);
    let value = posted.text(&format!("mark-{unit}"));
    if !known {
        return Err(Trouble::unreadable());
    }
    Ok(Tapped {
        unit: unit.to_owned(),
        value: value.to_owned(),
        seen: posted.text("seen").to_owned(),
        version: posted.version(),
        request_id: posted.request_id().to_owned(),
    })
}

/// Saves a tap. Where only other units were changed meanwhile it is saved upon them; where this one was, nothing is.
pub(super) async fn save(
    web: &Web,
    me: &Me,
    at: &At,
    sheet: &Sheet,
    tapped: &Tapped,
) -> Result<Outcome, Trouble> {
    if tapped.value.is_empty() {
        let mut errors = Errors::new(me.w);
        errors.add(format!("mark-{}", tapped.unit), me.w.say("leaders-choose-one"));
        return Ok(Outcome::Refused(errors));
    }
    let first = ask(web, me, sheet, tapped, tapped.version).await;
    let now = match first {
        Err(status) if status.code() == Code::Aborted => load::sheet(web, me, at).await?,
        other => return outcome(me, other).await,
    };
    if now.value(&tapped.unit) != tapped.seen {
        return Ok(Outcome::Clash);
    }
    outcome(me, ask(web, me, &now, tapped, now.slip.version).await).await
}

async fn ask(
    web: &Web,
    me: &Me,
    sheet: &Sheet,
    tapped: &Tapped,
    version: i64,
) -> Result<tonic::Response<chiso_wire::leaders::SaveMarkResponse>, tonic::Status> {
    let asked = SaveMarkRequest {
        request_id: tapped.request_id.clone(),
        cycle: sheet.slip.cycle.clone(),
        leader: sheet.slip.leader.clone(),
        mark: Some(Mark {
            unit: tapped.unit.clone(),
            value: Some(read(&tapped.value)),
            ..Mark::default()
        }),
        version,
    };
    web.leaders().save_mark(web.ask(me, asked)).await
}

/// A mark or an abstention, as a form has it.
fn read(value: &str) -> Value {
    match value {
        ABSTAIN => Value::Abstain(true),
        mark => Value::Mark(mark.to_owned()),
    }
}

/// Saves the same mark for the units that the form named.
pub(super) async fn save_rest(
    web: &Web,
    me: &Me,
    sheet: &Sheet,
    posted: &Posted,
) -> Result<Result<SaveRestResponse, Refused>, Trouble> {
    let value = posted.text(REST_MARK);
    if value.is_empty() {
        let mut errors = Errors::new(me.w);
        errors.add(REST_MARK, me.w.say("leaders-choose-one"));
        return Ok(Err(Refused::Again(errors)));
    }
    let asked = SaveRestRequest {
        request_id: posted.request_id().to_owned(),
        cycle: sheet.slip.cycle.clone(),
        leader: sheet.slip.leader.clone(),
        units: posted.all(REST_UNIT).map(ToOwned::to_owned).collect(),
        mark: Some(Mark {
            value: Some(read(value)),
            ..Mark::default()
        }),
        version: posted.version(),
    };
    send(me.w, REST_NAMES, web.leaders().save_rest(web.ask(me, asked))).await
}

async fn outcome<R>(me: &Me, answer: Result<tonic::Response<R>, tonic::Status>) -> Result<Outcome, Trouble> {
    Ok(match send(me.w, &[], async { answer }).await? {
        Ok(_) => Outcome::Saved,
        Err(Refused::Clash(_)) => Outcome::Clash,
        Err(Refused::Again(errors) | Refused::Locked(errors)) => Outcome::Refused(errors),
    })
}

/// For a script the parts that changed, else the page again.
pub(super) fn answer(posted: &Posted, page: &Marks<'_>, tapped: &Tapped, outcome: &Outcome) -> Response {
    if !posted.wants_json() {
        return match outcome {
            Outcome::Saved => see(&page.back_to(&tapped.unit)),
            Outcome::Clash => with(StatusCode::CONFLICT, page.clashed(tapped).show()),
            Outcome::Refused(errors) => page.refused(errors).show(),
        };
    }
    let (status, state, text) = match outcome {
        Outcome::Saved => (StatusCode::OK, "saved", String::new()),
        Outcome::Clash => (StatusCode::CONFLICT, "clash", String::new()),
        Outcome::Refused(errors) => {
            let first = errors.items().first().map(|(_, text)| text.clone());
            (
                StatusCode::UNPROCESSABLE_ENTITY,
                "refused",
                first.unwrap_or_default(),
            )
        }
    };
    let told = json!({
        "state": state,
        "text": text,
        "at": page.at(),
        "version": page.version(),
        "parts": page.parts(tapped, matches!(outcome, Outcome::Clash)),
    });
    with(status, Json(told).into_response())
}

fn with(status: StatusCode, mut response: Response) -> Response {
    *response.status_mut() = status;
    response
}
