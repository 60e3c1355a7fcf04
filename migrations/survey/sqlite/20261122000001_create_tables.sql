-- The survey: campaigns, questionnaires, register, slips, running counts.

CREATE TABLE survey_campaign (
    cycle TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    closed_at INTEGER
) STRICT;

-- Every version of a group's questionnaire; the highest number is the current one.
CREATE TABLE survey_questionnaire (
    cycle TEXT NOT NULL REFERENCES survey_campaign (cycle),
    grp TEXT NOT NULL,
    version INTEGER NOT NULL CHECK (version >= 1),
    sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
    body TEXT NOT NULL,
    imported_at INTEGER NOT NULL,
    PRIMARY KEY (cycle, grp, version),
    UNIQUE (cycle, grp, sha256)
) STRICT;

CREATE TABLE survey_target (
    cycle TEXT NOT NULL REFERENCES survey_campaign (cycle),
    unit TEXT NOT NULL,
    grp TEXT NOT NULL,
    planned INTEGER NOT NULL CHECK (planned >= 0),
    PRIMARY KEY (cycle, unit, grp)
) STRICT;

-- The register. Name and phone are sealed for their place (table, row, column); equal phones are found by
-- a keyed hash; only the last three digits are readable.
CREATE TABLE survey_respondent (
    respondent_id BLOB PRIMARY KEY CHECK (length(respondent_id) = 16),
    cycle TEXT NOT NULL REFERENCES survey_campaign (cycle),
    grp TEXT NOT NULL,
    name BLOB NOT NULL,
    phone BLOB NOT NULL,
    phone_tail TEXT NOT NULL CHECK (length(phone_tail) = 3),
    phone_hash BLOB NOT NULL CHECK (length(phone_hash) = 32),
    consent TEXT NOT NULL,
    -- JSON array of unit codes; empty: may rate every unit.
    units TEXT NOT NULL,
    registered_at INTEGER NOT NULL
) STRICT;
CREATE INDEX survey_respondent_group ON survey_respondent (cycle, grp, respondent_id);

CREATE TABLE survey_slip (
    slip_id BLOB PRIMARY KEY CHECK (length(slip_id) = 16),
    cycle TEXT NOT NULL,
    unit TEXT NOT NULL,
    grp TEXT NOT NULL,
    respondent_id BLOB NOT NULL REFERENCES survey_respondent (respondent_id),
    interviewer BLOB NOT NULL CHECK (length(interviewer) = 16),
    questionnaire TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    ended_at INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    answered_personally INTEGER NOT NULL CHECK (answered_personally IN (0, 1)),
    valid INTEGER NOT NULL CHECK (valid IN (0, 1)),
    -- JSON array of [code, question].
    reasons TEXT NOT NULL,
    -- JSON array of [question, value], blanks left out, in the questionnaire's order.
    answers TEXT NOT NULL,
    sha256 BLOB NOT NULL CHECK (length(sha256) = 32),
    phone_hash BLOB NOT NULL CHECK (length(phone_hash) = 32)
) STRICT;
CREATE INDEX survey_slip_unit ON survey_slip (cycle, unit, slip_id);
-- One valid slip per person (by phone) and unit in a cycle.
CREATE UNIQUE INDEX survey_slip_person ON survey_slip (cycle, unit, phone_hash) WHERE valid = 1;

-- How often each option was chosen in valid slips; always equal to a recount of survey_slip.
CREATE TABLE survey_count (
    cycle TEXT NOT NULL,
    unit TEXT NOT NULL,
    grp TEXT NOT NULL,
    question TEXT NOT NULL,
    choice TEXT NOT NULL,
    n INTEGER NOT NULL CHECK (n >= 0),
    PRIMARY KEY (cycle, unit, grp, question, choice)
) STRICT, WITHOUT ROWID;

-- Slips received and valid; stale: its points have to be converted again.
CREATE TABLE survey_tally (
    cycle TEXT NOT NULL,
    unit TEXT NOT NULL,
    grp TEXT NOT NULL,
    received INTEGER NOT NULL CHECK (received >= 0),
    valid INTEGER NOT NULL CHECK (valid >= 0),
    stale INTEGER NOT NULL CHECK (stale IN (0, 1)),
    PRIMARY KEY (cycle, unit, grp)
) STRICT, WITHOUT ROWID;
CREATE INDEX survey_tally_stale ON survey_tally (cycle, unit) WHERE stale = 1;

-- Units whose slips the recheck has listed: nothing new may come in, or it would escape the draw.
CREATE TABLE survey_lot_unit (
    cycle TEXT NOT NULL,
    unit TEXT NOT NULL,
    taken_at INTEGER NOT NULL,
    PRIMARY KEY (cycle, unit)
) STRICT, WITHOUT ROWID;

-- What Home Affairs decided about a group of a unit with too few valid slips.
CREATE TABLE survey_shortage (
    cycle TEXT NOT NULL REFERENCES survey_campaign (cycle),
    unit TEXT NOT NULL,
    grp TEXT NOT NULL,
    decision TEXT NOT NULL CHECK (decision IN ('ACCEPT', 'NOT_APPLICABLE')),
    document TEXT NOT NULL,
    decided_at INTEGER NOT NULL,
    PRIMARY KEY (cycle, unit, grp)
) STRICT;
