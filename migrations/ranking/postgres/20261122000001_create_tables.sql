-- Newest post of each source on each leaf, as it was pulled.
CREATE TABLE ranking_received (
    cycle TEXT COLLATE "C" NOT NULL,
    unit TEXT COLLATE "C" NOT NULL,
    criterion TEXT COLLATE "C" NOT NULL,
    source TEXT COLLATE "C" NOT NULL CHECK (source IN ('survey', 'recheck', 'leaders', 'ledger')),
    revision BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    -- chiso.kernel.v1.IndexPoints.
    body BYTEA NOT NULL,
    PRIMARY KEY (cycle, unit, criterion, source)
);

-- How far each feed has been pulled; moves in the transaction that stores the posts.
CREATE TABLE ranking_cursor (
    source TEXT COLLATE "C" PRIMARY KEY CHECK (source IN ('survey', 'recheck', 'leaders', 'ledger')),
    seq BIGINT NOT NULL
);

-- Highest class of a unit; what was recorded before stands in the journal.
CREATE TABLE ranking_bar (
    cycle TEXT COLLATE "C" NOT NULL,
    unit TEXT COLLATE "C" NOT NULL,
    highest_class TEXT COLLATE "C" NOT NULL,
    document TEXT COLLATE "C" NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (cycle, unit)
);

-- The council's choice among tied units of a type; what was decided before stands in the journal.
CREATE TABLE ranking_tie (
    cycle TEXT COLLATE "C" NOT NULL,
    unit_type TEXT COLLATE "C" NOT NULL,
    -- chiso_domain::ranking::TieDecision as JSON.
    decision TEXT COLLATE "C" NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (cycle, unit_type)
);

-- Published versions. Never updated.
CREATE TABLE ranking_version (
    cycle TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL CHECK (version > 0),
    document TEXT COLLATE "C" NOT NULL,
    correction_reason TEXT COLLATE "C" NOT NULL,
    published_at BIGINT NOT NULL,
    sha256 TEXT COLLATE "C" NOT NULL CHECK (length(sha256) = 64),
    rule_set_sha256 TEXT COLLATE "C" NOT NULL CHECK (length(rule_set_sha256) = 64),
    province TEXT COLLATE "C" NOT NULL,
    -- chiso.ranking.v1.GetPublishedResponse with nothing but `types`.
    types BYTEA NOT NULL,
    -- The published file, byte for byte.
    file BYTEA NOT NULL,
    PRIMARY KEY (cycle, version)
);

-- Results of a published version, in their order, so that reading one needs not read the file.
CREATE TABLE ranking_result (
    cycle TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    place BIGINT NOT NULL,
    unit TEXT COLLATE "C" NOT NULL,
    unit_type TEXT COLLATE "C" NOT NULL,
    -- chiso.ranking.v1.UnitResult.
    result BYTEA NOT NULL,
    -- chiso.ranking.v1.GetBreakdownResponse with nothing but `leaves`.
    leaves BYTEA NOT NULL,
    PRIMARY KEY (cycle, version, place),
    UNIQUE (cycle, version, unit),
    FOREIGN KEY (cycle, version) REFERENCES ranking_version (cycle, version)
);
