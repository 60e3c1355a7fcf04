-- What units ask of Home Affairs after a window has ended, and the answer. The time itself is the calendar's.

CREATE TABLE ledger_reopening (
  reopening_id BYTEA NOT NULL PRIMARY KEY,
  cycle TEXT COLLATE "C" NOT NULL,
  unit TEXT COLLATE "C" NOT NULL,
  win TEXT COLLATE "C" NOT NULL CHECK (win IN ('self_scoring', 'explanation')),
  reason TEXT COLLATE "C" NOT NULL,
  asked_by TEXT COLLATE "C" NOT NULL,
  asked_at BIGINT NOT NULL,
  -- NULL until it is answered.
  granted BIGINT CHECK (granted IN (0, 1)),
  answer TEXT COLLATE "C" NOT NULL DEFAULT '',
  answered_by TEXT COLLATE "C" NOT NULL DEFAULT '',
  answered_at BIGINT
);
CREATE INDEX ledger_reopening_by_unit ON ledger_reopening (cycle, unit, win);
