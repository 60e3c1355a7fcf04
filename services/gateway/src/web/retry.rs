//! A service failed while a form was sent: what was typed is shown, to be sent again under the same id, so that it
//! counts once even where only the answer was lost.

use axum::response::Response;
use maud::html;

use super::csrf;
use super::guard::Kept;
use super::me::Me;
use super::page::{Page, hidden};
use super::parts::state::{Kind, notice};
use super::posted::{fields_of, is_secret};
use crate::problem::Problem;

/// None where there is nothing to send again, or what was typed is secret.
pub(super) fn page(me: &Me, kept: &Kept, problem: &Problem) -> Option<Response> {
    let fields = fields_of(kept.form.as_ref()?);
    if fields.iter().any(|(name, _)| is_secret(name)) {
        return None;
    }
    let w = me.w;
    let (title, detail) = problem.told(w.lang());
    let sent = fields.iter().filter(|(name, _)| name != csrf::FIELD);
    let typed = fields
        .iter()
        .filter(|(name, value)| !name.starts_with('_') && !value.is_empty());
    let body = html! {
        (notice(Kind::Refused, html! { p { (detail) } p { (w.say("retry-meaning")) } }))
        form method="post" action=(kept.to) {
            (hidden(me))
            @for (name, value) in sent { input type="hidden" name=(name) value=(value); }
            h2 { (w.say("again-typed")) }
            ul.typed { @for (_, value) in typed { li { (value) } } }
            div.buttons {
                button.main type="submit" { (w.say("retry-send")) }
                a href="/viec-cua-toi" { (w.say("again-drop")) }
            }
        }
    };
    let mut response = Page::of(me, title).show(&body);
    *response.status_mut() = problem.status();
    Some(response)
}

#[cfg(test)]
mod tests {
    use axum::body::{Bytes, to_bytes};
    use axum::http::{HeaderMap, StatusCode};
    use chiso_domain::kernel::Instant;
    use chiso_platform::words::Lang;
    use chiso_wire::identity::Person;
    use tonic::Status;

    use super::super::words::words;
    use super::*;

    fn shown(form: &'static str) -> Option<Response> {
        let me = Me {
            token: "chiso_s_x".to_owned(),
            person: Person::default(),
            now: Instant::parse("2026-12-05T08:00:00Z").unwrap(),
            idle_seconds: None,
            last_seconds: None,
            w: words(Lang::Vi),
        };
        let kept = Kept {
            to: "/tu-cham/2026/SYT/I.1/lien-ket".to_owned(),
            form: Some(Bytes::from_static(form.as_bytes())),
            posted: true,
            by_script: false,
            headers: HeaderMap::new(),
        };
        page(&me, &kept, &Status::unavailable("away").into())
    }

    #[tokio::test]
    async fn what_was_typed_can_be_sent_again_under_the_same_id() {
        let response = shown("_csrf=old&_request=r1&link_url=https%3A%2F%2Fa.vn&note=").unwrap();
        assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
        let page = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        let page = String::from_utf8(page.to_vec()).unwrap();
        for part in [
            "action=\"/tu-cham/2026/SYT/I.1/lien-ket\"",
            "name=\"_request\" value=\"r1\"",
            "<li>https://a.vn</li>",
        ] {
            assert!(page.contains(part), "no {part} in {page}");
        }
        assert!(!page.contains("value=\"old\""), "the form has the token of now");
    }

    #[test]
    fn secrets_are_typed_anew() {
        assert!(shown("_csrf=a&old_password=x").is_none());
        assert!(shown("_csrf=a&code=123456").is_none());
        assert!(shown("_csrf=a&nguoi=x&mat-khau=y").is_none());
    }
}
