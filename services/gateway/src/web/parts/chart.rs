//! Charts: SVG of attributes alone, since pages allow no style in markup. Each says in its title what it shows, and each
//! stands beside a table of the same numbers.

use chiso_domain::kernel::Points;
use maud::{Markup, html};

/// One point.
const UNIT: i64 = 10_000;
/// Where bars begin, beside their labels, and how long the longest is.
const LEFT: i64 = 100;
const LONG: i64 = 520;

/// A bar in a cell of numbers, from 0 to 100 points; decoration.
pub(crate) fn in_cell(points: Points) -> Markup {
    let width = (points.parts() / UNIT).clamp(0, 100);
    html! {
        svg.bar viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true" { path d={ "M0 0h" (width) "v1H0z" }; }
    }
}

/// One row of [`bars`].
#[derive(Clone, Debug)]
pub(crate) struct Bar {
    pub(crate) label: String,
    pub(crate) own: Points,
    /// Marked by a line across.
    pub(crate) beside: Option<Points>,
    pub(crate) max: Points,
}

/// Own points against a maximum, with a mark where another value lies.
pub(crate) fn bars(title: &str, rows: &[Bar]) -> Markup {
    let height = 30 * rows.len();
    html! {
        svg.chart viewBox={ "0 0 640 " (height) } role="img" aria-label=(title) {
            title { (title) }
            @for (at, row) in rows.iter().enumerate() {
                @let top = 30 * at;
                text x="0" y=(top + 20) { (row.label) }
                rect.whole x=(LEFT) y=(top + 6) width=(LONG) height="18" {}
                rect.own x=(LEFT) y=(top + 6) width=(share(row.own, row.max)) height="18" {}
                @if let Some(beside) = row.beside {
                    rect.beside x=(LEFT - 2 + share(beside, row.max)) y=(top + 2) width="4" height="26" {}
                }
            }
        }
    }
}

/// Width of a part of the maximum.
fn share(points: Points, max: Points) -> i64 {
    if max <= Points::ZERO {
        return 0;
    }
    (points.parts().clamp(0, max.parts()) * LONG) / max.parts()
}

/// One step down of [`waterfall`].
#[derive(Clone, Debug)]
pub(crate) struct Step {
    pub(crate) label: String,
    /// Taken off; below zero: put on.
    pub(crate) lost: Points,
}

/// From the whole down to what is left, which has the second label.
pub(crate) fn waterfall((title, total): (&str, &str), from: Points, steps: &[Step]) -> Markup {
    let full = from.parts().max(1);
    let mut left = from.parts();
    let mut bars = Vec::with_capacity(steps.len());
    for step in steps {
        let after = left - step.lost.parts();
        bars.push((step, left.min(after), left.max(after)));
        left = after;
    }
    let at = |parts: i64| LEFT + (parts.clamp(0, full) * LONG) / full;
    let height = 30 * (steps.len() + 1);
    html! {
        svg.chart viewBox={ "0 0 640 " (height) } role="img" aria-label=(title) {
            title { (title) }
            @for (row, (step, low, high)) in bars.iter().enumerate() {
                text x="0" y=(30 * row + 20) { (step.label) }
                rect.whole x=(LEFT) y=(30 * row + 6) width=(at(*low) - LEFT) height="18" {}
                // What is lost shows even where it is thinner than a line.
                rect.lost x=(at(*low)) y=(30 * row + 6) width=((at(*high) - at(*low)).max(2)) height="18" {}
            }
            text x="0" y=(30 * steps.len() + 20) { (total) }
            rect.own x=(LEFT) y=(30 * steps.len() + 6) width=(at(left) - LEFT) height="18" {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn p(text: &str) -> Points {
        text.parse().unwrap()
    }

    #[test]
    fn a_bar_is_as_long_as_its_share() {
        assert!(in_cell(p("93.98")).into_string().contains("M0 0h93v1H0z"));
        assert!(in_cell(p("-6")).into_string().contains("M0 0h0v1H0z"));
        let bar = |own, max| Bar {
            label: "I".to_owned(),
            own: p(own),
            beside: Some(p("13")),
            max: p(max),
        };
        let chart = bars(
            "Điểm & <nội dung>",
            &[bar("19.5", "39"), bar("40", "39"), bar("1", "0")],
        )
        .into_string();
        assert!(
            chart.contains(r#"class="own" x="100" y="6" width="260""#),
            "{chart}"
        );
        assert!(
            chart.contains(r#"class="own" x="100" y="36" width="520""#),
            "never beyond the whole"
        );
        assert!(chart.contains(r#"class="own" x="100" y="66" width="0""#));
        assert!(chart.contains("<title>Điểm &amp; &lt;nội dung&gt;</title>"));
    }

    #[test]
    fn a_waterfall_ends_at_the_total() {
        let steps = [("I", "10"), ("II", "5")].map(|(label, lost)| Step {
            label: label.to_owned(),
            lost: p(lost),
        });
        let chart = waterfall(("Mất điểm", "Tổng"), p("100"), &steps).into_string();
        assert!(
            chart.contains(r#"class="lost" x="568" y="6" width="52""#),
            "{chart}"
        );
        assert!(
            chart.contains(r#"class="lost" x="542" y="36" width="26""#),
            "{chart}"
        );
        assert!(
            chart.contains(r#"class="own" x="100" y="66" width="442""#),
            "{chart}"
        );
    }
}
