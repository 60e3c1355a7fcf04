//! How a criterion is scored, and how points came of a basis, in words. The points themselves are the services'.

use chiso_domain::cycle::{Criterion, PenaltyKind, Rule};
use chiso_domain::index_points::{Basis, IndexPoints, LeafInput, Stage};
use chiso_domain::kernel::Points;
use chiso_domain::survey::ALL_GROUPS;
use chiso_platform::words::{Arg, Words};

use crate::web::format::points;

/// A number of the domain, written as points are.
fn written(w: Words, number: impl std::fmt::Display) -> String {
    points(w, &number.to_string())
}

/// The rule of a row.
pub(in crate::web) fn rule(w: Words, row: &Criterion) -> Vec<String> {
    let p = |value: Points| written(w, value);
    let max = p(row.max);
    let with_max = ("max", Arg::Text(&max));
    match &row.rule {
        Rule::Sum { .. } => Vec::new(),
        Rule::Bool => vec![w.tell("readers-rule-bool", &[with_max])],
        Rule::Tier { tiers } => {
            let tier = |label: &str, value: &str| {
                let told = [("label", Arg::Text(label)), ("points", Arg::Text(value))];
                w.tell("readers-rule-tier", &told)
            };
            tiers.iter().map(|t| tier(&t.label, &p(t.points))).collect()
        }
        Rule::Ratio { floor_percent } => {
            let floor = ("floor", Arg::Count(i64::from(*floor_percent)));
            vec![w.tell("readers-rule-ratio", &[with_max, floor])]
        }
        Rule::Deduct { each, what } => {
            let told = [
                with_max,
                ("each", Arg::Text(&p(*each))),
                ("what", Arg::Text(what)),
            ];
            vec![w.tell("readers-rule-deduct", &told)]
        }
        Rule::Add { each, what, cap } => {
            let (each, cap) = (p(*each), p(*cap));
            let told = [
                ("each", Arg::Text(&each)),
                ("what", Arg::Text(what)),
                ("cap", Arg::Text(&cap)),
            ];
            vec![w.tell("readers-rule-add", &told)]
        }
        Rule::External { scale } => {
            vec![w.tell(
                "readers-rule-external",
                &[with_max, ("scale", Arg::Count(i64::from(*scale)))],
            )]
        }
        Rule::Survey { group, question } => {
            let told = [
                with_max,
                ("group", Arg::Text(group.as_str())),
                ("question", Arg::Text(question.as_str())),
            ];
            vec![w.tell("readers-rule-survey", &told)]
        }
        Rule::Leaders => vec![w.tell("readers-rule-leaders", &[with_max])],
        Rule::Penalty { kinds, .. } => {
            let kind = |each: &str, what: &str| {
                w.tell(
                    "readers-rule-penalty",
                    &[("each", Arg::Text(each)), ("what", Arg::Text(what))],
                )
            };
            kinds.iter().map(|of| kind(&p(of.each), kind_name(of))).collect()
        }
    }
}

/// A row of one kind names only what is counted.
fn kind_name(kind: &PenaltyKind) -> &str {
    if kind.label.is_empty() {
        &kind.what
    } else {
        &kind.label
    }
}

/// What a source's points were computed from.
pub(super) fn basis(w: Words, max: &str, row: Option<&Criterion>, of: &IndexPoints) -> Vec<String> {
    let exact = |parts: i64| written(w, Points::from_parts(parts));
    match &of.post.basis {
        Basis::Survey { rated: 0, .. } => vec![w.say("readers-basis-survey-none").to_owned()],
        &Basis::Survey { rated, sum } => {
            let (max, sum) = (points(w, max), exact(sum));
            let told = [
                ("rated", Arg::Count(rated)),
                ("sum", Arg::Text(&sum)),
                ("max", Arg::Text(&max)),
            ];
            // Of groups that are joined it is the mean's two parts, which weights make other numbers than of slips.
            let joined = matches!(row.map(|row| &row.rule), Some(Rule::Survey { group, .. }) if group.as_str() == ALL_GROUPS);
            let key = if joined {
                "readers-basis-survey-joined"
            } else {
                "readers-basis-survey"
            };
            vec![w.tell(key, &told)]
        }
        &Basis::Recheck { void_rated: 0, .. } => vec![w.say("readers-basis-recheck-none").to_owned()],
        &Basis::Recheck {
            rated,
            sum,
            void_rated,
            void_sum,
        } => {
            let (sum, void_sum) = (exact(sum), exact(void_sum));
            let told = [
                ("rated", Arg::Count(rated)),
                ("sum", Arg::Text(&sum)),
                ("void", Arg::Count(void_rated)),
                ("voidsum", Arg::Text(&void_sum)),
            ];
            vec![w.tell("readers-basis-recheck", &told)]
        }
        Basis::Leaders { counted, sum } => {
            let (max, sum) = (points(w, max), written(w, sum));
            let told = [
                ("counted", Arg::Count(*counted)),
                ("sum", Arg::Text(&sum)),
                ("max", Arg::Text(&max)),
            ];
            vec![w.tell("readers-basis-leaders", &told)]
        }
        Basis::Ledger {
            stage,
            input,
            version,
        } => {
            let mut lines = match input {
                Some(input) => entered(w, row.map(|row| &row.rule), input),
                None => vec![w.say("readers-basis-scale").to_owned()],
            };
            let told = [
                ("stage", Arg::Text(stage_name(*stage))),
                ("version", Arg::Count(*version)),
            ];
            lines.push(w.tell("readers-basis-stage", &told));
            lines
        }
    }
}

const fn stage_name(stage: Stage) -> &'static str {
    match stage {
        Stage::SelfScore => "self",
        Stage::Appraisal1 => "first",
        Stage::Appraisal2 => "second",
        Stage::Decided => "decided",
    }
}

/// The input of a leaf, beside its rule where that is known.
fn entered(w: Words, rule: Option<&Rule>, input: &LeafInput) -> Vec<String> {
    match input {
        LeafInput::Achieved(true) => vec![w.say("readers-input-achieved").to_owned()],
        LeafInput::Achieved(false) => vec![w.say("readers-input-not-achieved").to_owned()],
        LeafInput::Ratio { planned, achieved } => {
            let (planned, achieved) = (written(w, planned), written(w, achieved));
            let told = [
                ("planned", Arg::Text(&planned)),
                ("achieved", Arg::Text(&achieved)),
            ];
            vec![w.tell("readers-input-ratio", &told)]
        }
        LeafInput::Tier(chosen) => {
            let label = match rule {
                Some(Rule::Tier { tiers }) => tiers.iter().find(|tier| tier.points == *chosen),
                _ => None,
            };
            let chosen = written(w, chosen);
            let told = [
                ("label", Arg::Text(label.map_or("–", |tier| &tier.label))),
                ("points", Arg::Text(&chosen)),
            ];
            vec![w.tell("readers-input-tier", &told)]
        }
        LeafInput::Count(n) => vec![w.tell("readers-input-count", &[("n", Arg::Count(*n))])],
        LeafInput::Penalty(counts) => {
            let kinds = match rule {
                Some(Rule::Penalty { kinds, .. }) => kinds.as_slice(),
                _ => &[],
            };
            let line = |(kind, n): &(usize, i64)| {
                let what = kinds.get(*kind).map_or("–", kind_name);
                w.tell(
                    "readers-input-penalty",
                    &[("what", Arg::Text(what)), ("n", Arg::Count(*n))],
                )
            };
            counts.iter().map(line).collect()
        }
        LeafInput::External(score) => {
            vec![w.tell(
                "readers-input-external",
                &[("score", Arg::Text(&written(w, score)))],
            )]
        }
    }
}
