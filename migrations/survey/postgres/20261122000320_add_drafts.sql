-- Slips that are being filled in: their interviewers' own, and gone once the slip is there. No history, so no journal.
CREATE TABLE survey_draft (
    slip_id BYTEA PRIMARY KEY CHECK (length(slip_id) = 16),
    cycle TEXT COLLATE "C" NOT NULL REFERENCES survey_campaign (cycle),
    interviewer BYTEA NOT NULL CHECK (length(interviewer) = 16),
    -- Empty as long as none is chosen.
    unit TEXT COLLATE "C" NOT NULL,
    grp TEXT COLLATE "C" NOT NULL,
    respondent_id BYTEA REFERENCES survey_respondent (respondent_id),
    questionnaire TEXT COLLATE "C" NOT NULL,
    started_at BIGINT NOT NULL,
    agreed BIGINT NOT NULL CHECK (agreed IN (0, 1)),
    -- JSON array of [question, value] as typed.
    answers TEXT COLLATE "C" NOT NULL,
    -- Sealed: people write names and places there.
    note BYTEA NOT NULL,
    version BIGINT NOT NULL CHECK (version >= 1),
    saved_at BIGINT NOT NULL
);
CREATE INDEX survey_draft_interviewer ON survey_draft (cycle, interviewer, slip_id);
