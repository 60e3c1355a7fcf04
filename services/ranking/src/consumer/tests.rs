//! Which posts of an answer count.

use chiso_domain::index_points::{Basis, NewPoints, Value};
use chiso_domain::kernel::{Instant, Points};
use chiso_wire::kernel as pb;

use super::*;

fn post(seq: i64, criterion: &str, revision: i64) -> pb::IndexPoints {
    let points = IndexPoints {
        post: NewPoints {
            cycle: "2022".parse().unwrap(),
            unit: "SNV".parse().unwrap(),
            criterion: criterion.parse().unwrap(),
            value: Value::Points(Points::whole(revision)),
            last: true,
            basis: Basis::Survey { rated: 1, sum: 1 },
        },
        source: Source::Survey,
        revision,
        seq,
        at: Instant::from_micros(0),
    };
    (&points).into()
}

#[test]
fn the_newest_revision_counts_whatever_the_order() {
    let read = |p: pb::IndexPoints| IndexPoints::try_from(&p).unwrap();
    for order in [[1, 2, 3], [3, 2, 1], [2, 3, 1]] {
        let posts = order.iter().map(|r| read(post(*r, "I.1", *r))).collect();
        let newest = newest(posts);
        assert_eq!(newest.len(), 1);
        assert_eq!(newest.values().next().unwrap().revision, 3);
    }
}
