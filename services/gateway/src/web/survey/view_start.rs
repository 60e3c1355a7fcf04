//! What a respondent hears before an interview, and somebody new.

use axum::response::Response;
use chiso_platform::words::{Arg, Words};
use chiso_wire::survey as pb;
use maud::{Markup, html};

use super::super::errors::Errors;
use super::super::format;
use super::super::me::Me;
use super::super::page::{Page, hidden};
use super::super::parts::choice::{self, Choices};
use super::super::parts::field::{self, Field};
use super::super::parts::state::{Kind, notice};
use super::super::posted::{REQUEST, Typed, VERSION};
use super::super::state::Web;
use super::form::{AGREES, MOMENT, NO, NOTE, NOTE_MAX, PERSON, REPLACES, SLIP, YES};
use super::load::{Campaign, Visit, moment, visit_href};
use super::view_work::shut;

/// A visit that is to be begun.
pub(super) fn visit(web: &Web, me: &Me, visit: &Visit, typed: &Typed, errors: &Errors) -> Response {
    let (w, whom) = (me.w, &visit.visit);
    let cycle = visit.campaign.cycle.code.as_str();
    let unit = visit.campaign.unit(&whom.unit);
    let body = html! {
        p.whom {
            strong { (whom.name) } " · " span.phone { (whom.phone_masked) } br;
            (w.tell("survey-about", &[("unit", Arg::Text(unit))])) br;
            span.quiet { (visit.campaign.title(&whom.group)) }
        }
        @if let Some(draft) = &visit.draft { (refused_before(w, draft)) }
        @match shut(w, &visit.campaign, &whom.unit, me) {
            Some(shut) => (shut),
            None => (opening(web, me, visit, (typed, errors))),
        }
    };
    Page::of(me, w.say("survey-begin"))
        .back(super::href(cycle), w.say("survey-to-list"))
        .errors(errors)
        .show(&body)
}

fn refused_before(w: Words, draft: &pb::Draft) -> Markup {
    let at = moment(draft.saved_at.as_ref())
        .map(format::instant)
        .unwrap_or_default();
    let told = w.tell("survey-refused-before", &[("at", Arg::Text(&at))]);
    notice(Kind::Wanting, html! { p { (told) } })
}

fn opening(web: &Web, me: &Me, visit: &Visit, (typed, errors): (&Typed, &Errors)) -> Markup {
    let (w, whom) = (me.w, &visit.visit);
    let action = visit_href(
        visit.campaign.cycle.code.as_str(),
        &whom.unit,
        &whom.respondent_id,
    );
    let before = visit.draft.as_ref();
    let (new, version) = (web.id(), before.map_or(0, |draft| draft.version).to_string());
    let slip = before.map_or(new.as_str(), |draft| &draft.slip_id);
    let note = Field::new(NOTE, w.say("survey-note")).hint(w.say("survey-note-hint"));
    let stored = before.map_or("", |draft| &draft.note);
    html! {
        form method="post" action=(action) novalidate {
            (beginning(web, me, (slip, typed)))
            input type="hidden" name=(VERSION) value=(typed.or(VERSION, &version));
            (told(w))
            (agree(w, typed, errors))
            (field::area(w, &note.value(typed.or(NOTE, stored)).error(errors.of(NOTE)).longest(NOTE_MAX)))
            div.buttons { button.main type="submit" data-next { (w.say("survey-go-on")) } }
        }
    }
}

/// The hidden fields with which an interview begins.
fn beginning(web: &Web, me: &Me, (slip, typed): (&str, &Typed)) -> Markup {
    let now = web.now().micros().to_string();
    html! {
        (hidden(me))
        input type="hidden" name=(REQUEST) value=(web.id());
        input type="hidden" name=(SLIP) value=(typed.or(SLIP, slip));
        input type="hidden" name=(MOMENT) value=(typed.or(MOMENT, &now));
    }
}

/// What everybody who is asked has to hear.
fn told(w: Words) -> Markup {
    html! {
        section.told aria-labelledby="thong-bao" {
            h2 #thong-bao { (w.say("survey-notice")) }
            ul {
                li { (w.say("survey-notice-purpose")) }
                li { (w.say("survey-notice-use")) }
                li { (w.say("survey-notice-recheck")) }
                li { (w.say("survey-notice-right")) }
            }
        }
    }
}

fn agree(w: Words, typed: &Typed, errors: &Errors) -> Markup {
    let options = [(YES, w.say("survey-agrees")), (NO, w.say("survey-agrees-not"))];
    let chosen = [typed.or(AGREES, "")];
    let choices = Choices::new(AGREES, w.say("survey-agree"), &options).chosen(&chosen);
    choice::radios(w, &choices.error(errors.of(AGREES)))
}

/// Somebody who is not in the list yet.
#[derive(Debug)]
pub(super) struct Entry<'a> {
    web: &'a Web,
    me: &'a Me,
    campaign: &'a Campaign,
    /// The returned slip in whose place theirs is to come.
    replaces: &'a str,
}

impl<'a> Entry<'a> {
    pub(super) const fn new(web: &'a Web, me: &'a Me, campaign: &'a Campaign, replaces: &'a str) -> Self {
        Self {
            web,
            me,
            campaign,
            replaces,
        }
    }

    pub(super) fn show(&self, typed: &Typed, errors: &Errors) -> Response {
        let (w, list) = (self.me.w, super::href(self.campaign.cycle.code.as_str()));
        let first = self
            .campaign
            .cycle
            .units
            .keys()
            .next()
            .map_or("", |unit| unit.as_str());
        let body = match shut(w, self.campaign, first, self.me) {
            Some(shut) => shut,
            None => html! {
                p { (w.say("survey-new-meaning")) }
                (self.form(typed, errors))
            },
        };
        Page::of(self.me, w.say("survey-new"))
            .back(list, w.say("survey-to-list"))
            .errors(errors)
            .show(&body)
    }

    fn form(&self, typed: &Typed, errors: &Errors) -> Markup {
        let (w, slip, person) = (self.me.w, self.web.id(), self.web.id());
        let action = format!("{}/nguoi-moi", super::href(self.campaign.cycle.code.as_str()));
        html! {
            form method="post" action=(action) novalidate {
                (beginning(self.web, self.me, (&slip, typed)))
                input type="hidden" name=(PERSON) value=(typed.or(PERSON, &person));
                input type="hidden" name=(REPLACES) value=(typed.or(REPLACES, self.replaces));
                (told(w))
                (agree(w, typed, errors))
                (self.person(typed, errors))
                div.buttons { button.main type="submit" data-next { (w.say("survey-go-on")) } }
            }
        }
    }

    fn person(&self, typed: &Typed, errors: &Errors) -> Markup {
        let w = self.me.w;
        let name = Field::new("ho-ten", w.say("survey-name")).required().longest(200);
        let phone = Field::new("dien-thoai", w.say("survey-phone")).hint(w.say("survey-phone-hint"));
        let groups: Vec<(&str, &str)> = self
            .campaign
            .groups
            .iter()
            .map(|(code, title)| (code.as_str(), title.as_str()))
            .collect();
        let group = [typed.or("nhom", "")];
        let mut units = vec![("", w.say("survey-unit-choose"))];
        let known = self.campaign.units();
        units.extend(known.iter().map(|unit| (unit.code.as_str(), unit.name.as_str())));
        let unit = [typed.or("don-vi", "")];
        html! {
            (field::text(w, &name.value(typed.or("ho-ten", "")).error(errors.of("ho-ten"))))
            (field::whole(w, &phone.required().value(typed.or("dien-thoai", "")).error(errors.of("dien-thoai"))))
            (choice::radios(w, &Choices::new("nhom", w.say("survey-group"), &groups).chosen(&group)
                .error(errors.of("nhom"))))
            (choice::select(w, &Choices::new("don-vi", w.say("survey-unit"), &units).chosen(&unit)
                .error(errors.of("don-vi"))))
        }
    }
}
