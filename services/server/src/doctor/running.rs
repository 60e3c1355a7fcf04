//! Whether the process that runs with these settings is ready: what a container's health check asks, where no
//! other program is at hand.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::{Finding, Findings};

const PATIENCE: Duration = Duration::from_secs(4);
/// More than any answer of `/readyz`.
const LONGEST: u64 = 64 * 1024;

/// Asks `/readyz` at the process's own address of HTTP.
pub async fn running(http: SocketAddr) -> Findings {
    let address = here(http);
    let found = match timeout(PATIENCE, ask(address)).await {
        Ok(Ok((200, _))) => Finding::ok("running", format!("ready at {address}")),
        Ok(Ok((status, reasons))) => Finding::fail(
            "running",
            format!("not ready at {address}: {status} {reasons}"),
            "the reasons name what is missing; look at them one by one",
        ),
        Ok(Err(error)) => silent(address, &error.to_string()),
        Err(_elapsed) => silent(address, "no answer in time"),
    };
    let mut findings = Findings::default();
    findings.push(found);
    findings
}

fn silent(address: SocketAddr, why: &str) -> Finding {
    Finding::fail(
        "running",
        format!("nothing answers at {address}: {why}"),
        "start chiso with these settings, or correct listen.http",
    )
}

/// Where an address that stands for all of this machine's is reached from here.
fn here(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}

/// Status and body, on one line.
async fn ask(address: SocketAddr) -> io::Result<(u16, String)> {
    let mut stream = TcpStream::connect(address).await?;
    let request = format!("GET /readyz HTTP/1.0\r\nHost: {address}\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    stream.take(LONGEST).read_to_end(&mut answer).await?;
    let answer = String::from_utf8_lossy(&answer);
    let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok());
    let status = status.ok_or_else(|| io::Error::other("what answers is not HTTP"))?;
    let body = answer
        .split_once("\r\n\r\n")
        .map(|(_, body)| body)
        .unwrap_or_default();
    Ok((status, body.split_whitespace().collect::<Vec<_>>().join(" ")))
}
