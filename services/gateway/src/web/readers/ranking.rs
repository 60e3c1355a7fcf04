//! What the ranking pages show, as plain data: types, columns, order.

use chiso_domain::kernel::Points;
use chiso_domain::kernel::text::vi_key;
use chiso_platform::words::Words;
use chiso_wire::ranking as pb;

use super::super::words::named;

/// The results of a cycle, published or as they would stand.
#[derive(Clone, Debug, Default)]
pub(super) struct Ranking {
    pub(super) cycle: String,
    /// As the address asks; 0 is the newest.
    pub(super) asked: i32,
    /// None: a draft.
    pub(super) version: Option<pb::Version>,
    pub(super) province: String,
    pub(super) types: Vec<pb::TypeSummary>,
    /// Of all types, in the order of the ranking.
    pub(super) units: Vec<pb::UnitResult>,
    /// Of all cycles.
    pub(super) versions: Vec<pb::Version>,
    /// The cycle that units are compared with; empty: there is none.
    pub(super) earlier: String,
}

/// A content: a column of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Column {
    pub(super) code: String,
    /// Empty in a version that does not tell it.
    pub(super) name: String,
    pub(super) max: Option<Points>,
}

/// In which order the rows stand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Sort {
    #[default]
    Rank,
    Name,
    Content(String),
    Penalty,
}

impl Ranking {
    pub(super) fn of_type(&self, code: &str) -> Option<&pb::TypeSummary> {
        self.types.iter().find(|of_type| of_type.unit_type == code)
    }

    pub(super) fn units_of<'a>(&'a self, code: &'a str) -> impl Iterator<Item = &'a pb::UnitResult> {
        self.units.iter().filter(move |unit| unit.unit_type == code)
    }

    /// The units of a type in the order asked for; equals stay in the order of the ranking.
    pub(super) fn sorted<'a>(&'a self, code: &'a str, sort: &Sort) -> Vec<&'a pb::UnitResult> {
        let mut units: Vec<&pb::UnitResult> = self.units_of(code).collect();
        match sort {
            Sort::Rank => {}
            Sort::Name => units.sort_by_cached_key(|unit| vi_key(&unit.name)),
            Sort::Content(content) => {
                units.sort_by_cached_key(|unit| std::cmp::Reverse(in_content(unit, content)));
            }
            Sort::Penalty => units.sort_by_cached_key(|unit| std::cmp::Reverse(read(&unit.penalty))),
        }
        units
    }

    /// The contents of a type. A version that does not tell them still has points under their codes.
    pub(super) fn columns(&self, w: Words, code: &str) -> Vec<Column> {
        let heads = self.of_type(code).map_or(&[][..], |of_type| &of_type.contents);
        if !heads.is_empty() {
            let column = |head: &pb::ContentHead| Column {
                code: head.code.clone(),
                name: named(w, &head.name, &head.name_en).to_owned(),
                max: head.max_points.parse().ok(),
            };
            return heads.iter().map(column).collect();
        }
        let first = self.units_of(code).next();
        let column = |content: &pb::Content| Column {
            code: content.code.clone(),
            name: String::new(),
            max: None,
        };
        first.map_or_else(Vec::new, |unit| unit.contents.iter().map(column).collect())
    }

    /// The cycle that units are compared with.
    pub(super) fn earlier(&self) -> Option<&str> {
        Some(self.earlier.as_str()).filter(|earlier| !earlier.is_empty())
    }

    /// Ranked units of a type.
    pub(super) fn ranked(&self, code: &str) -> usize {
        self.units_of(code).filter(|unit| unit.rank > 0).count()
    }

    /// Versions of this cycle, the newest first.
    pub(super) fn own_versions(&self) -> Vec<&pb::Version> {
        let mut own: Vec<&pb::Version> = self.versions.iter().filter(|v| v.cycle == self.cycle).collect();
        own.sort_by_key(|version| std::cmp::Reverse(version.version));
        own
    }

    /// Published cycles, the newest first.
    pub(super) fn cycles(&self) -> Vec<&str> {
        published_cycles(&self.versions)
    }
}

/// Cycles by when each was first published, the newest first.
pub(super) fn published_cycles(versions: &[pb::Version]) -> Vec<&str> {
    let firsts = versions.iter().filter(|version| version.version == 1);
    let mut cycles: Vec<(i64, &str)> = firsts
        .map(|first| (seconds(first), first.cycle.as_str()))
        .collect();
    cycles.sort_unstable_by(|a, b| b.cmp(a));
    cycles.into_iter().map(|(_, cycle)| cycle).collect()
}

fn seconds(version: &pb::Version) -> i64 {
    version.published_at.as_ref().map_or(0, |at| at.seconds)
}

impl Sort {
    /// From the address; None: there is no such column.
    pub(super) fn read(text: Option<&str>, columns: &[Column]) -> Option<Self> {
        match text {
            None | Some("hang") => Some(Self::Rank),
            Some("ten") => Some(Self::Name),
            Some("tru") => Some(Self::Penalty),
            Some(code) => {
                let known = columns.iter().any(|column| column.code == code);
                known.then(|| Self::Content(code.to_owned()))
            }
        }
    }

    /// As in the address.
    pub(super) fn name(&self) -> &str {
        match self {
            Self::Rank => "hang",
            Self::Name => "ten",
            Self::Content(code) => code,
            Self::Penalty => "tru",
        }
    }

    /// Points stand with the most first, names and ranks with the first first.
    pub(super) const fn direction(&self) -> &'static str {
        match self {
            Self::Rank | Self::Name => "ascending",
            Self::Content(_) | Self::Penalty => "descending",
        }
    }
}

/// Points that a service wrote.
pub(super) fn read(text: &str) -> Points {
    text.parse().unwrap_or_default()
}

/// A unit's points of a content.
pub(super) fn in_content(unit: &pb::UnitResult, code: &str) -> Option<Points> {
    let content = unit.contents.iter().find(|content| content.code == code)?;
    content.points.parse().ok()
}

/// Where a page of the ranking is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place<'a> {
    pub(super) cycle: &'a str,
    pub(super) unit_type: &'a str,
    /// 0: the newest.
    pub(super) version: i32,
}

impl Place<'_> {
    /// The address of the table, or of what stands below it ("/SYT"), or of a file of it (".csv").
    pub(super) fn href(&self, below: &str, sort: Option<&str>) -> String {
        let mut href = format!("/xep-hang/{}/{}{below}", self.cycle, self.unit_type);
        let mut mark = '?';
        if self.version > 0 {
            href.push_str(&format!("{mark}ban={}", self.version));
            mark = '&';
        }
        if let Some(sort) = sort {
            href.push_str(&format!("{mark}sap-xep={sort}"));
        }
        href
    }
}

#[cfg(test)]
mod tests {
    use chiso_platform::words::Lang;

    use super::*;
    use crate::web::words::words;

    fn unit(code: &str, name: &str, rank: i32, first: &str) -> pb::UnitResult {
        pb::UnitResult {
            unit: code.to_owned(),
            name: name.to_owned(),
            unit_type: "department".to_owned(),
            rank,
            contents: vec![pb::Content {
                code: "I".to_owned(),
                points: first.to_owned(),
            }],
            ..pb::UnitResult::default()
        }
    }

    fn version(cycle: &str, version: i32, seconds: i64) -> pb::Version {
        pb::Version {
            cycle: cycle.to_owned(),
            version,
            published_at: Some(prost_types::Timestamp { seconds, nanos: 0 }),
            ..pb::Version::default()
        }
    }

    fn ranking() -> Ranking {
        Ranking {
            units: vec![
                unit("B", "Sở Y tế", 1, "30.00"),
                unit("A", "Sở Nội vụ", 2, "31.01"),
                unit("D", "Sở Đá", 3, "31.01"),
                unit("C", "Ban Dân tộc", 0, "5.00"),
                pb::UnitResult {
                    unit_type: "district".to_owned(),
                    ..unit("E", "Huyện", 1, "39.00")
                },
            ],
            ..Ranking::default()
        }
    }

    fn order(sort: &Sort) -> String {
        let ranking = ranking();
        let sorted = ranking.sorted("department", sort);
        sorted.iter().map(|unit| unit.unit.as_str()).collect()
    }

    #[test]
    fn rows_stand_in_the_order_asked_for() {
        assert_eq!(order(&Sort::Rank), "BADC");
        assert_eq!(
            order(&Sort::Name),
            "CDAB",
            "đ before n, and B of Ban before S of Sở"
        );
        assert_eq!(
            order(&Sort::Content("I".to_owned())),
            "ADBC",
            "equals stay in the order of the ranking"
        );
    }

    #[test]
    fn a_version_without_headings_is_read_by_its_codes() {
        let columns = ranking().columns(words(Lang::Vi), "department");
        assert_eq!(columns.len(), 1);
        assert_eq!(
            (columns[0].code.as_str(), columns[0].name.as_str(), columns[0].max),
            ("I", "", None)
        );
        assert_eq!(
            Sort::read(Some("I"), &columns),
            Some(Sort::Content("I".to_owned()))
        );
        assert_eq!(Sort::read(Some("IX"), &columns), None);
        assert_eq!(Sort::read(None, &columns), Some(Sort::Rank));
    }

    #[test]
    fn cycles_stand_by_when_they_were_first_published() {
        // A correction of an old cycle makes it no newer.
        let versions = [
            version("2021", 1, 10),
            version("2021", 2, 99),
            version("2022", 1, 20),
            version("b", 1, 5),
        ];
        assert_eq!(published_cycles(&versions), ["2022", "2021", "b"]);
    }

    #[test]
    fn an_address_keeps_the_version() {
        let place = |version| Place {
            cycle: "2022",
            unit_type: "department",
            version,
        };
        assert_eq!(place(0).href("", None), "/xep-hang/2022/department");
        assert_eq!(
            place(0).href("", Some("ten")),
            "/xep-hang/2022/department?sap-xep=ten"
        );
        assert_eq!(place(2).href("/SYT", None), "/xep-hang/2022/department/SYT?ban=2");
        assert_eq!(
            place(2).href(".csv", Some("I")),
            "/xep-hang/2022/department.csv?ban=2&sap-xep=I"
        );
    }
}
