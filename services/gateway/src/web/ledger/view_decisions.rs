//! What the appraisers decided about a criterion, and the unit's answer between the rounds.

use chiso_wire::ledger as pb;
use maud::{Markup, html};

use super::super::format::{self, points};
use super::super::parts::field::{self, Field};
use super::super::parts::state::save_line;
use super::form::{BACK, THEN};
use super::load::{Way, is_questioned, moment};
use super::view_entry::{FormOf, LONGEST, Shown, changed_by, last};
use super::view_late;

pub(super) fn show(shown: &Shown<'_>) -> Markup {
    let (w, entry) = (shown.w, shown.entry);
    html! {
        @if let Some(step) = &entry.appraisal_1 {
            section #tham-dinh-1 { h2 { (w.say("ledger-first")) } (decision(shown, step)) }
        }
        @if is_questioned(entry) { (answer(shown)) }
        @if let Some(step) = &entry.appraisal_2 {
            section #tham-dinh-2 { h2 { (w.say("ledger-second")) } (decision(shown, step)) }
        }
    }
}

fn decision(shown: &Shown<'_>, step: &pb::Step) -> Markup {
    let (w, at) = (shown.w, moment(step.at.as_ref()).map(format::instant));
    html! {
        dl.facts {
            dt { (w.say("ledger-decision")) }
            dd { (step.decision_text) }
            dt { (w.say("ledger-decided-points")) }
            dd { (points(w, &step.points)) }
            @if !step.text.is_empty() {
                dt { (w.say("ledger-decision-why")) }
                dd.typed { (step.text) }
            }
            dt { (w.say("ledger-decided-by")) }
            dd {
                (shown.name(&step.by)) " – "
                @if step.by_chair { (w.say("appraisal-by-chair")) " – " }
                (at.unwrap_or_default())
            }
        }
    }
}

/// The unit's answer, which can be written while explanations are taken.
fn answer(shown: &Shown<'_>) -> Markup {
    let (w, open) = (shown.w, shown.sheet.can_explain());
    let said = shown.entry.explanation.as_ref();
    let field = Field::new("answer", w.say("ledger-answer"))
        .value(
            shown
                .draft
                .or(FormOf::Explain, "answer", said.map_or("", |said| &said.text)),
        )
        .hint(w.say("ledger-answer-hint"))
        .error(shown.error("answer"))
        .longest(LONGEST)
        .required()
        .locked(!open);
    let clash = shown.draft.clash && shown.draft.form == FormOf::Explain;
    html! {
        section #giai-trinh {
            h2 { (w.say("ledger-explain")) }
            @if !open && shown.draft.is_locked(FormOf::Explain) { (view_late::note(w, &shown.leaf.href())) }
            @if clash {
                (changed_by(shown))
                @if let Some(said) = said {
                    p { (w.say("ledger-answer-stored")) }
                    blockquote.typed { (said.text) }
                }
                p { (w.say("ledger-clash-keep")) " " a href=(shown.leaf.href()) { (w.say("ledger-clash-theirs")) } }
            }
            form method="post" action=(shown.leaf.form_href("giai-trinh")) novalidate data-autosave[open]
                data-undecided[clash] {
                (shown.hidden())
                (field::area(w, &field))
                @if open {
                    (save_line(w))
                    div.buttons {
                        button.main type="submit" data-save { (w.say("ledger-save")) }
                        @if shown.leaf.way == Way::Explanation {
                            button type="submit" name=(THEN) value=(BACK) data-next { (w.say("ledger-save-explained")) }
                        }
                    }
                }
            }
            (last(shown, said))
        }
    }
}
