//! What was typed and could not be saved: it stays on the page to be copied, whatever became of its form.

use axum::body::Body;
use axum::response::Response;
use chiso_platform::words::Words;
use maud::{Markup, html};

use super::super::posted::Typed;
use super::state::{Kind, notice};

/// A page with errors as it was written, carried beside its answer until what was sent is at hand.
#[derive(Clone, Debug)]
pub(crate) struct Written {
    pub(crate) w: Words,
    pub(crate) page: String,
}

/// In place of a form that is there no more: label and text of each of its fields. Nothing where nothing was typed.
pub(crate) fn fields(w: Words, texts: &[(&str, &str)]) -> Markup {
    let texts: Vec<_> = texts.iter().filter(|(_, text)| !text.trim().is_empty()).collect();
    html! {
        @if !texts.is_empty() {
            (unsaved(w, &html! {
                dl.facts { @for (label, text) in texts { dt { (label) } dd.typed { (text) } } }
            }))
        }
    }
}

/// First on a page, what was typed and stands nowhere on it. A form can go between two looks at its page – a window is
/// extended, somebody else decides –, and not every page has to think of each of these.
pub(crate) fn beside(mut response: Response, typed: &Typed) -> Response {
    let Some(Written { w, page }) = response.extensions_mut().remove() else {
        return response;
    };
    let shown = |text: &&str| page.contains(&html! { (text) }.into_string());
    let lost: Vec<&str> = typed.texts().filter(|text| !shown(text)).collect();
    if !lost.is_empty() {
        let kept = unsaved(w, &html! { @for text in lost { p.typed { (text) } } });
        let page = page.replacen("</h1>", &format!("</h1>{}", kept.into_string()), 1);
        *response.body_mut() = Body::from(page);
    }
    response
}

fn unsaved(w: Words, texts: &Markup) -> Markup {
    notice(
        Kind::Wanting,
        html! { p { strong { (w.say("error-unsaved")) } } (texts) },
    )
}
