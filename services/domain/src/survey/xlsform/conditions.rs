//! Columns `relevant`, `constraint` and `constraint_message` of one row.

use super::Faults;
use super::header::Row;
use crate::kernel::QuestionName;
use crate::survey::logic::{About, Condition, LogicError};
use crate::survey::questionnaire::{Constraint, Question, QuestionKind};

/// Where a row stands in its form.
pub(super) struct Place<'a> {
    /// The questions before it.
    pub(super) earlier: &'a [Question],
    /// The names of all questions.
    pub(super) names: &'a [&'a str],
    /// Its own name.
    pub(super) name: &'a str,
}

impl Place<'_> {
    /// When it is asked, by its own condition.
    pub(super) fn asking(&self, row: &Row<'_>, faults: &mut Faults) -> Option<Condition> {
        self.condition(row, "relevant", About::Asking(self.name), faults)
    }

    /// What its answer has to satisfy.
    pub(super) fn constraint(
        &self,
        row: &Row<'_>,
        name: &QuestionName,
        kind: &QuestionKind,
        faults: &mut Faults,
    ) -> Option<Constraint> {
        let [message, message_en] = ["constraint_message", "constraint_message_en"].map(|c| row.text(c));
        if row.text("constraint").is_empty() {
            if !message.is_empty() || !message_en.is_empty() {
                let reason = "Có thông báo mà không có điều kiện. Điền cột constraint hoặc xoá thông báo.";
                row.fault(faults, "constraint_message", reason);
            }
            return None;
        }
        if !kind.asks() {
            row.fault(
                faults,
                "constraint",
                "Ghi chú không có câu trả lời để kiểm tra. Để trống ô này.",
            );
            return None;
        }
        let condition = self.condition(row, "constraint", About::Answer(name, kind), faults)?;
        Some(Constraint {
            condition,
            message: message.to_owned(),
            message_en: message_en.to_owned(),
        })
    }

    fn condition(
        &self,
        row: &Row<'_>,
        column: &str,
        about: About<'_>,
        faults: &mut Faults,
    ) -> Option<Condition> {
        let text = row.text(column);
        if text.is_empty() {
            return None;
        }
        let read = || -> Result<Condition, LogicError> {
            let condition: Condition = text.parse()?;
            condition.check(self.earlier, self.names, about)?;
            Ok(condition)
        };
        match read() {
            Ok(condition) => Some(condition),
            Err(error) => {
                row.fault(faults, column, error.vi());
                None
            }
        }
    }
}
