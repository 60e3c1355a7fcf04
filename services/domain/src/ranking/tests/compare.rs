//! Numbers beside the results, worked by hand.

use crate::kernel::Points;
use crate::ranking::compare::{Printed, losses, median, share, since};

fn p(text: &str) -> Points {
    text.parse().unwrap()
}

fn of(points: &[&str]) -> Option<String> {
    let median = median(points.iter().map(|text| p(text)).collect());
    median.map(|median| median.to_string())
}

fn unit(contents: [&str; 2], penalty: &str, total: &str, rank: i32) -> Printed<'static> {
    Printed {
        contents: vec![("I", p(contents[0])), ("II", p(contents[1]))],
        penalty: p(penalty),
        total: p(total),
        rank,
    }
}

#[test]
fn the_median_is_exact() {
    assert_eq!(of(&[]), None);
    assert_eq!(of(&["30"]).as_deref(), Some("30.00"));
    assert_eq!(of(&["31.01", "5", "30"]).as_deref(), Some("30.00"));
    // (30.00 + 31.01) / 2.
    assert_eq!(of(&["31.01", "30"]).as_deref(), Some("30.505"));
    assert_eq!(of(&["9", "8", "1", "2"]).as_deref(), Some("5.00"));
    // (1.0000 + 1.0001) / 2 = 1.00005, half up.
    assert_eq!(of(&["1", "1.0001"]).as_deref(), Some("1.0001"));
}

#[test]
fn losses_lead_from_the_maxima_to_the_total() {
    let maxima = [("I", p("39")), ("II", p("27"))];
    // 66 - 4.50 - 3.00 - 0.25 = 58.25.
    let plain = losses(&maxima, &unit(["34.5", "24"], "0.25", "58.25", 1)).unwrap();
    assert_eq!((plain.full, plain.scaled), (p("66"), Points::ZERO));
    assert_eq!(plain.lost, [("I", p("4.5")), ("II", p("3"))]);
    // Scaled up by 0.75, and lifted from -1.25 to the floor.
    let scaled = losses(&maxima, &unit(["34.5", "24"], "0.25", "59", 1)).unwrap();
    assert_eq!(scaled.scaled, p("-0.75"));
    let floored = losses(&maxima, &unit(["0.5", "0.25"], "2", "0", 1)).unwrap();
    assert_eq!(floored.scaled, p("-1.25"));
    assert_eq!(losses(&[], &unit(["1", "1"], "0", "2", 1)), None);
    assert_eq!(losses(&[("IV", p("8"))], &unit(["1", "1"], "0", "2", 1)), None);
}

#[test]
fn what_changed_has_the_sign_of_better_and_worse() {
    let before = unit(["33.3", "25"], "0.5", "57.8", 7);
    let changed = since(&before, &unit(["34.5", "24"], "0.25", "58.25", 5));
    assert_eq!(changed.contents, [("I", p("1.2")), ("II", p("-1"))]);
    assert_eq!(
        (changed.penalty, changed.total, changed.places),
        (p("0.25"), p("0.45"), 2)
    );
    let worse = since(&before, &unit(["33.3", "25"], "1", "57.3", 9));
    assert_eq!(
        (worse.penalty, worse.total, worse.places),
        (p("-0.5"), p("-0.5"), -2)
    );
    assert_eq!(
        since(&before, &unit(["1", "1"], "0", "2", 0)).places,
        0,
        "not ranked now"
    );
    let mut other = before;
    other.contents.remove(1);
    let new = since(&other, &unit(["34.5", "24"], "0.25", "58.25", 5));
    assert_eq!(
        new.contents,
        [("I", p("1.2"))],
        "a content that was not there has no change"
    );
}

#[test]
fn the_share_of_the_base_keeps_its_decimals() {
    assert_eq!(share(22, 20).to_string(), "4.40");
    assert_eq!(share(13, 15).to_string(), "1.95");
    assert_eq!(share(0, 20), Points::ZERO);
}
