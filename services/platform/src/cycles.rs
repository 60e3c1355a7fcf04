//! The registry's frame of a year, as every service reads it.
//!
//! A copy is kept for one second at the most, and may come from one that another process had made within the
//! second before. That is safe: windows only ever grow and the rule set never
//! changes once a cycle is open, so an old copy can only refuse too much; before a refusal by the calendar
//! is answered, a fresh copy is asked ([`Cycles::check`]).

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use chiso_domain::cycle::{Cycle, Window};
use chiso_domain::kernel::{CycleCode, Instant, Refusal, RefusalKind, UnitCode};
use chiso_wire::convert::parse;
use chiso_wire::registry as pb;
use chiso_wire::registry::registry_service_client::RegistryServiceClient;
use prost::Message;

use crate::Error;
use crate::auth::ServiceKey;
use crate::clock::Clock;
use crate::redis::{Cache, Name};
use crate::rpc::{Channel, carry};

const KEEP: Duration = Duration::from_secs(1);
/// Frames that nobody asks for any more go away.
const KEEP_FRAME: Duration = Duration::from_secs(3_600);

type Fixed = Arc<Mutex<BTreeMap<CycleCode, Arc<Cycle>>>>;
type Copies = BTreeMap<CycleCode, (tokio::time::Instant, Arc<Cycle>)>;

/// Reads cycles from the registry. Cheap to clone; clones share their copies.
#[derive(Clone)]
pub struct Cycles {
    key: ServiceKey,
    clock: Clock,
    registry: Arc<OnceLock<Channel>>,
    copies: Arc<Mutex<Copies>>,
    shared: Arc<OnceLock<Cache>>,
    fixed: Option<Fixed>,
}

impl std::fmt::Debug for Cycles {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Cycles")
    }
}

/// The cycle is still being set up.
#[derive(Debug, thiserror::Error)]
#[error("cycle {0} is not open")]
struct NotOpen(CycleCode);

impl Refusal for NotOpen {
    fn kind(&self) -> RefusalKind {
        RefusalKind::Refused
    }
    fn reason(&self) -> &'static str {
        "CYCLE_NOT_OPEN"
    }
    fn field(&self) -> String {
        "cycle".to_owned()
    }
    fn vi(&self) -> String {
        format!(
            "Đợt đánh giá {} chưa mở. Đợi Sở Nội vụ mở đợt rồi thử lại.",
            self.0
        )
    }
}

impl Cycles {
    /// Asks the registry once it is [connected](Self::connect).
    #[must_use]
    pub fn new(key: ServiceKey, clock: Clock) -> Self {
        Self {
            key,
            clock,
            registry: Arc::default(),
            copies: Arc::default(),
            shared: Arc::default(),
            fixed: None,
        }
    }

    /// Knows one cycle without asking anyone; for tests of one service.
    #[cfg(feature = "testkit")]
    #[must_use]
    pub fn fixed(key: ServiceKey, clock: Clock, cycle: Cycle) -> Self {
        let cycles = BTreeMap::from([(cycle.code.clone(), Arc::new(cycle))]);
        Self {
            fixed: Some(Arc::new(Mutex::new(cycles))),
            ..Self::new(key, clock)
        }
    }

    /// Replaces a fixed cycle: an extension was granted.
    #[cfg(feature = "testkit")]
    pub fn replace(&self, cycle: Cycle) {
        if let Some(mut cycles) = self.fixed.as_ref().and_then(|fixed| fixed.lock().ok()) {
            cycles.insert(cycle.code.clone(), Arc::new(cycle));
        }
    }

    /// Tells where the registry is. Only the first call counts.
    pub fn connect(&self, registry: Channel) {
        let _first_wins = self.registry.set(registry);
    }

    /// Shares copies with other processes. Only the first call counts.
    pub fn share(&self, cache: Cache) {
        let _first_wins = self.shared.set(cache);
    }

    /// The cycle, at most one second old.
    ///
    /// # Errors
    /// `NOT_FOUND`, `CYCLE_NOT_OPEN`, or the registry's.
    pub async fn get(&self, code: &CycleCode) -> Result<Arc<Cycle>, Error> {
        let kept = self
            .copies
            .lock()
            .ok()
            .and_then(|copies| copies.get(code).cloned());
        match kept {
            Some((at, cycle)) if at.elapsed() < KEEP => Ok(cycle),
            _ => match self.copy(code).await {
                Some(cycle) => Ok(self.kept(code, cycle)),
                None => self.fresh(code).await,
            },
        }
    }

    /// The cycle as the registry has it now.
    ///
    /// # Errors
    /// As [`get`](Self::get).
    pub async fn fresh(&self, code: &CycleCode) -> Result<Arc<Cycle>, Error> {
        if let Some(fixed) = &self.fixed {
            let cycles = fixed.lock().map_err(|_| Error::internal("a test panicked"))?;
            return cycles.get(code).cloned().ok_or_else(|| unknown(code));
        }
        let cycle = self.ask(code).await?;
        self.give_copy(code, &cycle).await;
        Ok(self.kept(code, Cycle::try_from(&cycle)?))
    }

    fn kept(&self, code: &CycleCode, cycle: Cycle) -> Arc<Cycle> {
        let cycle = Arc::new(cycle);
        if let Ok(mut copies) = self.copies.lock() {
            copies.insert(code.clone(), (tokio::time::Instant::now(), Arc::clone(&cycle)));
        }
        cycle
    }

    /// What another process was told by the registry within the last second.
    async fn copy(&self, code: &CycleCode) -> Option<Cycle> {
        let cache = self.shared.get().filter(|_| self.fixed.is_none())?;
        let version = cache.get(&Name::of("cycle_version", &[code.as_str()])).await?;
        let version = String::from_utf8(version).ok()?;
        let bytes = cache.get(&Name::of("cycle", &[code.as_str(), &version])).await?;
        let cycle = pb::Cycle::decode(bytes.as_slice()).ok()?;
        Cycle::try_from(&cycle).ok()
    }

    /// The frame of a version never changes; which version counts is told for a second.
    async fn give_copy(&self, code: &CycleCode, cycle: &pb::Cycle) {
        if let Some(cache) = self.shared.get().filter(|cache| cache.is_on()) {
            let version = cycle.version.to_string();
            let bytes = cycle.encode_to_vec();
            let name = Name::of("cycle", &[code.as_str(), &version]);
            cache.put(&name, &bytes, KEEP_FRAME).await;
            let name = Name::of("cycle_version", &[code.as_str()]);
            cache.put(&name, version.as_bytes(), KEEP).await;
        }
    }

    async fn ask(&self, code: &CycleCode) -> Result<pb::Cycle, Error> {
        let (mut client, request) = self.client(pb::GetCycleRequest {
            cycle: code.to_string(),
        })?;
        let reply = client.get_cycle(request).await.map_err(Error::peer)?.into_inner();
        let cycle = reply.cycle.ok_or_else(|| unknown(code))?;
        if cycle.state() != pb::CycleState::Open {
            return Err(NotOpen(code.clone()).into());
        }
        Ok(cycle)
    }

    /// Every cycle that is open.
    ///
    /// # Errors
    /// The registry's.
    pub async fn open(&self) -> Result<Vec<Arc<Cycle>>, Error> {
        if let Some(fixed) = &self.fixed {
            let cycles = fixed.lock().map_err(|_| Error::internal("a test panicked"))?;
            return Ok(cycles.values().cloned().collect());
        }
        let mut open = Vec::new();
        let mut page_token = String::new();
        loop {
            let message = pb::ListCyclesRequest {
                page_token,
                ..pb::ListCyclesRequest::default()
            };
            let (mut client, request) = self.client(message)?;
            let reply = client
                .list_cycles(request)
                .await
                .map_err(Error::peer)?
                .into_inner();
            for cycle in reply.cycles {
                if cycle.state() == pb::CycleState::Open {
                    open.push(self.get(&parse("cycle", &cycle.cycle)?).await?);
                }
            }
            if reply.next_page_token.is_empty() {
                return Ok(open);
            }
            page_token = reply.next_page_token;
        }
    }

    fn client<T>(&self, message: T) -> Result<(RegistryServiceClient<Channel>, tonic::Request<T>), Error> {
        let registry = self
            .registry
            .get()
            .ok_or_else(|| Error::unavailable("the registry is not connected"))?;
        let mut request = tonic::Request::new(message);
        carry(&mut request, &self.key.sign("cycles", None, self.clock.now()));
        let client = RegistryServiceClient::new(registry.clone());
        Ok((client.max_decoding_message_size(32 << 20), request))
    }

    /// The cycle, if something may be written in a window now. A refusal is given only on a fresh copy.
    ///
    /// # Errors
    /// `DEADLINE_PASSED`, `WINDOW_NOT_OPEN`, `WINDOW_NOT_SET`, and those of [`get`](Self::get).
    pub async fn check(
        &self,
        code: &CycleCode,
        window: Window,
        unit: Option<&UnitCode>,
        now: Instant,
    ) -> Result<Arc<Cycle>, Error> {
        let cycle = self.get(code).await?;
        if cycle.calendar.check(window, unit, now).is_ok() {
            return Ok(cycle);
        }
        let cycle = self.fresh(code).await?;
        cycle.calendar.check(window, unit, now)?;
        Ok(cycle)
    }
}

fn unknown(code: &CycleCode) -> Error {
    Error::not_found(
        "cycle",
        format!("Không có đợt đánh giá “{code}”. Kiểm tra lại mã đợt."),
    )
}
