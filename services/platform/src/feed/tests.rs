//! What an answer of a feed may look like.

use chiso_domain::index_points::{Basis, Value};
use chiso_domain::kernel::Points;

use super::*;

fn post(seq: i64, criterion: &str) -> pb::IndexPoints {
    let points = IndexPoints {
        post: NewPoints {
            cycle: "2022".parse().unwrap(),
            unit: "SNV".parse().unwrap(),
            criterion: criterion.parse().unwrap(),
            value: Value::Points(Points::ZERO),
            last: true,
            basis: Basis::Survey { rated: 1, sum: 1 },
        },
        source: Source::Survey,
        revision: 1,
        seq,
        at: Instant::from_micros(0),
    };
    (&points).into()
}

fn seqs(cursor: i64, points: Vec<pb::IndexPoints>, last_seq: i64) -> Result<Vec<i64>, String> {
    let answer = pb::PullPointsResponse { points, last_seq };
    let posts = next_posts("survey", cursor, &answer).map_err(|e| e.reason())?;
    Ok(posts.iter().map(|p| p.seq).collect())
}

#[test]
fn reordered_and_doubled_posts_come_once_and_in_order() {
    let posts = vec![post(3, "I.3"), post(2, "I.2"), post(2, "I.2"), post(1, "I.1")];
    assert_eq!(seqs(0, posts.clone(), 3), Ok(vec![1, 2, 3]));
    assert_eq!(seqs(2, posts.clone(), 3), Ok(vec![3]));
    assert_eq!(seqs(3, posts, 3), Ok(vec![]));
}

#[test]
fn a_gap_stops_the_feed() {
    let gap = Err("FEED_GAP".to_owned());
    assert_eq!(seqs(0, vec![post(2, "I.2")], 2), gap);
    assert_eq!(seqs(1, vec![post(2, "I.2"), post(4, "I.4")], 4), gap);
    assert_eq!(seqs(1, vec![], 2), gap, "it has more and gives nothing");
    assert_eq!(seqs(5, vec![], 3), gap, "it was put back to an older state");
    assert_eq!(seqs(0, vec![], 0), Ok(vec![]));
}
