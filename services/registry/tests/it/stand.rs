//! A registry on a throw-away folder, and the calls that set a cycle up.

use chiso_domain::kernel::Instant;
use chiso_platform::auth::Role;
use chiso_platform::error::{reason_of, violations_of};
use chiso_platform::rpc::Channel;
use chiso_platform::testkit::{As, Testkit};
use chiso_wire::convert::timestamp;
use chiso_wire::registry as pb;
use chiso_wire::registry::registry_service_client::RegistryServiceClient;
use tonic::Status;

use crate::books;

pub(crate) const CYCLE: &str = "2022";

pub(crate) struct Stand {
    pub(crate) kit: Testkit,
    pub(crate) client: RegistryServiceClient<Channel>,
}

pub(crate) fn at(text: &str) -> Instant {
    Instant::parse(text).unwrap()
}

/// Reason and fields of a refusal.
pub(crate) fn refused<T: std::fmt::Debug>(result: Result<T, Status>) -> (String, Vec<String>) {
    let status = result.unwrap_err();
    let fields = violations_of(&status).into_iter().map(|v| v.0).collect();
    (reason_of(&status), fields)
}

/// A mutation by the organiser, with a fresh request id.
macro_rules! call {
    ($stand:expr, $rpc:ident, $request:ident { $($fields:tt)* }) => {{
        let request = pb::$request { request_id: $stand.kit.id(), cycle: CYCLE.to_owned(), $($fields)* };
        let request = $stand.kit.request(request, &As::role(Role::Organiser));
        $stand.client.$rpc(request).await.map(tonic::Response::into_inner)
    }};
}
pub(crate) use call;

impl Stand {
    /// With an empty registry.
    pub(crate) async fn empty() -> Self {
        let kit = Testkit::without_cycle(at("2022-10-01T08:00:00+07:00")).await;
        let part = chiso_registry::build(kit.ctx.clone()).await.unwrap();
        let client = RegistryServiceClient::new(kit.serve(part));
        Self { kit, client }
    }

    /// With cycle 2022 and nothing in it.
    pub(crate) async fn created() -> Self {
        let mut stand = Self::empty().await;
        call!(
            stand,
            create_cycle,
            CreateCycleRequest {
                province: "Phú Thọ".to_owned(),
                regulation: "Quyết định số 2419/QĐ-UBND ngày 15/9/2022".to_owned(),
            }
        )
        .unwrap();
        stand
    }

    /// With everything but opened.
    pub(crate) async fn ready() -> Self {
        let mut stand = Self::created().await;
        stand
            .import_units(&[books::unit_types(), books::units()])
            .await
            .unwrap();
        for unit_type in ["department", "district"] {
            stand.import_set(unit_type, &books::index_set()).await.unwrap();
        }
        stand.set_calendar(calendar()).await.unwrap();
        stand
            .set_council(
                &["SNV", "STC"],
                vec![instead("SNV", "STC"), instead("STC", "SNV")],
            )
            .await
            .unwrap();
        stand
    }

    /// Open.
    pub(crate) async fn open() -> Self {
        let mut stand = Self::ready().await;
        stand.open_cycle().await.unwrap();
        stand
    }

    pub(crate) async fn import_units(
        &mut self,
        sheets: &[books::Sheet],
    ) -> Result<pb::ImportUnitsResponse, Status> {
        call!(
            self,
            import_units,
            ImportUnitsRequest {
                xlsx: books::book(sheets).into(),
                seen_version: 0
            }
        )
    }

    pub(crate) async fn import_set(
        &mut self,
        unit_type: &str,
        sheet: &books::Sheet,
    ) -> Result<pb::ImportIndexSetResponse, Status> {
        self.import_bytes(unit_type, books::book(std::slice::from_ref(sheet)))
            .await
    }

    pub(crate) async fn import_bytes(
        &mut self,
        unit_type: &str,
        xlsx: Vec<u8>,
    ) -> Result<pb::ImportIndexSetResponse, Status> {
        call!(
            self,
            import_index_set,
            ImportIndexSetRequest {
                unit_type: unit_type.to_owned(),
                xlsx: xlsx.into(),
                seen_version: 0,
            }
        )
    }

    pub(crate) async fn set_calendar(
        &mut self,
        calendar: Vec<pb::WindowSpan>,
    ) -> Result<pb::SetCalendarResponse, Status> {
        call!(
            self,
            set_calendar,
            SetCalendarRequest {
                calendar,
                seen_version: 0
            }
        )
    }

    pub(crate) async fn set_policy(&mut self, json: &str) -> Result<pb::SetPolicyResponse, Status> {
        call!(
            self,
            set_policy,
            SetPolicyRequest {
                policy_json: json.to_owned(),
                seen_version: 0,
            }
        )
    }

    pub(crate) async fn set_council(
        &mut self,
        agencies: &[&str],
        reassignments: Vec<pb::Reassignment>,
    ) -> Result<pb::SetCouncilResponse, Status> {
        call!(
            self,
            set_council,
            SetCouncilRequest {
                agencies: agencies.iter().map(ToString::to_string).collect(),
                reassignments,
                seen_version: 0,
            }
        )
    }

    pub(crate) async fn open_cycle(&mut self) -> Result<pb::OpenCycleResponse, Status> {
        call!(self, open_cycle, OpenCycleRequest { seen_version: 0 })
    }

    pub(crate) async fn get_cycle(&mut self) -> pb::Cycle {
        let request = pb::GetCycleRequest {
            cycle: CYCLE.to_owned(),
        };
        let request = self.kit.request(request, &As::role(Role::Interviewer));
        self.client
            .get_cycle(request)
            .await
            .unwrap()
            .into_inner()
            .cycle
            .unwrap()
    }
}

/// Stands in for an agency on all units where it may.
pub(crate) fn instead(agency: &str, substitute: &str) -> pb::Reassignment {
    pb::Reassignment {
        agency: agency.to_owned(),
        unit: agency.to_owned(),
        criterion: String::new(),
        substitute: substitute.to_owned(),
        reason: "Không thẩm định chính mình".to_owned(),
    }
}

pub(crate) fn span(window: pb::Window, starts: &str, ends: &str) -> pb::WindowSpan {
    let midnight = |day: &str| Some(timestamp(at(&format!("{day}T00:00:00+07:00"))));
    pb::WindowSpan {
        window: window.into(),
        starts_at: midnight(starts),
        ends_at: midnight(ends),
    }
}

/// December of Decision 2419.
pub(crate) fn calendar() -> Vec<pb::WindowSpan> {
    vec![
        span(pb::Window::Survey, "2022-10-15", "2022-12-01"),
        span(pb::Window::Recheck, "2022-11-01", "2022-12-10"),
        span(pb::Window::SelfScoring, "2022-12-01", "2022-12-15"),
        span(pb::Window::Appraisal1, "2022-12-15", "2022-12-19"),
        span(pb::Window::Explanation, "2022-12-19", "2022-12-22"),
        span(pb::Window::Appraisal2, "2022-12-22", "2022-12-26"),
        span(pb::Window::ExternalIndex, "2022-12-20", "2022-12-28"),
        span(pb::Window::Leaders, "2022-12-26", "2022-12-28"),
    ]
}
