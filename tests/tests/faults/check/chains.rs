//! Journals: no number missing, and every hash follows from the row before, computed here again from the
//! documented bytes.

use sha2::{Digest, Sha256};

use super::db::{Db, Row};
use super::{SERVICES, Verdict};

const PAGE: i64 = 5_000;

pub(super) async fn check(db: &mut Db, verdict: &mut Verdict) {
    for service in SERVICES {
        let (mut before, mut seq) = (vec![0_u8; 32], 0);
        'journal: loop {
            let text = format!("SELECT * FROM {service}_journal WHERE seq > {seq} ORDER BY seq LIMIT {PAGE}");
            let rows = db.rows(&text).await;
            if rows.is_empty() {
                break;
            }
            for row in rows {
                before = follows(&before, &row);
                if row.int("seq") != seq + 1 || row.bytes("hash") != before {
                    verdict
                        .half
                        .push(format!("the journal of {service} is broken at {}", seq + 1));
                    break 'journal;
                }
                seq += 1;
            }
        }
    }
}

fn follows(before: &[u8], row: &Row) -> Vec<u8> {
    let mut hash = Sha256::new();
    hash.update(before);
    let numbers = ["seq", "at"].map(|column| row.int(column).to_string());
    let texts =
        ["actor", "act", "object", "before", "after", "reason"].map(|column| row.text(column).to_owned());
    for field in numbers.iter().chain(&texts) {
        hash.update((field.len() as u64).to_be_bytes());
        hash.update(field.as_bytes());
    }
    hash.finalize().to_vec()
}
