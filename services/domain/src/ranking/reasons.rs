//! Why a unit has its total, rank and class: Vietnamese sentences, numbers as the province prints them.
//!
//! The length of a sentence is bounded, however many units are tied.

use std::collections::BTreeMap;

use crate::cycle::Policy;
use crate::cycle::policy::{QuotaBase, QuotaRounding};
use crate::kernel::{Points, UnitCode};

use super::class::{Cause, Classed, Verdict};
use super::order::Place;
use super::sheet::Totals;
use super::{Class, TieDecision};

/// Names listed before "và n đơn vị khác".
const NAMES_MAX: usize = 5;

/// Points with a decimal comma.
fn vi(points: Points, policy: &Policy) -> String {
    points.to_text(policy.decimals).replace('.', ",")
}

/// What was added, scaled, cut or taken off, where that is more than a plain sum.
pub(crate) fn total(totals: &Totals<'_>, policy: &Policy) -> Vec<String> {
    let p = |points| vi(points, policy);
    let mut why = Vec::new();
    for content in &totals.contents {
        let code = &content.row.code;
        if content.uncut > content.earned {
            why.push(format!(
                "Nội dung {code} đạt {} điểm, tính tối đa {} điểm.",
                p(content.uncut),
                p(content.earned)
            ));
        }
        if content.points != content.earned {
            why.push(format!(
                "Nội dung {code} có {} điểm không áp dụng: {} / {} × {} = {} điểm.",
                p(content.full - content.applicable),
                p(content.earned),
                p(content.applicable),
                p(content.full),
                p(content.points)
            ));
        }
    }
    if totals.full != totals.applicable {
        why.push(format!(
            "Có {} điểm không áp dụng nên tổng các nội dung được quy đổi: {} / {} × {}.",
            p(totals.full - totals.applicable),
            p(totals.sum),
            p(totals.applicable),
            p(totals.full)
        ));
    }
    if totals.penalty > Points::ZERO {
        why.push(format!("Bị trừ {} điểm vào tổng điểm.", p(totals.penalty)));
    }
    if totals.total > totals.raw {
        why.push(format!(
            "Tổng điểm {} được tính là {}.",
            p(totals.raw),
            p(totals.total)
        ));
    }
    why
}

/// Why this rank: the total, what broke a tie with the next above and below, or that nothing did.
pub(crate) fn rank(places: &[Place<'_>], at: usize, policy: &Policy) -> Vec<String> {
    let place = &places[at];
    let mut why = vec![format!(
        "Xếp thứ {}/{} với tổng điểm {}.",
        place.rank,
        places.len(),
        vi(place.total(), policy)
    )];
    let same_total = |other: &&Place<'_>| other.total() == place.total();
    // The group of equals begins where its rank says, so its neighbours are found without a search.
    let first = place.rank - 1;
    let above = first
        .checked_sub(1)
        .and_then(|at| places.get(at))
        .filter(same_total);
    let below = places.get(place.next).filter(same_total);
    why.extend(above.map(|other| broken_tie(place, other, policy)));
    why.extend(below.map(|other| broken_tie(place, other, policy)));
    if place.tied {
        why.push(shared_rank(places, first, at, policy));
    }
    why
}

fn broken_tie(place: &Place<'_>, other: &Place<'_>, policy: &Policy) -> String {
    let breaking = place
        .breakers
        .iter()
        .zip(&other.breakers)
        .position(|(own, its)| own != its);
    // Two ranks with one total differ in a breaker, or they would be one rank.
    let at = breaking.unwrap_or_default();
    let above = place.rank < other.rank;
    format!(
        "Bằng tổng điểm với {}; xếp {} vì điểm nội dung {} {} hơn ({} so với {}).",
        other.rated.unit.name,
        if above { "trên" } else { "dưới" },
        policy.classes.tie_break.get(at).map_or("", String::as_str),
        if above { "cao" } else { "thấp" },
        vi(place.breakers[at], policy),
        vi(other.breakers[at], policy)
    )
}

fn shared_rank(places: &[Place<'_>], first: usize, at: usize, policy: &Policy) -> String {
    let rank = places[at].rank;
    let group = || {
        places[first..]
            .iter()
            .enumerate()
            .take_while(|(_, p)| p.rank == rank)
    };
    // Only as many as are named are looked at, so that a large tie stays linear.
    let named: Vec<&str> = group()
        .filter(|(i, _)| first + i != at)
        .take(NAMES_MAX + 1)
        .map(|(_, p)| p.rated.unit.name.as_str())
        .collect();
    let equal = match policy.classes.tie_break.as_slice() {
        [] => String::new(),
        contents => format!(" và điểm nội dung {}", contents.join(", ")),
    };
    let names = if named.len() > NAMES_MAX {
        format!("{} và các đơn vị khác", named[..NAMES_MAX].join(", "))
    } else {
        named.join(", ")
    };
    format!("Đồng hạng với {names}: bằng nhau về tổng điểm{equal}.")
}

/// Why this class.
pub(crate) fn class(
    place: &Place<'_>,
    classed: &Classed<'_>,
    verdict: &Verdict<'_>,
    names: &BTreeMap<&UnitCode, &str>,
    policy: &Policy,
) -> Vec<String> {
    let classes = &policy.classes;
    let total = vi(place.total(), policy);
    let name = classed.class.vi();
    let good = vi(classes.good_min, policy);
    let sentence = match &classed.cause {
        Cause::WithinQuota => format!(
            "{name}: tổng điểm {total} đạt mức tối thiểu {} và trong số {}.",
            vi(classes.excellent_min.max(classes.good_min), policy),
            share(verdict, policy)
        ),
        Cause::QuotaFull => format!(
            "{name}: tổng điểm {total} từ {good} trở lên, nhưng {} {}.",
            // Of a small type there may be none from the start.
            if verdict.share.places == 0 {
                "chỉ tiêu là"
            } else {
                "đã hết"
            },
            share(verdict, policy)
        ),
        Cause::BelowExcellent => format!(
            "{name}: tổng điểm {total} từ {good} trở lên, nhưng dưới mức tối thiểu {} của xuất sắc.",
            vi(classes.excellent_min, policy)
        ),
        Cause::Limits if classed.class == Class::Completed => format!(
            "{name}: tổng điểm {total} từ {} đến dưới {good}.",
            vi(classes.completed_min, policy)
        ),
        Cause::Limits => format!(
            "{name}: tổng điểm {total} dưới {}.",
            vi(classes.completed_min, policy)
        ),
        Cause::Undecided => format!(
            "{name}: {}, chờ Hội đồng quyết định; chưa có quyết định nên chưa xếp xuất sắc.",
            at_edge(verdict, names, policy)
        ),
        Cause::Council(decision) => format!(
            "{name}: {}; Hội đồng {} đơn vị này ({}).",
            at_edge(verdict, names, policy),
            chose(decision, place),
            decision.document
        ),
        Cause::Barred(bar) => format!(
            "{name}: tổng điểm {total}; không được xếp trên mức “{}” theo {}.",
            bar.highest_class.vi(),
            bar.document
        ),
    };
    vec![sentence]
}

fn chose(decision: &TieDecision, place: &Place<'_>) -> &'static str {
    if decision.chosen.contains(&place.rated.unit.code) {
        "chọn"
    } else {
        "không chọn"
    }
}

/// "2 chỗ xuất sắc (20% của 10 đơn vị được xếp hạng là 2,00, làm tròn xuống)".
fn share(verdict: &Verdict<'_>, policy: &Policy) -> String {
    let classes = &policy.classes;
    let hundredths = verdict
        .share
        .base
        .saturating_mul(usize::try_from(classes.quota_percent).unwrap_or(100));
    let rounding = match classes.quota_rounding {
        QuotaRounding::Floor => "làm tròn xuống",
        QuotaRounding::HalfUp => "làm tròn đến số gần nhất",
        QuotaRounding::Ceil => "làm tròn lên",
    };
    let base = match classes.quota_base {
        QuotaBase::RankedUnits => "đơn vị được xếp hạng",
        QuotaBase::GoodUnits => "đơn vị đạt mức tốt",
    };
    let least = if classes.quota_min_one {
        ", ít nhất 1"
    } else {
        ""
    };
    format!(
        "{} chỗ xuất sắc ({}% của {} {base} là {},{:02}, {rounding}{least})",
        verdict.share.places,
        classes.quota_percent,
        verdict.share.base,
        hundredths / 100,
        hundredths % 100
    )
}

fn at_edge(verdict: &Verdict<'_>, names: &BTreeMap<&UnitCode, &str>, policy: &Policy) -> String {
    let Some(edge) = &verdict.edge else {
        return String::new();
    };
    let listed: Vec<&str> = edge
        .units
        .iter()
        .take(NAMES_MAX)
        .filter_map(|u| names.get(u).copied())
        .collect();
    let more = if edge.units.len() > NAMES_MAX { "…" } else { "" };
    format!(
        "{} đơn vị đồng hạng ({}{more}) cho {} chỗ còn lại trong {}",
        edge.units.len(),
        listed.join(", "),
        edge.places,
        share(verdict, policy)
    )
}

/// Why there is no class yet.
pub(crate) fn incomplete(missing: usize) -> String {
    format!("Chưa xếp loại: còn {missing} mục điểm chưa có hoặc chưa chốt.")
}

/// Why there is neither rank nor class.
pub(crate) fn not_ranked(missing: usize) -> String {
    if missing == 0 {
        "Không xếp hạng trong đợt này; không tính vào chỉ tiêu xuất sắc.".to_owned()
    } else {
        format!(
            "Không xếp hạng trong đợt này; không tính vào chỉ tiêu xuất sắc. Còn {missing} mục điểm chưa có."
        )
    }
}
