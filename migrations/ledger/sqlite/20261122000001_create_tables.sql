-- The scoring ledger: sheets, entries, rulings, evidence, rounds, penalties, external indices.
-- Points are 1/10,000; instants are UTC microseconds; inputs are the JSON of domain LeafInput.

CREATE TABLE ledger_sheet (
  cycle TEXT NOT NULL,
  unit TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('draft', 'submitted', 'auto_locked')),
  -- When it was sent, or when its window ended.
  submitted_at INTEGER,
  PRIMARY KEY (cycle, unit)
) STRICT, WITHOUT ROWID;

-- What the unit says about one leaf.
CREATE TABLE ledger_entry (
  cycle TEXT NOT NULL,
  unit TEXT NOT NULL,
  criterion TEXT NOT NULL,
  version INTEGER NOT NULL CHECK (version >= 1),
  -- Why the leaf does not apply to the unit; empty: it does.
  not_applicable TEXT NOT NULL DEFAULT '',
  -- NULL: never filled.
  input TEXT,
  -- NULL beside an input: nothing was planned.
  points INTEGER,
  explanation TEXT NOT NULL DEFAULT '',
  saved_by TEXT NOT NULL DEFAULT '',
  saved_at INTEGER,
  -- Version that the inputs and the explanation belong to.
  saved_version INTEGER NOT NULL DEFAULT 0,
  -- The further explanation between the rounds.
  further TEXT NOT NULL DEFAULT '',
  further_by TEXT NOT NULL DEFAULT '',
  further_at INTEGER,
  further_version INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (cycle, unit, criterion)
) STRICT, WITHOUT ROWID;

-- The newest decision per leaf and round; earlier ones are in the journal.
CREATE TABLE ledger_ruling (
  cycle TEXT NOT NULL,
  unit TEXT NOT NULL,
  criterion TEXT NOT NULL,
  round INTEGER NOT NULL CHECK (round IN (1, 2)),
  decision TEXT NOT NULL CHECK (decision IN ('agree', 'disagree', 'request_evidence')),
  -- NULL: points were given on the scale.
  input TEXT,
  -- NULL: it was agreed that nothing was planned.
  points INTEGER CHECK (points >= 0),
  reason TEXT NOT NULL,
  -- The agency responsible; NULL where the council chair decided.
  agency TEXT,
  decided_by TEXT NOT NULL,
  decided_at INTEGER NOT NULL,
  version INTEGER NOT NULL,
  PRIMARY KEY (cycle, unit, criterion, round)
) STRICT, WITHOUT ROWID;

CREATE TABLE ledger_evidence (
  evidence_id BLOB NOT NULL PRIMARY KEY,
  cycle TEXT NOT NULL,
  unit TEXT NOT NULL,
  criterion TEXT NOT NULL,
  -- From 1 per leaf, in the order of adding.
  ordinal INTEGER NOT NULL CHECK (ordinal >= 1),
  kind TEXT NOT NULL CHECK (kind IN ('file', 'link', 'in_person')),
  document TEXT NOT NULL,
  locator TEXT NOT NULL,
  file_name TEXT NOT NULL,
  media_type TEXT NOT NULL,
  size_bytes INTEGER NOT NULL,
  -- Address of the file's bytes; NULL for what has none.
  sha256 BLOB,
  url TEXT NOT NULL,
  presented_on TEXT NOT NULL,
  presented_at TEXT NOT NULL,
  members TEXT NOT NULL,
  -- Added between the rounds.
  supplement INTEGER NOT NULL,
  added_by TEXT NOT NULL,
  added_at INTEGER NOT NULL,
  removed_at INTEGER,
  -- A file has its bytes; the record of secret evidence has nothing of its content.
  CHECK ((kind = 'file') = (sha256 IS NOT NULL)),
  CHECK (kind <> 'in_person' OR (document = '' AND locator = '' AND file_name = '' AND url = ''))
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX ledger_evidence_by_leaf ON ledger_evidence (cycle, unit, criterion, ordinal);

CREATE TABLE ledger_round (
  cycle TEXT NOT NULL,
  round INTEGER NOT NULL CHECK (round IN (1, 2)),
  closed_by TEXT NOT NULL,
  closed_at INTEGER NOT NULL,
  PRIMARY KEY (cycle, round)
) STRICT, WITHOUT ROWID;

CREATE TABLE ledger_penalty (
  penalty_id BLOB NOT NULL PRIMARY KEY,
  cycle TEXT NOT NULL,
  unit TEXT NOT NULL,
  criterion TEXT NOT NULL,
  input TEXT NOT NULL,
  document TEXT NOT NULL,
  reason TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('proposed', 'decided', 'rejected')),
  -- The agency that proposed it; NULL where Home Affairs did.
  agency TEXT,
  proposed_by TEXT NOT NULL,
  proposed_at INTEGER NOT NULL,
  unit_explanation TEXT NOT NULL DEFAULT '',
  decided_reason TEXT NOT NULL DEFAULT '',
  decided_by TEXT NOT NULL DEFAULT '',
  decided_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX ledger_penalty_by_leaf ON ledger_penalty (cycle, unit, criterion, penalty_id);

CREATE TABLE ledger_external (
  cycle TEXT NOT NULL,
  unit TEXT NOT NULL,
  criterion TEXT NOT NULL,
  input TEXT NOT NULL,
  points INTEGER NOT NULL,
  document TEXT NOT NULL,
  imported_by TEXT NOT NULL,
  imported_at INTEGER NOT NULL,
  PRIMARY KEY (cycle, unit, criterion)
) STRICT, WITHOUT ROWID;
