//! Criteria that a unit is not rated by: marked before self-scoring begins, with a reason, for good.

use axum::extract::State;
use axum::response::Response;
use chiso_domain::cycle::{Criterion, Rule, Window};
use chiso_domain::index_set::needs_appraiser;
use chiso_domain::kernel::UnitCode;
use chiso_platform::words::Arg;
use chiso_wire::ledger::{Entry, GetSheetRequest, MarkNotApplicableRequest};
use maud::{Markup, html};

use super::super::at::At;
use super::super::errors::{Errors, Names};
use super::super::format;
use super::super::me::Me;
use super::super::parts::choice::{self, Choices};
use super::super::parts::field::Field;
use super::super::parts::filter;
use super::super::parts::state::{Kind, empty, notice};
use super::super::parts::table::{Column, Table};
use super::super::posted::{Posted, Typed};
use super::super::save::{refused, see, send};
use super::super::state::Web;
use super::super::trouble::{Answer, Trouble};
use super::desk::{DONE, Desk};
use super::load::{self, Frame, borrowed, units};

const NAMES: &Names = &[("unit", "don-vi"), ("criterion", "tieu-chi"), ("reason", "ly-do")];

/// A unit whose criteria are shown, with what the ledger has of them.
#[derive(Debug)]
struct Chosen {
    unit: UnitCode,
    entries: Vec<Entry>,
}

pub(super) async fn show(State(web): State<Web>, me: Me, at: At) -> Answer {
    let frame = load::frame(&web, &me, &at).await?;
    let chosen = chosen(&web, &me, &frame, at.query("don-vi").unwrap_or_default()).await?;
    let nothing = (&Typed::default(), &Errors::new(me.w));
    let desk = desk((&web, &me, &frame), nothing, at.query(DONE));
    Ok(view(&desk, chosen.as_ref()))
}

pub(super) async fn mark(State(web): State<Web>, me: Me, at: At, posted: Posted) -> Answer {
    let frame = load::frame(&web, &me, &at).await?;
    let asked = asked(&frame, &posted);
    let unit = asked.unit.clone();
    let why = match send(me.w, NAMES, web.ledger().mark_not_applicable(web.ask(&me, asked))).await? {
        Ok(_) => return Ok(see(&format!("{}?don-vi={unit}&{DONE}=1", here(&frame)))),
        Err(why) => why,
    };
    let chosen = chosen(&web, &me, &frame, &unit).await?;
    let again = |typed: &Typed, errors: &Errors| {
        view(&desk((&web, &me, &frame), (typed, errors), None), chosen.as_ref())
    };
    Ok(refused(&posted, &why, again))
}

fn asked(frame: &Frame, posted: &Posted) -> MarkNotApplicableRequest {
    MarkNotApplicableRequest {
        request_id: posted.request_id().to_owned(),
        cycle: frame.cycle.code.to_string(),
        unit: posted.text("don-vi").to_owned(),
        criterion: posted.text("tieu-chi").to_owned(),
        reason: posted.text("ly-do").trim().to_owned(),
    }
}

fn here(frame: &Frame) -> String {
    format!("{}/khong-danh-gia", super::href(frame.cycle.code.as_str()))
}

const fn desk<'a>(
    (web, me, frame): (&'a Web, &'a Me, &'a Frame),
    (typed, errors): (&'a Typed, &'a Errors),
    done: Option<&'a str>,
) -> Desk<'a> {
    Desk {
        web,
        me,
        frame,
        typed,
        errors,
        done,
    }
}

/// None where no unit is chosen, or the cycle has none of that code, or it is not open yet.
async fn chosen(web: &Web, me: &Me, frame: &Frame, unit: &str) -> Result<Option<Chosen>, Trouble> {
    let unit: Option<UnitCode> = unit.parse().ok();
    let known = unit.filter(|unit| frame.open && frame.cycle.units.contains_key(unit));
    let Some(unit) = known else {
        return Ok(None);
    };
    let asked = GetSheetRequest {
        cycle: frame.cycle.code.to_string(),
        unit: unit.to_string(),
    };
    let reply = web.ledger().get_sheet(web.ask(me, asked)).await?.into_inner();
    Ok(Some(Chosen {
        unit,
        entries: reply.entries,
    }))
}

fn view(desk: &Desk<'_>, chosen: Option<&Chosen>) -> Response {
    let w = desk.w();
    let body = html! {
        (desk.told(w.say("organise-na-saved")))
        p { (w.say("organise-na-meaning")) }
        @if desk.frame.open {
            (choose(desk, chosen))
            @match chosen {
                Some(chosen) => { (marked(desk, chosen)) (form(desk, chosen)) }
                None => (empty(w.say("organise-na-choose"))),
            }
        } @else {
            (notice(Kind::Wanting, html! { p { (w.say("organise-na-not-open")) } }))
        }
    };
    desk.page(w.say("organise-na")).show(&body)
}

fn choose(desk: &Desk<'_>, chosen: Option<&Chosen>) -> Markup {
    let w = desk.w();
    let units = units(&desk.frame.cycle);
    let options: Vec<_> = [("", w.say("organise-choose"))]
        .into_iter()
        .chain(borrowed(&units))
        .collect();
    let now = [chosen.map_or("", |chosen| chosen.unit.as_str())];
    let unit = Choices::new("don-vi", w.say("organise-unit"), &options).chosen(&now);
    filter::bar(w, &choice::select(w, &unit), &here(desk.frame))
}

/// The criteria that do not apply, with their reasons.
fn marked(desk: &Desk<'_>, chosen: &Chosen) -> Markup {
    let w = desk.w();
    let set = desk.frame.cycle.index_set(&chosen.unit);
    let name = |code: &str| {
        let leaf = set.and_then(|set| set.leaves().find(|leaf| leaf.code.as_str() == code));
        leaf.map_or(String::new(), |leaf| leaf.name.clone())
    };
    let column = |label| Column {
        key: "",
        label,
        numeric: false,
    };
    let own = chosen
        .entries
        .iter()
        .filter(|entry| !entry.not_applicable.is_empty());
    let row = |entry: &Entry| {
        vec![
            html! { (entry.criterion) },
            html! { (name(&entry.criterion)) },
            html! { (entry.not_applicable) },
        ]
    };
    let table = Table {
        caption: w.say("organise-na-marked"),
        columns: vec![
            column(w.say("organise-code")),
            column(w.say("organise-name")),
            column(w.say("organise-reason")),
        ],
        rows: own.map(row).collect(),
        sort: None,
    };
    html! { @if table.rows.is_empty() { (empty(w.say("organise-na-none"))) } @else { (table.show(w)) } }
}

fn form(desk: &Desk<'_>, chosen: &Chosen) -> Markup {
    let w = desk.w();
    let span = desk
        .frame
        .cycle
        .calendar
        .span(Window::SelfScoring, Some(&chosen.unit));
    if let Some(span) = span.filter(|span| desk.web.now() >= span.start) {
        let since = format::instant(span.start);
        let told = w.tell("organise-na-late", &[("since", Arg::Text(&since))]);
        return notice(Kind::Locked, html! { p { (told) } });
    }
    let marked = |code: &str| {
        let mut own = chosen.entries.iter();
        own.any(|entry| entry.criterion == code && !entry.not_applicable.is_empty())
    };
    let leaves = desk
        .frame
        .cycle
        .index_set(&chosen.unit)
        .into_iter()
        .flat_map(|set| set.leaves());
    let open = leaves.filter(|leaf| is_rated(leaf) && !marked(leaf.code.as_str()));
    let options: Vec<(String, String)> = open
        .map(|leaf| (leaf.code.to_string(), format!("{} – {}", leaf.code, leaf.name)))
        .collect();
    let options: Vec<_> = [("", w.say("organise-choose"))]
        .into_iter()
        .chain(borrowed(&options))
        .collect();
    let now = [desk.typed.or("tieu-chi", "")];
    let criterion = Choices::new("tieu-chi", w.say("organise-criterion"), &options).chosen(&now);
    let reason = Field::new("ly-do", w.say("organise-reason")).required();
    html! {
        section aria-labelledby="danh-dau" {
            h2 #danh-dau { (w.say("organise-na-mark")) }
            form.narrow method="post" action=(here(desk.frame)) novalidate {
                (desk.hidden())
                input type="hidden" name="don-vi" value=(chosen.unit);
                (choice::select(w, &criterion.error(desk.errors.of("tieu-chi"))))
                (desk.area(&reason.hint(w.say("organise-na-reason-hint")), "ly-do", ""))
                p { (w.say("organise-na-final")) }
                div.buttons { button.main type="submit" { (w.say("organise-na-act")) } }
            }
        }
    }
}

/// What the ledger rates: survey, leaders and penalties are nothing that a unit may be spared of here.
fn is_rated(leaf: &Criterion) -> bool {
    needs_appraiser(&leaf.rule) && !matches!(leaf.rule, Rule::Penalty { .. })
}
