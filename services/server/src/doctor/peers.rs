//! Neighbours: the services that run elsewhere, and Redis.

use std::slice;
use std::time::Duration;

use axum::http::Uri;
use chiso_platform::address::shown;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::{Addresses, Finding, Findings};
use crate::peers::{Bounds, Peer, Unfit};

const PATIENCE: Duration = Duration::from_secs(3);

/// Asks each instance by itself. Without a token its keys are not asked after.
pub(super) async fn look(peers: &Addresses, token: Option<&str>, findings: &mut Findings) {
    for (service, addresses) in peers {
        for address in addresses {
            let check = format!("peer {service}");
            findings.push(match ask(service, address, token).await {
                Ok(()) => Finding::ok(check, format!("{address} serves")),
                Err(unfit) => {
                    let found = format!("{}: {}", unfit.cause, unfit.found);
                    if unfit.passing {
                        Finding::warn(check, found, unfit.remedy)
                    } else {
                        Finding::fail(check, found, unfit.remedy)
                    }
                }
            });
        }
    }
}

async fn ask(service: &'static str, address: &Uri, token: Option<&str>) -> Result<(), Unfit> {
    let peer = Peer::connect(service, slice::from_ref(address), Bounds::default());
    let answer = timeout(PATIENCE, peer.check(token)).await;
    answer.unwrap_or_else(|_elapsed| {
        Err(Unfit {
            found: format!("{service} does not answer"),
            cause: format!("{address}: nothing came in {} s", PATIENCE.as_secs()),
            remedy: format!("look at its log, or correct peers.{service}"),
            passing: false,
        })
    })
}

/// Redis is never needed to be right, only to be quick: it is never worse than a warning.
pub(super) async fn redis(url: &str, findings: &mut Findings) {
    if url.is_empty() {
        return;
    }
    let Some(shown) = redis_host(url) else {
        let found = "redis.url is no address of a Redis server";
        return findings.push(Finding::warn("redis", found, "write redis://host:port"));
    };
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
fn redis_host(url: &str) -> Option<String> {
    let shown = shown(url)?;
    let (_, rest) = shown.split_once("://")?;
    let rest = rest.strip_prefix("…@").unwrap_or(rest);
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    // The last colon of a bare IPv6 address is no port.
    let port = host
        .rsplit_once(':')
        .is_some_and(|(_, port)| port.parse::<u16>().is_ok());
    Some(if port {
        host.to_owned()
    } else {
        format!("{host}:6379")
    })
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
        for (url, wanted) in [
            ("redis://:mat-khau@may-1:6380/0", Some("may-1:6380")),
            ("redis://may-1", Some("may-1:6379")),
            ("redis://may-1#mat-khau", Some("may-1:6379")),
            ("redis://[::1]:7000/2?protocol=3", Some("[::1]:7000")),
            ("redis://:mat?khau@may-1", None),
            ("mat-khau", None),
        ] {
            assert_eq!(redis_host(url).as_deref(), wanted, "{url}");
        }
    }
}
