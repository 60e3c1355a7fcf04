//! What stands in the addresses that are opened as everybody.

use std::collections::BTreeMap;

use chiso_tests::UNITS;

/// What stands in an address for the name of a part: a thing that there is. Where the same name means several things, it
/// stands with the area and the part before it: "khao-sat/phieu/id".
#[derive(Debug)]
pub(crate) struct Things(pub(crate) BTreeMap<&'static str, String>);

impl Things {
    /// Without any that are made while the year is played.
    pub(crate) fn none() -> Self {
        let no_such = "01890000-0000-7000-8000-000000000000";
        let things = [
            ("type", "department"),
            ("unit", UNITS[0]),
            ("criterion", "I.1"),
            ("lang", "vi"),
            ("ban", "1"),
            ("group", "HDND"),
            ("name", "site.css"),
            ("evidence", no_such),
            ("penalty", no_such),
            ("reopening", no_such),
            ("slip", no_such),
            ("respondent", no_such),
            ("khao-sat/phieu/id", no_such),
            ("phuc-tra/phieu/id", no_such),
            ("phuc-tra/lo/id", no_such),
            ("tai-khoan/phien/id", no_such),
            ("quan-tri/tai-khoan/id", no_such),
            ("quan-tri/mau/name", "don-vi.xlsx"),
            ("quan-tri/chi-so-khac/criterion", "II.3"),
        ];
        Self(things.map(|(name, value)| (name, value.to_owned())).into())
    }

    /// An address of a pattern, in this cycle.
    pub(crate) fn filled(&self, pattern: &str, cycle: &str) -> String {
        let (mut address, mut before) = (Vec::new(), "");
        let area = pattern.split('/').nth(1).unwrap_or_default();
        for part in pattern.split('/') {
            let name = part.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
            address.push(match name {
                Some("cycle") => cycle,
                Some(name) => self
                    .value(&format!("{area}/{before}/{name}"), name)
                    .unwrap_or_else(|| {
                        panic!("{pattern}: say in tests/pages/things.rs what to put for {{{name}}}")
                    }),
                None => part,
            });
            before = part;
        }
        address.join("/")
    }

    fn value(&self, there: &str, name: &str) -> Option<&str> {
        let found = self.0.get(there).or_else(|| self.0.get(name));
        found.map(String::as_str)
    }
}
