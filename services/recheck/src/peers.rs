//! The calls to the survey, each for whoever called this service; only the feed is pulled in its own name.

use std::collections::{BTreeMap, BTreeSet};

use chiso_domain::kernel::{CycleCode, GroupCode, QuestionName, RespondentId, SlipId, UnitCode};
use chiso_domain::recheck::ListedSlip;
use chiso_platform::auth::Caller;
use chiso_platform::rpc::Channel;
use chiso_platform::{Context, Error};
use chiso_wire::convert::parse;
use chiso_wire::kernel::{PullPointsRequest, PullPointsResponse};
use chiso_wire::survey as pb;
use chiso_wire::survey::survey_service_client::SurveyServiceClient;

use crate::SERVICE;

const PAGE: i32 = 500;
/// 1,000 points with long reasons stay far below.
const LARGEST_REPLY: usize = 16 << 20;

/// The survey, as this service needs it.
#[derive(Clone)]
pub(crate) struct Survey {
    ctx: Context,
    client: SurveyServiceClient<Channel>,
}

impl std::fmt::Debug for Survey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Survey")
    }
}

/// The questions of a group's questionnaire with their options; none for a question that takes any text.
pub(crate) type Form = BTreeMap<QuestionName, BTreeSet<String>>;

/// What a slip says.
pub(crate) struct SlipAnswers {
    /// SHA-256 of the slip as submitted.
    pub(crate) sha256: String,
    /// Its answers.
    pub(crate) answers: BTreeMap<QuestionName, String>,
}

impl Survey {
    pub(crate) fn new(ctx: Context, survey: Channel) -> Self {
        let client = SurveyServiceClient::new(survey).max_decoding_message_size(LARGEST_REPLY);
        Self { ctx, client }
    }

    /// All valid slips of the units, with their respondents.
    pub(crate) async fn valid_slips(
        &self,
        caller: &Caller,
        cycle: &CycleCode,
        units: &[UnitCode],
    ) -> Result<Vec<(ListedSlip, RespondentId)>, Error> {
        let mut message = pb::ListLotSlipsRequest {
            cycle: cycle.to_string(),
            units: units.iter().map(ToString::to_string).collect(),
            page_size: PAGE,
            page_token: String::new(),
        };
        let mut slips = Vec::new();
        loop {
            let request = self.ctx.request_for(SERVICE, message.clone(), caller);
            let reply = self.client.clone().list_lot_slips(request).await;
            let reply = reply.map_err(Error::peer)?.into_inner();
            for slip in &reply.slips {
                slips.push(listed(slip)?);
            }
            if reply.next_page_token.is_empty() {
                return Ok(slips);
            }
            message.page_token = reply.next_page_token;
        }
    }

    /// The answers of a slip.
    pub(crate) async fn slip(&self, caller: &Caller, slip: SlipId) -> Result<SlipAnswers, Error> {
        let message = pb::GetSlipRequest {
            slip_id: slip.to_string(),
        };
        let request = self.ctx.request_for(SERVICE, message, caller);
        let reply = self.client.clone().get_slip(request).await;
        let reply = reply.map_err(Error::peer)?.into_inner().slip.unwrap_or_default();
        let given = reply.slip.unwrap_or_default().answers;
        let answer = |a: &pb::Answer| Ok((parse("question", &a.question)?, a.value.clone()));
        Ok(SlipAnswers {
            sha256: reply.sha256,
            answers: given.iter().map(answer).collect::<Result<_, Error>>()?,
        })
    }

    /// What the questionnaire of a group asks.
    pub(crate) async fn form(
        &self,
        caller: &Caller,
        cycle: &CycleCode,
        group: &GroupCode,
    ) -> Result<Form, Error> {
        let message = pb::GetQuestionnaireRequest {
            cycle: cycle.to_string(),
            group: group.to_string(),
            ..Default::default()
        };
        let request = self.ctx.request_for(SERVICE, message, caller);
        let reply = self.client.clone().get_questionnaire(request).await;
        let form = reply.map_err(Error::peer)?.into_inner().questionnaire;
        let asks = |q: &&pb::Question| q.kind() != pb::QuestionKind::Note;
        let question = |q: &pb::Question| {
            let options = q.options.iter().map(|o| o.name.clone()).collect();
            Ok((parse("questions.name", &q.name)?, options))
        };
        let questions = form.unwrap_or_default().questions;
        questions.iter().filter(asks).map(question).collect()
    }

    /// Name and phone of a respondent, for one officer.
    pub(crate) async fn contact(
        &self,
        caller: &Caller,
        message: pb::RevealContactRequest,
    ) -> Result<pb::RevealContactResponse, Error> {
        let request = self.ctx.request_for(SERVICE, message, caller);
        let reply = self.client.clone().reveal_contact(request).await;
        Ok(reply.map_err(Error::peer)?.into_inner())
    }

    /// The survey's points after a number.
    pub(crate) async fn points_after(&self, after_seq: i64) -> Result<PullPointsResponse, Error> {
        let request = self
            .ctx
            .request(SERVICE, PullPointsRequest { after_seq, limit: 0 });
        let reply = self.client.clone().pull_points(request).await;
        Ok(reply.map_err(Error::peer)?.into_inner())
    }
}

fn listed(slip: &pb::LotSlip) -> Result<(ListedSlip, RespondentId), Error> {
    let listed = ListedSlip {
        unit: parse("slips.unit", &slip.unit)?,
        group: parse("slips.group", &slip.group)?,
        slip: parse("slips.slip_id", &slip.slip_id)?,
        interviewer: parse("slips.interviewer", &slip.interviewer)?,
        sha256: slip.sha256.clone(),
    };
    Ok((listed, parse("slips.respondent_id", &slip.respondent_id)?))
}
