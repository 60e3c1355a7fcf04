//! Score sheets, evidence, appraisal, penalties, external indices become points.
