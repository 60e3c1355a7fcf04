-- A year: what is rated, by which rules, when and by whom.
CREATE TABLE registry_cycle (
    cycle TEXT PRIMARY KEY,
    province TEXT NOT NULL,
    regulation TEXT NOT NULL,
    -- 1 being set up, 2 open.
    state INTEGER NOT NULL CHECK (state IN (1, 2)),
    -- Grows with each change.
    version INTEGER NOT NULL CHECK (version >= 1),
    -- JSON.
    policy TEXT NOT NULL,
    -- Canonical JSON of index sets and policy, and its SHA-256; set by opening and never again.
    rule_set_json TEXT,
    rule_set_sha256 TEXT CHECK (length(rule_set_sha256) = 64),
    created_at INTEGER NOT NULL,
    opened_at INTEGER,
    CHECK ((state = 2) = (rule_set_json IS NOT NULL)),
    CHECK ((state = 2) = (rule_set_sha256 IS NOT NULL)),
    CHECK ((state = 2) = (opened_at IS NOT NULL))
) STRICT;
CREATE TRIGGER registry_cycle_keep_open BEFORE UPDATE OF state, policy, rule_set_json, rule_set_sha256, opened_at
ON registry_cycle WHEN old.state = 2
BEGIN SELECT RAISE(ABORT, 'the rule set of an open cycle is kept as it is'); END;
CREATE TRIGGER registry_cycle_keep_delete BEFORE DELETE ON registry_cycle
BEGIN SELECT RAISE(ABORT, 'a cycle is kept'); END;

-- Half-open: the end is outside.
CREATE TABLE registry_window (
    cycle TEXT NOT NULL REFERENCES registry_cycle (cycle),
    name TEXT NOT NULL,
    starts_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL,
    PRIMARY KEY (cycle, name),
    CHECK (starts_at < ends_at)
) STRICT;

CREATE TABLE registry_extension (
    cycle TEXT NOT NULL,
    number INTEGER NOT NULL CHECK (number >= 1),
    name TEXT NOT NULL,
    -- NULL: all units.
    unit TEXT,
    ends_at INTEGER NOT NULL,
    reason TEXT NOT NULL,
    granted_at INTEGER NOT NULL,
    PRIMARY KEY (cycle, number),
    FOREIGN KEY (cycle, name) REFERENCES registry_window (cycle, name)
) STRICT;
CREATE TRIGGER registry_extension_keep_update BEFORE UPDATE ON registry_extension
BEGIN SELECT RAISE(ABORT, 'an extension is kept as it was granted'); END;
CREATE TRIGGER registry_extension_keep_delete BEFORE DELETE ON registry_extension
BEGIN SELECT RAISE(ABORT, 'an extension is kept as it was granted'); END;

CREATE TABLE registry_unit_type (
    cycle TEXT NOT NULL REFERENCES registry_cycle (cycle),
    unit_type TEXT NOT NULL,
    name TEXT NOT NULL,
    name_en TEXT NOT NULL,
    place INTEGER NOT NULL,
    PRIMARY KEY (cycle, unit_type)
) STRICT;

CREATE TABLE registry_unit (
    cycle TEXT NOT NULL,
    unit TEXT NOT NULL,
    name TEXT NOT NULL,
    unit_type TEXT NOT NULL,
    -- Place in the official list.
    place INTEGER NOT NULL,
    -- Calendar dates "2022-01-01", empty if not known or still there.
    valid_from TEXT NOT NULL,
    valid_to TEXT NOT NULL,
    ranked INTEGER NOT NULL CHECK (ranked IN (0, 1)),
    -- Place among all units of the cycle, types first: the order of lists.
    list_place INTEGER NOT NULL CHECK (list_place >= 1),
    PRIMARY KEY (cycle, unit),
    UNIQUE (cycle, list_place),
    FOREIGN KEY (cycle, unit_type) REFERENCES registry_unit_type (cycle, unit_type)
) STRICT;

-- Units that no longer exist may be named, so there is no reference to registry_unit.
CREATE TABLE registry_predecessor (
    cycle TEXT NOT NULL,
    unit TEXT NOT NULL,
    place INTEGER NOT NULL,
    predecessor TEXT NOT NULL,
    PRIMARY KEY (cycle, unit, place),
    FOREIGN KEY (cycle, unit) REFERENCES registry_unit (cycle, unit)
) STRICT;

-- The set of a type as it was imported last; opening copies it into the rule set.
CREATE TABLE registry_index_set (
    cycle TEXT NOT NULL REFERENCES registry_cycle (cycle),
    unit_type TEXT NOT NULL,
    -- JSON.
    document TEXT NOT NULL,
    PRIMARY KEY (cycle, unit_type)
) STRICT;

CREATE TABLE registry_council (
    cycle TEXT NOT NULL REFERENCES registry_cycle (cycle),
    place INTEGER NOT NULL,
    agency TEXT NOT NULL,
    PRIMARY KEY (cycle, place),
    UNIQUE (cycle, agency)
) STRICT;

-- In the order they were made; the last one that fits counts.
CREATE TABLE registry_reassignment (
    cycle TEXT NOT NULL REFERENCES registry_cycle (cycle),
    number INTEGER NOT NULL CHECK (number >= 1),
    agency TEXT NOT NULL,
    -- NULL: all units.
    unit TEXT,
    -- NULL: all criteria.
    criterion TEXT,
    substitute TEXT NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (cycle, number)
) STRICT;
