//! The council: its agencies, and who appraises instead of whom.

use std::sync::LazyLock;

use axum::extract::State;
use chiso_wire::registry::{self as pb, ReassignAppraiserRequest, SetCouncilRequest};

use super::super::at::At;
use super::super::errors::Names;
use super::super::me::Me;
use super::super::posted::Posted;
use super::super::save::{DONE, send};
use super::super::state::Web;
use super::super::trouble::Answer;
use super::desk;
use super::organiser::Organiser;
use super::view_council::view;

/// The boxes of the agencies.
pub(super) const AGENCIES: &str = "co-quan";
/// The button for more empty rows.
pub(super) const MORE: &str = "them-dong";
/// Rows of reassignments that a form has at the most.
pub(super) const MOST_ROWS: usize = 300;

/// Fields of a row, and what the registry calls them.
pub(super) const AGENCY: &str = "thay-cua";
pub(super) const UNIT: &str = "don-vi";
pub(super) const CRITERION: &str = "tieu-chi";
pub(super) const SUBSTITUTE: &str = "nguoi-thay";
pub(super) const REASON: &str = "ly-do";
/// Marks a row that the page proposed.
pub(super) const PROPOSED: &str = "goi-y";
/// Marks a row that is stored.
pub(super) const STORED: &str = "da-luu";
/// Takes a row out.
pub(super) const DROPPED: &str = "bo";

/// The fields of a row of the form.
pub(super) fn field(name: &str, row: usize) -> String {
    format!("{name}-{row}")
}

/// What a row's fields are called by the registry, each with its name in the form.
const PARTS: [(&str, &str); 5] = [
    ("agency", AGENCY),
    ("unit", UNIT),
    ("criterion", CRITERION),
    ("substitute", SUBSTITUTE),
    ("reason", REASON),
];

/// The fields of all rows, as the registry counts the rows and as the form does.
static ROWS: LazyLock<Vec<[(String, String); PARTS.len()]>> = LazyLock::new(|| {
    let row = |at| PARTS.map(|(part, name)| (format!("reassignments[{at}].{part}"), field(name, at)));
    (0..MOST_ROWS).map(row).collect()
});

const OF_ALL: &Names = &[
    ("agencies", AGENCIES),
    ("council", AGENCIES),
    ("reassignments", ""),
];

const REASSIGNED: &Names = &[
    ("reassignment.agency", "thay-cua-0"),
    ("reassignment.unit", "don-vi-0"),
    ("reassignment.criterion", "tieu-chi-0"),
    ("reassignment.substitute", "nguoi-thay-0"),
    ("reassignment.reason", "ly-do-0"),
];

pub(super) async fn show(State(web): State<Web>, me: Me, at: At) -> Answer {
    desk::open(&web, &me, &at, view).await
}

pub(super) async fn save(State(web): State<Web>, Organiser(me): Organiser, at: At, posted: Posted) -> Answer {
    if !posted.text(MORE).is_empty() {
        return desk::with_typed((&web, &me, &at), &posted, view).await;
    }
    let asked = asked(&at, &posted);
    let sent = send(
        me.w,
        &by_row(&posted),
        web.registry().set_council(web.ask(&me, asked)),
    )
    .await?;
    let to = format!("{}/hoi-dong?{DONE}=1", super::href(at.part("cycle")));
    desk::after((&web, &me, &at), &posted, sent, (&to, view)).await
}

fn asked(at: &At, posted: &Posted) -> SetCouncilRequest {
    SetCouncilRequest {
        request_id: posted.request_id().to_owned(),
        cycle: at.part("cycle").to_owned(),
        agencies: posted.all(AGENCIES).map(str::to_owned).collect(),
        reassignments: reassignments(posted),
        seen_version: desk::seen(posted),
    }
}

/// In an open cycle: one more, which counts before the others.
pub(super) async fn reassign(State(web): State<Web>, me: Me, at: At, posted: Posted) -> Answer {
    let asked = ReassignAppraiserRequest {
        request_id: posted.request_id().to_owned(),
        cycle: at.part("cycle").to_owned(),
        reassignment: Some(reassignment(&posted, 0)),
    };
    let call = web.registry().reassign_appraiser(web.ask(&me, asked)).await;
    let sent = send(me.w, REASSIGNED, std::future::ready(call)).await?;
    let to = format!("{}/hoi-dong?{DONE}=1", super::href(at.part("cycle")));
    desk::after((&web, &me, &at), &posted, sent, (&to, view)).await
}

/// Rows that somebody filled in, by their numbers in the form.
fn filled(posted: &Posted) -> Vec<usize> {
    let is_filled = |row: &usize| {
        let text = |name| posted.text(&field(name, *row)).trim();
        let typed = PARTS.iter().any(|(_, name)| !text(name).is_empty());
        let untouched = !text(PROPOSED).is_empty() && text(SUBSTITUTE).is_empty();
        typed && !untouched && text(DROPPED).is_empty()
    };
    (0..MOST_ROWS).filter(is_filled).collect()
}

fn reassignments(posted: &Posted) -> Vec<pb::Reassignment> {
    let rows = filled(posted).into_iter();
    rows.map(|row| reassignment(posted, row)).collect()
}

fn reassignment(posted: &Posted, row: usize) -> pb::Reassignment {
    let text = |name| posted.text(&field(name, row)).trim().to_owned();
    pb::Reassignment {
        agency: text(AGENCY),
        unit: text(UNIT),
        criterion: text(CRITERION),
        substitute: text(SUBSTITUTE),
        reason: text(REASON),
    }
}

/// The registry counts the rows that it was sent; the form has others between them.
fn by_row(posted: &Posted) -> Vec<(&'static str, &'static str)> {
    let mut names = OF_ALL.to_vec();
    for (sent, row) in ROWS.iter().zip(filled(posted)) {
        let typed = ROWS.get(row).into_iter().flatten();
        let pairs = sent.iter().zip(typed);
        names.extend(pairs.map(|((wire, _), (_, name))| (wire.as_str(), name.as_str())));
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    fn posted(fields: &[(&str, &str)]) -> Posted {
        let own = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        Posted::of(fields.iter().map(own).collect(), false)
    }

    #[test]
    fn rows_that_nobody_filled_in_are_left_out() {
        let form = posted(&[
            ("thay-cua-0", "SNV"),
            ("nguoi-thay-0", "STC"),
            ("bo-0", "1"),
            ("thay-cua-1", "STC"),
            ("goi-y-1", "1"),
            ("ly-do-1", "x"),
            ("thay-cua-3", "STC"),
            ("don-vi-3", "STC"),
            ("nguoi-thay-3", "SNV"),
            ("ly-do-3", "Không tự thẩm định"),
            ("ly-do-250", "Có quan hệ"),
        ]);
        let sent = reassignments(&form);
        assert_eq!(sent.len(), 2, "what was typed is not left out, in whichever row");
        assert_eq!((sent[0].agency.as_str(), sent[0].unit.as_str()), ("STC", "STC"));
        let names = by_row(&form);
        let named = |wire| names.iter().find(|(own, _)| *own == wire).map(|(_, name)| *name);
        assert_eq!(named("reassignments[0].substitute"), Some("nguoi-thay-3"));
        assert_eq!(named("reassignments[1].agency"), Some("thay-cua-250"));
        assert_eq!(named("reassignments[2].agency"), None);
        assert_eq!(named("agencies"), Some(AGENCIES));
    }
}
