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
use super::load::{Visit, moment, short, slip_href, visit_href};
use super::start::{Entry, told_id};
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
        @if let Some(slip) = &visit.came_back { (returned_before(w, slip)) }
        @match closed(me, visit) {
            Some(closed) => (closed),
            None => (opening(web, me, visit, (typed, errors))),
        }
    };
    Page::of(me, w.say("survey-begin"))
        .back(super::href(cycle), w.say("survey-to-list"))
        .errors(errors)
        .show(&body)
}

/// Why nobody can be asked now: none while they can.
fn closed(me: &Me, visit: &Visit) -> Option<Markup> {
    let (w, whom) = (me.w, &visit.visit);
    if whom.state() == pb::VisitState::Done {
        let told = w.say("survey-asked-by-other");
        return Some(notice(Kind::Done, html! { p { (told) } }));
    }
    let shut = shut(w, &visit.campaign, &whom.unit, me);
    shut.or_else(|| (!visit.campaign.asks(&whom.group)).then(|| formless(w)))
}

/// There is no questionnaire.
fn formless(w: Words) -> Markup {
    notice(Kind::Locked, html! { p { (w.say("survey-no-form-of-group")) } })
}

/// The slip from before was given back, and why.
fn returned_before(w: Words, slip: &pb::Slip) -> Markup {
    let (id, back) = (told_id(slip), slip.returned.as_ref());
    let told = w.tell("survey-returned-before", &[("slip", Arg::Text(&short(id)))]);
    let reason = back.map_or("", |back| &back.reason);
    notice(Kind::Wanting, html! { p { (told) } p.reason { (reason) } })
}

/// They did not want to take part.
pub(super) fn refused_before(w: Words, draft: &pb::Draft) -> Markup {
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
pub(super) fn beginning(web: &Web, me: &Me, (slip, typed): (&str, &Typed)) -> Markup {
    let now = web.now().micros().to_string();
    html! {
        (hidden(me))
        input type="hidden" name=(REQUEST) value=(web.id());
        input type="hidden" name=(SLIP) value=(typed.or(SLIP, slip));
        input type="hidden" name=(MOMENT) value=(typed.or(MOMENT, &now));
    }
}

/// What everybody who is asked has to hear.
pub(super) fn told(w: Words) -> Markup {
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

/// Whether they take part.
pub(super) fn agree(w: Words, typed: &Typed, errors: &Errors) -> Markup {
    let options = [(YES, w.say("survey-agrees")), (NO, w.say("survey-agrees-not"))];
    let chosen = [typed.or(AGREES, "")];
    let choices = Choices::new(AGREES, w.say("survey-agree"), &options).chosen(&chosen);
    choice::radios(w, &choices.error(errors.of(AGREES)))
}

/// Somebody who is not in the list yet.
pub(super) fn entry(web: &Web, me: &Me, entry: &Entry, typed: &Typed, errors: &Errors) -> Response {
    let (w, campaign) = (me.w, &entry.campaign);
    let list = super::href(campaign.cycle.code.as_str());
    let body = html! {
        @match &entry.replaces {
            Some(slip) => (returned_before(w, slip)),
            None => { p { (w.say("survey-new-meaning")) } }
        }
        @match barred(me, entry) {
            Some(barred) => (barred),
            None => (entering(web, me, entry, (typed, errors))),
        }
    };
    let page = Page::of(me, w.say("survey-new"));
    let page = match &entry.replaces {
        Some(slip) => page.back(
            slip_href(campaign.cycle.code.as_str(), told_id(slip)),
            w.say("survey-to-returned"),
        ),
        None => page.back(list, w.say("survey-to-list")),
    };
    page.errors(errors).show(&body)
}

/// Why nobody new can be asked now: none while they can.
fn barred(me: &Me, entry: &Entry) -> Option<Markup> {
    let (w, campaign) = (me.w, &entry.campaign);
    if !entry.units(me).is_empty() && campaign.closed_at.is_none() {
        return campaign.groups.is_empty().then(|| formless(w));
    }
    let known = campaign.units();
    let first = known.first().map_or("", |unit| unit.code.as_str());
    shut(w, campaign, entry.told().map_or(first, |told| &told.unit), me)
}

fn entering(web: &Web, me: &Me, entry: &Entry, (typed, errors): (&Typed, &Errors)) -> Markup {
    let (w, slip, person) = (me.w, web.id(), web.id());
    let action = format!("{}/nguoi-moi", super::href(entry.campaign.cycle.code.as_str()));
    let replaces = entry.replaces.as_ref().map_or("", told_id);
    html! {
        form method="post" action=(action) novalidate {
            (beginning(web, me, (&slip, typed)))
            input type="hidden" name=(PERSON) value=(typed.or(PERSON, &person));
            input type="hidden" name=(REPLACES) value=(replaces);
            (told(w))
            (agree(w, typed, errors))
            (person_fields(me, entry, typed, errors))
            div.buttons { button.main type="submit" data-next { (w.say("survey-go-on")) } }
        }
    }
}

fn person_fields(me: &Me, entry: &Entry, typed: &Typed, errors: &Errors) -> Markup {
    let w = me.w;
    let name = Field::new("ho-ten", w.say("survey-name")).required().longest(200);
    let phone = Field::new("dien-thoai", w.say("survey-phone")).hint(w.say("survey-phone-hint"));
    let groups = entry.campaign.groups.iter();
    let groups: Vec<(&str, &str)> = groups
        .map(|(code, title)| (code.as_str(), title.as_str()))
        .collect();
    let before = entry.told();
    let group = [typed.or("nhom", before.map_or("", |told| &told.group))];
    // Whoever comes in the place of somebody else is asked about the same unit.
    let mut units = match before {
        Some(_) => Vec::new(),
        None => vec![("", w.say("survey-unit-choose"))],
    };
    let known = entry.units(me);
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
