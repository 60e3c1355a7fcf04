//! Accounts: everybody, found by name or login, and somebody new.

use axum::extract::State;
use chiso_domain::kernel::text::folded;
use chiso_platform::words::{Arg, Words};
use chiso_wire::identity::{CreatePersonRequest, Grant, Person, Role};

use super::super::at::At;
use super::super::errors::{Errors, Names};
use super::super::me::Me;
use super::super::posted::{Posted, Typed};
use super::super::save::{DONE, Refused, refused, see, send};
use super::super::state::Web;
use super::super::trouble::{Answer, Trouble};
use super::{PEOPLE, load, view_people as view};

/// The field of a password: under this name it is never written into a page, also where a form comes along through
/// signing in.
pub(super) const PASSWORD: &str = "password";
/// People of one page of the list.
pub(super) const ROWS: usize = 50;

/// Roles as forms send them, each with the key of its name.
pub(super) const ROLES: [(Role, &str, &str); 12] = [
    (Role::Organiser, "to-chuc", "role-organiser"),
    (Role::SurveySupervisor, "giam-sat", "role-supervisor"),
    (Role::Interviewer, "dieu-tra", "role-interviewer"),
    (Role::Verifier, "phuc-tra", "role-verifier"),
    (Role::UnitOfficer, "can-bo", "role-officer"),
    (Role::UnitHead, "thu-truong", "role-head"),
    (Role::Appraiser, "tham-dinh", "role-appraiser"),
    (Role::CouncilChair, "chu-tich-hoi-dong", "role-chair"),
    (Role::Leader, "lanh-dao", "role-leader"),
    (Role::LeaderSecretary, "thu-ky", "role-secretary"),
    (Role::Auditor, "kiem-tra", "role-auditor"),
    (Role::Consumer, "khai-thac", "role-consumer"),
];

/// What a role is called.
pub(super) fn role_name(w: Words, role: Role) -> &'static str {
    let own = ROLES.iter().find(|(own, _, _)| *own == role);
    own.map_or("", |(_, _, key)| w.say(key))
}

/// The role that a form sent.
pub(super) fn role_of(value: &str) -> Role {
    let own = ROLES.iter().find(|(_, own, _)| *own == value);
    own.map_or(Role::Unspecified, |(role, _, _)| *role)
}

/// What a form of grants chooses from.
#[derive(Debug, Default)]
pub(super) struct Places {
    pub(super) cycles: Vec<String>,
    /// Units of all cycles, those of the newest one first, in their order; code and label.
    pub(super) units: Vec<(String, String)>,
    /// Id and name.
    pub(super) leaders: Vec<(String, String)>,
}

pub(super) async fn places(web: &Web, me: &Me) -> Result<Places, Trouble> {
    let cycles: Vec<String> = load::cycles(web, me)
        .await?
        .into_iter()
        .map(|one| one.cycle)
        .collect();
    let mut places = Places::default();
    for code in &cycles {
        let frame = load::frame_of(web, me, code).await?;
        let known: Vec<_> = load::units(&frame.cycle);
        let new = known
            .into_iter()
            .filter(|(code, _)| !places.units.iter().any(|(own, _)| own == code));
        let new: Vec<_> = new.collect();
        places.units.extend(new);
    }
    let leaders = load::people(web, me, Role::Leader).await?.into_iter();
    places.leaders = leaders.map(|person| (person.person_id, person.name)).collect();
    places.cycles = cycles;
    Ok(places)
}

/// The filter of people by their address, and the one that leaves those without.
pub(super) const ADDRESS: &str = "thu";
pub(super) const NONE: &str = "khong";

/// A list of people, as it was asked for.
#[derive(Debug)]
pub(super) struct Listed {
    pub(super) people: Vec<Person>,
    /// How many there are in all.
    pub(super) found: usize,
    /// The first one of the page.
    pub(super) from: usize,
    pub(super) words: String,
    pub(super) role: Role,
    /// Only those who no letter reaches.
    pub(super) without_address: bool,
}

pub(super) async fn show(State(web): State<Web>, me: Me, at: At) -> Answer {
    let listed = listed(&web, &me, &at).await?;
    Ok(view::list(&me, &listed, at.query(DONE)))
}

async fn listed(web: &Web, me: &Me, at: &At) -> Result<Listed, Trouble> {
    let words = at.query("tim").unwrap_or_default().trim().to_owned();
    let role = role_of(at.query("vai-tro").unwrap_or_default());
    let from = at.query("tu").and_then(|from| from.parse().ok()).unwrap_or(0);
    let mut people = load::people(web, me, role).await?;
    let without_address = at.query(ADDRESS) == Some(NONE);
    people.retain(|person| is_meant(person, &words) && !(without_address && has_address(person)));
    let found = people.len();
    let people = people.into_iter().skip(from).take(ROWS).collect();
    Ok(Listed {
        people,
        found,
        from,
        words,
        role,
        without_address,
    })
}

/// Whether letters reach somebody, or are not meant to any more.
fn has_address(person: &Person) -> bool {
    !person.email.is_empty() || person.disabled
}

/// Every word is found in name, login, address or unit, without regard to tone marks and case.
fn is_meant(person: &Person, words: &str) -> bool {
    let mut text = format!("{} {} {}", person.name, person.login, person.email);
    for grant in &person.grants {
        text.push(' ');
        text.push_str(&grant.unit);
    }
    let text = folded(&text);
    folded(words).split_whitespace().all(|word| text.contains(word))
}

const NAMES: &Names = &[
    ("login", "dang-nhap"),
    ("name", "ho-ten"),
    ("password", PASSWORD),
    ("email", "thu"),
    ("grants", "vai-tro"),
    ("grant.role", "vai-tro"),
    ("grant.unit", "don-vi"),
    ("grant.cycle", "dot"),
];

pub(super) async fn new(State(web): State<Web>, me: Me) -> Answer {
    let places = places(&web, &me).await?;
    Ok(view::new(
        (&web, &me),
        &places,
        (&Typed::default(), &Errors::new(me.w)),
    ))
}

pub(super) async fn create(State(web): State<Web>, me: Me, posted: Posted) -> Answer {
    let sent = match asked(&me, &posted) {
        Ok(asked) => match misplaced(&web, &me, &asked.grants).await? {
            Some(errors) => Err(Refused::Again(errors)),
            None => send(me.w, NAMES, web.identity().create_person(web.ask(&me, asked))).await?,
        },
        Err(errors) => Err(Refused::Again(errors)),
    };
    let why = match sent.map_err(|why| at_place(&posted, &why)) {
        Ok(_) => return Ok(see(&format!("{PEOPLE}/{}?{DONE}=moi", posted.text("nguoi")))),
        Err(why) => why,
    };
    let places = places(&web, &me).await?;
    let again = |typed: &Typed, errors: &Errors| view::new((&web, &me), &places, (typed, errors));
    Ok(refused(&posted, &why, again))
}

fn asked(me: &Me, posted: &Posted) -> Result<CreatePersonRequest, Errors> {
    let mut form = super::super::form::Form::new(posted, me.w);
    let (login, name) = (form.needed("dang-nhap"), form.needed("ho-ten"));
    let password = posted.text(PASSWORD);
    let program = role_of(posted.text("vai-tro")) == Role::Consumer;
    if password.is_empty() && !program {
        form.errors.add(PASSWORD, me.w.say("form-needed"));
    }
    let grants = if posted.text("vai-tro").is_empty() {
        Vec::new()
    } else {
        vec![grant(posted)]
    };
    if !form.errors.is_empty() {
        return Err(form.errors);
    }
    Ok(CreatePersonRequest {
        request_id: posted.request_id().to_owned(),
        person_id: posted.text("nguoi").to_owned(),
        login: login.to_owned(),
        name: name.to_owned(),
        password: password.to_owned(),
        grants,
        email: posted.text("thu").trim().to_owned(),
    })
}

/// What is wrong with a grant for a unit that the cycle does not have: it would let nobody do anything. While a cycle has
/// no units yet, nobody knows.
pub(super) async fn misplaced(web: &Web, me: &Me, grants: &[Grant]) -> Result<Option<Errors>, Trouble> {
    for grant in grants.iter().filter(|grant| {
        let of_leader = grant.role() == Role::LeaderSecretary;
        !of_leader && !grant.cycle.is_empty() && !grant.unit.is_empty()
    }) {
        let frame = load::frame_of(web, me, &grant.cycle).await?;
        let units = &frame.cycle.units;
        if !units.is_empty() && !units.keys().any(|code| code.as_str() == grant.unit) {
            let mut errors = Errors::new(me.w);
            let cycle = [("cycle", Arg::Text(&grant.cycle))];
            errors.add("don-vi", me.w.tell("people-unit-elsewhere", &cycle));
            return Ok(Some(errors));
        }
    }
    Ok(None)
}

/// A secretary's leader is chosen in a field of its own, where other roles have their unit.
pub(super) fn at_place(posted: &Posted, why: &Refused) -> Refused {
    let of_leader = role_of(posted.text("vai-tro")) == Role::LeaderSecretary;
    why.renamed(|field| {
        let own = if of_leader && field == "don-vi" {
            "lanh-dao"
        } else {
            field
        };
        own.to_owned()
    })
}

/// The role that a form gives, with the unit or leader where the role has one.
pub(super) fn grant(posted: &Posted) -> Grant {
    let role = role_of(posted.text("vai-tro"));
    let unit = match role {
        Role::UnitOfficer | Role::UnitHead | Role::Appraiser => posted.text("don-vi"),
        Role::LeaderSecretary => posted.text("lanh-dao"),
        _ => "",
    };
    Grant {
        role: role.into(),
        cycle: posted.text("dot").to_owned(),
        unit: unit.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn somebody_is_found_without_marks() {
        let person = Person {
            name: "Nguyễn Thị Đào".to_owned(),
            login: "dao.snv".to_owned(),
            ..Person::default()
        };
        for words in ["", "dao", "ĐÀO nguyen", "snv", "thị"] {
            assert!(is_meant(&person, words), "{words}");
        }
        assert!(!is_meant(&person, "dao stc"));
    }

    #[test]
    fn every_role_can_be_given() {
        let wire = (1..=12).filter_map(|role| Role::try_from(role).ok());
        let (given, all): (Vec<Role>, Vec<Role>) = (ROLES.map(|(role, _, _)| role).to_vec(), wire.collect());
        assert_eq!(given, all);
    }
}
