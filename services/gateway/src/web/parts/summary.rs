//! The summary of what is to be corrected: it has the focus when the page opens, names each field as its label does,
//! and leads to it.

use maud::{Markup, PreEscaped, html};

use super::super::errors::Errors;
use super::{id_of, label_id};

/// Of a page with this body, from which the names of the fields are taken: so they are called what stands above them.
pub(crate) fn errors(errors: &Errors, body: &Markup) -> Markup {
    html! {
        div.summary role="alert" tabindex="-1" data-focus aria-labelledby="summary-title" {
            h2 #summary-title { (errors.title()) }
            ul {
                @for (field, text) in errors.items() { li { (item(field, text, &body.0)) } }
            }
        }
    }
}

/// A form that is gone meanwhile has no field to lead to.
fn item(field: &str, text: &str, body: &str) -> Markup {
    let id = id_of(field);
    let name = name_of(field, body);
    let shown = name.is_some() || body.contains(&format!("id=\"{id}\""));
    debug_assert!(name.is_some() || !shown, "{field}");
    // A sentence that begins with the name itself needs it once.
    let name = name.filter(|name| !text.starts_with(name.trim_end_matches(':')));
    html! {
        @if shown { a href=(format!("#{id}")) { @if let Some(name) = name { (PreEscaped(name)) " " } (text) } }
        @else { (text) }
    }
}

/// "Hàng 3, Tiêu chí:" of a field in a row of fields, as it stands in the page: escaped, without tags.
fn name_of(field: &str, body: &str) -> Option<String> {
    let id = format!("id=\"{}\">", label_id(field));
    let (before, label) = body.split_once(&id)?;
    let mut name = words(before_end(label, "</span>"));
    // A group of choices is a fieldset itself, whose legend is its label.
    let outside = match before.rsplit_once("<fieldset") {
        Some((outside, own)) if own.contains("<legend") && !own.contains("</legend>") => outside,
        _ => before,
    };
    if let Some(row) = legend_around(outside) {
        name = format!("{row}, {name}");
    }
    if !name.ends_with(['?', '!', '.', ':']) {
        name.push(':');
    }
    Some(name)
}

/// What the innermost fieldset that is still open here is called.
fn legend_around(before: &str) -> Option<String> {
    let mut closed = 0_usize;
    for (at, _) in before.rmatch_indices("fieldset") {
        match (before[..at].ends_with("</"), closed) {
            (true, _) => closed += 1,
            (false, 0) => {
                let (_, legend) = before[at..].split_once("<legend")?;
                let (_, legend) = legend.split_once('>')?;
                return Some(words(before_end(legend, "</legend>")));
            }
            (false, _) => closed -= 1,
        }
    }
    None
}

fn before_end<'a>(text: &'a str, end: &str) -> &'a str {
    text.split_once(end).map_or(text, |(inside, _)| inside)
}

/// Text without its tags.
fn words(html: &str) -> String {
    let parts = html.split('<').enumerate();
    let parts = parts.map(|(at, part)| match (at, part.split_once('>')) {
        (0, _) | (_, None) => part,
        (_, Some((_, text))) => text,
    });
    let text: String = parts.collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use chiso_platform::words::Lang;

    use super::super::super::words::words as catalogue;
    use super::super::choice::{Choices, radios};
    use super::super::field::{Field, text};
    use super::*;

    fn named(field: &str, body: &Markup) -> String {
        let mut wrong = Errors::new(catalogue(Lang::Vi));
        wrong.add(field, "Chưa điền. Điền rồi gửi lại.");
        let shown = errors(&wrong, body).0;
        let (_, item) = shown.split_once("<li>").unwrap();
        words(before_end(item, "</li>"))
    }

    #[test]
    fn an_item_names_its_field_as_the_label_does() {
        let w = catalogue(Lang::Vi);
        let body = html! {
            (text(w, &Field::new("khac", "Khác")))
            (text(w, &Field::new("ten", "Họ & tên")))
            (radios(w, &Choices::new("y-kien", "Ông/bà có hài lòng không?", &[("1", "Có"), ("2", "Không")])))
        };
        assert_eq!(named("ten", &body), "Họ &amp; tên: Chưa điền. Điền rồi gửi lại.");
        assert_eq!(
            named("y-kien", &body),
            "Ông/bà có hài lòng không? Chưa điền. Điền rồi gửi lại."
        );
        assert_eq!(named("", &body), "Chưa điền. Điền rồi gửi lại.");
    }

    #[test]
    fn a_name_is_not_said_twice() {
        let w = catalogue(Lang::Vi);
        let body = text(w, &Field::new("so", "Số phiếu"));
        let mut wrong = Errors::new(w);
        wrong.add("so", "Số phiếu là số nguyên.");
        let shown = errors(&wrong, &body).0;
        assert!(
            shown.contains("<a href=\"#f-so\">Số phiếu là số nguyên.</a>"),
            "{shown}"
        );
    }

    #[test]
    fn a_field_in_a_row_is_named_with_its_row() {
        let w = catalogue(Lang::Vi);
        let row = |n: u8| {
            html! {
                fieldset {
                    legend.unseen { "Hàng " b { (n) } }
                    (text(w, &Field::new(&format!("ten-{n}"), "Tên")))
                    (radios(w, &Choices::new(&format!("loai-{n}"), "Loại", &[("1", "Xã")])))
                    (text(w, &Field::new(&format!("ma-{n}"), "Mã")))
                }
            }
        };
        let body = html! { (row(1)) (row(2)) (text(w, &Field::new("ly-do", "Lý do"))) };
        let name = |field| name_of(field, &body.0).unwrap();
        assert_eq!(name("ten-1"), "Hàng 1, Tên:");
        assert_eq!(name("loai-2"), "Hàng 2, Loại:");
        assert_eq!(name("ma-2"), "Hàng 2, Mã:");
        assert_eq!(name("ly-do"), "Lý do:");
        assert_eq!(name_of("khong-co", &body.0), None);
    }
}
