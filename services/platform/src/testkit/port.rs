//! Free ports for servers of tests.

use std::collections::BTreeSet;
use std::net::TcpListener;
use std::sync::Mutex;

use crate::rng;

/// Below what the system gives to those who connect: a server that is stopped finds its port free when it is
/// started again, whoever connects meanwhile.
const FIRST: u16 = 20_000;
const COUNT: u16 = 12_000;

/// A loopback port on which nobody listens, and that was given to nobody else in this process. Another process may
/// still be quicker: who starts a server draws again where it cannot listen.
///
/// # Panics
/// Never while a port is free.
#[must_use]
pub fn free() -> u16 {
    static GIVEN: Mutex<BTreeSet<u16>> = Mutex::new(BTreeSet::new());
    let mut given = GIVEN.lock().expect("no test panicked here");
    loop {
        let port = FIRST + u16::from_be_bytes(rng::bytes::<2>()) % COUNT;
        if !given.contains(&port) && TcpListener::bind(("127.0.0.1", port)).is_ok() {
            given.insert(port);
            return port;
        }
    }
}
