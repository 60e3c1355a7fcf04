//! A small year: cycle 2022 of four units, from the empty system to the published version.

use std::ops::Deref;

use chiso_domain::kernel::Instant;
use chiso_wire::convert::timestamp;
use chiso_wire::registry as pb;
use pb::Window;

use crate::books;
use crate::{Cast, Player, Sandbox, Shape, call};

/// The cycle's code.
pub const CYCLE: &str = "2022";
/// Two departments, two districts.
pub const UNITS: [&str; 4] = ["SNV", "STC", "VT", "DH"];
/// The council; each stands in for the other on its own unit.
pub const AGENCIES: [&str; 2] = ["SNV", "STC"];
/// What units enter themselves.
pub const LEAVES: [&str; 5] = ["I.1", "I.2", "II.1", "II.2", "IV.1"];

/// Interviewers are judged by share only in tests that mean it.
const POLICY: &str = r#"{"recheck": {"interviewer_void_percent": 100}}"#;

/// Whatever a unit has, its total is lifted to 100, so that all units of a type are tied for its one place.
pub const ALL_TIED: &str = r#"{"recheck": {"interviewer_void_percent": 100},
    "classes": {"total_floor": "100", "tie_break": [], "quota_percent": 50}}"#;

const FIRST_DAY: &str = "2022-10-01T08:00:00+07:00";

/// An instant by RFC 3339.
///
/// # Panics
/// Where it is none.
#[must_use]
pub fn at(text: &str) -> Instant {
    Instant::parse(text).unwrap()
}

/// A year with its people.
#[derive(Debug)]
pub struct Year {
    /// The system.
    pub sandbox: Sandbox,
    /// Everybody.
    pub cast: Cast,
    /// Version of the questionnaire.
    pub form: String,
    /// Respondents, who may rate every unit.
    pub deputies: Vec<String>,
}

impl Deref for Year {
    type Target = Sandbox;
    fn deref(&self) -> &Sandbox {
        &self.sandbox
    }
}

impl Year {
    /// Up to the open cycle, with everybody hired.
    pub async fn open(shape: Shape) -> Self {
        Self::open_with(shape, books::units()).await
    }

    /// The same with other units, [`UNITS`] among them.
    pub async fn open_with(shape: Shape, units: (&str, &str)) -> Self {
        Self::open_on(Sandbox::start(shape, at(FIRST_DAY)).await, units).await
    }

    /// The same with letters that go to a mail server.
    pub async fn open_mailing(shape: Shape, smtp_url: &str) -> Self {
        let sandbox = Sandbox::start_mailing(shape, at(FIRST_DAY), smtp_url).await;
        Self::open_on(sandbox, books::units()).await
    }

    /// The same year under another policy.
    pub async fn open_under(shape: Shape, policy: &str) -> Self {
        let sandbox = Sandbox::start(shape, at(FIRST_DAY)).await;
        Self::set_up_on(sandbox, books::units(), policy).await
    }

    /// An organiser on an empty system: there is no cycle yet, and nobody else is hired.
    pub async fn before(shape: Shape) -> Self {
        let sandbox = Sandbox::start(shape, at(FIRST_DAY)).await;
        let organiser = crate::cast::first_organiser(&sandbox).await;
        Self::with_cast(sandbox, Cast::alone(organiser))
    }

    async fn open_on(sandbox: Sandbox, units: (&str, &str)) -> Self {
        Self::set_up_on(sandbox, units, POLICY).await
    }

    async fn set_up_on(sandbox: Sandbox, units: (&str, &str), policy: &str) -> Self {
        let organiser = crate::cast::first_organiser(&sandbox).await;
        set_up(&sandbox, &organiser, units, policy).await;
        let message = pb::OpenCycleRequest {
            request_id: sandbox.id(),
            cycle: CYCLE.to_owned(),
            seen_version: 0,
        };
        call!(sandbox, registry.open_cycle, &organiser.token, message).unwrap();
        let cast = Cast::engage(&sandbox, organiser).await;
        Self::with_cast(sandbox, cast)
    }

    const fn with_cast(sandbox: Sandbox, cast: Cast) -> Self {
        Self {
            sandbox,
            cast,
            form: String::new(),
            deputies: Vec::new(),
        }
    }

    /// The same year after the process ended and started again.
    pub async fn restarted(self) -> Self {
        Self {
            sandbox: self.sandbox.restart().await,
            ..self
        }
    }

    /// Moves the clock.
    pub fn enter(&self, instant: &str) {
        self.clock.set(at(instant));
    }

    /// The frame as everybody reads it.
    pub async fn frame(&self) -> pb::Cycle {
        let message = pb::GetCycleRequest {
            cycle: CYCLE.to_owned(),
        };
        let reply = call!(self, registry.get_cycle, &self.cast.interviewer.token, message);
        reply.unwrap().cycle.unwrap()
    }
}

/// Everything of a cycle but its opening.
pub(crate) async fn set_up(sandbox: &Sandbox, organiser: &Player, units: (&str, &str), policy: &str) {
    let token = &organiser.token;
    let (id, cycle) = (|| sandbox.id(), CYCLE.to_owned());
    let message = pb::CreateCycleRequest {
        request_id: id(),
        cycle: cycle.clone(),
        province: "Phú Thọ".to_owned(),
        regulation: "Quyết định số 2419/QĐ-UBND ngày 15/9/2022".to_owned(),
    };
    call!(sandbox, registry.create_cycle, token, message).unwrap();
    let message = pb::SetCalendarRequest {
        request_id: id(),
        cycle: cycle.clone(),
        calendar: calendar(),
        seen_version: 0,
    };
    call!(sandbox, registry.set_calendar, token, message).unwrap();
    let message = pb::SetPolicyRequest {
        request_id: id(),
        cycle: cycle.clone(),
        policy_json: policy.to_owned(),
        seen_version: 0,
    };
    call!(sandbox, registry.set_policy, token, message).unwrap();
    let xlsx = books::book(&[books::unit_types(), units]).into();
    let message = pb::ImportUnitsRequest {
        request_id: id(),
        cycle: cycle.clone(),
        xlsx,
        seen_version: 0,
    };
    call!(sandbox, registry.import_units, token, message).unwrap();
    for unit_type in ["department", "district"] {
        let (sheet, leaves) = books::index_set();
        // Under a policy that joins the groups their answers make the points of one leaf.
        let joined = leaves.replace("survey(HDND,Q1)", "survey(ALL,Q1)");
        let leaves = if policy.contains("\"pool\"") {
            &joined
        } else {
            leaves
        };
        let xlsx = books::book(&[(sheet, leaves)]).into();
        let unit_type = unit_type.to_owned();
        let message = pb::ImportIndexSetRequest {
            request_id: id(),
            cycle: cycle.clone(),
            unit_type,
            xlsx,
            seen_version: 0,
        };
        call!(sandbox, registry.import_index_set, token, message).unwrap();
    }
    let agencies = AGENCIES.map(ToOwned::to_owned).to_vec();
    let reassignments = vec![instead("SNV", "STC"), instead("STC", "SNV")];
    let message = pb::SetCouncilRequest {
        seen_version: 0,
        request_id: id(),
        cycle,
        agencies,
        reassignments,
    };
    call!(sandbox, registry.set_council, token, message).unwrap();
}

fn instead(agency: &str, substitute: &str) -> pb::Reassignment {
    pb::Reassignment {
        agency: agency.to_owned(),
        unit: agency.to_owned(),
        criterion: String::new(),
        substitute: substitute.to_owned(),
        reason: "Không thẩm định chính mình".to_owned(),
    }
}

fn span(window: Window, starts: &str, ends: &str) -> pb::WindowSpan {
    let midnight = |day: &str| Some(timestamp(at(&format!("2022-{day}T00:00:00+07:00"))));
    pb::WindowSpan {
        window: window.into(),
        starts_at: midnight(starts),
        ends_at: midnight(ends),
    }
}

fn calendar() -> Vec<pb::WindowSpan> {
    vec![
        span(Window::Survey, "10-15", "12-01"),
        span(Window::Recheck, "11-01", "12-10"),
        span(Window::SelfScoring, "12-01", "12-15"),
        span(Window::Appraisal1, "12-15", "12-19"),
        span(Window::Explanation, "12-19", "12-22"),
        span(Window::Appraisal2, "12-22", "12-26"),
        span(Window::ExternalIndex, "12-20", "12-28"),
        span(Window::Leaders, "12-26", "12-28"),
    ]
}
