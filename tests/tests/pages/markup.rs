//! What stands in a page: its links and its forms, as a browser reads them.

/// A form of a page.
#[derive(Clone, Debug, Default)]
pub(crate) struct Form {
    pub(crate) action: String,
    /// It carries a file.
    pub(crate) multipart: bool,
    pub(crate) controls: Vec<Control>,
    /// Somebody can send it: it has a button that is not switched off.
    pub(crate) can_be_sent: bool,
}

/// A field of a form.
#[derive(Clone, Debug, Default)]
pub(crate) struct Control {
    pub(crate) name: String,
    /// `hidden`, `text`, `radio`, …; `select`, `textarea`, `submit`.
    pub(crate) kind: String,
    /// What stands in it; of a list what is chosen.
    pub(crate) value: String,
    /// What a list offers.
    pub(crate) options: Vec<String>,
    /// Can be read only.
    pub(crate) locked: bool,
}

impl Control {
    /// Somebody types into it, and sees what they typed.
    pub(crate) fn is_typed(&self) -> bool {
        let typed = ["text", "search", "tel", "email", "textarea"];
        typed.contains(&self.kind.as_str()) && !self.locked
    }
}

/// Where the links of a page lead.
pub(crate) fn links(page: &str) -> Vec<String> {
    let tags = tags(page).filter(|(tag, _)| tag.starts_with("a "));
    tags.filter_map(|(tag, _)| attribute(tag, "href")).collect()
}

/// The forms of a page that send something.
pub(crate) fn forms(page: &str) -> Vec<Form> {
    let mut forms: Vec<Form> = Vec::new();
    let mut open = false;
    for (tag, inside) in tags(page) {
        let name = tag.split(' ').next().unwrap_or_default();
        if name == "form" {
            open = attribute(tag, "method").as_deref() == Some("post");
            if open {
                forms.push(Form {
                    action: attribute(tag, "action").unwrap_or_default(),
                    multipart: tag.contains("multipart/"),
                    ..Form::default()
                });
            }
        } else if name == "/form" {
            open = false;
        } else if let Some(form) = forms.last_mut().filter(|_| open) {
            read(form, (name, tag), inside);
        }
    }
    forms
}

fn read(form: &mut Form, (name, tag): (&str, &str), inside: &str) {
    let off = has(tag, "disabled");
    let kind = match name {
        "input" => attribute(tag, "type").unwrap_or_else(|| "text".to_owned()),
        "select" | "textarea" => name.to_owned(),
        "button" if attribute(tag, "type").as_deref() != Some("button") => {
            form.can_be_sent |= !off;
            return;
        }
        "option" => {
            let value = attribute(tag, "value").unwrap_or_default();
            if let Some(list) = form.controls.last_mut() {
                list.options.push(value.clone());
                if has(tag, "selected") {
                    list.value = value;
                }
            }
            return;
        }
        _ => return,
    };
    let value = match name {
        "textarea" => plain(inside.strip_prefix('\n').unwrap_or(inside)),
        _ => attribute(tag, "value").unwrap_or_default(),
    };
    if let Some(name) = attribute(tag, "name").filter(|_| !off) {
        form.controls.push(Control {
            name,
            kind,
            value,
            options: Vec::new(),
            locked: has(tag, "readonly"),
        });
    }
}

/// Each tag, and the text up to the next one. No text and no value holds a bare `<` or `>`.
fn tags(page: &str) -> impl Iterator<Item = (&str, &str)> {
    page.split('<').skip(1).filter_map(|part| part.split_once('>'))
}

fn has(tag: &str, name: &str) -> bool {
    tag.split(' ').any(|part| part == name)
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
    rest.split('"').next().map(plain)
}

/// As it was before it was escaped.
pub(crate) fn plain(text: &str) -> String {
    let text = text.replace("&quot;", "\"").replace("&lt;", "<");
    text.replace("&gt;", ">").replace("&amp;", "&")
}
