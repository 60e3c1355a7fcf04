//! Where a flow begins: a system with its people, and a year acted out so far, by the calls that programs make.

use std::collections::BTreeMap;

use chiso_tests::{PASSWORD, Player, Shape, Year, all_units, hire};
use chiso_wire::identity::Role;
use serde_json::{Value, json};

/// How far the year has come.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Scene {
    /// The cycle is open and everybody is hired; nothing else has happened.
    Open,
    /// The leaders' window is open and the panel is named; nothing is marked, of 22 departments and two districts.
    Marking,
    /// The first version is published.
    Published,
}

/// A system that was brought there.
#[derive(Debug)]
pub(crate) struct Set {
    year: Year,
    /// Hired where the scene needs one.
    secretary: Option<Player>,
}

/// Starts a system and acts the year out so far.
pub(crate) async fn set(scene: Scene, shape: Shape) -> Set {
    let units = match scene {
        Scene::Marking => all_units(),
        Scene::Open | Scene::Published => chiso_tests::units(),
    };
    let mut year = Year::open_with(shape, units).await;
    let mut secretary = None;
    match scene {
        Scene::Open => {}
        Scene::Marking => {
            year.name_leaders().await;
            let leader = &year.cast.leaders[0].id;
            let organiser = &year.cast.organiser;
            secretary = Some(hire(&year, organiser, "thuky", Role::LeaderSecretary, leader).await);
            year.enter("2022-12-26T08:00:00+07:00");
        }
        Scene::Published => {
            year.prepare_survey().await;
            let slips = year.fieldwork().await;
            year.recheck_all(&slips).await;
            year.rest_of_the_year().await;
            year.publish("").await.unwrap();
        }
    }
    Set { year, secretary }
}

impl Set {
    /// What the flow has to know.
    pub(crate) async fn given(&self) -> Value {
        json!({
            "base": format!("http://{}", self.year.web().await),
            "clock": self.year.clock_file(),
            "cycle": chiso_tests::CYCLE,
            "units": chiso_tests::UNITS,
            "password": PASSWORD,
            "people": self.people(),
        })
    }

    /// Login and id of everybody, by what they are.
    fn people(&self) -> BTreeMap<String, Value> {
        let cast = &self.year.cast;
        let mut people = BTreeMap::new();
        let mut add = |kind: String, login: String, id: &str| {
            people.insert(kind, json!({ "login": login, "id": id }));
        };
        for (kind, login, player) in [
            ("organiser", "quantri", &cast.organiser),
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
        if let Some(secretary) = &self.secretary {
            add("secretary".to_owned(), "thuky".to_owned(), &secretary.id);
        }
        people
    }

    /// A folder of the flow's own, which vanishes with the system.
    pub(crate) fn folder(&self) -> &std::path::Path {
        self.year.folder()
    }

    /// Ends the system, by the ids of its processes.
    pub(crate) async fn end(self) {
        self.year.sandbox.stop().await;
    }
}
