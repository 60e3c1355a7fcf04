//! From which address somebody asks.

use std::net::IpAddr;

use axum::extract::{FromRef, FromRequestParts};
use axum::http::HeaderMap;
use axum::http::request::Parts;

use super::state::Web;
use super::trouble::Trouble;

/// Who is at the other end of the connection: whoever owns the listener leaves it with each request.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub IpAddr);

/// The address from which somebody asks, as text; empty where it is not known. Of IPv6 the network, since whoever has one
/// address there has them all.
#[derive(Clone, Debug)]
pub(crate) struct Client(pub(super) String);

impl<S: Send + Sync> FromRequestParts<S> for Client
where
    Web: FromRef<S>,
{
    type Rejection = Trouble;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Trouble> {
        let hops = Web::from_ref(state).settings().trusted_proxy_hops;
        let peer = parts.extensions.get::<Peer>().map(|peer| peer.0);
        let address = match hops.checked_sub(1) {
            None => peer,
            Some(before) => forwarded(&parts.headers, before),
        };
        Ok(Self(address.map(network).unwrap_or_default()))
    }
}

/// What the outermost of our proxies saw, before which stand so many others of ours. What is written before that,
/// anybody may have written.
fn forwarded(headers: &HeaderMap, others: u8) -> Option<IpAddr> {
    let lines = headers.get_all("x-forwarded-for").iter();
    let lines: Vec<&str> = lines.filter_map(|line| line.to_str().ok()).collect();
    let mut named = lines.iter().flat_map(|line| line.split(',')).rev();
    named.nth(usize::from(others))?.trim().parse().ok()
}

fn network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_proxies_are_believed() {
        let mut headers = HeaderMap::new();
        assert_eq!(forwarded(&headers, 0), None);
        headers.append("x-forwarded-for", "1.1.1.1, 203.0.113.7".parse().unwrap());
        headers.append("x-forwarded-for", "10.0.0.2".parse().unwrap());
        let seen = |others| forwarded(&headers, others).map(network);
        assert_eq!(seen(0).as_deref(), Some("10.0.0.2"));
        assert_eq!(seen(1).as_deref(), Some("203.0.113.7"));
        assert_eq!(seen(3), None);
    }

    #[test]
    fn of_ipv6_the_network_counts() {
        let of = |text: &str| network(text.parse().unwrap());
        assert_eq!(of("2001:db8:1:2:3::4"), of("2001:db8:1:2:ffff::"));
        assert_ne!(of("2001:db8:1:2::"), of("2001:db8:1:3::"));
        assert_eq!(of("::ffff:10.0.0.2"), "10.0.0.2");
    }
}
