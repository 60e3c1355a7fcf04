//! A published result as a table for spreadsheets: RFC 4180, UTF-8, decimal point, a row per unit.
//!
//! A cell of text that a spreadsheet would take for a formula begins with an apostrophe; numbers stay as they
//! are, negative ones too.

use std::collections::BTreeSet;

use chiso_wire::ranking as pb;

/// The table of a version.
pub(crate) fn table(version: &pb::Version, units: &[pb::UnitResult]) -> String {
    let contents: BTreeSet<&str> = units
        .iter()
        .flat_map(|u| &u.contents)
        .map(|c| c.code.as_str())
        .collect();
    let mut csv = String::new();
    let columns = contents.iter().map(|code| format!("content_{}", snake(code)));
    let header = ["cycle", "version", "unit_type", "rank", "tied", "unit", "name"].map(str::to_owned);
    let rest = ["penalty", "total", "class", "reasons"].map(str::to_owned);
    line(&mut csv, header.into_iter().chain(columns).chain(rest));
    for unit in units {
        let points = |code: &&str| {
            let content = unit.contents.iter().find(|c| c.code == **code);
            content.map(|c| c.points.clone()).unwrap_or_default()
        };
        let before = [
            text(&version.cycle),
            version.version.to_string(),
            text(&unit.unit_type),
            if unit.rank > 0 {
                unit.rank.to_string()
            } else {
                String::new()
            },
            unit.tied.to_string(),
            text(&unit.unit),
            text(&unit.name),
        ];
        let after = [
            unit.penalty.clone(),
            unit.total.clone(),
            class(unit).to_owned(),
            text(&unit.reasons.join(" ")),
        ];
        line(
            &mut csv,
            before.into_iter().chain(contents.iter().map(points)).chain(after),
        );
    }
    csv
}

fn class(unit: &pb::UnitResult) -> &'static str {
    match unit.class() {
        pb::Class::Unspecified => "",
        class => class.as_str_name().trim_start_matches("CLASS_"),
    }
}

fn snake(code: &str) -> String {
    code.to_ascii_lowercase().replace('.', "_")
}

/// A cell of text: never read as a formula.
fn text(value: &str) -> String {
    if value.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{value}")
    } else {
        value.to_owned()
    }
}

fn line(csv: &mut String, cells: impl Iterator<Item = String>) {
    for (at, cell) in cells.enumerate() {
        if at > 0 {
            csv.push(',');
        }
        if cell.contains(['"', ',', '\r', '\n']) {
            csv.push('"');
            csv.push_str(&cell.replace('"', "\"\""));
            csv.push('"');
        } else {
            csv.push_str(&cell);
        }
    }
    csv.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(name: &str) -> pb::UnitResult {
        pb::UnitResult {
            unit: "SNV".to_owned(),
            name: name.to_owned(),
            unit_type: "department".to_owned(),
            contents: vec![pb::Content {
                code: "I".to_owned(),
                points: "37.20".to_owned(),
            }],
            penalty: "0.50".to_owned(),
            total: "-6.00".to_owned(),
            rank: 2,
            tied: true,
            class: pb::Class::NotCompleted.into(),
            reasons: vec!["Vì \"A\".".to_owned(), "Vì B, C.".to_owned()],
            missing: Vec::new(),
            comparison: None,
        }
    }

    fn rows(name: &str) -> String {
        let version = pb::Version {
            cycle: "2022".to_owned(),
            version: 1,
            ..pb::Version::default()
        };
        table(&version, &[unit(name)])
    }

    #[test]
    fn a_row_per_unit_with_plain_headers() {
        let expected = "cycle,version,unit_type,rank,tied,unit,name,content_i,penalty,total,class,reasons\r\n\
                        2022,1,department,2,true,SNV,Sở Nội vụ,37.20,0.50,-6.00,NOT_COMPLETED,\
                        \"Vì \"\"A\"\". Vì B, C.\"\r\n";
        assert_eq!(rows("Sở Nội vụ"), expected);
    }

    #[test]
    fn no_cell_of_text_is_a_formula() {
        for start in ["=1+1", "+84", "-2", "@SUM(A1)", "\tx", "\rx"] {
            let csv = rows(start);
            let row = csv.split_once("\r\n").unwrap().1;
            let name = row.split(',').nth(6).unwrap();
            assert!(name.starts_with('\'') || name.starts_with("\"'"), "{name}");
        }
    }
}
