//! From the journals of the services to a page of lines, with the names of people.

use std::collections::{BTreeMap, BTreeSet};

use chiso_domain::kernel::PersonId;
use chiso_domain::kernel::text::vi_key;
use chiso_platform::words::{Arg, Words};
use chiso_wire::identity::{GetNamesRequest, ListPeopleRequest, Person};

use super::super::at::At;
use super::super::errors::Errors;
use super::super::me::Me;
use super::super::state::Web;
use super::super::trouble::Trouble;
use super::asked::{Filters, SERVICES};
use super::feed::{Feed, Line};

/// Lines of a page.
const LINES: usize = 50;
/// Names that identity tells at once.
const NAMES: usize = 500;

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
    let key = vi_key(typed);
    let means = |person: &Person| person.login == typed || vi_key(&person.name) == key;
    let mut found: Vec<Person> = people(web, me).await?.into_iter().filter(means).collect();
    let only = found.pop().filter(|_| found.is_empty());
    Ok(only
        .map(|person| person.person_id)
        .ok_or_else(|| nobody(me.w, typed, found.len())))
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

async fn people(web: &Web, me: &Me) -> Result<Vec<Person>, Trouble> {
    let (mut people, mut page_token) = (Vec::new(), String::new());
    loop {
        let asked = ListPeopleRequest {
            page_size: NAMES.try_into().unwrap_or_default(),
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
    let ids: BTreeSet<&str> = pieces.filter(|piece| piece.parse::<PersonId>().is_ok()).collect();
    let ids: Vec<&str> = ids.into_iter().collect();
    let mut names = BTreeMap::new();
    for some in ids.chunks(NAMES) {
        let asked = GetNamesRequest {
            person_ids: some.iter().map(|id| (*id).to_owned()).collect(),
        };
        let reply = web.identity().get_names(web.ask(me, asked)).await?.into_inner();
        names.extend(reply.names.into_iter().map(|name| (name.person_id, name.name)));
    }
    Ok(names)
}
