//! The page of the organiser: each act with what it does and what stands in its way.

use std::collections::BTreeSet;

use axum::response::Response;
use chiso_platform::words::{Arg, Words};
use chiso_wire::survey as pb;
use maud::{Markup, html};

use super::super::book::FILE;
use super::super::errors::Errors;
use super::super::format;
use super::super::me::Me;
use super::super::parts::choice::{self, Choices};
use super::super::parts::confirm;
use super::super::parts::faults;
use super::super::parts::field::{self, Field};
use super::super::parts::state::{Kind, chip, empty, notice};
use super::super::parts::table::Table;
use super::super::posted::Typed;
use super::super::state::Web;
use super::setup::{EVERY, PLANNED, POPULATION, SEEN, Setup, seen_field};
use super::setup_href;
use super::view::{Part, column, fields, page, standing, ways};
use super::view_progress::enough;

/// The page, and what every part of it needs.
struct Desk<'a> {
    web: &'a Web,
    me: &'a Me,
    setup: &'a Setup,
    typed: &'a Typed,
    errors: &'a Errors,
}

pub(super) fn show(web: &Web, me: &Me, setup: &Setup, typed: &Typed, errors: &Errors) -> Response {
    let desk = Desk {
        web,
        me,
        setup,
        typed,
        errors,
    };
    let survey = &setup.survey;
    let body = html! {
        (ways(me, survey, Part::Setup))
        @if let Some(done) = setup.done {
            (notice(Kind::Done, html! { p role="status" { (me.w.say(done)) } }))
        }
        @if survey.campaign.is_some() { (standing(web, me, survey)) }
        (desk.campaign())
        @if survey.campaign.is_some() {
            (desk.questionnaires())
            (desk.targets())
            (desk.shortages())
            (desk.end())
        }
    };
    page(me, survey, "fieldwork-setup-title")
        .errors(errors)
        .show(&body)
}

impl Desk<'_> {
    const fn w(&self) -> Words {
        self.me.w
    }

    fn action(&self, act: &str) -> String {
        format!("{}{act}", setup_href(self.setup.survey.code()))
    }

    fn campaign(&self) -> Markup {
        let w = self.w();
        if let Some(campaign) = &self.setup.survey.campaign {
            return html! { p { strong { (campaign.name) } } };
        }
        let name = Field::new("ten", w.say("fieldwork-campaign-name"))
            .required()
            .hint(w.say("fieldwork-campaign-name-hint"))
            .longest(200)
            .value(self.typed.or("ten", ""))
            .error(self.errors.of("ten"));
        html! {
            section aria-labelledby="tao" {
                h2 #tao { (w.say("fieldwork-create")) }
                p { (w.say("fieldwork-create-meaning")) }
                form method="post" action=(self.action("/tao")) novalidate {
                    (fields(self.web, self.me))
                    (field::text(w, &name))
                    div.buttons { button.main type="submit" { (w.say("fieldwork-create-act")) } }
                }
            }
        }
    }

    fn questionnaires(&self) -> Markup {
        let (w, survey) = (self.w(), &self.setup.survey);
        let over = survey.span().is_some_and(|span| span.end <= self.web.now());
        html! {
            section aria-labelledby="mau-phieu" {
                h2 #mau-phieu { (w.say("fieldwork-forms")) }
                (self.forms())
                @if !survey.is_open() || over {
                    p { (w.say("fieldwork-forms-closed")) }
                } @else {
                    p { (w.say("fieldwork-forms-meaning")) }
                    @if !self.setup.faults.is_empty() { (faults::table(w, &self.setup.faults)) }
                    (self.form())
                }
            }
        }
    }

    fn forms(&self) -> Markup {
        let (w, survey) = (self.w(), &self.setup.survey);
        let row = |group: &chiso_wire::survey::CampaignGroup| {
            let missing = group.sha256.is_empty();
            vec![
                html! { (group.group) },
                html! {
                    @if missing { (chip(Kind::Wanting, w.say("fieldwork-form-missing"))) }
                    @else if group.title.is_empty() { span.quiet { (w.say("fieldwork-form-untitled")) } }
                    @else { (group.title) }
                },
                html! { @if !missing { (group.questions) } },
                html! { @if !missing { code { (group.sha256.get(..12).unwrap_or_default()) } } },
            ]
        };
        let columns = [
            ("fieldwork-group", false),
            ("fieldwork-form-title", false),
            ("fieldwork-questions", true),
            ("fieldwork-form-version", false),
        ];
        let table = Table {
            caption: w.say("fieldwork-forms-now"),
            columns: columns.map(|key| column(w, key)).into(),
            rows: survey.groups.iter().map(row).collect(),
            sort: None,
        };
        html! { @if survey.groups.is_empty() { (empty(w.say("fieldwork-no-groups"))) } @else { (table.show(w)) } }
    }

    fn form(&self) -> Markup {
        let w = self.w();
        let file = Field::new(FILE, w.say("fieldwork-form-file"))
            .required()
            .hint(w.say("fieldwork-file-hint"))
            .error(self.errors.of(FILE));
        html! {
            form method="post" action=(self.action("/mau-phieu/tep")) enctype="multipart/form-data" novalidate {
                (fields(self.web, self.me))
                (self.form_group())
                (field::file(w, &file))
                div.buttons { button type="submit" { (w.say("fieldwork-form-act")) } }
            }
        }
    }

    /// For which group a questionnaire is: of those that the indicators name, else as it is typed.
    fn form_group(&self) -> Markup {
        let (w, survey) = (self.w(), &self.setup.survey);
        let (name, typed, error) = (
            "nhom-phieu",
            self.typed.or("nhom-phieu", ""),
            self.errors.of("nhom-phieu"),
        );
        if survey.groups.is_empty() {
            let field = Field::new(name, w.say("fieldwork-form-group")).required();
            let field = field.hint(w.say("fieldwork-form-group-any")).value(typed);
            return field::text(w, &field.error(error));
        }
        let groups = survey.groups.iter();
        let groups: Vec<_> = groups
            .map(|group| (group.group.as_str(), survey.group(&group.group)))
            .collect();
        let choose = [("", w.say("fieldwork-choose"))];
        let own = groups.iter().map(|(code, label)| (*code, label.as_str()));
        let options: Vec<_> = choose.into_iter().chain(own).collect();
        let chosen = [typed];
        let choices = Choices::new(name, w.say("fieldwork-group"), &options).chosen(&chosen);
        choice::select(w, &choices.error(error))
    }

    fn targets(&self) -> Markup {
        let (w, survey) = (self.w(), &self.setup.survey);
        let planned = self.setup.groups.iter().filter(|group| group.planned > 0);
        let without = self.setup.groups.is_empty() || planned.count() == 0;
        html! {
            section aria-labelledby="chi-tieu" {
                h2 #chi-tieu { (w.say("fieldwork-targets")) }
                @if without { (notice(Kind::Wanting, html! { p { (w.say("fieldwork-no-targets")) } })) }
                @else { p { a href=(survey.href("/tien-do?theo=don-vi")) { (w.say("fieldwork-targets-now")) } } }
                @if !survey.is_open() { p { (w.say("fieldwork-closed-for-this")) } }
                @else if survey.groups.is_empty() { p { (w.say("fieldwork-no-groups")) } }
                @else { p { (w.say("fieldwork-targets-meaning")) } (self.target()) }
            }
        }
    }

    /// One form for all groups of a unit.
    fn target(&self) -> Markup {
        let (w, survey) = (self.w(), &self.setup.survey);
        let choose = [("", w.say("fieldwork-choose"))];
        let every = [(EVERY, w.say("fieldwork-every-unit"))];
        let units: Vec<_> = choose.into_iter().chain(every).chain(survey.units()).collect();
        let unit = [self.typed.or("don-vi", "")];
        let units = Choices::new("don-vi", w.say("fieldwork-unit"), &units).chosen(&unit);
        html! {
            form method="post" action=(self.action("/chi-tieu")) novalidate {
                (fields(self.web, self.me))
                (choice::select(w, &units.error(self.errors.of("don-vi"))))
                @for group in &survey.groups { (self.plan(group)) }
                div.buttons { button type="submit" { (w.say("fieldwork-targets-act")) } }
            }
        }
    }

    fn plan(&self, of: &pb::CampaignGroup) -> Markup {
        let (w, group) = (self.w(), of.group.as_str());
        let number = |begin, key, hint| {
            let name = format!("{begin}{group}");
            let field = Field::new(&name, w.say(key)).hint(w.say(hint));
            let field = field.value(self.typed.or(&name, "")).error(self.errors.of(&name));
            field::whole(w, &field)
        };
        html! {
            fieldset.field {
                legend { (self.setup.survey.group(group)) }
                // A plan that was not looked at is not replaced.
                input type="hidden" name=(format!("{SEEN}{group}")) value=(of.plan);
                p.hint { (self.planned_now(group)) }
                (number(PLANNED, "fieldwork-planned-slips", "fieldwork-planned-slips-hint"))
                (number(POPULATION, "fieldwork-population", "fieldwork-population-hint"))
            }
        }
    }

    /// What is planned for a group before anything is changed.
    fn planned_now(&self, group: &str) -> String {
        let w = self.w();
        let own = self.setup.groups.iter().filter(|place| place.group == group);
        let planned: BTreeSet<i32> = own.map(|place| place.planned).collect();
        let number = |at: Option<&i32>| Arg::Count(i64::from(at.copied().unwrap_or(0)));
        let (least, most) = (planned.first(), planned.last());
        match (most, planned.len()) {
            (None | Some(0), _) => w.say("fieldwork-planned-none").to_owned(),
            (_, 1) => w.tell("fieldwork-planned-alike", &[("n", number(most))]),
            _ => w.tell(
                "fieldwork-planned-between",
                &[("least", number(least)), ("most", number(most))],
            ),
        }
    }

    /// Places with too few valid slips, and what was decided.
    fn shortages(&self) -> Markup {
        let (w, survey) = (self.w(), &self.setup.survey);
        let short: Vec<_> = self.setup.groups.iter().filter(|group| group.short).collect();
        let decided = self
            .setup
            .groups
            .iter()
            .filter(|group| !group.document.is_empty());
        let row = |group: &chiso_wire::survey::GroupProgress| {
            let (kind, text) = enough(w, survey, group);
            vec![
                html! { (survey.unit(&group.unit)) },
                html! { (group.group) },
                html! { (group.valid) "/" (group.planned) },
                chip(kind, &text),
                html! { (group.document) },
            ]
        };
        let columns = [
            ("fieldwork-unit", false),
            ("fieldwork-group", false),
            ("fieldwork-valid-of-planned", true),
            ("fieldwork-state", false),
            ("fieldwork-document", false),
        ];
        let table = Table {
            caption: w.say("fieldwork-shortages-now"),
            columns: columns.map(|key| column(w, key)).into(),
            rows: short.iter().copied().chain(decided).map(row).collect(),
            sort: None,
        };
        html! {
            section aria-labelledby="thieu-phieu" {
                h2 #thieu-phieu { (w.say("fieldwork-shortages")) }
                @if table.rows.is_empty() { (empty(w.say("fieldwork-no-shortages"))) }
                @else {
                    (table.show(w))
                    p { (w.say("fieldwork-shortages-meaning")) }
                    (self.decide())
                }
            }
        }
    }

    fn decide(&self) -> Markup {
        let (w, survey) = (self.w(), &self.setup.survey);
        let open = self.setup.groups.iter();
        let open = open.filter(|group| group.short || !group.document.is_empty());
        let places: Vec<_> = open
            .map(|group| {
                let value = format!("{}/{}", group.unit, group.group);
                (value, format!("{} – {}", survey.unit(&group.unit), group.group))
            })
            .collect();
        let choose = [("", w.say("fieldwork-choose"))];
        let places = places
            .iter()
            .map(|(value, label)| (value.as_str(), label.as_str()));
        let places: Vec<_> = choose.into_iter().chain(places).collect();
        let place = [self.typed.or("cho-thieu", "")];
        let chosen = [self.typed.or("quyet-dinh", "")];
        let ways = [
            ("tinh", w.say("fieldwork-decide-accept")),
            ("khong-ap-dung", w.say("fieldwork-decide-not-applicable")),
        ];
        let places = Choices::new("cho-thieu", w.say("fieldwork-place"), &places).chosen(&place);
        let ways = Choices::new("quyet-dinh", w.say("fieldwork-decision"), &ways).chosen(&chosen);
        let document = Field::new("van-ban", w.say("fieldwork-document"))
            .required()
            .hint(w.say("fieldwork-document-hint"))
            .longest(300)
            .value(self.typed.or("van-ban", ""))
            .error(self.errors.of("van-ban"));
        html! {
            form method="post" action=(self.action("/thieu-phieu")) novalidate {
                (fields(self.web, self.me))
                // A decision that was not looked at is not replaced.
                @for group in &self.setup.groups {
                    @if group.short || !group.document.is_empty() {
                        input type="hidden" name=(seen_field(&group.unit, &group.group)) value=(group.document);
                    }
                }
                (choice::select(w, &places.error(self.errors.of("cho-thieu"))))
                (choice::radios(w, &ways.error(self.errors.of("quyet-dinh"))))
                (field::text(w, &document))
                div.buttons { button type="submit" { (w.say("fieldwork-decide-act")) } }
            }
        }
    }

    fn end(&self) -> Markup {
        let (w, survey) = (self.w(), &self.setup.survey);
        if !survey.is_open() {
            return html! {};
        }
        let over = survey.span().is_some_and(|span| span.end <= self.web.now());
        let meaning = w.say("fieldwork-close-meaning");
        html! {
            section aria-labelledby="ket-thuc" {
                h2 #ket-thuc { (w.say("fieldwork-close")) }
                @if over {
                    (confirm::bar(&confirm::Act {
                        action: &self.action("/ket-thuc"),
                        label: w.say("fieldwork-close"),
                        meaning,
                        hidden: fields(self.web, self.me),
                    }))
                } @else {
                    p { (meaning) }
                    @if let Some(span) = survey.span() {
                        @let until = format::until(span.end);
                        p { (w.tell("fieldwork-close-not-yet", &[("until", Arg::Text(&until))])) }
                    } @else { p { (w.say("fieldwork-no-window")) } }
                }
            }
        }
    }
}
