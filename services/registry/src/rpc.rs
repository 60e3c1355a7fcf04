//! Wire in, use case, wire out.

use chiso_platform::auth::Caller;
use chiso_platform::journal;
use chiso_wire::kernel::{ListJournalRequest, ListJournalResponse};
use chiso_wire::registry as pb;
use chiso_wire::registry::registry_service_server::RegistryService;
use tonic::{Request, Response, Status, async_trait};

use crate::{SERVICE, Service, policy, usecase};

macro_rules! handlers {
    ($($rpc:ident($request:ident) -> $response:ident),* $(,)?) => {
        #[async_trait]
        impl RegistryService for Service {
            $(async fn $rpc(&self, request: Request<pb::$request>) -> Result<Response<pb::$response>, Status> {
                let caller = Caller::of(&request);
                Ok(Response::new(usecase::$rpc(&self.ctx, &caller, request.into_inner()).await?))
            })*

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
    create_cycle(CreateCycleRequest) -> CreateCycleResponse,
    copy_cycle(CopyCycleRequest) -> CopyCycleResponse,
    set_calendar(SetCalendarRequest) -> SetCalendarResponse,
    set_policy(SetPolicyRequest) -> SetPolicyResponse,
    import_units(ImportUnitsRequest) -> ImportUnitsResponse,
    import_index_set(ImportIndexSetRequest) -> ImportIndexSetResponse,
    check_units(CheckUnitsRequest) -> CheckUnitsResponse,
    check_index_set(CheckIndexSetRequest) -> CheckIndexSetResponse,
    set_council(SetCouncilRequest) -> SetCouncilResponse,
    open_cycle(OpenCycleRequest) -> OpenCycleResponse,
    extend_window(ExtendWindowRequest) -> ExtendWindowResponse,
    reassign_appraiser(ReassignAppraiserRequest) -> ReassignAppraiserResponse,
    get_cycle(GetCycleRequest) -> GetCycleResponse,
    list_cycles(ListCyclesRequest) -> ListCyclesResponse,
    list_units(ListUnitsRequest) -> ListUnitsResponse,
}
