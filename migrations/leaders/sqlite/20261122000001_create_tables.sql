-- One row per cycle whose panel was named.
CREATE TABLE leaders_scoring (
    cycle TEXT PRIMARY KEY,
    -- Document by which Home Affairs counts what came, below the quorum.
    decision_document TEXT,
    decided_at INTEGER,
    -- Points are final from here on; set back when a slip is sent in an extension.
    closed_at INTEGER,
    CHECK ((decision_document IS NULL) = (decided_at IS NULL))
) STRICT;

-- Who is entitled to mark, in the order of the form.
CREATE TABLE leaders_panel (
    cycle TEXT NOT NULL REFERENCES leaders_scoring (cycle),
    place INTEGER NOT NULL CHECK (place >= 0),
    leader BLOB NOT NULL CHECK (length(leader) = 16),
    name TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('CHAIR', 'VICE_CHAIR')),
    PRIMARY KEY (cycle, place),
    UNIQUE (cycle, leader)
) STRICT;

-- Units to mark under the policy "shortlist".
CREATE TABLE leaders_shortlist (
    cycle TEXT NOT NULL REFERENCES leaders_scoring (cycle),
    unit TEXT NOT NULL,
    PRIMARY KEY (cycle, unit)
) STRICT;

-- The draft of a leader's slip.
CREATE TABLE leaders_slip (
    cycle TEXT NOT NULL,
    leader BLOB NOT NULL CHECK (length(leader) = 16),
    -- Grows with each saved mark.
    version INTEGER NOT NULL CHECK (version >= 1),
    PRIMARY KEY (cycle, leader)
) STRICT;

CREATE TABLE leaders_mark (
    cycle TEXT NOT NULL,
    leader BLOB NOT NULL,
    unit TEXT NOT NULL,
    -- In 1/10,000; NULL is an abstention.
    mark INTEGER CHECK (mark >= 0),
    saved_at INTEGER NOT NULL,
    PRIMARY KEY (cycle, leader, unit),
    FOREIGN KEY (cycle, leader) REFERENCES leaders_slip (cycle, leader)
) STRICT;

-- Every sending of a slip; the one with the highest number counts.
CREATE TABLE leaders_sent (
    cycle TEXT NOT NULL,
    leader BLOB NOT NULL,
    number INTEGER NOT NULL CHECK (number >= 1),
    sent_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    -- The journal shows only the commitment; with the salt it can be proved later.
    salt BLOB NOT NULL CHECK (length(salt) = 32),
    commitment TEXT NOT NULL CHECK (length(commitment) = 64),
    PRIMARY KEY (cycle, leader, number),
    FOREIGN KEY (cycle, leader) REFERENCES leaders_slip (cycle, leader)
) STRICT;
CREATE TRIGGER leaders_sent_keep_update BEFORE UPDATE ON leaders_sent
BEGIN SELECT RAISE(ABORT, 'a sent slip is kept as it was'); END;
CREATE TRIGGER leaders_sent_keep_delete BEFORE DELETE ON leaders_sent
BEGIN SELECT RAISE(ABORT, 'a sent slip is kept as it was'); END;

CREATE TABLE leaders_sent_mark (
    cycle TEXT NOT NULL,
    leader BLOB NOT NULL,
    number INTEGER NOT NULL,
    unit TEXT NOT NULL,
    mark INTEGER CHECK (mark >= 0),
    PRIMARY KEY (cycle, leader, number, unit),
    FOREIGN KEY (cycle, leader, number) REFERENCES leaders_sent (cycle, leader, number)
) STRICT;
CREATE TRIGGER leaders_sent_mark_keep_update BEFORE UPDATE ON leaders_sent_mark
BEGIN SELECT RAISE(ABORT, 'a sent slip is kept as it was'); END;
CREATE TRIGGER leaders_sent_mark_keep_delete BEFORE DELETE ON leaders_sent_mark
BEGIN SELECT RAISE(ABORT, 'a sent slip is kept as it was'); END;
