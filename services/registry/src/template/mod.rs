//! The two XLSX templates of a year's frame; both are described in `docs/reference/templates.md`.

pub(crate) mod index_set;
pub(crate) mod units;

use chiso_domain::kernel::Points;

/// How a template says "none": an empty cell or a dash.
fn none_if_dash(text: String) -> Option<String> {
    let dash = matches!(text.as_str(), "" | "-" | "–" | "—" | "−");
    (!dash).then_some(text)
}

/// Points without needless zeros: "100".
pub(crate) fn short(points: Points) -> String {
    let text = points.to_string();
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
