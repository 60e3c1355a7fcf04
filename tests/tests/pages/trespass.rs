//! Forms of things that are somebody else's, sent with a session and a token of one's own: nothing is done, and nothing
//! is told.

use chiso_gateway::{Who, pages};
use chiso_tests::{CYCLE, Year};

use crate::site::{Answer, Browser};
use crate::things::Things;

/// Whether a page, by its path and who may open it, is closed to somebody.
type Closed = fn(&str, Who) -> bool;

/// Whose session it is, by the letter of `pages.txt`, and whether a page is closed to them: the organiser of another
/// cycle, an officer of another unit, another interviewer and verifier, and what belongs to no cycle.
const STRANGERS: [(char, Closed); 5] = [
    ('Z', |_, _| true),
    ('K', |_, who| matches!(who, Who::Everywhere(_))),
    ('U', |path, _| path.contains("/{unit}")),
    ('i', |path, _| {
        path.starts_with("/khao-sat/{cycle}/phieu/") || path.contains("/hoi/")
    }),
    ('v', |path, _| path.starts_with("/phuc-tra/{cycle}/phieu/")),
];
/// Whoever lost a case is told so, with what was typed and nothing else.
const LOST: &str = "không còn ở bạn";

/// Whoever gives up what they do not have is led to their own list, as if they had given it up before.
const GIVING_UP: [&str; 2] = ["/bo", "/tra-viec"];

/// Sends them all, with nothing filled in.
pub(crate) async fn trespass(year: &Year, browsers: Vec<(char, Browser)>, things: &Things) {
    let mut faults = Vec::new();
    for (letter, mut browser) in browsers {
        let Some((_, closed)) = STRANGERS.iter().find(|(stranger, _)| *stranger == letter) else {
            continue;
        };
        let csrf = browser.get("/viec-cua-toi").await.field("_csrf");
        for route in pages() {
            let of_some = matches!(route.who, Who::Roles(_) | Who::Everywhere(_));
            // Pages of no cycle are an organiser's of whatever cycle.
            let of_any =
                letter == 'Z' && matches!(route.who, Who::Roles(_)) && !route.path.contains("{cycle}");
            if !of_some || of_any || !closed(route.path, route.who) {
                continue;
            }
            let address = things.filled(route.path, CYCLE);
            let answer = sent(&mut browser, &address, &csrf, &year.id()).await;
            let status = answer.status.as_u16();
            let told = status == 409 && answer.text.contains(LOST);
            let gave_up = status == 303 && GIVING_UP.iter().any(|end| route.path.ends_with(end));
            if !matches!(status, 404 | 405) && !told && !gave_up {
                faults.push(format!("{address} as {letter}: {status}"));
            }
        }
    }
    assert!(faults.is_empty(), "forms of others are taken: {faults:#?}");
}

/// As a browser sends it: with a file where the address takes one.
async fn sent(browser: &mut Browser, address: &str, csrf: &str, id: &str) -> Answer {
    let fields = [("_csrf", csrf), ("_request", id)];
    if !address.ends_with("/tep") {
        return browser.post(address, &fields).await;
    }
    let mut body = String::new();
    for (name, value) in fields {
        body += &format!("--RANH\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
    }
    body += "--RANH\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a.pdf\"\r\n\r\n%PDF-1.7\r\n--RANH--\r\n";
    let headers = [
        ("accept", "text/html"),
        ("sec-fetch-site", "same-origin"),
        ("content-type", "multipart/form-data; boundary=RANH"),
    ];
    browser.send("POST", address, &headers, body).await
}
