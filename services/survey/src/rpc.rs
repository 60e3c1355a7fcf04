//! Wire in, use case, wire out.

use std::pin::Pin;

use chiso_platform::auth::Caller;
use chiso_platform::journal;
use chiso_wire::kernel::{
    ListJournalRequest, ListJournalResponse, PullPointsRequest, PullPointsResponse, SendRemindersRequest,
    SendRemindersResponse,
};
use chiso_wire::survey as pb;
use chiso_wire::survey::survey_service_server::SurveyService;
use tokio_stream::{Stream, StreamExt};
use tonic::{Request, Response, Status, Streaming, async_trait};

use crate::{SERVICE, Service, policy};

macro_rules! handlers {
    ($($rpc:ident($request:ty) -> $response:ty),* $(,)?) => {
        #[async_trait]
        impl SurveyService for Service {
            type SubmitSlipsStream =
                Pin<Box<dyn Stream<Item = Result<pb::SubmitSlipsResponse, Status>> + Send>>;

            $(async fn $rpc(&self, request: Request<$request>) -> Result<Response<$response>, Status> {
                let caller = Caller::of(&request);
                Ok(Response::new(Service::$rpc(self, &caller, request.into_inner()).await?))
            })*

            async fn submit_slips(
                &self,
                request: Request<Streaming<pb::SubmitSlipsRequest>>,
            ) -> Result<Response<Self::SubmitSlipsStream>, Status> {
                let caller = Caller::of(&request);
                let service = self.clone();
                let replies = request.into_inner().then(move |batch| {
                    let (service, caller) = (service.clone(), caller.clone());
                    async move { Ok(service.submit_batch(&caller, batch?).await?) }
                });
                Ok(Response::new(Box::pin(replies)))
            }

            async fn list_journal(
                &self,
                request: Request<ListJournalRequest>,
            ) -> Result<Response<ListJournalResponse>, Status> {
                Caller::of(&request).require_everywhere(policy::READ_JOURNAL)?;
                Ok(Response::new(journal::serve_list(&self.ctx.db, SERVICE, request.get_ref()).await?))
            }
        }
    };
}

handlers! {
    create_campaign(pb::CreateCampaignRequest) -> pb::CreateCampaignResponse,
    get_campaign(pb::GetCampaignRequest) -> pb::GetCampaignResponse,
    import_questionnaire(pb::ImportQuestionnaireRequest) -> pb::ImportQuestionnaireResponse,
    get_questionnaire(pb::GetQuestionnaireRequest) -> pb::GetQuestionnaireResponse,
    set_targets(pb::SetTargetsRequest) -> pb::SetTargetsResponse,
    register_respondents(pb::RegisterRespondentsRequest) -> pb::RegisterRespondentsResponse,
    import_respondents(pb::ImportRespondentsRequest) -> pb::ImportRespondentsResponse,
    assign_respondents(pb::AssignRespondentsRequest) -> pb::AssignRespondentsResponse,
    list_visits(pb::ListVisitsRequest) -> pb::ListVisitsResponse,
    list_respondents(pb::ListRespondentsRequest) -> pb::ListRespondentsResponse,
    submit_slip(pb::SubmitSlipRequest) -> pb::SubmitSlipResponse,
    check_slip(pb::CheckSlipRequest) -> pb::CheckSlipResponse,
    save_draft(pb::SaveDraftRequest) -> pb::SaveDraftResponse,
    get_draft(pb::GetDraftRequest) -> pb::GetDraftResponse,
    list_drafts(pb::ListDraftsRequest) -> pb::ListDraftsResponse,
    drop_draft(pb::DropDraftRequest) -> pb::DropDraftResponse,
    get_slip(pb::GetSlipRequest) -> pb::GetSlipResponse,
    list_slips(pb::ListSlipsRequest) -> pb::ListSlipsResponse,
    return_slip(pb::ReturnSlipRequest) -> pb::ReturnSlipResponse,
    list_returns(pb::ListReturnsRequest) -> pb::ListReturnsResponse,
    get_progress(pb::GetProgressRequest) -> pb::GetProgressResponse,
    get_interviewer_progress(pb::GetInterviewerProgressRequest) -> pb::GetInterviewerProgressResponse,
    get_answer_counts(pb::GetAnswerCountsRequest) -> pb::GetAnswerCountsResponse,
    decide_shortage(pb::DecideShortageRequest) -> pb::DecideShortageResponse,
    close_campaign(pb::CloseCampaignRequest) -> pb::CloseCampaignResponse,
    list_lot_slips(pb::ListLotSlipsRequest) -> pb::ListLotSlipsResponse,
    reveal_contact(pb::RevealContactRequest) -> pb::RevealContactResponse,
    pull_points(PullPointsRequest) -> PullPointsResponse,
    send_reminders(SendRemindersRequest) -> SendRemindersResponse,
}
