//! Workbooks that people take away: the progress as a table, and an empty list of people to be asked.

use axum::response::Response;
use chiso_platform::words::Words;

use super::super::book::given;
use super::super::out::{Cell, Sheet, xlsx};
use super::super::trouble::Trouble;
use super::load::Survey;
use crate::problem::Problem;

/// A workbook of one sheet, to be saved under a name.
pub(super) fn workbook(sheet: &Sheet, name: &str) -> Result<Response, Trouble> {
    let bytes = xlsx::write(sheet).map_err(|fault| Problem::internal(&fault))?;
    Ok(given(name, bytes))
}

/// The columns that the survey reads, and a row for each group that shows how they are filled in. It has no number, so
/// that whoever leaves it in place is told.
pub(super) fn sample(w: Words, survey: &Survey) -> Sheet {
    let columns = [
        "fieldwork-column-group",
        "fieldwork-column-name",
        "fieldwork-column-phone",
        "fieldwork-column-consent",
        "fieldwork-column-units",
        "fieldwork-column-interviewer",
    ];
    let some: Vec<&str> = survey.units().into_iter().take(2).map(|(code, _)| code).collect();
    let row = |group: &str| {
        vec![
            Cell::text(group),
            Cell::text(w.say("fieldwork-sample-name")),
            Cell::Empty,
            Cell::text(w.say("fieldwork-sample-consent")),
            Cell::text(&some.join("; ")),
            Cell::Empty,
        ]
    };
    Sheet {
        name: w.say("fieldwork-sheet").to_owned(),
        heading: columns.map(|key| w.say(key).to_owned()).to_vec(),
        rows: survey.groups.iter().map(|group| row(&group.group)).collect(),
    }
}
