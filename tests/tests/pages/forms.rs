//! Every form of every page, sent empty and with nonsense by those who find it by following links: nothing breaks, what
//! was typed stays, and the summary has the focus, names each field and leads to it.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use axum::http::StatusCode;
use chiso_gateway::pages;
use chiso_platform::clock::Clock;
use chiso_tests::{Shape, Year};

use crate::appraisal::second_round;
use crate::deny::make_another;
use crate::markup::{Control, Form, forms, links, plain};
use crate::site::{Answer, Browser, routes, settings};

/// No number, no date, no code, and nothing that may stand in a page as it is.
const NONSENSE: &str = "x <b>\"12,5,3";
/// So many pages of each pattern are opened: they differ by the state of what they show.
const OF_EACH: usize = 3;
/// What ends sessions, or changes the language of the page.
const LEFT_OUT: [&str; 3] = ["/dang-xuat", "/ngon-ngu", "/tai-khoan/dang-xuat"];

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Filled {
    Empty,
    Nonsense,
}

#[tokio::test(flavor = "multi_thread")]
async fn of_those_who_set_a_year_up_and_ask() {
    let mut year = Year::open(Shape::Embedded).await;
    make_another(&year).await;
    year.prepare_interviews().await;
    year.enter("2022-11-20T08:00:00+07:00");
    sweep(&year, &["dieutra", "giamsat", "quantri"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_those_who_score_themselves_and_verify() {
    let mut year = Year::open(Shape::Embedded).await;
    year.prepare_survey().await;
    year.fieldwork().await;
    year.draw().await;
    sweep(&year, &["cb-stc", "tt-stc", "phuctra", "quantri"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_those_who_explain_appraise_and_decide() {
    let year = second_round().await;
    year.enter("2022-12-20T08:00:00+07:00");
    sweep(&year, &["cb-vt", "tt-vt"]).await;
    year.enter("2022-12-22T08:00:00+07:00");
    sweep(&year, &["td-stc", "td-snv", "chutich-hd", "quantri"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_those_who_mark_and_publish() {
    let year = Year::open(Shape::Embedded).await;
    year.name_leaders().await;
    year.enter("2022-12-26T08:00:00+07:00");
    sweep(&year, &["chutich", "quantri"]).await;
}

/// One after the other, so that nobody does away with what the next one needs: the organiser is the last.
async fn sweep(year: &Year, logins: &[&str]) {
    let router = routes(&year.sandbox, &Clock::simulated(year.clock.now()), settings());
    let mut faults = Vec::new();
    for login in logins {
        let mut browser = Browser::on(&router);
        browser.enter(login).await;
        let sent = walk(&mut browser, login, &mut faults).await;
        assert!(sent > 3, "{login} found {sent} forms");
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

/// How many forms somebody found and sent.
async fn walk(browser: &mut Browser, login: &str, faults: &mut Vec<String>) -> usize {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut sent = BTreeSet::new();
    let mut known = BTreeSet::new();
    let mut open = VecDeque::from(["/viec-cua-toi".to_owned()]);
    while let Some(at) = open.pop_front() {
        let (at, page) = follow(browser, at).await;
        if !page.status.is_success() || !page.header("content-type").starts_with("text/html") {
            continue;
        }
        for link in links(&page.text) {
            let Some(sort) = sort(&link) else { continue };
            let count = seen.entry(sort).or_default();
            if *count < OF_EACH && known.insert(link.clone()) {
                *count += 1;
                open.push_back(link);
            }
        }
        let here = pattern(&at).unwrap_or_default();
        for form in forms(&page.text) {
            let Some(to) = pattern(&form.action).filter(|to| !LEFT_OUT.iter().any(|out| to.starts_with(out)))
            else {
                continue;
            };
            if form.can_be_sent && sent.insert((here, to)) {
                for filled in [Filled::Empty, Filled::Nonsense] {
                    let (found, next) = try_one(browser, &at, to, filled).await;
                    open.extend(next);
                    faults.extend(
                        found
                            .into_iter()
                            .map(|fault| format!("{login} at {at}, {to} {filled:?}: {fault}")),
                    );
                }
            }
        }
    }
    sent.len()
}

/// The page that an address leads to in the end.
async fn follow(browser: &mut Browser, mut at: String) -> (String, Answer) {
    for _more in 0..3 {
        let page = browser.get(&at).await;
        if page.status != StatusCode::SEE_OTHER {
            return (at, page);
        }
        page.leads_to().clone_into(&mut at);
    }
    panic!("{at} leads on and on");
}

/// Pages of one sort have the same route, and are asked for with the same parameters.
fn sort(address: &str) -> Option<String> {
    let query = address.split_once('?').map_or("", |(_, query)| query);
    let names = query
        .split('&')
        .map(|pair| pair.split('=').next().unwrap_or_default());
    Some(names.fold(pattern(address)?.to_owned(), |sort, name| sort + " " + name))
}

/// The route that an address belongs to; none for those that lead elsewhere.
fn pattern(address: &str) -> Option<&'static str> {
    let path = address.split(['?', '#']).next()?;
    let parts: Vec<&str> = path.split('/').collect();
    let fits = |route: &str| {
        let wanted: Vec<&str> = route.split('/').collect();
        wanted.len() == parts.len()
            && wanted
                .iter()
                .zip(&parts)
                .all(|(wanted, part)| wanted.starts_with('{') || wanted == part)
    };
    // Of two that fit the one that says more.
    let routes = pages()
        .into_iter()
        .map(|route| route.path)
        .filter(|route| fits(route));
    routes.min_by_key(|route| route.matches('{').count())
}

/// What is wrong with the answer, and where it leads. The form as it stands in the page now, which an earlier one may
/// have changed.
async fn try_one(browser: &mut Browser, at: &str, to: &str, filled: Filled) -> (Vec<String>, Option<String>) {
    let page = browser.get(at).await;
    let found = forms(&page.text);
    let same = |form: &&Form| form.can_be_sent && pattern(&form.action) == Some(to);
    let Some(form) = found.iter().find(same) else {
        return (Vec::new(), None);
    };
    let answer = send(browser, form, &fields(form, filled)).await;
    match answer.status.as_u16() {
        200 => (Vec::new(), None),
        303 => (Vec::new(), Some(answer.leads_to().to_owned())),
        409 | 422 => (wrong(form, filled, &answer), None),
        other => (vec![format!("{other}")], None),
    }
}

/// Of several radio buttons the first one.
fn fields(form: &Form, filled: Filled) -> Vec<(&str, &str)> {
    let mut radios = BTreeSet::new();
    let mut fields = Vec::new();
    for control in &form.controls {
        let first = control.kind != "radio" || radios.insert(control.name.as_str());
        fields.extend(
            given(control, filled)
                .filter(|_| first)
                .map(|value| (control.name.as_str(), value)),
        );
    }
    fields
}

/// What is filled in; none where nothing is sent.
fn given(control: &Control, filled: Filled) -> Option<&str> {
    let chosen = match filled {
        Filled::Empty => control.options.first(),
        Filled::Nonsense => control.options.last(),
    };
    match (control.kind.as_str(), filled) {
        ("submit" | "file", _) | ("radio" | "checkbox", Filled::Empty) => None,
        ("hidden", _) | ("radio" | "checkbox", Filled::Nonsense) => Some(&control.value),
        ("select", _) => Some(chosen.map_or("", String::as_str)),
        _ if control.locked => Some(&control.value),
        (_, Filled::Empty) => Some(""),
        (_, Filled::Nonsense) => Some(NONSENSE),
    }
}

async fn send(browser: &mut Browser, form: &Form, fields: &[(&str, &str)]) -> Answer {
    if !form.multipart {
        return browser.post(&form.action, fields).await;
    }
    let mut body = String::new();
    for (name, value) in fields {
        body += &format!("--RANH\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
    }
    body += "--RANH--\r\n";
    let headers = [
        ("accept", "text/html"),
        ("sec-fetch-site", "same-origin"),
        ("content-type", "multipart/form-data; boundary=RANH"),
    ];
    browser.send("POST", &form.action, &headers, body).await
}

/// What a page that takes something back lacks.
fn wrong(form: &Form, filled: Filled, answer: &Answer) -> Vec<String> {
    let mut faults = Vec::new();
    let Some((_, rest)) = answer.text.split_once("<div class=\"summary\"") else {
        return vec!["no summary".to_owned()];
    };
    let summary = rest.split("</div>").next().unwrap_or_default();
    if !summary.contains("data-focus") {
        faults.push("the summary has no focus".to_owned());
    }
    for item in summary.split("<li>").skip(1) {
        if let Some(id) = item
            .split("href=\"#")
            .nth(1)
            .and_then(|rest| rest.split('"').next())
            && !answer.text.contains(&format!("id=\"{id}\""))
        {
            faults.push(format!("#{id} is not there"));
        }
        let text = plain(item);
        if let Some(name) = quoted(&text) {
            faults.push(format!("“{name}” means nothing to whoever reads {text:?}"));
        }
    }
    if filled == Filled::Nonsense {
        faults.extend(lost(form, answer));
    }
    faults
}

/// The name of a field of a message, which nobody sees on a page.
fn quoted(text: &str) -> Option<&str> {
    let names = text.split('“').skip(1).filter_map(|part| part.split('”').next());
    let is_name =
        |name: &&str| name.len() > 2 && name.bytes().all(|b| b.is_ascii_lowercase() || b"_.".contains(&b));
    names.into_iter().find(is_name)
}

/// What was typed is still in its field, or where the form is gone at least somewhere on the page.
fn lost(form: &Form, answer: &Answer) -> Vec<String> {
    let escaped = "x &lt;b&gt;&quot;12,5,3";
    let again: Vec<Control> = forms(&answer.text)
        .into_iter()
        .flat_map(|form| form.controls)
        .collect();
    let mut faults = Vec::new();
    for typed in form.controls.iter().filter(|control| control.is_typed()) {
        let kept = match again.iter().find(|control| control.name == typed.name) {
            Some(control) => control.value == NONSENSE,
            None => answer.text.contains(escaped) || answer.text.contains("x &lt;b&gt;\"12,5,3"),
        };
        if !kept {
            faults.push(format!("{} is lost", typed.name));
        }
    }
    if answer.text.contains("x <b>") {
        faults.push("what was typed is part of the page".to_owned());
    }
    faults
}
