//! The year that is acted under faults: one cycle in which everything can be written at once.
//!
//! Units differ by extensions. The *open* units are in their survey and score themselves; the *judged* units
//! are past both, their slips are drawn for the recheck and their sheets are before the appraisers; the
//! *closing* units' survey windows end one after another, so that a deadline can pass under load.

use std::collections::BTreeMap;

use chiso_domain::kernel::Instant;
use chiso_platform::rpc::Channel;
use chiso_tests::{PASSWORD, book, index_set, questionnaire, unit_types};
use chiso_wire::convert::timestamp;
use chiso_wire::identity::{self as ipb, Role, identity_service_client::IdentityServiceClient};
use chiso_wire::registry::{self as rpb, Window, registry_service_client::RegistryServiceClient};
use tonic::Response;

use crate::chance::Chance;
use crate::client::{Ways, ask};
use crate::clock::TestClock;
use crate::server::Server;

/// The cycle's code.
pub(crate) const CYCLE: &str = "2022";
/// In their survey, and scoring themselves; the first two are the agencies.
pub(crate) const OPEN: [&str; 8] = ["SNV", "STC", "S01", "S02", "S03", "S04", "S05", "S06"];
/// Past their survey and their self-scoring.
pub(crate) const JUDGED: [&str; 4] = ["P01", "P02", "P03", "P04"];
/// Closing one after another.
pub(crate) const CLOSING: [&str; 24] = [
    "E01", "E02", "E03", "E04", "E05", "E06", "E07", "E08", "E09", "E10", "E11", "E12", "E13", "E14", "E15",
    "E16", "E17", "E18", "E19", "E20", "E21", "E22", "E23", "E24",
];
/// What units score themselves.
pub(crate) const LEAVES: [&str; 5] = ["I.1", "I.2", "II.1", "II.2", "IV.1"];
/// The only group of respondents.
pub(crate) const GROUP: &str = "HDND";

/// Somebody with a token.
#[derive(Clone, Debug)]
pub(crate) struct Player {
    pub(crate) id: String,
    pub(crate) token: String,
}

/// Everybody and everything that the clients need to know.
#[derive(Clone, Debug)]
pub(crate) struct World {
    pub(crate) organiser: Player,
    pub(crate) supervisor: Player,
    pub(crate) interviewers: Vec<Player>,
    pub(crate) verifier: Player,
    /// Unit officers and heads by unit.
    pub(crate) officers: BTreeMap<&'static str, Player>,
    pub(crate) heads: BTreeMap<&'static str, Player>,
    /// By agency.
    pub(crate) appraisers: BTreeMap<&'static str, Player>,
    pub(crate) leaders: Vec<Player>,
    /// Version of the questionnaire.
    pub(crate) form: String,
    /// Open cases of the recheck, each with what its slip says.
    pub(crate) cases: Vec<(String, String)>,
}

/// An instant by RFC 3339.
pub(crate) fn at(text: &str) -> Instant {
    Instant::parse(text).unwrap()
}

/// So long a call may take while the year is set up.
pub(crate) const PATIENCE: std::time::Duration = std::time::Duration::from_secs(60);

/// When the faults begin.
pub(crate) fn opening() -> Instant {
    at("2022-11-10T08:00:00+07:00")
}

/// When the survey of a closing unit ends: one a day.
pub(crate) fn closes(number: usize) -> Instant {
    let days = i64::try_from(number).unwrap() + 1;
    at("2022-11-10T12:00:00+07:00").plus(days * 86_400_000_000)
}

/// Speaks to the server while the year is set up: no faults yet, so the first refusal is a fault of ours.
pub(crate) struct SetUp<'a> {
    pub(crate) ways: Ways,
    pub(crate) clock: &'a TestClock,
    pub(crate) chance: Chance,
}

/// A call that must succeed.
#[macro_export]
macro_rules! must {
    ($client:expr, $rpc:ident, $token:expr, $message:expr) => {{
        let mut request = $crate::client::ask($token, $message);
        // A busy machine is no fault of the system's, and nothing is asked twice here.
        request.set_timeout($crate::world::PATIENCE);
        let answer = $client.$rpc(request).await;
        answer.map(tonic::Response::into_inner).unwrap()
    }};
}

impl SetUp<'_> {
    pub(crate) fn id(&mut self) -> String {
        self.chance.id(self.clock.now())
    }

    /// From the empty system to the moment when the faults begin.
    pub(crate) async fn run(mut self, organiser: String) -> World {
        let organiser = self.own_token("quantri", organiser).await;
        self.frame(&organiser).await;
        let mut world = self.engage(organiser).await;
        self.extend(&world.organiser).await;
        super::workers::prepare(&mut self, &mut world).await;
        self.clock.set(opening());
        world
    }

    async fn own_token(&mut self, login: &str, id: String) -> Player {
        let mut identity = IdentityServiceClient::new(self.ways.to("identity"));
        let message = ipb::SignInRequest {
            login: login.to_owned(),
            password: PASSWORD.to_owned(),
            ..Default::default()
        };
        let session = must!(identity, sign_in, "", message).token;
        let (request_id, token_id) = (self.id(), self.id());
        let message = ipb::CreateTokenRequest {
            request_id,
            token_id,
            person_id: id.clone(),
            label: "cả đợt".to_owned(),
            days: 200,
        };
        let token = must!(identity, create_token, &session, message).secret;
        Player { id, token }
    }

    async fn hire(&mut self, organiser: &Player, login: &str, role: Role, unit: &str) -> Player {
        let mut identity = IdentityServiceClient::new(self.ways.to("identity"));
        let (request_id, id) = (self.id(), self.id());
        let message = ipb::CreatePersonRequest {
            request_id,
            person_id: id.clone(),
            login: login.to_owned(),
            name: format!("Người {login}"),
            password: PASSWORD.to_owned(),
            grants: vec![ipb::Grant {
                role: role.into(),
                cycle: CYCLE.to_owned(),
                unit: unit.to_owned(),
            }],
            ..Default::default()
        };
        must!(identity, create_person, &organiser.token, message);
        self.own_token(login, id).await
    }

    async fn engage(&mut self, organiser: Player) -> World {
        let mut officers = BTreeMap::new();
        let mut heads = BTreeMap::new();
        for unit in OPEN.iter().chain(&JUDGED) {
            let login = format!("cb-{}", unit.to_lowercase());
            officers.insert(
                *unit,
                self.hire(&organiser, &login, Role::UnitOfficer, unit).await,
            );
        }
        for unit in ["S05", "S06"] {
            let login = format!("tt-{}", unit.to_lowercase());
            heads.insert(unit, self.hire(&organiser, &login, Role::UnitHead, unit).await);
        }
        let mut appraisers = BTreeMap::new();
        for agency in ["SNV", "STC"] {
            let login = format!("td-{}", agency.to_lowercase());
            appraisers.insert(
                agency,
                self.hire(&organiser, &login, Role::Appraiser, agency).await,
            );
        }
        let mut interviewers = Vec::new();
        for n in 1..=4 {
            interviewers.push(
                self.hire(&organiser, &format!("dieutra{n}"), Role::Interviewer, "")
                    .await,
            );
        }
        World {
            supervisor: self.hire(&organiser, "giamsat", Role::SurveySupervisor, "").await,
            verifier: self.hire(&organiser, "phuctra", Role::Verifier, "").await,
            leaders: vec![
                self.hire(&organiser, "chutich", Role::Leader, "").await,
                self.hire(&organiser, "phochutich", Role::Leader, "").await,
            ],
            organiser,
            interviewers,
            officers,
            heads,
            appraisers,
            form: String::new(),
            cases: Vec::new(),
        }
    }

    /// Everything up to the open cycle.
    async fn frame(&mut self, organiser: &Player) {
        let mut registry = RegistryServiceClient::new(self.ways.to("registry"));
        let (token, cycle) = (organiser.token.as_str(), CYCLE.to_owned());
        let message = rpb::CreateCycleRequest {
            request_id: self.id(),
            cycle: cycle.clone(),
            province: "Phú Thọ".to_owned(),
            regulation: "Quyết định số 2419/QĐ-UBND ngày 15/9/2022".to_owned(),
        };
        must!(registry, create_cycle, token, message);
        let message = rpb::SetCalendarRequest {
            request_id: self.id(),
            cycle: cycle.clone(),
            calendar: calendar(),
            seen_version: 0,
        };
        must!(registry, set_calendar, token, message);
        let policy_json = r#"{"recheck": {"interviewer_void_percent": 100, "rate_percent": 100}}"#.to_owned();
        let message = rpb::SetPolicyRequest {
            request_id: self.id(),
            cycle: cycle.clone(),
            policy_json,
            seen_version: 0,
        };
        must!(registry, set_policy, token, message);
        let xlsx = book(&[unit_types(), ("Đơn vị", &units())]).into();
        let message = rpb::ImportUnitsRequest {
            request_id: self.id(),
            cycle: cycle.clone(),
            xlsx,
            seen_version: 0,
        };
        must!(registry, import_units, token, message);
        for unit_type in ["department", "district"] {
            let message = rpb::ImportIndexSetRequest {
                request_id: self.id(),
                cycle: cycle.clone(),
                unit_type: unit_type.to_owned(),
                xlsx: book(&[index_set()]).into(),
                seen_version: 0,
            };
            must!(registry, import_index_set, token, message);
        }
        let message = rpb::SetCouncilRequest {
            seen_version: 0,
            request_id: self.id(),
            cycle: cycle.clone(),
            agencies: vec!["SNV".to_owned(), "STC".to_owned()],
            reassignments: vec![instead("SNV", "STC"), instead("STC", "SNV")],
        };
        must!(registry, set_council, token, message);
        let message = rpb::OpenCycleRequest {
            request_id: self.id(),
            cycle,
            seen_version: 0,
        };
        must!(registry, open_cycle, token, message);
    }

    /// More time for some units, so that all of it may be written at once.
    async fn extend(&mut self, organiser: &Player) {
        let mut longer = Vec::new();
        for unit in OPEN {
            longer.push((Window::Survey, unit, at("2022-12-24T00:00:00+07:00")));
            longer.push((Window::SelfScoring, unit, at("2022-12-24T00:00:00+07:00")));
        }
        for (number, unit) in CLOSING.into_iter().enumerate() {
            longer.push((Window::Survey, unit, closes(number)));
        }
        let mut registry = RegistryServiceClient::new(self.ways.to("registry"));
        for (window, unit, ends_at) in longer {
            let message = rpb::ExtendWindowRequest {
                request_id: self.id(),
                cycle: CYCLE.to_owned(),
                window: window.into(),
                unit: unit.to_owned(),
                ends_at: Some(timestamp(ends_at)),
                reason: "Mưa lũ".to_owned(),
            };
            must!(registry, extend_window, &organiser.token, message);
        }
    }
}

/// The only organiser of a fresh system, made on the server's own machine.
pub(crate) fn organiser(server: &Server) -> String {
    server.add_organiser("quantri", PASSWORD)
}

/// The questionnaire of the deputies, as a workbook.
pub(crate) fn form() -> Vec<u8> {
    questionnaire("Phiếu đại biểu")
}

fn instead(agency: &str, substitute: &str) -> rpb::Reassignment {
    rpb::Reassignment {
        agency: agency.to_owned(),
        unit: agency.to_owned(),
        criterion: String::new(),
        substitute: substitute.to_owned(),
        reason: "Không thẩm định chính mình".to_owned(),
    }
}

fn units() -> String {
    let mut lines = "Mã | Tên | Loại hình | Thứ tự | Từ ngày | Đến ngày | Tiền thân | Xếp hạng".to_owned();
    for (order, unit) in (1..).zip(OPEN.iter().chain(&JUDGED).chain(&CLOSING)) {
        let unit_type = if order % 2 == 0 { "district" } else { "department" };
        lines.push_str(&format!(
            "\n{unit} | Đơn vị {unit} | {unit_type} | {order} | | | | có"
        ));
    }
    lines
}

fn calendar() -> Vec<rpb::WindowSpan> {
    let span = |window: Window, starts: &str, ends: &str| {
        let midnight = |day: &str| Some(timestamp(at(&format!("2022-{day}T00:00:00+07:00"))));
        rpb::WindowSpan {
            window: window.into(),
            starts_at: midnight(starts),
            ends_at: midnight(ends),
        }
    };
    vec![
        span(Window::Survey, "10-15", "11-01"),
        span(Window::Recheck, "11-01", "12-24"),
        span(Window::SelfScoring, "10-15", "11-01"),
        span(Window::Appraisal1, "11-01", "12-24"),
        span(Window::Explanation, "12-24", "12-26"),
        span(Window::Appraisal2, "12-26", "12-28"),
        span(Window::ExternalIndex, "10-20", "12-28"),
        span(Window::Leaders, "11-01", "12-24"),
    ]
}

/// For calls that belong to nobody in particular.
pub(crate) async fn provisional(
    channel: Channel,
    token: &str,
) -> Result<chiso_wire::ranking::GetProvisionalResponse, tonic::Status> {
    use chiso_wire::ranking::{GetProvisionalRequest, ranking_service_client::RankingServiceClient};
    let message = GetProvisionalRequest {
        cycle: CYCLE.to_owned(),
        unit_type: String::new(),
    };
    let mut ranking = RankingServiceClient::new(channel);
    ranking
        .get_provisional(ask(token, message))
        .await
        .map(Response::into_inner)
}
