//! The sociological survey: who was asked what, what they answered, which points that gives.
//!
//! Owns campaigns, questionnaires, targets, the respondent register, slips and their running counts, and
//! converts valid slips into index points of each survey leaf. Does not own the rules (domain), the
//! calendar and units (registry), the recheck of slips, or ranking.
//!
//! Guarantees:
//! 1. A slip is acknowledged only after it is durable; the same slip again changes nothing.
//! 2. Running counts equal a recount of the valid slips.
//! 3. Whoever pulls points sees the effect of every slip acknowledged before the pull.
//! 4. Phone numbers and names are in the database only sealed; each opened contact is journalled first.
//!
//! README.md has the tables, the rows that a slip writes, and what happens when things fail.

mod convert;
mod error;
mod forms;
mod intake;
mod letters;
mod peers;
mod policy;
mod rpc;
mod store;
mod usecase;

use chiso_platform::{Context, Error, Part, mail};
use chiso_wire::survey::survey_service_server::SurveyServiceServer;
use tonic::service::Routes;

pub use policy::POLICY;

use crate::forms::Forms;
use crate::intake::Intake;

/// Short name, and prefix of the tables.
const SERVICE: &str = "survey";

/// A questionnaire or a batch of 500 slips with long answers fits.
const MAX_MESSAGE: usize = 16 * 1024 * 1024;

/// The service. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Service {
    ctx: Context,
    forms: Forms,
    intake: Intake,
}

/// Brings the tables up to date and starts the intake.
///
/// # Errors
/// Where a migration fails.
pub async fn build(ctx: Context) -> Result<Part, Error> {
    ctx.db.migrate(SERVICE, store::MIGRATIONS).await?;
    mail::start(&ctx, SERVICE, &letters::TEXTS, Some(usecase::REMIND))?;
    let intake = Intake::start(&ctx);
    let service = Service {
        ctx,
        forms: Forms::default(),
        intake,
    };
    let server = SurveyServiceServer::new(service).max_decoding_message_size(MAX_MESSAGE);
    Ok(Part {
        name: SERVICE,
        service: "chiso.survey.v1.SurveyService",
        routes: Routes::new(server),
        policy: POLICY,
    })
}
