-- A year: what is rated, by which rules, when and by whom.
CREATE TABLE registry_cycle (
    cycle TEXT COLLATE "C" PRIMARY KEY,
    province TEXT COLLATE "C" NOT NULL,
    regulation TEXT COLLATE "C" NOT NULL,
    -- 1 being set up, 2 open.
    state BIGINT NOT NULL CHECK (state IN (1, 2)),
    -- Grows with each change.
    version BIGINT NOT NULL CHECK (version >= 1),
    -- JSON.
    policy TEXT COLLATE "C" NOT NULL,
    -- Canonical JSON of index sets and policy, and its SHA-256; set by opening and never again.
    rule_set_json TEXT COLLATE "C",
    rule_set_sha256 TEXT COLLATE "C" CHECK (length(rule_set_sha256) = 64),
    created_at BIGINT NOT NULL,
    opened_at BIGINT,
    CHECK ((state = 2) = (rule_set_json IS NOT NULL)),
    CHECK ((state = 2) = (rule_set_sha256 IS NOT NULL)),
    CHECK ((state = 2) = (opened_at IS NOT NULL))
);
CREATE TRIGGER registry_cycle_keep_open BEFORE UPDATE OF state, policy, rule_set_json, rule_set_sha256, opened_at
ON registry_cycle
FOR EACH ROW WHEN (old.state = 2) EXECUTE FUNCTION keep('the rule set of an open cycle is kept as it is');
CREATE TRIGGER registry_cycle_keep_delete BEFORE DELETE ON registry_cycle
FOR EACH ROW EXECUTE FUNCTION keep('a cycle is kept');

-- Half-open: the end is outside.
CREATE TABLE registry_window (
    cycle TEXT COLLATE "C" NOT NULL REFERENCES registry_cycle (cycle),
    name TEXT COLLATE "C" NOT NULL,
    starts_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    PRIMARY KEY (cycle, name),
    CHECK (starts_at < ends_at)
);

CREATE TABLE registry_extension (
    cycle TEXT COLLATE "C" NOT NULL,
    number BIGINT NOT NULL CHECK (number >= 1),
    name TEXT COLLATE "C" NOT NULL,
    -- NULL: all units.
    unit TEXT COLLATE "C",
    ends_at BIGINT NOT NULL,
    reason TEXT COLLATE "C" NOT NULL,
    granted_at BIGINT NOT NULL,
    PRIMARY KEY (cycle, number),
    FOREIGN KEY (cycle, name) REFERENCES registry_window (cycle, name)
);
CREATE TRIGGER registry_extension_keep_update BEFORE UPDATE ON registry_extension
FOR EACH ROW EXECUTE FUNCTION keep('an extension is kept as it was granted');
CREATE TRIGGER registry_extension_keep_delete BEFORE DELETE ON registry_extension
FOR EACH ROW EXECUTE FUNCTION keep('an extension is kept as it was granted');

CREATE TABLE registry_unit_type (
    cycle TEXT COLLATE "C" NOT NULL REFERENCES registry_cycle (cycle),
    unit_type TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    name_en TEXT COLLATE "C" NOT NULL,
    place BIGINT NOT NULL,
    PRIMARY KEY (cycle, unit_type)
);

CREATE TABLE registry_unit (
    cycle TEXT COLLATE "C" NOT NULL,
    unit TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    unit_type TEXT COLLATE "C" NOT NULL,
    -- Place in the official list.
    place BIGINT NOT NULL,
    -- Calendar dates "2022-01-01", empty if not known or still there.
    valid_from TEXT COLLATE "C" NOT NULL,
    valid_to TEXT COLLATE "C" NOT NULL,
    ranked BIGINT NOT NULL CHECK (ranked IN (0, 1)),
    -- Place among all units of the cycle, types first: the order of lists.
    list_place BIGINT NOT NULL CHECK (list_place >= 1),
    PRIMARY KEY (cycle, unit),
    UNIQUE (cycle, list_place),
    FOREIGN KEY (cycle, unit_type) REFERENCES registry_unit_type (cycle, unit_type)
);

-- Units that no longer exist may be named, so there is no reference to registry_unit.
CREATE TABLE registry_predecessor (
    cycle TEXT COLLATE "C" NOT NULL,
    unit TEXT COLLATE "C" NOT NULL,
    place BIGINT NOT NULL,
    predecessor TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (cycle, unit, place),
    FOREIGN KEY (cycle, unit) REFERENCES registry_unit (cycle, unit)
);

-- The set of a type as it was imported last; opening copies it into the rule set.
CREATE TABLE registry_index_set (
    cycle TEXT COLLATE "C" NOT NULL REFERENCES registry_cycle (cycle),
    unit_type TEXT COLLATE "C" NOT NULL,
    -- JSON.
    document TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (cycle, unit_type)
);

CREATE TABLE registry_council (
    cycle TEXT COLLATE "C" NOT NULL REFERENCES registry_cycle (cycle),
    place BIGINT NOT NULL,
    agency TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (cycle, place),
    UNIQUE (cycle, agency)
);

-- In the order they were made; the last one that fits counts.
CREATE TABLE registry_reassignment (
    cycle TEXT COLLATE "C" NOT NULL REFERENCES registry_cycle (cycle),
    number BIGINT NOT NULL CHECK (number >= 1),
    agency TEXT COLLATE "C" NOT NULL,
    -- NULL: all units.
    unit TEXT COLLATE "C",
    -- NULL: all criteria.
    criterion TEXT COLLATE "C",
    substitute TEXT COLLATE "C" NOT NULL,
    reason TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (cycle, number)
);
