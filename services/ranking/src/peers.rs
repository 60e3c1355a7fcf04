//! The four feeds of index points.

use chiso_domain::index_points::Source;
use chiso_platform::rpc::Channel;
use chiso_platform::{Context, Error};
use chiso_wire::kernel::{PullPointsRequest, PullPointsResponse};
use chiso_wire::leaders::leaders_service_client::LeadersServiceClient;
use chiso_wire::ledger::ledger_service_client::LedgerServiceClient;
use chiso_wire::recheck::recheck_service_client::RecheckServiceClient;
use chiso_wire::survey::survey_service_client::SurveyServiceClient;

use crate::SERVICE;

/// Posts asked for at once.
const BATCH: i32 = 5_000;
/// Room for that many posts with long leaders' slips.
const MOST_BYTES: usize = 32 << 20;

/// Clients of those who post.
#[derive(Clone, Debug)]
pub(crate) struct Feeds {
    survey: SurveyServiceClient<Channel>,
    recheck: RecheckServiceClient<Channel>,
    leaders: LeadersServiceClient<Channel>,
    ledger: LedgerServiceClient<Channel>,
}

impl Feeds {
    pub(crate) fn new(survey: Channel, recheck: Channel, leaders: Channel, ledger: Channel) -> Self {
        Self {
            survey: SurveyServiceClient::new(survey).max_decoding_message_size(MOST_BYTES),
            recheck: RecheckServiceClient::new(recheck).max_decoding_message_size(MOST_BYTES),
            leaders: LeadersServiceClient::new(leaders).max_decoding_message_size(MOST_BYTES),
            ledger: LedgerServiceClient::new(ledger).max_decoding_message_size(MOST_BYTES),
        }
    }

    /// The posts after a number.
    pub(crate) async fn pull(
        &self,
        ctx: &Context,
        source: Source,
        after_seq: i64,
    ) -> Result<PullPointsResponse, Error> {
        let request = ctx.request(
            SERVICE,
            PullPointsRequest {
                after_seq,
                limit: BATCH,
            },
        );
        let answer = match source {
            Source::Survey => self.survey.clone().pull_points(request).await,
            Source::Recheck => self.recheck.clone().pull_points(request).await,
            Source::Leaders => self.leaders.clone().pull_points(request).await,
            Source::Ledger => self.ledger.clone().pull_points(request).await,
        };
        answer.map(tonic::Response::into_inner).map_err(Error::peer)
    }
}
