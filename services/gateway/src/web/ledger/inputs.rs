//! What a rule asks for: its fields, as units and appraisers fill them in, and what was filled in, in words.

use chiso_domain::cycle::{Criterion, Rule, Tier};
use chiso_platform::words::{Arg, Words};
use chiso_wire::kernel::LeafInput;
use chiso_wire::kernel::leaf_input::Kind as Input;
use maud::{Markup, html};

use super::super::errors::Errors;
use super::super::format::points;
use super::super::parts::choice::{Choices, radios};
use super::super::parts::field::{self, Field};
use super::super::posted::Typed;

/// An input in words.
pub(in crate::web) fn said(w: Words, row: &Criterion, input: Option<&LeafInput>) -> String {
    match (input.and_then(|input| input.kind.as_ref()), &row.rule) {
        (Some(Input::Achieved(true)), _) => w.say("ledger-reached").to_owned(),
        (Some(Input::Achieved(false)), _) => w.say("ledger-not-reached").to_owned(),
        (Some(Input::Tier(chosen)), Rule::Tier { tiers }) => {
            let own = |value: &str| {
                chosen
                    .parse()
                    .is_ok_and(|chosen: chiso_domain::kernel::Points| chosen.to_string() == value)
            };
            let tier = tiers.iter().find(|tier| own(&tier.points.to_string()));
            tier.map_or_else(|| points(w, chosen), |tier| tier.label.clone())
        }
        (Some(Input::Ratio(ratio)), _) => {
            let (planned, achieved) = (points(w, &ratio.planned), points(w, &ratio.achieved));
            let told = [
                ("planned", Arg::Text(&planned)),
                ("achieved", Arg::Text(&achieved)),
            ];
            w.tell("ledger-said-ratio", &told)
        }
        (Some(Input::Count(count)), _) => w.tell("ledger-said-count", &[("n", Arg::Count(*count))]),
        _ => w.say("ledger-said-nothing").to_owned(),
    }
}

/// The fields of a rule.
#[derive(Debug)]
pub(in crate::web) struct Inputs<'a> {
    pub(in crate::web) w: Words,
    pub(in crate::web) row: &'a Criterion,
    /// What is stored.
    pub(in crate::web) stored: Option<&'a LeafInput>,
    /// What was typed over it.
    pub(in crate::web) typed: &'a Typed,
    pub(in crate::web) errors: &'a Errors,
    /// Can be changed.
    pub(in crate::web) open: bool,
}

impl Inputs<'_> {
    pub(in crate::web) fn show(&self) -> Markup {
        let (w, own) = (self.w, self.stored.and_then(|input| input.kind.as_ref()));
        match &self.row.rule {
            Rule::Tier { tiers } => self.tiers(tiers, own),
            Rule::Ratio { .. } => {
                let (planned, achieved) = match own {
                    Some(Input::Ratio(ratio)) => (points(w, &ratio.planned), points(w, &ratio.achieved)),
                    _ => (String::new(), String::new()),
                };
                html! {
                    (self.number("planned", w.say("ledger-planned"), &planned))
                    (self.number("achieved", w.say("ledger-achieved"), &achieved))
                }
            }
            Rule::Deduct { what, .. } | Rule::Add { what, .. } => {
                let stored = match own {
                    Some(Input::Count(count)) => count.to_string(),
                    _ => String::new(),
                };
                let label = w.tell("ledger-count", &[("what", Arg::Text(what))]);
                self.number("count", &label, &stored)
            }
            _ => {
                let labels = [("1", "ledger-reached"), ("0", "ledger-not-reached")];
                let labels = labels.map(|(value, key)| (value.to_owned(), w.say(key).to_owned()));
                let stored = match own {
                    Some(Input::Achieved(true)) => "1",
                    Some(Input::Achieved(false)) => "0",
                    _ => "",
                };
                self.chosen("reached", w.say("ledger-outcome"), &labels, stored)
            }
        }
    }

    fn tiers(&self, tiers: &[Tier], own: Option<&Input>) -> Markup {
        let labels = tiers.iter().enumerate();
        let labels: Vec<(String, String)> = labels.map(|(at, tier)| tier_option(self.w, at, tier)).collect();
        let stored = match own {
            Some(Input::Tier(chosen)) => tiers.iter().position(|tier| chosen.parse() == Ok(tier.points)),
            _ => None,
        };
        let stored = stored.map_or_else(String::new, |at| at.to_string());
        self.chosen("tier", self.w.say("ledger-tier"), &labels, &stored)
    }

    fn chosen(&self, name: &str, label: &str, options: &[(String, String)], stored: &str) -> Markup {
        let options: Vec<(&str, &str)> = options
            .iter()
            .map(|(value, label)| (value.as_str(), label.as_str()))
            .collect();
        let chosen = [self.typed.or(name, stored)];
        let choices = Choices::new(name, label, &options)
            .chosen(&chosen)
            .error(self.errors.of(name))
            .locked(!self.open);
        radios(self.w, &choices)
    }

    fn number(&self, name: &str, label: &str, stored: &str) -> Markup {
        let field = Field::new(name, label)
            .value(self.typed.or(name, stored))
            .error(self.errors.of(name))
            .required()
            .locked(!self.open);
        field::decimal(self.w, &field)
    }
}

fn tier_option(w: Words, at: usize, tier: &Tier) -> (String, String) {
    let value = points(w, &tier.points.to_string());
    let told = [("label", Arg::Text(&tier.label)), ("points", Arg::Text(&value))];
    (at.to_string(), w.tell("ledger-tier-option", &told))
}
