//! Every field of the policy: how it is typed, and which texts say what it means.

use chiso_platform::words::Words;

/// A field of the policy's JSON.
#[derive(Clone, Copy, Debug)]
pub(super) struct Item {
    /// Its path, as the registry names it.
    pub(super) wire: &'static str,
    pub(super) kind: Kind,
    /// Key of its label.
    pub(super) label: &'static str,
    /// Key of what it means, with its article.
    pub(super) hint: &'static str,
}

/// How a field is typed.
#[derive(Clone, Copy, Debug)]
pub(super) enum Kind {
    /// A whole number.
    Count,
    /// A whole number of percent.
    Percent,
    /// A decimal, which the JSON holds as text.
    Points,
    Yes,
    /// One of these values, each with the key of its label.
    Choice(&'static [(&'static str, &'static str)]),
    /// One of these numbers.
    Number(&'static [&'static str]),
    /// Options and their values, one a line.
    Options,
    /// Codes, separated by commas.
    Codes,
    /// Bytes, typed in millions of them as computers count.
    Megabytes,
}

/// A part of the policy.
#[derive(Clone, Copy, Debug)]
pub(super) struct Group {
    /// Key of its heading.
    pub(super) label: &'static str,
    pub(super) items: &'static [Item],
}

impl Item {
    /// Its name in the form.
    pub(super) fn name(&self) -> &'static str {
        self.wire.strip_prefix("policy.").unwrap_or(self.wire)
    }

    /// Where it stands in the JSON.
    pub(super) fn pointer(&self) -> String {
        format!("/{}", self.name().replace('.', "/"))
    }
}

/// Which fields of the form the registry's refusals are about.
pub(super) fn names() -> Vec<(&'static str, &'static str)> {
    all().map(|item| (item.wire, item.name())).collect()
}

pub(super) fn all() -> impl Iterator<Item = &'static Item> {
    GROUPS.iter().flat_map(|group| group.items)
}

/// What a value of a choice is called.
pub(super) fn label(w: Words, key: &'static str) -> &'static str {
    w.say(key)
}

macro_rules! items {
    ($($wire:literal, $kind:expr, $label:literal, $hint:literal;)*) => {
        &[$(Item { wire: concat!("policy.", $wire), kind: $kind, label: $label, hint: $hint }),*]
    };
}

pub(super) const GROUPS: [Group; 5] = [
    Group {
        label: "policy-points",
        items: items! {
            "decimals", Kind::Number(&["0", "1", "2", "3", "4"]), "policy-decimals", "policy-decimals-hint";
            "rounding", Kind::Choice(&[("leaf", "policy-rounding-leaf"), ("total", "policy-rounding-total")]),
                "policy-rounding", "policy-rounding-hint";
            "evidence_rule", Kind::Choice(&[("both", "policy-evidence-both"), ("either", "policy-evidence-either")]),
                "policy-evidence", "policy-evidence-hint";
            "cap_at_self_score", Kind::Yes, "policy-cap", "policy-cap-hint";
            "not_applicable", Kind::Choice(&[
                ("ignore", "policy-na-ignore"),
                ("rescale_content", "policy-na-content"),
                ("rescale_total", "policy-na-total"),
            ]), "policy-na", "policy-na-hint";
            "evidence_max_bytes", Kind::Megabytes, "policy-bytes", "policy-bytes-hint";
        },
    },
    Group {
        label: "policy-survey",
        items: items! {
            "survey.option_values", Kind::Options, "policy-options", "policy-options-hint";
            "survey.groups", Kind::Choice(&[
                ("own_maximum", "policy-groups-own"),
                ("pool", "policy-groups-pool"),
                ("equal_weight", "policy-groups-equal"),
                ("planned_weight", "policy-groups-planned"),
            ]), "policy-groups", "policy-groups-hint";
            "survey.min_valid_percent", Kind::Percent, "policy-min-valid", "policy-min-valid-hint";
            "survey.valid_slip.dealings", Kind::Yes, "policy-dealings", "policy-dealings-hint";
            "survey.valid_slip.personally", Kind::Yes, "policy-personally", "policy-personally-hint";
            "survey.valid_slip.complete", Kind::Yes, "policy-complete", "policy-complete-hint";
        },
    },
    Group {
        label: "policy-recheck",
        items: items! {
            "recheck.rate_percent", Kind::Percent, "policy-rate", "policy-rate-hint";
            "recheck.minimum", Kind::Count, "policy-minimum", "policy-minimum-hint";
            "recheck.attempts", Kind::Count, "policy-attempts", "policy-attempts-hint";
            "recheck.replace_not_reached", Kind::Yes, "policy-replace", "policy-replace-hint";
            "recheck.differing_percent", Kind::Percent, "policy-differing", "policy-differing-hint";
            "recheck.questions", Kind::Codes, "policy-questions", "policy-questions-hint";
            "recheck.interviewer_void_percent", Kind::Percent, "policy-interviewer", "policy-interviewer-hint";
        },
    },
    Group {
        label: "policy-leaders",
        items: items! {
            "leaders.scale_max", Kind::Points, "policy-scale", "policy-scale-hint";
            "leaders.step", Kind::Points, "policy-step", "policy-step-hint";
            "leaders.mean", Kind::Choice(&[
                ("returned", "policy-mean-returned"),
                ("absent_as_zero", "policy-mean-absent"),
                ("trimmed", "policy-mean-trimmed"),
                ("chair_twice", "policy-mean-chair"),
            ]), "policy-mean", "policy-mean-hint";
            "leaders.quorum_percent", Kind::Percent, "policy-quorum", "policy-quorum-hint";
            "leaders.scope", Kind::Choice(&[("all", "policy-scope-all"), ("shortlist", "policy-scope-shortlist")]),
                "policy-scope", "policy-scope-hint";
        },
    },
    Group {
        label: "policy-classes",
        items: items! {
            "classes.tie_break", Kind::Codes, "policy-tie", "policy-tie-hint";
            "classes.excellent_min", Kind::Points, "policy-excellent", "policy-excellent-hint";
            "classes.good_min", Kind::Points, "policy-good", "policy-good-hint";
            "classes.completed_min", Kind::Points, "policy-completed", "policy-completed-hint";
            "classes.quota_percent", Kind::Percent, "policy-quota", "policy-quota-hint";
            "classes.quota_rounding", Kind::Choice(&[
                ("floor", "policy-quota-floor"),
                ("half_up", "policy-quota-half-up"),
                ("ceil", "policy-quota-ceil"),
            ]), "policy-quota-rounding", "policy-quota-rounding-hint";
            "classes.quota_min_one", Kind::Yes, "policy-quota-one", "policy-quota-one-hint";
            "classes.quota_base", Kind::Choice(&[
                ("ranked_units", "policy-base-ranked"),
                ("good_units", "policy-base-good"),
            ]), "policy-base", "policy-base-hint";
            "classes.total_floor", Kind::Points, "policy-floor", "policy-floor-hint";
        },
    },
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use chiso_domain::cycle::Policy;
    use serde_json::Value;

    use super::*;

    /// Paths of everything in the policy that is not a part of it.
    fn leaves(value: &Value, path: &str, found: &mut BTreeSet<String>) {
        let known = all().any(|item| item.wire == path);
        match value.as_object().filter(|_| !known) {
            None => drop(found.insert(path.to_owned())),
            Some(fields) => {
                for (name, value) in fields {
                    leaves(value, &format!("{path}.{name}"), found);
                }
            }
        }
    }

    #[test]
    fn every_field_of_the_policy_can_be_typed() {
        let mut of_policy = BTreeSet::new();
        let policy = serde_json::to_value(Policy::default()).unwrap();
        leaves(&policy, "policy", &mut of_policy);
        let typed: BTreeSet<String> = all().map(|item| item.wire.to_owned()).collect();
        assert_eq!(typed, of_policy);
        for item in all() {
            assert!(policy.pointer(&item.pointer()).is_some(), "{}", item.wire);
        }
    }
}
