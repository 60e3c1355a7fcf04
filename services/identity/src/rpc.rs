//! Wire in, use case, wire out.

use chiso_platform::auth::Caller;
use chiso_platform::journal;
use chiso_wire::identity as pb;
use chiso_wire::identity::identity_service_server::IdentityService;
use chiso_wire::kernel::{ListJournalRequest, ListJournalResponse};
use tonic::{Request, Response, Status, async_trait};

use crate::usecase::sign_in::hash_of;
use crate::{SERVICE, Service, policy};

/// The hash of the token that a call came with, for what is about that token's own session; of no token where
/// nobody is signed in.
fn asking<T>(request: &Request<T>) -> Vec<u8> {
    let value = request
        .metadata()
        .get("authorization")
        .and_then(|v| v.to_str().ok());
    hash_of(value.and_then(|v| v.strip_prefix("Bearer ")).unwrap_or_default())
}

macro_rules! handlers {
    (
        $($rpc:ident($request:ident) -> $response:ident),* ;
        about the session: $($own:ident($own_request:ident) -> $own_response:ident),* $(,)?
    ) => {
        #[async_trait]
        impl IdentityService for Service {
            $(async fn $rpc(&self, request: Request<pb::$request>) -> Result<Response<pb::$response>, Status> {
                let caller = Caller::of(&request);
                Ok(Response::new(Service::$rpc(self, &caller, request.into_inner()).await?))
            })*

            $(async fn $own(&self, request: Request<pb::$own_request>) -> Result<Response<pb::$own_response>, Status> {
                let (caller, asking) = (Caller::of(&request), asking(&request));
                Ok(Response::new(Service::$own(self, &caller, request.into_inner(), &asking).await?))
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
    finish_sign_in(FinishSignInRequest) -> FinishSignInResponse,
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
    set_contact(SetContactRequest) -> SetContactResponse,
    get_names(GetNamesRequest) -> GetNamesResponse,
    list_addressees(ListAddresseesRequest) -> ListAddresseesResponse,
    list_holders(ListHoldersRequest) -> ListHoldersResponse,
    end_session(EndSessionRequest) -> EndSessionResponse,
    start_second_factor(StartSecondFactorRequest) -> StartSecondFactorResponse,
    reset_second_factor(ResetSecondFactorRequest) -> ResetSecondFactorResponse;
    about the session:
    sign_out(SignOutRequest) -> SignOutResponse,
    get_caller(GetCallerRequest) -> GetCallerResponse,
    list_sessions(ListSessionsRequest) -> ListSessionsResponse,
    confirm_second_factor(ConfirmSecondFactorRequest) -> ConfirmSecondFactorResponse,
}
