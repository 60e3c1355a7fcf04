//! What people read: both languages say the same, every text is used, and no text stands in code.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use chiso_domain::ranking::Class;
use chiso_platform::words::{Catalogue, Lang};

/// English sentences for reasons; in Vietnamese the services say why themselves.
const REASONS: &str = "reasons.ftl";
/// Where code holds text that is not ours to translate: what is wrong with a setting, told to who starts the process; what
/// is wrong with our own code, told by a debug build; what browsers call themselves.
const APART: [&str; 3] = [
    "/src/web/settings.rs",
    "/src/web/assets.rs",
    "/src/web/sign/agent.rs",
];

/// Beside the pages: what their answers with an error say, to people and to programs.
const ERRORS: [&str; 2] = ["/src/problem.rs", "/src/edge.rs"];

fn services() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../services")
}

/// Services with texts of their own.
fn speaking() -> Vec<String> {
    let folders = std::fs::read_dir(services()).unwrap();
    let mut names: Vec<String> = folders
        .map(|folder| folder.unwrap())
        .filter(|folder| folder.path().join("locales").is_dir())
        .map(|folder| folder.file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert!(names.iter().any(|name| name == "gateway"), "no texts were found");
    names
}

/// Texts by file, reasons left out.
fn texts(service: &str, lang: Lang) -> BTreeMap<String, String> {
    let folder = services().join(service).join("locales").join(lang.tag());
    let files = std::fs::read_dir(&folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let files = files.map(|file| file.unwrap());
    let read = |file: std::fs::DirEntry| {
        let name = file.file_name().into_string().unwrap();
        (name, std::fs::read_to_string(file.path()).unwrap())
    };
    files.map(read).filter(|(name, _)| name != REASONS).collect()
}

fn catalogue(service: &str, lang: Lang) -> Catalogue {
    let texts = texts(service, lang);
    let files: Vec<(&'static str, &str)> = texts
        .iter()
        .map(|(name, text)| (&*name.clone().leak(), text.as_str()))
        .collect();
    Catalogue::read(lang, &files).unwrap_or_else(|fault| panic!("{service}/{}: {fault}", lang.tag()))
}

fn keys(catalogue: &Catalogue) -> BTreeMap<String, BTreeSet<String>> {
    let own = |(key, args): (&str, &BTreeSet<String>)| (key.to_owned(), args.clone());
    catalogue.keys().map(own).collect()
}

#[test]
fn both_languages_have_the_same_messages_with_the_same_arguments() {
    for service in speaking() {
        let [vi, en] = [Lang::Vi, Lang::En].map(|lang| texts(&service, lang).into_keys().collect::<Vec<_>>());
        assert_eq!(vi, en, "the files of {service}");
        let [vi, en] = [Lang::Vi, Lang::En].map(|lang| keys(&catalogue(&service, lang)));
        assert!(!vi.is_empty(), "{service} has no texts");
        for key in vi.keys().chain(en.keys()) {
            assert_eq!(vi.get(key), en.get(key), "{service}: {key}");
        }
    }
}

#[test]
fn every_message_is_used_and_every_one_used_is_there() {
    for service in speaking() {
        let there = keys(&catalogue(&service, Lang::Vi));
        let sources = sources(&service);
        let literals: BTreeSet<&str> = sources
            .iter()
            .flat_map(|(_, literals)| literals)
            .map(|l| l.text.as_str())
            .collect();
        // A key stands whole in the code, so that it is found; a letter goes by its kind.
        let named = |key: &str| {
            let kind = key.strip_suffix("-subject").or_else(|| key.strip_suffix("-text"));
            literals.contains(key) || kind.is_some_and(|kind| literals.contains(kind))
        };
        for key in there.keys() {
            assert!(named(key), "{service}: nobody says {key}");
        }
        for (path, literals) in &sources {
            for literal in literals.iter().filter(|literal| literal.said) {
                assert!(
                    there.contains_key(&literal.text),
                    "{path}: there is no message {}",
                    literal.text
                );
            }
        }
    }
}

#[test]
fn no_text_stands_in_the_code_of_the_pages() {
    let mut found = Vec::new();
    for (path, literals) in sources("gateway") {
        let is_one = |files: &[&str]| files.iter().any(|file| path.ends_with(file));
        if is_one(&ERRORS) {
            let told = literals.iter().filter(|literal| !literal.text.is_ascii());
            found.extend(told.map(|literal| format!("{path}: {:?}", literal.text)));
        }
        if path.contains("/src/web/") && !is_one(&APART) {
            let prose = literals.into_iter().filter(|literal| is_prose(&literal.text));
            found.extend(prose.map(|literal| format!("{path}: {:?}", literal.text)));
        }
    }
    assert!(
        found.is_empty(),
        "texts belong into a catalogue:\n{}",
        found.join("\n")
    );
}

/// A letter that only words have, or two words beside each other. What stands in braces is code.
fn is_prose(text: &str) -> bool {
    let mut plain = String::new();
    let mut depth = 0_usize;
    for c in text.chars() {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            c if depth == 0 => plain.push(c),
            _ => {}
        }
    }
    let is_word = |word: &&str| word.len() > 1 && word.chars().all(char::is_alphabetic);
    let words: Vec<&str> = plain.split(' ').collect();
    plain.chars().any(|c| c.is_alphabetic() && !c.is_ascii())
        || words.windows(2).any(|pair| pair.iter().all(&is_word))
}

#[test]
fn the_classes_are_called_as_in_the_regulation() {
    let vi = texts("gateway", Lang::Vi);
    let text = &vi["readers.ftl"];
    for (key, class) in [
        ("excellent", Class::Excellent),
        ("good", Class::Good),
        ("completed", Class::Completed),
        ("not-completed", Class::NotCompleted),
    ] {
        let line = format!("readers-class-{key} = {}\n", class.vi());
        assert!(text.contains(&line), "{line}");
    }
}

#[test]
fn every_reason_has_an_english_sentence() {
    let list = services().join("../docs/reference/errors.md");
    let list = std::fs::read_to_string(list).unwrap();
    let rows = list
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split_once('`'));
    let wanted: BTreeSet<String> = rows
        .map(|(reason, _)| format!("reason-{}", reason.to_lowercase().replace('_', "-")))
        .collect();
    assert!(wanted.len() > 100, "the list of reasons was not read");
    let text = std::fs::read_to_string(services().join("gateway/locales/en").join(REASONS)).unwrap();
    let catalogue = Catalogue::read(Lang::En, &[(REASONS, &text)]).unwrap();
    let there: BTreeSet<String> = keys(&catalogue).into_keys().collect();
    let missing: Vec<_> = wanted.difference(&there).collect();
    assert!(missing.is_empty(), "without a sentence: {missing:?}");
    let gone: Vec<_> = there.difference(&wanted).collect();
    assert!(gone.is_empty(), "of no reason: {gone:?}");
    assert!(
        catalogue.keys().all(|(_, args)| args.is_empty()),
        "a sentence stands for itself"
    );
}

/// A text between quotes in code.
#[derive(Debug)]
struct Literal {
    text: String,
    /// It stands where a message is said or told.
    said: bool,
}

/// The literals of a service's files, tests and comments left out.
fn sources(service: &str) -> Vec<(String, Vec<Literal>)> {
    let mut paths = Vec::new();
    collect(&services().join(service).join("src"), &mut paths);
    paths.sort();
    let read = |path: PathBuf| {
        let text = std::fs::read_to_string(&path).unwrap();
        let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
        (path.display().to_string(), literals(code))
    };
    paths.into_iter().map(read).collect()
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let is_test = path.file_stem().is_some_and(|name| name == "tests");
        if path.is_dir() && !is_test {
            collect(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") && !is_test {
            found.push(path);
        }
    }
}

fn literals(code: &str) -> Vec<Literal> {
    let chars: Vec<char> = code.chars().collect();
    let at = |place: usize| chars.get(place).copied().unwrap_or(' ');
    let hashes = |place: usize| chars[place + 1..].iter().take_while(|c| **c == '#').count();
    let (mut found, mut place) = (Vec::new(), 0);
    while place < chars.len() {
        match chars[place] {
            '/' if at(place + 1) == '/' => {
                place += chars[place..].iter().take_while(|c| **c != '\n').count();
            }
            // A quoted character, and not the name of a lifetime.
            '\'' if at(place + 1) == '\\' => {
                place += 3 + chars[place + 3..].iter().take_while(|c| **c != '\'').count() + 1
            }
            '\'' if at(place + 2) == '\'' => place += 3,
            // A raw string, and not a raw name.
            'r' if !at(place.wrapping_sub(1)).is_alphanumeric() && at(place + 1 + hashes(place)) == '"' => {
                let hashes = hashes(place);
                let (text, end) = raw(&chars, place + 2 + hashes, hashes);
                found.push(Literal { said: false, text });
                place = end;
            }
            '"' => {
                let (text, end) = plain(&chars, place + 1);
                let before: String = chars[place.saturating_sub(20)..place].iter().collect();
                let before = before.trim_end();
                let said = before.ends_with(".say(") || before.ends_with(".tell(");
                found.push(Literal { text, said });
                place = end;
            }
            _ => place += 1,
        }
    }
    found
}

/// Up to the closing quote, and the place behind it.
fn plain(chars: &[char], start: usize) -> (String, usize) {
    let mut text = String::new();
    let mut place = start;
    while place < chars.len() && chars[place] != '"' {
        if chars[place] == '\\' {
            place += 1;
        } else {
            text.push(chars[place]);
        }
        place += 1;
    }
    (text, place + 1)
}

fn raw(chars: &[char], start: usize, hashes: usize) -> (String, usize) {
    let closes =
        |place: usize| chars[place] == '"' && chars[place + 1..].iter().take(hashes).all(|c| *c == '#');
    let end = (start..chars.len())
        .find(|&place| closes(place))
        .unwrap_or(chars.len());
    (chars[start..end].iter().collect(), end + 1 + hashes)
}

#[test]
fn literals_are_read_as_rust_reads_them() {
    let code = r##"
        // w.say("comment")
        w.say("first"); w.tell( "second", &[("n", x)]);
        let r#type = 1; let raw = r#"a "raw" text"#; let c = '"'; let d = '\''; let e: &'static str = "a \" b";
    "##;
    let found = literals(code);
    let texts: Vec<(&str, bool)> = found.iter().map(|l| (l.text.as_str(), l.said)).collect();
    let expected = [
        ("first", true),
        ("second", true),
        ("n", false),
        (r#"a "raw" text"#, false),
        ("a  b", false),
    ];
    assert_eq!(texts, expected);
    assert!(
        is_prose("Sở") && is_prose("not found") && !is_prose("/xep-hang/{cycle of}") && !is_prose("a-b 1 2")
    );
}
