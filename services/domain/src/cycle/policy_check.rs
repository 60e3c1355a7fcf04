//! Whether a policy makes sense by itself; all faults with the paths of their fields.

use std::collections::BTreeSet;

use super::frame_check::FrameFault;
use super::policy::{ClassPolicy, LeadersPolicy, Policy, RecheckPolicy, SurveyPolicy};
use crate::kernel::{Decimals, Points};

/// Largest piece of evidence that any policy may allow.
const MOST_EVIDENCE_BYTES: u64 = 1 << 30;
/// Top of any form's scale: the sum of a whole panel's marks can still be written as points.
const LARGEST_SCALE: Points = Points::whole(1_000);

struct Faults(Vec<FrameFault>);

impl Faults {
    fn unless(&mut self, right: bool, field: &str, vi: impl Into<String>) {
        if !right {
            self.0.push(FrameFault::new(format!("policy.{field}"), vi));
        }
    }

    fn percent(&mut self, field: &str, percent: u32) {
        let vi = format!("Tỷ lệ {percent}% không hợp lệ. Ghi từ 0 đến 100.");
        self.unless(percent <= 100, field, vi);
    }

    fn range(&mut self, field: &str, points: Points, decimals: Decimals) {
        let vi = format!("Mức {points} điểm không hợp lệ. Ghi từ 0 đến 100.");
        self.unless((Points::ZERO..=Points::whole(100)).contains(&points), field, vi);
        let vi = format!("Mức {points} lẻ hơn {} chữ số thập phân của đợt.", decimals.get());
        self.unless(points.fits(decimals), field, vi);
    }
}

impl Policy {
    /// All faults, each with its field: `policy.survey.option_values.5`.
    #[must_use]
    pub fn faults(&self) -> Vec<FrameFault> {
        let mut faults = Faults(Vec::new());
        let bytes = self.evidence_max_bytes;
        let vi = format!("Cỡ tệp {bytes} byte không hợp lệ. Ghi từ 1 byte đến 1 GiB.");
        faults.unless(
            (1..=MOST_EVIDENCE_BYTES).contains(&bytes),
            "evidence_max_bytes",
            vi,
        );
        survey(&mut faults, &self.survey);
        recheck(&mut faults, &self.recheck);
        leaders(&mut faults, &self.leaders);
        classes(&mut faults, &self.classes, self.decimals);
        faults.0
    }
}

fn survey(faults: &mut Faults, policy: &SurveyPolicy) {
    faults.percent("survey.min_valid_percent", policy.min_valid_percent);
    let vi = "Chưa có giá trị của phương án trả lời nào. Ghi giá trị từ 0 đến 1 cho từng phương án.";
    faults.unless(!policy.option_values.is_empty(), "survey.option_values", vi);
    for (option, value) in &policy.option_values {
        let vi = format!("Giá trị {value} của phương án “{option}” không hợp lệ. Ghi từ 0 đến 1.");
        let right = (Points::ZERO..=Points::whole(1)).contains(value);
        faults.unless(right, &format!("survey.option_values.{option}"), vi);
    }
}

fn recheck(faults: &mut Faults, policy: &RecheckPolicy) {
    faults.percent("recheck.rate_percent", policy.rate_percent);
    faults.percent("recheck.differing_percent", policy.differing_percent);
    faults.percent(
        "recheck.interviewer_void_percent",
        policy.interviewer_void_percent,
    );
    faults.unless(
        policy.attempts >= 1,
        "recheck.attempts",
        "Phải liên hệ ít nhất 1 lần.",
    );
    let mut seen = BTreeSet::new();
    for question in policy.questions.iter().filter(|question| !seen.insert(*question)) {
        let vi = format!("Câu hỏi {question} lặp lại. Mỗi câu hỏi lại một lần.");
        faults.unless(false, "recheck.questions", vi);
    }
}

fn leaders(faults: &mut Faults, policy: &LeadersPolicy) {
    let (scale, step) = (policy.scale_max, policy.step);
    faults.percent("leaders.quorum_percent", policy.quorum_percent);
    faults.unless(
        scale > Points::ZERO && scale <= LARGEST_SCALE,
        "leaders.scale_max",
        "Thang điểm của lãnh đạo phải lớn hơn 0 và không quá 1000.",
    );
    faults.unless(
        step > Points::ZERO,
        "leaders.step",
        "Bước điểm của lãnh đạo phải lớn hơn 0.",
    );
    let divides = step <= Points::ZERO || scale.parts() % step.parts() == 0;
    let vi = format!("Bước {step} không chia hết thang {scale}. Chọn bước chia hết, ví dụ 0.25.");
    faults.unless(divides, "leaders.step", vi);
}

fn classes(faults: &mut Faults, policy: &ClassPolicy, decimals: Decimals) {
    faults.percent("classes.quota_percent", policy.quota_percent);
    faults.range("classes.completed_min", policy.completed_min, decimals);
    faults.range("classes.good_min", policy.good_min, decimals);
    faults.range("classes.excellent_min", policy.excellent_min, decimals);
    faults.range("classes.total_floor", policy.total_floor, decimals);
    let vi = "Mức “hoàn thành tốt” không được thấp hơn mức “hoàn thành”.";
    faults.unless(policy.good_min >= policy.completed_min, "classes.good_min", vi);
    let vi = "Mức “hoàn thành xuất sắc” không được thấp hơn mức “hoàn thành tốt”.";
    faults.unless(
        policy.excellent_min >= policy.good_min,
        "classes.excellent_min",
        vi,
    );
    let mut seen = BTreeSet::new();
    for content in policy.tie_break.iter().filter(|content| !seen.insert(*content)) {
        let vi = format!("Nội dung {content} lặp lại trong thứ tự phân định.");
        faults.unless(false, "classes.tie_break", vi);
    }
}
