//! Who stands above whom: the total, then the tie-break contents in the policy's order, then nothing.
//!
//! Penalties are in the total only (4.26), and it is the printed numbers that are compared (4.21).

use std::cmp::Reverse;

use crate::kernel::Points;

use super::Rated;

/// A ranked unit in its place.
pub(crate) struct Place<'a> {
    pub(crate) rated: Rated<'a>,
    /// From 1; equals share it.
    pub(crate) rank: usize,
    pub(crate) tied: bool,
    /// Index of the first place of the next rank.
    pub(crate) next: usize,
    /// Points of the tie-break contents, in the policy's order.
    pub(crate) breakers: Vec<Points>,
}

impl Place<'_> {
    pub(crate) const fn total(&self) -> Points {
        self.rated.totals.total
    }
}

/// Ranks units that come in official order; within a shared rank they stay in it.
pub(crate) fn place<'a>(rated: Vec<Rated<'a>>, tie_break: &[String]) -> Vec<Place<'a>> {
    let mut places: Vec<Place<'a>> = rated
        .into_iter()
        .map(|rated| Place {
            breakers: breakers(&rated, tie_break),
            rated,
            rank: 0,
            tied: false,
            next: 0,
        })
        .collect();
    places.sort_by(|a, b| key(a).cmp(&key(b)));
    let mut start = 0;
    while start < places.len() {
        let same = places[start..]
            .iter()
            .take_while(|p| key(p) == key(&places[start]))
            .count();
        for place in &mut places[start..start + same] {
            place.rank = start + 1;
            place.tied = same > 1;
            place.next = start + same;
        }
        start += same;
    }
    places
}

fn breakers(rated: &Rated<'_>, tie_break: &[String]) -> Vec<Points> {
    let contents = &rated.totals.contents;
    let points = |code: &String| {
        contents
            .iter()
            .find(|c| c.row.code.as_str() == code)
            .map(|c| c.points)
    };
    tie_break
        .iter()
        .map(|code| points(code).unwrap_or_default())
        .collect()
}

fn key<'p>(place: &'p Place<'_>) -> (Reverse<Points>, Reverse<&'p [Points]>) {
    (Reverse(place.total()), Reverse(&place.breakers))
}
