-- The three tables that every service has; {service} is its name.

-- History: append-only, each row chained to the one before by its hash.
CREATE TABLE {service}_journal (
    seq INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    act TEXT NOT NULL,
    object TEXT NOT NULL,
    before TEXT NOT NULL,
    after TEXT NOT NULL,
    reason TEXT NOT NULL,
    hash BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;
CREATE INDEX {service}_journal_object ON {service}_journal (object, seq);
CREATE TRIGGER {service}_journal_keep_update BEFORE UPDATE ON {service}_journal
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER {service}_journal_keep_delete BEFORE DELETE ON {service}_journal
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;

-- Mutations that were carried out, so that a repeated one gets its first answer.
CREATE TABLE {service}_request (
    request_id BLOB PRIMARY KEY CHECK (length(request_id) = 16),
    method TEXT NOT NULL,
    caller TEXT NOT NULL,
    body_sha256 BLOB NOT NULL CHECK (length(body_sha256) = 32),
    reply BLOB NOT NULL,
    at INTEGER NOT NULL
) STRICT;

-- Index points: every revision, numbered without gaps.
CREATE TABLE {service}_point (
    seq INTEGER PRIMARY KEY,
    cycle TEXT NOT NULL,
    unit TEXT NOT NULL,
    criterion TEXT NOT NULL,
    revision INTEGER NOT NULL CHECK (revision >= 1),
    body BLOB NOT NULL,
    body_sha256 BLOB NOT NULL,
    at INTEGER NOT NULL,
    UNIQUE (cycle, unit, criterion, revision)
) STRICT;
