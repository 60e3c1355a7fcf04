//! The way to services elsewhere, and whether they can be reached.

use std::time::Duration;

use axum::http::Uri;
use chiso_platform::process::Process;
use chiso_platform::rpc::{Channel, balanced, knock};
use tonic::Code;
use tonic::transport::Endpoint;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;

/// How often an idle connection is asked whether the other side still lives, and how long it may think.
const KEEPALIVE: (Duration, Duration) = (Duration::from_secs(10), Duration::from_secs(5));

/// Bounds of the ways to other processes.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Until a connection stands.
    pub connect: Duration,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(2),
        }
    }
}

/// A service elsewhere.
#[derive(Clone, Debug)]
pub struct Peer {
    /// Short name: "survey".
    pub service: &'static str,
    /// Connects with its first call, to one instance or spread over several.
    pub channel: Channel,
    addresses: String,
}

impl Peer {
    pub(crate) fn connect(service: &'static str, addresses: &[Uri], bounds: Bounds) -> Self {
        let endpoints = addresses.iter().map(|address| endpoint(address, bounds));
        let named: Vec<String> = addresses.iter().map(ToString::to_string).collect();
        Self {
            service,
            channel: balanced(endpoints.map(|endpoint| endpoint.connect_lazy()).collect()),
            addresses: named.join(", "),
        }
    }

    /// Whether it answers, is the service that it should be, and has the same keys; else why not and what to do.
    ///
    /// # Errors
    /// A sentence that names the setting.
    pub async fn check(&self, process: &Process) -> Result<(), String> {
        let (service, addresses) = (self.service, &self.addresses);
        let full = full_name(service);
        let ask = HealthCheckRequest {
            service: full.clone(),
        };
        match HealthClient::new(self.channel.clone()).check(ask).await {
            Ok(reply) if reply.get_ref().status() == ServingStatus::Serving => {}
            Ok(_) => return Err(format!("{service} at {addresses} is about to stop")),
            Err(status) if status.code() == Code::NotFound => {
                return Err(format!(
                    "{addresses} answers, but does not run {service}; correct peers.{service}, or add {service} to \
                     its run.only"
                ));
            }
            Err(status) => {
                return Err(format!(
                    "{service} does not answer at {addresses} ({}); start it, or correct peers.{service}",
                    status.message()
                ));
            }
        }
        match knock(&self.channel, &full, &process.token("readiness")).await {
            Code::Unauthenticated => Err(format!(
                "{service} at {addresses} does not take this process for one of its system; give both the same \
                 keys.file, and set both clocks right"
            )),
            _ => Ok(()),
        }
    }
}

fn full_name(service: &str) -> String {
    let mut name = service.to_owned();
    if let Some(first) = name.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    format!("chiso.{service}.v1.{name}Service")
}

fn endpoint(address: &Uri, bounds: Bounds) -> Endpoint {
    Endpoint::from(address.clone())
        .connect_timeout(bounds.connect)
        .tcp_nodelay(true)
        .http2_keep_alive_interval(KEEPALIVE.0)
        .keep_alive_timeout(KEEPALIVE.1)
        .keep_alive_while_idle(true)
}
