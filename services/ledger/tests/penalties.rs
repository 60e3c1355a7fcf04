//! Penalties and external indices over gRPC.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use chiso_domain::cycle::Window;
use chiso_wire::kernel::{PenaltyInput, PenaltyItem, Stage};
use chiso_wire::ledger as pb;
use common::*;
use pb::Round::{Round1, Round2};
use rust_xlsxwriter::Workbook;

fn penalty(ledger: &Ledger, unit: &str, items: &[(i32, i64)]) -> pb::ProposePenaltyRequest {
    let item = |(kind, count): &(i32, i64)| PenaltyItem {
        kind: *kind,
        count: *count,
    };
    pb::ProposePenaltyRequest {
        request_id: ledger.kit.id(),
        penalty: Some(pb::Penalty {
            penalty_id: ledger.kit.id(),
            cycle: CYCLE.to_owned(),
            unit: unit.to_owned(),
            criterion: "VII.1".to_owned(),
            input: Some(PenaltyInput {
                items: items.iter().map(item).collect(),
            }),
            document: "QĐ 15/QĐ-KL ngày 02/6/2022".to_owned(),
            reason: "Công chức bị kỷ luật".to_owned(),
            ..pb::Penalty::default()
        }),
    }
}

async fn propose(
    ledger: &mut Ledger,
    who: &chiso_platform::testkit::As,
    message: pb::ProposePenaltyRequest,
) -> Result<pb::Penalty, tonic::Status> {
    let reply = ledger
        .client
        .propose_penalty(ledger.kit.request(message, who))
        .await?;
    Ok(reply.into_inner().penalty.unwrap())
}

async fn decide_penalty(
    ledger: &mut Ledger,
    id: &str,
    accept: bool,
    reason: &str,
) -> Result<pb::Penalty, tonic::Status> {
    let message = pb::DecidePenaltyRequest {
        request_id: ledger.kit.id(),
        penalty_id: id.to_owned(),
        accept,
        reason: reason.to_owned(),
    };
    let reply = ledger
        .client
        .decide_penalty(ledger.kit.request(message, &chair()))
        .await?;
    Ok(reply.into_inner().penalty.unwrap())
}

async fn explain(ledger: &mut Ledger, unit: &str, id: &str) -> Result<pb::Penalty, tonic::Status> {
    explain_over(ledger, unit, id, None).await
}

/// Over the answer of a version.
async fn explain_over(
    ledger: &mut Ledger,
    unit: &str,
    id: &str,
    version: Option<i64>,
) -> Result<pb::Penalty, tonic::Status> {
    let message = pb::ExplainPenaltyRequest {
        request_id: ledger.kit.id(),
        penalty_id: id.to_owned(),
        text: "Đang khiếu nại quyết định".to_owned(),
        version,
    };
    let reply = ledger
        .client
        .explain_penalty(ledger.kit.request(message, &officer(unit)))
        .await?;
    Ok(reply.into_inner().penalty.unwrap())
}

/// The second time over the first answer, and not over one that is gone.
async fn explain_twice(ledger: &mut Ledger, id: &str) {
    let explained = explain(ledger, "SYT", id).await.unwrap();
    assert_eq!(explained.version, 1);
    let late = explain_over(ledger, "SYT", id, Some(0)).await;
    assert_eq!(reason(late), "VERSION_CONFLICT");
    let explained = explain_over(ledger, "SYT", id, Some(1)).await.unwrap();
    assert_eq!(explained.version, 2);
    assert_eq!(explained.unit_explanation, "Đang khiếu nại quyết định");
}

async fn listed(ledger: &mut Ledger, who: &chiso_platform::testkit::As) -> usize {
    let message = pb::ListPenaltiesRequest {
        cycle: CYCLE.to_owned(),
        ..pb::ListPenaltiesRequest::default()
    };
    ledger
        .client
        .list_penalties(ledger.kit.request(message, who))
        .await
        .unwrap()
        .into_inner()
        .penalties
        .len()
}

#[tokio::test]
async fn a_penalty_is_proposed_answered_and_decided() {
    let mut ledger = Ledger::open().await;
    ledger.now(ROUND_1);
    let message = penalty(&ledger, "SYT", &[(0, 1), (1, 1)]);
    let proposed = propose(&mut ledger, &appraiser("SNV"), message).await.unwrap();
    assert_eq!(
        (proposed.state(), proposed.points.as_str()),
        (pb::PenaltyState::Proposed, "1.50")
    );
    let id = proposed.penalty_id;
    assert_eq!(
        listed(&mut ledger, &officer("SYT")).await,
        0,
        "not before round 1 is closed"
    );
    assert_eq!(listed(&mut ledger, &appraiser("SNV")).await, 1);
    assert_eq!(listed(&mut ledger, &appraiser("STC")).await, 0);
    ledger.now(EXPLAINING);
    ledger.close(Round1).await.unwrap();
    assert_eq!(listed(&mut ledger, &officer("SYT")).await, 1);
    assert_eq!(listed(&mut ledger, &officer("SXD")).await, 0);
    assert_eq!(reason(explain(&mut ledger, "SXD", &id).await), "NOT_FOUND");
    explain_twice(&mut ledger, &id).await;
    assert_eq!(
        reason(decide_penalty(&mut ledger, &id, true, "").await),
        "WINDOW_NOT_OPEN"
    );
    ledger.now(ROUND_2);
    let refused = ledger.close(Round2).await;
    assert_eq!(fields(refused.as_ref().unwrap_err()), ["2022/SYT/VII.1"]);
    assert_eq!(reason(refused), "PENALTIES_UNDECIDED");
    assert_eq!(
        reason(decide_penalty(&mut ledger, &id, false, " ").await),
        "REASON_REQUIRED"
    );
    let decided = decide_penalty(&mut ledger, &id, true, "Đủ căn cứ").await.unwrap();
    assert_eq!(decided.state(), pb::PenaltyState::Decided);
    assert_eq!(
        reason(decide_penalty(&mut ledger, &id, false, "Nhầm").await),
        "PENALTY_DECIDED"
    );
    let before = ledger.points().await[&("SYT".to_owned(), "VII.1".to_owned())].clone();
    assert_eq!((value(&before).as_str(), before.r#final), ("1.50", false));
    ledger.close(Round2).await.unwrap();
    let points = ledger.points().await;
    let of = |unit: &str| &points[&(unit.to_owned(), "VII.1".to_owned())];
    assert_eq!(
        (value(of("SYT")).as_str(), of("SYT").r#final, stage(of("SYT"))),
        ("1.50", true, Stage::Decided)
    );
    assert_eq!((value(of("SXD")).as_str(), of("SXD").r#final), ("0.00", true));
    let acts: Vec<String> = ledger
        .journal("2022/SYT/VII.1")
        .await
        .into_iter()
        .map(|row| row.act)
        .collect();
    assert_eq!(
        acts,
        [
            "penalty.propose",
            "penalty.explain",
            "penalty.explain",
            "penalty.decide"
        ]
    );
}

/// What a unit is asked, and what of it is answered, as somebody is told.
async fn asked(ledger: &mut Ledger, who: &chiso_platform::testkit::As) -> (i32, i32) {
    let sheet = ledger.sheet(who, "SYT").await.unwrap().sheet.unwrap();
    (sheet.questions, sheet.answers)
}

#[tokio::test]
async fn what_a_unit_is_asked_between_the_rounds_is_counted() {
    let mut ledger = claimed().await;
    decide(&mut ledger, (Round1, pb::Decision::Disagree, "1.00"), "Chưa khớp")
        .await
        .unwrap();
    let message = penalty(&ledger, "SYT", &[(0, 1)]);
    let id = propose(&mut ledger, &organiser(), message)
        .await
        .unwrap()
        .penalty_id;
    ledger.now(EXPLAINING);
    assert_eq!(
        asked(&mut ledger, &organiser()).await,
        (0, 0),
        "the round is open"
    );
    ledger.close(Round1).await.unwrap();
    assert_eq!(asked(&mut ledger, &head("SYT")).await, (2, 0));
    explain(&mut ledger, "SYT", &id).await.unwrap();
    assert_eq!(asked(&mut ledger, &head("SYT")).await, (2, 1));
    ledger
        .explain("SYT", "I.2", "Có biên bản nghiệm thu")
        .await
        .unwrap();
    assert_eq!(asked(&mut ledger, &organiser()).await, (2, 2));
    assert_eq!(
        asked(&mut ledger, &appraiser("STC")).await,
        (0, 0),
        "none of them is theirs"
    );
}

#[tokio::test]
async fn a_unit_with_more_time_to_explain_is_heard_before_its_penalty_is_decided() {
    let mut ledger = Ledger::open().await;
    ledger.now(ROUND_1);
    let message = penalty(&ledger, "SYT", &[(0, 1)]);
    let proposed = propose(&mut ledger, &appraiser("SNV"), message).await.unwrap();
    let id = proposed.penalty_id;
    ledger.now(EXPLAINING);
    ledger.close(Round1).await.unwrap();
    ledger.now(ROUND_2);
    let later = extended(cycle(), Window::Explanation, Some("SYT"), "2022-12-24T00:00:00");
    ledger.kit.ctx.cycles.replace(later);
    let early = decide_penalty(&mut ledger, &id, true, "").await;
    assert_eq!(reason(early), "WINDOW_STILL_OPEN");
    ledger.now("2022-12-24T00:00:00");
    decide_penalty(&mut ledger, &id, true, "").await.unwrap();
}

#[tokio::test]
async fn penalties_of_one_row_share_its_ceiling_and_rejected_ones_do_not_count() {
    let mut ledger = Ledger::open().await;
    ledger.now(ROUND_1);
    let mut ids = Vec::new();
    for items in [[(1, 1)], [(1, 2)], [(0, 9)]] {
        let message = penalty(&ledger, "SYT", &items);
        ids.push(
            propose(&mut ledger, &organiser(), message)
                .await
                .unwrap()
                .penalty_id,
        );
    }
    ledger.close(Round1).await.unwrap();
    ledger.now(ROUND_2);
    decide_penalty(&mut ledger, &ids[2], false, "Chưa có kết luận")
        .await
        .unwrap();
    decide_penalty(&mut ledger, &ids[0], true, "").await.unwrap();
    let posted = |points: &std::collections::BTreeMap<(String, String), chiso_wire::kernel::IndexPoints>| {
        value(&points[&("SYT".to_owned(), "VII.1".to_owned())])
    };
    assert_eq!(posted(&ledger.points().await), "1.00");
    decide_penalty(&mut ledger, &ids[1], true, "").await.unwrap();
    assert_eq!(posted(&ledger.points().await), "2.00", "3 under a ceiling of 2");
}

#[tokio::test]
async fn bad_proposals_are_refused() {
    type Spoil<'a> = &'a dyn Fn(&mut pb::Penalty);
    let mut ledger = Ledger::open().await;
    let message = penalty(&ledger, "SYT", &[(0, 1)]);
    assert_eq!(
        reason(propose(&mut ledger, &organiser(), message).await),
        "WINDOW_NOT_OPEN"
    );
    ledger.now(ROUND_1);
    let with = |ledger: &Ledger, change: &dyn Fn(&mut pb::Penalty)| {
        let mut message = penalty(ledger, "SYT", &[(0, 1)]);
        change(message.penalty.as_mut().unwrap());
        message
    };
    let cases: [(Spoil<'_>, &str); 6] = [
        (&|p| p.document.clear(), "FIELD_INVALID"),
        (&|p| p.input = None, "FIELD_INVALID"),
        (&|p| p.input.as_mut().unwrap().items[0].count = 0, "PENALTY_EMPTY"),
        (
            &|p| p.input.as_mut().unwrap().items[0].kind = 2,
            "PENALTY_KIND_UNKNOWN",
        ),
        (&|p| p.criterion = "I.1".to_owned(), "LEAF_RULE_WRONG"),
        (&|p| p.unit = "KHONG-CO".to_owned(), "UNIT_UNKNOWN"),
    ];
    for (change, why) in cases {
        let message = with(&ledger, change);
        assert_eq!(reason(propose(&mut ledger, &organiser(), message).await), why);
    }
    let message = penalty(&ledger, "SYT", &[(0, 1)]);
    assert_eq!(
        reason(propose(&mut ledger, &appraiser("STC"), message).await),
        "NOT_APPRAISER_OF_LEAF"
    );
    let message = penalty(&ledger, "SNV", &[(0, 1)]);
    assert_eq!(
        reason(propose(&mut ledger, &appraiser("SNV"), message).await),
        "APPRAISER_OF_OWN_UNIT"
    );
    assert_eq!(listed(&mut ledger, &organiser()).await, 0);
}

fn workbook(rows: &[(&str, &str)]) -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name("Chỉ số").unwrap();
    sheet.write(0, 0, "Mã đơn vị").unwrap();
    sheet.write(0, 1, "Điểm").unwrap();
    for (at, (unit, points)) in rows.iter().enumerate() {
        let at = u32::try_from(at + 1).unwrap();
        sheet.write(at, 0, *unit).unwrap();
        sheet.write(at, 1, *points).unwrap();
    }
    book.save_to_buffer().unwrap()
}

async fn import(ledger: &mut Ledger, criterion: &str, xlsx: Vec<u8>) -> Result<i32, tonic::Status> {
    import_over(ledger, criterion, xlsx, None).await
}

async fn import_over(
    ledger: &mut Ledger,
    criterion: &str,
    xlsx: Vec<u8>,
    seen_import: Option<pb::SeenImport>,
) -> Result<i32, tonic::Status> {
    let message = pb::ImportExternalIndexRequest {
        request_id: ledger.kit.id(),
        cycle: CYCLE.to_owned(),
        criterion: criterion.to_owned(),
        xlsx: xlsx.into(),
        document: "QĐ 3001/QĐ-UBND ngày 20/12/2022".to_owned(),
        seen_import,
    };
    Ok(ledger
        .client
        .import_external_index(ledger.kit.request(message, &organiser()))
        .await?
        .into_inner()
        .units)
}

async fn imported(
    ledger: &mut Ledger,
    criterion: &str,
) -> Result<pb::GetExternalIndexResponse, tonic::Status> {
    let message = pb::GetExternalIndexRequest {
        cycle: CYCLE.to_owned(),
        criterion: criterion.to_owned(),
    };
    let request = ledger.kit.request(message, &organiser());
    Ok(ledger.client.get_external_index(request).await?.into_inner())
}

const ALL: [(&str, &str); 4] = [("SNV", "87,5"), ("STC", "100"), ("SYT", "0"), ("SXD", "43.75")];

#[tokio::test]
async fn an_external_index_is_imported_for_all_units() {
    let mut ledger = Ledger::open().await;
    ledger.now(EXPLAINING);
    assert_eq!(import(&mut ledger, "II.1", workbook(&ALL)).await.unwrap(), 4);
    let points = ledger.points().await;
    let of = |unit: &str| &points[&(unit.to_owned(), "II.1".to_owned())];
    assert_eq!(value(of("SNV")), "1.75");
    assert_eq!(value(of("SXD")), "0.88", "half up");
    assert!(
        points
            .values()
            .all(|post| post.r#final && stage(post) == Stage::Decided)
    );
    let told = imported(&mut ledger, "II.1").await.unwrap();
    assert_eq!(told.document, "QĐ 3001/QĐ-UBND ngày 20/12/2022");
    assert!(told.imported_at.is_some() && told.imported_by == organiser().id().to_string());
    let rows: Vec<_> = told
        .scores
        .iter()
        .map(|row| (&*row.unit, &*row.score, &*row.points))
        .collect();
    assert_eq!(rows.len(), 4);
    assert!(rows.contains(&("SNV", "87.5", "1.75")), "{rows:?}");
    assert_eq!(reason(imported(&mut ledger, "I.1").await), "LEAF_RULE_WRONG");
    ledger.now("2022-12-28T00:00:00");
    assert_eq!(
        reason(import(&mut ledger, "II.1", workbook(&ALL)).await),
        "DEADLINE_PASSED"
    );
}

#[tokio::test]
async fn an_import_that_was_not_looked_at_is_not_replaced() {
    let mut ledger = Ledger::open().await;
    ledger.now(EXPLAINING);
    let nothing = Some(pb::SeenImport { at: None });
    let first = import_over(&mut ledger, "II.1", workbook(&ALL), nothing).await;
    assert_eq!(first.unwrap(), 4);
    let first = imported(&mut ledger, "II.1").await.unwrap().imported_at;
    let again = import_over(&mut ledger, "II.1", workbook(&ALL), nothing).await;
    assert_eq!(reason(again), "IMPORT_CHANGED");
    ledger.now("2022-12-21T09:00:00");
    let looked = Some(pb::SeenImport { at: first });
    let again = import_over(&mut ledger, "II.1", workbook(&ALL), looked).await;
    assert_eq!(again.unwrap(), 4);
    let late = import_over(&mut ledger, "II.1", workbook(&ALL), looked).await;
    assert_eq!(reason(late), "IMPORT_CHANGED");
    assert_eq!(
        import(&mut ledger, "II.1", workbook(&ALL)).await.unwrap(),
        4,
        "whichever there is"
    );
}

#[tokio::test]
async fn a_faulty_sheet_changes_nothing_and_every_cell_is_named() {
    let mut ledger = Ledger::open().await;
    ledger.now(EXPLAINING);
    let rows = [
        ("SNV", "1.234,5"),
        ("STC", "100,5"),
        ("SYT", "-1"),
        ("LA", "5"),
        ("SYT", ""),
    ];
    let refused = import(&mut ledger, "II.1", workbook(&rows)).await;
    let places = fields(refused.as_ref().unwrap_err());
    for place in [
        "Chỉ số!B2",
        "Chỉ số!B3",
        "Chỉ số!B4",
        "Chỉ số!A5",
        "Chỉ số!B6",
        "Chỉ số!A1",
    ] {
        assert!(places.contains(&place.to_owned()), "{place} in {places:?}");
    }
    assert_eq!(reason(refused), "IMPORT_FAULTY");
    let twice = [ALL.as_slice(), &[("SNV", "1")]].concat();
    let refused = import(&mut ledger, "II.1", workbook(&twice)).await;
    assert_eq!(fields(refused.as_ref().unwrap_err()), ["Chỉ số!A6"]);
    assert!(ledger.points().await.is_empty());
    assert!(ledger.journal("").await.is_empty());
}

#[tokio::test]
async fn other_leaves_and_other_files_are_not_imported() {
    let mut ledger = Ledger::open().await;
    ledger.now(EXPLAINING);
    assert_eq!(
        reason(import(&mut ledger, "I.1", workbook(&ALL)).await),
        "LEAF_RULE_WRONG"
    );
    assert_eq!(
        reason(import(&mut ledger, "IX.1", workbook(&ALL)).await),
        "CRITERION_UNKNOWN"
    );
    assert_eq!(
        reason(import(&mut ledger, "II.1", b"%PDF-1.7".to_vec()).await),
        "FILE_NOT_XLSX"
    );
}
