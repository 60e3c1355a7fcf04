//! What is written, and how a trace goes on.
#![allow(clippy::unwrap_used, reason = "a test stops at the first thing that is wrong")]

use std::io::Write;
use std::sync::{Arc, Mutex};

use http::{HeaderMap, HeaderValue};

use super::trace::{Begun, Call, Place};
use super::*;

/// Keeps what is written.
#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<u8>>>);

impl Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Kept {
    fn lines(&self) -> Vec<String> {
        let text = String::from_utf8(self.0.lock().unwrap().clone()).unwrap();
        text.lines().map(ToOwned::to_owned).collect()
    }
}

/// What a piece of work writes.
async fn written(format: Format, level: &str, work: impl Future<Output = ()>) -> Vec<String> {
    use tracing::instrument::WithSubscriber;
    let kept = Kept::default();
    let to = kept.clone();
    let subscriber = subscriber(format, level, move || to.clone()).unwrap();
    work.with_subscriber(subscriber).await;
    kept.lines()
}

fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
    let pair = |(name, value): &(&'static str, &str)| {
        let name = http::HeaderName::from_static(name);
        (name, HeaderValue::from_str(value).unwrap())
    };
    pairs.iter().map(pair).collect()
}

async fn run<F: Future>(headers: &HeaderMap, name: &str, work: impl FnOnce(Call) -> F) -> F::Output {
    let begun = Begun::with(headers, name);
    let work = work(begun.call.clone());
    begun.run(work).await
}

const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";

fn parent() -> String {
    format!("00-{TRACE}-b7ad6b7169203331-01")
}

#[test]
fn only_a_well_formed_traceparent_is_read() {
    let place = Place::read(&parent()).unwrap();
    assert_eq!((place.trace_id().as_str(), place.header()), (TRACE, parent()));
    let later = format!("cc-{TRACE}-b7ad6b7169203331-01-what-the-future-brings");
    assert_eq!(Place::read(&later).unwrap().trace_id(), TRACE);
    for bad in [
        "",
        "00",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331",
        "00-0af7651916cd43dd8448eb211c80319-b7ad6b7169203331-01",
        "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
        "00-00000000000000000000000000000000-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more",
        "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0x",
    ] {
        assert_eq!(Place::read(bad), None, "{bad}");
    }
}

#[tokio::test]
async fn every_line_of_a_call_carries_its_ids() {
    let given = headers(&[("traceparent", &parent()), ("x-request-id", "phong-noi-vu.1")]);
    let lines = written(Format::Json, "info", async {
        run(&given, "/x/Get", |call| async move {
            assert_eq!(&*call.request_id, "phong-noi-vu.1");
            tokio::task::yield_now().await;
            tracing::warn!(units = 3, "something to look at");
        })
        .await;
    })
    .await;
    assert_eq!(lines.len(), 1, "{lines:?}");
    let line: serde_json::Value = serde_json::from_str(&lines[0]).unwrap();
    assert_eq!(line["level"], "WARN");
    assert_eq!(line["message"], "something to look at");
    assert_eq!(line["units"], 3);
    assert_eq!(line["span"]["call"], "/x/Get");
    assert_eq!(line["span"]["trace_id"], TRACE);
    assert_eq!(line["span"]["request_id"], "phong-noi-vu.1");
    assert!(line["timestamp"].as_str().unwrap().ends_with('Z'), "{line}");
}

#[tokio::test]
async fn a_trace_goes_on_below_the_call() {
    let given = headers(&[("traceparent", &parent())]);
    let (first, second) = run(&given, "a", |call| async move {
        let onward: HeaderMap = headers(&[
            ("traceparent", &call.headers()[0].1),
            ("x-request-id", &call.headers()[1].1),
        ]);
        let second = run(&onward, "b", |call| async move { call }).await;
        (Call::under_way().unwrap(), second)
    })
    .await;
    assert_eq!(first.request_id, second.request_id);
    let places = [&first, &second].map(|call| call.headers()[0].1.clone());
    for place in &places {
        assert!(
            place.starts_with(&format!("00-{TRACE}-")) && place.ends_with("-01"),
            "{place}"
        );
        assert_ne!(*place, parent());
    }
    assert_ne!(places[0], places[1]);
    assert!(Call::under_way().is_none());
}

#[tokio::test]
async fn ids_that_are_missing_or_unfit_are_made() {
    let long = "x".repeat(65);
    for unfit in [
        None,
        Some("0912 345 678"),
        Some("a\tb"),
        Some(long.as_str()),
        Some(""),
    ] {
        let given = unfit.map_or_else(HeaderMap::new, |id| headers(&[("x-request-id", id)]));
        let call = run(&given, "a", |call| async move { call }).await;
        assert_eq!(call.request_id.len(), 16, "{unfit:?}");
        assert!(Place::read(&call.headers()[0].1).is_some());
    }
}

#[tokio::test]
async fn libraries_are_quiet_whatever_is_asked_for() {
    for level in [
        "trace",
        "debug,h2=trace,sqlx=trace",
        "debug,h2::codec=trace,sqlx::query=debug",
    ] {
        let lines = written(Format::Text, level, async {
            tracing::trace!(target: "h2::codec", "authorization: Bearer chiso_s_secret");
            tracing::debug!(target: "sqlx::query", "INSERT INTO …");
            tracing::debug!(target: "chiso_survey", "ours");
            tracing::warn!(target: "sqlx::query", "slow");
        })
        .await;
        assert_eq!(lines.len(), 2, "{lines:?}");
        assert!(
            lines[0].contains("ours") && lines[1].contains("slow"),
            "{lines:?}"
        );
    }
}

#[test]
fn settings_that_cannot_be_used_are_named() {
    let bad = |format: &str| format.parse::<Format>().unwrap_err().to_string();
    assert_eq!(bad("xml"), "telemetry.log is \"xml\"; write \"text\" or \"json\"");
    for level in [
        "chiso=lowd",
        "info,chiso=a=b",
        "chiso survey=debug",
        "chiso[call]=info",
    ] {
        let said = subscriber(Format::Text, level, std::io::sink).err().unwrap();
        assert!(said.to_string().starts_with("CHISO_LOG cannot be read"), "{said}");
    }
}

#[tokio::test]
async fn what_is_asked_for_is_logged_and_nothing_else() {
    for (level, wanted) in [
        ("info", &["warn", "info"][..]),
        ("warn,chiso_survey=debug", &["warn", "debug"]),
        (" warn, chiso_survey=off", &["warn"]),
        ("chiso_survey", &["debug"]),
        ("INFO,", &["warn", "info"]),
        ("", &[]),
        ("off", &[]),
    ] {
        let lines = written(Format::Text, level, async {
            tracing::warn!(target: "chiso_ledger", "warn");
            tracing::info!(target: "chiso_ledger", "info");
            tracing::debug!(target: "chiso_survey::usecase", "debug");
        })
        .await;
        let ends = |(line, wanted): (&String, &&str)| line.ends_with(*wanted);
        assert!(
            lines.len() == wanted.len() && lines.iter().zip(wanted).all(ends),
            "{level:?}: {lines:?}"
        );
    }
}
