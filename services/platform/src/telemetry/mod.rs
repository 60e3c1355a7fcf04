//! Logs of a process, and the traces that its calls belong to.
//!
//! Every line of a call carries the call's request id and trace id; a trace goes on in peers by the W3C's
//! `traceparent`. Nothing personal is ever a field: names, phone numbers, logins, answers, passwords, tokens. A
//! library whose finest lines would show headers or bodies is held to what is worth knowing of it
//! ([`QUIET`]), whatever is asked for.
//!
//! | module | holds |
//! |---|---|
//! | `trace` | the trace and the request id of the call under way |
//! | `otlp` | spans to a collector, in builds with the feature `otlp` |

#[cfg(feature = "otlp")]
mod otlp;
#[cfg(test)]
mod tests;
pub mod trace;

use std::io::IsTerminal;

use tracing::Subscriber;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::{FilterExt, LevelFilter, Targets};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// Libraries that would write headers (with tokens) or statements at their finest. Whatever begins like one of them
/// is meant.
const QUIET: [&str; 8] = [
    "h2",
    "hyper",
    "tonic",
    "tower",
    "rustls",
    "sqlx",
    "redis",
    "opentelemetry",
];

/// How lines are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// For people.
    #[default]
    Text,
    /// One JSON object a line, for programs.
    Json,
}

impl std::str::FromStr for Format {
    type Err = Fault;

    fn from_str(text: &str) -> Result<Self, Fault> {
        match text {
            "text" => Ok(Self::Text),
            "json" => Ok(Self::Json),
            other => Err(Fault::Format(other.to_owned())),
        }
    }
}

/// What a process says, and where to.
#[derive(Clone, Debug)]
pub struct Telemetry {
    /// How lines are written.
    pub format: Format,
    /// What is logged where `CHISO_LOG` does not say: "info", "warn,chiso_survey=debug".
    pub level: String,
    /// Address of a collector of traces: "http://127.0.0.1:4317". Empty: none.
    pub otlp: String,
}

/// Why a process cannot say what was asked for.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// A way of writing there is not.
    #[error("telemetry.log is {0:?}; write \"text\" or \"json\"")]
    Format(String),
    /// Levels that cannot be read.
    #[error("CHISO_LOG cannot be read: {0}; write for example \"info\" or \"info,chiso_survey=debug\"")]
    Level(String),
    /// This build sends no traces.
    #[error(
        "telemetry.otlp is set, but this build sends no traces; \
         build with `--features otlp`, or empty the setting"
    )]
    NoOtlp,
    /// The collector's address.
    #[error("telemetry.otlp cannot be used: {0}; write for example http://127.0.0.1:4317")]
    Otlp(String),
    /// Logs were started before.
    #[error("logs were started twice")]
    Twice,
}

/// Sends what is left of the traces when it is [stopped](Self::stop).
#[derive(Debug, Default)]
#[must_use]
pub struct Running {
    #[cfg(feature = "otlp")]
    traces: Option<otlp::Traces>,
}

impl Running {
    /// Sends what is left of the traces.
    pub fn stop(self) {
        #[cfg(feature = "otlp")]
        if let Some(traces) = self.traces {
            traces.stop();
        }
    }
}

/// Starts the logs of this process, on standard error, and its traces. Inside the runtime, once.
///
/// # Errors
/// [`Fault`], which names the setting.
pub fn start(telemetry: &Telemetry) -> Result<Running, Fault> {
    let asked = std::env::var("CHISO_LOG").unwrap_or_else(|_| telemetry.level.clone());
    let lines = lines(
        telemetry.format,
        &asked,
        std::io::stderr,
        std::io::stderr().is_terminal(),
    )?;
    #[cfg(feature = "otlp")]
    {
        let traces = otlp::Traces::to(&telemetry.otlp)?;
        let spans = traces.as_ref().map(otlp::Traces::layer);
        let all = tracing_subscriber::registry().with(spans).with(lines);
        all.try_init().map_err(|_| Fault::Twice)?;
        Ok(Running { traces })
    }
    #[cfg(not(feature = "otlp"))]
    {
        if !telemetry.otlp.is_empty() {
            return Err(Fault::NoOtlp);
        }
        let all = tracing_subscriber::registry().with(lines);
        all.try_init().map_err(|_| Fault::Twice)?;
        Ok(Running::default())
    }
}

/// What writes lines as [`start`] does, to anywhere: for tests of what is logged.
///
/// # Errors
/// [`Fault::Level`].
pub fn subscriber<W>(
    format: Format,
    level: &str,
    to: W,
) -> Result<impl Subscriber + Send + Sync + use<W>, Fault>
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    Ok(tracing_subscriber::registry().with(lines(format, level, to, false)?))
}

type Lines<S> = Box<dyn Layer<S> + Send + Sync>;

fn lines<S, W>(format: Format, level: &str, to: W, colours: bool) -> Result<Lines<S>, Fault>
where
    S: Subscriber + for<'a> tracing_subscriber::registry::LookupSpan<'a>,
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let layer = tracing_subscriber::fmt::layer()
        .with_writer(to)
        .with_ansi(colours);
    let lines: Lines<S> = match format {
        Format::Text => layer.boxed(),
        Format::Json => layer
            .json()
            .flatten_event(true)
            .with_current_span(true)
            .with_span_list(false)
            .boxed(),
    };
    let asked = asked(level)?;
    // A filter of its own: in the one that was asked for, the longest name would win.
    let quiet = Targets::new()
        .with_default(LevelFilter::TRACE)
        .with_targets(QUIET.map(|library| (library, LevelFilter::INFO)));
    Ok(lines.with_filter(asked.and(quiet)).boxed())
}

/// What is to be logged: parts between commas, each a level, a module, or both: "warn,chiso_survey=debug".
fn asked(text: &str) -> Result<Targets, Fault> {
    let parts: Vec<&str> = text
        .split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .collect();
    for part in &parts {
        let (module, _level) = part.split_once('=').unwrap_or((part, ""));
        // What is no name of a module would be taken, and nothing logged by it.
        if !module
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "_:-".contains(c))
        {
            return Err(Fault::Level(format!("{module:?} names no module")));
        }
    }
    let asked = parts.join(",").parse();
    asked.map_err(|error: tracing_subscriber::filter::ParseError| Fault::Level(error.to_string()))
}
