//! Texts that people read, in catalogues per language, apart from code.
//!
//! A catalogue is made of Fluent files (`.ftl`), read once when a process starts. Of Fluent's syntax it takes
//! what our texts need: plain text, `{ $name }`, `{ "literal" }`, and a choice on an argument. Terms, attributes,
//! functions and references to other messages are refused, so that each message stands for itself. What is
//! refused is a [`CatalogueFault`] that names file and message; a test of the whole catalogue finds it before a
//! user does.

mod resolve;

use std::collections::{BTreeMap, BTreeSet};

use fluent_syntax::ast;
use fluent_syntax::parser;

use resolve::Pattern;

/// A language of the catalogues.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lang {
    /// Vietnamese, unless asked otherwise.
    #[default]
    Vi,
    /// English.
    En,
}

impl Lang {
    /// The tag: "vi".
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Vi => "vi",
            Self::En => "en",
        }
    }
}

/// What a message is given for `{ $name }`.
#[derive(Clone, Copy, Debug)]
pub enum Arg<'a> {
    /// Put in as it is; a choice compares it with the keys.
    Text(&'a str),
    /// Put in with marks between thousands; a choice takes the key that is this number, else the plural form.
    Count(i64),
}

/// All messages in one language.
#[derive(Debug)]
pub struct Catalogue {
    lang: Lang,
    messages: BTreeMap<String, Message>,
}

#[derive(Debug)]
struct Message {
    pattern: Pattern,
    args: BTreeSet<String>,
    /// The whole text, where there are no arguments.
    fixed: Option<String>,
}

/// Why a catalogue cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CatalogueFault {
    /// Not Fluent.
    #[error("{file}: {fault}")]
    Syntax {
        /// Where.
        file: &'static str,
        /// What the parser says.
        fault: String,
    },
    /// Fluent, but more of it than we take.
    #[error("{file}: {key} uses {what}, which this catalogue does not take")]
    NotTaken {
        /// Where.
        file: &'static str,
        /// The message.
        key: String,
        /// The construct.
        what: &'static str,
    },
    /// Two messages with one key.
    #[error("{file}: {key} is there twice")]
    Twice {
        /// Where the second one stands.
        file: &'static str,
        /// The message.
        key: String,
    },
}

impl Catalogue {
    /// Reads files, each with the name it has in faults.
    ///
    /// # Errors
    /// Where a file is not Fluent, uses what is not taken, or repeats a key.
    pub fn read(lang: Lang, files: &[(&'static str, &str)]) -> Result<Self, CatalogueFault> {
        let mut messages = BTreeMap::new();
        for (file, text) in files {
            let resource = parser::parse(*text).map_err(|(_, faults)| CatalogueFault::Syntax {
                file,
                fault: faults
                    .iter()
                    .map(ToString::to_string)
                    .collect::<Vec<_>>()
                    .join("; "),
            })?;
            for entry in resource.body {
                let Some((key, message)) = Message::read(lang, file, entry)? else {
                    continue;
                };
                if messages.insert(key.clone(), message).is_some() {
                    return Err(CatalogueFault::Twice { file, key });
                }
            }
        }
        Ok(Self { lang, messages })
    }

    /// Every key with the names of its arguments.
    pub fn keys(&self) -> impl Iterator<Item = (&str, &BTreeSet<String>)> {
        self.messages
            .iter()
            .map(|(key, message)| (key.as_str(), &message.args))
    }

    /// Whether there is such a message.
    #[must_use]
    pub fn has(&self, key: &str) -> bool {
        self.messages.contains_key(key)
    }
}

impl Message {
    /// None for a comment.
    fn read(
        lang: Lang,
        file: &'static str,
        entry: ast::Entry<&str>,
    ) -> Result<Option<(String, Self)>, CatalogueFault> {
        let not_taken = |key: &str, what| CatalogueFault::NotTaken {
            file,
            key: key.to_owned(),
            what,
        };
        let message = match entry {
            ast::Entry::Message(message) => message,
            ast::Entry::Term(term) => return Err(not_taken(term.id.name, "a term")),
            _ => return Ok(None),
        };
        let key = message.id.name;
        if !message.attributes.is_empty() {
            return Err(not_taken(key, "an attribute"));
        }
        let value = message.value.ok_or_else(|| not_taken(key, "no text"))?;
        let pattern = Pattern::compile(value).map_err(|what| not_taken(key, what))?;
        let mut args = BTreeSet::new();
        pattern.collect_args(&mut args);
        let fixed = args.is_empty().then(|| pattern.render(lang, &[]));
        let read = Self { pattern, args, fixed };
        Ok(Some((key.to_owned(), read)))
    }
}

/// The texts in the language of whoever reads them. Cheap to copy.
#[derive(Clone, Copy, Debug)]
pub struct Words(&'static Catalogue);

impl Words {
    /// From a catalogue that lives as long as the process.
    #[must_use]
    pub const fn new(catalogue: &'static Catalogue) -> Self {
        Self(catalogue)
    }

    /// The language.
    #[must_use]
    pub const fn lang(self) -> Lang {
        self.0.lang
    }

    /// Whether there is such a message.
    #[must_use]
    pub fn has(self, key: &str) -> bool {
        self.0.has(key)
    }

    /// The text of a message without arguments. A key that is not there, or one with arguments, is a fault of
    /// ours that the tests of the catalogue find: in a debug build it panics, in a release the key is shown.
    #[must_use]
    pub fn say(self, key: &'static str) -> &'static str {
        let fixed = self
            .0
            .messages
            .get(key)
            .and_then(|message| message.fixed.as_deref());
        debug_assert!(fixed.is_some(), "no message {key} without arguments");
        fixed.unwrap_or(key)
    }

    /// The text of a message with its arguments. What is not there is treated as in [`Self::say`].
    #[must_use]
    pub fn tell(self, key: &str, args: &[(&str, Arg<'_>)]) -> String {
        let message = self.0.messages.get(key);
        debug_assert!(message.is_some(), "no message {key}");
        message.map_or_else(
            || key.to_owned(),
            |message| {
                let given = |name: &String| args.iter().any(|(known, _)| known == name);
                debug_assert!(message.args.iter().all(given), "{key} lacks an argument");
                message.pattern.render(self.0.lang, args)
            },
        )
    }
}

/// A whole number with marks between thousands: 12.345 in Vietnamese, 12,345 in English.
#[must_use]
pub fn grouped(lang: Lang, number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mark = if lang == Lang::Vi { '.' } else { ',' };
    let mut text = String::from(if number < 0 { "−" } else { "" });
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(mark);
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests;
