//! Who may open what: every page by every kind of person in every state of a cycle, against `pages.txt`.
//!
//! Each page is really opened, with the cookie of somebody who signed in, and a form is really sent to each address that
//! only signed in people of some role may send to, with a token that is not theirs, so that nothing is done. An answer is
//! the page, the way elsewhere (303), no such page (404) or an address that only forms are sent to (405); anything else
//! is a fault.
//!
//! **A new page** has a line as soon as it is mounted: write the file with `UPDATE_PAGES=1 cargo test -p chiso-tests --test
//! pages deny` and read the difference as what it is: who sees what. Where its path has a part that [`Things`] does not
//! know, or names a thing that is not there, so that nobody ever sees the page, the test says so: put one there (`things.rs`).

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use chiso_gateway::{Route, Who, pages};
use chiso_platform::clock::Clock;
use chiso_tests::{CYCLE, Shape, UNITS, Year, call, entries, hire_with};
use chiso_wire::identity as pb;
use chiso_wire::registry::CreateCycleRequest;
use chiso_wire::{ledger, recheck, survey};
use ledger::upload_evidence_request::Part;
use pb::{Grant, Role};
use sha2::{Digest, Sha256};

use crate::pages_table::{compare, written};
use crate::site::{Browser, routes, settings};
use crate::things::Things;
use crate::trespass::trespass;

/// Letter and role, as in the matrix of RPCs, each in every cycle; of a unit the first one.
const ROLES: [(char, Role); 12] = [
    ('O', Role::Organiser),
    ('s', Role::SurveySupervisor),
    ('i', Role::Interviewer),
    ('v', Role::Verifier),
    ('u', Role::UnitOfficer),
    ('h', Role::UnitHead),
    ('a', Role::Appraiser),
    ('c', Role::CouncilChair),
    ('l', Role::Leader),
    ('y', Role::LeaderSecretary),
    ('A', Role::Auditor),
    ('x', Role::Consumer),
];

/// Those whose things they are: letter and login.
const OWNERS: [(char, &str); 4] = [
    ('I', "dieutra"),
    ('V', "phuctra"),
    ('U', "cb-stc"),
    ('B', "td-stc"),
];

/// A cycle that was made and not opened.
const MADE: &str = "2023";
/// A cycle that there is not, which somebody organises all the same.
const OTHER: &str = "2021";
/// Under which the table tells who may send a form.
pub(crate) const SENT: &str = "sent";

/// Pages that nobody can see here, and why.
const UNSEEN: [(&str, &str); 2] = [
    ("/_/components", "served in development only"),
    ("/xep-hang/{cycle}", "leads on to the first type"),
];

/// Login by letter; an empty one is nobody's.
type People = Vec<(char, String)>;
/// Page, then state, then who sees it.
pub(crate) type Found = BTreeMap<&'static str, Vec<(&'static str, String)>>;
/// What one person saw of each page, and the answers that are none of those that there should be.
type Seen = (Vec<char>, Vec<String>);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_page_is_open_to_whom_it_is_said_to_be() {
    let mut year = Year::open(Shape::Embedded).await;
    make_another(&year).await;
    let people = people(&year).await;
    let (mut found, mut things) = (Found::new(), Things::none());
    open_all(&year, &people, ("setup", MADE), &mut things, &mut found).await;

    year.prepare_survey().await;
    asked_for(&year, &mut things).await;
    open_all(&year, &people, ("survey", CYCLE), &mut things, &mut found).await;

    let slips = year.fieldwork().await;
    year.recheck_all(&slips).await;
    look_up(&year, &mut things).await;
    open_all(&year, &people, ("open", CYCLE), &mut things, &mut found).await;
    send_all(&year, &people, &things, &mut found).await;
    trespass(&year, browsers(&pages_of(&year), &people).await, &things).await;

    self_scoring(&year).await;
    year.appraisals().await;
    let scores = UNITS.map(|unit| (unit, "50"));
    year.import_external(&scores).await.unwrap();
    year.leaders_mark().await;
    look_up(&year, &mut things).await;
    open_all(&year, &people, ("locked", CYCLE), &mut things, &mut found).await;
    year.publish("").await.unwrap();
    open_all(&year, &people, ("published", CYCLE), &mut things, &mut found).await;
    compare(&written(&found));
    assert!(
        unseen(&found).is_empty(),
        "nobody ever sees {:?}: put a thing that there is into `Things`",
        unseen(&found)
    );
}

/// A cycle that is being set up.
pub(crate) async fn make_another(year: &Year) {
    let message = CreateCycleRequest {
        request_id: year.id(),
        cycle: MADE.to_owned(),
        province: "Phú Thọ".to_owned(),
        regulation: "Quyết định số 2419/QĐ-UBND ngày 15/9/2022".to_owned(),
    };
    call!(year, registry.create_cycle, &year.cast.organiser.token, message).unwrap();
}

/// Nobody, somebody without any role, everybody with their role in every cycle, so that only the page and the state of
/// its cycle decide; then those whose things they are, and who organises this cycle alone or another one.
async fn people(year: &Year) -> People {
    let organiser = &year.cast.organiser;
    let mut people = vec![('-', String::new())];
    let grant = |role: Role, cycle: &str, unit: &str| Grant {
        role: role.into(),
        cycle: cycle.to_owned(),
        unit: unit.to_owned(),
    };
    let consumer = grant(Role::Consumer, "", "");
    let without = hire_with(&year.sandbox, organiser, "trang-0", consumer.clone()).await;
    let message = pb::RevokeRoleRequest {
        request_id: year.id(),
        person_id: without.id,
        grant: Some(consumer),
        reason: "Thôi nhiệm vụ".to_owned(),
    };
    call!(year, identity.revoke_role, &organiser.token, message).unwrap();
    people.push(('0', "trang-0".to_owned()));
    for (letter, role) in ROLES {
        let unit = match role {
            Role::UnitOfficer | Role::UnitHead | Role::Appraiser => UNITS[0],
            Role::LeaderSecretary => &year.cast.leaders[0].id,
            _ => "",
        };
        let login = format!("trang-{}", role.as_str_name().to_lowercase().replace("role_", ""));
        hire_with(&year.sandbox, organiser, &login, grant(role, "", unit)).await;
        people.push((letter, login));
    }
    people.extend(OWNERS.map(|(letter, login)| (letter, login.to_owned())));
    for (letter, cycle) in [('K', CYCLE), ('Z', OTHER)] {
        let login = format!("trang-dot-{cycle}");
        hire_with(
            &year.sandbox,
            organiser,
            &login,
            grant(Role::Organiser, cycle, ""),
        )
        .await;
        people.push((letter, login));
    }
    people
}

/// A person to be asked, a draft about them, and a slip that the supervisor gave back.
async fn asked_for(year: &Year, things: &mut Things) {
    things.0.insert("slip", returned_slip(year).await);
    // One who is asked already, and one who is not.
    let (unit, deputy, next) = (UNITS[0], &year.deputies[1], &year.deputies[2]);
    let message = survey::AssignRespondentsRequest {
        request_id: year.id(),
        cycle: CYCLE.to_owned(),
        unit: unit.to_owned(),
        respondent_ids: vec![deputy.clone(), next.clone()],
        interviewer: year.cast.interviewer.id.clone(),
        ..Default::default()
    };
    call!(
        year,
        survey.assign_respondents,
        &year.cast.supervisor.token,
        message
    )
    .unwrap();
    let slip = year.slip(unit, deputy, "5");
    let draft = survey::Draft {
        slip_id: slip.slip_id.clone(),
        cycle: slip.cycle,
        unit: slip.unit,
        group: slip.group,
        respondent_id: slip.respondent_id,
        questionnaire_sha256: slip.questionnaire_sha256,
        started_at: slip.started_at,
        // Who has not agreed is not asked, and the page leads away.
        agreed: true,
        ..Default::default()
    };
    let message = survey::SaveDraftRequest {
        request_id: year.id(),
        draft: Some(draft),
    };
    call!(year, survey.save_draft, &year.cast.interviewer.token, message).unwrap();
    things.0.extend([
        ("respondent", next.clone()),
        ("khao-sat/phieu/id", slip.slip_id),
        ("quan-tri/tai-khoan/id", year.cast.interviewer.id.clone()),
    ]);
}

/// A slip that the supervisor gave back.
async fn returned_slip(year: &Year) -> String {
    year.enter("2022-11-19T08:00:00+07:00");
    let slip = year.slip(UNITS[0], &year.deputies[0], "5");
    let slip_id = slip.slip_id.clone();
    year.submit(slip).await.unwrap();
    let message = survey::ReturnSlipRequest {
        request_id: year.id(),
        slip_id: slip_id.clone(),
        reason: "Số điện thoại sai".to_owned(),
    };
    call!(year, survey.return_slip, &year.cast.supervisor.token, message).unwrap();
    slip_id
}

/// Things that there are by now.
async fn look_up(year: &Year, things: &mut Things) {
    let organiser = &year.cast.organiser.token;
    let message = recheck::ListLotsRequest {
        cycle: CYCLE.to_owned(),
        ..Default::default()
    };
    let lots = call!(year, recheck.list_lots, organiser, message).unwrap().lots;
    let lot = lots[0].lot_id.clone();
    let message = recheck::ListCasesRequest {
        lot_id: lot.clone(),
        ..Default::default()
    };
    let cases = call!(year, recheck.list_cases, organiser, message).unwrap().cases;
    things.0.extend([
        ("phuc-tra/lo/id", lot),
        ("phuc-tra/phieu/id", cases[0].case_id.clone()),
    ]);
    let message = ledger::ListPenaltiesRequest {
        cycle: CYCLE.to_owned(),
        ..Default::default()
    };
    let all = call!(year, ledger.list_penalties, organiser, message)
        .unwrap()
        .penalties;
    things
        .0
        .extend(all.first().map(|penalty| ("penalty", penalty.penalty_id.clone())));
    if year.clock.now() < chiso_tests::at("2022-12-05T00:00:00+07:00") {
        things.0.insert("evidence", file(year).await);
    }
    things.0.extend(reopening(year).await.map(|id| ("reopening", id)));
}

/// What the first unit asks after self-scoring; none before and after the time for it.
async fn reopening(year: &Year) -> Option<String> {
    let message = ledger::AskReopeningRequest {
        request_id: year.id(),
        reopening_id: year.id(),
        cycle: CYCLE.to_owned(),
        unit: UNITS[0].to_owned(),
        window: ledger::ReopenedWindow::SelfScoring.into(),
        reason: "Mất điện".to_owned(),
    };
    let token = &year.cast.officers[UNITS[0]].token;
    let asked = call!(year, ledger.ask_reopening, token, message).ok()?;
    Some(asked.reopening?.reopening_id)
}

/// Every unit scores itself over what is there already, and sends it.
async fn self_scoring(year: &Year) {
    year.enter("2022-12-10T08:00:00+07:00");
    for unit in UNITS {
        for (criterion, input) in entries(unit).leaves() {
            let version = year.entry(unit, criterion).await.version;
            year.save(unit, criterion, input, version).await.unwrap();
            year.link(unit, criterion).await.unwrap();
        }
        let message = ledger::SubmitSheetRequest {
            request_id: year.id(),
            cycle: CYCLE.to_owned(),
            unit: unit.to_owned(),
        };
        call!(year, ledger.submit_sheet, &year.cast.heads[unit].token, message).unwrap();
    }
}

/// A file of the first unit.
async fn file(year: &Year) -> String {
    let bytes = b"%PDF-1.7\n%%EOF\n".to_vec();
    let evidence_id = year.id();
    let header = ledger::UploadHeader {
        request_id: year.id(),
        evidence_id: evidence_id.clone(),
        cycle: CYCLE.to_owned(),
        unit: UNITS[0].to_owned(),
        criterion: "I.1".to_owned(),
        document: "12/BC".to_owned(),
        file_name: "a.pdf".to_owned(),
        ..ledger::UploadHeader::default()
    };
    let end = ledger::UploadEnd {
        size_bytes: bytes.len().try_into().unwrap(),
        sha256: hex(&Sha256::digest(&bytes)),
    };
    let parts = [Part::Header(header), Part::Chunk(bytes.into()), Part::End(end)];
    let parts = parts.map(|part| ledger::UploadEvidenceRequest { part: Some(part) });
    let token = &year.cast.officers[UNITS[0]].token;
    call!(year, ledger.upload_evidence, token, tokio_stream::iter(parts)).unwrap();
    evidence_id
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Everybody's browser.
async fn browsers(router: &Router, people: &People) -> Vec<(char, Browser)> {
    let mut browsers = Vec::new();
    for (letter, login) in people {
        let mut browser = Browser::on(router);
        if !login.is_empty() {
            browser.enter(login).await;
        }
        browsers.push((*letter, browser));
    }
    browsers
}

/// Opens every page as everybody.
async fn open_all(
    year: &Year,
    people: &People,
    (state, cycle): (&'static str, &str),
    things: &mut Things,
    found: &mut Found,
) {
    let router = pages_of(year);
    let front = Browser::on(&router).get("/xep-hang").await;
    let styles = front
        .text
        .split("href=\"/_/")
        .nth(1)
        .and_then(|rest| rest.split('"').next());
    things.0.extend(styles.map(|styles| ("name", styles.to_owned())));
    let addresses = pages()
        .into_iter()
        .map(|route| Some(things.filled(route.path, cycle)));
    let looked = as_everybody(&router, people, addresses.collect(), false).await;
    note(found, state, looked);
}

/// Sends a form to every address as everybody who signed in: with somebody else's token, so that nothing is done.
async fn send_all(year: &Year, people: &People, things: &Things, found: &mut Found) {
    let router = pages_of(year);
    let of_roles = pages().into_iter().map(|route| match route {
        Route {
            path,
            who: Who::Roles(_) | Who::Everywhere(_),
        } => Some(things.filled(path, CYCLE)),
        _ => None,
    });
    let looked = as_everybody(&router, people, of_roles.collect(), true).await;
    note(found, SENT, looked);
}

fn pages_of(year: &Year) -> Router {
    routes(&year.sandbox, &Clock::simulated(year.clock.now()), settings())
}

/// What each of them sees at each address, all at once.
async fn as_everybody(
    router: &Router,
    people: &People,
    addresses: Arc<[Option<String>]>,
    sends: bool,
) -> Vec<Seen> {
    let mut all = Vec::new();
    for (letter, browser) in browsers(router, people).await {
        let addresses = Arc::clone(&addresses);
        all.push(tokio::spawn(looked(letter, browser, addresses, sends)));
    }
    let mut columns = Vec::new();
    for one in all {
        columns.push(one.await.unwrap());
    }
    columns
}

async fn looked(letter: char, mut browser: Browser, addresses: Arc<[Option<String>]>, sends: bool) -> Seen {
    let mut seen = Seen::default();
    for address in addresses.iter() {
        let Some(address) = address else {
            seen.0.push(' ');
            continue;
        };
        let answer = if sends {
            browser.post(address, &[("_csrf", "khong-phai-cua-toi")]).await
        } else {
            browser.get(address).await
        };
        seen.0.push(match answer.status.as_u16() {
            200 => letter,
            400 if sends => letter,
            303 => '>',
            401 if sends => '>',
            404 => '.',
            405 => ':',
            other => {
                seen.1.push(format!("{address} as {letter}: {other}"));
                '!'
            }
        });
    }
    seen
}

/// From what each person saw of each page to who saw a page; nothing of what nobody can be told.
fn note(found: &mut Found, state: &'static str, columns: Vec<Seen>) {
    let faults: Vec<&String> = columns.iter().flat_map(|(_, faults)| faults).collect();
    assert!(
        faults.is_empty(),
        "neither a page nor the way elsewhere nor none, in {state}: {faults:#?}"
    );
    for (at, Route { path, .. }) in pages().into_iter().enumerate() {
        let seen: String = columns.iter().map(|(column, _)| column[at]).collect();
        let only_read = state == SENT && seen.chars().all(|c| matches!(c, ' ' | ':'));
        if !only_read {
            found.entry(path).or_default().push((state, seen));
        }
    }
}

/// Pages that nobody saw in any state, neither as a page nor as a form.
fn unseen(found: &Found) -> Vec<&'static str> {
    let is_letter = |c: char| c.is_ascii_alphanumeric() || matches!(c, '>' | '-');
    let seen_by_any = |states: &Vec<(&str, String)>| {
        let mut shown = states
            .iter()
            .filter(|(_, seen)| !seen.contains(':') || seen.contains(is_letter));
        shown.any(|(_, seen)| seen.chars().any(|c| is_letter(c) && c != '>'))
            || states.iter().all(|(_, seen)| !seen.contains('.'))
    };
    let unseen = found
        .iter()
        .filter(|(_, states)| !seen_by_any(states))
        .map(|(path, _)| *path);
    unseen
        .filter(|path| UNSEEN.iter().all(|(known, _)| known != path))
        .collect()
}
