//! Cycles that stand open now, one in each phase, so that every kind of person finds something to do.
//!
//! Each is a year of its own with few units. Its calendar lies so that the phase has begun and lasts two weeks more; what
//! comes before the phase has been done, half of the phase too.

use std::collections::BTreeMap;

use chiso_domain::cycle::Window;
use chiso_domain::kernel::Instant;
use chiso_domain::kernel::time::{DAY, Span};

use super::input::{Input, WindowText};
use super::world::{Part, World};
use super::{cast, leaders, ledger, recheck, setup, survey};

/// How far a cycle is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Survey,
    Recheck,
    SelfScoring,
    Appraisal1,
    Explanation,
    Appraisal2,
    Leaders,
    Classification,
}

/// The phases with what their cycles are called, how long ago their window began, in days, and what is told of them.
const PHASES: [(Phase, &str, i64, &str); 8] = [
    (
        Phase::Survey,
        "khao-sat",
        32,
        "khảo sát, điều tra viên đang nhập phiếu",
    ),
    (
        Phase::Recheck,
        "phuc-tra",
        2,
        "phúc tra, mẫu đã rút, đang gọi lại",
    ),
    (Phase::SelfScoring, "tu-cham", 10, "đơn vị đang tự chấm điểm"),
    (
        Phase::Appraisal1,
        "tham-dinh-1",
        2,
        "Hội đồng đang thẩm định lần 1",
    ),
    (Phase::Explanation, "giai-trinh", 2, "đơn vị đang giải trình"),
    (
        Phase::Appraisal2,
        "tham-dinh-2",
        2,
        "Hội đồng đang thẩm định lần 2",
    ),
    (Phase::Leaders, "lanh-dao", 1, "lãnh đạo tỉnh đang cho điểm"),
    (
        Phase::Classification,
        "xep-loai",
        3,
        "đủ điểm, chờ quyết định trường hợp bằng điểm và công bố",
    ),
];
/// The window of a phase ends so many days from now.
const LEFT: i64 = 14;
/// A cycle is set up so long before its first window.
const BEFORE: i64 = 10 * DAY;
/// The earliest cycle begins less than so long ago.
const EARLIEST: i64 = 120 * DAY;

/// Plays all of them.
pub(super) async fn play(world: &mut World, now: Instant) -> Result<(), String> {
    world.progress.quiet = true;
    let midnight = Instant::from_micros(now.local_day() * DAY - 7 * DAY / 24);
    world.turn_to(Input::small()?, midnight.plus(-EARLIEST));
    cast::engage_again(world).await?;
    let year: String = now.to_local_text().chars().skip(6).take(4).collect();
    for (phase, name, ago, told) in PHASES {
        let mut input = Input::small()?;
        input.manifest.cycle = format!("{year}-{name}");
        let spans = calendar(&input.calendar, phase, midnight, ago)?;
        let first = spans
            .values()
            .map(|span| span.start)
            .min()
            .ok_or("the calendar is empty")?;
        input.calendar = spans
            .iter()
            .map(|(name, span)| (name.clone(), text(*span)))
            .collect();
        world
            .progress
            .tell(&format!("Đợt {}: {told}", input.manifest.cycle));
        world.turn_to(input, first.plus(-BEFORE));
        setup::frame(world).await?;
        until(world, phase).await?;
    }
    world.advance(now);
    Ok(())
}

/// What was done before the phase, and half of it.
async fn until(world: &mut World, phase: Phase) -> Result<(), String> {
    if phase == Phase::Leaders {
        return leaders::mark(world, Part::Begun).await;
    }
    let all = phase == Phase::Classification;
    if all || matches!(phase, Phase::Survey | Phase::Recheck) {
        let part = if phase == Phase::Survey {
            Part::Begun
        } else {
            Part::Whole
        };
        survey::prepare(world).await?;
        ledger::mark_not_applicable(world).await?;
        survey::fieldwork(world, part).await?;
    }
    match phase {
        Phase::Survey | Phase::Leaders => return Ok(()),
        Phase::Recheck => return recheck::recheck(world, Part::Begun).await,
        Phase::Classification => recheck::recheck(world, Part::Whole).await?,
        _ => ledger::mark_not_applicable(world).await?,
    }
    let part = |now: Phase| if phase == now { Part::Begun } else { Part::Whole };
    ledger::self_scoring(world, part(Phase::SelfScoring)).await?;
    if phase != Phase::SelfScoring {
        ledger::appraisal_1(world, part(Phase::Appraisal1)).await?;
    }
    if !matches!(phase, Phase::SelfScoring | Phase::Appraisal1) {
        ledger::explanation(world, part(Phase::Explanation)).await?;
    }
    if all || phase == Phase::Appraisal2 {
        ledger::appraisal_2(world, part(Phase::Appraisal2)).await?;
    }
    if all {
        leaders::mark(world, Part::Whole).await?;
    }
    Ok(())
}

/// The example's calendar, moved so that the window of the phase began so many days ago, and stretched so that it lasts
/// [`LEFT`] days more. What comes after it comes later.
fn calendar(
    example: &BTreeMap<String, WindowText>,
    phase: Phase,
    today: Instant,
    ago: i64,
) -> Result<BTreeMap<String, Span>, String> {
    let mut spans = BTreeMap::new();
    for (name, text) in example {
        let span = Span {
            start: Instant::parse(&text.starts_at)?,
            end: Instant::parse(&text.ends_at)?,
        };
        spans.insert(name.clone(), span);
    }
    let (window, over) = match phase {
        Phase::Survey => (Window::Survey, false),
        Phase::Recheck => (Window::Recheck, false),
        Phase::SelfScoring => (Window::SelfScoring, false),
        Phase::Appraisal1 => (Window::Appraisal1, false),
        Phase::Explanation => (Window::Explanation, false),
        Phase::Appraisal2 => (Window::Appraisal2, false),
        Phase::Leaders => (Window::Leaders, false),
        // The last one is over.
        Phase::Classification => (Window::Leaders, true),
    };
    let own = *spans.get(window.name()).ok_or("the calendar lacks a window")?;
    let by = today.plus(-ago * DAY).micros() - own.start.micros();
    let end = own.end.plus(by);
    let more = if over {
        0
    } else {
        (today.plus(LEFT * DAY).micros() - end.micros()).max(0)
    };
    for span in spans.values_mut() {
        let later = |at: Instant, wait: bool| at.plus(by).plus(if wait { more } else { 0 });
        let (starts_after, ends_after) = (span.start >= own.end, span.end >= own.end);
        (span.start, span.end) = (later(span.start, starts_after), later(span.end, ends_after));
    }
    Ok(spans)
}

fn text(span: Span) -> WindowText {
    WindowText {
        starts_at: span.start.to_string(),
        ends_at: span.end.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_of_each_phase_is_open_and_the_others_follow() {
        let example = Input::small().unwrap().calendar;
        let today = Instant::parse("2026-11-22T00:00:00+07:00").unwrap();
        for (phase, name, ago, _) in PHASES {
            let spans = calendar(&example, phase, today, ago).unwrap();
            let open = |window: Window| {
                let span = spans[window.name()];
                span.start < today && today.plus(DAY) < span.end
            };
            let over = |window: Window| spans[window.name()].end <= today;
            let ahead = |window: Window| spans[window.name()].start > today;
            let fits = match phase {
                Phase::Survey => open(Window::Survey) && ahead(Window::Recheck),
                Phase::Recheck => over(Window::Survey) && open(Window::Recheck),
                Phase::SelfScoring => open(Window::SelfScoring) && ahead(Window::Appraisal1),
                Phase::Appraisal1 => {
                    over(Window::SelfScoring) && open(Window::Appraisal1) && ahead(Window::Explanation)
                }
                Phase::Explanation => {
                    over(Window::Appraisal1) && open(Window::Explanation) && ahead(Window::Appraisal2)
                }
                Phase::Appraisal2 => {
                    over(Window::Explanation) && open(Window::Appraisal2) && ahead(Window::Leaders)
                }
                Phase::Leaders => over(Window::Appraisal2) && open(Window::Leaders),
                Phase::Classification => over(Window::Leaders) && over(Window::ExternalIndex),
            };
            assert!(fits, "{name}: {spans:?}");
            assert!(
                spans.values().all(|span| span.start < span.end),
                "{name}: {spans:?}"
            );
            let first = spans.values().map(|span| span.start).min().unwrap();
            assert!(
                first.plus(-BEFORE) > today.plus(-EARLIEST),
                "{name}: tokens last from then on"
            );
        }
    }
}
