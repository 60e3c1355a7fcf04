-- Slips that the supervisor gave back to be done again; each once.
CREATE TABLE survey_return (
    slip_id BYTEA PRIMARY KEY CHECK (length(slip_id) = 16),
    cycle TEXT COLLATE "C" NOT NULL REFERENCES survey_campaign (cycle),
    unit TEXT COLLATE "C" NOT NULL,
    interviewer BYTEA NOT NULL CHECK (length(interviewer) = 16),
    reason TEXT COLLATE "C" NOT NULL,
    returned_by TEXT COLLATE "C" NOT NULL,
    returned_at BIGINT NOT NULL,
    -- The slip that is sent in its place; named before that is stored, so it may never come.
    replaced_by BYTEA CHECK (length(replaced_by) = 16)
);
CREATE INDEX survey_return_interviewer ON survey_return (cycle, interviewer, slip_id);
CREATE INDEX survey_return_replaced ON survey_return (replaced_by);
