-- What units ask of Home Affairs after a window has ended, and the answer. The time itself is the calendar's.

CREATE TABLE ledger_reopening (
  reopening_id BLOB NOT NULL PRIMARY KEY,
  cycle TEXT NOT NULL,
  unit TEXT NOT NULL,
  win TEXT NOT NULL CHECK (win IN ('self_scoring', 'explanation')),
  reason TEXT NOT NULL,
  asked_by TEXT NOT NULL,
  asked_at INTEGER NOT NULL,
  -- NULL until it is answered.
  granted INTEGER CHECK (granted IN (0, 1)),
  answer TEXT NOT NULL DEFAULT '',
  answered_by TEXT NOT NULL DEFAULT '',
  answered_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX ledger_reopening_by_unit ON ledger_reopening (cycle, unit, win);
