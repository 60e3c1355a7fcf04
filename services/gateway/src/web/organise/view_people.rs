//! The list of accounts, and the form of a new one.

use axum::response::Response;
use chiso_platform::words::{Arg, Words};
use chiso_wire::identity::{Grant, Person, Role};
use maud::{Markup, html};

use super::super::errors::Errors;
use super::super::me::Me;
use super::super::page::Page;
use super::super::parts::choice::{self, Choices};
use super::super::parts::field::{self, Field};
use super::super::parts::filter;
use super::super::parts::pager::{Pages, pager};
use super::super::parts::state::{Kind, chip, empty};
use super::super::parts::table::{Column, Table};
use super::super::posted::Typed;
use super::super::state::Web;
use super::desk::{hidden_fields, told};
use super::load::borrowed;
use super::organiser::keeps_accounts;
use super::people::{ADDRESS, Listed, NONE, PASSWORD, Places, ROLES, ROWS, role_name};
use super::{CYCLES, PEOPLE};

pub(super) fn list(me: &Me, listed: &Listed, done: Option<&str>) -> Response {
    let w = me.w;
    let body = html! {
        @if done.is_some() { (told(w.say("people-done"))) }
        @if keeps_accounts(me) { p { a.main href=(format!("{PEOPLE}/moi")) { (w.say("people-new")) } } }
        (filters(w, listed))
        @if listed.people.is_empty() { (empty(w.say("people-none"))) } @else { (table(w, listed)) (pages(w, listed)) }
    };
    let page = Page::of(me, w.say("organise-people")).back(CYCLES, w.say("organise-title"));
    page.wide().show(&body)
}

fn filters(w: Words, listed: &Listed) -> Markup {
    let words = Field::new("tim", w.say("people-search"))
        .required()
        .value(&listed.words);
    let options = [("", w.say("people-all-roles"))];
    let roles = ROLES.iter().map(|(_, value, key)| (*value, w.say(key)));
    let options: Vec<_> = options.into_iter().chain(roles).collect();
    let own = ROLES.iter().find(|(role, _, _)| *role == listed.role);
    let chosen = [own.map_or("", |(_, value, _)| *value)];
    let role = Choices::new("vai-tro", w.say("people-role"), &options).chosen(&chosen);
    let addresses = [
        ("", w.say("people-all-addresses")),
        (NONE, w.say("people-no-address")),
    ];
    let chosen = [if listed.without_address { NONE } else { "" }];
    let address = Choices::new(ADDRESS, w.say("people-email"), &addresses).chosen(&chosen);
    let fields =
        html! { (field::search(w, &words)) (choice::select(w, &role)) (choice::select(w, &address)) };
    filter::bar(w, &fields, PEOPLE)
}

fn table(w: Words, listed: &Listed) -> Markup {
    let column = |label| Column {
        key: "",
        label,
        numeric: false,
    };
    let row = |person: &Person| {
        vec![
            html! { a href=(format!("{PEOPLE}/{}", person.person_id)) { (person.name) } },
            html! { (person.login) },
            html! { @for grant in &person.grants { div { (granted(w, grant)) } } },
            html! { (person.email) },
            state(w, person),
        ]
    };
    let table = Table {
        caption: w.say("organise-people"),
        columns: vec![
            column(w.say("people-name")),
            column(w.say("people-login")),
            column(w.say("people-roles")),
            column(w.say("people-email")),
            column(w.say("organise-state")),
        ],
        rows: listed.people.iter().map(row).collect(),
        sort: None,
    };
    table.show(w)
}

/// "Cán bộ đơn vị · SNV · đợt 2026".
pub(super) fn granted(w: Words, grant: &Grant) -> String {
    let mut text = role_name(w, grant.role()).to_owned();
    // The unit of a secretary is a leader's id, which tells people nothing.
    if !grant.unit.is_empty() && grant.role() != Role::LeaderSecretary {
        text.push_str(" · ");
        text.push_str(&grant.unit);
    }
    text.push_str(" · ");
    if grant.cycle.is_empty() {
        text.push_str(w.say("people-every-cycle"));
    } else {
        text.push_str(&w.tell("people-in-cycle", &[("cycle", Arg::Text(&grant.cycle))]));
    }
    text
}

pub(super) fn state(w: Words, person: &Person) -> Markup {
    if person.disabled {
        chip(Kind::Locked, w.say("people-disabled"))
    } else if person.second_factor {
        chip(Kind::Done, w.say("people-factor-on"))
    } else {
        chip(Kind::Quiet, w.say("people-factor-off"))
    }
}

fn pages(w: Words, listed: &Listed) -> Markup {
    let own = ROLES.iter().find(|(role, _, _)| *role == listed.role);
    let role = own.map_or("", |(_, value, _)| *value);
    let words: String = form_urlencoded::byte_serialize(listed.words.as_bytes()).collect();
    let address = if listed.without_address { NONE } else { "" };
    let at = |from: usize| format!("{PEOPLE}?tim={words}&vai-tro={role}&{ADDRESS}={address}&tu={from}");
    let last = listed.from + listed.people.len();
    let pages = Pages {
        shown: format!("{}–{last} / {}", listed.from + 1, listed.found),
        first: (listed.from > 0).then(|| at(0)),
        next: (last < listed.found).then(|| at(listed.from + ROWS)),
    };
    pager(w, &pages)
}

pub(super) fn new((web, me): (&Web, &Me), places: &Places, (typed, errors): (&Typed, &Errors)) -> Response {
    let w = me.w;
    // Another one after each refusal, since under the one before somebody may have been made.
    let id = web.id();
    let text = |name: &'static str, label: &'static str| {
        Field::new(name, label)
            .value(typed.or(name, ""))
            .error(errors.of(name))
    };
    let password = Field::new(PASSWORD, w.say("people-password")).error(errors.of(PASSWORD));
    let body = html! {
        p { (w.say("people-new-meaning")) }
        form.narrow method="post" action=(format!("{PEOPLE}/moi")) novalidate {
            (hidden_fields(web, me))
            input type="hidden" name="nguoi" value=(id);
            (field::text(w, &text("ho-ten", w.say("people-name")).required()))
            (field::text(w, &text("dang-nhap", w.say("people-login")).required().hint(w.say("people-login-hint"))))
            (field::password(w, &password.hint(w.say("people-password-hint")).autocomplete("new-password").required()))
            (field::text(w, &text("thu", w.say("people-email")).hint(w.say("people-email-hint"))))
            (grant_fields(w, places, (typed, errors)))
            div.buttons { button.main type="submit" { (w.say("people-create")) } }
        }
    };
    let page = Page::of(me, w.say("people-new")).back(PEOPLE, w.say("organise-people"));
    page.errors(errors).show(&body)
}

/// A role, in which cycles, and for whom.
pub(super) fn grant_fields(w: Words, places: &Places, (typed, errors): (&Typed, &Errors)) -> Markup {
    let choose = |first: &'static str| [("", first)].into_iter();
    let roles = ROLES.iter().map(|(_, value, key)| (*value, w.say(key)));
    let roles: Vec<_> = choose(w.say("organise-choose")).chain(roles).collect();
    let cycles = places.cycles.iter().map(|code| (code.as_str(), code.as_str()));
    let cycles: Vec<_> = choose(w.say("people-every-cycle")).chain(cycles).collect();
    let units: Vec<_> = choose(w.say("people-no-unit"))
        .chain(borrowed(&places.units))
        .collect();
    let leaders: Vec<_> = choose(w.say("people-no-leader"))
        .chain(borrowed(&places.leaders))
        .collect();
    let select = |name: &'static str, label: &'static str, hint: &'static str, options: &[(&str, &str)]| {
        let chosen = [typed.or(name, "")];
        let choices = Choices::new(name, label, options).chosen(&chosen).hint(hint);
        choice::select(w, &choices.error(errors.of(name)))
    };
    html! {
        (select("vai-tro", w.say("people-role"), w.say("people-role-hint"), &roles))
        (select("dot", w.say("people-cycle"), w.say("people-cycle-hint"), &cycles))
        (select("don-vi", w.say("people-unit"), w.say("people-unit-hint"), &units))
        (select("lanh-dao", w.say("people-leader"), w.say("people-leader-hint"), &leaders))
    }
}
