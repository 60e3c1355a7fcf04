//! The same mark for all units of a type that have none yet.

use axum::response::Response;
use chiso_domain::cycle::Unit;
use chiso_platform::words::Arg;
use maud::html;

use super::super::errors::Errors;
use super::super::format;
use super::super::me::Me;
use super::super::page::{Page, hidden};
use super::super::parts::choice::{self, Choices};
use super::super::parts::state::empty;
use super::super::posted::{REQUEST, Typed, VERSION};
use super::super::state::Web;
use super::form::{REST_MARK, REST_UNIT};
use super::load::{ABSTAIN, Sheet};
use super::view::title;

pub(super) fn show(
    (web, me): (&Web, &Me),
    (sheet, kind): (&Sheet, &str),
    typed: &Typed,
    errors: &Errors,
) -> Response {
    let w = me.w;
    let units: Vec<&Unit> = sheet.rest(kind).collect();
    let count = [(
        "count",
        Arg::Count(i64::try_from(units.len()).unwrap_or(i64::MAX)),
    )];
    let scale = sheet.scale();
    let labels: Vec<String> = scale.iter().map(|mark| format::points(w, mark)).collect();
    let marks = scale.iter().map(String::as_str);
    let mut options: Vec<(&str, &str)> = marks.zip(labels.iter().map(String::as_str)).collect();
    options.push((ABSTAIN, w.say("leaders-abstain")));
    let chosen = [typed.or(REST_MARK, "")];
    let label = w.tell("leaders-rest-mark", &count);
    let choices = Choices::new(REST_MARK, &label, &options).chosen(&chosen);
    let body = html! {
        @if units.is_empty() {
            (empty(w.say("leaders-none-open")))
        } @else {
            form method="post" action=(sheet.href(&format!("{kind}/con-lai"))) {
                (hidden(me))
                input type="hidden" name=(REQUEST) value=(web.id());
                input type="hidden" name=(VERSION) value=(sheet.slip.version);
                p { (w.say("leaders-rest-meaning")) }
                ul {
                    @for unit in &units {
                        li { (unit.name) input type="hidden" name=(REST_UNIT) value=(unit.code); }
                    }
                }
                (choice::radios(w, &choices.error(errors.of(REST_MARK))))
                div.buttons { button.main type="submit" { (w.tell("leaders-rest-save", &count)) } }
            }
        }
    };
    let page = Page::of(me, w.say("leaders-rest")).errors(errors);
    page.back(sheet.href(kind), &title(me, &sheet.cycle)).show(&body)
}
