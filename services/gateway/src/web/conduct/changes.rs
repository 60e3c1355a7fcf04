//! What differs between two rankings of a cycle.

use std::collections::BTreeMap;

use chiso_wire::ranking as pb;

/// A unit that stands otherwise than before; none: it was not there, or is not there any more.
#[derive(Clone, Debug)]
pub(super) struct Change<'a> {
    pub(super) before: Option<&'a pb::UnitResult>,
    pub(super) after: Option<&'a pb::UnitResult>,
}

impl Change<'_> {
    pub(super) fn name(&self) -> &str {
        let own = self.after.or(self.before);
        own.map_or("", |unit| unit.name.as_str())
    }
}

/// The units whose total, rank or class is another, in the order of the newer ranking, then those that left it.
pub(super) fn changes<'a>(before: &'a [pb::UnitResult], after: &'a [pb::UnitResult]) -> Vec<Change<'a>> {
    let mut old: BTreeMap<&str, &pb::UnitResult> =
        before.iter().map(|unit| (unit.unit.as_str(), unit)).collect();
    let mut found = Vec::new();
    for unit in after {
        let own = old.remove(unit.unit.as_str());
        if own.is_none_or(|own| differs(own, unit)) {
            found.push(Change {
                before: own,
                after: Some(unit),
            });
        }
    }
    let gone = old.into_values().map(|own| Change {
        before: Some(own),
        after: None,
    });
    found.extend(gone);
    found
}

fn differs(a: &pb::UnitResult, b: &pb::UnitResult) -> bool {
    let of = |unit: &pb::UnitResult| {
        let contents: Vec<String> = unit
            .contents
            .iter()
            .map(|content| content.points.clone())
            .collect();
        (
            unit.total.clone(),
            unit.penalty.clone(),
            unit.rank,
            unit.class,
            contents,
        )
    };
    of(a) != of(b)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(code: &str, total: &str, rank: i32) -> pb::UnitResult {
        pb::UnitResult {
            unit: code.to_owned(),
            total: total.to_owned(),
            rank,
            ..pb::UnitResult::default()
        }
    }

    #[test]
    fn only_what_differs_is_told() {
        let before = [
            unit("A", "90.00", 1),
            unit("B", "80.00", 2),
            unit("C", "70.00", 3),
        ];
        let after = [
            unit("B", "95.00", 1),
            unit("A", "90.00", 2),
            unit("D", "60.00", 4),
        ];
        let told: Vec<(bool, bool)> = changes(&before, &after)
            .iter()
            .map(|change| (change.before.is_some(), change.after.is_some()))
            .collect();
        assert_eq!(told, [(true, true), (true, true), (false, true), (true, false)]);
        assert!(changes(&before, &before).is_empty());
    }
}
