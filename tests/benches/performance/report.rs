//! One table, printed, and written as a page of the reference where asked.

use std::fmt::Write as _;
use std::io::Write as _;
use std::process::ExitCode;

/// What a figure has to be.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Wanted {
    /// Thousandths of what it was measured against.
    RatioAtLeast(u128),
    /// At most so much, in the unit it is measured in.
    AtMost {
        limit: u128,
        found: u128,
        unit: &'static str,
    },
}

/// One figure.
#[derive(Debug)]
pub(crate) struct Line {
    pub(crate) what: String,
    pub(crate) measured: String,
    pub(crate) against: String,
    /// In thousandths.
    pub(crate) ratio: Option<u128>,
    pub(crate) wanted: Wanted,
}

impl Line {
    fn met(&self) -> bool {
        match self.wanted {
            Wanted::RatioAtLeast(least) => self.ratio.is_some_and(|ratio| ratio >= least),
            Wanted::AtMost { limit, found, .. } => found <= limit,
        }
    }

    fn cells(&self) -> [String; 6] {
        let wanted = match self.wanted {
            Wanted::RatioAtLeast(least) => format!("ratio ≥ {}", decimal(least)),
            Wanted::AtMost { limit, unit, .. } => format!("≤ {limit} {unit}"),
        };
        [
            self.what.clone(),
            self.measured.clone(),
            self.against.clone(),
            self.ratio.map(decimal).unwrap_or_default(),
            wanted,
            if self.met() { "yes" } else { "NO" }.to_owned(),
        ]
    }
}

fn decimal(thousandths: u128) -> String {
    if thousandths >= 10_000 {
        return (thousandths / 1_000).to_string();
    }
    format!("{}.{:02}", thousandths / 1_000, thousandths % 1_000 / 10)
}

/// All figures of a run.
#[derive(Debug, Default)]
pub(crate) struct Report(Vec<Line>);

const HEAD: [&str; 6] = ["figure", "measured", "against", "ratio", "wanted", "met"];

impl Report {
    pub(crate) fn add(&mut self, line: Line) {
        say(&format!("{}: {} | {}", line.what, line.measured, line.against));
        self.0.push(line);
    }

    fn table(&self) -> String {
        let head = HEAD.map(ToOwned::to_owned);
        let rows: Vec<[String; 6]> = std::iter::once(head)
            .chain(self.0.iter().map(Line::cells))
            .collect();
        let width = |at: usize| rows.iter().map(|row| row[at].chars().count()).max().unwrap_or(0);
        let widths: Vec<usize> = (0..HEAD.len()).map(width).collect();
        let mut table = String::new();
        for (n, row) in rows.iter().enumerate() {
            for (cell, width) in row.iter().zip(&widths) {
                let _ = write!(table, "| {cell:width$} ");
            }
            table.push_str("|\n");
            if n == 0 {
                for width in &widths {
                    let _ = write!(table, "|{}", "-".repeat(width + 2));
                }
                table.push_str("|\n");
            }
        }
        table
    }

    /// Prints the table, writes the page if asked, and says whether all figures are as wanted.
    pub(crate) fn finish(&self, write: bool) -> ExitCode {
        let table = self.table();
        let _nobody_reads = writeln!(std::io::stdout(), "\n{table}");
        if write {
            let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/reference/performance.md");
            std::fs::write(path, page(&table)).unwrap();
            say("written to docs/reference/performance.md");
        }
        if self.0.iter().all(Line::met) {
            ExitCode::SUCCESS
        } else {
            say("a figure is not as wanted; run it again on a quiet machine before looking for the cause");
            ExitCode::FAILURE
        }
    }
}

/// Progress, to standard error.
pub(crate) fn say(text: &str) {
    let _nobody_reads = writeln!(std::io::stderr(), "{text}");
}

fn page(table: &str) -> String {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let intro = include_str!("page.md");
    intro
        .replace("{table}", table.trim_end())
        .replace("{cores}", &cores.to_string())
}
