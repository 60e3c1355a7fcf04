//! Slips to send, each valid and unlike the others.

use chiso_domain::kernel::time::SECOND;
use chiso_platform::rng;
use chiso_tests::{CYCLE, UNITS};
use chiso_wire::convert::timestamp;
use chiso_wire::survey as pb;
use sha2::{Digest, Sha256};

use crate::ground::now;

/// The group that all respondents belong to.
const GROUP: &str = "HDND";
/// So long an interview takes.
const INTERVIEW: i64 = 600 * SECOND;

/// Makes slips of one version of the questionnaire.
#[derive(Clone, Debug)]
pub(crate) struct Maker {
    form: String,
}

impl Maker {
    pub(crate) fn new(form: &str) -> Self {
        let form = form.to_owned();
        Self { form }
    }

    /// Enters so many respondents into the register.
    pub(crate) fn register(count: usize) -> String {
        format!(
            "INSERT INTO survey.survey_respondent (respondent_id, cycle, grp, name, phone, phone_tail, \
             phone_hash, consent, units, registered_at) SELECT id, '{CYCLE}', '{GROUP}', \
             decode(repeat('00', 56), 'hex'), decode(repeat('00', 38), 'hex'), '000', sha256(id), 'bản 1', '[]', 0 \
             FROM generate_series(0, {count} - 1) AS n, \
             LATERAL uuid_send(CAST('01900000-0000-7000-8000-' || lpad(to_hex(n), 12, '0') AS uuid)) AS id"
        )
    }

    /// The n-th slip: units in turn, for each round of them another respondent.
    pub(crate) fn slip(&self, n: usize) -> pb::NewSlip {
        let rating = |question: usize| (1 + (n * question + n / 7) % 5).to_string();
        let ratings = [1, 2, 3, 4, 5].map(rating);
        self.about(UNITS[n % UNITS.len()], n / UNITS.len(), &ratings, n)
    }

    /// A respondent's slip about a unit, filled in just now: ids of slips grow with the time.
    pub(crate) fn about(
        &self,
        unit: &str,
        respondent: usize,
        ratings: &[String; 5],
        visits: usize,
    ) -> pb::NewSlip {
        let at = now();
        let answer = |question: String, value: String| pb::Answer { question, value };
        let rated = (1..).zip(ratings);
        let rated = rated.map(|(n, rating)| answer(format!("Q{n}"), rating.clone()));
        let more = [
            answer("so_lan_giao_dich".to_owned(), (1 + visits % 4).to_string()),
            answer("gop_y".to_owned(), "Hồ sơ được giải quyết đúng hẹn".to_owned()),
        ];
        pb::NewSlip {
            slip_id: rng::uuid_v7(at, rng::bytes()).to_string(),
            cycle: CYCLE.to_owned(),
            unit: unit.to_owned(),
            group: GROUP.to_owned(),
            respondent_id: respondent_id(respondent),
            questionnaire_sha256: self.form.clone(),
            started_at: Some(timestamp(at.plus(-INTERVIEW))),
            ended_at: Some(timestamp(at)),
            answered_personally: true,
            answers: rated.chain(more).collect(),
            record_invalid: false,
            replaces: String::new(),
        }
    }
}

fn respondent_id(n: usize) -> String {
    format!("01900000-0000-7000-8000-{n:012x}")
}

/// What the register holds of a respondent's phone, in hexadecimal.
pub(crate) fn phone_hash(respondent: &str) -> String {
    let id = hex::decode(respondent.replace('-', "")).unwrap();
    hex::encode(Sha256::digest(id))
}
