//! Sheet "choices": the lists of options.

use std::collections::BTreeMap;

use super::header::Header;
use super::{Faults, FormSheet};
use crate::survey::questionnaire::Choice;

/// Options per list, in the printed order.
pub(super) fn read(sheet: Option<&FormSheet>, faults: &mut Faults) -> BTreeMap<String, Vec<Choice>> {
    let mut lists: BTreeMap<String, Vec<Choice>> = BTreeMap::new();
    let columns = ["list_name", "name", "label"];
    let Some(header) = sheet.and_then(|sheet| Header::read(sheet, &columns, &["label_en"], faults)) else {
        return lists;
    };
    for row in header.rows(faults) {
        let (list, name, label) = (row.text("list_name"), row.text("name"), row.text("label"));
        for (column, text) in [("list_name", list), ("name", name), ("label", label)] {
            if text.is_empty() {
                row.fault(faults, column, format!("Thiếu “{column}”. Điền ô này."));
            }
        }
        let options = lists.entry(list.to_owned()).or_default();
        match name.parse() {
            Err(_) if name.is_empty() => {}
            Err(_) => row.fault(
                faults,
                "name",
                format!("“{name}”: tên phương án chỉ gồm chữ không dấu, chữ số, _ và -."),
            ),
            Ok(_) if options.iter().any(|o| o.name.as_str() == name) => row.fault(
                faults,
                "name",
                format!("Phương án “{name}” lặp lại trong danh sách “{list}”."),
            ),
            Ok(name) => options.push(Choice {
                name,
                label: label.to_owned(),
                label_en: row.text("label_en").to_owned(),
            }),
        }
    }
    lists
}
