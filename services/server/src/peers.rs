//! The way to services elsewhere, and whether they can be reached.

use std::time::Duration;

use axum::http::Uri;
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

    /// Whether it answers, is the service that it should be, and has the same keys: those that `token` is made with.
    ///
    /// # Errors
    /// What is wrong with it, and what to do.
    pub async fn check(&self, token: Option<&str>) -> Result<(), Unfit> {
        let (service, addresses) = (self.service, &self.addresses);
        let full = full_name(service);
        let ask = HealthCheckRequest {
            service: full.clone(),
        };
        match HealthClient::new(self.channel.clone()).check(ask).await {
            Ok(reply) if reply.get_ref().status() == ServingStatus::Serving => {}
            Ok(_) => {
                return Err(Unfit {
                    found: format!("{service} is about to stop, or does not serve yet"),
                    cause: addresses.clone(),
                    remedy: "look at its /readyz and its log".to_owned(),
                    passing: true,
                });
            }
            Err(status) if [Code::NotFound, Code::Unimplemented].contains(&status.code()) => {
                return Err(Unfit {
                    found: format!("what answers does not run {service}"),
                    cause: addresses.clone(),
                    remedy: format!("correct peers.{service}, or add {service} to its run.only"),
                    passing: false,
                });
            }
            Err(status) => {
                return Err(Unfit {
                    found: format!("{service} does not answer"),
                    cause: format!("{addresses}: {}", status.message()),
                    remedy: format!("start it, or correct peers.{service}"),
                    passing: false,
                });
            }
        }
        let Some(token) = token else {
            return Ok(());
        };
        match knock(&self.channel, &full, token).await {
            Code::Unauthenticated => Err(Unfit {
                found: format!("{service} does not take this process for one of its system"),
                cause: addresses.clone(),
                remedy: "give both the same keys.file, and set both clocks right".to_owned(),
                passing: false,
            }),
            _ => Ok(()),
        }
    }
}

/// What is wrong with a service elsewhere.
#[derive(Clone, Debug)]
pub struct Unfit {
    /// In words for everyone: they name no address.
    pub found: String,
    /// Where, and why: for whoever runs chiso.
    pub cause: String,
    /// What to do.
    pub remedy: String,
    /// Whether it is likely to pass by itself.
    pub passing: bool,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_has_its_full_name_on_the_wire() {
        assert_eq!(full_name("survey"), "chiso.survey.v1.SurveyService");
    }
}
