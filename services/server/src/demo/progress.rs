//! Where the year is: a bar on a terminal, plain lines otherwise. To standard error.

use std::io::{IsTerminal, Write};

use indicatif::{ProgressBar, ProgressStyle};

const STEPS: u64 = 12;

/// Tells what is being done.
#[derive(Debug)]
pub(crate) struct Progress {
    bar: Option<ProgressBar>,
    /// Steps are parts of something that was told as a whole.
    pub(crate) quiet: bool,
}

impl Progress {
    pub(crate) fn new() -> Self {
        let bar = std::io::stderr().is_terminal().then(|| {
            let style = ProgressStyle::with_template("{bar:30} {pos}/{len} {msg}")
                .unwrap_or_else(|_| ProgressStyle::default_bar());
            ProgressBar::new(STEPS).with_style(style)
        });
        Self { bar, quiet: false }
    }

    /// A step begins.
    pub(crate) fn step(&self, text: &str) {
        if !self.quiet {
            self.tell(text);
        }
    }

    /// Something begins, whether or not its steps are told.
    pub(crate) fn tell(&self, text: &str) {
        match &self.bar {
            Some(bar) => {
                bar.println(format!("  {text}"));
                bar.set_message(text.to_owned());
                bar.inc(1);
            }
            None => {
                let _nobody_listens = writeln!(std::io::stderr(), "{text}");
            }
        }
    }

    pub(crate) fn end(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
