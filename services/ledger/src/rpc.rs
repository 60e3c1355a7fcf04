//! Wire in, use case, wire out.

use chiso_platform::auth::Caller;
use chiso_platform::{Error, feed, journal};
use chiso_wire::kernel as kernel_pb;
use chiso_wire::ledger as pb;
use chiso_wire::ledger::ledger_service_server::LedgerService;
use tonic::{Request, Response, Status, Streaming};

use crate::usecase::Download;
use crate::{SERVICE, Service, policy};

fn reply<T>(outcome: Result<T, Error>) -> Result<Response<T>, Status> {
    outcome.map(Response::new).map_err(Status::from)
}

#[tonic::async_trait]
impl LedgerService for Service {
    type DownloadEvidenceStream = Download;

    async fn get_sheet(
        &self,
        request: Request<pb::GetSheetRequest>,
    ) -> Result<Response<pb::GetSheetResponse>, Status> {
        let caller = Caller::of(&request);
        reply(Self::get_sheet(self, &caller, request.get_ref()).await)
    }

    async fn list_sheets(
        &self,
        request: Request<pb::ListSheetsRequest>,
    ) -> Result<Response<pb::ListSheetsResponse>, Status> {
        let caller = Caller::of(&request);
        reply(Self::list_sheets(self, &caller, request.get_ref()).await)
    }

    async fn get_entry(
        &self,
        request: Request<pb::GetEntryRequest>,
    ) -> Result<Response<pb::GetEntryResponse>, Status> {
        let caller = Caller::of(&request);
        reply(Self::get_entry(self, &caller, request.get_ref()).await)
    }

    async fn list_entries(
        &self,
        request: Request<pb::ListEntriesRequest>,
    ) -> Result<Response<pb::ListEntriesResponse>, Status> {
        let caller = Caller::of(&request);
        reply(Self::list_entries(self, &caller, request.get_ref()).await)
    }

    async fn get_rounds(
        &self,
        request: Request<pb::GetRoundsRequest>,
    ) -> Result<Response<pb::GetRoundsResponse>, Status> {
        let caller = Caller::of(&request);
        reply(Self::get_rounds(self, &caller, request.get_ref()).await)
    }

    async fn save_entry(
        &self,
        request: Request<pb::SaveEntryRequest>,
    ) -> Result<Response<pb::SaveEntryResponse>, Status> {
        let caller = Caller::of(&request);
        reply(Self::save_entry(self, &caller, request.get_ref()).await)
    }

    async fn add_evidence(
        &self,
        request: Request<pb::AddEvidenceRequest>,
    ) -> Result<Response<pb::AddEvidenceResponse>, Status> {
        let caller = Caller::of(&request);
        reply(Self::add_evidence(self, &caller, request.get_ref()).await)
    }

    async fn remove_evidence(
        &self,
        request: Request<pb::RemoveEvidenceRequest>,
    ) -> Result<Response<pb::RemoveEvidenceResponse>, Status> {
        let caller = Caller::of(&request);
        reply(Self::remove_evidence(self, &caller, request.get_ref()).await)
    }

    async fn submit_sheet(
        &self,
        request: Request<pb::SubmitSheetRequest>,
    ) -> Result<Response<pb::SubmitSheetResponse>, Status> {
        let caller = Caller::of(&request);
        reply(Self::submit_sheet(self, &caller, request.get_ref()).await)
    }

    async fn withdraw_sheet(
        &self,
        request: Request<pb::WithdrawSheetRequest>,
    ) -> Result<Response<pb::WithdrawSheetResponse>, Status> {
        let caller = Caller::of(&request);
        reply(Self::withdraw_sheet(self, &caller, request.get_ref()).await)
    }

    async fn assign_entries(
        &self,
        request: Request<pb::AssignEntriesRequest>,
    ) -> Result<Response<pb::AssignEntriesResponse>, Status> {
        let caller = Caller::of(&request);
        reply(Self::assign_entries(self, &caller, request.get_ref()).await)
    }

    async fn get_assignees(
        &self,
        request: Request<pb::GetAssigneesRequest>,
    ) -> Result<Response<pb::GetAssigneesResponse>, Status> {
        let caller = Caller::of(&request);
        reply(Self::get_assignees(self, &caller, request.get_ref()).await)
    }

    async fn appraise_entry(
        &self,
        request: Request<pb::AppraiseEntryRequest>,
    ) -> Result<Response<pb::AppraiseEntryResponse>, Status> {
        let caller = Caller::of(&request);
        reply(Self::appraise_entry(self, &caller, request.get_ref()).await)
    }

    async fn explain_entry(
        &self,
        request: Request<pb::ExplainEntryRequest>,
    ) -> Result<Response<pb::ExplainEntryResponse>, Status> {
        let caller = Caller::of(&request);
        reply(Self::explain_entry(self, &caller, request.get_ref()).await)
    }

    async fn close_round(
        &self,
        request: Request<pb::CloseRoundRequest>,
    ) -> Result<Response<pb::CloseRoundResponse>, Status> {
        let caller = Caller::of(&request);
        reply(Self::close_round(self, &caller, request.get_ref()).await)
    }

    async fn list_gaps(
        &self,
        request: Request<pb::ListGapsRequest>,
    ) -> Result<Response<pb::ListGapsResponse>, Status> {
        let caller = Caller::of(&request);
        reply(Self::list_gaps(self, &caller, request.get_ref()).await)
    }

    async fn propose_penalty(
        &self,
        request: Request<pb::ProposePenaltyRequest>,
    ) -> Result<Response<pb::ProposePenaltyResponse>, Status> {
        let caller = Caller::of(&request);
        reply(Self::propose_penalty(self, &caller, request.get_ref()).await)
    }

    async fn explain_penalty(
        &self,
        request: Request<pb::ExplainPenaltyRequest>,
    ) -> Result<Response<pb::ExplainPenaltyResponse>, Status> {
        let caller = Caller::of(&request);
        reply(Self::explain_penalty(self, &caller, request.get_ref()).await)
    }

    async fn decide_penalty(
        &self,
        request: Request<pb::DecidePenaltyRequest>,
    ) -> Result<Response<pb::DecidePenaltyResponse>, Status> {
        let caller = Caller::of(&request);
        reply(Self::decide_penalty(self, &caller, request.get_ref()).await)
    }

    async fn list_penalties(
        &self,
        request: Request<pb::ListPenaltiesRequest>,
    ) -> Result<Response<pb::ListPenaltiesResponse>, Status> {
        let caller = Caller::of(&request);
        reply(Self::list_penalties(self, &caller, request.get_ref()).await)
    }

    async fn import_external_index(
        &self,
        request: Request<pb::ImportExternalIndexRequest>,
    ) -> Result<Response<pb::ImportExternalIndexResponse>, Status> {
        let caller = Caller::of(&request);
        reply(Self::import_external_index(self, &caller, request.get_ref()).await)
    }

    async fn get_external_index(
        &self,
        request: Request<pb::GetExternalIndexRequest>,
    ) -> Result<Response<pb::GetExternalIndexResponse>, Status> {
        let caller = Caller::of(&request);
        reply(Self::get_external_index(self, &caller, request.get_ref()).await)
    }

    async fn mark_not_applicable(
        &self,
        request: Request<pb::MarkNotApplicableRequest>,
    ) -> Result<Response<pb::MarkNotApplicableResponse>, Status> {
        let caller = Caller::of(&request);
        reply(Self::mark_not_applicable(self, &caller, request.get_ref()).await)
    }

    async fn mark_applicable(
        &self,
        request: Request<pb::MarkApplicableRequest>,
    ) -> Result<Response<pb::MarkApplicableResponse>, Status> {
        let caller = Caller::of(&request);
        reply(Self::mark_applicable(self, &caller, request.get_ref()).await)
    }

    async fn upload_evidence(
        &self,
        request: Request<Streaming<pb::UploadEvidenceRequest>>,
    ) -> Result<Response<pb::UploadEvidenceResponse>, Status> {
        let caller = Caller::of(&request);
        reply(Self::upload_evidence(self, &caller, request.into_inner()).await)
    }

    async fn download_evidence(
        &self,
        request: Request<pb::DownloadEvidenceRequest>,
    ) -> Result<Response<Download>, Status> {
        let caller = Caller::of(&request);
        reply(Self::download_evidence(self, &caller, request.get_ref()).await)
    }

    async fn ask_reopening(
        &self,
        request: Request<pb::AskReopeningRequest>,
    ) -> Result<Response<pb::AskReopeningResponse>, Status> {
        let caller = Caller::of(&request);
        reply(Self::ask_reopening(self, &caller, request.get_ref()).await)
    }

    async fn list_reopenings(
        &self,
        request: Request<pb::ListReopeningsRequest>,
    ) -> Result<Response<pb::ListReopeningsResponse>, Status> {
        let caller = Caller::of(&request);
        reply(Self::list_reopenings(self, &caller, request.get_ref()).await)
    }

    async fn answer_reopening(
        &self,
        request: Request<pb::AnswerReopeningRequest>,
    ) -> Result<Response<pb::AnswerReopeningResponse>, Status> {
        let caller = Caller::of(&request);
        reply(Self::answer_reopening(self, &caller, request.get_ref()).await)
    }

    async fn send_reminders(
        &self,
        request: Request<pb::SendRemindersRequest>,
    ) -> Result<Response<kernel_pb::SendRemindersResponse>, Status> {
        let caller = Caller::of(&request);
        reply(Self::send_reminders(self, &caller, request.get_ref()).await)
    }

    async fn pull_points(
        &self,
        request: Request<kernel_pb::PullPointsRequest>,
    ) -> Result<Response<kernel_pb::PullPointsResponse>, Status> {
        Caller::of(&request).require(policy::PULL, None)?;
        reply(feed::serve_pull(&self.ctx.db, SERVICE, request.get_ref()).await)
    }

    async fn list_journal(
        &self,
        request: Request<kernel_pb::ListJournalRequest>,
    ) -> Result<Response<kernel_pb::ListJournalResponse>, Status> {
        Caller::of(&request).require_everywhere(policy::JOURNAL)?;
        reply(journal::serve_list(&self.ctx.db, SERVICE, request.get_ref()).await)
    }
}
