//! Reminding by letter: the button, and what came of it.

use axum::response::Response;
use chiso_platform::words::{Arg, Words};
use chiso_wire::kernel::SendRemindersResponse;
use maud::{Markup, html};

use super::at::At;
use super::me::Me;
use super::organise;
use super::parts::state::{Kind, notice};
use super::save::see;

/// The button beside something that is not done. With the name of what it is for, where there are several.
pub(super) fn button(w: Words, action: &str, what: &str, hidden: &Markup) -> Markup {
    let told = w.tell("remind-act-about", &[("what", Arg::Text(what))]);
    html! {
        form.remind method="post" action=(action) {
            (hidden)
            button type="submit" aria-label=(told) { (w.say("remind-act")) }
        }
    }
}

/// What is told after a reminder: the number, the name of the query, the text, and whether somebody has to see to it.
type Part = (
    fn(&SendRemindersResponse) -> i32,
    &'static str,
    &'static str,
    bool,
);

const WITHOUT_ADDRESS: &str = "khong-dia-chi";

const PARTS: [Part; 4] = [
    (|told| told.letters, "thu", "remind-letters", false),
    (|told| told.already, "da-nhac", "remind-already", false),
    (
        |told| told.without_address,
        WITHOUT_ADDRESS,
        "remind-without-address",
        true,
    ),
    (|told| told.nobody, "khong-nguoi", "remind-nobody", true),
];

/// Back to the page with the button, which says what came of it.
pub(super) fn done(page: &str, told: &SendRemindersResponse) -> Response {
    let numbers = PARTS.map(|(number, name, _, _)| format!("{name}={}", number(told)));
    see(&format!("{page}?{}", numbers.join("&")))
}

/// What came of it, where somebody was just reminded.
pub(super) fn told(me: &Me, at: &At) -> Option<Markup> {
    let w = me.w;
    let number = |name| at.query(name).and_then(|text| text.parse::<u32>().ok());
    let numbers: Vec<u32> = PARTS.iter().filter_map(|(_, name, ..)| number(name)).collect();
    if numbers.len() < PARTS.len() {
        return None;
    }
    let parts = || numbers.iter().copied().zip(PARTS).filter(|(n, _)| *n > 0);
    let wanting = parts().any(|(_, (.., wanting))| wanting);
    let kind = if wanting { Kind::Wanting } else { Kind::Done };
    let text = |(n, (_, _, key, _)): (u32, Part)| w.tell(key, &[("n", Arg::Count(i64::from(n)))]);
    let texts: Vec<String> = parts().map(text).collect();
    // Who keeps the accounts can write the addresses in.
    let unreached = number(WITHOUT_ADDRESS).filter(|n| *n > 0 && organise::keeps_accounts(me));
    let body = html! {
        div role="status" {
            @for text in &texts { p { (text) } }
            @if unreached.is_some() { p { a href=(organise::without_address_href()) { (w.say("remind-who-without")) } } }
            @if texts.is_empty() { p { (w.say("remind-nobody-late")) } }
        }
    };
    Some(notice(kind, body))
}
