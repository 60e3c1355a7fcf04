//! The parts of the year's work: how far each is, and where it stands.

use chiso_domain::cycle::Window;
use chiso_domain::kernel::{Instant, Span};
use chiso_wire::survey;

/// A part of the year's work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Work {
    Survey,
    Recheck,
    SelfScoring,
    Appraisal1,
    Explanation,
    Appraisal2,
    Leaders,
    Ranking,
}

impl Work {
    /// With the window that it is done in, and as addresses and forms have it.
    pub(super) const ALL: [(Self, Option<Window>, &'static str); 8] = [
        (Self::Survey, Some(Window::Survey), "khao-sat"),
        (Self::Recheck, Some(Window::Recheck), "phuc-tra"),
        (Self::SelfScoring, Some(Window::SelfScoring), "tu-cham"),
        (Self::Appraisal1, Some(Window::Appraisal1), "tham-dinh-1"),
        (Self::Explanation, Some(Window::Explanation), "giai-trinh"),
        (Self::Appraisal2, Some(Window::Appraisal2), "tham-dinh-2"),
        (Self::Leaders, Some(Window::Leaders), "lanh-dao"),
        (Self::Ranking, None, "xep-loai"),
    ];

    /// The one that a form names.
    pub(super) fn named(name: &str) -> Option<Self> {
        let known = Self::ALL.iter().find(|(_, _, known)| *known == name);
        known.map(|(work, _, _)| *work)
    }

    pub(super) fn name(self) -> &'static str {
        let known = Self::ALL.iter().find(|(work, _, _)| *work == self);
        known.map_or("", |(_, _, name)| name)
    }
}

/// How far it is, as its service says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Told {
    /// Its window has not begun, so nobody was asked.
    Ahead,
    /// Its service does not answer.
    Unknown,
    /// So many of so many.
    Of { done: i64, all: i64 },
    /// So many of so many, and no group is short: what is missing is no longer needed once the time is over.
    Enough { done: i64, all: i64 },
    /// So many of so many, and somebody has still to conclude it.
    Unconcluded { done: i64, all: i64 },
    /// So many points are not final.
    Missing(i64),
    /// So many criteria are not appraised, and the round is not closed.
    Gaps(i64),
    /// The round is closed.
    Closed,
}

impl Told {
    pub(super) const fn is_done(self) -> bool {
        match self {
            Self::Of { done, all } | Self::Enough { done, all } => all > 0 && done >= all,
            Self::Missing(left) => left == 0,
            Self::Closed => true,
            Self::Ahead | Self::Unknown | Self::Unconcluded { .. } | Self::Gaps(_) => false,
        }
    }

    /// Whether somebody may be late with it.
    pub(super) const fn is_wanting(self) -> bool {
        match self {
            Self::Of { done, all } | Self::Enough { done, all } | Self::Unconcluded { done, all } => {
                done < all
            }
            Self::Gaps(left) => left > 0,
            Self::Ahead | Self::Unknown | Self::Missing(_) | Self::Closed => false,
        }
    }
}

/// Where a part of the work stands. In this order they are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Stand {
    /// Its window is over, and something is missing.
    Late,
    Unknown,
    Open,
    Ahead,
    Done,
}

pub(super) fn stand(work: Work, told: Told, (span, now): (Option<Span>, Instant)) -> Stand {
    let over = span.is_some_and(|span| span.end <= now);
    match told {
        Told::Ahead => Stand::Ahead,
        Told::Unknown => Stand::Unknown,
        // Another lot may be drawn till the end; of the leaders' slips none counts before they are closed.
        Told::Of { .. } if work == Work::Recheck && !over => Stand::Open,
        Told::Of { .. } if work == Work::Leaders => {
            if over {
                Stand::Late
            } else {
                Stand::Open
            }
        }
        Told::Enough { .. } if over => Stand::Done,
        told if told.is_done() => Stand::Done,
        // No unit has to answer: what it leaves is judged as it is.
        Told::Of { all, .. } if work == Work::Explanation && (over || all == 0) => Stand::Done,
        _ if over => Stand::Late,
        _ => Stand::Open,
    }
}

/// Valid slips of those planned. More than planned in one group helps no other.
pub(super) fn slips(groups: &[survey::GroupProgress]) -> Told {
    let all = groups.iter().map(|group| i64::from(group.planned)).sum();
    let done = groups.iter().map(needed).sum();
    if all > 0 && !groups.iter().any(|group| group.short) {
        Told::Enough { done, all }
    } else {
        Told::Of { done, all }
    }
}

/// The valid slips of a group, as far as they were planned.
pub(in crate::web) fn needed(group: &survey::GroupProgress) -> i64 {
    i64::from(group.valid.min(group.planned))
}

#[cfg(test)]
mod tests {
    use super::*;

    const YEAR: (&str, &str) = ("2022-11-01T00:00:00+07:00", "2022-11-15T00:00:00+07:00");

    fn at(text: &str) -> Instant {
        Instant::parse(text).unwrap()
    }

    fn of(told: Told, work: Work, now: &str) -> Stand {
        let span = Span {
            start: at(YEAR.0),
            end: at(YEAR.1),
        };
        stand(work, told, (Some(span), at(now)))
    }

    fn group(planned: i32, valid: i32) -> survey::GroupProgress {
        survey::GroupProgress {
            planned,
            valid,
            short: valid * 10 < planned * 8,
            ..survey::GroupProgress::default()
        }
    }

    #[test]
    fn a_surplus_in_one_group_hides_no_shortage_in_another() {
        let told = slips(&[group(100, 140), group(40, 0)]);
        assert_eq!(told, Told::Of { done: 100, all: 140 });
        assert_eq!(of(told, Work::Survey, YEAR.0), Stand::Open);
        assert_eq!(of(told, Work::Survey, YEAR.1), Stand::Late);
        let enough = slips(&[group(100, 140), group(40, 35)]);
        assert_eq!(of(enough, Work::Survey, YEAR.0), Stand::Open);
        assert_eq!(of(enough, Work::Survey, YEAR.1), Stand::Done);
        assert_eq!(slips(&[]), Told::Of { done: 0, all: 0 });
    }

    #[test]
    fn what_can_still_grow_or_is_not_closed_is_not_done() {
        let all = Told::Of { done: 4, all: 4 };
        assert_eq!(of(all, Work::Recheck, YEAR.0), Stand::Open);
        assert_eq!(of(all, Work::Recheck, YEAR.1), Stand::Done);
        let unconcluded = Told::Unconcluded { done: 4, all: 4 };
        assert_eq!(of(unconcluded, Work::Recheck, YEAR.0), Stand::Open);
        assert_eq!(of(unconcluded, Work::Recheck, YEAR.1), Stand::Late);
        assert_eq!(of(all, Work::Leaders, YEAR.0), Stand::Open);
        assert_eq!(of(all, Work::Leaders, YEAR.1), Stand::Late);
        assert_eq!(of(Told::Closed, Work::Leaders, YEAR.1), Stand::Done);
        assert_eq!(of(all, Work::SelfScoring, YEAR.0), Stand::Done);
    }
}
