-- Who is to ask whom about which unit; the last assignment counts.
CREATE TABLE survey_visit (
    cycle TEXT NOT NULL REFERENCES survey_campaign (cycle),
    respondent_id BLOB NOT NULL REFERENCES survey_respondent (respondent_id),
    unit TEXT NOT NULL,
    interviewer BLOB NOT NULL CHECK (length(interviewer) = 16),
    PRIMARY KEY (cycle, respondent_id, unit)
) STRICT, WITHOUT ROWID;
CREATE INDEX survey_visit_interviewer ON survey_visit (cycle, interviewer, unit, respondent_id);
