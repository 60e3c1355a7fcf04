//! The council: its agencies, and who appraises instead of whom.

use axum::extract::State;
use chiso_wire::registry::{self as pb, ReassignAppraiserRequest, SetCouncilRequest};

use super::super::at::At;
use super::super::errors::Names;
use super::super::me::Me;
use super::super::posted::Posted;
use super::super::save::send;
use super::super::state::Web;
use super::super::trouble::Answer;
use super::desk::{self, DONE};
use super::view_council::view;

/// The boxes of the agencies.
pub(super) const AGENCIES: &str = "co-quan";
/// Rows of reassignments that a form has at the most.
pub(super) const MOST_ROWS: usize = 40;

/// Fields of a row, and what the registry calls them.
pub(super) const AGENCY: &str = "thay-cua";
pub(super) const UNIT: &str = "don-vi";
pub(super) const CRITERION: &str = "tieu-chi";
pub(super) const SUBSTITUTE: &str = "nguoi-thay";
pub(super) const REASON: &str = "ly-do";
/// Marks a row that the page proposed.
pub(super) const PROPOSED: &str = "goi-y";
/// Takes a row out.
pub(super) const DROPPED: &str = "bo";

/// The fields of a row of the form.
pub(super) fn field(name: &str, row: usize) -> String {
    format!("{name}-{row}")
}

macro_rules! rows {
    ($($row:literal)*) => {
        &[
            ("agencies", AGENCIES),
            ("council", AGENCIES),
            ("reassignments", ""),
            $(
                (concat!("reassignments[", $row, "].agency"), concat!("thay-cua-", $row)),
                (concat!("reassignments[", $row, "].unit"), concat!("don-vi-", $row)),
                (concat!("reassignments[", $row, "].criterion"), concat!("tieu-chi-", $row)),
                (concat!("reassignments[", $row, "].substitute"), concat!("nguoi-thay-", $row)),
                (concat!("reassignments[", $row, "].reason"), concat!("ly-do-", $row)),
            )*
        ]
    };
}

const NAMES: &Names = rows!(
    0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32 33 34 35 36 37 38 39
);

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

pub(super) async fn save(State(web): State<Web>, me: Me, at: At, posted: Posted) -> Answer {
    let asked = SetCouncilRequest {
        request_id: posted.request_id().to_owned(),
        cycle: at.part("cycle").to_owned(),
        agencies: posted.all(AGENCIES).map(str::to_owned).collect(),
        reassignments: reassignments(&posted),
    };
    let sent = send(
        me.w,
        &by_row(&posted),
        web.registry().set_council(web.ask(&me, asked)),
    )
    .await?;
    let to = format!("{}/hoi-dong?{DONE}=1", super::href(at.part("cycle")));
    desk::after((&web, &me, &at), &posted, sent, (&to, view)).await
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
        let named = !text(AGENCY).is_empty() || !text(SUBSTITUTE).is_empty();
        let untouched = !text(PROPOSED).is_empty() && text(SUBSTITUTE).is_empty();
        named && !untouched && text(DROPPED).is_empty()
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
    let filled = filled(posted);
    let begins = |row: usize| format!("reassignments[{row}].");
    let of_row = |name: &str, row: usize| name.rsplit('-').next() == Some(row.to_string().as_str());
    let mut names: Vec<(&'static str, &'static str)> = NAMES[..3].to_vec();
    for (sent, row) in filled.into_iter().enumerate() {
        let (wires, fields) = (begins(sent), NAMES.iter().filter(|(_, name)| of_row(name, row)));
        for (own, name) in fields {
            let part = own.rsplit('.').next().unwrap_or_default();
            let wire = NAMES.iter().find(|(wire, _)| *wire == format!("{wires}{part}"));
            names.extend(wire.map(|(wire, _)| (*wire, *name)));
        }
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
        ]);
        let sent = reassignments(&form);
        assert_eq!(sent.len(), 1);
        assert_eq!((sent[0].agency.as_str(), sent[0].unit.as_str()), ("STC", "STC"));
        let names = by_row(&form);
        let named = |wire| names.iter().find(|(own, _)| *own == wire).map(|(_, name)| *name);
        assert_eq!(named("reassignments[0].substitute"), Some("nguoi-thay-3"));
        assert_eq!(named("agencies"), Some(AGENCIES));
    }
}
