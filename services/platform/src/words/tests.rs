//! The catalogue against Fluent's own implementation, and what it refuses.

use fluent_bundle::{FluentArgs, FluentBundle, FluentResource, FluentValue};

use super::*;

/// What of Fluent our files use, with the corners of its syntax.
const TEXTS: &str = r#"
# A comment.
plain = Đã lưu
with-name = Đã lưu lúc { $time }
twice = { $time } và { $time }
literal = { "{" }{ "" }  giữ { "\u00A0" }khoảng{ 7 }
several-lines =
    Dòng một
      thụt vào
    dòng ba

    sau dòng trống
count = { $n ->
    [0] Không có phiếu nào
    [one] { $n } slip waits
   *[other] { $n } phiếu chờ gửi
} ở { $time }
by-word = { $state ->
    [open] Đang mở
    [locked] Đã khóa lúc { $time }
   *[other] Chưa rõ
}
in-turn = { $n ->
    [1] { $state ->
        [open] một, mở
       *[other] một
    }
   *[other] nhiều
}
"#;

fn words(lang: Lang) -> Words {
    let catalogue = Catalogue::read(lang, &[("texts.ftl", TEXTS)]).unwrap();
    Words::new(Box::leak(Box::new(catalogue)))
}

fn refused(text: &str) -> String {
    Catalogue::read(Lang::Vi, &[("texts.ftl", text)])
        .unwrap_err()
        .to_string()
}

/// Fluent's own answer.
fn of_fluent(lang: Lang, key: &str, args: &[(&str, Arg<'_>)]) -> String {
    let mut bundle = FluentBundle::new(vec![lang.tag().parse().unwrap()]);
    bundle.set_use_isolating(false);
    let resource = FluentResource::try_new(TEXTS.to_owned()).unwrap();
    bundle.add_resource(resource).unwrap();
    let mut given = FluentArgs::new();
    for (name, arg) in args {
        match arg {
            Arg::Text(text) => given.set(*name, FluentValue::from(*text)),
            Arg::Count(number) => given.set(*name, FluentValue::from(*number)),
        }
    }
    let pattern = bundle.get_message(key).unwrap().value().unwrap();
    let mut faults = Vec::new();
    let text = bundle
        .format_pattern(pattern, Some(&given), &mut faults)
        .into_owned();
    assert!(faults.is_empty(), "{key}: {faults:?}");
    text
}

#[test]
fn every_message_reads_as_fluent_reads_it() {
    let mut compared = 0;
    for lang in [Lang::Vi, Lang::En] {
        let words = words(lang);
        for (key, _) in words.0.keys() {
            for number in [0, 1, 2, 7, 21, 999] {
                for state in ["open", "locked", "hỏng"] {
                    let args = [
                        ("n", Arg::Count(number)),
                        ("state", Arg::Text(state)),
                        ("time", Arg::Text("14:32")),
                    ];
                    assert_eq!(
                        words.tell(key, &args),
                        of_fluent(lang, key, &args),
                        "{lang:?} {key} {number} {state}"
                    );
                    compared += 1;
                }
            }
        }
    }
    assert_eq!(compared, 2 * 8 * 6 * 3);
}

#[test]
fn a_text_is_said_told_and_counted() {
    let (vi, en) = (words(Lang::Vi), words(Lang::En));
    assert_eq!(vi.say("plain"), "Đã lưu");
    assert_eq!(
        vi.tell("with-name", &[("time", Arg::Text("14:32"))]),
        "Đã lưu lúc 14:32"
    );
    let waiting = |words: Words, n| words.tell("count", &[("n", Arg::Count(n)), ("time", Arg::Text("A"))]);
    assert_eq!(waiting(vi, 0), "Không có phiếu nào ở A");
    assert_eq!(waiting(vi, 1), "1 phiếu chờ gửi ở A");
    assert_eq!(waiting(en, 1), "1 slip waits ở A");
    assert_eq!(waiting(vi, 12_345), "12.345 phiếu chờ gửi ở A");
    assert_eq!(waiting(en, 12_345), "12,345 phiếu chờ gửi ở A");
}

#[test]
fn thousands_are_marked() {
    let grouped = |n| grouped(Lang::Vi, n);
    assert_eq!(
        [0, 999, 1_000, -12_345, i64::MAX].map(grouped),
        ["0", "999", "1.000", "−12.345", "9.223.372.036.854.775.807"]
    );
}

#[test]
fn keys_come_with_their_arguments() {
    let words = words(Lang::Vi);
    let args = |key: &str| -> Vec<String> {
        let (_, args) = words.0.keys().find(|(known, _)| *known == key).unwrap();
        args.iter().cloned().collect()
    };
    assert!(args("plain").is_empty());
    assert_eq!(args("count"), ["n", "time"]);
    assert_eq!(args("in-turn"), ["n", "state"]);
}

#[test]
fn what_is_not_taken_is_named() {
    for (text, what) in [
        ("-brand = chiso\n", "brand uses a term"),
        ("a = A\n    .title = B\n", "a uses an attribute"),
        ("a = { b }\n", "a uses a reference to another message"),
        ("a = { -b }\n", "a uses a reference to a term"),
        ("a = { NUMBER($n) }\n", "a uses a function"),
        (
            "a = { $n ->\n    [1.5] A\n   *[other] B\n}\n",
            "number that is not whole",
        ),
        ("a = A\na = B\n", "a is there twice"),
        ("a { b\n", "texts.ftl: "),
    ] {
        let fault = refused(text);
        assert!(fault.contains(what), "{text:?}: {fault}");
    }
}

#[test]
#[should_panic(expected = "no message missing")]
fn a_key_that_is_not_there_is_found_in_tests() {
    let _text = words(Lang::Vi).say("missing");
}

#[test]
#[should_panic(expected = "with-name lacks an argument")]
fn an_argument_that_is_not_given_is_found_in_tests() {
    let _text = words(Lang::Vi).tell("with-name", &[]);
}
