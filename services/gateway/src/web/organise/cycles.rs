//! All cycles, and making another one: empty, or from one that was.

use axum::extract::State;
use axum::response::Response;
use chiso_platform::words::Words;
use chiso_wire::identity::Role;
use chiso_wire::registry::{self as pb, CopyCycleRequest, CreateCycleRequest, CycleState};
use maud::{Markup, html};

use super::super::at::At;
use super::super::errors::{Errors, Names};
use super::super::form::Form;
use super::super::me::Me;
use super::super::page::Page;
use super::super::parts::choice::{self, Choices};
use super::super::parts::field::{self, Field};
use super::super::parts::state::{Kind, chip, empty};
use super::super::parts::table::{Column, Table};
use super::super::posted::{Posted, Typed};
use super::super::save::{DONE, Refused, refused, see, send};
use super::super::state::Web;
use super::super::trouble::Answer;
use super::desk::hidden_fields;
use super::{CYCLES, READERS, load};

/// Which of the two forms was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Copy,
    Create,
}

const ORGANISER: &[Role] = &[Role::Organiser];

const COPIED: &Names = &[
    ("from", "tu-dot"),
    ("cycle", "ma-moi"),
    ("years", "so-nam"),
    ("regulation", "can-cu-moi"),
];
const CREATED: &Names = &[("cycle", "ma"), ("province", "tinh"), ("regulation", "can-cu")];

pub(super) async fn show(State(web): State<Web>, me: Me) -> Answer {
    let cycles = load::cycles(&web, &me).await?;
    let nothing = (&Typed::default(), &Errors::new(me.w));
    Ok(view(&web, &me, &cycles, (Way::Copy, nothing)))
}

pub(super) async fn create(State(web): State<Web>, me: Me, posted: Posted) -> Answer {
    let asked = CreateCycleRequest {
        request_id: posted.request_id().to_owned(),
        cycle: posted.text("ma").trim().to_owned(),
        province: posted.text("tinh").trim().to_owned(),
        regulation: posted.text("can-cu").trim().to_owned(),
    };
    let to = format!("{}?{DONE}=tao", super::href(&asked.cycle));
    let sent = match not_theirs(&me, &asked.cycle, "ma") {
        Some(why) => Err(why),
        None => send(me.w, CREATED, web.registry().create_cycle(web.ask(&me, asked))).await?,
    };
    after(&web, &me, &posted, sent.map(|_| to), Way::Create).await
}

pub(super) async fn copy(State(web): State<Web>, me: Me, posted: Posted) -> Answer {
    let sent = match to_copy(me.w, &posted) {
        Ok(asked) => match not_theirs(&me, &asked.cycle, "ma-moi") {
            Some(why) => Err(why),
            None => send(me.w, COPIED, web.registry().copy_cycle(web.ask(&me, asked))).await?,
        },
        Err(errors) => Err(Refused::Again(errors)),
    };
    let to = format!("{}?{DONE}=1", super::href(posted.text("ma-moi").trim()));
    after(&web, &me, &posted, sent.map(|_| to), Way::Copy).await
}

/// Whoever organises some cycles only makes no others.
fn not_theirs(me: &Me, cycle: &str, field: &str) -> Option<Refused> {
    let mut errors = Errors::new(me.w);
    errors.add(field, me.w.say("organise-not-yours"));
    (!me.has(ORGANISER, Some(cycle))).then_some(Refused::Again(errors))
}

/// Whether there is a cycle that the person may make.
fn may_make(me: &Me, cycles: &[pb::Cycle]) -> bool {
    let made = |code: &str| cycles.iter().any(|cycle| cycle.cycle == code);
    let mut grants = me.person.grants.iter();
    grants.any(|grant| ORGANISER.contains(&grant.role()) && !made(&grant.cycle))
}

fn to_copy(w: Words, posted: &Posted) -> Result<CopyCycleRequest, Errors> {
    let mut form = Form::new(posted, w);
    let (from, cycle) = (form.needed("tu-dot"), form.needed("ma-moi"));
    let typed = form.needed("so-nam");
    let years: Option<i32> = typed.parse().ok();
    if years.is_none() && !typed.is_empty() {
        form.errors.add("so-nam", w.say("organise-years-unread"));
    }
    match years {
        Some(years) if form.errors.is_empty() => Ok(CopyCycleRequest {
            request_id: posted.request_id().to_owned(),
            from: from.to_owned(),
            cycle: cycle.to_owned(),
            years,
            regulation: posted.text("can-cu-moi").trim().to_owned(),
        }),
        _ => Err(form.errors),
    }
}

async fn after(web: &Web, me: &Me, posted: &Posted, sent: Result<String, Refused>, way: Way) -> Answer {
    let why = match sent {
        Ok(to) => return Ok(see(&to)),
        Err(why) => why,
    };
    let cycles = load::cycles(web, me).await?;
    let again = |typed: &Typed, errors: &Errors| view(web, me, &cycles, (way, (typed, errors)));
    Ok(refused(posted, &why, again))
}

fn view(
    web: &Web,
    me: &Me,
    cycles: &[pb::Cycle],
    (way, (typed, errors)): (Way, (&Typed, &Errors)),
) -> Response {
    let w = me.w;
    let (blank, fine) = (Typed::default(), Errors::new(w));
    let of = |own: Way| {
        if own == way {
            (typed, errors)
        } else {
            (&blank, &fine)
        }
    };
    let own = cycles.iter().filter(|cycle| me.has(READERS, Some(&cycle.cycle)));
    let own: Vec<&pb::Cycle> = own.collect();
    let makes = may_make(me, cycles);
    let none = if makes {
        w.say("organise-no-cycles")
    } else {
        w.say("organise-no-own-cycles")
    };
    let body = html! {
        @if me.has_everywhere(READERS) { p { a href=(super::PEOPLE) { (w.say("organise-people")) } } }
        @if own.is_empty() { (empty(none)) } @else { (table(w, &own)) }
        @if makes && !cycles.is_empty() { (copy_form((web, me), cycles, of(Way::Copy))) }
        @if makes { (create_form((web, me), cycles, of(Way::Create))) }
    };
    Page::of(me, w.say("organise-title")).errors(errors).show(&body)
}

fn table(w: Words, cycles: &[&pb::Cycle]) -> Markup {
    let column = |label| Column {
        key: "",
        label,
        numeric: false,
    };
    let row = |cycle: &&pb::Cycle| {
        vec![
            html! { a href=(super::href(&cycle.cycle)) { (cycle.cycle) } },
            state(w, cycle.state()),
            html! { (cycle.province) },
            html! { (cycle.regulation) },
        ]
    };
    let table = Table {
        caption: w.say("organise-cycles"),
        columns: vec![
            column(w.say("organise-cycle-code")),
            column(w.say("organise-state")),
            column(w.say("organise-province")),
            column(w.say("organise-regulation")),
        ],
        rows: cycles.iter().map(row).collect(),
        sort: None,
    };
    table.show(w)
}

pub(super) fn state(w: Words, state: CycleState) -> Markup {
    match state {
        CycleState::Open => chip(Kind::Open, w.say("organise-open")),
        CycleState::Setup | CycleState::Unspecified => chip(Kind::Wanting, w.say("organise-setup")),
    }
}

/// The code after the newest one, where codes are years.
fn next_code(cycles: &[pb::Cycle]) -> String {
    let years = cycles.iter().filter_map(|cycle| cycle.cycle.parse::<u32>().ok());
    years.max().map(|year| (year + 1).to_string()).unwrap_or_default()
}

fn copy_form((web, me): (&Web, &Me), cycles: &[pb::Cycle], (typed, errors): (&Typed, &Errors)) -> Markup {
    let w = me.w;
    let options: Vec<(&str, &str)> = cycles
        .iter()
        .map(|one| (one.cycle.as_str(), one.cycle.as_str()))
        .collect();
    let newest = cycles
        .iter()
        .filter(|one| one.cycle.parse::<u32>().is_ok())
        .max_by_key(|one| one.cycle.clone());
    let newest = newest.or(cycles.first()).map_or("", |one| one.cycle.as_str());
    let chosen = [typed.or("tu-dot", newest)];
    let from = Choices::new("tu-dot", w.say("organise-copy-from"), &options).chosen(&chosen);
    let next = next_code(cycles);
    let text = |name: &'static str, label: &'static str| Field::new(name, label).error(errors.of(name));
    let code = text("ma-moi", w.say("organise-copy-to")).value(typed.or("ma-moi", &next));
    let years = text("so-nam", w.say("organise-copy-years")).value(typed.or("so-nam", "1"));
    let regulation = text("can-cu-moi", w.say("organise-regulation")).value(typed.or("can-cu-moi", ""));
    html! {
        section aria-labelledby="sao-chep" {
            h2 #sao-chep { (w.say("organise-copy")) }
            p { (w.say("organise-copy-meaning")) }
            form.narrow method="post" action=(format!("{CYCLES}/sao-chep")) novalidate {
                (hidden_fields(web, me))
                (choice::select(w, &from.error(errors.of("tu-dot"))))
                (field::text(w, &code.required().hint(w.say("organise-code-hint"))))
                (field::decimal(w, &years.required().hint(w.say("organise-copy-years-hint"))))
                (field::text(w, &regulation.hint(w.say("organise-copy-regulation-hint"))))
                div.buttons { button.main type="submit" { (w.say("organise-copy-act")) } }
            }
        }
    }
}

fn create_form((web, me): (&Web, &Me), cycles: &[pb::Cycle], (typed, errors): (&Typed, &Errors)) -> Markup {
    let w = me.w;
    let province = cycles.first().map_or("", |one| one.province.as_str());
    let text = |name: &'static str, label: &'static str| Field::new(name, label).error(errors.of(name));
    let code = text("ma", w.say("organise-cycle-code")).value(typed.or("ma", ""));
    let province = text("tinh", w.say("organise-province")).value(typed.or("tinh", province));
    let regulation = text("can-cu", w.say("organise-regulation")).value(typed.or("can-cu", ""));
    html! {
        section aria-labelledby="tao-moi" {
            h2 #tao-moi { (w.say("organise-create")) }
            p { (w.say("organise-create-meaning")) }
            form.narrow method="post" action=(format!("{CYCLES}/tao")) novalidate {
                (hidden_fields(web, me))
                (field::text(w, &code.required().hint(w.say("organise-code-hint"))))
                (field::text(w, &province.required()))
                (field::text(w, &regulation.hint(w.say("organise-regulation-hint"))))
                div.buttons { button type="submit" { (w.say("organise-create-act")) } }
            }
        }
    }
}

/// What is refused is shown at the addresses of the forms; opened by hand they lead to the list.
pub(super) async fn back(_at: At) -> Answer {
    Ok(see(CYCLES))
}
