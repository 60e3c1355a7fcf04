-- Newest post of each source on each leaf, as it was pulled.
CREATE TABLE ranking_received (
    cycle TEXT NOT NULL,
    unit TEXT NOT NULL,
    criterion TEXT NOT NULL,
    source TEXT NOT NULL CHECK (source IN ('survey', 'recheck', 'leaders', 'ledger')),
    revision INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    -- chiso.kernel.v1.IndexPoints.
    body BLOB NOT NULL,
    PRIMARY KEY (cycle, unit, criterion, source)
) STRICT;

-- How far each feed has been pulled; moves in the transaction that stores the posts.
CREATE TABLE ranking_cursor (
    source TEXT PRIMARY KEY CHECK (source IN ('survey', 'recheck', 'leaders', 'ledger')),
    seq INTEGER NOT NULL
) STRICT;

-- Highest class of a unit; what was recorded before stands in the journal.
CREATE TABLE ranking_bar (
    cycle TEXT NOT NULL,
    unit TEXT NOT NULL,
    highest_class TEXT NOT NULL,
    document TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (cycle, unit)
) STRICT;

-- The council's choice among tied units of a type; what was decided before stands in the journal.
CREATE TABLE ranking_tie (
    cycle TEXT NOT NULL,
    unit_type TEXT NOT NULL,
    -- chiso_domain::ranking::TieDecision as JSON.
    decision TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (cycle, unit_type)
) STRICT;

-- Published versions. Never updated.
CREATE TABLE ranking_version (
    cycle TEXT NOT NULL,
    version INTEGER NOT NULL CHECK (version > 0),
    document TEXT NOT NULL,
    correction_reason TEXT NOT NULL,
    published_at INTEGER NOT NULL,
    sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
    rule_set_sha256 TEXT NOT NULL CHECK (length(rule_set_sha256) = 64),
    province TEXT NOT NULL,
    -- chiso.ranking.v1.GetPublishedResponse with nothing but `types`.
    types BLOB NOT NULL,
    -- The published file, byte for byte.
    file BLOB NOT NULL,
    PRIMARY KEY (cycle, version)
) STRICT;

-- Results of a published version, in their order, so that reading one needs not read the file.
CREATE TABLE ranking_result (
    cycle TEXT NOT NULL,
    version INTEGER NOT NULL,
    place INTEGER NOT NULL,
    unit TEXT NOT NULL,
    unit_type TEXT NOT NULL,
    -- chiso.ranking.v1.UnitResult.
    result BLOB NOT NULL,
    -- chiso.ranking.v1.GetBreakdownResponse with nothing but `leaves`.
    leaves BLOB NOT NULL,
    PRIMARY KEY (cycle, version, place),
    UNIQUE (cycle, version, unit),
    FOREIGN KEY (cycle, version) REFERENCES ranking_version (cycle, version)
) STRICT;
