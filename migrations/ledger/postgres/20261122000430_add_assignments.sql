-- Which officer of a unit sees to which leaf: a division of work, no right. Earlier ones are in the journal.

CREATE TABLE ledger_assignment (
  cycle TEXT COLLATE "C" NOT NULL,
  unit TEXT COLLATE "C" NOT NULL,
  criterion TEXT COLLATE "C" NOT NULL,
  person_id BYTEA NOT NULL,
  PRIMARY KEY (cycle, unit, criterion)
);
