//! People of every role, each with an API token.

use std::collections::BTreeMap;

use chiso_wire::identity as pb;
use chiso_wire::identity::Role;

use crate::{AGENCIES, CYCLE, Sandbox, UNITS, call};

/// Everybody's password.
pub const PASSWORD: &str = "mật khẩu đủ dài";

/// Somebody.
#[derive(Clone, Debug)]
pub struct Player {
    /// Person id.
    pub id: String,
    /// API token.
    pub token: String,
}

/// Everybody of a small year.
#[derive(Clone, Debug)]
pub struct Cast {
    /// Home Affairs.
    pub organiser: Player,
    /// Of the survey firm.
    pub supervisor: Player,
    /// Of the survey firm.
    pub interviewer: Player,
    /// Rechecks.
    pub verifier: Player,
    /// By unit.
    pub officers: BTreeMap<&'static str, Player>,
    /// By unit.
    pub heads: BTreeMap<&'static str, Player>,
    /// By agency.
    pub appraisers: BTreeMap<&'static str, Player>,
    /// Of the council.
    pub chair: Player,
    /// The chairman first.
    pub leaders: Vec<Player>,
    /// Reads all.
    pub auditor: Player,
}

/// Makes the first organiser on the server's own machine; answers with a token for the year.
pub(crate) async fn first_organiser(sandbox: &Sandbox) -> Player {
    let id = sandbox.add_organiser("quantri", "Nguyễn Thị Hà", PASSWORD).await;
    own_token(sandbox, "quantri", id).await
}

/// Signs in and makes a token for the year, as everybody does for themselves.
async fn own_token(sandbox: &Sandbox, login: &str, id: String) -> Player {
    let message = pb::SignInRequest {
        login: login.to_owned(),
        password: PASSWORD.to_owned(),
        ..Default::default()
    };
    let session = call!(sandbox, identity.sign_in, "", message).unwrap().token;
    let message = pb::CreateTokenRequest {
        request_id: sandbox.id(),
        token_id: sandbox.id(),
        person_id: id.clone(),
        label: "cả đợt".to_owned(),
        days: 200,
    };
    let token = call!(sandbox, identity.create_token, &session, message)
        .unwrap()
        .secret;
    Player { id, token }
}

/// Makes a person with one role in the cycle.
pub async fn hire(sandbox: &Sandbox, organiser: &Player, login: &str, role: Role, unit: &str) -> Player {
    let grant = pb::Grant {
        role: role.into(),
        cycle: CYCLE.to_owned(),
        unit: unit.to_owned(),
    };
    hire_with(sandbox, organiser, login, grant).await
}

/// Makes a person with one grant, whatever its cycle.
pub async fn hire_with(sandbox: &Sandbox, organiser: &Player, login: &str, grant: pb::Grant) -> Player {
    let id = sandbox.id();
    let message = pb::CreatePersonRequest {
        request_id: sandbox.id(),
        person_id: id.clone(),
        login: login.to_owned(),
        name: format!("Người {login}"),
        password: PASSWORD.to_owned(),
        grants: vec![grant],
        ..Default::default()
    };
    call!(sandbox, identity.create_person, &organiser.token, message).unwrap();
    own_token(sandbox, login, id).await
}

impl Cast {
    /// Nobody is hired but the organiser, who stands for all.
    pub(crate) fn alone(organiser: Player) -> Self {
        Self {
            supervisor: organiser.clone(),
            interviewer: organiser.clone(),
            verifier: organiser.clone(),
            officers: BTreeMap::new(),
            heads: BTreeMap::new(),
            appraisers: BTreeMap::new(),
            chair: organiser.clone(),
            leaders: Vec::new(),
            auditor: organiser.clone(),
            organiser,
        }
    }

    pub(crate) async fn engage(sandbox: &Sandbox, organiser: Player) -> Self {
        let of_unit = async |prefix: &str, role, units: &[&'static str]| {
            let mut players = BTreeMap::new();
            for unit in units {
                let login = format!("{prefix}-{}", unit.to_lowercase());
                players.insert(*unit, hire(sandbox, &organiser, &login, role, unit).await);
            }
            players
        };
        let one = async |login: &str, role| hire(sandbox, &organiser, login, role, "").await;
        Self {
            supervisor: one("giamsat", Role::SurveySupervisor).await,
            interviewer: one("dieutra", Role::Interviewer).await,
            verifier: one("phuctra", Role::Verifier).await,
            officers: of_unit("cb", Role::UnitOfficer, &UNITS).await,
            heads: of_unit("tt", Role::UnitHead, &UNITS).await,
            appraisers: of_unit("td", Role::Appraiser, &AGENCIES).await,
            chair: one("chutich-hd", Role::CouncilChair).await,
            leaders: vec![
                one("chutich", Role::Leader).await,
                one("phochutich", Role::Leader).await,
            ],
            auditor: one("thanhtra", Role::Auditor).await,
            organiser,
        }
    }
}
