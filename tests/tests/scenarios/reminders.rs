//! Reminders: whoever is late is told before a window ends, and where the organiser asks for it; nobody else, and nobody
//! twice a day.

use std::collections::{BTreeMap, BTreeSet};

use chiso_platform::error::reason_of;
use chiso_platform::testkit::smtp::Server;
use chiso_tests::{CYCLE, Shape, Year, at, call, scenario};
use chiso_wire::convert::timestamp;
use chiso_wire::kernel as kpb;
use chiso_wire::ledger as lpb;
use chiso_wire::recheck as rpb;
use chiso_wire::registry;
use chiso_wire::survey as spb;

use crate::mail::{by_person, fill_sheet, is_reminder, kind, letters, letters_of, reachable, send_sheet};

scenario!(who_is_late_is_reminded_twice_and_nobody_else);
async fn who_is_late_is_reminded_twice_and_nobody_else(shape: Shape) {
    let server = Server::start().await;
    let year = Year::open_mailing(shape, &server.url()).await;
    for (person, email) in [
        (&year.cast.heads["VT"], "tt-vt@example.vn"),
        (&year.cast.heads["SNV"], "tt-snv@example.vn"),
        (&year.cast.appraisers["STC"], "td-stc@example.vn"),
        (&year.cast.leaders[0], "chutich@example.vn"),
    ] {
        reachable(&year, person, email).await;
    }
    year.enter("2022-12-10T08:00:00+07:00");
    fill_sheet(&year, "SNV").await;
    send_sheet(&year, "SNV").await;
    letters(&server, 1).await;
    // Self-scoring ends with the fourteenth, the first appraisal with the eighteenth, leaders' marking with the
    // twenty-seventh. Each later look would write again to whoever was late earlier; its own letter tells that it was.
    let (unit, agency, leader) = ("tt-vt@example.vn", "td-stc@example.vn", "chutich@example.vn");
    for (instant, wanted) in [
        ("2022-12-12T08:00:00+07:00", vec![(unit, 1)]),
        ("2022-12-14T08:00:00+07:00", vec![(unit, 2)]),
        ("2022-12-16T08:00:00+07:00", vec![(agency, 1), (unit, 2)]),
        (
            "2022-12-27T08:00:00+07:00",
            vec![(leader, 1), (agency, 1), (unit, 2)],
        ),
    ] {
        if wanted.len() == 3 {
            year.name_leaders().await;
        }
        year.enter(instant);
        let late = letters_of(&server, is_reminder, wanted.iter().map(|(_, n)| n).sum()).await;
        let wanted = wanted.iter().map(|(to, n)| ((*to).to_owned(), *n));
        assert_eq!(by_person(&late), wanted.collect());
    }
}

/// Who was written to, who not again today, who has no address, and for what there is nobody.
fn numbers(told: &kpb::SendRemindersResponse) -> [i32; 4] {
    [told.letters, told.already, told.without_address, told.nobody]
}

async fn remind_units(year: &Year, window: lpb::RemindedWindow) -> Result<[i32; 4], tonic::Status> {
    let message = lpb::SendRemindersRequest {
        request_id: year.id(),
        cycle: CYCLE.to_owned(),
        window: window.into(),
    };
    let organiser = &year.cast.organiser.token;
    // Twice the same is once.
    let told = call!(year, ledger.send_reminders, organiser, message.clone())?;
    assert_eq!(call!(year, ledger.send_reminders, organiser, message)?, told);
    Ok(numbers(&told))
}

fn to_remind(year: &Year) -> kpb::SendRemindersRequest {
    kpb::SendRemindersRequest {
        request_id: year.id(),
        cycle: CYCLE.to_owned(),
    }
}

scenario!(whoever_is_late_is_reminded_once_a_day_where_the_organiser_asks);
async fn whoever_is_late_is_reminded_once_a_day_where_the_organiser_asks(shape: Shape) {
    let server = Server::start().await;
    let year = Year::open_mailing(shape, &server.url()).await;
    for (person, email) in [
        (&year.cast.heads["VT"], "tt-vt@example.vn"),
        (&year.cast.heads["SNV"], "tt-snv@example.vn"),
        (&year.cast.leaders[0], "chutich@example.vn"),
    ] {
        reachable(&year, person, email).await;
    }
    let scoring = lpb::RemindedWindow::SelfScoring;
    year.enter("2022-12-02T08:00:00+07:00");
    fill_sheet(&year, "SNV").await;
    send_sheet(&year, "SNV").await;
    // Long before the end: nobody is reminded by the clock. The others of the three units have no address.
    let told = remind_units(&year, scoring).await.unwrap();
    assert_eq!((told[0], told[1]), (1, 0), "{told:?}");
    let again = remind_units(&year, scoring).await.unwrap();
    assert_eq!((again[0], again[1]), (0, 1), "{again:?}");
    assert_eq!(again[2..], told[2..]);
    let late = letters_of(&server, |kind| kind == "sheet-late", 1).await;
    assert_eq!(late[0].to, ["tt-vt@example.vn"]);
    year.enter("2022-12-03T00:00:01+07:00");
    assert_eq!(remind_units(&year, scoring).await.unwrap()[0], 1);
    letters_of(&server, |kind| kind == "sheet-late", 2).await;
    // Two days before the end by the clock; whoever asks then writes to nobody.
    year.enter("2022-12-12T08:00:00+07:00");
    letters_of(&server, |kind| kind == "sheet-late", 3).await;
    assert_eq!(remind_units(&year, scoring).await.unwrap()[..2], [0, 1]);
    let early = remind_units(&year, lpb::RemindedWindow::Appraisal1).await;
    assert_eq!(reason_of(&early.unwrap_err()), "WINDOW_NOT_OPEN");
    let secretary = &year.cast.heads["SNV"].token;
    let message = to_remind(&year);
    let denied = call!(year, leaders.send_reminders, secretary, message).unwrap_err();
    assert_eq!(reason_of(&denied), "PERMISSION_DENIED");
    year.name_leaders().await;
    let organiser = &year.cast.organiser.token;
    let early = call!(year, leaders.send_reminders, organiser, to_remind(&year)).unwrap_err();
    assert_eq!(reason_of(&early), "WINDOW_NOT_OPEN");
    year.enter("2022-12-26T00:00:01+07:00");
    let late = remind_units(&year, scoring).await;
    assert_eq!(reason_of(&late.unwrap_err()), "DEADLINE_PASSED");
    // The clock is asked once an hour only, so whoever asks may be the first.
    let told = call!(year, leaders.send_reminders, organiser, to_remind(&year)).unwrap();
    assert_eq!(told.letters + told.already, 1, "{told:?}");
    let late = letters_of(&server, |kind| kind == "slip-late", 1).await;
    assert_eq!(late[0].to, ["chutich@example.vn"]);
}

scenario!(a_unit_that_was_given_more_time_is_reminded_of_its_new_end);
async fn a_unit_that_was_given_more_time_is_reminded_of_its_new_end(shape: Shape) {
    let server = Server::start().await;
    let year = Year::open_mailing(shape, &server.url()).await;
    reachable(&year, &year.cast.heads["VT"], "tt-vt@example.vn").await;
    year.enter("2022-12-10T08:00:00+07:00");
    fill_sheet(&year, "VT").await;
    // The first act on the sheet after its end takes it over as it is.
    year.enter("2022-12-15T08:00:00+07:00");
    let agency = year.entry("VT", "I.2").await.appraiser;
    let appraiser = &year.cast.appraisers[agency.as_str()];
    let unproven = lpb::appraise_entry_request::Value::Points("0".to_owned());
    let (place, round) = (("VT", "I.2"), lpb::Round::Round1);
    year.appraise(appraiser, place, round, lpb::Decision::Disagree, Some(unproven))
        .await
        .unwrap();
    let message = registry::ExtendWindowRequest {
        request_id: year.id(),
        cycle: CYCLE.to_owned(),
        window: registry::Window::SelfScoring.into(),
        unit: "VT".to_owned(),
        ends_at: Some(timestamp(at("2022-12-18T08:00:00+07:00"))),
        reason: "Mất điện".to_owned(),
    };
    let organiser = &year.cast.organiser.token;
    call!(year, registry.extend_window, organiser, message).unwrap();
    year.enter("2022-12-16T09:00:00+07:00");
    let late = letters_of(&server, |kind| kind == "sheet-late", 1).await;
    assert_eq!(late[0].to, ["tt-vt@example.vn"]);
}

scenario!(a_unit_that_has_not_answered_round_1_is_reminded);
async fn a_unit_that_has_not_answered_round_1_is_reminded(shape: Shape) {
    let server = Server::start().await;
    let year = Year::open_mailing(shape, &server.url()).await;
    for (unit, email) in [("VT", "tt-vt@example.vn"), ("SNV", "tt-snv@example.vn")] {
        reachable(&year, &year.cast.heads[unit], email).await;
    }
    year.between_the_rounds().await;
    let open = |kind: &str| kind == "explanation-late";
    // Explanations end with the twenty-first; nobody asked anything of SNV.
    for (instant, reminders) in [("2022-12-20T09:00:00+07:00", 1), ("2022-12-21T09:00:00+07:00", 2)] {
        year.enter(instant);
        let late = letters_of(&server, open, reminders).await;
        let told = BTreeMap::from([("tt-vt@example.vn".to_owned(), reminders)]);
        assert_eq!(by_person(&late), told);
    }
}

scenario!(whoever_has_open_visits_or_cases_is_reminded);
async fn whoever_has_open_visits_or_cases_is_reminded(shape: Shape) {
    let server = Server::start().await;
    let mut year = Year::open_mailing(shape, &server.url()).await;
    for (person, email) in [
        (&year.cast.interviewer, "dieutra@example.vn"),
        (&year.cast.supervisor, "giamsat@example.vn"),
        (&year.cast.verifier, "phuctra@example.vn"),
    ] {
        reachable(&year, person, email).await;
    }
    year.prepare_survey().await;
    let message = spb::AssignRespondentsRequest {
        request_id: year.id(),
        cycle: CYCLE.to_owned(),
        interviewer: year.cast.interviewer.id.clone(),
        unit: "VT".to_owned(),
        group: "HDND".to_owned(),
        ..Default::default()
    };
    let supervisor = &year.cast.supervisor.token;
    call!(year, survey.assign_respondents, supervisor, message).unwrap();
    // Nine days before the end, where the supervisor asks for it.
    year.enter("2022-11-21T08:00:00+07:00");
    let told = call!(year, survey.send_reminders, supervisor, to_remind(&year)).unwrap();
    assert_eq!(numbers(&told), [1, 0, 0, 0]);
    let asked = letters_of(&server, is_reminder, 1).await;
    assert_eq!(asked[0].to, ["dieutra@example.vn"]);
    let interviewer = &year.cast.interviewer.token;
    let denied = call!(year, survey.send_reminders, interviewer, to_remind(&year)).unwrap_err();
    assert_eq!(reason_of(&denied), "PERMISSION_DENIED");
    // The survey ends with November.
    year.enter("2022-11-28T08:00:00+07:00");
    let late = letters_of(&server, is_reminder, 3).await;
    let found = late.iter().skip(1).map(|one| (one.to[0].clone(), kind(one)));
    let wanted = [
        ("dieutra@example.vn", "visits-late"),
        ("giamsat@example.vn", "survey-late"),
    ];
    let wanted = wanted.map(|(to, kind)| (to.to_owned(), kind.to_owned()));
    assert_eq!(found.collect::<BTreeSet<_>>(), wanted.into());
}

scenario!(cases_that_nobody_has_are_told_to_all_verifiers);
async fn cases_that_nobody_has_are_told_to_all_verifiers(shape: Shape) {
    let server = Server::start().await;
    let mut year = Year::open_mailing(shape, &server.url()).await;
    reachable(&year, &year.cast.verifier, "phuctra@example.vn").await;
    year.prepare_survey().await;
    year.fieldwork().await;
    year.draw().await;
    let message = rpb::TakeNextCaseRequest {
        request_id: year.id(),
        cycle: CYCLE.to_owned(),
    };
    let verifier = &year.cast.verifier.token;
    let taken = call!(year, recheck.take_next_case, verifier, message).unwrap();
    assert!(taken.case.is_some());
    // Whoever has a case is told of that, and not of those that nobody has as well.
    let organiser = &year.cast.organiser.token;
    let told = call!(year, recheck.send_reminders, organiser, to_remind(&year)).unwrap();
    assert_eq!(told.letters, 1, "{told:?}");
    letters_of(&server, |kind| kind == "cases-late", 1).await;
    // The recheck ends with the ninth. By then the case that was taken is nobody's again.
    for (instant, number) in [("2022-12-08T08:00:00+07:00", 1), ("2022-12-09T08:00:00+07:00", 2)] {
        year.enter(instant);
        let late = letters_of(&server, |kind| kind == "pool-late", number).await;
        assert!(late.iter().all(|letter| letter.to == ["phuctra@example.vn"]));
    }
    letters_of(&server, |kind| kind == "cases-late", 1).await;
}
