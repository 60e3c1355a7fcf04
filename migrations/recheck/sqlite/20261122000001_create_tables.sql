-- Frozen lists, public seeds, tickets, cases, attempts, findings, and what void slips had given.

CREATE TABLE recheck_lot (
    lot_id BLOB PRIMARY KEY CHECK (length(lot_id) = 16),
    cycle TEXT NOT NULL,
    entries INTEGER NOT NULL CHECK (entries > 0),
    -- SHA-256 of the list's bytes (docs/reference/draw.md), in hexadecimal.
    list_sha256 TEXT NOT NULL CHECK (length(list_sha256) = 64),
    closed_at INTEGER NOT NULL,
    concluded_at INTEGER
) STRICT;
CREATE TRIGGER recheck_lot_keep_update BEFORE UPDATE OF lot_id, cycle, entries, list_sha256, closed_at
ON recheck_lot
BEGIN SELECT RAISE(ABORT, 'a closed list is kept as it was'); END;
CREATE TRIGGER recheck_lot_keep_conclusion BEFORE UPDATE OF concluded_at ON recheck_lot
WHEN OLD.concluded_at IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'a lot is concluded once'); END;

-- A unit is in one lot only.
CREATE TABLE recheck_lot_unit (
    cycle TEXT NOT NULL,
    unit TEXT NOT NULL,
    lot_id BLOB NOT NULL REFERENCES recheck_lot (lot_id),
    PRIMARY KEY (cycle, unit)
) STRICT;
CREATE INDEX recheck_lot_unit_lot ON recheck_lot_unit (lot_id, unit);

-- The frozen list, in its published order.
CREATE TABLE recheck_slip (
    slip_id BLOB PRIMARY KEY CHECK (length(slip_id) = 16),
    lot_id BLOB NOT NULL REFERENCES recheck_lot (lot_id),
    place INTEGER NOT NULL CHECK (place >= 1),
    unit TEXT NOT NULL,
    respondent_group TEXT NOT NULL,
    interviewer BLOB NOT NULL CHECK (length(interviewer) = 16),
    respondent_id BLOB NOT NULL CHECK (length(respondent_id) = 16),
    -- SHA-256 of the slip as submitted, in hexadecimal.
    sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
    UNIQUE (lot_id, place)
) STRICT;
CREATE TRIGGER recheck_slip_keep_update BEFORE UPDATE ON recheck_slip
BEGIN SELECT RAISE(ABORT, 'a closed list is kept as it was'); END;
CREATE TRIGGER recheck_slip_keep_delete BEFORE DELETE ON recheck_slip
BEGIN SELECT RAISE(ABORT, 'a closed list is kept as it was'); END;

-- The public seeds.
CREATE TABLE recheck_stage (
    lot_id BLOB NOT NULL REFERENCES recheck_lot (lot_id),
    stage INTEGER NOT NULL CHECK (stage >= 1),
    seed TEXT NOT NULL CHECK (length(seed) BETWEEN 20 AND 100),
    ceremony TEXT NOT NULL,
    rate_percent INTEGER NOT NULL CHECK (rate_percent BETWEEN 0 AND 100),
    entered_at INTEGER NOT NULL,
    entered_by BLOB NOT NULL CHECK (length(entered_by) = 16),
    drawn INTEGER NOT NULL CHECK (drawn >= 0),
    PRIMARY KEY (lot_id, stage)
) STRICT;
CREATE TRIGGER recheck_stage_keep_update BEFORE UPDATE ON recheck_stage
BEGIN SELECT RAISE(ABORT, 'a seed is entered once'); END;
CREATE TRIGGER recheck_stage_keep_delete BEFORE DELETE ON recheck_stage
BEGIN SELECT RAISE(ABORT, 'a seed is entered once'); END;

-- Each stage gives a ticket to every slip that has no case yet; the one of the newest stage counts.
CREATE TABLE recheck_ticket (
    slip_id BLOB NOT NULL REFERENCES recheck_slip (slip_id),
    stage INTEGER NOT NULL CHECK (stage >= 1),
    ticket TEXT NOT NULL CHECK (length(ticket) = 64),
    PRIMARY KEY (slip_id, stage)
) STRICT;
CREATE TRIGGER recheck_ticket_keep_update BEFORE UPDATE ON recheck_ticket
BEGIN SELECT RAISE(ABORT, 'a ticket is kept as it was'); END;
CREATE TRIGGER recheck_ticket_keep_delete BEFORE DELETE ON recheck_ticket
BEGIN SELECT RAISE(ABORT, 'a ticket is kept as it was'); END;

-- A slip that is rechecked.
CREATE TABLE recheck_case (
    case_id BLOB PRIMARY KEY CHECK (length(case_id) = 16),
    lot_id BLOB NOT NULL REFERENCES recheck_lot (lot_id),
    slip_id BLOB NOT NULL UNIQUE REFERENCES recheck_slip (slip_id),
    -- Order in which the cases of the lot came about.
    place INTEGER NOT NULL CHECK (place >= 1),
    cause TEXT NOT NULL
        CHECK (cause IN ('DRAWN', 'REPLACEMENT', 'INTERVIEWER_COVER', 'WHOLE_INTERVIEWER')),
    -- The newest stage when it came about.
    stage INTEGER NOT NULL CHECK (stage >= 1),
    officer BLOB CHECK (length(officer) = 16),
    outcome TEXT
        CHECK (outcome IN ('CONFIRMED', 'NOT_REACHED', 'WRONG_PERSON', 'NOT_INTERVIEWED', 'ANSWER_DIFFERS')),
    -- The slip no longer counts.
    void INTEGER NOT NULL DEFAULT 0 CHECK (void IN (0, 1)),
    -- Empty where the respondent was not reached.
    mode TEXT NOT NULL DEFAULT '' CHECK (mode IN ('', 'IN_PERSON', 'PHONE')),
    note TEXT NOT NULL DEFAULT '',
    recorded_at INTEGER,
    UNIQUE (lot_id, place),
    CHECK ((outcome IS NULL) = (recorded_at IS NULL)),
    CHECK (outcome IS NULL OR officer IS NOT NULL)
) STRICT;
CREATE INDEX recheck_case_officer ON recheck_case (lot_id, officer, place);
CREATE TRIGGER recheck_case_keep_outcome BEFORE UPDATE ON recheck_case WHEN OLD.outcome IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'an outcome is recorded once'); END;
CREATE TRIGGER recheck_case_keep_delete BEFORE DELETE ON recheck_case
BEGIN SELECT RAISE(ABORT, 'a drawn slip stays drawn'); END;

CREATE TABLE recheck_attempt (
    case_id BLOB NOT NULL REFERENCES recheck_case (case_id),
    number INTEGER NOT NULL CHECK (number >= 1),
    at INTEGER NOT NULL,
    mode TEXT NOT NULL CHECK (mode IN ('IN_PERSON', 'PHONE')),
    note TEXT NOT NULL,
    PRIMARY KEY (case_id, number)
) STRICT;

-- Answers that differ, in the order of asking.
CREATE TABLE recheck_difference (
    case_id BLOB NOT NULL REFERENCES recheck_case (case_id),
    number INTEGER NOT NULL CHECK (number >= 1),
    question TEXT NOT NULL,
    first_answer TEXT NOT NULL,
    second_answer TEXT NOT NULL,
    PRIMARY KEY (case_id, number)
) STRICT;

-- What a void slip had given to each leaf, in 1/10,000.
CREATE TABLE recheck_void_part (
    slip_id BLOB NOT NULL REFERENCES recheck_slip (slip_id),
    criterion TEXT NOT NULL,
    cycle TEXT NOT NULL,
    unit TEXT NOT NULL,
    value INTEGER NOT NULL CHECK (value >= 0),
    PRIMARY KEY (slip_id, criterion)
) STRICT;
CREATE INDEX recheck_void_part_unit ON recheck_void_part (cycle, unit, criterion);

-- The newest basis that the survey posted.
CREATE TABLE recheck_survey_basis (
    cycle TEXT NOT NULL,
    unit TEXT NOT NULL,
    criterion TEXT NOT NULL,
    rated INTEGER NOT NULL CHECK (rated >= 0),
    sum INTEGER NOT NULL,
    PRIMARY KEY (cycle, unit, criterion)
) STRICT;

-- How far the feed of another service is read.
CREATE TABLE recheck_cursor (
    source TEXT PRIMARY KEY,
    seq INTEGER NOT NULL CHECK (seq >= 0)
) STRICT;
