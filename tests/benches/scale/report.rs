//! One table, printed, and written as a page of the reference where asked.

use std::fmt::Write as _;
use std::io::Write as _;
use std::process::ExitCode;

/// What a ratio has to be, in thousandths.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Wanted {
    AtLeast(u128),
    AtMost(u128),
    /// Nothing: it is there to be known.
    Stated,
}

/// One figure.
#[derive(Debug)]
pub(crate) struct Line {
    pub(crate) what: String,
    /// In thousandths.
    pub(crate) ratio: Option<u128>,
    pub(crate) wanted: Wanted,
    pub(crate) measured: String,
    pub(crate) against: String,
}

impl Line {
    fn met(&self) -> Option<bool> {
        let ratio = self.ratio?;
        match self.wanted {
            Wanted::AtLeast(least) => Some(ratio >= least),
            Wanted::AtMost(most) => Some(ratio <= most),
            Wanted::Stated => None,
        }
    }

    fn cells(&self) -> [String; 6] {
        let wanted = match self.wanted {
            Wanted::AtLeast(least) => format!("≥ {}", decimal(least)),
            Wanted::AtMost(most) => format!("≤ {}", decimal(most)),
            Wanted::Stated => String::new(),
        };
        let met = match self.met() {
            Some(true) => "yes",
            Some(false) => "NO",
            None => "",
        };
        [
            self.what.clone(),
            self.ratio.map(decimal).unwrap_or_default(),
            wanted,
            met.to_owned(),
            self.measured.clone(),
            self.against.clone(),
        ]
    }
}

fn decimal(thousandths: u128) -> String {
    format!("{}.{:02}", thousandths / 1_000, thousandths % 1_000 / 10)
}

/// All figures of a run.
#[derive(Debug, Default)]
pub(crate) struct Report(Vec<Line>);

const HEAD: [&str; 6] = ["figure", "ratio", "wanted", "met", "measured", "against"];

impl Report {
    pub(crate) fn add(&mut self, line: Line) {
        let ratio = line.ratio.map(decimal).unwrap_or_default();
        say(&format!(
            "{}: {ratio} | {} | {}",
            line.what, line.measured, line.against
        ));
        self.0.push(line);
    }

    /// A figure without a ratio.
    pub(crate) fn state(&mut self, what: &str, measured: String) {
        self.add(Line {
            what: what.to_owned(),
            ratio: None,
            wanted: Wanted::Stated,
            measured,
            against: String::new(),
        });
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
            let path = concat!(
                env!("CARGO_MANIFEST_DIR"),
                "/../docs/reference/performance-scale.md"
            );
            std::fs::write(path, page(&table)).unwrap();
            say("written to docs/reference/performance-scale.md");
        }
        if self.0.iter().any(|line| line.met() == Some(false)) {
            say("a figure is not as wanted; run it again on a quiet machine before looking for the cause");
            return ExitCode::FAILURE;
        }
        ExitCode::SUCCESS
    }
}

/// Progress, to standard error.
pub(crate) fn say(text: &str) {
    let _nobody_reads = writeln!(std::io::stderr(), "{text}");
}

fn page(table: &str) -> String {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    include_str!("page.md")
        .replace("{table}", table.trim_end())
        .replace("{cores}", &cores.to_string())
}
