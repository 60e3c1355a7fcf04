//! `docs/reference/draw.md` against the code: its numbers, and its shell.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::super::*;
use crate::kernel::SlipId;

fn page() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference/draw.md");
    std::fs::read_to_string(path).unwrap()
}

/// The fenced blocks of a language.
fn blocks(page: &str, language: &str) -> Vec<String> {
    page.split(&format!("```{language}\n"))
        .skip(1)
        .map(|rest| rest.split("```").next().unwrap().to_owned())
        .collect()
}

/// The cells of the table rows below a heading row that begins with `head`.
fn table(page: &str, head: &str) -> Vec<Vec<String>> {
    page.lines()
        .skip_while(|line| !line.starts_with(head))
        .skip(2)
        .take_while(|line| line.starts_with('|'))
        .map(|line| {
            line.trim_matches('|')
                .split('|')
                .map(|c| c.trim().to_owned())
                .collect()
        })
        .collect()
}

/// The text in backticks after a phrase.
fn quoted<'a>(page: &'a str, phrase: &str) -> &'a str {
    let at = page.find(phrase).unwrap();
    page[at..].split('`').nth(1).unwrap()
}

fn example_list(page: &str) -> (FrozenList, String) {
    let text = blocks(page, "text").remove(0);
    let mut lines = text.lines();
    let head: Vec<&str> = lines.next().unwrap().split(' ').collect();
    let slips = lines
        .map(|line| {
            let f: Vec<&str> = line.split(' ').collect();
            ListedSlip {
                unit: f[0].parse().unwrap(),
                group: f[1].parse().unwrap(),
                slip: f[2].parse().unwrap(),
                interviewer: f[3].parse().unwrap(),
                sha256: f[4].to_owned(),
            }
        })
        .rev()
        .collect();
    let list = FrozenList::new(head[1].parse().unwrap(), head[2].parse().unwrap(), slips).unwrap();
    (list, text)
}

/// Runs the page's functions and then a line, in a folder that holds the page's list.
fn shell(page: &str, line: &str) -> String {
    static RUNS: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
    let run = RUNS.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    let folder: PathBuf = std::env::temp_dir().join(format!("chiso-draw-{}-{run}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("list.txt"), &blocks(page, "text")[0]).unwrap();
    let functions: String = blocks(page, "sh")
        .into_iter()
        .filter(|b| b.contains("() {"))
        .collect();
    let out = Command::new("sh")
        .arg("-euc")
        .arg(format!("{functions}\n{line}"))
        .current_dir(&folder)
        .output()
        .unwrap();
    std::fs::remove_dir_all(&folder).unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8(out.stdout).unwrap()
}

#[test]
fn the_vectors_of_the_page_are_the_tickets() {
    let vectors = table(&page(), "| seed | slip |");
    assert_eq!(vectors.len(), 5);
    for v in vectors {
        let (seed, slip) = (Seed::parse(&v[0]).unwrap(), v[1].parse().unwrap());
        assert_eq!(Ticket::of(&seed, slip).to_string(), v[2]);
        assert_eq!(v[2].parse::<Ticket>().unwrap(), Ticket::of(&seed, slip));
    }
}

#[test]
fn the_shell_of_the_page_gives_the_same_tickets() {
    let page = page();
    for v in table(&page, "| seed | slip |") {
        let told = shell(&page, &format!("ticket {} {}", v[0], v[1]));
        let seed = Seed::parse(&v[0]).unwrap();
        assert_eq!(told.trim(), Ticket::of(&seed, v[1].parse().unwrap()).to_string());
    }
}

#[test]
fn the_list_of_the_page_has_its_bytes_and_hash() {
    let page = page();
    let (list, text) = example_list(&page);
    assert_eq!(String::from_utf8(list.bytes()).unwrap(), text);
    assert_eq!(list.sha256(), quoted(&page, "SHA-256 of the list:"));
    let command = blocks(&page, "sh").remove(0);
    assert_eq!(shell(&page, &command).split(' ').next().unwrap(), list.sha256());
    let sorted = shell(&page, "tail -n +2 list.txt | LC_ALL=C sort");
    assert_eq!(sorted, text.split_once('\n').unwrap().1);
}

#[test]
fn both_stages_of_the_page_are_drawn() {
    let page = page();
    let (list, _) = example_list(&page);
    let mut taken: BTreeMap<SlipId, Cause> = BTreeMap::new();
    let rows = table(&page, "| stage | slip |");
    assert_eq!(rows.len(), 9);
    for (stage, rate_percent) in [("1", 20), ("2", 50)] {
        let seed = Seed::parse(quoted(&page, &format!("Seed of stage {stage}:"))).unwrap();
        let size = SampleSize {
            rate_percent,
            minimum: 1,
        };
        let draw = draw_stage(&list, &taken, &seed, size);
        let told: Vec<Vec<String>> = draw
            .taken
            .iter()
            .map(|(slip, cause)| {
                let cause = match cause {
                    Cause::Drawn => "DRAWN",
                    Cause::InterviewerCover => "INTERVIEWER_COVER",
                    other => panic!("{other:?}"),
                };
                [stage, &slip.to_string(), cause, &draw.tickets[slip].to_string()]
                    .map(str::to_owned)
                    .to_vec()
            })
            .collect();
        let printed: Vec<Vec<String>> = rows.iter().filter(|r| r[0] == stage).cloned().collect();
        assert_eq!(told, printed);
        taken.extend(draw.taken);
    }
}

#[test]
fn the_shell_of_the_page_draws_the_same_slips() {
    let page = page();
    let (list, _) = example_list(&page);
    for (rate_percent, minimum) in [(1, 1), (20, 1), (34, 2), (50, 1), (100, 1)] {
        let seed = Seed::parse("00000314159265358979323846").unwrap();
        let size = SampleSize {
            rate_percent,
            minimum,
        };
        let ours: String = draw_stage(&list, &BTreeMap::new(), &seed, size)
            .taken
            .into_iter()
            .filter(|(_, cause)| *cause == Cause::Drawn)
            .map(|(slip, _)| format!("{slip}\n"))
            .collect();
        let line = format!("drawn {} {rate_percent} {minimum}", seed.as_str());
        assert_eq!(
            shell(&page, &line),
            ours,
            "{rate_percent}% and at least {minimum}"
        );
    }
}
