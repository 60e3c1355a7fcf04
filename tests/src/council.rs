//! Scores, two appraisals, the leaders, publication.

use chiso_wire::kernel as k;
use chiso_wire::leaders as lpb;
use chiso_wire::ledger as pb;
use chiso_wire::ranking as rank;
use k::leaf_input::Kind;
use pb::appraise_entry_request::Value;
use pb::{Decision, Round};
use tonic::Status;

use crate::{CYCLE, Player, UNITS, Year, books, call};

/// What a unit enters for its five leaves: I.1 to IV.1.
#[derive(Clone, Copy, Debug)]
pub struct Entered {
    /// I.1.
    pub achieved: bool,
    /// I.2: so many of a hundred.
    pub done: &'static str,
    /// II.1.
    pub tier: &'static str,
    /// II.2: reports that came late.
    pub late: i64,
    /// IV.1: initiatives.
    pub added: i64,
}

/// What the four units enter.
#[must_use]
pub fn entries(unit: &str) -> Entered {
    match unit {
        "SNV" => Entered {
            achieved: true,
            done: "100",
            tier: "10",
            late: 0,
            added: 2,
        },
        "STC" => Entered {
            achieved: true,
            done: "80",
            tier: "5",
            late: 2,
            added: 0,
        },
        "VT" => Entered {
            achieved: true,
            done: "100",
            tier: "10",
            late: 1,
            added: 3,
        },
        _ => Entered {
            achieved: false,
            done: "70",
            tier: "0",
            late: 40,
            added: 0,
        },
    }
}

fn ratio(achieved: &str) -> k::LeafInput {
    let kind = Kind::Ratio(k::RatioInput {
        planned: "100".to_owned(),
        achieved: achieved.to_owned(),
    });
    k::LeafInput { kind: Some(kind) }
}

impl Entered {
    /// Leaf by leaf.
    #[must_use]
    pub fn leaves(&self) -> [(&'static str, k::LeafInput); 5] {
        let input = |kind| k::LeafInput { kind: Some(kind) };
        [
            ("I.1", input(Kind::Achieved(self.achieved))),
            ("I.2", ratio(self.done)),
            ("II.1", input(Kind::Tier(self.tier.to_owned()))),
            ("II.2", input(Kind::Count(self.late))),
            ("IV.1", input(Kind::Count(self.added))),
        ]
    }
}

impl Year {
    /// Saves one leaf as the unit's officer.
    ///
    /// # Errors
    /// The ledger's.
    pub async fn save(
        &self,
        unit: &str,
        criterion: &str,
        input: k::LeafInput,
        version: i64,
    ) -> Result<pb::Entry, Status> {
        let message = pb::SaveEntryRequest {
            request_id: self.id(),
            cycle: CYCLE.to_owned(),
            unit: unit.to_owned(),
            criterion: criterion.to_owned(),
            version,
            input: Some(input),
            explanation: "Số liệu đến ngày tự chấm".to_owned(),
        };
        let token = &self.cast.officers[unit].token;
        call!(self, ledger.save_entry, token, message).map(|reply| reply.entry.unwrap())
    }

    /// Adds a link as evidence.
    ///
    /// # Errors
    /// The ledger's.
    pub async fn link(&self, unit: &str, criterion: &str) -> Result<pb::Entry, Status> {
        let evidence = pb::Evidence {
            evidence_id: self.id(),
            kind: pb::EvidenceKind::Link.into(),
            document: "Báo cáo số 12/BC".to_owned(),
            url: format!("https://example.vn/{unit}/{criterion}"),
            ..pb::Evidence::default()
        };
        let message = pb::AddEvidenceRequest {
            request_id: self.id(),
            cycle: CYCLE.to_owned(),
            unit: unit.to_owned(),
            criterion: criterion.to_owned(),
            evidence: Some(evidence),
        };
        let token = &self.cast.officers[unit].token;
        call!(self, ledger.add_evidence, token, message).map(|reply| reply.entry.unwrap())
    }

    /// Every unit scores itself; all but DH press "Gửi đi", which the window's end does for it.
    pub async fn self_scoring(&self) {
        self.enter("2022-12-10T08:00:00+07:00");
        for unit in UNITS {
            for (criterion, input) in entries(unit).leaves() {
                self.save(unit, criterion, input, 0).await.unwrap();
                self.link(unit, criterion).await.unwrap();
            }
            if unit != "DH" {
                let (request_id, cycle) = (self.id(), CYCLE.to_owned());
                let message = pb::SubmitSheetRequest {
                    request_id,
                    cycle,
                    unit: unit.to_owned(),
                };
                call!(self, ledger.submit_sheet, &self.cast.heads[unit].token, message).unwrap();
            }
        }
    }

    /// A leaf as the organiser sees it.
    pub async fn entry(&self, unit: &str, criterion: &str) -> pb::Entry {
        let message = pb::GetEntryRequest {
            cycle: CYCLE.to_owned(),
            unit: unit.to_owned(),
            criterion: criterion.to_owned(),
        };
        let reply = call!(self, ledger.get_entry, &self.cast.organiser.token, message);
        reply.unwrap().entry.unwrap()
    }

    /// Decides one leaf as the agency that appraises it.
    ///
    /// # Errors
    /// The ledger's.
    pub async fn appraise(
        &self,
        by: &Player,
        (unit, criterion): (&str, &str),
        round: Round,
        decision: Decision,
        value: Option<Value>,
    ) -> Result<pb::Entry, Status> {
        let entry = self.entry(unit, criterion).await;
        let own = entry.self_.and_then(|step| step.input).map(Value::Input);
        let reason = if decision == Decision::Agree {
            ""
        } else {
            "Thiếu văn bản phê duyệt"
        };
        let message = pb::AppraiseEntryRequest {
            request_id: self.id(),
            cycle: CYCLE.to_owned(),
            unit: unit.to_owned(),
            criterion: criterion.to_owned(),
            round: round.into(),
            decision: decision.into(),
            value: value.or(own),
            reason: reason.to_owned(),
            version: entry.version,
            seen_ruling: None,
        };
        call!(self, ledger.appraise_entry, &by.token, message).map(|reply| reply.entry.unwrap())
    }

    /// Agrees to every leaf, but for what the caller decides otherwise.
    pub async fn round(&self, round: Round, otherwise: &[(&str, &str, Decision, Value)]) {
        for unit in UNITS {
            for (criterion, _) in entries(unit).leaves() {
                let agency = self.entry(unit, criterion).await.appraiser;
                assert_ne!(agency, unit, "nobody judges themselves");
                let other = otherwise.iter().find(|(u, c, ..)| (*u, *c) == (unit, criterion));
                let (decision, value) =
                    other.map_or((Decision::Agree, None), |(_, _, d, v)| (*d, Some(v.clone())));
                let by = &self.cast.appraisers[agency.as_str()];
                self.appraise(by, (unit, criterion), round, decision, value)
                    .await
                    .unwrap();
            }
        }
    }

    /// Closes a round.
    pub async fn close_round(&self, round: Round) {
        let (request_id, cycle) = (self.id(), CYCLE.to_owned());
        let message = pb::CloseRoundRequest {
            request_id,
            cycle,
            round: round.into(),
        };
        call!(self, ledger.close_round, &self.cast.organiser.token, message).unwrap();
    }

    /// Up to the explanation window: of VT one criterion lacks evidence, and a penalty is proposed.
    pub async fn between_the_rounds(&self) {
        self.self_scoring().await;
        self.enter("2022-12-15T08:00:00+07:00");
        let nothing = Value::Points("0".to_owned());
        let asked = ("VT", "I.1", Decision::RequestEvidence, nothing);
        self.round(Round::Round1, &[asked]).await;
        self.propose_penalty().await;
        self.enter("2022-12-19T00:00:00+07:00");
        self.close_round(Round::Round1).await;
        self.enter("2022-12-20T08:00:00+07:00");
    }

    /// Both rounds with all three decisions on VT, its answers between them, a penalty for VT.
    pub async fn appraisals(&self) {
        let penalty_id = self.first_round().await;
        self.enter("2022-12-20T08:00:00+07:00");
        self.link("VT", "I.1").await.unwrap();
        for criterion in ["I.1", "I.2"] {
            self.explain("VT", criterion).await;
        }
        self.second_round(penalty_id).await;
    }

    /// The first round: VT is asked for more about I.1 and denied a part of I.2, and a penalty is proposed, whose id is
    /// the answer.
    pub async fn first_round(&self) -> String {
        self.enter("2022-12-15T08:00:00+07:00");
        let asked = (
            "VT",
            "I.1",
            Decision::RequestEvidence,
            Value::Points("0".to_owned()),
        );
        let denied = ("VT", "I.2", Decision::Disagree, Value::Input(ratio("90")));
        self.round(Round::Round1, &[asked, denied]).await;
        let penalty_id = self.propose_penalty().await;
        self.enter("2022-12-19T00:00:00+07:00");
        self.close_round(Round::Round1).await;
        penalty_id
    }

    /// The second round: VT gets back a part of I.2, and its penalty is accepted.
    pub async fn second_round(&self, penalty_id: String) {
        self.enter("2022-12-22T08:00:00+07:00");
        let less = Value::Input(ratio("92"));
        self.round(Round::Round2, &[("VT", "I.2", Decision::Disagree, less)])
            .await;
        let reason = "Đủ căn cứ".to_owned();
        let message = pb::DecidePenaltyRequest {
            request_id: self.id(),
            penalty_id,
            accept: true,
            reason,
        };
        call!(self, ledger.decide_penalty, &self.cast.chair.token, message).unwrap();
        self.enter("2022-12-26T00:00:00+07:00");
        self.close_round(Round::Round2).await;
    }

    async fn explain(&self, unit: &str, criterion: &str) {
        let message = pb::ExplainEntryRequest {
            request_id: self.id(),
            cycle: CYCLE.to_owned(),
            unit: unit.to_owned(),
            criterion: criterion.to_owned(),
            version: self.entry(unit, criterion).await.version,
            text: "Đề nghị giữ điểm tự chấm".to_owned(),
        };
        call!(
            self,
            ledger.explain_entry,
            &self.cast.officers[unit].token,
            message
        )
        .unwrap();
    }

    /// Proposes a penalty for VT; its id.
    pub async fn propose_penalty(&self) -> String {
        let penalty = pb::Penalty {
            penalty_id: self.id(),
            cycle: CYCLE.to_owned(),
            unit: "VT".to_owned(),
            criterion: "VII.1".to_owned(),
            input: Some(k::PenaltyInput {
                items: vec![k::PenaltyItem { kind: 0, count: 1 }],
            }),
            document: "Bản án số 7/2022/HS-ST".to_owned(),
            reason: "Một vụ tham nhũng".to_owned(),
            ..pb::Penalty::default()
        };
        let message = pb::ProposePenaltyRequest {
            request_id: self.id(),
            penalty: Some(penalty),
        };
        let token = &self.cast.appraisers["STC"].token;
        call!(self, ledger.propose_penalty, token, message)
            .unwrap()
            .penalty
            .unwrap()
            .penalty_id
    }

    /// Imports the external index.
    ///
    /// # Errors
    /// The ledger's.
    pub async fn import_external(&self, scores: &[(&str, &str)]) -> Result<i32, Status> {
        let message = pb::ImportExternalIndexRequest {
            request_id: self.id(),
            cycle: CYCLE.to_owned(),
            criterion: "II.3".to_owned(),
            xlsx: books::external_scores(scores).into(),
            document: "Quyết định số 519/QĐ-UBND".to_owned(),
            seen_import: None,
        };
        let token = &self.cast.organiser.token;
        call!(self, ledger.import_external_index, token, message).map(|reply| reply.units)
    }

    /// Names the two leaders.
    pub async fn name_leaders(&self) {
        let organiser = &self.cast.organiser.token;
        let roles = [lpb::LeaderRole::Chair, lpb::LeaderRole::ViceChair];
        let leader = |(player, role): (&Player, lpb::LeaderRole)| lpb::Leader {
            leader: player.id.clone(),
            name: "Lãnh đạo".to_owned(),
            role: role.into(),
        };
        let leaders = self.cast.leaders.iter().zip(roles).map(leader).collect();
        let (request_id, cycle) = (self.id(), CYCLE.to_owned());
        let message = lpb::SetPanelRequest {
            request_id,
            cycle,
            leaders,
            shortlist: Vec::new(),
            seen_panel: None,
        };
        call!(self, leaders.set_panel, organiser, message).unwrap();
    }

    /// Two leaders mark every unit, SNV, STC, VT and DH in this order, and send.
    pub async fn leaders_mark(&self) {
        self.name_leaders().await;
        self.enter("2022-12-26T08:00:00+07:00");
        let marks = [["4", "3", "3.5", "1"], ["4", "3", "3", "1"]];
        for (player, marks) in self.cast.leaders.iter().zip(marks) {
            let mut version = 0;
            for (unit, mark) in UNITS.into_iter().zip(marks) {
                let value = Some(lpb::mark::Value::Mark(mark.to_owned()));
                let mark = lpb::Mark {
                    unit: unit.to_owned(),
                    value,
                    ..lpb::Mark::default()
                };
                let (request_id, cycle) = (self.id(), CYCLE.to_owned());
                let leader = player.id.clone();
                let message = lpb::SaveMarkRequest {
                    request_id,
                    cycle,
                    leader,
                    mark: Some(mark),
                    version,
                };
                version = call!(self, leaders.save_mark, &player.token, message)
                    .unwrap()
                    .version;
            }
            let (request_id, cycle) = (self.id(), CYCLE.to_owned());
            let message = lpb::SendSlipRequest {
                request_id,
                cycle,
                version,
            };
            call!(self, leaders.send_slip, &player.token, message).unwrap();
        }
        self.close_scoring().await;
    }

    /// The leaders' window ends, and what they gave is taken.
    pub async fn close_scoring(&self) {
        self.enter("2022-12-28T00:00:00+07:00");
        let message = lpb::CloseScoringRequest {
            request_id: self.id(),
            cycle: CYCLE.to_owned(),
        };
        let organiser = &self.cast.organiser.token;
        call!(self, leaders.close_scoring, organiser, message).unwrap();
    }

    /// Publishes.
    ///
    /// # Errors
    /// The ranking's.
    pub async fn publish(&self, correction: &str) -> Result<rank::Version, Status> {
        let message = rank::PublishRequest {
            request_id: self.id(),
            cycle: CYCLE.to_owned(),
            document: "Quyết định số 3500/QĐ-UBND".to_owned(),
            correction_reason: correction.to_owned(),
            results_sha256: String::new(),
            seen_version: None,
        };
        let reply = call!(self, ranking.publish, &self.cast.organiser.token, message);
        reply.map(|reply| reply.version.unwrap())
    }

    /// A published version, read by nobody in particular.
    pub async fn published(&self, version: i32) -> rank::GetPublishedResponse {
        let message = rank::GetPublishedRequest {
            cycle: CYCLE.to_owned(),
            version,
            unit_type: String::new(),
            compare: false,
        };
        call!(self, ranking.get_published, "", message).unwrap()
    }

    /// The exported file of a version.
    pub async fn exported(&self, version: i32, format: rank::Format) -> Vec<u8> {
        let message = rank::ExportRequest {
            cycle: CYCLE.to_owned(),
            version,
            format: format.into(),
        };
        let mut chunks = call!(self, ranking.export, "", message).unwrap();
        let mut bytes = Vec::new();
        while let Some(part) = chunks.message().await.unwrap() {
            bytes.extend_from_slice(&part.chunk);
        }
        bytes
    }

    /// Everything after the fieldwork, up to where only publishing is left.
    pub async fn rest_of_the_year(&self) {
        self.self_scoring().await;
        self.appraisals().await;
        let scores = [("SNV", "90"), ("STC", "80"), ("VT", "50"), ("DH", "10")];
        assert_eq!(self.import_external(&scores).await.unwrap(), 4);
        self.leaders_mark().await;
    }
}
