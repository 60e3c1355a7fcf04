//! Wire in, use case, wire out.

use chiso_platform::auth::Caller;
use chiso_platform::journal;
use chiso_wire::kernel::{ListJournalRequest, ListJournalResponse};
use chiso_wire::ranking as pb;
use chiso_wire::ranking::ranking_service_server::RankingService;
use tonic::{Request, Response, Status, async_trait};

use crate::usecase::Chunks;
use crate::{SERVICE, Service, policy};

macro_rules! handlers {
    ($($rpc:ident($request:ident) -> $response:ident),* $(,)?) => {
        #[async_trait]
        impl RankingService for Service {
            $(async fn $rpc(&self, request: Request<pb::$request>) -> Result<Response<pb::$response>, Status> {
                let caller = Caller::of(&request);
                Ok(Response::new(Service::$rpc(self, &caller, request.into_inner()).await?))
            })*

            type ExportStream = Chunks;

            async fn export(&self, request: Request<pb::ExportRequest>) -> Result<Response<Chunks>, Status> {
                Ok(Response::new(Service::export(self, &request.into_inner()).await?))
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
    get_provisional(GetProvisionalRequest) -> GetProvisionalResponse,
    get_provisional_breakdown(GetProvisionalBreakdownRequest) -> GetProvisionalBreakdownResponse,
    get_readiness(GetReadinessRequest) -> GetReadinessResponse,
    record_bar(RecordBarRequest) -> RecordBarResponse,
    decide_tie(DecideTieRequest) -> DecideTieResponse,
    get_decisions(GetDecisionsRequest) -> GetDecisionsResponse,
    publish(PublishRequest) -> PublishResponse,
    list_versions(ListVersionsRequest) -> ListVersionsResponse,
    get_published(GetPublishedRequest) -> GetPublishedResponse,
    get_breakdown(GetBreakdownRequest) -> GetBreakdownResponse,
}
