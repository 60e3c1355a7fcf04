//! Interviewers: slips one by one and in streams of batches.

use std::time::Duration;

use chiso_domain::kernel::time::SECOND;
use chiso_platform::rpc::Channel;
use chiso_wire::convert::timestamp;
use chiso_wire::survey as pb;
use chiso_wire::survey::survey_service_client::SurveyServiceClient;
use prost::Message;
use serde_json::json;
use tonic::Response;

use super::{Field, Named};
use crate::chance::Chance;
use crate::client::{ask, until_answered};
use crate::log::{Log, sha256};
use crate::world::{CYCLE, GROUP, Player};

const ANSWERS: [&str; 6] = ["1", "2", "3", "4", "5", "khong_y_kien"];
/// Most slips of a message.
const BATCH: usize = 40;
/// Between two streams, so that the year does not outgrow the machine.
const PAUSE: Duration = Duration::from_millis(120);
/// In a hundred: a stream that broke and is never sent again, as by a device that was lost.
const GIVEN_UP: u64 = 4;

/// In a hundred: a slip that the supervisor gives back.
const RETURNED: u64 = 4;

/// A slip with the hash of its message.
#[derive(Clone, Debug)]
pub(crate) struct Filled {
    pub(crate) slip: pb::NewSlip,
    pub(crate) sha: String,
}

/// A slip that is as it should be.
pub(crate) fn new_slip(
    id: String,
    form: &str,
    respondent: &str,
    unit: &str,
    now: chiso_domain::kernel::Instant,
) -> pb::NewSlip {
    pb::NewSlip {
        slip_id: id,
        cycle: CYCLE.to_owned(),
        unit: unit.to_owned(),
        group: GROUP.to_owned(),
        respondent_id: respondent.to_owned(),
        questionnaire_sha256: form.to_owned(),
        // The clock may step back by an hour before it is sent, and no slip is from the future.
        started_at: Some(timestamp(now.plus(-4_200 * SECOND))),
        ended_at: Some(timestamp(now.plus(-3_600 * SECOND))),
        answered_personally: true,
        answers: Vec::new(),
        record_invalid: false,
        replaces: String::new(),
    }
}

/// Answers it, and says which bytes will be sent.
pub(crate) fn fill(mut slip: pb::NewSlip, chance: &mut Chance) -> Filled {
    slip.answers = vec![pb::Answer {
        question: "Q1".to_owned(),
        value: (*chance.pick(&ANSWERS)).to_owned(),
    }];
    Filled {
        sha: sha256(&slip.encode_to_vec()),
        slip,
    }
}

impl Log {
    /// Slips are about to be sent.
    pub(crate) async fn intend_slips(&self, slips: &[Filled]) {
        let line = |s: &Filled| {
            json!([
                s.slip.slip_id,
                s.slip.unit,
                s.slip.respondent_id,
                s.slip.answers[0].value,
                s.sha
            ])
        };
        let lines: Vec<_> = slips.iter().map(line).collect();
        self.write(vec![json!({ "t": "slips", "slips": lines })]).await;
    }

    /// Slips were acknowledged.
    pub(crate) async fn acknowledge_slips(&self, method: &'static str, slips: &[Filled]) {
        let ids: Vec<_> = slips.iter().map(|s| json!([s.slip.slip_id, s.sha])).collect();
        self.write(vec![json!({ "t": "slips_ack", "slips": ids })]).await;
        self.count(("survey", method), slips.len());
    }
}

impl Field {
    /// Some slips that nobody has sent yet.
    fn take(&mut self, most: usize) -> Vec<Filled> {
        let pairs: Vec<_> = {
            let mut stock = self.stock.lock().unwrap();
            let some = most.min(stock.pairs.len());
            stock.pairs.drain(..some).collect()
        };
        let mut slips = Vec::with_capacity(pairs.len());
        for (respondent, unit) in pairs {
            let slip = new_slip(self.id(), &self.world.form, &respondent, unit, self.clock.now());
            slips.push(fill(slip, &mut self.chance));
        }
        slips
    }

    /// One slip by a call of its own, to its end; whether it was acknowledged.
    pub(crate) async fn submit(
        &self,
        client: &SurveyServiceClient<Channel>,
        by: &Player,
        slip: &Filled,
    ) -> bool {
        let call = || {
            let (mut client, message) = (
                client.clone(),
                pb::SubmitSlipRequest {
                    slip: Some(slip.slip.clone()),
                },
            );
            async move {
                client
                    .submit_slip(ask(&by.token, message))
                    .await
                    .map(Response::into_inner)
            }
        };
        let answer = until_answered(&self.stop, call).await;
        match &answer {
            Some(Ok(_outcome)) => {
                let slips = std::slice::from_ref(slip);
                self.log.acknowledge_slips("SubmitSlip", slips).await;
            }
            Some(Err(reason)) => self.log.refused(&slip.slip.slip_id, &slip.sha, reason).await,
            None => {}
        }
        matches!(answer, Some(Ok(_)))
    }

    /// Sends slips by one stream; answers those that have no answer yet.
    pub(crate) async fn send_stream(
        &self,
        client: &SurveyServiceClient<Channel>,
        by: &Player,
        slips: Vec<Filled>,
    ) -> Vec<Filled> {
        let batches: Vec<pb::SubmitSlipsRequest> = (1..)
            .zip(slips.chunks(BATCH))
            .map(|(batch, slips)| pb::SubmitSlipsRequest {
                batch,
                slips: slips.iter().map(|s| s.slip.clone()).collect(),
            })
            .collect();
        let mut client = client.clone();
        let request = ask(&by.token, tokio_stream::iter(batches));
        let opened = tokio::time::timeout(crate::client::ATTEMPT, client.submit_slips(request)).await;
        let Ok(Ok(replies)) = opened else { return slips };
        let (mut replies, mut open) = (replies.into_inner(), slips);
        while let Ok(Ok(Some(reply))) = tokio::time::timeout(crate::client::ATTEMPT, replies.message()).await
        {
            let mut taken = Vec::new();
            for outcome in reply.outcomes {
                let Some(place) = open.iter().position(|s| s.slip.slip_id == outcome.slip_id) else {
                    continue;
                };
                match outcome.refused {
                    None => taken.push(open.swap_remove(place)),
                    // Every client has a good token: another service may take a word of the survey's for too old or too
                    // new while the clock steps.
                    Some(refused)
                        if ["UNAVAILABLE", "INTERNAL", "UNAUTHENTICATED"]
                            .contains(&refused.reason.as_str()) => {}
                    Some(refused) => {
                        let slip = open.swap_remove(place);
                        self.log
                            .refused(&slip.slip.slip_id, &slip.sha, &refused.reason)
                            .await;
                    }
                }
            }
            self.log.acknowledge_slips("SubmitSlips", &taken).await;
        }
        open
    }
}

/// Streams of batches; what was not answered is sent again as a whole.
pub(super) async fn stream(mut field: Field, interviewer: usize) {
    let client = SurveyServiceClient::new(field.ways.to("survey"));
    let by = field.world.interviewers[interviewer].clone();
    while !field.stopped() {
        let most = usize::try_from(field.chance.between(10, 120)).unwrap_or(10);
        let mut open = field.take(most);
        field.log.intend_slips(&open).await;
        while !open.is_empty() && !field.stopped() {
            open = field.send_stream(&client, &by, open).await;
            if !open.is_empty() {
                if field.chance.percent(GIVEN_UP) {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(30)).await;
            }
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// One slip after another.
pub(super) async fn one_by_one(mut field: Field, interviewer: usize) {
    let client = SurveyServiceClient::new(field.ways.to("survey"));
    let by = field.world.interviewers[interviewer].clone();
    while !field.stopped() {
        let Some(slip) = field.take(1).pop() else {
            tokio::time::sleep(PAUSE).await;
            continue;
        };
        field.log.intend_slips(std::slice::from_ref(&slip)).await;
        if field.submit(&client, &by, &slip).await && field.chance.percent(RETURNED) {
            give_back(&mut field, &client, &slip.slip.slip_id).await;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// The supervisor finds something amiss with a slip.
async fn give_back(field: &mut Field, client: &SurveyServiceClient<Channel>, slip_id: &str) {
    let message = pb::ReturnSlipRequest {
        request_id: field.id(),
        slip_id: slip_id.to_owned(),
        reason: "Số điện thoại sai".to_owned(),
    };
    let (token, id) = (field.world.supervisor.token.clone(), message.request_id.clone());
    let named = Named {
        service: "survey",
        method: "ReturnSlip",
        id: &id,
    };
    let call = |message| {
        let mut client = client.clone();
        let request = ask(&token, message);
        async move { client.return_slip(request).await.map(Response::into_inner) }
    };
    let _answer = field.act(named, &message, json!({ "slip": slip_id }), call).await;
}
