//! The generated trait: wire in, use case, wire out.

use chiso_platform::auth::Caller;
use chiso_platform::{feed, journal};
use chiso_wire::kernel::{
    ListJournalRequest, ListJournalResponse, PullPointsRequest, PullPointsResponse, SendRemindersRequest,
    SendRemindersResponse,
};
use chiso_wire::leaders as pb;
use chiso_wire::leaders::leaders_service_server::LeadersService;
use tonic::{Request, Response, Status};

use crate::{SERVICE, Service, policy};

type Reply<T> = Result<Response<T>, Status>;

#[tonic::async_trait]
impl LeadersService for Service {
    async fn set_panel(&self, request: Request<pb::SetPanelRequest>) -> Reply<pb::SetPanelResponse> {
        let caller = Caller::of(&request);
        Ok(Response::new(
            self.name_panel(&caller, &request.into_inner()).await?,
        ))
    }

    async fn get_slip(&self, request: Request<pb::GetSlipRequest>) -> Reply<pb::GetSlipResponse> {
        let caller = Caller::of(&request);
        Ok(Response::new(
            self.read_slip(&caller, &request.into_inner()).await?,
        ))
    }

    async fn save_mark(&self, request: Request<pb::SaveMarkRequest>) -> Reply<pb::SaveMarkResponse> {
        let caller = Caller::of(&request);
        Ok(Response::new(
            self.keep_mark(&caller, &request.into_inner()).await?,
        ))
    }

    async fn save_rest(&self, request: Request<pb::SaveRestRequest>) -> Reply<pb::SaveRestResponse> {
        let caller = Caller::of(&request);
        Ok(Response::new(
            self.keep_rest(&caller, &request.into_inner()).await?,
        ))
    }

    async fn send_slip(&self, request: Request<pb::SendSlipRequest>) -> Reply<pb::SendSlipResponse> {
        let caller = Caller::of(&request);
        Ok(Response::new(self.send(&caller, &request.into_inner()).await?))
    }

    async fn get_progress(&self, request: Request<pb::GetProgressRequest>) -> Reply<pb::GetProgressResponse> {
        let caller = Caller::of(&request);
        Ok(Response::new(
            self.read_progress(&caller, &request.into_inner()).await?,
        ))
    }

    async fn send_reminders(&self, request: Request<SendRemindersRequest>) -> Reply<SendRemindersResponse> {
        let caller = Caller::of(&request);
        Ok(Response::new(self.remind(&caller, &request.into_inner()).await?))
    }

    async fn decide_quorum(
        &self,
        request: Request<pb::DecideQuorumRequest>,
    ) -> Reply<pb::DecideQuorumResponse> {
        let caller = Caller::of(&request);
        Ok(Response::new(self.decide(&caller, &request.into_inner()).await?))
    }

    async fn close_scoring(
        &self,
        request: Request<pb::CloseScoringRequest>,
    ) -> Reply<pb::CloseScoringResponse> {
        let caller = Caller::of(&request);
        Ok(Response::new(self.close(&caller, &request.into_inner()).await?))
    }

    async fn pull_points(&self, request: Request<PullPointsRequest>) -> Reply<PullPointsResponse> {
        Ok(Response::new(
            feed::serve_pull(&self.ctx.db, SERVICE, request.get_ref()).await?,
        ))
    }

    async fn list_journal(&self, request: Request<ListJournalRequest>) -> Reply<ListJournalResponse> {
        Caller::of(&request).require_everywhere(policy::READ_JOURNAL)?;
        Ok(Response::new(
            journal::serve_list(&self.ctx.db, SERVICE, request.get_ref()).await?,
        ))
    }
}
