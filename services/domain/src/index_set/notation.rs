//! The notation of scoring rules in an index set, read and printed.
//!
//! | rule | notation |
//! |---|---|
//! | sum | `sum`; `sum, trần 8`; `sum of penalties` |
//! | all or nothing | `bool` |
//! | steps | `tier(≥2 hình thức:1; 1 hình thức:0.5; 0:0)`, split at the last colon of each step |
//! | ratio | `ratio(b/a, sàn 80%)` |
//! | per fault | `deduct(0.5/báo cáo chậm)` |
//! | per item | `add(1/sáng kiến, trần 3)` |
//! | other index | `external(điểm/100 × tối đa)` |
//! | survey | `survey(HDND,Q1)` |
//! | leaders | `leader(mean, thang 0–4)`; scale and mean are in the policy |
//! | penalty | `penalty(3/vụ)`; `penalty(0.5/ngày, trần 2)`; `penalty(khiển trách 0.5; cảnh cáo 1 /người)` |
//!
//! Numbers may have a decimal comma; they are printed with a point.

use crate::cycle::{PenaltyKind, Rule, Tier};
use crate::kernel::{Points, text::nfc};

/// Why a text is no scoring rule.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotationError {
    /// No rule begins like that.
    #[error("no such rule: {0:?}")]
    Unknown(String),
    /// The inside of a rule is not as it should be.
    #[error("{rule} is malformed: {text:?}")]
    Malformed {
        /// The rule's word.
        rule: &'static str,
        /// What was found.
        text: String,
        /// How it should look.
        example: &'static str,
    },
    /// A number is not one.
    #[error("not a number: {0:?}")]
    Number(String),
}

impl NotationError {
    /// What is wrong and what to do.
    #[must_use]
    pub fn vi(&self) -> String {
        match self {
            Self::Unknown(text) => format!(
                "Không hiểu cách chấm “{text}”. Dùng một trong: sum, bool, tier, ratio, deduct, add, external, \
                 survey, leader, penalty."
            ),
            Self::Malformed { text, example, .. } => {
                format!("Cách chấm “{text}” viết chưa đúng. Viết theo mẫu {example}.")
            }
            Self::Number(text) => format!("“{text}” không phải là số trong cách chấm. Nhập số, ví dụ 0.5."),
        }
    }
}

type Read<T> = Result<T, NotationError>;

const TIER: (&str, &str) = ("tier", "tier(đủ:2; thiếu:1; không:0)");
const RATIO: (&str, &str) = ("ratio", "ratio(b/a, sàn 80%)");
const DEDUCT: (&str, &str) = ("deduct", "deduct(0.5/báo cáo chậm)");
const ADD: (&str, &str) = ("add", "add(1/sáng kiến, trần 3)");
const EXTERNAL: (&str, &str) = ("external", "external(điểm/100 × tối đa)");
const SURVEY: (&str, &str) = ("survey", "survey(HDND,Q1)");
const LEADER: (&str, &str) = ("leader", "leader(mean, thang 0–4)");
const PENALTY: (&str, &str) = ("penalty", "penalty(0.5/ngày, trần 2)");

fn malformed((rule, example): (&'static str, &'static str), text: &str) -> NotationError {
    NotationError::Malformed {
        rule,
        text: text.chars().take(80).collect(),
        example,
    }
}

/// Reads a rule from its notation.
///
/// # Errors
/// [`NotationError`] with a Vietnamese sentence that shows how the rule is written.
pub fn parse(notation: &str) -> Read<Rule> {
    let notation = nfc(notation);
    match notation.as_str() {
        "sum" | "sum of penalties" => return Ok(Rule::Sum { cap: None }),
        "bool" => return Ok(Rule::Bool),
        "leader" => return Ok(Rule::Leaders),
        _ => {}
    }
    if let Some(cap) = notation
        .strip_prefix("sum,")
        .map(str::trim)
        .and_then(|r| r.strip_prefix("trần "))
    {
        return Ok(Rule::Sum {
            cap: Some(points(cap)?),
        });
    }
    let unknown = || NotationError::Unknown(notation.chars().take(80).collect());
    let (word, rest) = notation.split_once('(').ok_or_else(unknown)?;
    let inner = rest.strip_suffix(')').ok_or_else(unknown)?.trim();
    match word.trim() {
        "tier" => tier(inner),
        "ratio" => ratio(inner),
        "deduct" => each_what(inner, DEDUCT).map(|(each, what)| Rule::Deduct { each, what }),
        "add" => add(inner),
        "external" => external(inner),
        "survey" => survey(inner),
        "leader" => leader(inner),
        "penalty" => penalty(inner),
        _ => Err(unknown()),
    }
}

fn points(text: &str) -> Read<Points> {
    let text = text.trim();
    text.replace(',', ".")
        .parse()
        .map_err(|_| NotationError::Number(text.to_owned()))
}

fn whole(text: &str) -> Read<u32> {
    let text = text.trim();
    text.parse().map_err(|_| NotationError::Number(text.to_owned()))
}

/// Takes ", trần 2" off the end.
fn cap(inner: &str) -> Read<(&str, Option<Points>)> {
    match inner.rsplit_once(", trần ") {
        Some((rest, cap)) => Ok((rest.trim(), Some(points(cap)?))),
        None => Ok((inner, None)),
    }
}

/// "0.5/báo cáo chậm".
fn each_what(inner: &str, rule: (&'static str, &'static str)) -> Read<(Points, String)> {
    let (each, what) = inner.split_once('/').ok_or_else(|| malformed(rule, inner))?;
    let what = what.trim();
    if what.is_empty() {
        return Err(malformed(rule, inner));
    }
    Ok((points(each)?, what.to_owned()))
}

fn tier(inner: &str) -> Read<Rule> {
    let step = |step: &str| {
        let (label, value) = step.rsplit_once(':').ok_or_else(|| malformed(TIER, step))?;
        Ok(Tier {
            label: label.trim().to_owned(),
            points: points(value)?,
        })
    };
    let tiers = inner.split(';').map(step).collect::<Read<Vec<_>>>()?;
    Ok(Rule::Tier { tiers })
}

fn ratio(inner: &str) -> Read<Rule> {
    let percent = inner
        .strip_prefix("b/a")
        .and_then(|r| r.trim_start().strip_prefix(','))
        .and_then(|r| r.trim_start().strip_prefix("sàn"))
        .and_then(|r| r.trim_end().strip_suffix('%'))
        .ok_or_else(|| malformed(RATIO, inner))?;
    Ok(Rule::Ratio {
        floor_percent: whole(percent)?,
    })
}

fn add(inner: &str) -> Read<Rule> {
    let (rest, cap) = cap(inner)?;
    let (each, what) = each_what(rest, ADD)?;
    Ok(Rule::Add {
        each,
        what,
        cap: cap.ok_or_else(|| malformed(ADD, inner))?,
    })
}

fn external(inner: &str) -> Read<Rule> {
    let scale = inner
        .strip_prefix("điểm/")
        .and_then(|r| r.strip_suffix("tối đa"))
        .and_then(|r| r.trim_end().strip_suffix(['×', 'x', '*']))
        .ok_or_else(|| malformed(EXTERNAL, inner))?;
    Ok(Rule::External { scale: whole(scale)? })
}

fn survey(inner: &str) -> Read<Rule> {
    let bad = || malformed(SURVEY, inner);
    let (group, question) = inner.split_once(',').ok_or_else(bad)?;
    Ok(Rule::Survey {
        group: group.trim().parse().map_err(|_| bad())?,
        question: question.trim().parse().map_err(|_| bad())?,
    })
}

fn leader(inner: &str) -> Read<Rule> {
    let scale = inner
        .strip_prefix("mean")
        .and_then(|r| r.trim_start().strip_prefix(','))
        .and_then(|r| r.trim_start().strip_prefix("thang"))
        .and_then(|r| r.trim_start().strip_prefix('0'))
        .and_then(|r| r.trim_start().strip_prefix(['–', '-']))
        .ok_or_else(|| malformed(LEADER, inner))?;
    points(scale).map(|_| Rule::Leaders)
}

fn penalty(inner: &str) -> Read<Rule> {
    let (rest, cap) = cap(inner)?;
    let before = rest.split_once('/').map_or("", |(each, _)| each);
    if points(before).is_ok() {
        let (each, what) = each_what(rest, PENALTY)?;
        let label = String::new();
        return Ok(Rule::Penalty {
            kinds: vec![PenaltyKind { label, each, what }],
            cap,
        });
    }
    let mut kinds = Vec::new();
    let mut what: Option<String> = None;
    for item in rest.split(';').rev() {
        kinds.push(penalty_kind(item.trim(), &mut what)?);
    }
    kinds.reverse();
    Ok(Rule::Penalty { kinds, cap })
}

/// "cảnh cáo 1" or "buộc thôi việc 2 /người"; what is counted holds for the kinds before it as well.
fn penalty_kind(item: &str, what: &mut Option<String>) -> Read<PenaltyKind> {
    let bad = || malformed(PENALTY, item);
    let (head, own) = item
        .split_once('/')
        .map_or((item, None), |(head, own)| (head, Some(own)));
    if let Some(own) = own.map(str::trim) {
        *what = Some(own.to_owned()).filter(|own| !own.is_empty());
    }
    let (label, each) = head.trim().rsplit_once(' ').ok_or_else(bad)?;
    Ok(PenaltyKind {
        label: label.trim().to_owned(),
        each: points(each)?,
        what: what.clone().ok_or_else(bad)?,
    })
}

/// Prints a rule in the notation.
#[must_use]
pub fn print(rule: &Rule) -> String {
    match rule {
        Rule::Sum { cap } => format!("sum{}", cap_text(*cap)),
        Rule::Bool => "bool".to_owned(),
        Rule::Tier { tiers } => {
            let steps: Vec<_> = tiers
                .iter()
                .map(|t| format!("{}:{}", t.label, short(t.points)))
                .collect();
            format!("tier({})", steps.join("; "))
        }
        Rule::Ratio { floor_percent } => format!("ratio(b/a, sàn {floor_percent}%)"),
        Rule::Deduct { each, what } => format!("deduct({}/{what})", short(*each)),
        Rule::Add { each, what, cap } => format!("add({}/{what}, trần {})", short(*each), short(*cap)),
        Rule::External { scale } => format!("external(điểm/{scale} × tối đa)"),
        Rule::Survey { group, question } => format!("survey({group},{question})"),
        Rule::Leaders => "leader".to_owned(),
        Rule::Penalty { kinds, cap } => format!("penalty({}{})", print_kinds(kinds), cap_text(*cap)),
    }
}

fn print_kinds(kinds: &[PenaltyKind]) -> String {
    let kind = |(at, kind): (usize, &PenaltyKind)| {
        let shared = kinds.get(at + 1).is_some_and(|next| next.what == kind.what);
        match (kind.label.as_str(), shared) {
            ("", _) => format!("{}/{}", short(kind.each), kind.what),
            (label, true) => format!("{label} {}", short(kind.each)),
            (label, false) => format!("{label} {} /{}", short(kind.each), kind.what),
        }
    };
    kinds.iter().enumerate().map(kind).collect::<Vec<_>>().join("; ")
}

fn cap_text(cap: Option<Points>) -> String {
    cap.map(|cap| format!(", trần {}", short(cap)))
        .unwrap_or_default()
}

/// Points without needless zeros: "0.5", "3".
fn short(points: Points) -> String {
    let text = points.to_string();
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
