//! The two provinces of `examples/`, imported and opened file by file.

use std::path::PathBuf;

use chiso_domain::cycle::{Cycle, IndexSet, Rule, Window};
use chiso_domain::index_set::{needs_appraiser, parse, print};
use chiso_domain::kernel::{Instant, Points};
use chiso_platform::auth::Role;
use chiso_platform::testkit::As;
use chiso_wire::convert::timestamp;
use chiso_wire::registry as pb;
use serde_json::Value;

use crate::stand::Stand;

struct Province {
    stand: Stand,
    folder: PathBuf,
    code: String,
    plan: Value,
}

fn texts(value: &Value) -> Vec<String> {
    let texts = value.as_array().unwrap().iter();
    texts.map(|text| text.as_str().unwrap().to_owned()).collect()
}

macro_rules! send {
    ($province:expr, $rpc:ident, $request:ident { $($fields:tt)* }) => {{
        let id = $province.stand.kit.id();
        let request = pb::$request { request_id: id, cycle: $province.code.clone(), $($fields)* };
        let request = $province.stand.kit.request(request, &As::role(Role::Organiser));
        $province.stand.client.$rpc(request).await.unwrap().into_inner()
    }};
}

impl Province {
    async fn new(name: &str) -> Self {
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
            .join("../../examples")
            .join(name);
        let plan: Value =
            serde_json::from_slice(&std::fs::read(folder.join("dot-danh-gia.json")).unwrap()).unwrap();
        Self {
            stand: Stand::empty().await,
            code: plan["cycle"].as_str().unwrap().to_owned(),
            folder,
            plan,
        }
    }

    fn file(&self, name: &Value) -> Vec<u8> {
        std::fs::read(self.folder.join(name.as_str().unwrap())).unwrap()
    }

    fn calendar(&self) -> Vec<pb::WindowSpan> {
        let windows: Value = serde_json::from_slice(&self.file(&self.plan["calendar"])).unwrap();
        let instant = |value: &Value| Some(timestamp(Instant::parse(value.as_str().unwrap()).unwrap()));
        let window = |(name, span): (&String, &Value)| pb::WindowSpan {
            window: pb::Window::from(Window::named(name).unwrap()).into(),
            starts_at: instant(&span["starts_at"]),
            ends_at: instant(&span["ends_at"]),
        };
        windows.as_object().unwrap().iter().map(window).collect()
    }

    fn reassignments(&self) -> Vec<pb::Reassignment> {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let reassignment = |r: &Value| pb::Reassignment {
            agency: text(&r["agency"]),
            unit: text(&r["unit"]),
            criterion: text(&r["criterion"]),
            substitute: text(&r["substitute"]),
            reason: text(&r["reason"]),
        };
        self.plan["reassignments"]
            .as_array()
            .unwrap()
            .iter()
            .map(reassignment)
            .collect()
    }

    async fn open(mut self) -> Cycle {
        let (province, regulation) = (self.plan["province"].clone(), self.plan["regulation"].clone());
        send!(
            self,
            create_cycle,
            CreateCycleRequest {
                province: province.as_str().unwrap().to_owned(),
                regulation: regulation.as_str().unwrap().to_owned(),
            }
        );
        let calendar = self.calendar();
        send!(
            self,
            set_calendar,
            SetCalendarRequest {
                calendar,
                seen_version: 0
            }
        );
        let policy_json = String::from_utf8(self.file(&self.plan["policy"])).unwrap();
        send!(
            self,
            set_policy,
            SetPolicyRequest {
                policy_json,
                seen_version: 0
            }
        );
        let (agencies, reassignments) = (texts(&self.plan["council"]), self.reassignments());
        send!(
            self,
            set_council,
            SetCouncilRequest {
                agencies,
                reassignments,
                seen_version: 0
            }
        );
        let units = self.file(&self.plan["units"]);
        send!(
            self,
            import_units,
            ImportUnitsRequest {
                xlsx: units.into(),
                seen_version: 0
            }
        );
        for (unit_type, name) in self.plan["index_sets"].as_object().unwrap().clone() {
            let xlsx = self.file(&name);
            let taken = send!(
                self,
                import_index_set,
                ImportIndexSetRequest {
                    unit_type,
                    xlsx: xlsx.into(),
                    seen_version: 0
                }
            );
            assert_eq!(taken.max_points, "100");
        }
        let opened = send!(self, open_cycle, OpenCycleRequest { seen_version: 0 });
        Cycle::try_from(&opened.cycle.unwrap()).unwrap()
    }
}

fn contents(set: &IndexSet) -> Vec<String> {
    set.contents()
        .map(|row| row.max.to_text(0.try_into().unwrap()))
        .collect()
}

fn penalties(set: &IndexSet) -> usize {
    set.leaves()
        .filter(|row| matches!(row.rule, Rule::Penalty { .. }))
        .count()
}

/// Points of the leaves that are neither survey nor leaders: what a unit can be given by the ledger.
fn ledger_points(set: &IndexSet) -> Points {
    let others = |rule: &Rule| !matches!(rule, Rule::Survey { .. } | Rule::Leaders);
    set.leaves()
        .filter(|row| others(&row.rule))
        .map(|row| row.max)
        .sum()
}

fn every_leaf_has_an_appraiser_who_is_not_the_unit(cycle: &Cycle) {
    for unit in cycle.units.keys() {
        for leaf in cycle
            .index_set(unit)
            .unwrap()
            .leaves()
            .filter(|leaf| needs_appraiser(&leaf.rule))
        {
            let appraiser = cycle.appraiser(unit, &leaf.code);
            assert!(
                appraiser.is_some_and(|agency| agency != *unit),
                "{unit} {}",
                leaf.code
            );
        }
    }
}

#[tokio::test]
async fn phu_tho_2022_opens() {
    let cycle = Province::new("phu-tho").await.open().await;
    assert_eq!(cycle.units.len(), 45);
    let sets: Vec<_> = cycle
        .rules
        .index_sets
        .iter()
        .map(|(code, set)| (code.as_str(), set))
        .collect();
    let sizes: Vec<_> = sets
        .iter()
        .map(|(code, set)| (*code, set.rows.len(), set.leaves().count()))
        .collect();
    assert_eq!(
        sizes,
        [
            ("department", 74, 55),
            ("district", 79, 59),
            ("public_service_unit", 74, 54),
            ("vertical_agency", 72, 54),
        ]
    );
    for (code, set) in sets {
        assert_eq!(contents(set), ["39", "27", "8", "8", "14", "4", "0"], "{code}");
        assert_eq!(penalties(set), 7, "{code}");
        assert_eq!(ledger_points(set), Points::whole(82), "{code}");
        for row in &set.rows {
            assert_eq!(
                parse(&print(&row.rule)).as_ref(),
                Ok(&row.rule),
                "{code} {}",
                row.code
            );
        }
    }
    every_leaf_has_an_appraiser_who_is_not_the_unit(&cycle);
}

#[tokio::test]
async fn two_tier_2025_opens_with_148_communes() {
    let cycle = Province::new("two-tier").await.open().await;
    assert_eq!(cycle.units.len(), 174);
    let commune = "commune".parse().unwrap();
    assert_eq!(
        cycle
            .units
            .values()
            .filter(|unit| unit.unit_type == commune)
            .count(),
        148
    );
    assert_eq!(
        contents(&cycle.rules.index_sets[&commune]),
        ["37", "29", "8", "8", "14", "4", "0"]
    );
    assert!(cycle.units.values().any(|unit| !unit.predecessors.is_empty()));
    every_leaf_has_an_appraiser_who_is_not_the_unit(&cycle);
}
