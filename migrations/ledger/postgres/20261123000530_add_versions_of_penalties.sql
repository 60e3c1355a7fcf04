-- How often a unit has answered a proposed penalty: whoever answers says over which answer.

ALTER TABLE ledger_penalty ADD COLUMN answers BIGINT NOT NULL DEFAULT 0;
