//! Who plays whom: people with roles, each with an API token of their own.

use std::collections::BTreeMap;

use chiso_domain::kernel::UnitCode;
use chiso_wire::identity as pb;
use chiso_wire::identity::identity_service_client::IdentityServiceClient;
use chiso_wire::identity::{Grant, Role};

use super::truth;
use super::world::{World, ask, told};

/// Somebody of the cast.
#[derive(Clone, Debug, Default)]
pub(crate) struct Player {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) token: String,
}

/// Everybody.
#[derive(Debug, Default)]
pub(crate) struct Cast {
    pub(crate) organiser: Player,
    pub(crate) supervisor: Player,
    pub(crate) interviewers: Vec<Player>,
    pub(crate) verifiers: Vec<Player>,
    pub(crate) officers: BTreeMap<UnitCode, Player>,
    pub(crate) heads: BTreeMap<UnitCode, Player>,
    pub(crate) appraisers: BTreeMap<UnitCode, Player>,
    pub(crate) chair: Player,
    /// The province's chairman first.
    pub(crate) leaders: Vec<Player>,
    pub(crate) secretary: Player,
}

const INTERVIEWERS: usize = 7;
const VERIFIERS: usize = 3;
const LEADERS: usize = 5;
const LOGIN: &str = "sonoivu";

/// The first organiser: made on the server's own machine, then signed in with the password.
pub(super) async fn first_organiser(world: &mut World) -> Result<(), String> {
    let password = world.id();
    chiso_identity::add_organiser(world.context(), LOGIN, "Sở Nội vụ - thường trực", &password)
        .await
        .map_err(|e| format!("first organiser: {e}"))?;
    let request = pb::SignInRequest {
        login: LOGIN.to_owned(),
        password,
    };
    let mut client = IdentityServiceClient::new(world.channels().identity);
    let session = told("sign in", client.sign_in(request).await)?;
    let token = session.token;
    let id = session.person.map(|p| p.person_id).unwrap_or_default();
    world.cast.organiser = Player {
        id,
        name: "Sở Nội vụ - thường trực".to_owned(),
        token,
    };
    Ok(())
}

/// Everybody else, made by the organiser.
pub(super) async fn engage(world: &mut World) -> Result<(), String> {
    world
        .progress
        .step("Cấp tài khoản và quyền theo đợt, theo đơn vị");
    sign_in_again(world).await?;
    world.cast.supervisor = hire(world, "giamsat", Role::SurveySupervisor, "").await?;
    for n in 1..=INTERVIEWERS {
        let player = hire(world, &format!("dieutra{n}"), Role::Interviewer, "").await?;
        world.cast.interviewers.push(player);
    }
    for n in 1..=VERIFIERS {
        let player = hire(world, &format!("phuctra{n}"), Role::Verifier, "").await?;
        world.cast.verifiers.push(player);
    }
    let cycle = world.cycle()?;
    for unit in cycle.units_in_order() {
        let login = unit.code.as_str().to_lowercase();
        let officer = hire(
            world,
            &format!("cb-{login}"),
            Role::UnitOfficer,
            unit.code.as_str(),
        )
        .await?;
        world.cast.officers.insert(unit.code.clone(), officer);
        let head = hire(world, &format!("tt-{login}"), Role::UnitHead, unit.code.as_str()).await?;
        world.cast.heads.insert(unit.code.clone(), head);
    }
    for agency in &cycle.council {
        let login = format!("td-{}", agency.as_str().to_lowercase());
        let player = hire(world, &login, Role::Appraiser, agency.as_str()).await?;
        world.cast.appraisers.insert(agency.clone(), player);
    }
    world.cast.chair = hire(world, "chutich.hoidong", Role::CouncilChair, "").await?;
    for n in 1..=LEADERS {
        let player = hire(world, &format!("lanhdao{n}"), Role::Leader, "").await?;
        world.cast.leaders.push(player);
    }
    let chairman = world.cast.leaders[0].id.clone();
    world.cast.secretary = hire(world, "thuky", Role::LeaderSecretary, &chairman).await?;
    hire(world, "thanhtra.giamsat", Role::Auditor, "").await?;
    hire(world, "congthongtin", Role::Consumer, "").await?;
    Ok(())
}

/// The organiser's session of twelve hours would end with the simulated days: an API token lasts the year.
async fn sign_in_again(world: &mut World) -> Result<(), String> {
    let organiser = world.cast.organiser.id.clone();
    world.cast.organiser.token = token_for(world, &organiser, "cả đợt").await?;
    Ok(())
}

async fn hire(world: &mut World, login: &str, role: Role, unit: &str) -> Result<Player, String> {
    let name = truth::name(&mut world.dice(&["person", login]));
    let id = world.id();
    let grant = Grant {
        role: role.into(),
        cycle: world.code(),
        unit: unit.to_owned(),
    };
    let message = pb::CreatePersonRequest {
        request_id: world.id(),
        person_id: id.clone(),
        login: login.to_owned(),
        name: name.clone(),
        password: String::new(),
        grants: vec![grant],
    };
    let mut client = IdentityServiceClient::new(world.channels().identity);
    told(
        login,
        client
            .create_person(ask(&world.cast.organiser.token, message))
            .await,
    )?;
    world.counts.people += 1;
    let token = token_for(world, &id, "đợt đánh giá").await?;
    Ok(Player { id, name, token })
}

async fn token_for(world: &mut World, person: &str, label: &str) -> Result<String, String> {
    let message = pb::CreateTokenRequest {
        request_id: world.id(),
        token_id: world.id(),
        person_id: person.to_owned(),
        label: label.to_owned(),
        days: 200,
    };
    let mut client = IdentityServiceClient::new(world.channels().identity);
    let made = told(
        "token",
        client
            .create_token(ask(&world.cast.organiser.token, message))
            .await,
    )?;
    Ok(made.secret)
}
