//! Opens the contact of a case's respondent for its officer.

use chiso_domain::cycle::Window;
use chiso_domain::kernel::CaseId;
use chiso_domain::recheck::RecheckRefusal;
use chiso_platform::Error;
use chiso_platform::auth::Caller;
use chiso_platform::journal::{self, Act};
use chiso_platform::once::Once;
use chiso_wire::convert::{parse, timestamp};
use chiso_wire::kernel::Receipt;
use chiso_wire::recheck as pb;
use chiso_wire::survey;

use super::{own, person};
use crate::error::no_case;
use crate::{SERVICE, Service, names, store};

impl Service {
    /// The journal has the opening before the survey is asked, so no contact is seen without a trace. The
    /// answer itself is never stored here: the same request opens, and journals, once more.
    pub(crate) async fn reveal_contact(
        &self,
        caller: &Caller,
        request: &pb::RevealContactRequest,
    ) -> Result<pb::RevealContactResponse, Error> {
        let officer = person(caller)?;
        let id: CaseId = parse("case_id", &request.case_id)?;
        let case = self.own_case(caller, id).await?;
        let now = self.ctx.clock.now();
        let once = Once::new(SERVICE, "RevealContact", caller, &request.request_id, request)?;
        self.ctx
            .cycles
            .check(&case.cycle, Window::Recheck, Some(&case.unit), now)
            .await?;

        let mut tx = self.ctx.db.begin().await?;
        let again: Option<Receipt> = once.replay(&mut tx).await?;
        let case = store::case::case(&mut tx, id).await?.ok_or_else(no_case)?;
        let case = own(caller, case)?;
        if case.outcome.is_some() {
            return Err(RecheckRefusal::CaseClosed.into());
        }
        let act = Act {
            actor: caller.actor(),
            act: "contact.reveal",
            object: names::case(&case.cycle, &case.unit, id),
            before: None,
            after: None,
            reason: String::new(),
        };
        journal::append(&mut tx, SERVICE, now, vec![act]).await?;
        if again.is_none() {
            let receipt = Receipt {
                request_id: request.request_id.clone(),
                at: Some(timestamp(now)),
            };
            once.remember(&mut tx, now, &receipt).await?;
        }
        tx.commit().await?;

        let message = survey::RevealContactRequest {
            request_id: request.request_id.clone(),
            respondent_id: case.respondent.to_string(),
            officer: officer.to_string(),
            purpose: format!("recheck case {id}"),
        };
        let contact = self.survey.contact(caller, message).await?;
        Ok(pb::RevealContactResponse {
            name: contact.name,
            phone: contact.phone,
        })
    }
}
