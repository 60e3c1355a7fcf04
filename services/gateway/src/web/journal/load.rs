//! From the journals of the services to a page of lines, with the names of people.

use std::collections::BTreeMap;

use chiso_domain::kernel::PersonId;
use chiso_domain::kernel::text::vi_key;
use chiso_platform::words::{Arg, Words};
use chiso_wire::identity::{ListPeopleRequest, Person};

use super::super::at::At;
use super::super::errors::Errors;
use super::super::me::Me;
use super::super::people;
use super::super::state::Web;
use super::super::trouble::Trouble;
use super::asked::{Filters, SERVICES};
use super::feed::{Feed, Line};

/// Lines of a page.
const LINES: usize = 50;
/// People that identity tells at once.
const PEOPLE: i32 = 500;

/// A page of the journal.
#[derive(Debug)]
pub(super) struct Journal {
    pub(super) filters: Filters,
    pub(super) errors: Errors,
    pub(super) lines: Vec<Line>,
    /// People by id.
    pub(super) names: BTreeMap<String, String>,
    /// Not the newest page.
    pub(super) further: bool,
    /// Where the next page begins.
    pub(super) next: Option<String>,
}

impl Journal {
    /// Without lines: its filters cannot be.
    pub(super) fn refused(filters: Filters, errors: Errors) -> Self {
        Self {
            filters,
            errors,
            lines: Vec::new(),
            names: BTreeMap::new(),
            further: false,
            next: None,
        }
    }
}

pub(super) async fn journal(web: &Web, me: &Me, at: &At) -> Result<Journal, Trouble> {
    let filters = Filters::of(at);
    let mut feed = match feed(web, me, &filters).await? {
        Ok(feed) => feed,
        Err(errors) => return Ok(Journal::refused(filters, errors)),
    };
    if let Some(place) = at.query("sau") {
        feed = feed.resume(place).ok_or_else(Trouble::missing)?;
    }
    let lines = feed.take(web, me, LINES).await?;
    Ok(Journal {
        errors: Errors::new(me.w),
        names: names(web, me, &lines).await?,
        further: at.query("sau").is_some(),
        next: feed.place(),
        filters,
        lines,
    })
}

/// The journals that fit the filters, or what is wrong with these.
pub(super) async fn feed(web: &Web, me: &Me, filters: &Filters) -> Result<Result<Feed, Errors>, Trouble> {
    let mut asked = match filters.request(me.w) {
        Ok(asked) => asked,
        Err(errors) => return Ok(Err(errors)),
    };
    match actor(web, me, &filters.person).await? {
        Ok(actor) => asked.actor = actor,
        Err(errors) => return Ok(Err(errors)),
    }
    Ok(Ok(Feed::new(asked, &filters.services(), me.now)))
}

/// Who is meant: an id or a service as it is, else the one person of that login or name.
async fn actor(web: &Web, me: &Me, typed: &str) -> Result<Result<String, Errors>, Trouble> {
    let known = typed.is_empty() || SERVICES.contains(&typed) || typed.parse::<PersonId>().is_ok();
    if known {
        return Ok(Ok(typed.to_owned()));
    }
    let people = everybody(web, me).await?;
    Ok(meant(&people, typed).map_err(|others| nobody(me.w, typed, others)))
}

/// The person of that login, else the only one of that name; or how many others have it.
fn meant(people: &[Person], typed: &str) -> Result<String, usize> {
    if let Some(person) = people.iter().find(|person| person.login == typed) {
        return Ok(person.person_id.clone());
    }
    let key = vi_key(typed);
    let mut found = people.iter().filter(|person| vi_key(&person.name) == key);
    match (found.next(), found.count()) {
        (Some(person), 0) => Ok(person.person_id.clone()),
        (_, others) => Err(others),
    }
}

fn nobody(w: Words, typed: &str, others: usize) -> Errors {
    let mut errors = Errors::new(w);
    let given = [("typed", Arg::Text(typed))];
    let text = if others == 0 {
        w.tell("journal-nobody", &given)
    } else {
        w.tell("journal-several", &given)
    };
    errors.add("nguoi", text);
    errors
}

async fn everybody(web: &Web, me: &Me) -> Result<Vec<Person>, Trouble> {
    let (mut people, mut page_token) = (Vec::new(), String::new());
    loop {
        let asked = ListPeopleRequest {
            page_size: PEOPLE,
            page_token,
            ..ListPeopleRequest::default()
        };
        let reply = web.identity().list_people(web.ask(me, asked)).await?.into_inner();
        people.extend(reply.people);
        page_token = reply.next_page_token;
        if page_token.is_empty() {
            return Ok(people);
        }
    }
}

/// The people who acted, and those whose ids stand in an object.
pub(super) async fn names(web: &Web, me: &Me, lines: &[Line]) -> Result<BTreeMap<String, String>, Trouble> {
    let pieces = lines.iter().flat_map(|line| {
        let object = line.entry.object.split('/');
        object.chain([line.entry.actor.as_str()])
    });
    let ids = pieces.filter(|piece| piece.parse::<PersonId>().is_ok());
    people::every_name(web, me, ids.map(str::to_owned).collect()).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_means_its_owner_whatever_others_are_called() {
        let person = |(login, name): (&str, &str)| Person {
            person_id: login.to_owned(),
            login: login.to_owned(),
            name: name.to_owned(),
            ..Person::default()
        };
        let people = [
            ("hoa", "Trần Thị Hoa"),
            ("h2", "Hoa"),
            ("a1", "Lê An"),
            ("a2", "Lê An"),
        ];
        let people = people.map(person);
        let meant = |typed| meant(&people, typed);
        assert_eq!(
            meant("hoa"),
            Ok("hoa".to_owned()),
            "though somebody is called Hoa"
        );
        assert_eq!(meant("trần thị hoa"), Ok("hoa".to_owned()));
        assert_eq!(meant("Lê An"), Err(1), "two have that name");
        assert_eq!(meant("Nguyễn An"), Err(0));
    }
}
