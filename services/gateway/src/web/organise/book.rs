//! Workbooks of the set-up: what is wrong with one, and samples.

use chiso_platform::words::Words;
use maud::{Markup, html};

use super::super::at::At;
pub(super) use super::super::book::{FILE, Sent, Why, given, import, read};
use super::super::parts::faults::{self, Fault};
use super::super::parts::state::{Kind, notice};
use super::super::trouble::{Answer, Trouble};

/// The cells at fault, and that nothing was changed.
pub(super) fn faulty(w: Words, faults: &[Fault]) -> Markup {
    html! {
        @if !faults.is_empty() {
            section #o-loi aria-labelledby="o-loi-ten" {
                h2 #o-loi-ten { (w.say("organise-faults")) }
                (notice(Kind::Refused, html! { p { (w.say("organise-faults-meaning")) } }))
                (faults::table(w, faults))
            }
        }
    }
}

/// Samples, as a province fills them in.
const SAMPLES: [(&str, &[u8]); 2] = [
    (
        "don-vi.xlsx",
        include_bytes!("../../../../../examples/phu-tho/don-vi.xlsx"),
    ),
    (
        "bo-chi-so.xlsx",
        include_bytes!("../../../../../examples/phu-tho/chi-so-01.xlsx"),
    ),
];

/// Where a sample is.
pub(super) fn sample_href(name: &str) -> String {
    format!("/quan-tri/mau/{name}")
}

pub(super) async fn sample(at: At) -> Answer {
    let name = at.part("name");
    let found = SAMPLES.iter().find(|(known, _)| *known == name);
    let (_, bytes) = found.ok_or_else(Trouble::missing)?;
    Ok(given(name, bytes.to_vec()))
}
