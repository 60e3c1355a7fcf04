//! The policy: how the regulation is read in this cycle, field by field.

use axum::extract::State;
use axum::response::Response;
use chiso_domain::kernel::{OptionName, Points, QuestionName};
use chiso_platform::words::Arg;
use chiso_wire::registry::SetPolicyRequest;
use maud::{Markup, html};
use serde_json::{Map, Value, json};

use super::super::at::At;
use super::super::errors::Errors;
use super::super::form::Form;
use super::super::format;
use super::super::me::Me;
use super::super::parts::choice::{self, Choices};
use super::super::parts::field::{self, Field};
use super::super::posted::Posted;
use super::super::save::{DONE, Refused, send};
use super::super::state::Web;
use super::super::trouble::Answer;
use super::desk::{self, Desk};
use super::organiser::Organiser;
use super::policy_fields::{GROUPS, Item, Kind, all, label, names};

/// What a box that is checked sends.
const YES: &str = "co";
/// Bytes of what people call a megabyte.
const MEGABYTE: u64 = 1 << 20;
/// No number of the policy has more digits.
const MOST_DIGITS: usize = 9;

pub(super) async fn show(State(web): State<Web>, me: Me, at: At) -> Answer {
    desk::open(&web, &me, &at, view).await
}

pub(super) async fn save(State(web): State<Web>, Organiser(me): Organiser, at: At, posted: Posted) -> Answer {
    let sent = match asked(&me, &at, &posted) {
        Ok(asked) => send(me.w, &names(), web.registry().set_policy(web.ask(&me, asked))).await?,
        Err(errors) => Err(Refused::Again(errors)),
    };
    let to = format!("{}/chinh-sach?{DONE}=1", super::href(at.part("cycle")));
    desk::after((&web, &me, &at), &posted, sent, (&to, view)).await
}

fn asked(me: &Me, at: &At, posted: &Posted) -> Result<SetPolicyRequest, Errors> {
    let mut form = Form::new(posted, me.w);
    let mut policy = Value::Object(Map::new());
    for item in all() {
        if let Some(value) = value(item, me, posted, &mut form) {
            put(&mut policy, item.name(), value);
        }
    }
    if !form.errors.is_empty() {
        return Err(form.errors);
    }
    Ok(SetPolicyRequest {
        request_id: posted.request_id().to_owned(),
        cycle: at.part("cycle").to_owned(),
        policy_json: policy.to_string(),
        seen_version: desk::seen(posted),
    })
}

fn put(into: &mut Value, path: &str, value: Value) {
    match path.split_once('.') {
        None => into[path] = value,
        Some((first, rest)) => {
            if into.get(first).is_none() {
                into[first] = Value::Object(Map::new());
            }
            put(&mut into[first], rest, value);
        }
    }
}

/// What was typed into a field, as the JSON holds it; none where it cannot be read, which is an error of the field.
fn value(item: &Item, me: &Me, posted: &Posted, form: &mut Form<'_>) -> Option<Value> {
    let name = item.name();
    let typed = posted.text(name).trim();
    match item.kind {
        Kind::Yes => Some(json!(typed == YES)),
        Kind::Choice(options) => {
            let offered: Vec<&str> = options.iter().map(|(value, _)| *value).collect();
            let _needed = form.needed(name);
            form.choice(name, &offered).map(|chosen| json!(chosen))
        }
        Kind::Number(offered) => {
            let _needed = form.needed(name);
            let chosen = form.choice(name, offered)?;
            chosen.parse::<u8>().ok().map(|number| json!(number))
        }
        Kind::Points => {
            let _needed = form.needed(name);
            let points = form.decimal(name)?;
            if points.parse::<Points>().is_err() {
                let given = [("typed", Arg::Text(typed))];
                form.errors.add(name, me.w.tell("policy-points-unread", &given));
            }
            Some(json!(points))
        }
        Kind::Count | Kind::Percent => count(me, form, name).map(|count| json!(count)),
        Kind::Megabytes => {
            let stored = posted.text(&stored_name(name)).parse::<u64>().ok();
            let typed = count(me, form, name)?;
            // A size that is no whole number of megabytes stays, unless another one is typed.
            let kept = stored.filter(|bytes| bytes / MEGABYTE == typed);
            Some(json!(kept.unwrap_or_else(|| typed.saturating_mul(MEGABYTE))))
        }
        Kind::Codes => codes(item, me, typed, form),
        Kind::Options => options(me, name, typed, form),
    }
}

fn stored_name(name: &str) -> String {
    format!("{name}-cu")
}

fn count(me: &Me, form: &mut Form<'_>, name: &str) -> Option<u64> {
    let typed = form.needed(name);
    let digits = typed.len() <= MOST_DIGITS && typed.bytes().all(|b| b.is_ascii_digit());
    let read = typed.parse().ok().filter(|_| digits);
    if read.is_none() && !typed.is_empty() {
        let given = [("typed", Arg::Text(typed))];
        form.errors.add(name, me.w.tell("policy-count-unread", &given));
    }
    read
}

fn codes(item: &Item, me: &Me, typed: &str, form: &mut Form<'_>) -> Option<Value> {
    let codes = typed.split([',', ';', '\n']).map(str::trim);
    let codes: Vec<&str> = codes.filter(|code| !code.is_empty()).collect();
    let questions = item.wire == "policy.recheck.questions";
    let bad = codes
        .iter()
        .find(|code| questions && code.parse::<QuestionName>().is_err());
    if let Some(bad) = bad {
        let given = [("typed", Arg::Text(bad))];
        form.errors
            .add(item.name(), me.w.tell("policy-code-unread", &given));
        return None;
    }
    Some(json!(codes))
}

/// "4 = 0,75", one a line.
fn options(me: &Me, name: &str, typed: &str, form: &mut Form<'_>) -> Option<Value> {
    let mut values = Map::new();
    for line in typed.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let read = line.split_once(['=', ':']).and_then(|(option, value)| {
            let option: OptionName = option.trim().parse().ok()?;
            let value = value.trim().replace(',', ".");
            value.parse::<Points>().ok()?;
            Some((option.to_string(), value))
        });
        let once = read.filter(|(option, _)| !values.contains_key(option));
        let Some((option, value)) = once else {
            let given = [("typed", Arg::Text(line))];
            form.errors.add(name, me.w.tell("policy-option-unread", &given));
            return None;
        };
        values.insert(option, json!(value));
    }
    Some(Value::Object(values))
}

fn view(desk: &Desk<'_>) -> Response {
    let w = desk.w();
    let policy = serde_json::to_value(&desk.frame.cycle.rules.policy).unwrap_or_default();
    let body = html! {
        (desk.told(w.say("policy-saved")))
        (desk.frozen())
        p { (w.say("policy-meaning")) }
        nav aria-label=(w.say("policy-contents")) {
            ul.links { @for group in GROUPS { li { a href=(format!("#{}", group.label)) { (label(w, group.label)) } } } }
        }
        (desk.form("/chinh-sach", &html! {
            @for group in GROUPS {
                section aria-labelledby=(group.label) {
                    h2 id=(group.label) { (label(w, group.label)) }
                    @for item in group.items { (one(desk, item, &policy)) }
                }
            }
        }))
        details {
            summary { (w.say("policy-json")) }
            pre { (serde_json::to_string_pretty(&policy).unwrap_or_default()) }
        }
    };
    desk.page(w.say("organise-policy")).show(&body)
}

fn one(desk: &Desk<'_>, item: &Item, policy: &Value) -> Markup {
    let (w, name) = (desk.w(), item.name());
    let stored = policy
        .pointer(&item.pointer())
        .map_or_else(String::new, |value| shown(desk, item, value));
    let typed = desk.typed.or(name, &stored);
    let error = desk.errors.of(name);
    let (title, hint) = (label(w, item.label), label(w, item.hint));
    let field = Field::new(name, title).hint(hint).value(typed).error(error);
    let newer = desk.newer(typed, &stored);
    let field = field.stored(newer).locked(desk.fixed());
    // A choice tells it by its label.
    let with_newer = |options: &[(&str, &str)]| {
        let option = newer.and_then(|newer| options.iter().find(|(value, _)| *value == newer));
        option.map_or_else(
            || hint.to_owned(),
            |(_, label)| format!("{hint} {}", field::stored_now(w, label)),
        )
    };
    match item.kind {
        Kind::Yes => {
            let options = [(YES, w.say("organise-yes")), ("khong", w.say("organise-no"))];
            let hint = with_newer(&options);
            let choices = Choices::new(name, title, &options).hint(&hint).error(error);
            chosen(desk, &choices, typed)
        }
        Kind::Choice(options) => {
            let options: Vec<_> = options
                .iter()
                .map(|(value, key)| (*value, label(w, key)))
                .collect();
            let hint = with_newer(&options);
            let choices = Choices::new(name, title, &options).hint(&hint).error(error);
            chosen(desk, &choices, typed)
        }
        Kind::Number(values) => {
            let options: Vec<_> = values.iter().map(|value| (*value, *value)).collect();
            let hint = with_newer(&options);
            let choices = Choices::new(name, title, &options).hint(&hint).error(error);
            choice::select(w, &choices.chosen(&[typed]).locked(desk.fixed()))
        }
        Kind::Percent => field::decimal(w, &field.required().suffix("%")),
        Kind::Count | Kind::Points => field::decimal(w, &field.required()),
        Kind::Megabytes => {
            let bytes = policy
                .pointer(&item.pointer())
                .map(Value::to_string)
                .unwrap_or_default();
            let kept = stored_name(name);
            html! {
                input type="hidden" name=(kept) value=(desk.typed.or(&kept, &bytes));
                (field::decimal(w, &field.required().suffix("MB")))
            }
        }
        Kind::Codes => field::text(w, &field),
        Kind::Options => field::area(w, &field.required()),
    }
}

fn chosen(desk: &Desk<'_>, choices: &Choices<'_>, typed: &str) -> Markup {
    choice::radios(desk.w(), &choices.clone().chosen(&[typed]).locked(desk.fixed()))
}

/// A stored value as it is typed.
fn shown(desk: &Desk<'_>, item: &Item, value: &Value) -> String {
    let w = desk.w();
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    match item.kind {
        Kind::Yes => (if value.as_bool() == Some(true) {
            YES
        } else {
            "khong"
        })
        .to_owned(),
        Kind::Points => format::points(w, &short(&text(value))),
        Kind::Megabytes => (value.as_u64().unwrap_or_default() / MEGABYTE).to_string(),
        Kind::Codes => {
            let codes = value.as_array().into_iter().flatten().map(text);
            codes.collect::<Vec<_>>().join(", ")
        }
        Kind::Options => {
            let options = value.as_object().into_iter().flatten();
            let line = |(option, value): (&String, &Value)| {
                format!("{option} = {}", format::points(w, &short(&text(value))))
            };
            options.map(line).collect::<Vec<_>>().join("\n")
        }
        Kind::Count | Kind::Percent | Kind::Choice(_) | Kind::Number(_) => text(value),
    }
}

/// Without needless zeros behind the point.
fn short(decimal: &str) -> String {
    match decimal.split_once('.') {
        Some(_) => decimal.trim_end_matches('0').trim_end_matches('.').to_owned(),
        None => decimal.to_owned(),
    }
}
