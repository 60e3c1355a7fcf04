//! A cycle of three units and three leaders, and the calls of everyone who takes part.
#![allow(dead_code, reason = "each test file uses its own part of the fixture")]
#![allow(clippy::unwrap_used, reason = "a test stops at the first thing that is wrong")]

use std::collections::BTreeMap;

use chiso_domain::cycle::policy::LeadersPolicy;
use chiso_domain::cycle::{
    Calendar, Criterion, Cycle, Extension, IndexSet, Policy, Rule, RuleSet, Unit, UnitType, Window,
};
use chiso_domain::kernel::{Instant, Points, Span, UnitCode, UnitTypeCode};
use chiso_platform::auth::Role;
use chiso_platform::error::{reason_of, violations_of};
use chiso_platform::rpc::Channel;
use chiso_platform::testkit::{As, Testkit};
use chiso_wire::kernel as k;
use chiso_wire::leaders as pb;
use chiso_wire::leaders::leaders_service_client::LeadersServiceClient;
use pb::mark::Value;
use tonic::Status;

/// The cycle's code.
pub(crate) const CYCLE: &str = "2022";

/// First instant of the leaders' window.
pub(crate) fn opens() -> Instant {
    Instant::parse("2022-12-20T00:00:00+07:00").unwrap()
}

/// First instant after it.
pub(crate) fn ends() -> Instant {
    Instant::parse("2022-12-28T00:00:00+07:00").unwrap()
}

fn row(code: &str, max: i64, rule: Rule) -> Criterion {
    Criterion {
        code: code.parse().unwrap(),
        name: code.to_owned(),
        name_en: String::new(),
        max: Points::whole(max),
        rule,
        evidence: String::new(),
        appraiser: None,
        origin: String::new(),
    }
}

/// Units A, B, C in this order, each with the leaders' leaf VI.1 of 4 points.
pub(crate) fn cycle(leaders: LeadersPolicy) -> Cycle {
    let kind: UnitTypeCode = "department".parse().unwrap();
    let unit_type = UnitType {
        code: kind.clone(),
        name: "Sở".to_owned(),
        name_en: "Department".to_owned(),
        order: 1,
    };
    let unit = |(code, order): (&str, i32)| Unit {
        code: code.parse().unwrap(),
        name: format!("Đơn vị {code}"),
        unit_type: kind.clone(),
        order,
        valid_from: String::new(),
        valid_to: String::new(),
        predecessors: Vec::new(),
        ranked: true,
    };
    let rows = vec![
        row("I", 96, Rule::Bool),
        row("VI", 4, Rule::Sum { cap: None }),
        row("VI.1", 4, Rule::Leaders),
    ];
    let set = IndexSet {
        title: "Chỉ số 01".to_owned(),
        rows,
    };
    let policy = Policy {
        leaders,
        ..Policy::default()
    };
    let rules = RuleSet {
        format: 1,
        index_sets: BTreeMap::from([(kind.clone(), set)]),
        policy,
    };
    Cycle {
        code: CYCLE.parse().unwrap(),
        province: "Phú Thọ".to_owned(),
        regulation: "2419/QĐ-UBND".to_owned(),
        calendar: Calendar {
            windows: vec![(
                Window::Leaders,
                Span {
                    start: opens(),
                    end: ends(),
                },
            )],
            extensions: Vec::new(),
        },
        unit_types: BTreeMap::from([(kind.clone(), unit_type)]),
        units: [("A", 1), ("B", 2), ("C", 3)]
            .map(unit)
            .into_iter()
            .map(|u| (u.code.clone(), u))
            .collect(),
        council: Vec::new(),
        reassignments: Vec::new(),
        rule_set_sha256: rules.sha256(),
        rules,
        version: 1,
    }
}

/// What a call answers, with the parts of a refusal that a program looks at.
pub(crate) type Answer<T> = Result<T, Refused>;

/// A refusal: reason, first field, code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refused {
    pub(crate) reason: String,
    pub(crate) field: String,
    pub(crate) code: tonic::Code,
}

impl From<Status> for Refused {
    fn from(status: Status) -> Self {
        let field = violations_of(&status)
            .into_iter()
            .next()
            .map(|v| v.0)
            .unwrap_or_default();
        Self {
            reason: reason_of(&status),
            field,
            code: status.code(),
        }
    }
}

/// A service and its callers.
pub(crate) struct World {
    pub(crate) kit: Testkit,
    pub(crate) cycle: Cycle,
    channel: Channel,
}

/// Home Affairs.
pub(crate) fn organiser() -> As {
    As::role(Role::Organiser)
}

/// A leader by number; 1 is the chair.
pub(crate) fn leader(n: u128) -> As {
    As::role(Role::Leader).number(n)
}

/// The secretary of a leader.
pub(crate) fn secretary_of(n: u128) -> As {
    As::role(Role::LeaderSecretary)
        .number(n)
        .unit(&leader(n).id().to_string())
}

impl World {
    /// Inside the window, with three leaders named.
    pub(crate) async fn new() -> Self {
        Self::with(LeadersPolicy::default()).await
    }

    /// As [`new`](Self::new), under another policy.
    pub(crate) async fn with(policy: LeadersPolicy) -> Self {
        let world = Self::bare(policy).await;
        let panel = world.panel(3, &[]);
        world.set_panel(&organiser(), panel).await.unwrap();
        world.kit.set_now(opens());
        world
    }

    /// Before the window, without a panel.
    pub(crate) async fn bare(policy: LeadersPolicy) -> Self {
        let cycle = cycle(policy);
        let kit = Testkit::new(cycle.clone(), opens().plus(-1)).await;
        let part = chiso_leaders::build(kit.ctx.clone()).await.unwrap();
        let channel = kit.serve(part);
        Self { kit, cycle, channel }
    }

    /// Builds the service again on the same database.
    pub(crate) async fn restart(&mut self) {
        let part = chiso_leaders::build(self.kit.ctx.clone()).await.unwrap();
        self.channel = self.kit.serve(part);
    }

    pub(crate) fn client(&self) -> LeadersServiceClient<Channel> {
        LeadersServiceClient::new(self.channel.clone())
    }

    /// Moves the end of the window, for one unit or all.
    pub(crate) fn extend(&mut self, unit: Option<&str>, ends_at: Instant) {
        self.cycle.calendar.extensions.push(Extension {
            window: Window::Leaders,
            unit: unit.map(|code| code.parse::<UnitCode>().unwrap()),
            ends_at,
            reason: "Lãnh đạo đi công tác".to_owned(),
            granted_at: self.kit.ctx.clock.now(),
        });
        self.kit.ctx.cycles.replace(self.cycle.clone());
    }

    /// A request to name so many leaders.
    pub(crate) fn panel(&self, size: u128, shortlist: &[&str]) -> pb::SetPanelRequest {
        let role = |n| {
            if n == 1 {
                pb::LeaderRole::Chair
            } else {
                pb::LeaderRole::ViceChair
            }
        };
        let leader = |n| pb::Leader {
            leader: leader(n).id().to_string(),
            name: format!("Lãnh đạo {n}"),
            role: role(n).into(),
        };
        pb::SetPanelRequest {
            request_id: self.kit.id(),
            cycle: CYCLE.to_owned(),
            leaders: (1..=size).map(leader).collect(),
            shortlist: shortlist.iter().map(ToString::to_string).collect(),
            seen_panel: None,
        }
    }

    pub(crate) async fn set_panel(&self, caller: &As, request: pb::SetPanelRequest) -> Answer<k::Receipt> {
        let reply = self
            .client()
            .set_panel(self.kit.request(request, caller))
            .await?
            .into_inner();
        Ok(reply.receipt.unwrap())
    }

    /// The slip of a leader (empty: the caller).
    pub(crate) async fn slip(&self, caller: &As, leader: &str) -> Answer<pb::Slip> {
        let request = pb::GetSlipRequest {
            cycle: CYCLE.to_owned(),
            leader: leader.to_owned(),
        };
        let reply = self
            .client()
            .get_slip(self.kit.request(request, caller))
            .await?
            .into_inner();
        Ok(reply.slip.unwrap())
    }

    /// A request to save "3.5", or "-" for an abstention, on the caller's own slip.
    pub(crate) fn saving(&self, unit: &str, mark: &str, version: i64) -> pb::SaveMarkRequest {
        let value = if mark == "-" {
            Value::Abstain(true)
        } else {
            Value::Mark(mark.to_owned())
        };
        let mark = pb::Mark {
            unit: unit.to_owned(),
            value: Some(value),
            ..pb::Mark::default()
        };
        pb::SaveMarkRequest {
            request_id: self.kit.id(),
            cycle: CYCLE.to_owned(),
            leader: String::new(),
            mark: Some(mark),
            version,
        }
    }

    pub(crate) async fn save(&self, caller: &As, request: pb::SaveMarkRequest) -> Answer<i64> {
        Ok(self
            .client()
            .save_mark(self.kit.request(request, caller))
            .await?
            .into_inner()
            .version)
    }

    /// Marks A, B, C on the caller's own slip, from whatever version it has; answers the new version.
    pub(crate) async fn mark_all(&self, caller: &As, marks: [&str; 3]) -> i64 {
        let mut version = self.slip(caller, "").await.unwrap().version;
        for (unit, mark) in ["A", "B", "C"].into_iter().zip(marks) {
            version = self.save(caller, self.saving(unit, mark, version)).await.unwrap();
        }
        version
    }

    /// A request to send the caller's slip.
    pub(crate) fn sending(&self, version: i64) -> pb::SendSlipRequest {
        pb::SendSlipRequest {
            request_id: self.kit.id(),
            cycle: CYCLE.to_owned(),
            version,
        }
    }

    pub(crate) async fn send(&self, caller: &As, request: pb::SendSlipRequest) -> Answer<pb::Slip> {
        let reply = self
            .client()
            .send_slip(self.kit.request(request, caller))
            .await?
            .into_inner();
        Ok(reply.slip.unwrap())
    }

    /// Marks and sends.
    pub(crate) async fn mark_and_send(&self, caller: &As, marks: [&str; 3]) -> pb::Slip {
        let version = self.mark_all(caller, marks).await;
        self.send(caller, self.sending(version)).await.unwrap()
    }

    pub(crate) async fn progress(&self, caller: &As) -> Answer<Vec<pb::LeaderProgress>> {
        Ok(self.stand(caller).await?.leaders)
    }

    pub(crate) async fn stand(&self, caller: &As) -> Answer<pb::GetProgressResponse> {
        let request = pb::GetProgressRequest {
            cycle: CYCLE.to_owned(),
        };
        let request = self.kit.request(request, caller);
        Ok(self.client().get_progress(request).await?.into_inner())
    }

    pub(crate) async fn decide(&self, caller: &As, document: &str) -> Answer<k::Receipt> {
        let request = pb::DecideQuorumRequest {
            request_id: self.kit.id(),
            cycle: CYCLE.to_owned(),
            document: document.to_owned(),
        };
        Ok(self
            .client()
            .decide_quorum(self.kit.request(request, caller))
            .await?
            .into_inner()
            .receipt
            .unwrap())
    }

    pub(crate) async fn close(&self, caller: &As) -> Answer<k::Receipt> {
        let request = pb::CloseScoringRequest {
            request_id: self.kit.id(),
            cycle: CYCLE.to_owned(),
        };
        Ok(self
            .client()
            .close_scoring(self.kit.request(request, caller))
            .await?
            .into_inner()
            .receipt
            .unwrap())
    }

    /// The whole feed.
    pub(crate) async fn feed(&self) -> Vec<k::IndexPoints> {
        let request = k::PullPointsRequest {
            after_seq: 0,
            limit: 0,
        };
        let request = self.kit.request_of_service("ranking", request);
        self.client()
            .pull_points(request)
            .await
            .unwrap()
            .into_inner()
            .points
    }

    /// What stands for each unit: points, "?" where not computable or "n/a", with "!" where final.
    pub(crate) async fn standing(&self) -> Vec<String> {
        let mut newest: BTreeMap<String, k::IndexPoints> = BTreeMap::new();
        for points in self.feed().await {
            newest.insert(points.unit.clone(), points);
        }
        newest.into_values().map(|points| text(&points)).collect()
    }

    /// The whole journal.
    pub(crate) async fn journal(&self) -> Vec<k::JournalEntry> {
        let request = k::ListJournalRequest::default();
        let request = self.kit.request(request, &As::role(Role::Auditor));
        self.client()
            .list_journal(request)
            .await
            .unwrap()
            .into_inner()
            .entries
    }
}

fn text(points: &k::IndexPoints) -> String {
    use k::index_points::Value;
    let value = match points.value.as_ref().unwrap() {
        Value::Points(points) => points.clone(),
        Value::NotComputable(_) => "?".to_owned(),
        Value::NotApplicable(_) => "n/a".to_owned(),
    };
    format!("{}{value}{}", points.unit, if points.r#final { "!" } else { "" })
}

/// The refusal of a call that must not succeed.
pub(crate) fn refused<T: std::fmt::Debug>(answer: Answer<T>) -> (String, String) {
    let refused = answer.unwrap_err();
    (refused.reason, refused.field)
}

/// A reason with its field, to compare with.
pub(crate) fn why(reason: &str, field: &str) -> (String, String) {
    (reason.to_owned(), field.to_owned())
}
