//! From a kind of mail and what it is about to a letter in words, as text and as HTML.

use serde_json::{Map, Value};

use crate::Error;
use crate::words::{Arg, Catalogue, Lang, Words};

/// Greeting and close of every letter.
const COMMON: [(Lang, &str); 2] = [
    (Lang::Vi, include_str!("../../locales/vi/mail.ftl")),
    (Lang::En, include_str!("../../locales/en/mail.ftl")),
];

/// The letters that a service writes.
#[derive(Clone, Copy, Debug)]
pub struct Texts {
    /// The lease of who sends them: `ledger.mail`.
    pub lease: &'static str,
    /// Its kinds of mail.
    pub kinds: &'static [&'static str],
    /// Their texts in Vietnamese, as Fluent.
    pub vi: &'static str,
    /// The same in English.
    pub en: &'static str,
}

impl Texts {
    /// The catalogue of one language. It lives as long as the process.
    pub(super) fn words(&self, lang: Lang) -> Result<Words, Error> {
        let common = COMMON.iter().find(|(known, _)| *known == lang);
        let common = common.map_or("", |(_, text)| text);
        let own = match lang {
            Lang::Vi => self.vi,
            Lang::En => self.en,
        };
        let files = [("platform/mail.ftl", common), ("mail.ftl", own)];
        let catalogue = Catalogue::read(lang, &files).map_err(Error::internal)?;
        Ok(Words::new(Box::leak(Box::new(catalogue))))
    }

    /// Writes a letter of each kind in each language, and checks that the catalogues have nothing else; for the test
    /// that a service has of its texts. Answers with the letters as text.
    ///
    /// # Panics
    /// Where a text is missing, too much, or lacks what it is filled in with.
    #[cfg(feature = "testkit")]
    #[must_use]
    pub fn check(&self, abouts: &[(&str, Value)]) -> String {
        let mut all = String::new();
        for lang in [Lang::Vi, Lang::En] {
            let words = self.words(lang).expect("a catalogue");
            let own = match lang {
                Lang::Vi => self.vi,
                Lang::En => self.en,
            };
            let catalogue = Catalogue::read(lang, &[("mail.ftl", own)]).expect("a catalogue");
            let known = catalogue.keys().map(|(key, _)| key.to_owned());
            let mut wanted: Vec<String> = Vec::new();
            for kind in self.kinds {
                wanted.extend([format!("{kind}-subject"), format!("{kind}-text")]);
                let about = abouts.iter().find(|(about, _)| about == kind);
                let (_, about) = about.unwrap_or_else(|| panic!("{kind}: say what it is about"));
                let letter = Letter::write(words, kind, about).expect("a letter");
                let (text, _) = letter.frame(words, "Nguyễn Thị A", "https://danhgia.example.vn");
                all.push_str(&format!(
                    "--- {kind}, {}: {}\n{text}\n",
                    lang.tag(),
                    letter.subject
                ));
            }
            wanted.sort();
            assert_eq!(known.collect::<Vec<_>>(), wanted, "{lang:?}");
        }
        all
    }
}

/// What is written to somebody; the same for each of an audience.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Letter {
    pub(super) subject: String,
    /// Paragraphs.
    text: Vec<String>,
    /// What is listed after them.
    items: Vec<String>,
}

impl Letter {
    pub(super) fn write(words: Words, kind: &str, about: &Value) -> Result<Self, Error> {
        let (subject, text) = (format!("{kind}-subject"), format!("{kind}-text"));
        if !words.has(&subject) || !words.has(&text) {
            return Err(Error::internal(format!("there is no letter {kind}")));
        }
        let none = Map::new();
        let about = about.as_object().unwrap_or(&none);
        let args: Vec<(&str, Arg<'_>)> = about.iter().filter_map(arg).collect();
        let text = words.tell(&text, &args);
        let items = about.get("items").and_then(Value::as_array);
        let items = items.into_iter().flatten().filter_map(Value::as_str);
        Ok(Self {
            subject: words.tell(&subject, &args),
            text: text.split("\n\n").map(str::to_owned).collect(),
            items: items.map(str::to_owned).collect(),
        })
    }

    /// Text and HTML of the letter to somebody: greeting, text, list, where the system is, close.
    pub(super) fn frame(&self, words: Words, name: &str, site: &str) -> (String, String) {
        let mut above = vec![words.tell("mail-greeting", &[("name", Arg::Text(name))])];
        above.extend(self.text.iter().cloned());
        let mut below = Vec::new();
        if !site.is_empty() {
            below.push(words.tell("mail-site", &[("site", Arg::Text(site))]));
        }
        below.push(words.say("mail-close").to_owned());
        (
            plain(&above, &self.items, &below),
            html(words, (&self.subject, site), (&above, &self.items, &below)),
        )
    }
}

fn arg<'a>((name, value): (&'a String, &'a Value)) -> Option<(&'a str, Arg<'a>)> {
    let arg = match value {
        Value::String(text) => Arg::Text(text),
        Value::Number(number) => Arg::Count(number.as_i64()?),
        _ => return None,
    };
    Some((name.as_str(), arg))
}

fn plain(above: &[String], items: &[String], below: &[String]) -> String {
    let list: String = items.iter().map(|item| format!("- {item}\n")).collect();
    let mut text = above.join("\n\n");
    text.push_str("\n\n");
    if !list.is_empty() {
        text.push_str(&list);
        text.push('\n');
    }
    text.push_str(&below.join("\n\n"));
    text.push('\n');
    text
}

/// One column, one size of letters, no picture and nothing that is loaded.
fn html(
    words: Words,
    (subject, site): (&str, &str),
    (above, items, below): (&[String], &[String], &[String]),
) -> String {
    let mut page = format!(
        "<!doctype html><html lang=\"{}\"><head><meta charset=\"utf-8\"><title>{}</title></head>\
         <body style=\"font-family:sans-serif;font-size:16px;line-height:1.5;max-width:40em\">",
        words.lang().tag(),
        escaped(subject)
    );
    paragraphs(&mut page, above, "");
    if !items.is_empty() {
        page.push_str("<ul>");
        for item in items {
            page.push_str("<li>");
            page.push_str(&escaped(item));
            page.push_str("</li>");
        }
        page.push_str("</ul>");
    }
    paragraphs(&mut page, below, site);
    page.push_str("</body></html>\n");
    page
}

/// The address of the site is made a link where it stands.
fn paragraphs(page: &mut String, texts: &[String], site: &str) {
    for text in texts {
        let mut text = escaped(text).replace('\n', "<br>");
        if !site.is_empty() {
            let site = escaped(site);
            text = text.replace(&site, &format!("<a href=\"{site}\">{site}</a>"));
        }
        page.push_str("<p>");
        page.push_str(&text);
        page.push_str("</p>");
    }
}

fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}
