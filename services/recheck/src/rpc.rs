//! Wire in, use case, wire out.

use chiso_platform::auth::Caller;
use chiso_platform::{feed, journal};
use chiso_wire::kernel::{
    ListJournalRequest, ListJournalResponse, PullPointsRequest, PullPointsResponse, SendRemindersRequest,
    SendRemindersResponse,
};
use chiso_wire::recheck as pb;
use chiso_wire::recheck::recheck_service_server::RecheckService;
use tonic::{Request, Response, Status, async_trait};

use crate::{SERVICE, Service, policy};

macro_rules! handlers {
    ($($rpc:ident($request:ident) -> $response:ident),* $(,)?) => {
        #[async_trait]
        impl RecheckService for Service {
            $(async fn $rpc(&self, request: Request<pb::$request>) -> Result<Response<pb::$response>, Status> {
                let caller = Caller::of(&request);
                Ok(Response::new(Service::$rpc(self, &caller, &request.into_inner()).await?))
            })*

            async fn send_reminders(
                &self,
                request: Request<SendRemindersRequest>,
            ) -> Result<Response<SendRemindersResponse>, Status> {
                let caller = Caller::of(&request);
                Ok(Response::new(Service::send_reminders(self, &caller, &request.into_inner()).await?))
            }

            async fn pull_points(
                &self,
                request: Request<PullPointsRequest>,
            ) -> Result<Response<PullPointsResponse>, Status> {
                Caller::of(&request).require(policy::PULL, None)?;
                // Whoever pulls to the end and then publishes must not be given an adjustment of an older basis.
                self.catch_up().await?;
                Ok(Response::new(feed::serve_pull(&self.ctx.db, SERVICE, request.get_ref()).await?))
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
    close_lot(CloseLotRequest) -> CloseLotResponse,
    enter_seed(EnterSeedRequest) -> EnterSeedResponse,
    get_lot(GetLotRequest) -> GetLotResponse,
    list_lots(ListLotsRequest) -> ListLotsResponse,
    list_lot_entries(ListLotEntriesRequest) -> ListLotEntriesResponse,
    assign_cases(AssignCasesRequest) -> AssignCasesResponse,
    list_cases(ListCasesRequest) -> ListCasesResponse,
    get_case(GetCaseRequest) -> GetCaseResponse,
    get_queue(GetQueueRequest) -> GetQueueResponse,
    take_next_case(TakeNextCaseRequest) -> TakeNextCaseResponse,
    renew_lease(RenewLeaseRequest) -> RenewLeaseResponse,
    release_case(ReleaseCaseRequest) -> ReleaseCaseResponse,
    reveal_contact(RevealContactRequest) -> RevealContactResponse,
    record_attempt(RecordAttemptRequest) -> RecordAttemptResponse,
    record_finding(RecordFindingRequest) -> RecordFindingResponse,
    conclude_lot(ConcludeLotRequest) -> ConcludeLotResponse,
}
