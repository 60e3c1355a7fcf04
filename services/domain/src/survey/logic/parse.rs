//! From text to tree: words first, then by the precedence of XPath.

use super::{Comparison, Expr, LogicError, LogicFault, MAX_DEPTH, MAX_DIGITS, MAX_LENGTH};
use crate::kernel::QuestionName;

/// A word of a condition.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    Answer(QuestionName),
    Own,
    Text(String),
    Number(i64),
    /// `and`, or the name of a function.
    Word(String),
    Compare(Comparison),
    /// `(`, `)`, `,`, `+`, `-`.
    Sign(char),
}

type Read<T> = Result<T, LogicError>;

pub(super) fn parse(text: &str) -> Read<Expr> {
    let letters: Vec<char> = text.chars().collect();
    if letters.len() > MAX_LENGTH {
        return fail(MAX_LENGTH + 1, LogicFault::TooLong);
    }
    let mut parser = Parser {
        tokens: tokens(&letters)?,
        next: 0,
        depth: 0,
        end: letters.len() + 1,
    };
    let tree = parser.any()?;
    match parser.peek() {
        None => Ok(tree),
        Some(_) => parser.expected("and, or hoặc một phép so sánh"),
    }
}

const fn fail<T>(at: usize, fault: LogicFault) -> Read<T> {
    Err(LogicError { at, fault })
}

/// The words of a condition, each with the number of its first character.
fn tokens(letters: &[char]) -> Read<Vec<(usize, Token)>> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(letter) = letters.get(at) {
        if letter.is_whitespace() {
            at += 1;
            continue;
        }
        let (token, length) = token(&letters[at..]).map_err(|fault| LogicError { at: at + 1, fault })?;
        tokens.push((at + 1, token));
        at += length;
    }
    Ok(tokens)
}

/// The word that these letters begin with, and how many letters it has.
fn token(letters: &[char]) -> Result<(Token, usize), LogicFault> {
    let is = |at: usize, wanted: fn(&char) -> bool| letters.get(at).is_some_and(wanted);
    match letters[0] {
        '$' if is(1, |c| *c == '{') => {
            let name = until(&letters[2..], '}').ok_or(LogicFault::Unclosed("${"))?;
            let length = name.chars().count() + 3;
            let answer = name.trim().parse().map_err(|_| LogicFault::Name(name))?;
            Ok((Token::Answer(answer), length))
        }
        mark @ ('\'' | '"') => {
            let unclosed = LogicFault::Unclosed(if mark == '"' { "\"" } else { "'" });
            let text = until(&letters[1..], mark).ok_or(unclosed)?;
            let length = text.chars().count() + 2;
            Ok((Token::Text(text), length))
        }
        '.' if !is(1, char::is_ascii_digit) => Ok((Token::Own, 1)),
        '.' | '0'..='9' => {
            let number = run(letters, |c| c.is_ascii_digit() || c == '.');
            let fits = number.len() <= MAX_DIGITS && !number.contains('.');
            match number.parse() {
                Ok(value) if fits => Ok((Token::Number(value), number.len())),
                _ => Err(LogicFault::NotWhole(number)),
            }
        }
        'a'..='z' | 'A'..='Z' | '_' => {
            let word = run(letters, |c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'));
            let length = word.len();
            Ok((Token::Word(word), length))
        }
        sign @ ('(' | ')' | ',' | '+' | '-') => Ok((Token::Sign(sign), 1)),
        other => {
            let begin: String = letters.iter().take(2).collect();
            let found = Comparison::ALL.iter().find(|(sign, _)| begin.starts_with(sign));
            let (sign, comparison) = found.ok_or(LogicFault::Character(other))?;
            Ok((Token::Compare(*comparison), sign.len()))
        }
    }
}

/// What stands before the first such mark.
fn until(letters: &[char], mark: char) -> Option<String> {
    let length = letters.iter().position(|letter| *letter == mark)?;
    Some(letters[..length].iter().collect())
}

fn run(letters: &[char], belongs: fn(char) -> bool) -> String {
    letters.iter().copied().take_while(|c| belongs(*c)).collect()
}

struct Parser {
    tokens: Vec<(usize, Token)>,
    next: usize,
    depth: usize,
    /// Number of the character after the last one.
    end: usize,
}

impl Parser {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.next).map(|(_, token)| token)
    }

    fn at(&self) -> usize {
        self.tokens.get(self.next).map_or(self.end, |(at, _)| *at)
    }

    fn expected<T>(&self, what: &'static str) -> Read<T> {
        fail(self.at(), LogicFault::Expected(what))
    }

    /// Steps over a token if it is the next one.
    fn take(&mut self, wanted: &Token) -> bool {
        let found = self.peek() == Some(wanted);
        self.next += usize::from(found);
        found
    }

    fn sign(&mut self, sign: char, name: &'static str) -> Read<()> {
        if self.take(&Token::Sign(sign)) {
            Ok(())
        } else {
            self.expected(name)
        }
    }

    fn any(&mut self) -> Read<Expr> {
        let mut parts = vec![self.every()?];
        while self.take(&Token::Word("or".to_owned())) {
            parts.push(self.every()?);
        }
        Ok(one_or(parts, Expr::Or))
    }

    fn every(&mut self) -> Read<Expr> {
        let mut parts = vec![self.comparison()?];
        while self.take(&Token::Word("and".to_owned())) {
            parts.push(self.comparison()?);
        }
        Ok(one_or(parts, Expr::And))
    }

    fn comparison(&mut self) -> Read<Expr> {
        let left = self.sum()?;
        let Some(Token::Compare(how)) = self.peek() else {
            return Ok(left);
        };
        let how = *how;
        self.next += 1;
        let right = self.sum()?;
        Ok(Expr::Compare(how, Box::new(left), Box::new(right)))
    }

    fn sum(&mut self) -> Read<Expr> {
        let mut parts = vec![self.operand()?];
        loop {
            if self.take(&Token::Sign('+')) {
                parts.push(self.operand()?);
            } else if self.take(&Token::Sign('-')) {
                parts.push(Expr::Negative(Box::new(self.operand()?)));
            } else {
                return Ok(one_or(parts, Expr::Sum));
            }
        }
    }

    /// The only way down, so the only place that counts how deep it is.
    fn operand(&mut self) -> Read<Expr> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return fail(self.at(), LogicFault::TooDeep);
        }
        let at = self.at();
        let token = self.peek().cloned();
        self.next += 1;
        let read = match token {
            Some(Token::Answer(name)) => Expr::Answer(name),
            Some(Token::Own) => Expr::Own,
            Some(Token::Text(text)) => Expr::Text(text),
            Some(Token::Number(number)) => Expr::Number(number),
            Some(Token::Sign('-')) => Expr::Negative(Box::new(self.operand()?)),
            Some(Token::Sign('(')) => {
                let inner = self.any()?;
                self.sign(')', "dấu )")?;
                inner
            }
            Some(Token::Word(name)) => self.function(at, name)?,
            _ => {
                return fail(
                    at,
                    LogicFault::Expected("một câu hỏi ${…}, một chữ trong dấu nháy hoặc một số"),
                );
            }
        };
        self.depth -= 1;
        Ok(read)
    }

    fn function(&mut self, at: usize, name: String) -> Read<Expr> {
        if !matches!(name.as_str(), "not" | "selected" | "string-length") {
            return fail(at, LogicFault::Function(name));
        }
        self.sign('(', "dấu (")?;
        let read = match name.as_str() {
            "not" => Expr::Not(Box::new(self.any()?)),
            "selected" => {
                let answer = self.answer()?;
                self.sign(',', "dấu phẩy và tên phương án trong dấu nháy")?;
                let Some(Token::Text(option)) = self.peek().cloned() else {
                    return self.expected("tên phương án trong dấu nháy");
                };
                self.next += 1;
                Expr::Selected(Box::new(answer), option)
            }
            _ => Expr::Length(Box::new(self.answer()?)),
        };
        self.sign(')', "dấu )")?;
        Ok(read)
    }

    fn answer(&mut self) -> Read<Expr> {
        let read = match self.peek() {
            Some(Token::Answer(name)) => Expr::Answer(name.clone()),
            Some(Token::Own) => Expr::Own,
            _ => return self.expected("một câu hỏi ${…} hoặc dấu chấm (.)"),
        };
        self.next += 1;
        Ok(read)
    }
}

fn one_or(mut parts: Vec<Expr>, many: fn(Vec<Expr>) -> Expr) -> Expr {
    match parts.len() {
        1 => parts.remove(0),
        _ => many(parts),
    }
}
