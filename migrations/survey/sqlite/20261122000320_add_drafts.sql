-- Slips that are being filled in: their interviewers' own, and gone once the slip is there. No history, so no journal.
CREATE TABLE survey_draft (
    slip_id BLOB PRIMARY KEY CHECK (length(slip_id) = 16),
    cycle TEXT NOT NULL REFERENCES survey_campaign (cycle),
    interviewer BLOB NOT NULL CHECK (length(interviewer) = 16),
    -- Empty as long as none is chosen.
    unit TEXT NOT NULL,
    grp TEXT NOT NULL,
    respondent_id BLOB REFERENCES survey_respondent (respondent_id),
    questionnaire TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    agreed INTEGER NOT NULL CHECK (agreed IN (0, 1)),
    -- JSON array of [question, value] as typed.
    answers TEXT NOT NULL,
    -- Sealed: people write names and places there.
    note BLOB NOT NULL,
    version INTEGER NOT NULL CHECK (version >= 1),
    saved_at INTEGER NOT NULL
) STRICT;
CREATE INDEX survey_draft_interviewer ON survey_draft (cycle, interviewer, slip_id);
