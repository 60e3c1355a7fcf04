//! Who plays whom: people with roles, each with an API token of their own.

use std::collections::BTreeMap;

use chiso_domain::kernel::UnitCode;
use chiso_platform::rng;
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
    pub(crate) login: String,
    /// What they are, for which unit.
    role: Role,
    unit: String,
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
    pub(crate) auditor: Player,
    pub(crate) consumer: Player,
}

impl Cast {
    /// All but the organiser.
    fn everybody(&self) -> Vec<Player> {
        let alone = [
            &self.supervisor,
            &self.chair,
            &self.secretary,
            &self.auditor,
            &self.consumer,
        ];
        let lists = [&self.interviewers, &self.verifiers, &self.leaders];
        let of_units = [&self.officers, &self.heads, &self.appraisers];
        let of_units = of_units.into_iter().flat_map(BTreeMap::values);
        let all = alone
            .into_iter()
            .chain(lists.into_iter().flatten())
            .chain(of_units);
        all.cloned().collect()
    }

    fn renew(&mut self, id: &str, token: &str) {
        let alone = [
            &mut self.supervisor,
            &mut self.chair,
            &mut self.secretary,
            &mut self.auditor,
            &mut self.consumer,
        ];
        let lists = [&mut self.interviewers, &mut self.verifiers, &mut self.leaders];
        let of_units = [&mut self.officers, &mut self.heads, &mut self.appraisers];
        let of_units = of_units.into_iter().flat_map(BTreeMap::values_mut);
        let mut all = alone
            .into_iter()
            .chain(lists.into_iter().flatten())
            .chain(of_units);
        if let Some(player) = all.find(|player| player.id == id) {
            token.clone_into(&mut player.token);
        }
    }
}

const INTERVIEWERS: usize = 7;
const VERIFIERS: usize = 3;
const LEADERS: usize = 5;
const LOGIN: &str = "sonoivu";

/// The first organiser: made on the server's own machine.
pub(super) async fn first_organiser(world: &mut World) -> Result<(), String> {
    let (name, password) = ("Sở Nội vụ - thường trực", password(world));
    let id = chiso_identity::add_organiser(world.identity()?, LOGIN, name, &password)
        .await
        .map_err(|e| format!("first organiser: {e}"))?
        .to_string();
    let token = own_token(world, LOGIN, password, &id).await?;
    world.cast.organiser = Player {
        id,
        name: name.to_owned(),
        login: LOGIN.to_owned(),
        role: Role::Organiser,
        token,
        ..Player::default()
    };
    Ok(())
}

/// Random and forgotten, where nobody is to sign in as the demo's people afterwards.
fn password(world: &World) -> String {
    let known = world.password.clone();
    known.unwrap_or_else(|| hex::encode(rng::bytes::<16>()))
}

/// Makes everybody act in every cycle, with new tokens: those of the year before are over.
pub(super) async fn engage_again(world: &mut World) -> Result<(), String> {
    let organiser = world.cast.organiser.clone();
    world.cast.organiser.token = own_token(world, &organiser.login, password(world), &organiser.id).await?;
    for player in world.cast.everybody() {
        let grant = Grant {
            role: player.role.into(),
            cycle: String::new(),
            unit: player.unit.clone(),
        };
        let message = pb::GrantRoleRequest {
            request_id: world.id(),
            person_id: player.id.clone(),
            grant: Some(grant),
        };
        let mut client = IdentityServiceClient::new(world.channels().identity);
        let granted = client.grant_role(ask(&world.cast.organiser.token, message)).await;
        told(&player.login, granted)?;
    }
    for player in world.cast.everybody() {
        let token = own_token(world, &player.login, password(world), &player.id).await?;
        world.cast.renew(&player.id, &token);
    }
    Ok(())
}

/// Everybody else, made by the organiser.
pub(super) async fn engage(world: &mut World) -> Result<(), String> {
    world
        .progress
        .step("Cấp tài khoản và quyền theo đợt, theo đơn vị");
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
    world.cast.auditor = hire(world, "thanhtra.giamsat", Role::Auditor, "").await?;
    world.cast.consumer = hire(world, "congthongtin", Role::Consumer, "").await?;
    Ok(())
}

/// In the cycle; an auditor in every cycle, since journals belong to none.
async fn hire(world: &mut World, login: &str, role: Role, unit: &str) -> Result<Player, String> {
    let name = truth::name(&mut world.dice(&["person", login]));
    let (id, password) = (world.id(), password(world));
    let grant = Grant {
        role: role.into(),
        cycle: if role == Role::Auditor {
            String::new()
        } else {
            world.code()
        },
        unit: unit.to_owned(),
    };
    let message = pb::CreatePersonRequest {
        request_id: world.id(),
        person_id: id.clone(),
        login: login.to_owned(),
        name: name.clone(),
        password: password.clone(),
        grants: vec![grant],
        ..Default::default()
    };
    let mut client = IdentityServiceClient::new(world.channels().identity);
    told(
        login,
        client
            .create_person(ask(&world.cast.organiser.token, message))
            .await,
    )?;
    world.counts.people += 1;
    let token = own_token(world, login, password, &id).await?;
    Ok(Player {
        id,
        name,
        login: login.to_owned(),
        role,
        unit: unit.to_owned(),
        token,
    })
}

/// Signs in and makes a token: a session of twelve hours would end with the simulated days.
async fn own_token(world: &mut World, login: &str, password: String, id: &str) -> Result<String, String> {
    let mut client = IdentityServiceClient::new(world.channels().identity);
    let message = pb::SignInRequest {
        login: login.to_owned(),
        password,
        ..Default::default()
    };
    let session = told("sign in", client.sign_in(message).await)?.token;
    let message = pb::CreateTokenRequest {
        request_id: world.id(),
        token_id: world.id(),
        person_id: id.to_owned(),
        label: "đợt đánh giá".to_owned(),
        days: 200,
    };
    Ok(told("make a token", client.create_token(ask(&session, message)).await)?.secret)
}
