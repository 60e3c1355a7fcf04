-- The scoring ledger: sheets, entries, rulings, evidence, rounds, penalties, external indices.
-- Points are 1/10,000; instants are UTC microseconds; inputs are the JSON of domain LeafInput.

CREATE TABLE ledger_sheet (
  cycle TEXT COLLATE "C" NOT NULL,
  unit TEXT COLLATE "C" NOT NULL,
  state TEXT COLLATE "C" NOT NULL CHECK (state IN ('draft', 'submitted', 'auto_locked')),
  -- When it was sent, or when its window ended.
  submitted_at BIGINT,
  PRIMARY KEY (cycle, unit)
);

-- What the unit says about one leaf.
CREATE TABLE ledger_entry (
  cycle TEXT COLLATE "C" NOT NULL,
  unit TEXT COLLATE "C" NOT NULL,
  criterion TEXT COLLATE "C" NOT NULL,
  version BIGINT NOT NULL CHECK (version >= 1),
  -- Why the leaf does not apply to the unit; empty: it does.
  not_applicable TEXT COLLATE "C" NOT NULL DEFAULT '',
  -- NULL: never filled.
  input TEXT COLLATE "C",
  -- NULL beside an input: nothing was planned.
  points BIGINT,
  explanation TEXT COLLATE "C" NOT NULL DEFAULT '',
  saved_by TEXT COLLATE "C" NOT NULL DEFAULT '',
  saved_at BIGINT,
  -- Version that the inputs and the explanation belong to.
  saved_version BIGINT NOT NULL DEFAULT 0,
  -- The further explanation between the rounds.
  further TEXT COLLATE "C" NOT NULL DEFAULT '',
  further_by TEXT COLLATE "C" NOT NULL DEFAULT '',
  further_at BIGINT,
  further_version BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (cycle, unit, criterion)
);

-- The newest decision per leaf and round; earlier ones are in the journal.
CREATE TABLE ledger_ruling (
  cycle TEXT COLLATE "C" NOT NULL,
  unit TEXT COLLATE "C" NOT NULL,
  criterion TEXT COLLATE "C" NOT NULL,
  round BIGINT NOT NULL CHECK (round IN (1, 2)),
  decision TEXT COLLATE "C" NOT NULL CHECK (decision IN ('agree', 'disagree', 'request_evidence')),
  -- NULL: points were given on the scale.
  input TEXT COLLATE "C",
  -- NULL: it was agreed that nothing was planned.
  points BIGINT CHECK (points >= 0),
  reason TEXT COLLATE "C" NOT NULL,
  -- The agency responsible; NULL where the council chair decided.
  agency TEXT COLLATE "C",
  decided_by TEXT COLLATE "C" NOT NULL,
  decided_at BIGINT NOT NULL,
  version BIGINT NOT NULL,
  PRIMARY KEY (cycle, unit, criterion, round)
);

CREATE TABLE ledger_evidence (
  evidence_id BYTEA NOT NULL PRIMARY KEY,
  cycle TEXT COLLATE "C" NOT NULL,
  unit TEXT COLLATE "C" NOT NULL,
  criterion TEXT COLLATE "C" NOT NULL,
  -- From 1 per leaf, in the order of adding.
  ordinal BIGINT NOT NULL CHECK (ordinal >= 1),
  kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('file', 'link', 'in_person')),
  document TEXT COLLATE "C" NOT NULL,
  locator TEXT COLLATE "C" NOT NULL,
  file_name TEXT COLLATE "C" NOT NULL,
  media_type TEXT COLLATE "C" NOT NULL,
  size_bytes BIGINT NOT NULL,
  -- Address of the file's bytes; NULL for what has none.
  sha256 BYTEA,
  url TEXT COLLATE "C" NOT NULL,
  presented_on TEXT COLLATE "C" NOT NULL,
  presented_at TEXT COLLATE "C" NOT NULL,
  members TEXT COLLATE "C" NOT NULL,
  -- Added between the rounds.
  supplement BIGINT NOT NULL,
  added_by TEXT COLLATE "C" NOT NULL,
  added_at BIGINT NOT NULL,
  removed_at BIGINT,
  -- A file has its bytes; the record of secret evidence has nothing of its content.
  CHECK ((kind = 'file') = (sha256 IS NOT NULL)),
  CHECK (kind <> 'in_person' OR (document = '' AND locator = '' AND file_name = '' AND url = ''))
);
CREATE UNIQUE INDEX ledger_evidence_by_leaf ON ledger_evidence (cycle, unit, criterion, ordinal);

CREATE TABLE ledger_round (
  cycle TEXT COLLATE "C" NOT NULL,
  round BIGINT NOT NULL CHECK (round IN (1, 2)),
  closed_by TEXT COLLATE "C" NOT NULL,
  closed_at BIGINT NOT NULL,
  PRIMARY KEY (cycle, round)
);

CREATE TABLE ledger_penalty (
  penalty_id BYTEA NOT NULL PRIMARY KEY,
  cycle TEXT COLLATE "C" NOT NULL,
  unit TEXT COLLATE "C" NOT NULL,
  criterion TEXT COLLATE "C" NOT NULL,
  input TEXT COLLATE "C" NOT NULL,
  document TEXT COLLATE "C" NOT NULL,
  reason TEXT COLLATE "C" NOT NULL,
  state TEXT COLLATE "C" NOT NULL CHECK (state IN ('proposed', 'decided', 'rejected')),
  -- The agency that proposed it; NULL where Home Affairs did.
  agency TEXT COLLATE "C",
  proposed_by TEXT COLLATE "C" NOT NULL,
  proposed_at BIGINT NOT NULL,
  unit_explanation TEXT COLLATE "C" NOT NULL DEFAULT '',
  decided_reason TEXT COLLATE "C" NOT NULL DEFAULT '',
  decided_by TEXT COLLATE "C" NOT NULL DEFAULT '',
  decided_at BIGINT
);
CREATE INDEX ledger_penalty_by_leaf ON ledger_penalty (cycle, unit, criterion, penalty_id);

CREATE TABLE ledger_external (
  cycle TEXT COLLATE "C" NOT NULL,
  unit TEXT COLLATE "C" NOT NULL,
  criterion TEXT COLLATE "C" NOT NULL,
  input TEXT COLLATE "C" NOT NULL,
  points BIGINT NOT NULL,
  document TEXT COLLATE "C" NOT NULL,
  imported_by TEXT COLLATE "C" NOT NULL,
  imported_at BIGINT NOT NULL,
  PRIMARY KEY (cycle, unit, criterion)
);
