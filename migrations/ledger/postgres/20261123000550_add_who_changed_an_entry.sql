-- Who made the newest version of an entry, and when: by its value, by an explanation or by a piece of evidence. Empty and
-- NULL where that was before it was kept.

ALTER TABLE ledger_entry ADD COLUMN changed_by TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE ledger_entry ADD COLUMN changed_at BIGINT;
