-- Who is to ask whom about which unit; the last assignment counts.
CREATE TABLE survey_visit (
    cycle TEXT COLLATE "C" NOT NULL REFERENCES survey_campaign (cycle),
    respondent_id BYTEA NOT NULL REFERENCES survey_respondent (respondent_id),
    unit TEXT COLLATE "C" NOT NULL,
    interviewer BYTEA NOT NULL CHECK (length(interviewer) = 16),
    PRIMARY KEY (cycle, respondent_id, unit)
);
CREATE INDEX survey_visit_interviewer ON survey_visit (cycle, interviewer, unit, respondent_id);
