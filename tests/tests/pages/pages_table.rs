//! The table of who may open what, as it stands in `pages.txt`.

use std::fmt::Write as _;
use std::path::Path;

use crate::deny::{Found, SENT};

/// A line for each page, and one for each state only where they differ.
pub(crate) fn written(found: &Found) -> String {
    let mut text = HEAD.to_owned();
    for (path, states) in found {
        let (sent, opened): (Vec<_>, Vec<_>) = states.iter().cloned().partition(|(state, _)| *state == SENT);
        let all_alike = opened.iter().all(|(_, seen)| *seen == opened[0].1);
        let opened = if all_alike {
            vec![("always", opened[0].1.clone())]
        } else {
            opened
        };
        for (state, seen) in opened.into_iter().chain(sent) {
            writeln!(text, "{path:<56} {state:<10} {seen}").unwrap();
        }
    }
    text
}

/// Compares it with the file, or writes the file where that is wanted.
pub(crate) fn compare(found: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pages/pages.txt");
    if std::env::var_os("UPDATE_PAGES").is_some() {
        std::fs::write(&path, found).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    let differs: Vec<&str> = found
        .lines()
        .filter(|line| !expected.lines().any(|known| known == *line))
        .collect();
    assert_eq!(
        expected, found,
        "pages.txt says otherwise of {differs:#?}; where that is wanted, write it with UPDATE_PAGES=1 cargo test -p \
         chiso-tests --test pages deny, and read the difference"
    );
}

const HEAD: &str = "\
# Who may open what, by state of the cycle: of one that is only made (setup), in the survey, while units score
# themselves (open), before the publication (locked), after it. A letter: sees the page; `>`: is sent elsewhere (to sign
# in, to what is newest); `:`: only forms are sent there; a dot: there is no such page. `sent`: whose form is looked at.
# Made by UPDATE_PAGES=1, then read by people.
#
#   -  nobody signed in        0  signed in, without a role      O  organiser
#   s  survey supervisor       i  interviewer                    v  verifier
#   u  unit officer            h  unit head                      a  appraiser
#   c  council chair           l  leader                         y  leader's secretary
#   A  auditor                 x  consumer
# all of them in every cycle and of the first unit, whose pages these are; but slip and case are of
#   I  another interviewer     V  another verifier
# and neither are theirs who are only for one unit or cycle:
#   U  officer of another unit B  appraiser of another agency, who stands in for the unit's own
#   K  organiser of this cycle    Z  organiser of another cycle
#
";
