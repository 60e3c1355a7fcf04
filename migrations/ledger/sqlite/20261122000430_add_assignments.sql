-- Which officer of a unit sees to which leaf: a division of work, no right. Earlier ones are in the journal.

CREATE TABLE ledger_assignment (
  cycle TEXT NOT NULL,
  unit TEXT NOT NULL,
  criterion TEXT NOT NULL,
  person_id BLOB NOT NULL,
  PRIMARY KEY (cycle, unit, criterion)
) STRICT, WITHOUT ROWID;
