//! Where a flow begins: a system with its people, and a year acted out so far, by the calls that programs make.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use chiso_tests::{ALL_TIED, PASSWORD, Player, Shape, Year, all_units, hire, many_units, unit_code};
use chiso_wire::identity::Role;
use serde_json::{Value, json};

use crate::shown::{Shown, shown};
use crate::stage::{Stage, books_in};

/// How far the year has come.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Scene {
    /// The cycle is open and everybody is hired; nothing else has happened.
    Open,
    /// The survey is under way: an interviewer has people to ask, and a slip that came back.
    Asking,
    /// The survey is under way: three slips came in, two of them from one number under two names.
    Fielding,
    /// The survey is closed with four slips of each unit, and nothing is drawn; there are two verifiers.
    Rechecking,
    /// Units score themselves, and nothing is filled in yet.
    Scoring,
    /// The same where who decides has to set up the second factor, as it is unless the settings say otherwise.
    Strict,
    /// The first appraisal is closed: of VT a criterion lacks evidence and a penalty is proposed; units explain.
    Explaining,
    /// Every unit has scored itself, and its time is nearly over; nothing is appraised.
    Scored,
    /// The leaders' window is open and the panel is named; nothing is marked, of 22 departments and two districts.
    Marking,
    /// Both appraisals are closed; a third leader is hired and no panel named.
    Appraised,
    /// Everything is in, and in each type all units are tied for the one excellent place.
    Tied,
    /// The first version is published.
    Published,
    /// There is an organiser and no cycle, with hands for what is on no page.
    Staged,
    /// Fifty units score themselves, each with an officer.
    Busy,
    /// What `chiso demo --serve` shows; shared, so a flow changes nothing in it.
    Shown,
}

/// Units that score themselves at once.
const BUSY: usize = 50;

/// A system that was brought there.
#[derive(Debug)]
pub(crate) enum Set {
    /// The flow's own.
    Own(Box<Own>),
    /// The one of all, and a folder of the flow's own.
    Shared(&'static Shown, PathBuf),
}

/// A system of one flow.
#[derive(Debug)]
pub(crate) struct Own {
    year: Year,
    /// Whom the scene needs besides the cast: kind and login.
    others: Vec<(String, String, Player)>,
    /// Hands behind the stage.
    stage: Option<Stage>,
}

/// Starts a system and acts the year out so far, for one flow.
pub(crate) async fn set(scene: Scene, shape: Shape, flow: &str) -> Set {
    if let Scene::Shown = scene {
        let shown = shown().await;
        return Set::Shared(shown, shown.folder_of(flow));
    }
    let mut year = begin(scene, shape).await;
    let mut others = Vec::new();
    match scene {
        Scene::Open | Scene::Staged | Scene::Shown => {}
        Scene::Asking => {
            year.prepare_interviews().await;
            year.return_one().await;
        }
        Scene::Fielding => year.begin_fieldwork().await,
        Scene::Rechecking => {
            let second = hire(&year, &year.cast.organiser, "phuctra-hai", Role::Verifier, "").await;
            others.push(("verifier 2".to_owned(), "phuctra-hai".to_owned(), second));
            year.prepare_survey().await;
            year.fieldwork().await;
            year.enter("2022-12-02T08:00:00+07:00");
        }
        Scene::Scoring => year.enter("2022-12-10T08:00:00+07:00"),
        Scene::Strict => {
            year.enter("2022-12-10T08:00:00+07:00");
            let (offered, required) = ("second_factor = \"offered\"", "second_factor = \"required\"");
            for instance in year.instances().await.iter_mut() {
                instance.restart_with(offered, required).await;
            }
        }
        Scene::Scored => year.self_scoring().await,
        Scene::Explaining => year.between_the_rounds().await,
        Scene::Marking => {
            year.name_leaders().await;
            let leader = &year.cast.leaders[0].id;
            let organiser = &year.cast.organiser;
            let secretary = hire(&year, organiser, "thuky", Role::LeaderSecretary, leader).await;
            others.push(("secretary".to_owned(), "thuky".to_owned(), secretary));
            year.enter("2022-12-26T08:00:00+07:00");
        }
        Scene::Appraised => {
            appraise(&mut year).await;
            let leader = hire(&year, &year.cast.organiser, "phochutich2", Role::Leader, "").await;
            others.push(("leader 3".to_owned(), "phochutich2".to_owned(), leader));
            year.enter("2022-12-26T08:00:00+07:00");
        }
        Scene::Tied => brought_in(&mut year).await,
        Scene::Published => {
            brought_in(&mut year).await;
            year.publish("").await.unwrap();
        }
        Scene::Busy => {
            others = officers(&year).await;
            year.enter("2022-12-10T08:00:00+07:00");
        }
    }
    let stage = match scene {
        Scene::Staged => Some(Stage::set().await),
        _ => None,
    };
    Set::Own(Box::new(Own { year, others, stage }))
}

/// The system with its units and people.
async fn begin(scene: Scene, shape: Shape) -> Year {
    let busy = many_units(BUSY);
    match scene {
        Scene::Staged => Year::before(shape).await,
        Scene::Tied => Year::open_under(shape, ALL_TIED).await,
        Scene::Marking => Year::open_with(shape, all_units()).await,
        Scene::Busy => Year::open_with(shape, ("Đơn vị", &busy)).await,
        _ => Year::open(shape).await,
    }
}

/// Everything that the ranking waits for.
async fn brought_in(year: &mut Year) {
    year.prepare_survey().await;
    let slips = year.fieldwork().await;
    year.recheck_all(&slips).await;
    year.rest_of_the_year().await;
}

/// Everything up to the appraisal, so that only the leaders' scoring and the ranking are left.
async fn appraise(year: &mut Year) {
    year.prepare_survey().await;
    let slips = year.fieldwork().await;
    year.recheck_all(&slips).await;
    year.self_scoring().await;
    year.appraisals().await;
    let scores = [("SNV", "90"), ("STC", "80"), ("VT", "50"), ("DH", "10")];
    year.import_external(&scores).await.unwrap();
}

/// An officer of each of many units.
async fn officers(year: &Year) -> Vec<(String, String, Player)> {
    let mut officers = Vec::new();
    for number in 1..=BUSY {
        let (unit, login) = (unit_code(number), format!("ban{number}"));
        let officer = hire(year, &year.cast.organiser, &login, Role::UnitOfficer, &unit).await;
        officers.push((format!("officer {unit}"), login, officer));
    }
    officers
}

impl Set {
    /// What the flow has to know.
    pub(crate) async fn given(&self) -> Value {
        match self {
            Self::Own(own) => own.given().await,
            Self::Shared(shown, folder) => shown.given(folder),
        }
    }

    /// A folder of the flow's own, which vanishes with the system.
    pub(crate) fn folder(&self) -> &Path {
        match self {
            Self::Own(own) => own.year.folder(),
            Self::Shared(_, folder) => folder,
        }
    }

    /// Does what the flow wants done behind the stage; without end where there is none.
    pub(crate) async fn work(&mut self) {
        if let Self::Own(own) = self
            && let Some(stage) = &mut own.stage
        {
            stage.work(&own.year).await;
        } else {
            std::future::pending().await
        }
    }

    /// Ends the system, by the ids of its processes; what is shared is ended with the last flow.
    pub(crate) async fn end(self) {
        match self {
            Self::Own(own) => own.year.sandbox.stop().await,
            Self::Shared(..) => {}
        }
    }
}

impl Own {
    async fn given(&self) -> Value {
        json!({
            "base": format!("http://{}", self.year.web().await),
            "clock": self.year.clock_file(),
            "cycle": chiso_tests::CYCLE,
            "units": chiso_tests::UNITS,
            "password": PASSWORD,
            "people": self.people(),
            "stage": self.stage.as_ref().map(|stage| format!("http://{}", stage.address)),
            "books": books_in(self.year.folder()),
            "processes": self.processes().await,
        })
    }

    /// What runs in each process of the system, and its id.
    async fn processes(&self) -> Vec<Value> {
        let instances = self.year.instances().await;
        let told = instances
            .iter()
            .map(|instance| json!({ "only": instance.only, "pid": instance.pid() }));
        told.collect()
    }

    /// Login and id of everybody, by what they are.
    fn people(&self) -> BTreeMap<String, Value> {
        let cast = &self.year.cast;
        let mut people = BTreeMap::new();
        let mut add = |kind: String, login: String, id: &str| {
            people.insert(kind, json!({ "login": login, "id": id }));
        };
        add("organiser".to_owned(), "quantri".to_owned(), &cast.organiser.id);
        if self.stage.is_some() {
            return people;
        }
        for (kind, login, player) in [
            ("supervisor", "giamsat", &cast.supervisor),
            ("interviewer", "dieutra", &cast.interviewer),
            ("verifier", "phuctra", &cast.verifier),
            ("chair", "chutich-hd", &cast.chair),
            ("leader 1", "chutich", &cast.leaders[0]),
            ("leader 2", "phochutich", &cast.leaders[1]),
            ("auditor", "thanhtra", &cast.auditor),
        ] {
            add(kind.to_owned(), login.to_owned(), &player.id);
        }
        for (kind, prefix, players) in [
            ("officer", "cb", &cast.officers),
            ("head", "tt", &cast.heads),
            ("appraiser", "td", &cast.appraisers),
        ] {
            for (unit, player) in players {
                add(
                    format!("{kind} {unit}"),
                    format!("{prefix}-{}", unit.to_lowercase()),
                    &player.id,
                );
            }
        }
        for (kind, login, player) in &self.others {
            add(kind.clone(), login.clone(), &player.id);
        }
        people
    }
}
