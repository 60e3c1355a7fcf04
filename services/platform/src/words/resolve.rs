//! A message's text as pieces, and the pieces put together with arguments.

use std::collections::BTreeSet;

use fluent_syntax::ast::{self, Expression, InlineExpression, PatternElement, VariantKey};
use fluent_syntax::unicode::unescape_unicode_to_string;

use super::{Arg, Lang, grouped};

/// A text with places for arguments.
#[derive(Debug)]
pub(super) struct Pattern(Vec<Piece>);

#[derive(Debug)]
enum Piece {
    Text(String),
    /// The argument of this name.
    Arg(String),
    /// The text for the argument's value.
    Choice {
        arg: String,
        variants: Vec<(Key, Pattern)>,
        default: usize,
    },
}

#[derive(Debug)]
enum Key {
    Number(i64),
    Name(String),
}

impl Pattern {
    /// From Fluent's tree; else what of Fluent is not taken.
    pub(super) fn compile(pattern: ast::Pattern<&str>) -> Result<Self, &'static str> {
        let piece = |element: PatternElement<&str>| match element {
            PatternElement::TextElement { value } => Ok(Piece::Text(value.to_owned())),
            PatternElement::Placeable { expression } => Piece::compile(expression),
        };
        Ok(Self(
            pattern
                .elements
                .into_iter()
                .map(piece)
                .collect::<Result<_, _>>()?,
        ))
    }

    pub(super) fn collect_args(&self, names: &mut BTreeSet<String>) {
        for piece in &self.0 {
            match piece {
                Piece::Text(_) => {}
                Piece::Arg(name) => {
                    names.insert(name.clone());
                }
                Piece::Choice { arg, variants, .. } => {
                    names.insert(arg.clone());
                    for (_, text) in variants {
                        text.collect_args(names);
                    }
                }
            }
        }
    }

    pub(super) fn render(&self, lang: Lang, args: &[(&str, Arg<'_>)]) -> String {
        let mut text = String::new();
        self.write(lang, args, &mut text);
        text
    }

    fn write(&self, lang: Lang, args: &[(&str, Arg<'_>)], text: &mut String) {
        let value = |name: &str| args.iter().find(|(known, _)| *known == name).map(|(_, arg)| arg);
        for piece in &self.0 {
            match piece {
                Piece::Text(fixed) => text.push_str(fixed),
                Piece::Arg(name) => match value(name) {
                    Some(Arg::Text(given)) => text.push_str(given),
                    Some(Arg::Count(number)) => text.push_str(&grouped(lang, *number)),
                    None => text.push_str(name),
                },
                Piece::Choice {
                    arg,
                    variants,
                    default,
                } => {
                    let chosen = value(arg).and_then(|value| chosen(lang, value, variants));
                    let (_, chosen) = &variants[chosen.unwrap_or(*default)];
                    chosen.write(lang, args, text);
                }
            }
        }
    }
}

impl Piece {
    fn compile(expression: Expression<&str>) -> Result<Self, &'static str> {
        match expression {
            Expression::Inline(inline) => Self::inline(inline),
            Expression::Select { selector, variants } => {
                let InlineExpression::VariableReference { id } = selector else {
                    return Err("a choice on something other than an argument");
                };
                // The parser lets no choice pass without a default.
                let default = variants
                    .iter()
                    .position(|variant| variant.default)
                    .unwrap_or_default();
                let variant = |variant: ast::Variant<&str>| {
                    Ok((Key::compile(&variant.key)?, Pattern::compile(variant.value)?))
                };
                Ok(Self::Choice {
                    arg: id.name.to_owned(),
                    variants: variants
                        .into_iter()
                        .map(variant)
                        .collect::<Result<_, &'static str>>()?,
                    default,
                })
            }
        }
    }

    fn inline(inline: InlineExpression<&str>) -> Result<Self, &'static str> {
        match inline {
            InlineExpression::VariableReference { id } => Ok(Self::Arg(id.name.to_owned())),
            InlineExpression::StringLiteral { value } => {
                Ok(Self::Text(unescape_unicode_to_string(value).into_owned()))
            }
            InlineExpression::NumberLiteral { value } => Ok(Self::Text(value.to_owned())),
            InlineExpression::Placeable { expression } => Self::compile(*expression),
            InlineExpression::FunctionReference { .. } => Err("a function"),
            InlineExpression::MessageReference { .. } => Err("a reference to another message"),
            InlineExpression::TermReference { .. } => Err("a reference to a term"),
        }
    }
}

impl Key {
    fn compile(key: &VariantKey<&str>) -> Result<Self, &'static str> {
        match key {
            VariantKey::Identifier { name } => Ok(Self::Name((*name).to_owned())),
            VariantKey::NumberLiteral { value } => {
                let number = value
                    .parse()
                    .map_err(|_| "a choice by a number that is not whole")?;
                Ok(Self::Number(number))
            }
        }
    }
}

/// Which variant fits; None for the default one.
fn chosen(lang: Lang, value: &Arg<'_>, variants: &[(Key, Pattern)]) -> Option<usize> {
    let at = |wanted: &dyn Fn(&Key) -> bool| variants.iter().position(|(key, _)| wanted(key));
    match value {
        Arg::Text(text) => at(&|key| matches!(key, Key::Name(name) if name == text)),
        Arg::Count(number) => at(&|key| matches!(key, Key::Number(key) if key == number))
            .or_else(|| at(&|key| matches!(key, Key::Name(name) if name == plural(lang, *number)))),
    }
}

/// The plural form of a whole number: Vietnamese has one, English tells one thing from several.
const fn plural(lang: Lang, number: i64) -> &'static str {
    match (lang, number) {
        (Lang::En, 1 | -1) => "one",
        _ => "other",
    }
}
