-- The survey: campaigns, questionnaires, register, slips, running counts.

CREATE TABLE survey_campaign (
    cycle TEXT COLLATE "C" PRIMARY KEY,
    name TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    closed_at BIGINT
);

-- Every version of a group's questionnaire; the highest number is the current one.
CREATE TABLE survey_questionnaire (
    cycle TEXT COLLATE "C" NOT NULL REFERENCES survey_campaign (cycle),
    grp TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL CHECK (version >= 1),
    sha256 TEXT COLLATE "C" NOT NULL CHECK (length(sha256) = 64),
    body TEXT COLLATE "C" NOT NULL,
    imported_at BIGINT NOT NULL,
    PRIMARY KEY (cycle, grp, version),
    UNIQUE (cycle, grp, sha256)
);

CREATE TABLE survey_target (
    cycle TEXT COLLATE "C" NOT NULL REFERENCES survey_campaign (cycle),
    unit TEXT COLLATE "C" NOT NULL,
    grp TEXT COLLATE "C" NOT NULL,
    planned BIGINT NOT NULL CHECK (planned >= 0),
    PRIMARY KEY (cycle, unit, grp)
);

-- The register. Name and phone are sealed for their place (table, row, column); equal phones are found by
-- a keyed hash; only the last three digits are readable.
CREATE TABLE survey_respondent (
    respondent_id BYTEA PRIMARY KEY CHECK (length(respondent_id) = 16),
    cycle TEXT COLLATE "C" NOT NULL REFERENCES survey_campaign (cycle),
    grp TEXT COLLATE "C" NOT NULL,
    name BYTEA NOT NULL,
    phone BYTEA NOT NULL,
    phone_tail TEXT COLLATE "C" NOT NULL CHECK (length(phone_tail) = 3),
    phone_hash BYTEA NOT NULL CHECK (length(phone_hash) = 32),
    consent TEXT COLLATE "C" NOT NULL,
    -- JSON array of unit codes; empty: may rate every unit.
    units TEXT COLLATE "C" NOT NULL,
    registered_at BIGINT NOT NULL
);
CREATE INDEX survey_respondent_group ON survey_respondent (cycle, grp, respondent_id);

-- Partitioned by cycle, so that a large campaign can have storage of its own; see docs/adr/0009.
CREATE TABLE survey_slip (
    slip_id BYTEA NOT NULL CHECK (length(slip_id) = 16),
    cycle TEXT COLLATE "C" NOT NULL,
    unit TEXT COLLATE "C" NOT NULL,
    grp TEXT COLLATE "C" NOT NULL,
    respondent_id BYTEA NOT NULL REFERENCES survey_respondent (respondent_id),
    interviewer BYTEA NOT NULL CHECK (length(interviewer) = 16),
    questionnaire TEXT COLLATE "C" NOT NULL,
    started_at BIGINT NOT NULL,
    ended_at BIGINT NOT NULL,
    received_at BIGINT NOT NULL,
    answered_personally BIGINT NOT NULL CHECK (answered_personally IN (0, 1)),
    valid BIGINT NOT NULL CHECK (valid IN (0, 1)),
    -- JSON array of [code, question].
    reasons TEXT COLLATE "C" NOT NULL,
    -- JSON array of [question, value], blanks left out, in the questionnaire's order.
    answers TEXT COLLATE "C" NOT NULL,
    sha256 BYTEA NOT NULL CHECK (length(sha256) = 32),
    phone_hash BYTEA NOT NULL CHECK (length(phone_hash) = 32),
    -- A partitioned table wants the cycle in its key; the one writer keeps an id from being used twice.
    PRIMARY KEY (slip_id, cycle)
) PARTITION BY LIST (cycle);
-- Cycles that have no partition of their own.
CREATE TABLE survey_slip_rest PARTITION OF survey_slip DEFAULT;
CREATE INDEX survey_slip_unit ON survey_slip (cycle, unit, slip_id);
-- One valid slip per person (by phone) and unit in a cycle.
CREATE UNIQUE INDEX survey_slip_person ON survey_slip (cycle, unit, phone_hash) WHERE valid = 1;

-- How often each option was chosen in valid slips; always equal to a recount of survey_slip.
CREATE TABLE survey_count (
    cycle TEXT COLLATE "C" NOT NULL,
    unit TEXT COLLATE "C" NOT NULL,
    grp TEXT COLLATE "C" NOT NULL,
    question TEXT COLLATE "C" NOT NULL,
    choice TEXT COLLATE "C" NOT NULL,
    n BIGINT NOT NULL CHECK (n >= 0),
    PRIMARY KEY (cycle, unit, grp, question, choice)
);

-- Slips received and valid; stale: its points have to be converted again.
CREATE TABLE survey_tally (
    cycle TEXT COLLATE "C" NOT NULL,
    unit TEXT COLLATE "C" NOT NULL,
    grp TEXT COLLATE "C" NOT NULL,
    received BIGINT NOT NULL CHECK (received >= 0),
    valid BIGINT NOT NULL CHECK (valid >= 0),
    stale BIGINT NOT NULL CHECK (stale IN (0, 1)),
    PRIMARY KEY (cycle, unit, grp)
);
CREATE INDEX survey_tally_stale ON survey_tally (cycle, unit) WHERE stale = 1;

-- Units whose slips the recheck has listed: nothing new may come in, or it would escape the draw.
CREATE TABLE survey_lot_unit (
    cycle TEXT COLLATE "C" NOT NULL,
    unit TEXT COLLATE "C" NOT NULL,
    taken_at BIGINT NOT NULL,
    PRIMARY KEY (cycle, unit)
);

-- What Home Affairs decided about a group of a unit with too few valid slips.
CREATE TABLE survey_shortage (
    cycle TEXT COLLATE "C" NOT NULL REFERENCES survey_campaign (cycle),
    unit TEXT COLLATE "C" NOT NULL,
    grp TEXT COLLATE "C" NOT NULL,
    decision TEXT COLLATE "C" NOT NULL CHECK (decision IN ('ACCEPT', 'NOT_APPLICABLE')),
    document TEXT COLLATE "C" NOT NULL,
    decided_at BIGINT NOT NULL,
    PRIMARY KEY (cycle, unit, grp)
);
