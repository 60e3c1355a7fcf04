//! What was typed into a form whose session was over: it comes along through signing in, and is sent again by hand,
//! never by itself, so that nobody's page saves anything in another's name.

use axum::response::Response;
use chiso_platform::words::{Arg, Words};
use maud::html;

use super::super::csrf;
use super::super::page::Page;
use super::super::posted::{fields_of, is_secret};
use super::HOME;

/// The field of the sign-in form that carries it.
pub(super) const FIELD: &str = "_again";
/// Longer ones are not carried: they would be refused with the sign-in form, in which they are encoded once more.
const LONGEST: usize = 240_000;
/// What is never carried: secrets, and what belongs to the session that is over.
fn stays(name: &str) -> bool {
    is_secret(name) || name == csrf::FIELD || name == FIELD
}

/// A form without its secrets, encoded; empty where it held nothing else, and none where it is too long.
pub(super) fn kept(form: &[u8]) -> Option<String> {
    let mut encoded = form_urlencoded::Serializer::new(String::new());
    for (name, value) in fields_of(form) {
        if !stays(&name) {
            encoded.append_pair(&name, &value);
        }
    }
    let encoded = encoded.finish();
    let once_more = form_urlencoded::byte_serialize(encoded.as_bytes()).map(str::len);
    (once_more.sum::<usize>() <= LONGEST).then_some(encoded)
}

/// The page that asks whether to send it again, with the token of the session there is now. Somebody else may have
/// typed it, at a machine that several people use: so it says in whose name it would be saved.
pub(super) fn page(w: Words, to: &str, form: &[u8], (name, token): (&str, &str)) -> Response {
    let fields = fields_of(form);
    let fields: Vec<_> = fields.iter().filter(|(name, _)| !stays(name)).collect();
    let typed = fields
        .iter()
        .filter(|(name, value)| !name.starts_with('_') && !value.is_empty());
    let body = html! {
        p { (w.tell("again-meaning", &[("name", Arg::Text(name))])) }
        form method="post" action=(to) {
            input type="hidden" name=(csrf::FIELD) value=(token);
            @for (name, value) in &fields { input type="hidden" name=(name) value=(value); }
            h2 { (w.say("again-typed")) }
            ul.typed { @for (_, value) in typed { li { (value) } } }
            div.buttons {
                button.main type="submit" { (w.say("again-save")) }
                a href=(HOME) { (w.say("again-drop")) }
            }
        }
    };
    Page::new(w, w.say("again-title")).show(&body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_do_not_come_along() {
        let form = "_csrf=a&points=1%2C5&password=x&mat-khau=y&_request=r&note=a%0D%0Ab";
        assert_eq!(
            kept(form.as_bytes()).as_deref(),
            Some("points=1%2C5&_request=r&note=a%0Ab")
        );
        assert_eq!(kept(b"_csrf=a").as_deref(), Some(""));
    }

    #[test]
    fn the_longest_explanation_comes_along() {
        let explanation = "ế".repeat(10_000);
        let kept_of = |text: &str| kept(format!("note={text}").as_bytes());
        assert!(kept_of(&explanation).is_some());
        assert_eq!(kept_of(&"a".repeat(LONGEST)), None);
    }
}
