//! What is about to be published, what was, and what differs.

use axum::response::Response;
use chiso_domain::cycle::Cycle;
use chiso_platform::words::{Arg, Words};
use chiso_wire::ranking as pb;
use maud::{Markup, html};

use super::super::errors::Errors;
use super::super::format::points;
use super::super::me::Me;
use super::super::page::Page;
use super::super::parts::field::{self, Field};
use super::super::parts::state::{Kind, empty, notice};
use super::super::parts::table::{Column, Table};
use super::super::posted::Typed;
use super::super::readers::view_ranking::{class, rank};
use super::super::state::Web;
use super::changes::{Change, changes};
use super::load::{count, type_name, unit};
use super::publish::{Draft, NEWEST, SEEN};
use super::ranking::Ranking;
use super::view_ranking::{at, class_name, ready};
use super::{view, view_ranking};

/// As the service takes it.
const LONGEST_DOCUMENT: usize = 500;

/// The versions of the cycle, and the way to another one.
pub(super) fn versions(w: Words, ranking: &Ranking) -> Markup {
    let act = super::href(ranking.code(), super::PUBLISH);
    html! {
        section aria-labelledby="cong-bo" {
            h2 #cong-bo { (w.say("conduct-versions")) }
            @if ranking.versions.is_empty() { (empty(w.say("conduct-no-versions"))) } @else { (table(w, ranking)) }
            @if ranking.organiser {
                p { a.main href=(act) {
                    @if ranking.versions.is_empty() { (w.say("conduct-to-publish")) } @else { (w.say("conduct-to-correct")) }
                } }
            }
        }
    }
}

fn table(w: Words, ranking: &Ranking) -> Markup {
    let column = |(key, numeric)| Column {
        key: "",
        label: w.say(key),
        numeric,
    };
    let columns = [
        ("conduct-version", false),
        ("conduct-published-at", false),
        ("conduct-document", false),
        ("conduct-correction", false),
        ("conduct-differences", false),
        ("conduct-public-page", false),
    ];
    let cycle = ranking.code();
    let row = |version: &pb::Version| {
        let number = i64::from(version.version);
        let own = format!("{}/ban/{number}", super::href(cycle, super::RANKING));
        vec![
            html! { (w.tell("conduct-version-number", &[("n", Arg::Count(number))])) },
            html! { (at(version.published_at.as_ref())) },
            html! { (version.document) },
            html! { (version.correction_reason) },
            html! { @if number > 1 { a href=(own) { (w.say("conduct-see-differences")) } } @else { "–" } },
            html! { a href=(public(cycle, version.version)) { (w.say("conduct-see-public")) } },
        ]
    };
    let table = Table {
        caption: w.say("conduct-versions"),
        columns: columns.map(column).into(),
        rows: ranking.versions.iter().map(row).collect(),
        sort: None,
    };
    table.show(w)
}

fn public(cycle: &str, version: i32) -> String {
    format!("/xep-hang/{cycle}?ban={version}")
}

/// What will be public, and the act.
pub(super) fn preview(web: &Web, me: &Me, draft: &Draft, typed: &Typed, errors: &Errors) -> Response {
    let (w, ranking) = (me.w, &draft.ranking);
    let cycle = ranking.code();
    let number = [
        ("cycle", Arg::Text(cycle)),
        ("n", Arg::Count(i64::from(draft.number()))),
    ];
    let body = html! {
        (ready(w, ranking))
        @if !ranking.ready.open_ties.is_empty() { (open_ties(w, ranking)) }
        section aria-labelledby="se-cong-bo" {
            h2 #se-cong-bo { (w.say("conduct-will-be-public")) }
            p { (w.say("conduct-will-be-public-note")) }
            (summary(w, ranking))
        }
        @if let Some(before) = &draft.before {
            section aria-labelledby="khac" {
                h2 #khac { (w.say("conduct-changes")) }
                (differences(w, &before.units, &ranking.now.units))
            }
        }
        @if ranking.ready.ready { (form(web, me, draft, typed, errors)) }
        @else { (cannot(w, typed)) }
    };
    Page::of(me, w.tell("conduct-publish-title", &number))
        .back(super::href(cycle, super::RANKING), w.say("conduct-ranking"))
        .errors(errors)
        .wide()
        .show(&body)
}

/// Nothing is published yet; what was typed till it turned out so can still be copied.
fn cannot(w: Words, typed: &Typed) -> Markup {
    let kept = [
        ("van-ban", w.say("conduct-decision")),
        ("ly-do", w.say("conduct-correction")),
    ];
    html! {
        p { (w.say("conduct-cannot-publish")) }
        @for (name, label) in kept {
            @if !typed.or(name, "").is_empty() {
                (field::area(w, &Field::new(name, label).value(typed.or(name, "")).locked(true)))
            }
        }
    }
}

fn open_ties(w: Words, ranking: &Ranking) -> Markup {
    let n = count(ranking.ready.open_ties.len());
    let to = format!("/tham-dinh/{}/dong-diem", ranking.code());
    notice(
        Kind::Wanting,
        html! { p { (w.tell("conduct-publish-ties", &[("n", Arg::Count(n))])) " " a href=(to) { (w.say("conduct-to-ties")) } } },
    )
}

/// Of each type: how many units in each class, and who is excellent.
fn summary(w: Words, ranking: &Ranking) -> Markup {
    let classes = [
        pb::Class::Excellent,
        pb::Class::Good,
        pb::Class::Completed,
        pb::Class::NotCompleted,
        pb::Class::Unspecified,
    ];
    let column = |label, numeric| Column {
        key: "",
        label,
        numeric,
    };
    let mut columns = vec![column(w.say("readers-type"), false)];
    columns.extend(classes.map(|class| column(class_name(w, class), true)));
    columns.push(column(w.say("conduct-excellent-units"), false));
    let row = |of_type: &pb::TypeSummary| {
        let units: Vec<&pb::UnitResult> = ranking.units_of(&of_type.unit_type).collect();
        let of = |class: pb::Class| units.iter().filter(move |unit| unit.class() == class);
        let best: Vec<&str> = of(pb::Class::Excellent)
            .map(|best| unit(&ranking.cycle, &best.unit))
            .collect();
        let mut cells = vec![html! { (type_name(w, &ranking.cycle, &of_type.unit_type)) }];
        cells.extend(classes.map(|class| html! { (of(class).count()) }));
        cells.push(html! { (best.join(", ")) });
        cells
    };
    let table = Table {
        caption: w.say("conduct-will-be-public"),
        columns,
        rows: ranking.now.types.iter().map(row).collect(),
        sort: None,
    };
    table.show(w)
}

fn form(web: &Web, me: &Me, draft: &Draft, typed: &Typed, errors: &Errors) -> Markup {
    let w = me.w;
    let cycle = draft.ranking.code();
    let document = Field::new("van-ban", w.say("conduct-decision"))
        .required()
        .hint(w.say("conduct-decision-hint"))
        .longest(LONGEST_DOCUMENT)
        .value(typed.or("van-ban", ""))
        .error(errors.of("van-ban"));
    let reason = Field::new("ly-do", w.say("conduct-correction"))
        .required()
        .hint(w.say("conduct-correction-hint"))
        .longest(LONGEST_DOCUMENT)
        .value(typed.or("ly-do", ""))
        .error(errors.of("ly-do"));
    let number = [("n", Arg::Count(i64::from(draft.number())))];
    html! {
        section aria-labelledby="quyet-dinh" {
            h2 #quyet-dinh { (w.tell("conduct-publish", &number)) }
            p { (w.say("conduct-publish-meaning")) }
            form.narrow method="post" action=(super::href(cycle, super::PUBLISH)) novalidate {
                (view::fields(web, me))
                input type="hidden" name=(SEEN) value=(draft.seen.0);
                input type="hidden" name=(NEWEST) value=(draft.seen.1);
                (field::text(w, &document))
                @if draft.is_correction() { (field::area(w, &reason)) }
                div.buttons { button.main type="submit" { (w.tell("conduct-publish-act", &number)) } }
            }
        }
    }
}

/// The units that stand otherwise, before and after.
fn differences(w: Words, before: &[pb::UnitResult], after: &[pb::UnitResult]) -> Markup {
    let found = changes(before, after);
    if found.is_empty() {
        return empty(w.say("conduct-no-changes"));
    }
    let column = |(key, numeric)| Column {
        key: "",
        label: w.say(key),
        numeric,
    };
    let columns = [
        ("conduct-column-unit", false),
        ("readers-total", true),
        ("readers-rank", true),
        ("readers-class", false),
        ("conduct-changed-contents", false),
    ];
    let caption = w.tell("conduct-changed-units", &[("n", Arg::Count(count(found.len())))]);
    let table = Table {
        caption: &caption,
        columns: columns.map(column).into(),
        rows: found.iter().map(|change| changed(w, change)).collect(),
        sort: None,
    };
    table.show(w)
}

fn changed(w: Words, change: &Change<'_>) -> Vec<Markup> {
    let of = |show: &dyn Fn(&pb::UnitResult) -> Markup| {
        let [before, after] =
            [change.before, change.after].map(|unit| unit.map(show).map(Markup::into_string));
        let one = |text: Option<String>| maud::PreEscaped(text.unwrap_or_else(|| "–".to_owned()));
        if before == after {
            return one(after);
        }
        html! { (one(before)) " → " strong { (one(after)) } }
    };
    vec![
        html! { (change.name()) },
        of(&|unit| html! { (points(w, &unit.total)) }),
        of(&|unit| rank(w, unit)),
        of(&|unit| html! { (class(w, unit)) }),
        contents(w, change),
    ]
}

/// "II: 18,50 → 19,00", for each content whose points are others.
fn contents(w: Words, change: &Change<'_>) -> Markup {
    let (Some(before), Some(after)) = (change.before, change.after) else {
        return html! { "–" };
    };
    let was = |code: &str| {
        let own = before.contents.iter().find(|content| content.code == code);
        own.map_or("", |content| content.points.as_str())
    };
    html! {
        @for content in &after.contents {
            @if was(&content.code) != content.points {
                p { (content.code) ": " (points(w, was(&content.code))) " → " strong { (points(w, &content.points)) } }
            }
        }
        @if before.penalty != after.penalty {
            p { (w.say("readers-penalty")) ": " (points(w, &before.penalty)) " → " strong { (points(w, &after.penalty)) } }
        }
    }
}

/// A version, and what it changed.
pub(super) fn version(
    me: &Me,
    cycle: &Cycle,
    own: &pb::GetPublishedResponse,
    before: Option<&pb::GetPublishedResponse>,
) -> Response {
    let w = me.w;
    let code = cycle.code.as_str();
    let told = own.version.clone().unwrap_or_default();
    let number = i64::from(told.version);
    let body = html! {
        dl.facts {
            dt { (w.say("conduct-published-at")) } dd { (view_ranking::at(told.published_at.as_ref())) }
            dt { (w.say("conduct-document")) } dd { (told.document) }
            @if !told.correction_reason.is_empty() {
                dt { (w.say("conduct-correction")) } dd { (told.correction_reason) }
            }
            dt { (w.say("conduct-sha256")) } dd { code { (told.sha256) } }
        }
        section aria-labelledby="khac" {
            h2 #khac { (w.say("conduct-changes")) }
            @match before {
                Some(before) => (differences(w, &before.units, &own.units)),
                None => p { (w.say("conduct-first-version")) },
            }
        }
        p { a href=(public(code, told.version)) { (w.say("conduct-see-public")) } }
    };
    let title = [("cycle", Arg::Text(code)), ("n", Arg::Count(number))];
    Page::of(me, w.tell("conduct-version-title", &title))
        .back(super::href(code, super::RANKING), w.say("conduct-ranking"))
        .wide()
        .show(&body)
}
