//! `docs/reference/errors.md`: every stable reason, its gRPC code and what it means.
//!
//! Reasons stand in the `fn reason` of the refusals; their meaning is the doc comment of the variant, their
//! code follows from `fn kind`. The few that are made elsewhere are listed here by hand.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use crate::source::{Source, block, is_reason, quoted, sources};

/// Reasons that no refusal holds: where they are made, name, code, meaning.
const OTHERS: &[(&str, &str, &str, &str)] = &[
    (
        "platform",
        "INTERNAL",
        "INTERNAL",
        "Something of ours is broken; the cause is in the log.",
    ),
    (
        "platform",
        "NOT_FOUND",
        "NOT_FOUND",
        "There is no such thing, or the caller may not know of it.",
    ),
    (
        "platform",
        "PERMISSION_DENIED",
        "PERMISSION_DENIED",
        "The caller may not do this.",
    ),
    (
        "platform",
        "SECOND_FACTOR_DUE",
        "PERMISSION_DENIED",
        "Whoever decides has to set up a second factor before anything else.",
    ),
    (
        "platform",
        "UNAUTHENTICATED",
        "UNAUTHENTICATED",
        "Nobody is signed in, or the token no longer counts.",
    ),
    (
        "platform",
        "UNAVAILABLE",
        "UNAVAILABLE",
        "Something we lean on is not there now; send the same request again.",
    ),
    (
        "platform",
        "IMPORT_FAULTY",
        "INVALID_ARGUMENT",
        "A workbook has faults; each is a field violation with sheet and cell. Nothing was changed.",
    ),
    (
        "registry",
        "CYCLE_NOT_READY",
        "FAILED_PRECONDITION",
        "The cycle cannot be opened yet; each obstacle is a field violation.",
    ),
    (
        "ranking",
        "NOT_READY",
        "FAILED_PRECONDITION",
        "Nothing is published while points are missing; each is a field violation.",
    ),
    (
        "gateway",
        "ADDRESS_TOO_LONG",
        "HTTP 414",
        "The address of an HTTP request is over its bound.",
    ),
    (
        "gateway",
        "HEADERS_TOO_LARGE",
        "HTTP 431",
        "The headers of an HTTP request are over their bound.",
    ),
    (
        "gateway",
        "BODY_TOO_LARGE",
        "HTTP 413",
        "The body of an HTTP request is over its bound.",
    ),
    (
        "gateway",
        "BUSY",
        "HTTP 503",
        "Too many HTTP requests at once; try again in a few seconds.",
    ),
    (
        "gateway",
        "FORM_OF_ANOTHER_SITE",
        "HTTP 403",
        "A form was not sent from a page of this system.",
    ),
    (
        "gateway",
        "FORM_UNREADABLE",
        "HTTP 400",
        "What was sent to a page is no form.",
    ),
    (
        "gateway",
        "METHOD_NOT_ALLOWED",
        "HTTP 405",
        "The path can only be read, with GET.",
    ),
    (
        "gateway",
        "PATH_UNKNOWN",
        "HTTP 404",
        "There is no such path; all are in `/v1/openapi.json`.",
    ),
    ("gateway", "TIMED_OUT", "HTTP 504", "No answer came in time."),
    (
        "gateway",
        "EXHAUSTED",
        "HTTP 429",
        "A limit is used up, where the answer behind the gateway gave no reason.",
    ),
    (
        "gateway",
        "NOT_SUPPORTED",
        "HTTP 501",
        "The service behind the gateway has no such call.",
    ),
    (
        "gateway",
        "REFUSED",
        "as it came",
        "Refused by something behind the gateway that gave no reason.",
    ),
];

/// One reason.
#[derive(Default)]
struct Reason {
    codes: BTreeSet<String>,
    areas: BTreeSet<String>,
    meanings: BTreeSet<String>,
}

/// Arms of a match: what is named on the left, and the word that is answered.
type Arms = Vec<(Vec<String>, String)>;

fn code_of(kind: &str) -> &'static str {
    match kind {
        "Invalid" => "INVALID_ARGUMENT",
        "NotFound" => "NOT_FOUND",
        "Conflict" => "ABORTED",
        "Refused" => "FAILED_PRECONDITION",
        "Forbidden" => "PERMISSION_DENIED",
        "Exhausted" => "RESOURCE_EXHAUSTED",
        other => panic!("kind {other} has no gRPC code here"),
    }
}

/// Reads the body of a function that answers one word per variant. `word` tells whether a token is one.
fn arms(body: &str, word: fn(&str) -> Option<&str>) -> Arms {
    let body = body.trim().strip_prefix("match").map_or(body, |_| block(body));
    let (mut found, mut names, mut depth): (Arms, Vec<String>, i32) = (Vec::new(), Vec::new(), 0);
    for token in tokens(body) {
        match token {
            "{" | "(" => depth += 1,
            "}" | ")" => depth -= 1,
            "," if depth == 0 => names.clear(),
            _ => match (word(token), token.rsplit_once("::")) {
                (Some(answer), _) => found.push((std::mem::take(&mut names), answer.to_owned())),
                (None, Some((_, name))) => names.push(name.to_owned()),
                (None, None) => {}
            },
        }
    }
    found
}

/// Paths, texts with their quotes, and single signs.
fn tokens(text: &str) -> Vec<&str> {
    let part = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let end = if first == '"' {
            rest[1..].find('"').map_or(rest.len(), |at| at + 2)
        } else if part(first) {
            rest.find(|c| !part(c)).unwrap_or(rest.len())
        } else {
            first.len_utf8()
        };
        let (token, after) = rest.split_at(end);
        if !token.trim().is_empty() {
            found.push(token);
        }
        rest = after;
    }
    found
}

fn reason_word(token: &str) -> Option<&str> {
    let text = token.strip_prefix('"')?.strip_suffix('"')?;
    is_reason(text).then_some(text)
}

fn kind_word(token: &str) -> Option<&str> {
    token.strip_prefix("RefusalKind::")
}

/// The doc comment above a variant or struct of a file, or else the sentence it prints for the log.
fn meaning(text: &str, name: &str) -> Option<String> {
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let ends = |rest: &str| rest.is_empty() || rest.starts_with([',', '(', ' ', '{', ';', '<']);
    let declares = |line: &str| {
        let words = ["pub(crate) ", "pub(super) ", "pub ", "struct ", "enum "];
        let bare = words
            .iter()
            .fold(line, |line, word| line.strip_prefix(word).unwrap_or(line));
        bare.strip_prefix(name).is_some_and(ends)
    };
    let above = |at: usize| lines[..at].iter().rev();
    let docs = |at: usize| {
        let docs = above(at).skip_while(|line| line.starts_with("#["));
        let mut docs: Vec<&str> = docs.map_while(|line| line.strip_prefix("///")).collect();
        docs.reverse();
        docs.iter().map(|line| line.trim()).collect::<Vec<_>>().join(" ")
    };
    let printed = |at: usize| {
        let mut attributes = above(at).take_while(|line| line.starts_with("#["));
        let sentence = attributes.find_map(|line| quoted(line.strip_prefix("#[error(")?).next());
        sentence.map(without_values).unwrap_or_default()
    };
    let places: Vec<usize> = (0..lines.len()).filter(|at| declares(lines[*at])).collect();
    let found = places.iter().map(|at| docs(*at));
    found
        .chain(places.iter().map(|at| printed(*at)))
        .find(|text| !text.is_empty())
}

/// A sentence for the log with "…" for each value: `login {0:?} is taken`.
fn without_values(sentence: &str) -> String {
    let mut parts = sentence.split('{');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| {
        format!("{text}…{}", part.split_once('}').map_or("", |(_, rest)| rest))
    })
}

/// The body of a function within an `impl`.
fn function<'a>(text: &'a str, signature: &str) -> Option<&'a str> {
    text.find(signature).map(|at| block(&text[at..]))
}

fn read(source: &Source, all: &mut BTreeMap<String, Reason>) {
    let text = source.text.as_str();
    for (at, start) in text.match_indices("impl Refusal for ") {
        let refusal = &text[at..];
        let name = refusal[start.len()..]
            .split_whitespace()
            .next()
            .unwrap_or_default();
        let body = block(refusal);
        let reasons = function(body, "fn reason(&self)").expect("every refusal has a reason");
        let kinds = function(body, "fn kind(&self)").map_or_else(Vec::new, |body| arms(body, kind_word));
        let mut answers = arms(reasons, reason_word);
        if reasons.contains(".code()") {
            answers.extend(arms(
                function(text, "fn code(").expect("a code in this file"),
                reason_word,
            ));
        }
        for (names, reason) in answers {
            let entry = all.entry(reason).or_default();
            entry.areas.insert(source.area.clone());
            entry.codes.insert(code_of(kind_of(&names, &kinds)).to_owned());
            let names = if names.is_empty() {
                vec![name.to_owned()]
            } else {
                names
            };
            entry
                .meanings
                .extend(names.iter().filter_map(|name| meaning(text, name)));
        }
    }
}

/// The kind of the first variant that has one of its own, else the one for all others.
fn kind_of<'a>(names: &[String], kinds: &'a Arms) -> &'a str {
    let own = kinds
        .iter()
        .find(|(of, _)| of.iter().any(|name| names.contains(name)));
    let all = kinds.iter().find(|(of, _)| of.is_empty());
    own.or(all).or(kinds.last()).map_or("Invalid", |(_, kind)| kind)
}

/// Reasons given to the platform's error type directly.
fn direct(source: &Source) -> BTreeSet<String> {
    let text = source.text.as_str();
    let made = ["::faults(", "::obstacles("];
    let calls = made.iter().flat_map(|call| text.split(*call).skip(1));
    let mut found: BTreeSet<String> = calls
        .filter_map(|after| after.trim_start().strip_prefix('"')?.split('"').next())
        .map(str::to_owned)
        .collect();
    // These files make reasons of their own in many ways, and hold no other words of that shape.
    let own = [
        "platform/src/error.rs",
        "gateway/src/problem.rs",
        "gateway/src/edge.rs",
        "gateway/src/http/mod.rs",
    ];
    if own.contains(&source.path.as_str()) {
        let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
        found.extend(
            code.flat_map(quoted)
                .filter(|text| is_reason(text))
                .map(str::to_owned),
        );
    }
    found
}

fn list() -> String {
    let mut all = BTreeMap::new();
    for source in sources() {
        read(&source, &mut all);
    }
    for (area, reason, code, meaning) in OTHERS {
        let entry: &mut Reason = all.entry((*reason).to_owned()).or_default();
        entry.codes.insert((*code).to_owned());
        entry.areas.insert((*area).to_owned());
        entry.meanings.insert((*meaning).to_owned());
    }
    let mut text = HEAD.to_owned();
    for (reason, entry) in &all {
        let join = |set: &BTreeSet<String>, with: &str| {
            set.iter().map(String::as_str).collect::<Vec<_>>().join(with)
        };
        let meaning = join(&entry.meanings, " / ").replace('|', "\\|");
        let meaning = meaning.replace("[`", "`").replace("`]", "`");
        assert!(!meaning.is_empty(), "{reason} has no doc comment to explain it");
        writeln!(
            text,
            "| `{reason}` | {} | {} | {meaning} |",
            join(&entry.codes, ", "),
            join(&entry.areas, ", ")
        )
        .expect("a text takes all");
    }
    text
}

const HEAD: &str = "\
# Reasons of errors

Made from the source by `tests/tests/reference`; do not edit by hand.

Every refused call carries a gRPC status with `ErrorInfo { domain: \"chiso\", reason }`, a Vietnamese
`LocalizedMessage` that says what is wrong and what to do, and, where a field is at fault, a `BadRequest` with
its path. Reasons are stable: programs may compare them. The gateway answers the same as problem details, with
the reason in `reason`.

`INVALID_ARGUMENT`: correct the input. `NOT_FOUND`: it is not there, or you may not know of it. `ABORTED`: it
collides with what is there; read again. `FAILED_PRECONDITION`: not in this state or at this time.
`UNAVAILABLE`, `INTERNAL`, `DEADLINE_EXCEEDED`: the same request may be sent again, with the same id. A line that
is lost counts as `UNAVAILABLE`; some libraries call that `CANCELLED` or `UNKNOWN`.

| reason | code | from | meaning |
|---|---|---|---|
";

#[test]
fn every_reason_is_listed() {
    crate::check("errors.md", &list());
}

#[test]
fn reasons_made_outside_refusals_are_explained() {
    let mut refusals = BTreeMap::new();
    let mut found = BTreeSet::new();
    for source in sources() {
        read(&source, &mut refusals);
        found.extend(direct(&source));
    }
    found.retain(|reason| !refusals.contains_key(reason));
    let explained: BTreeSet<String> = OTHERS
        .iter()
        .map(|(_, reason, ..)| (*reason).to_owned())
        .collect();
    assert_eq!(found, explained);
}

#[test]
fn arms_give_each_variant_its_word() {
    let body = r#"match self { Self::A(x) => x.reason(), Self::B { .. } | Self::C(_) => "ONE_WORD", _ => "OTHER_WORD" }"#;
    let want: Arms = vec![
        (vec!["B".to_owned(), "C".to_owned()], "ONE_WORD".to_owned()),
        (Vec::new(), "OTHER_WORD".to_owned()),
    ];
    assert_eq!(arms(body, reason_word), want);
}
