//! A feed of index points that stands in for a service: it answers `PullPoints` and nothing else, well or
//! badly as told.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use chiso_domain::index_points::{IndexPoints, NewPoints, Source};
use chiso_domain::kernel::Instant;
use chiso_platform::rpc::{Channel, local};
use chiso_wire::kernel as pb;
use tonic::body::Body;
use tonic::codegen::{Service, http};
use tonic::server::{Grpc, NamedService, UnaryService};
use tonic::service::Routes;
use tonic::{Request, Response, Status};

/// How a feed answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Manner {
    /// As it should.
    Well,
    /// Everything from the beginning, backwards, each post twice.
    DoubledAndReordered,
    /// Without the post of this number.
    Without(i64),
    /// Not at all.
    Down,
    /// Never, without saying so.
    Frozen,
}

#[derive(Debug)]
struct State {
    posts: Vec<pb::IndexPoints>,
    manner: Manner,
    /// `after_seq` of every pull.
    asked: Vec<i64>,
}

/// A feed; clones are the same feed.
#[derive(Clone, Debug)]
pub(crate) struct Feed(Arc<Mutex<State>>);

impl Feed {
    pub(crate) fn new() -> Self {
        Self(Arc::new(Mutex::new(State {
            posts: Vec::new(),
            manner: Manner::Well,
            asked: Vec::new(),
        })))
    }

    /// Posts what is said, as the next revision of the leaf.
    pub(crate) fn post(&self, source: Source, post: NewPoints) {
        let mut state = self.0.lock().unwrap();
        let same = |p: &&pb::IndexPoints| {
            p.cycle == post.cycle.as_str()
                && p.unit == post.unit.as_str()
                && p.criterion == post.criterion.as_str()
        };
        let revision = state
            .posts
            .iter()
            .filter(same)
            .map(|p| p.revision)
            .max()
            .unwrap_or(0)
            + 1;
        let points = IndexPoints {
            post,
            source,
            revision,
            seq: state.posts.len() as i64 + 1,
            at: Instant::parse("2022-12-20T08:00:00+07:00").unwrap(),
        };
        state.posts.push((&points).into());
    }

    pub(crate) fn manner(&self, manner: Manner) {
        self.0.lock().unwrap().manner = manner;
    }

    pub(crate) fn last_seq(&self) -> i64 {
        self.0.lock().unwrap().posts.len() as i64
    }

    /// `after_seq` of every pull since the last call.
    pub(crate) fn asked(&self) -> Vec<i64> {
        std::mem::take(&mut self.0.lock().unwrap().asked)
    }

    fn answer(&self, request: &pb::PullPointsRequest) -> Result<pb::PullPointsResponse, Status> {
        let mut state = self.0.lock().unwrap();
        state.asked.push(request.after_seq);
        let after = |seq: i64| move |p: &&pb::IndexPoints| p.seq > seq;
        let mut posts: Vec<pb::IndexPoints> = match state.manner {
            Manner::Down => return Err(Status::unavailable("down")),
            Manner::Well | Manner::Frozen => state
                .posts
                .iter()
                .filter(after(request.after_seq))
                .take(7)
                .cloned()
                .collect(),
            Manner::DoubledAndReordered => state.posts.iter().chain(&state.posts).rev().cloned().collect(),
            Manner::Without(seq) => {
                let posts = state.posts.iter().filter(after(request.after_seq));
                posts.filter(|p| p.seq != seq).cloned().collect()
            }
        };
        posts.truncate(5_000);
        Ok(pb::PullPointsResponse {
            points: posts,
            last_seq: state.posts.len() as i64,
        })
    }

    /// A channel to it, as the service of that source.
    pub(crate) fn channel(&self, source: Source) -> Channel {
        local(match source {
            Source::Survey => Routes::new(SurveyFeed(self.clone())),
            Source::Recheck => Routes::new(RecheckFeed(self.clone())),
            Source::Leaders => Routes::new(LeadersFeed(self.clone())),
            Source::Ledger => Routes::new(LedgerFeed(self.clone())),
        })
    }
}

type Answer<T> = Pin<Box<dyn Future<Output = T> + Send>>;

impl UnaryService<pb::PullPointsRequest> for Feed {
    type Response = pb::PullPointsResponse;
    type Future = Answer<Result<Response<Self::Response>, Status>>;

    fn call(&mut self, request: Request<pb::PullPointsRequest>) -> Self::Future {
        let feed = self.clone();
        Box::pin(async move {
            let answer = feed.answer(request.get_ref()).map(Response::new);
            if feed.0.lock().unwrap().manner == Manner::Frozen {
                std::future::pending::<()>().await;
            }
            answer
        })
    }
}

macro_rules! servers {
    ($($server:ident = $name:literal),*) => {$(
        #[derive(Clone)]
        struct $server(Feed);

        impl NamedService for $server {
            const NAME: &'static str = $name;
        }

        impl Service<http::Request<Body>> for $server {
            type Response = http::Response<Body>;
            type Error = Infallible;
            type Future = Answer<Result<Self::Response, Infallible>>;

            fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
                Poll::Ready(Ok(()))
            }

            fn call(&mut self, request: http::Request<Body>) -> Self::Future {
                assert!(request.uri().path().ends_with("/PullPoints"), "{}", request.uri());
                let feed = self.0.clone();
                Box::pin(async move {
                    Ok(Grpc::new(tonic_prost::ProstCodec::default()).unary(feed, request).await)
                })
            }
        }
    )*};
}

servers!(
    SurveyFeed = "chiso.survey.v1.SurveyService",
    RecheckFeed = "chiso.recheck.v1.RecheckService",
    LeadersFeed = "chiso.leaders.v1.LeadersService",
    LedgerFeed = "chiso.ledger.v1.LedgerService"
);
