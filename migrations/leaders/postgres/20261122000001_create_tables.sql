-- One row per cycle whose panel was named.
CREATE TABLE leaders_scoring (
    cycle TEXT COLLATE "C" PRIMARY KEY,
    -- Document by which Home Affairs counts what came, below the quorum.
    decision_document TEXT COLLATE "C",
    decided_at BIGINT,
    -- Points are final from here on; set back when a slip is sent in an extension.
    closed_at BIGINT,
    CHECK ((decision_document IS NULL) = (decided_at IS NULL))
);

-- Who is entitled to mark, in the order of the form.
CREATE TABLE leaders_panel (
    cycle TEXT COLLATE "C" NOT NULL REFERENCES leaders_scoring (cycle),
    place BIGINT NOT NULL CHECK (place >= 0),
    leader BYTEA NOT NULL CHECK (length(leader) = 16),
    name TEXT COLLATE "C" NOT NULL,
    role TEXT COLLATE "C" NOT NULL CHECK (role IN ('CHAIR', 'VICE_CHAIR')),
    PRIMARY KEY (cycle, place),
    UNIQUE (cycle, leader)
);

-- Units to mark under the policy "shortlist".
CREATE TABLE leaders_shortlist (
    cycle TEXT COLLATE "C" NOT NULL REFERENCES leaders_scoring (cycle),
    unit TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (cycle, unit)
);

-- The draft of a leader's slip.
CREATE TABLE leaders_slip (
    cycle TEXT COLLATE "C" NOT NULL,
    leader BYTEA NOT NULL CHECK (length(leader) = 16),
    -- Grows with each saved mark.
    version BIGINT NOT NULL CHECK (version >= 1),
    PRIMARY KEY (cycle, leader)
);

CREATE TABLE leaders_mark (
    cycle TEXT COLLATE "C" NOT NULL,
    leader BYTEA NOT NULL,
    unit TEXT COLLATE "C" NOT NULL,
    -- In 1/10,000; NULL is an abstention.
    mark BIGINT CHECK (mark >= 0),
    saved_at BIGINT NOT NULL,
    PRIMARY KEY (cycle, leader, unit),
    FOREIGN KEY (cycle, leader) REFERENCES leaders_slip (cycle, leader)
);

-- Every sending of a slip; the one with the highest number counts.
CREATE TABLE leaders_sent (
    cycle TEXT COLLATE "C" NOT NULL,
    leader BYTEA NOT NULL,
    number BIGINT NOT NULL CHECK (number >= 1),
    sent_at BIGINT NOT NULL,
    version BIGINT NOT NULL,
    -- The journal shows only the commitment; with the salt it can be proved later.
    salt BYTEA NOT NULL CHECK (length(salt) = 32),
    commitment TEXT COLLATE "C" NOT NULL CHECK (length(commitment) = 64),
    PRIMARY KEY (cycle, leader, number),
    FOREIGN KEY (cycle, leader) REFERENCES leaders_slip (cycle, leader)
);
CREATE TRIGGER leaders_sent_keep_update BEFORE UPDATE ON leaders_sent
FOR EACH ROW EXECUTE FUNCTION keep('a sent slip is kept as it was');
CREATE TRIGGER leaders_sent_keep_delete BEFORE DELETE ON leaders_sent
FOR EACH ROW EXECUTE FUNCTION keep('a sent slip is kept as it was');

CREATE TABLE leaders_sent_mark (
    cycle TEXT COLLATE "C" NOT NULL,
    leader BYTEA NOT NULL,
    number BIGINT NOT NULL,
    unit TEXT COLLATE "C" NOT NULL,
    mark BIGINT CHECK (mark >= 0),
    PRIMARY KEY (cycle, leader, number, unit),
    FOREIGN KEY (cycle, leader, number) REFERENCES leaders_sent (cycle, leader, number)
);
CREATE TRIGGER leaders_sent_mark_keep_update BEFORE UPDATE ON leaders_sent_mark
FOR EACH ROW EXECUTE FUNCTION keep('a sent slip is kept as it was');
CREATE TRIGGER leaders_sent_mark_keep_delete BEFORE DELETE ON leaders_sent_mark
FOR EACH ROW EXECUTE FUNCTION keep('a sent slip is kept as it was');
