//! Who may call what: every RPC by every role, against `matrix.txt`.
//!
//! Each RPC is really called, with an empty message, over the real stack. Denied is what answers
//! UNAUTHENTICATED or PERMISSION_DENIED with that same reason; everything else, such as a complaint about the
//! empty message, means that the caller was let in. After a wanted change, write the file with
//! `UPDATE_MATRIX=1 cargo test -p chiso-tests --test contracts`, and read the difference as what it is: who
//! may do what.

use std::collections::BTreeMap;
use std::path::Path;

use chiso_domain::kernel::UnitCode;
use chiso_platform::error::reason_of;
use chiso_platform::rpc::Channel;
use chiso_tests::{CYCLE, Player, Sandbox, Shape, Year, ask, call, hire, hire_with, refused};
use chiso_wire::identity::{Grant, Role};
use tonic::{Request, Status};
use tonic_prost::ProstCodec;

use crate::descriptors::{Rpc, contract};

/// A column of the matrix.
struct Column {
    letter: char,
    token: Option<String>,
}

/// Letter and role; `-` is nobody, `S` a service of this system, `0` somebody without any role.
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

#[test]
fn the_matrix_names_every_role() {
    let named = ROLES.map(|(_, role)| role);
    for number in 1..64 {
        if let Ok(role) = Role::try_from(number) {
            assert!(named.contains(&role), "{role:?} has no letter in the matrix");
        }
    }
}

async fn columns(year: &Year) -> Vec<Column> {
    let organiser = &year.cast.organiser;
    let mut columns = vec![Column {
        letter: '-',
        token: Some(String::new()),
    }];
    columns.push(Column {
        letter: '0',
        token: Some(nobody_special(year, organiser).await),
    });
    for (letter, role) in ROLES {
        let unit: &str = match role {
            Role::UnitOfficer | Role::UnitHead | Role::Appraiser => "SNV",
            Role::LeaderSecretary => &year.cast.leaders[0].id,
            _ => "",
        };
        let token = if role == Role::Organiser {
            organiser.token.clone()
        } else {
            let login = format!("matrix-{}", role.as_str_name().to_lowercase());
            // In every cycle: a role in one cycle has no say over what belongs to none (below).
            let grant = Grant {
                role: role.into(),
                cycle: String::new(),
                unit: unit.to_owned(),
            };
            hire_with(&year.sandbox, organiser, &login, grant).await.token
        };
        columns.push(Column {
            letter,
            token: Some(token),
        });
    }
    columns.push(Column {
        letter: 'S',
        token: None,
    });
    columns
}

/// A person whose only role was taken away.
async fn nobody_special(year: &Year, organiser: &Player) -> String {
    let player = hire(&year.sandbox, organiser, "matrix-none", Role::Verifier, "").await;
    let grant = Grant {
        role: Role::Verifier.into(),
        cycle: CYCLE.to_owned(),
        unit: String::new(),
    };
    let message = chiso_wire::identity::RevokeRoleRequest {
        request_id: year.id(),
        person_id: player.id,
        grant: Some(grant),
        reason: "Thôi nhiệm vụ".to_owned(),
    };
    call!(year, identity.revoke_role, &organiser.token, message).expect("a role to take");
    player.token
}

fn channel_of(sandbox: &Sandbox, area: &str) -> Channel {
    let channels = &sandbox.channels;
    match area {
        "identity" => channels.identity.clone(),
        "registry" => channels.registry.clone(),
        "survey" => channels.survey.clone(),
        "recheck" => channels.recheck.clone(),
        "leaders" => channels.leaders.clone(),
        "ledger" => channels.ledger.clone(),
        "ranking" => channels.ranking.clone(),
        other => panic!("{other} has no channel yet; add it here"),
    }
}

/// Calls with one empty message, whatever the kind of stream, and reads the first answer.
async fn poke(sandbox: &Sandbox, rpc: &Rpc, column: &Column, resolvable: &str) -> Result<(), Status> {
    let mut client = tonic::client::Grpc::new(channel_of(sandbox, &rpc.area));
    client.ready().await.expect("the channel is there");
    // An empty text is an empty message; only ResolveToken needs its first field, to tell "who are you" from
    // "whose is that".
    let field = if rpc.name == "ResolveToken" {
        resolvable
    } else {
        ""
    };
    let stream = tokio_stream::iter([field.to_owned()]);
    let request: Request<_> = match &column.token {
        Some(token) => ask(token, stream),
        None => sandbox.ask_as_service("matrix", stream),
    };
    let path = rpc.path.parse().expect("a path");
    let codec: ProstCodec<String, ()> = ProstCodec::default();
    let mut answer = client.streaming(request, path, codec).await?.into_inner();
    answer.message().await.map(|_| ())
}

fn denied(answer: &Result<(), Status>) -> bool {
    let reason = answer.as_ref().err().map(reason_of).unwrap_or_default();
    matches!(reason.as_str(), "UNAUTHENTICATED" | "PERMISSION_DENIED")
}

async fn found() -> BTreeMap<String, String> {
    let year = Year::open(Shape::Embedded).await;
    let columns = columns(&year).await;
    let mut matrix = BTreeMap::new();
    for rpc in contract().rpcs {
        let mut letters = String::new();
        for column in &columns {
            let answer = poke(&year.sandbox, &rpc, column, &year.cast.auditor.token).await;
            if let Err(status) = &answer {
                let code = status.code();
                let broken = matches!(
                    code,
                    tonic::Code::Internal | tonic::Code::Unimplemented | tonic::Code::Unknown
                );
                assert!(
                    !broken,
                    "{}.{} as {}: {status:?}",
                    rpc.area, rpc.name, column.letter
                );
                let vi = chiso_platform::error::vi_of(status);
                assert!(
                    !vi.is_ascii(),
                    "{}.{} says no in no Vietnamese: {status:?}",
                    rpc.area,
                    rpc.name
                );
            }
            letters.push(if denied(&answer) { '.' } else { column.letter });
        }
        matrix.insert(format!("{}.{}", rpc.area, rpc.name), letters);
    }
    matrix
}

fn file() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/contracts/matrix.txt")
}

const HEAD: &str = "\
# Who may call what. A letter: let in; a dot: denied. What else a call needs (the own unit, the own case, an
# open window) is the service's to say. Made by UPDATE_MATRIX=1, then read by people.
#
#   -  nobody signed in        0  signed in, without a role      O  organiser
#   s  survey supervisor       i  interviewer                    v  verifier
#   u  unit officer            h  unit head                      a  appraiser
#   c  council chair           l  leader                         y  leader's secretary
#   A  auditor                 x  consumer                       S  a service of this system
#
";

fn written(matrix: &BTreeMap<String, String>) -> String {
    let line = |(rpc, letters): (&String, &String)| format!("{rpc:<30} {letters}\n");
    HEAD.to_owned() + &matrix.iter().map(line).collect::<String>()
}

#[tokio::test]
async fn every_rpc_lets_in_whom_the_matrix_names() {
    let text = written(&found().await);
    if std::env::var_os("UPDATE_MATRIX").is_some() {
        std::fs::write(file(), &text).expect("the matrix can be written");
    }
    let expected = std::fs::read_to_string(file()).expect("matrix.txt");
    let (expected, text): (Vec<_>, Vec<_>) = (expected.lines().collect(), text.lines().collect());
    let missing: Vec<_> = text.iter().filter(|line| !expected.contains(line)).collect();
    let stale: Vec<_> = expected.iter().filter(|line| !text.contains(line)).collect();
    assert!(
        missing.is_empty() && stale.is_empty(),
        "matrix.txt says {stale:#?}, the system does {missing:#?}"
    );
}

/// What belongs to no cycle, and other cycles, are out of reach for a role in one cycle.
#[tokio::test]
async fn a_role_in_one_cycle_ends_there() {
    let year = Year::open(Shape::Embedded).await;
    let organiser = &year.cast.organiser;
    let of_2022 = hire(&year.sandbox, organiser, "to-chuc-2022", Role::Organiser, "").await;
    let column = |player: &Player| Column {
        letter: '2',
        token: Some(player.token.clone()),
    };
    for rpc in contract().rpcs {
        let journal = rpc.name == "ListJournal";
        let people =
            rpc.area == "identity" && ["CreatePerson", "DisablePerson", "ListPeople"].contains(&&*rpc.name);
        if journal || people {
            for player in [&of_2022, &year.cast.auditor] {
                let answer = poke(&year.sandbox, &rpc, &column(player), "").await;
                assert!(denied(&answer), "{}.{}: {answer:?}", rpc.area, rpc.name);
            }
        }
    }
    let create = |cycle: &str| chiso_wire::registry::CreateCycleRequest {
        request_id: year.id(),
        cycle: cycle.to_owned(),
        province: "Phú Thọ".to_owned(),
        regulation: "2419/QĐ-UBND".to_owned(),
    };
    let answer = call!(year, registry.create_cycle, &of_2022.token, create("2023"));
    refused(answer, tonic::Code::PermissionDenied, "PERMISSION_DENIED", "");
    call!(year, registry.create_cycle, &organiser.token, create("2023")).expect("the organiser of all may");
    let policy = chiso_wire::registry::SetPolicyRequest {
        request_id: year.id(),
        cycle: "2023".to_owned(),
        policy_json: "{}".to_owned(),
        seen_version: 0,
    };
    let answer = call!(year, registry.set_policy, &of_2022.token, policy);
    refused(answer, tonic::Code::PermissionDenied, "PERMISSION_DENIED", "");
    let readiness = chiso_wire::ranking::GetReadinessRequest {
        cycle: CYCLE.to_owned(),
    };
    call!(year, ranking.get_readiness, &of_2022.token, readiness).expect("the own cycle is open to them");
}

/// The auditor reads all and changes nothing but the own access.
#[test]
fn an_auditor_changes_nothing() {
    const OWN_ACCESS: [&str; 10] = [
        "SignIn",
        "FinishSignIn",
        "SignOut",
        "SetPassword",
        "CreateToken",
        "RevokeToken",
        "SetContact",
        "EndSession",
        "StartSecondFactor",
        "ConfirmSecondFactor",
    ];
    let matrix = std::fs::read_to_string(file()).expect("matrix.txt");
    let letters = |rpc: &Rpc| {
        let name = format!("{}.{} ", rpc.area, rpc.name);
        let line = matrix.lines().find(|line| line.starts_with(&name));
        line.unwrap_or_else(|| panic!("{name}has no line in matrix.txt"))
            .to_owned()
    };
    for rpc in contract().rpcs {
        let line = letters(&rpc);
        let granted = line.rsplit(' ').next().expect("letters");
        if !rpc.reads() && !OWN_ACCESS.contains(&rpc.name.as_str()) {
            assert!(
                !granted.contains('A'),
                "the auditor may call {}.{}",
                rpc.area,
                rpc.name
            );
            assert!(
                !granted.starts_with('-'),
                "nobody may call {}.{}",
                rpc.area,
                rpc.name
            );
            assert!(
                !granted.contains('0') && !granted.contains('x'),
                "without a role: {}.{}",
                rpc.area,
                rpc.name
            );
        }
    }
    // A unit that is no code of a unit would hide the officer's and appraiser's columns.
    assert!("SNV".parse::<UnitCode>().is_ok());
}
