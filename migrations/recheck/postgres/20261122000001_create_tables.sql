-- Frozen lists, public seeds, tickets, cases, attempts, findings, and what void slips had given.

CREATE TABLE recheck_lot (
    lot_id BYTEA PRIMARY KEY CHECK (length(lot_id) = 16),
    cycle TEXT COLLATE "C" NOT NULL,
    entries BIGINT NOT NULL CHECK (entries > 0),
    -- SHA-256 of the list's bytes (docs/reference/draw.md), in hexadecimal.
    list_sha256 TEXT COLLATE "C" NOT NULL CHECK (length(list_sha256) = 64),
    closed_at BIGINT NOT NULL,
    concluded_at BIGINT
);
CREATE TRIGGER recheck_lot_keep_update BEFORE UPDATE OF lot_id, cycle, entries, list_sha256, closed_at
ON recheck_lot
FOR EACH ROW EXECUTE FUNCTION keep('a closed list is kept as it was');
CREATE TRIGGER recheck_lot_keep_conclusion BEFORE UPDATE OF concluded_at ON recheck_lot
FOR EACH ROW WHEN (OLD.concluded_at IS NOT NULL) EXECUTE FUNCTION keep('a lot is concluded once');

-- A unit is in one lot only.
CREATE TABLE recheck_lot_unit (
    cycle TEXT COLLATE "C" NOT NULL,
    unit TEXT COLLATE "C" NOT NULL,
    lot_id BYTEA NOT NULL REFERENCES recheck_lot (lot_id),
    PRIMARY KEY (cycle, unit)
);
CREATE INDEX recheck_lot_unit_lot ON recheck_lot_unit (lot_id, unit);

-- The frozen list, in its published order.
CREATE TABLE recheck_slip (
    slip_id BYTEA PRIMARY KEY CHECK (length(slip_id) = 16),
    lot_id BYTEA NOT NULL REFERENCES recheck_lot (lot_id),
    place BIGINT NOT NULL CHECK (place >= 1),
    unit TEXT COLLATE "C" NOT NULL,
    respondent_group TEXT COLLATE "C" NOT NULL,
    interviewer BYTEA NOT NULL CHECK (length(interviewer) = 16),
    respondent_id BYTEA NOT NULL CHECK (length(respondent_id) = 16),
    -- SHA-256 of the slip as submitted, in hexadecimal.
    sha256 TEXT COLLATE "C" NOT NULL CHECK (length(sha256) = 64),
    UNIQUE (lot_id, place)
);
CREATE TRIGGER recheck_slip_keep_update BEFORE UPDATE ON recheck_slip
FOR EACH ROW EXECUTE FUNCTION keep('a closed list is kept as it was');
CREATE TRIGGER recheck_slip_keep_delete BEFORE DELETE ON recheck_slip
FOR EACH ROW EXECUTE FUNCTION keep('a closed list is kept as it was');

-- The public seeds.
CREATE TABLE recheck_stage (
    lot_id BYTEA NOT NULL REFERENCES recheck_lot (lot_id),
    stage BIGINT NOT NULL CHECK (stage >= 1),
    seed TEXT COLLATE "C" NOT NULL CHECK (length(seed) BETWEEN 20 AND 100),
    ceremony TEXT COLLATE "C" NOT NULL,
    rate_percent BIGINT NOT NULL CHECK (rate_percent BETWEEN 0 AND 100),
    entered_at BIGINT NOT NULL,
    entered_by BYTEA NOT NULL CHECK (length(entered_by) = 16),
    drawn BIGINT NOT NULL CHECK (drawn >= 0),
    PRIMARY KEY (lot_id, stage)
);
CREATE TRIGGER recheck_stage_keep_update BEFORE UPDATE ON recheck_stage
FOR EACH ROW EXECUTE FUNCTION keep('a seed is entered once');
CREATE TRIGGER recheck_stage_keep_delete BEFORE DELETE ON recheck_stage
FOR EACH ROW EXECUTE FUNCTION keep('a seed is entered once');

-- Each stage gives a ticket to every slip that has no case yet; the one of the newest stage counts.
CREATE TABLE recheck_ticket (
    slip_id BYTEA NOT NULL REFERENCES recheck_slip (slip_id),
    stage BIGINT NOT NULL CHECK (stage >= 1),
    ticket TEXT COLLATE "C" NOT NULL CHECK (length(ticket) = 64),
    PRIMARY KEY (slip_id, stage)
);
CREATE TRIGGER recheck_ticket_keep_update BEFORE UPDATE ON recheck_ticket
FOR EACH ROW EXECUTE FUNCTION keep('a ticket is kept as it was');
CREATE TRIGGER recheck_ticket_keep_delete BEFORE DELETE ON recheck_ticket
FOR EACH ROW EXECUTE FUNCTION keep('a ticket is kept as it was');

-- A slip that is rechecked.
CREATE TABLE recheck_case (
    case_id BYTEA PRIMARY KEY CHECK (length(case_id) = 16),
    lot_id BYTEA NOT NULL REFERENCES recheck_lot (lot_id),
    slip_id BYTEA NOT NULL UNIQUE REFERENCES recheck_slip (slip_id),
    -- Order in which the cases of the lot came about.
    place BIGINT NOT NULL CHECK (place >= 1),
    cause TEXT COLLATE "C" NOT NULL
        CHECK (cause IN ('DRAWN', 'REPLACEMENT', 'INTERVIEWER_COVER', 'WHOLE_INTERVIEWER')),
    -- The newest stage when it came about.
    stage BIGINT NOT NULL CHECK (stage >= 1),
    officer BYTEA CHECK (length(officer) = 16),
    outcome TEXT COLLATE "C"
        CHECK (outcome IN ('CONFIRMED', 'NOT_REACHED', 'WRONG_PERSON', 'NOT_INTERVIEWED', 'ANSWER_DIFFERS')),
    -- The slip no longer counts.
    void BIGINT NOT NULL DEFAULT 0 CHECK (void IN (0, 1)),
    -- Empty where the respondent was not reached.
    mode TEXT COLLATE "C" NOT NULL DEFAULT '' CHECK (mode IN ('', 'IN_PERSON', 'PHONE')),
    note TEXT COLLATE "C" NOT NULL DEFAULT '',
    recorded_at BIGINT,
    UNIQUE (lot_id, place),
    CHECK ((outcome IS NULL) = (recorded_at IS NULL)),
    CHECK (outcome IS NULL OR officer IS NOT NULL)
);
CREATE INDEX recheck_case_officer ON recheck_case (lot_id, officer, place);
CREATE TRIGGER recheck_case_keep_outcome BEFORE UPDATE ON recheck_case
FOR EACH ROW WHEN (OLD.outcome IS NOT NULL) EXECUTE FUNCTION keep('an outcome is recorded once');
CREATE TRIGGER recheck_case_keep_delete BEFORE DELETE ON recheck_case
FOR EACH ROW EXECUTE FUNCTION keep('a drawn slip stays drawn');

CREATE TABLE recheck_attempt (
    case_id BYTEA NOT NULL REFERENCES recheck_case (case_id),
    number BIGINT NOT NULL CHECK (number >= 1),
    at BIGINT NOT NULL,
    mode TEXT COLLATE "C" NOT NULL CHECK (mode IN ('IN_PERSON', 'PHONE')),
    note TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (case_id, number)
);

-- Answers that differ, in the order of asking.
CREATE TABLE recheck_difference (
    case_id BYTEA NOT NULL REFERENCES recheck_case (case_id),
    number BIGINT NOT NULL CHECK (number >= 1),
    question TEXT COLLATE "C" NOT NULL,
    first_answer TEXT COLLATE "C" NOT NULL,
    second_answer TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (case_id, number)
);

-- What a void slip had given to each leaf, in 1/10,000.
CREATE TABLE recheck_void_part (
    slip_id BYTEA NOT NULL REFERENCES recheck_slip (slip_id),
    criterion TEXT COLLATE "C" NOT NULL,
    cycle TEXT COLLATE "C" NOT NULL,
    unit TEXT COLLATE "C" NOT NULL,
    value BIGINT NOT NULL CHECK (value >= 0),
    PRIMARY KEY (slip_id, criterion)
);
CREATE INDEX recheck_void_part_unit ON recheck_void_part (cycle, unit, criterion);

-- The newest basis that the survey posted.
CREATE TABLE recheck_survey_basis (
    cycle TEXT COLLATE "C" NOT NULL,
    unit TEXT COLLATE "C" NOT NULL,
    criterion TEXT COLLATE "C" NOT NULL,
    rated BIGINT NOT NULL CHECK (rated >= 0),
    sum BIGINT NOT NULL,
    PRIMARY KEY (cycle, unit, criterion)
);

-- How far the feed of another service is read.
CREATE TABLE recheck_cursor (
    source TEXT COLLATE "C" PRIMARY KEY,
    seq BIGINT NOT NULL CHECK (seq >= 0)
);
