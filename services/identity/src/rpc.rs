//! Wire in, use case, wire out.

use chiso_platform::auth::Caller;
use chiso_platform::journal;
use chiso_wire::identity as pb;
use chiso_wire::identity::identity_service_server::IdentityService;
use chiso_wire::kernel::{ListJournalRequest, ListJournalResponse};
use tonic::{Request, Response, Status, async_trait};

use crate::{SERVICE, Service, policy};

macro_rules! handlers {
    ($($rpc:ident($request:ident) -> $response:ident),* $(,)?) => {
        #[async_trait]
        impl IdentityService for Service {
            $(async fn $rpc(&self, request: Request<pb::$request>) -> Result<Response<pb::$response>, Status> {
                let caller = Caller::of(&request);
                Ok(Response::new(Service::$rpc(self, &caller, request.into_inner()).await?))
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
    sign_in(SignInRequest) -> SignInResponse,
    sign_out(SignOutRequest) -> SignOutResponse,
    get_caller(GetCallerRequest) -> GetCallerResponse,
    resolve_token(ResolveTokenRequest) -> ResolveTokenResponse,
    create_person(CreatePersonRequest) -> CreatePersonResponse,
    set_password(SetPasswordRequest) -> SetPasswordResponse,
    disable_person(DisablePersonRequest) -> DisablePersonResponse,
    list_people(ListPeopleRequest) -> ListPeopleResponse,
    grant_role(GrantRoleRequest) -> GrantRoleResponse,
    revoke_role(RevokeRoleRequest) -> RevokeRoleResponse,
    create_token(CreateTokenRequest) -> CreateTokenResponse,
    revoke_token(RevokeTokenRequest) -> RevokeTokenResponse,
    list_tokens(ListTokensRequest) -> ListTokensResponse,
}
