//! Indices that somebody else made: their scores come in one workbook for all units, with the decision that published
//! them.

use std::collections::BTreeMap;

use axum::extract::{Request, State};
use axum::response::Response;
use chiso_domain::cycle::{Criterion, Cycle, Rule, Unit, Window};
use chiso_domain::kernel::{CriterionCode, Instant};
use chiso_platform::words::{Arg, Words};
use chiso_wire::convert::{instant, timestamp};
use chiso_wire::ledger::{
    ExternalScore, GetExternalIndexRequest, GetExternalIndexResponse, ImportExternalIndexRequest, SeenImport,
};
use maud::{Markup, html};

use super::super::at::At;
use super::super::errors::{Errors, Names};
use super::super::format;
use super::super::me::Me;
use super::super::out::{Cell, Sheet, xlsx};
use super::super::parts::faults::Fault;
use super::super::parts::field::{self, Field};
use super::super::parts::state::{Kind, chip, empty, notice};
use super::super::parts::table::{Column, Table};
use super::super::people::names;
use super::super::posted::Typed;
use super::super::save::{DONE, Refused, refused, see};
use super::super::state::Web;
use super::super::trouble::{Answer, Trouble};
use super::book::{self, FILE, Sent, Why};
use super::desk::Desk;
use super::load::{self, Frame};
use super::when::{self, Side};

const NAMES: &Names = &[("xlsx", FILE), ("document", DOCUMENT)];
const DOCUMENT: &str = "van-ban";
/// The field with the import of an index that was looked at: another one is not replaced.
const SEEN: &str = "_da-xem-";

/// An index of the cycle, and whose points it makes.
#[derive(Debug)]
struct Index<'a> {
    leaf: &'a Criterion,
    units: Vec<&'a Unit>,
}

/// An index whose workbook was just refused.
#[derive(Debug)]
struct Wrong<'a> {
    leaf: &'a str,
    faults: &'a [Fault],
    /// The import that was looked at, as the form said it; none where a newer one is to be looked at.
    seen: Option<&'a str>,
}

/// What was imported, by criterion, and the names of who did. Nothing while the cycle is made.
#[derive(Debug, Default)]
struct Imported {
    told: BTreeMap<String, GetExternalIndexResponse>,
    names: BTreeMap<String, String>,
}

impl Imported {
    async fn load(web: &Web, me: &Me, frame: &Frame) -> Result<Self, Trouble> {
        let mut told = BTreeMap::new();
        for index in indices(&frame.cycle).iter().filter(|_| frame.open) {
            let asked = GetExternalIndexRequest {
                cycle: frame.cycle.code.to_string(),
                criterion: index.leaf.code.to_string(),
            };
            let reply = web.ledger().get_external_index(web.ask(me, asked)).await?;
            told.insert(index.leaf.code.to_string(), reply.into_inner());
        }
        let people = told.values().map(|one| one.imported_by.clone()).collect();
        let names = names(web, me, people).await;
        Ok(Self { told, names })
    }

    /// The rows of an index; none while the cycle is made.
    fn scores(&self, leaf: &str) -> &[ExternalScore] {
        self.told.get(leaf).map_or(&[], |told| &told.scores)
    }

    /// The import that the page shows, as a form says it; empty before the first one.
    fn seen(&self, leaf: &str) -> String {
        let told = self.told.get(leaf);
        let at = told.and_then(|told| instant("imported_at", told.imported_at.as_ref()).ok());
        at.map(|at| at.micros().to_string()).unwrap_or_default()
    }

    /// Whether a unit is not rated by an index.
    fn excuses(&self, leaf: &str, unit: &str) -> bool {
        let mut rows = self.scores(leaf).iter();
        rows.any(|row| row.unit == unit && !row.not_applicable.is_empty())
    }
}

pub(super) async fn show(State(web): State<Web>, me: Me, at: At) -> Answer {
    let frame = load::frame(&web, &me, &at).await?;
    let imported = Imported::load(&web, &me, &frame).await?;
    let (typed, errors) = (Typed::default(), Errors::new(me.w));
    let desk = Desk {
        done: at.query(DONE),
        ..desk_of(&web, &me, &frame, &typed, &errors)
    };
    Ok(view(&desk, &imported, None))
}

pub(super) async fn take(State(web): State<Web>, me: Me, at: At, request: Request) -> Answer {
    let frame = load::frame(&web, &me, &at).await?;
    let leaf = leaf(&frame.cycle, &at)?.to_string();
    let sent = book::read(&web, request).await?;
    match import(&web, &me, (frame.cycle.code.as_str(), &leaf), &sent).await? {
        Ok(()) => Ok(see(&format!(
            "{}/chi-so-khac?{DONE}=1",
            super::href(at.part("cycle"))
        ))),
        Err(why) => again((&web, &me, &frame), &leaf, &sent, &why).await,
    }
}

/// The page with what was typed for an index, and why it was not taken.
async fn again((web, me, frame): (&Web, &Me, &Frame), leaf: &str, sent: &Sent, why: &Why) -> Answer {
    let imported = Imported::load(web, me, frame).await?;
    let refusal = why.refused(me.w);
    // After a clash the page shows what is there now, and whoever sends again means it.
    let clash = matches!(refusal, Refused::Clash(_));
    let wrong = Wrong {
        leaf,
        faults: why.faults(),
        seen: (!clash).then(|| sent.posted.text(&format!("{SEEN}{leaf}"))),
    };
    let shown = |typed: &Typed, errors: &Errors| {
        let desk = desk_of(web, me, frame, typed, errors);
        view(&desk, &imported, Some(&wrong))
    };
    Ok(refused(&sent.posted, &of_index(&refusal, leaf), shown))
}

/// The fields of each index have names of their own, since the page has a form for each.
fn of_index(why: &Refused, leaf: &str) -> Refused {
    why.renamed(|field| format!("{field}-{leaf}"))
}

const fn desk_of<'a>(
    web: &'a Web,
    me: &'a Me,
    frame: &'a Frame,
    typed: &'a Typed,
    errors: &'a Errors,
) -> Desk<'a> {
    Desk {
        web,
        me,
        frame,
        typed,
        errors,
        done: None,
        seen: frame.cycle.version,
    }
}

async fn import(
    web: &Web,
    me: &Me,
    (cycle, leaf): (&str, &str),
    sent: &Sent,
) -> Result<Result<(), Why>, Trouble> {
    let Some(xlsx) = sent.xlsx.clone() else {
        return Ok(Err(Why::missing(me.w)));
    };
    let asked = ImportExternalIndexRequest {
        request_id: sent.posted.request_id().to_owned(),
        cycle: cycle.to_owned(),
        criterion: leaf.to_owned(),
        xlsx: xlsx.into(),
        document: sent.posted.text(&format!("{DOCUMENT}-{leaf}")).trim().to_owned(),
        seen_import: sent.posted.all(&format!("{SEEN}{leaf}")).next().map(seen),
    };
    let call = async { web.ledger().import_external_index(web.ask(me, asked)).await };
    Ok(book::import(me.w, NAMES, call).await?.map(|_| ()))
}

/// The import that a form showed, from its hidden field.
fn seen(shown: &str) -> SeenImport {
    let at = shown.parse().ok().map(Instant::from_micros);
    SeenImport {
        at: at.map(timestamp),
    }
}

/// A workbook for an index with a row for each of its units.
pub(super) async fn sample(State(web): State<Web>, me: Me, at: At) -> Answer {
    let frame = load::frame(&web, &me, &at).await?;
    let code = leaf(&frame.cycle, &at)?;
    let own = indices(&frame.cycle)
        .into_iter()
        .find(|index| index.leaf.code == code);
    let imported = Imported::load(&web, &me, &frame).await?;
    let sheet = empty_sheet(me.w, &own.ok_or_else(Trouble::missing)?, &imported);
    let bytes = xlsx::write(&sheet).map_err(|_never| Trouble::missing())?;
    Ok(book::given(&format!("{}-{code}.xlsx", frame.cycle.code), bytes))
}

fn empty_sheet(w: Words, index: &Index<'_>, imported: &Imported) -> Sheet {
    let rated = |unit: &&&Unit| !imported.excuses(index.leaf.code.as_str(), unit.code.as_str());
    let row = |unit: &&Unit| vec![Cell::text(unit.code.as_str()), Cell::Empty];
    Sheet {
        name: w.say("organise-external-sheet").to_owned(),
        heading: vec![
            w.say("organise-external-unit").to_owned(),
            w.say("organise-external-points").to_owned(),
        ],
        rows: index.units.iter().filter(rated).map(row).collect(),
    }
}

/// The criterion of the address, where it is an external index of the cycle.
fn leaf(cycle: &Cycle, at: &At) -> Result<CriterionCode, Trouble> {
    let code: CriterionCode = at.code("criterion")?;
    let known = indices(cycle).iter().any(|index| index.leaf.code == code);
    known.then_some(code).ok_or_else(Trouble::missing)
}

/// Each external index once, with the units whose sets have it.
fn indices(cycle: &Cycle) -> Vec<Index<'_>> {
    let mut indices: Vec<Index<'_>> = Vec::new();
    for unit in cycle.units_in_order() {
        for leaf in cycle
            .index_set(&unit.code)
            .into_iter()
            .flat_map(|set| set.leaves())
        {
            if !matches!(leaf.rule, Rule::External { .. }) {
                continue;
            }
            match indices.iter_mut().find(|index| index.leaf.code == leaf.code) {
                Some(known) => known.units.push(unit),
                None => indices.push(Index {
                    leaf,
                    units: vec![unit],
                }),
            }
        }
    }
    indices
}

fn view(desk: &Desk<'_>, imported: &Imported, wrong: Option<&Wrong<'_>>) -> Response {
    let w = desk.w();
    let indices = indices(&desk.frame.cycle);
    let body = html! {
        (desk.told(w.say("organise-external-saved")))
        p { (w.say("organise-external-meaning")) }
        (time(desk))
        @if indices.is_empty() { (empty(w.say("organise-external-none"))) }
        @for index in &indices { (section(desk, index, imported, wrong)) }
    };
    desk.page(w.say("organise-external")).show(&body)
}

/// When scores may come in.
fn time(desk: &Desk<'_>) -> Markup {
    let (w, now) = (desk.w(), desk.web.now());
    let Some(span) = desk.frame.cycle.calendar.span(Window::ExternalIndex, None) else {
        return notice(Kind::Wanting, html! { p { (w.say("organise-external-unset")) } });
    };
    let (from, until) = (
        when::shown(span.start, Side::Start),
        when::shown(span.end, Side::End),
    );
    let (state, told) = if !desk.frame.open {
        (
            chip(Kind::Quiet, w.say("steps-ahead")),
            Some(w.say("organise-external-not-open")),
        )
    } else if now < span.start {
        (
            chip(Kind::Quiet, w.say("steps-ahead")),
            Some(w.say("organise-external-ahead")),
        )
    } else if now < span.end {
        (chip(Kind::Open, w.say("steps-now")), None)
    } else {
        (
            chip(Kind::Locked, w.say("organise-over")),
            Some(w.say("organise-external-over")),
        )
    };
    let over = desk.frame.open && now >= span.end && desk.changes();
    let times = [("from", Arg::Text(&from)), ("until", Arg::Text(&until))];
    html! {
        p { (w.tell("organise-external-time", &times)) " " (state) }
        @if let Some(told) = told { (notice(Kind::Locked, html! { p { (told) } })) }
        @if over { p { a href=(desk.href("#cua-so")) { (w.say("organise-to-extend")) } } }
    }
}

/// Whether scores may come in now.
fn is_open(desk: &Desk<'_>) -> bool {
    let span = desk.frame.cycle.calendar.span(Window::ExternalIndex, None);
    desk.frame.open && span.is_some_and(|span| span.contains(desk.web.now()))
}

fn section(desk: &Desk<'_>, index: &Index<'_>, imported: &Imported, wrong: Option<&Wrong<'_>>) -> Markup {
    let (w, code) = (desk.w(), index.leaf.code.as_str());
    let own = wrong.filter(|wrong| wrong.leaf == code);
    let shown = imported.seen(code);
    let seen = own.and_then(|own| own.seen).unwrap_or(&shown);
    let about = [("code", Arg::Text(code)), ("name", Arg::Text(&index.leaf.name))];
    let units = i64::try_from(index.units.len()).unwrap_or(i64::MAX);
    let max = format::points(w, &index.leaf.max.to_string());
    let facts = [("units", Arg::Count(units)), ("max", Arg::Text(&max))];
    html! {
        section {
            h2 { (w.tell("organise-external-index", &about)) }
            p { (w.tell("organise-external-facts", &facts)) }
            @if let Some(own) = own { (book::faulty(w, own.faults)) }
            @if desk.changes() { (form(desk, (code, seen), own.is_some())) }
            @if desk.frame.open { (what_is_there(desk, index, imported)) }
        }
    }
}

/// What was imported last, by which decision, and the points it gives.
fn what_is_there(desk: &Desk<'_>, index: &Index<'_>, imported: &Imported) -> Markup {
    let (w, code) = (desk.w(), index.leaf.code.as_str());
    let told = imported.told.get(code);
    let last = told.and_then(|told| Some((told, instant("imported_at", told.imported_at.as_ref()).ok()?)));
    let Some((told, at)) = last else {
        return empty(w.say("organise-external-nothing"));
    };
    let by = imported.names.get(&told.imported_by);
    let by = by.map_or_else(|| w.say("organise-external-somebody"), String::as_str);
    let at = format::instant(at);
    let facts = [
        ("document", Arg::Text(&told.document)),
        ("at", Arg::Text(&at)),
        ("by", Arg::Text(by)),
    ];
    let column = |(key, numeric)| Column {
        key: "",
        label: w.say(key),
        numeric,
    };
    let columns = [
        ("organise-code", false),
        ("organise-name", false),
        ("organise-external-score", true),
        ("organise-external-gives", true),
    ];
    let row = |row: &ExternalScore| {
        let unit = index.units.iter().find(|unit| unit.code.as_str() == row.unit);
        let points = match (row.not_applicable.as_str(), row.points.as_str()) {
            ("", "") => html! { "–" },
            ("", points) => html! { (format::points(w, points)) },
            (why, _) => html! { (w.tell("organise-external-excused", &[("why", Arg::Text(why))])) },
        };
        vec![
            html! { (row.unit) },
            html! { (unit.map_or("", |unit| unit.name.as_str())) },
            html! { @if row.score.is_empty() { "–" } @else { (format::points(w, &row.score)) } },
            points,
        ]
    };
    let table = Table {
        caption: &w.tell("organise-external-last", &facts),
        columns: columns.map(column).into(),
        rows: told.scores.iter().map(row).collect(),
        sort: None,
    };
    table.show(w)
}

/// The form of an index, while scores may come in. What was sent too late stays to be read.
fn form(desk: &Desk<'_>, (code, seen): (&str, &str), sent: bool) -> Markup {
    let (w, open) = (desk.w(), is_open(desk));
    let (named_file, named_document) = (format!("{FILE}-{code}"), format!("{DOCUMENT}-{code}"));
    let file = Field::new(&named_file, w.say("organise-file")).required();
    let file = file
        .hint(w.say("organise-file-hint"))
        .error(desk.errors.of(&named_file));
    let document = Field::new(&named_document, w.say("organise-document")).required();
    let document = document
        .hint(w.say("organise-external-document-hint"))
        .locked(!open);
    html! {
        p { a href=(desk.href(&format!("/chi-so-khac/{code}/mau.xlsx"))) { (w.say("organise-external-sample")) } }
        @if open || sent {
            form.narrow method="post" action=(desk.href(&format!("/chi-so-khac/{code}/tep"))) enctype="multipart/form-data" novalidate {
                (desk.hidden())
                input type="hidden" name=(format!("{SEEN}{code}")) value=(seen);
                (desk.text(&document, &named_document, ""))
                @if open {
                    (field::file(w, &file))
                    div.buttons { button.main type="submit" { (w.say("organise-import-act")) } }
                }
            }
        }
    }
}
