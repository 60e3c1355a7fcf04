-- The returned slip in whose place a draft is to come.
ALTER TABLE survey_draft ADD COLUMN replaces BYTEA CHECK (length(replaces) = 16);
