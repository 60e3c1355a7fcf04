//! Bad input: a clear error with its field and a Vietnamese sentence, and nothing changed.

use chiso_domain::kernel::time::SECOND;
use chiso_tests::{CYCLE, Shape, Year, at, call, refused, scenario};
use chiso_wire::convert::timestamp;
use chiso_wire::kernel as k;
use chiso_wire::ledger as lpb;
use chiso_wire::recheck as rpb;
use chiso_wire::survey as pb;
use k::leaf_input::Kind;
use lpb::appraise_entry_request::Value;
use lpb::{Decision, Round};
use tonic::Code::{Aborted, FailedPrecondition, InvalidArgument, NotFound, PermissionDenied};

async fn surveying(shape: Shape) -> Year {
    let mut year = Year::open(shape).await;
    year.prepare_survey().await;
    year.enter("2022-11-20T08:00:00+07:00");
    year
}

fn input(kind: Kind) -> k::LeafInput {
    k::LeafInput { kind: Some(kind) }
}

fn answered(value: &str) -> Vec<pb::Answer> {
    let (question, value) = ("Q1".to_owned(), value.to_owned());
    vec![pb::Answer { question, value }]
}

/// A refusal, and how to spoil a good slip.
type Fault = (tonic::Code, &'static str, &'static str, fn(&mut pb::NewSlip));

const FAULTS: [Fault; 11] = [
    (NotFound, "UNIT_UNKNOWN", "unit", |s| {
        s.unit = "KHONGCO".to_owned()
    }),
    (NotFound, "GROUP_UNKNOWN", "group", |s| {
        s.group = "DN_CN".to_owned()
    }),
    (NotFound, "RESPONDENT_UNKNOWN", "respondent_id", |s| {
        s.respondent_id.clone_from(&s.slip_id)
    }),
    (InvalidArgument, "RESPONSE_INCOMPLETE", "answers[0].value", |s| {
        s.answers = answered("")
    }),
    (InvalidArgument, "OPTION_UNKNOWN", "answers[0].value", |s| {
        s.answers = answered("6")
    }),
    (InvalidArgument, "NOT_PERSONAL", "answered_personally", |s| {
        s.answered_personally = false
    }),
    (
        InvalidArgument,
        "QUESTIONNAIRE_UNKNOWN",
        "questionnaire_sha256",
        |s| {
            s.questionnaire_sha256 = "00".repeat(32);
        },
    ),
    (InvalidArgument, "FIELD_INVALID", "slip_id", |s| {
        s.slip_id = "1".to_owned()
    }),
    (InvalidArgument, "SLIP_TIMES_REVERSED", "ended_at", |s| {
        std::mem::swap(&mut s.started_at, &mut s.ended_at);
    }),
    (InvalidArgument, "SLIP_ENDS_AHEAD", "ended_at", |s| {
        s.ended_at = Some(timestamp(at("2022-11-20T08:05:01+07:00")));
    }),
    (InvalidArgument, "ANSWER_HAS_NUL", "answers[1].value", |s| {
        let (question, value) = ("gop_y".to_owned(), "Tốt\0".to_owned());
        s.answers.push(pb::Answer { question, value });
    }),
];

scenario!(a_faulty_slip_changes_nothing);
async fn a_faulty_slip_changes_nothing(shape: Shape) {
    let year = surveying(shape).await;
    let stranger = year.register("0987654321", vec!["STC".to_owned()]).await.unwrap();
    let good = || year.slip("SNV", &year.deputies[0], "5");
    let before = year.state().await;
    for (code, reason, field, spoil) in FAULTS {
        let mut slip = good();
        spoil(&mut slip);
        refused(year.submit(slip).await, code, reason, field);
    }
    let slip = year.slip("SNV", &stranger, "5");
    refused(year.submit(slip).await, InvalidArgument, "NO_DEALINGS", "unit");
    assert_eq!(year.state().await, before);

    year.submit(good()).await.unwrap();
    let before = year.state().await;
    let again = year.submit(good()).await;
    refused(again, Aborted, "DUPLICATE_RESPONDENT", "respondent_id");
    assert_eq!(year.state().await, before);
}

scenario!(a_unit_or_cycle_that_is_not_there_is_named);
async fn a_unit_or_cycle_that_is_not_there_is_named(shape: Shape) {
    let year = Year::open(shape).await;
    year.enter("2022-12-10T08:00:00+07:00");
    let organiser = &year.cast.organiser;
    let role = chiso_wire::identity::Role::UnitOfficer;
    let officer = chiso_tests::hire(&year.sandbox, organiser, "lac-loai", role, "KHONGCO").await;
    let before = year.state().await;
    let message = lpb::SaveEntryRequest {
        request_id: year.id(),
        cycle: CYCLE.to_owned(),
        unit: "KHONGCO".to_owned(),
        criterion: "I.1".to_owned(),
        version: 0,
        input: Some(input(Kind::Achieved(true))),
        explanation: String::new(),
    };
    let answer = call!(year, ledger.save_entry, &officer.token, message.clone());
    refused(answer, NotFound, "UNIT_UNKNOWN", "unit");
    let message = lpb::GetSheetRequest {
        cycle: "1999".to_owned(),
        unit: "SNV".to_owned(),
    };
    let answer = call!(year, ledger.get_sheet, &organiser.token, message);
    refused(answer, NotFound, "CYCLE_UNKNOWN", "cycle");
    assert_eq!(year.state().await, before);
}

scenario!(the_last_microsecond_of_the_survey_counts_and_the_next_does_not);
async fn the_last_microsecond_of_the_survey_counts_and_the_next_does_not(shape: Shape) {
    let year = surveying(shape).await;
    let end = at("2022-12-01T00:00:00+07:00");
    let early = year.slip("SNV", &year.deputies[0], "5");
    let late = year.slip("SNV", &year.deputies[1], "5");
    year.clock.set(end.plus(-1));
    year.submit(early).await.unwrap();
    let before = year.state().await;
    for micros in [0, 1, SECOND] {
        year.clock.set(end.plus(micros));
        refused(
            year.submit(late.clone()).await,
            FailedPrecondition,
            "DEADLINE_PASSED",
            "calendar.SURVEY",
        );
    }
    assert_eq!(year.state().await, before);
}

scenario!(an_entry_off_its_scale_changes_nothing);
async fn an_entry_off_its_scale_changes_nothing(shape: Shape) {
    let year = Year::open(shape).await;
    year.enter("2022-12-10T08:00:00+07:00");
    let before = year.state().await;
    let tier = |points: &str| input(Kind::Tier(points.to_owned()));
    let off = year.save("SNV", "II.1", tier("1.5"), 0).await;
    refused(off, InvalidArgument, "SCORE_NOT_ON_SCALE", "input");
    let above = year.save("SNV", "II.1", tier("10.01"), 0).await;
    refused(above, InvalidArgument, "SCORE_ABOVE_MAXIMUM", "input");
    let wrong = year.save("SNV", "I.1", tier("20"), 0).await;
    refused(wrong, InvalidArgument, "INPUT_KIND_WRONG", "input");
    let negative = year.save("SNV", "II.2", input(Kind::Count(-1)), 0).await;
    refused(negative, InvalidArgument, "COUNT_OUT_OF_RANGE", "input");
    let unknown = year.save("SNV", "I.9", input(Kind::Achieved(true)), 0).await;
    refused(unknown, NotFound, "CRITERION_UNKNOWN", "criterion");
    let imported = year
        .save("SNV", "II.3", input(Kind::ExternalScore("90".to_owned())), 0)
        .await;
    refused(imported, InvalidArgument, "LEAF_NOT_ENTERED_BY_UNIT", "criterion");
    assert_eq!(year.state().await, before);
}

scenario!(an_entry_is_in_time_unread_and_once);
async fn an_entry_is_in_time_unread_and_once(shape: Shape) {
    let year = Year::open(shape).await;
    year.enter("2022-12-10T08:00:00+07:00");
    let message = lpb::SaveEntryRequest {
        request_id: year.id(),
        cycle: CYCLE.to_owned(),
        unit: "SNV".to_owned(),
        criterion: "I.1".to_owned(),
        version: 0,
        input: Some(input(Kind::Achieved(true))),
        explanation: "Đã phê duyệt".to_owned(),
    };
    let token = &year.cast.officers["SNV"].token;
    let first = call!(year, ledger.save_entry, token, message.clone()).unwrap();
    let before = year.state().await;
    assert_eq!(
        call!(year, ledger.save_entry, token, message.clone()).unwrap(),
        first
    );
    let other = lpb::SaveEntryRequest {
        explanation: "Khác".to_owned(),
        ..message.clone()
    };
    let answer = call!(year, ledger.save_entry, token, other);
    refused(answer, Aborted, "REQUEST_ID_REUSED", "request_id");
    let stale = lpb::SaveEntryRequest {
        request_id: year.id(),
        ..message.clone()
    };
    let answer = call!(year, ledger.save_entry, token, stale);
    refused(answer, Aborted, "VERSION_CONFLICT", "version");
    let theirs = lpb::SaveEntryRequest {
        request_id: year.id(),
        unit: "STC".to_owned(),
        ..message.clone()
    };
    let answer = call!(year, ledger.save_entry, token, theirs);
    refused(answer, PermissionDenied, "UNIT_NOT_YOURS", "unit");
    year.enter("2022-12-15T00:00:00+07:00");
    let late = lpb::SaveEntryRequest {
        request_id: year.id(),
        criterion: "I.2".to_owned(),
        ..message
    };
    let answer = call!(year, ledger.save_entry, token, late);
    refused(
        answer,
        FailedPrecondition,
        "DEADLINE_PASSED",
        "calendar.SELF_SCORING",
    );
    assert_eq!(year.state().await, before);
}

scenario!(an_appraiser_keeps_off_the_own_unit_and_asks_for_evidence_once);
async fn an_appraiser_keeps_off_the_own_unit_and_asks_for_evidence_once(shape: Shape) {
    let year = Year::open(shape).await;
    year.self_scoring().await;
    year.enter("2022-12-15T08:00:00+07:00");
    let snv = &year.cast.appraisers["SNV"];
    let stc = &year.cast.appraisers["STC"];
    let before = year.state().await;
    // I.2 is SNV's to decide everywhere but at home, where STC stands in.
    let answer = year
        .appraise(snv, ("SNV", "I.2"), Round::Round1, Decision::Agree, None)
        .await;
    refused(answer, PermissionDenied, "APPRAISER_OF_OWN_UNIT", "unit");
    let answer = year
        .appraise(stc, ("VT", "I.2"), Round::Round1, Decision::Agree, None)
        .await;
    refused(answer, PermissionDenied, "NOT_APPRAISER_OF_LEAF", "criterion");
    let half = Some(Value::Points("2.5".to_owned()));
    let answer = year
        .appraise(snv, ("VT", "II.1"), Round::Round1, Decision::Disagree, half)
        .await;
    refused(answer, InvalidArgument, "SCORE_NOT_ON_SCALE", "input");
    assert_eq!(year.state().await, before);

    year.round(Round::Round1, &[]).await;
    year.enter("2022-12-19T00:00:00+07:00");
    year.close_round(Round::Round1).await;
    year.enter("2022-12-22T08:00:00+07:00");
    let before = year.state().await;
    let nothing = Some(Value::Points("0".to_owned()));
    let answer = year
        .appraise(
            stc,
            ("VT", "I.1"),
            Round::Round2,
            Decision::RequestEvidence,
            nothing,
        )
        .await;
    refused(answer, InvalidArgument, "ROUND_2_REQUEST_REFUSED", "decision");
    assert_eq!(year.state().await, before);
}

scenario!(a_seed_is_long_enough_and_entered_once);
async fn a_seed_is_long_enough_and_entered_once(shape: Shape) {
    let mut year = Year::open(shape).await;
    year.prepare_survey().await;
    year.fieldwork().await;
    year.enter("2022-12-02T08:00:00+07:00");
    let lot_id = year.close_lot().await;
    let token = &year.cast.organiser.token;
    let message = |seed: &str| rpb::EnterSeedRequest {
        request_id: year.id(),
        lot_id: lot_id.clone(),
        stage: 1,
        seed: seed.to_owned(),
        ceremony: "Gieo xúc xắc".to_owned(),
        rate_percent: 0,
    };
    let before = year.state().await;
    let answer = call!(year, recheck.enter_seed, token, message("1234567890123456789"));
    refused(answer, InvalidArgument, "SEED_TOO_SHORT", "seed");
    let answer = call!(year, recheck.enter_seed, token, message("1234567890123456789x"));
    refused(answer, InvalidArgument, "SEED_NOT_DIGITS", "seed");
    assert_eq!(year.state().await, before);

    call!(year, recheck.enter_seed, token, message("12345678901234567890")).unwrap();
    let before = year.state().await;
    let answer = call!(year, recheck.enter_seed, token, message("98765432109876543210"));
    refused(answer, FailedPrecondition, "SEED_ALREADY_ENTERED", "stage");
    assert_eq!(year.state().await, before);
}

scenario!(a_missing_leaf_stops_publication_and_is_named);
async fn a_missing_leaf_stops_publication_and_is_named(shape: Shape) {
    let mut year = Year::open(shape).await;
    year.prepare_survey().await;
    let slips = year.fieldwork().await;
    year.recheck_all(&slips).await;
    year.self_scoring().await;
    year.appraisals().await;
    // Everything but the external index II.3.
    year.leaders_mark().await;
    let before = year.state().await;
    let status = year.publish("").await.unwrap_err();
    let fields = chiso_platform::error::violations_of(&status);
    refused::<()>(Err(status), FailedPrecondition, "NOT_READY", &fields[0].0);
    assert_eq!(fields.len(), 4, "{fields:?}");
    assert!(
        fields
            .iter()
            .all(|(field, why)| field.contains("II.3") && !why.is_ascii()),
        "{fields:?}"
    );
    assert_eq!(year.state().await, before);
}
