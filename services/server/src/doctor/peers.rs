//! Neighbours: the services that run elsewhere, and Redis.

use std::collections::BTreeMap;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tonic::Code;
use tonic::transport::Endpoint;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;

use super::{Finding, Findings};

const PATIENCE: Duration = Duration::from_secs(3);

pub(super) async fn look(peers: &BTreeMap<String, Vec<String>>, findings: &mut Findings) {
    for (service, addresses) in peers {
        for address in addresses {
            let check = format!("peer {service}");
            let setting = format!("peers.{service}");
            findings.push(match ask(service, address).await {
                Ok(()) => Finding::ok(check, format!("{address} serves")),
                Err(Fault::Silent(why)) => Finding::fail(
                    check,
                    format!("{address} does not answer: {why}"),
                    format!("start it there, or correct {setting}"),
                ),
                Err(Fault::NotServing) => Finding::warn(
                    check,
                    format!("{address} is there, but does not serve yet or any more"),
                    "look at its /readyz and its log",
                ),
                Err(Fault::Other) => Finding::fail(
                    check,
                    format!("{address} answers, but is not {service}"),
                    format!("correct {setting}"),
                ),
            });
        }
    }
}

enum Fault {
    Silent(String),
    NotServing,
    Other,
}

/// Asks the standard health service.
async fn ask(service: &str, address: &str) -> Result<(), Fault> {
    let silent = |error: &dyn std::error::Error| {
        let cause = error
            .source()
            .map(|cause| format!(" ({cause})"))
            .unwrap_or_default();
        Fault::Silent(format!("{error}{cause}"))
    };
    let endpoint = Endpoint::from_shared(address.to_owned()).map_err(|e| silent(&e))?;
    let endpoint = endpoint.connect_timeout(PATIENCE).timeout(PATIENCE);
    let channel = endpoint.connect().await.map_err(|e| silent(&e))?;
    let request = HealthCheckRequest {
        service: full_name(service),
    };
    match HealthClient::new(channel).check(request).await {
        Ok(answer) if answer.get_ref().status() == ServingStatus::Serving => Ok(()),
        Ok(_) => Err(Fault::NotServing),
        Err(status) if [Code::NotFound, Code::Unimplemented].contains(&status.code()) => Err(Fault::Other),
        Err(status) => Err(Fault::Silent(status.message().to_owned())),
    }
}

/// `survey` is `chiso.survey.v1.SurveyService` on the wire.
fn full_name(service: &str) -> String {
    let mut letters = service.chars();
    let first = letters.next().map(|c| c.to_ascii_uppercase()).unwrap_or_default();
    format!("chiso.{service}.v1.{first}{}Service", letters.as_str())
}

/// Redis is never needed to be right, only to be quick: it is never worse than a warning.
pub(super) async fn redis(url: &str, findings: &mut Findings) {
    if url.is_empty() {
        return;
    }
    let shown = redis_host(url);
    let found = match timeout(PATIENCE, ping(&shown)).await {
        Ok(Ok(true)) => return findings.push(Finding::ok("redis", format!("{shown} answers"))),
        Ok(Ok(false)) => format!("{shown} answers, but not as Redis does"),
        Ok(Err(error)) => format!("{shown} does not answer: {error}"),
        Err(_elapsed) => format!("{shown} does not answer in time"),
    };
    let remedy = "chiso works on without it, but slower: start it, or correct redis.url";
    findings.push(Finding::warn("redis", found, remedy));
}

/// `host:port` of `redis://user:password@host:port/0`; the rest is not repeated anywhere.
fn redis_host(url: &str) -> String {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let rest = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
    let host = rest.split(['/', '?']).next().unwrap_or_default();
    // The last colon of a bare IPv6 address is no port.
    let port = host
        .rsplit_once(':')
        .is_some_and(|(_, port)| port.parse::<u16>().is_ok());
    if port {
        host.to_owned()
    } else {
        format!("{host}:6379")
    }
}

/// Whether it answers PING, or asks for a password first: either is Redis.
async fn ping(host: &str) -> std::io::Result<bool> {
    let mut stream = TcpStream::connect(host).await?;
    stream.write_all(b"PING\r\n").await?;
    let mut answer = [0; 7];
    let read = stream.read(&mut answer).await?;
    let answer = answer.get(..read).unwrap_or_default();
    Ok(answer.starts_with(b"+PONG") || answer.starts_with(b"-NOAUTH"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_password_is_in_what_is_shown_of_an_address() {
        assert_eq!(redis_host("redis://:mat-khau@may-1:6380/0"), "may-1:6380");
        assert_eq!(redis_host("redis://may-1"), "may-1:6379");
        assert_eq!(redis_host("redis://[::1]:7000/2?protocol=3"), "[::1]:7000");
    }

    #[test]
    fn a_service_has_its_full_name_on_the_wire() {
        assert_eq!(full_name("survey"), "chiso.survey.v1.SurveyService");
    }
}
