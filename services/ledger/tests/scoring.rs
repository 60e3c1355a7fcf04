//! Self-scoring over gRPC: inputs, versions, windows, sending, taking back, the lock at the window's end.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use chiso_domain::cycle::Window;
use chiso_platform::auth::Role;
use chiso_platform::testkit::As;
use chiso_wire::kernel::leaf_input::Kind;
use chiso_wire::kernel::{PenaltyInput, Stage};
use chiso_wire::ledger as pb;
use common::*;
use unicode_normalization::UnicodeNormalization;

async fn fill(ledger: &mut Ledger, unit: &str) {
    for (leaf, input) in [
        ("I.1", input(Kind::Achieved(true))),
        ("I.2", ratio("120", "108")),
        ("I.3", tier("1")),
        ("I.4", input(Kind::Count(1))),
    ] {
        ledger.save(unit, leaf, input).await.unwrap();
    }
}

#[tokio::test]
async fn points_are_computed_from_inputs() {
    let mut ledger = Ledger::open().await;
    for (leaf, input, points) in [
        ("I.1", input(Kind::Achieved(true)), "2.00"),
        ("I.2", ratio("120", "108"), "1.80"),
        ("I.2", ratio("25001", "20000"), "0.00"),
        ("I.3", tier("1"), "1.00"),
        ("I.4", input(Kind::Count(7)), "0.00"),
        ("IV.1", input(Kind::Count(5)), "3.00"),
    ] {
        let entry = ledger.save("SYT", leaf, input).await.unwrap();
        assert_eq!(entry.self_.unwrap().points, points, "{leaf}");
    }
}

#[tokio::test]
async fn unknown_unit_or_criterion() {
    let mut ledger = Ledger::open().await;
    let unknown = ledger
        .send(&officer("KHONG-CO"), ledger.saving("KHONG-CO", "I.1", 0))
        .await;
    assert_eq!(unknown.as_ref().unwrap_err().code(), tonic::Code::NotFound);
    assert_eq!(fields(unknown.as_ref().unwrap_err()), ["unit"]);
    assert_eq!(reason(unknown), "UNIT_UNKNOWN");
    let unknown = ledger
        .send(&officer("SYT"), ledger.saving("SYT", "IX.9", 0))
        .await;
    assert_eq!(fields(unknown.as_ref().unwrap_err()), ["criterion"]);
    assert_eq!(reason(unknown), "CRITERION_UNKNOWN");
}

#[tokio::test]
async fn points_off_the_scale_are_refused_and_nothing_changes() {
    let mut ledger = Ledger::open().await;
    for (leaf, bad, why) in [
        ("I.3", tier("1.5"), "SCORE_NOT_ON_SCALE"),
        ("I.3", tier("3"), "SCORE_ABOVE_MAXIMUM"),
        ("I.3", tier("1,5"), "FIELD_INVALID"),
        ("I.4", input(Kind::Count(-1)), "COUNT_OUT_OF_RANGE"),
        ("I.2", ratio("10", "-1"), "FIELD_INVALID"),
        ("I.2", ratio("10", "NaN"), "FIELD_INVALID"),
        ("I.1", tier("2"), "INPUT_KIND_WRONG"),
        (
            "I.1",
            input(Kind::ExternalScore("99".to_owned())),
            "INPUT_KIND_WRONG",
        ),
    ] {
        assert_eq!(reason(ledger.save("SYT", leaf, bad).await), why, "{leaf}");
        assert_eq!(ledger.version("SYT", leaf).await, 0);
    }
    assert!(ledger.journal("").await.is_empty());
}

#[tokio::test]
async fn leaves_of_others_are_not_entered_here() {
    let mut ledger = Ledger::open().await;
    for (leaf, why) in [
        ("V.1", "LEAF_NOT_IN_LEDGER"),
        ("VI.1", "LEAF_NOT_IN_LEDGER"),
        ("I", "LEAF_NOT_IN_LEDGER"),
        ("II.1", "LEAF_NOT_ENTERED_BY_UNIT"),
        ("VII.1", "LEAF_NOT_ENTERED_BY_UNIT"),
    ] {
        let message = pb::SaveEntryRequest {
            input: input(Kind::Penalty(PenaltyInput { items: vec![] })),
            ..ledger.saving("SYT", leaf, 0)
        };
        assert_eq!(reason(ledger.send(&officer("SYT"), message).await), why, "{leaf}");
    }
}

#[tokio::test]
async fn only_the_own_unit() {
    let mut ledger = Ledger::open().await;
    let message = ledger.saving("SYT", "I.1", 0);
    assert_eq!(
        reason(ledger.send(&officer("SXD"), message.clone()).await),
        "UNIT_NOT_YOURS"
    );
    assert_eq!(
        reason(ledger.send(&organiser(), message.clone()).await),
        "PERMISSION_DENIED"
    );
    let other_cycle = officer("SYT").cycle("2021");
    assert_eq!(
        reason(ledger.send(&other_cycle, message).await),
        "PERMISSION_DENIED"
    );
    assert_eq!(
        reason(ledger.sheet(&officer("SXD"), "SYT").await),
        "UNIT_NOT_YOURS"
    );
    assert_eq!(
        reason(ledger.entry(&head("SXD"), "SYT", "I.1").await),
        "UNIT_NOT_YOURS"
    );
}

#[tokio::test]
async fn two_officers_saving_together() {
    let mut ledger = Ledger::open().await;
    let first = pb::SaveEntryRequest {
        input: tier("2"),
        ..ledger.saving("SYT", "I.3", 0)
    };
    let second = pb::SaveEntryRequest {
        input: tier("1"),
        ..ledger.saving("SYT", "I.3", 0)
    };
    ledger.send(&officer("SYT"), first).await.unwrap();
    let refused = ledger.send(&officer("SYT").number(2), second).await;
    assert_eq!(refused.as_ref().unwrap_err().code(), tonic::Code::Aborted);
    assert!(
        vi(refused.clone()).contains("phiên bản 1"),
        "{}",
        vi(refused.clone())
    );
    assert_eq!(reason(refused), "VERSION_CONFLICT");
    let kept = ledger.entry(&officer("SYT"), "SYT", "I.3").await.unwrap();
    assert_eq!(kept.self_.unwrap().points, "2.00");
}

#[tokio::test]
async fn of_many_saves_at_the_same_moment_one_wins() {
    let mut ledger = Ledger::open().await;
    let mut calls = tokio::task::JoinSet::new();
    for n in 0..16 {
        let message = pb::SaveEntryRequest {
            input: tier("2"),
            ..ledger.saving("SYT", "I.3", 0)
        };
        let request = ledger.kit.request(message, &officer("SYT").number(n));
        let mut client = ledger.client.clone();
        calls.spawn(async move { client.save_entry(request).await });
    }
    let outcomes = calls.join_all().await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    for refused in outcomes.into_iter().filter(Result::is_err) {
        assert_eq!(reason(refused), "VERSION_CONFLICT");
    }
    assert_eq!(ledger.journal("2022/SYT/I.3").await.len(), 1);
}

#[tokio::test]
async fn a_repeated_request_is_answered_again_and_other_bytes_refused() {
    let mut ledger = Ledger::open().await;
    let message = pb::SaveEntryRequest {
        input: tier("2"),
        ..ledger.saving("SYT", "I.3", 0)
    };
    let first = ledger.send(&officer("SYT"), message.clone()).await.unwrap();
    ledger.now("2022-12-15T00:00:00");
    let again = ledger.send(&officer("SYT"), message.clone()).await.unwrap();
    assert_eq!(first, again, "also after the deadline");
    assert_eq!(ledger.journal("2022/SYT/I.3").await.len(), 1);
    let other = pb::SaveEntryRequest {
        input: tier("1"),
        ..message
    };
    assert_eq!(
        reason(ledger.send(&officer("SYT"), other).await),
        "REQUEST_ID_REUSED"
    );
}

#[tokio::test]
async fn d1_to_d3_the_last_microsecond_counts() {
    let mut ledger = Ledger::open().await;
    let end = at("2022-12-15T00:00:00");
    ledger.kit.set_now(end.plus(-1));
    ledger.save("SYT", "I.3", tier("1")).await.unwrap();
    ledger.kit.set_now(end);
    assert_eq!(
        reason(ledger.save("SYT", "I.3", tier("2")).await),
        "DEADLINE_PASSED"
    );
    ledger.kit.set_now(end.plus(1));
    assert_eq!(
        reason(ledger.save("SYT", "I.3", tier("2")).await),
        "DEADLINE_PASSED"
    );
    ledger.now("2022-10-31T23:59:59");
    assert_eq!(
        reason(ledger.save("SYT", "I.3", tier("2")).await),
        "WINDOW_NOT_OPEN"
    );
}

#[tokio::test]
async fn an_extension_is_for_its_unit_only() {
    let mut ledger = Ledger::open().await;
    ledger.now("2022-12-15T10:00:00");
    assert_eq!(
        reason(ledger.save("SYT", "I.3", tier("2")).await),
        "DEADLINE_PASSED"
    );
    let later = extended(cycle(), Window::SelfScoring, Some("SYT"), "2022-12-16T00:00:00");
    ledger.kit.ctx.cycles.replace(later);
    ledger.save("SYT", "I.3", tier("2")).await.unwrap();
    assert_eq!(
        reason(ledger.save("SXD", "I.3", tier("2")).await),
        "DEADLINE_PASSED"
    );
}

#[tokio::test]
async fn nfd_text_becomes_nfc() {
    let mut ledger = Ledger::open().await;
    let decomposed: String = "Đã hoàn thành kế hoạch".nfd().collect();
    let message = pb::SaveEntryRequest {
        explanation: format!("  {decomposed}\n"),
        ..ledger.saving("SYT", "I.1", 0)
    };
    let entry = ledger.send(&officer("SYT"), message).await.unwrap();
    assert_eq!(entry.self_.unwrap().text, "Đã hoàn thành kế hoạch");
}

#[tokio::test]
async fn a_sheet_is_sent_when_every_leaf_has_a_value() {
    let mut ledger = Ledger::open().await;
    ledger
        .save("SYT", "I.1", input(Kind::Achieved(true)))
        .await
        .unwrap();
    let refused = ledger.submit(&head("SYT"), "SYT").await;
    assert_eq!(
        fields(refused.as_ref().unwrap_err()),
        ["I.2", "I.3", "I.4"],
        "the bonus may be left out"
    );
    assert_eq!(reason(refused), "SHEET_INCOMPLETE");
    fill(&mut ledger, "SYT").await;
    assert_eq!(
        reason(ledger.submit(&officer("SYT"), "SYT").await),
        "PERMISSION_DENIED"
    );
    let sheet = ledger.submit(&head("SYT"), "SYT").await.unwrap();
    assert_eq!(sheet.state(), pb::SheetState::Submitted);
    assert_eq!((sheet.leaves, sheet.filled), (5, 4));
    assert_eq!(sheet.self_total, "7.30");
    let points = ledger.points().await;
    let of = |leaf: &str| &points[&("SYT".to_owned(), leaf.to_owned())];
    assert_eq!(value(of("I.2")), "1.80");
    assert_eq!(value(of("IV.1")), "0.00");
    assert!(
        points
            .values()
            .all(|post| stage(post) == Stage::Self_ && !post.r#final)
    );
    assert_eq!(points.len(), 5);
    assert_eq!(
        reason(ledger.save("SYT", "I.3", tier("2")).await),
        "SHEET_SUBMITTED"
    );
    assert_eq!(
        reason(ledger.submit(&head("SYT"), "SYT").await),
        "SHEET_SUBMITTED"
    );
}

#[tokio::test]
async fn a_sheet_is_taken_back_before_the_deadline_only() {
    let mut ledger = Ledger::open().await;
    fill(&mut ledger, "SYT").await;
    assert_eq!(reason(ledger.withdraw("SYT").await), "SHEET_NOT_SUBMITTED");
    let sent = ledger.submit(&head("SYT"), "SYT").await.unwrap();
    assert!(
        sent.receipt.len() == 12 && sent.receipt.bytes().all(|b| b.is_ascii_hexdigit()),
        "{sent:?}"
    );
    let rows = ledger.journal("2022/SYT").await;
    assert!(
        rows.iter().any(|row| row.after.contains(&sent.receipt)),
        "the journal names it: {rows:?}"
    );
    let back = ledger.withdraw("SYT").await.unwrap();
    assert_eq!((back.state(), back.receipt.as_str()), (pb::SheetState::Draft, ""));
    let points = ledger.points().await;
    assert!(
        points.values().all(|post| value(post) == "not computable"),
        "no silent zero"
    );
    ledger.save("SYT", "I.3", tier("2")).await.unwrap();
    let again = ledger.submit(&head("SYT"), "SYT").await.unwrap();
    assert_ne!(again.receipt, sent.receipt, "something else was sent");
    ledger.now("2022-12-15T00:00:00");
    assert_eq!(reason(ledger.withdraw("SYT").await), "DEADLINE_PASSED");
    let acts: Vec<String> = ledger
        .journal("2022/SYT")
        .await
        .into_iter()
        .map(|row| row.act)
        .collect();
    assert_eq!(acts.iter().filter(|act| *act == "sheet.submit").count(), 2);
    assert_eq!(acts.iter().filter(|act| *act == "sheet.withdraw").count(), 1);
}

#[tokio::test]
async fn r4_38_the_last_saved_state_counts_when_the_window_ends() {
    let mut ledger = Ledger::open().await;
    ledger.save("SYT", "I.3", tier("1")).await.unwrap();
    ledger.now("2022-12-15T00:00:00");
    let sheet = ledger.sheet(&officer("SYT"), "SYT").await.unwrap().sheet.unwrap();
    assert_eq!(
        sheet.state(),
        pb::SheetState::AutoLocked,
        "read without any write or timer"
    );
    assert!(ledger.points().await.is_empty());
    let agree = ledger
        .ruling(
            "SYT",
            "I.3",
            (pb::Round::Round1, pb::Decision::Disagree, "0"),
            "Sai kỳ",
        )
        .await;
    ledger.appraise(&appraiser("SNV"), agree).await.unwrap();
    let rows = ledger.journal("2022/SYT").await;
    let locks: Vec<_> = rows.iter().filter(|row| row.act == "sheet.auto_lock").collect();
    assert_eq!(locks.len(), 1);
    assert_eq!(locks[0].actor, "system");
    assert!(locks[0].reason.contains("hệ thống tự chốt"));
    let points = ledger.points().await;
    assert_eq!(value(&points[&("SYT".to_owned(), "I.3".to_owned())]), "1.00");
    assert_eq!(value(&points[&("SYT".to_owned(), "I.2".to_owned())]), "0.00");
    assert_eq!(
        reason(ledger.submit(&head("SYT"), "SYT").await),
        "DEADLINE_PASSED"
    );
}

#[tokio::test]
async fn an_extension_opens_a_locked_sheet_again_and_its_decisions_go_stale() {
    let mut ledger = Ledger::open().await;
    ledger.save("SYT", "I.3", tier("1")).await.unwrap();
    ledger.now("2022-12-15T10:00:00");
    let agree = ledger
        .ruling(
            "SYT",
            "I.3",
            (pb::Round::Round1, pb::Decision::Disagree, "0"),
            "Sai kỳ",
        )
        .await;
    ledger.appraise(&appraiser("SNV"), agree).await.unwrap();
    let later = extended(cycle(), Window::SelfScoring, Some("SYT"), "2022-12-16T00:00:00");
    ledger.kit.ctx.cycles.replace(later);
    ledger.save("SYT", "I.3", tier("2")).await.unwrap();
    ledger.now("2022-12-16T00:00:00");
    let refused = ledger.close(pb::Round::Round1).await;
    assert_eq!(fields(refused.as_ref().unwrap_err()), ["SYT/I.3"]);
    assert_eq!(reason(refused), "ROUND_HAS_GAPS");
}

/// SNV judges SYT's I.3, which meets the sheet of a unit whose time is over.
async fn judge(ledger: &mut Ledger) {
    let disagree = (pb::Round::Round1, pb::Decision::Disagree, "0");
    let ruling = ledger.ruling("SYT", "I.3", disagree, "Sai kỳ").await;
    ledger.appraise(&appraiser("SNV"), ruling).await.unwrap();
}

#[tokio::test]
async fn a_sheet_that_was_opened_again_and_not_sent_is_taken_over_once_more() {
    let mut ledger = Ledger::open().await;
    let leaf = ("SYT".to_owned(), "I.3".to_owned());
    ledger.save("SYT", "I.3", tier("1")).await.unwrap();
    ledger.now("2022-12-15T10:00:00");
    judge(&mut ledger).await;
    assert_eq!(value(&ledger.points().await[&leaf]), "1.00");
    let later = extended(cycle(), Window::SelfScoring, Some("SYT"), "2022-12-16T00:00:00");
    ledger.kit.ctx.cycles.replace(later);
    let sheet = ledger.sheet(&head("SYT"), "SYT").await.unwrap().sheet.unwrap();
    assert_eq!((sheet.state(), sheet.submitted_at), (pb::SheetState::Draft, None));
    ledger.save("SYT", "I.3", tier("2")).await.unwrap();
    ledger.now("2022-12-16T00:00:00");
    for _twice in 0..2 {
        judge(&mut ledger).await;
        assert_eq!(value(&ledger.points().await[&leaf]), "2.00");
    }
    let sheet = ledger.sheet(&head("SYT"), "SYT").await.unwrap().sheet.unwrap();
    assert_eq!(sheet.state(), pb::SheetState::AutoLocked);
    let end = at("2022-12-16T00:00:00");
    assert_eq!(sheet.submitted_at, Some(chiso_wire::convert::timestamp(end)));
    let acts = ledger.journal("2022/SYT").await;
    let locks = acts.iter().filter(|act| act.act == "sheet.auto_lock");
    assert_eq!(locks.count(), 2, "once for each end");
}

#[tokio::test]
async fn lists_are_paged_in_the_official_order() {
    let mut ledger = Ledger::open().await;
    let page = |ledger: &Ledger, token: &str, who: &As| {
        let message = pb::ListSheetsRequest {
            cycle: CYCLE.to_owned(),
            page_size: 3,
            page_token: token.to_owned(),
        };
        ledger.kit.request(message, who)
    };
    let request = page(&ledger, "", &organiser());
    let first = ledger.client.list_sheets(request).await.unwrap().into_inner();
    let units = |sheets: &[pb::Sheet]| sheets.iter().map(|s| s.unit.clone()).collect::<Vec<_>>();
    assert_eq!(units(&first.sheets), ["SNV", "STC", "SYT"]);
    let request = page(&ledger, &first.next_page_token, &organiser());
    let second = ledger.client.list_sheets(request).await.unwrap().into_inner();
    assert_eq!(units(&second.sheets), ["SXD"]);
    assert_eq!(second.next_page_token, "");
    let request = page(&ledger, "", &officer("SYT"));
    let own = ledger.client.list_sheets(request).await.unwrap().into_inner();
    assert_eq!(units(&own.sheets), ["SYT"]);
    let request = page(&ledger, "", &As::role(Role::Consumer));
    assert_eq!(
        reason(ledger.client.list_sheets(request).await),
        "PERMISSION_DENIED"
    );
}

#[tokio::test]
async fn every_save_is_one_journal_row_with_before_and_after_and_the_chain_holds() {
    let mut ledger = Ledger::open().await;
    ledger.save("SYT", "I.3", tier("1")).await.unwrap();
    ledger.save("SYT", "I.3", tier("2")).await.unwrap();
    let rows = ledger.journal("2022/SYT/I.3").await;
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[0].before, "");
    assert!(
        rows[1].before.contains("\"1.00\"") && rows[1].after.contains("\"2.00\""),
        "{rows:?}"
    );
    let chain = chiso_platform::journal::verify(&ledger.kit.ctx.db, "ledger")
        .await
        .unwrap();
    assert_eq!(chain, chiso_platform::journal::Chain::Whole(2));
}
