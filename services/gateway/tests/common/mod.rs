//! The gateway before a ranking service with one published year, and an HTTP client without sockets.
#![allow(dead_code, reason = "each test file uses its own part of the fixture")]
#![allow(clippy::unwrap_used, reason = "a test stops at the first thing that is wrong")]

mod fake;

use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request as HttpRequest, StatusCode};
use chiso_gateway::{Check, Deps, Limits, Services, WebSettings};
use chiso_platform::auth::ServiceKey;
use chiso_platform::clock::Clock;
use chiso_platform::cycles::Cycles;
use chiso_platform::redis::Cache;
use chiso_platform::rpc::{Channel, local};
use chiso_wire::ranking::ranking_service_server::RankingServiceServer;
use http_body_util::BodyExt;
use tonic::service::Routes;
use tower::ServiceExt;

pub(crate) use fake::*;

/// The gateway before a fake.
pub(crate) struct World {
    pub(crate) router: Router,
    fake: Fake,
}

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// Status and reason of a problem.
    pub(crate) fn problem(&self) -> (u16, String) {
        assert_eq!(self.header("content-type"), "application/problem+json");
        assert_eq!(self.header("cache-control"), "no-store");
        assert_eq!(self.json()["status"], self.status.as_u16());
        (
            self.status.as_u16(),
            self.json()["reason"].as_str().unwrap().to_owned(),
        )
    }
}

impl World {
    pub(crate) fn new() -> Self {
        Self::with(Mood::Well, Limits::default(), Vec::new())
    }

    pub(crate) fn with(mood: Mood, limits: Limits, checks: Vec<Check>) -> Self {
        Self::cached(mood, limits, checks, Cache::off())
    }

    /// With copies.
    pub(crate) fn cached(mood: Mood, limits: Limits, checks: Vec<Check>, cache: Cache) -> Self {
        let fake = Fake {
            mood,
            ..Fake::default()
        };
        Self::of(fake, limits, checks, cache)
    }

    /// Another system, that published another document under each number.
    pub(crate) fn restored(document: &'static str, cache: Cache) -> Self {
        let fake = Fake {
            other_document: Some(document),
            ..Fake::default()
        };
        Self::of(fake, Limits::default(), Vec::new(), cache)
    }

    /// So many communes were ranked.
    pub(crate) fn of_communes(communes: usize) -> Self {
        let fake = Fake {
            communes,
            ..Fake::default()
        };
        Self::of(fake, Limits::default(), Vec::new(), Cache::off())
    }

    fn of(fake: Fake, limits: Limits, checks: Vec<Check>, cache: Cache) -> Self {
        let clock = Clock::system();
        Self {
            router: chiso_gateway::router(Deps {
                services: Services::only_ranking(Self::channel(&fake)),
                cycles: Cycles::new(ServiceKey::new([0; 32]), clock.clone()),
                clock,
                key: ServiceKey::new([0; 32]),
                checks,
                limits,
                cache,
                web: WebSettings::default(),
            }),
            fake,
        }
    }

    pub(crate) fn channel(fake: &Fake) -> Channel {
        local(Routes::new(RankingServiceServer::new(fake.clone())))
    }

    /// GET with headers.
    pub(crate) async fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.ask("GET", path, headers).await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.get_with(path, &[]).await
    }

    pub(crate) async fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
        let mut request = HttpRequest::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = self
            .router
            .clone()
            .oneshot(request.body(Body::empty()).unwrap())
            .await
            .unwrap();
        let (parts, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes().to_vec();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body,
        }
    }

    /// How often the fake was asked since the last look.
    pub(crate) fn calls(&self) -> usize {
        self.asked().len()
    }

    /// What the fake was asked since the last look.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        std::mem::take(&mut *self.fake.asked.lock().unwrap())
    }
}

/// Bounds with a short time.
pub(crate) fn hurried() -> Limits {
    Limits {
        time: Duration::from_millis(50),
        ..Limits::default()
    }
}
