//! The layout of what is put on paper: nothing of the site stands around it, and the screen shows what the printer does.

use axum::body::Body;
use axum::http::header::{CONTENT_LANGUAGE, CONTENT_TYPE, HeaderValue};
use axum::response::Response;
use chiso_platform::words::Words;
use maud::{DOCTYPE, Markup, html};

use super::assets::href;

/// A document, with the way back to where it came from.
pub(super) fn show(w: Words, title: &str, (back, label): (&str, &str), body: &Markup) -> Response {
    let page = html! {
        (DOCTYPE)
        html lang=(w.lang().tag()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width,initial-scale=1";
                title { (title) }
                link rel="icon" href="data:,";
                link rel="stylesheet" href=(href("site.css"));
            }
            body.paper {
                nav.back aria-label=(w.say("common-back")) {
                    a href=(back) { (label) }
                    p.quiet { (w.say("print-how")) }
                }
                main { (body) }
            }
        }
    };
    let mut response = Response::new(Body::from(page.into_string()));
    let own = response.headers_mut();
    own.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    own.insert(CONTENT_LANGUAGE, HeaderValue::from_static(w.lang().tag()));
    response
}
