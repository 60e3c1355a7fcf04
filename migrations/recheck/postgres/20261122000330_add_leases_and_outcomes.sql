-- Who holds a case until when, what came of each call, and the answers given the second time.

-- Taken from the cases that nobody had: after the lease it is anybody's again.
ALTER TABLE recheck_case ADD COLUMN pooled BIGINT NOT NULL DEFAULT 0 CHECK (pooled IN (0, 1));
-- Until when its officer holds it.
ALTER TABLE recheck_case ADD COLUMN held_until BIGINT;
-- What came of the last attempt; empty before the first.
ALTER TABLE recheck_case ADD COLUMN tried TEXT COLLATE "C" NOT NULL DEFAULT ''
    CHECK (tried IN ('', 'NO_ANSWER', 'BUSY', 'CALL_BACK', 'UNREACHABLE', 'ASKS_VISIT', 'REFUSED', 'OTHER'));
-- When to call again.
ALTER TABLE recheck_case ADD COLUMN next_at BIGINT;
-- Attempts of the time before outcomes were kept were calls that nobody answered.
UPDATE recheck_case SET tried = 'NO_ANSWER' WHERE outcome IS NULL
    AND EXISTS (SELECT 1 FROM recheck_attempt a WHERE a.case_id = recheck_case.case_id);

ALTER TABLE recheck_attempt ADD COLUMN outcome TEXT COLLATE "C" NOT NULL DEFAULT 'NO_ANSWER'
    CHECK (outcome IN ('NO_ANSWER', 'BUSY', 'CALL_BACK', 'UNREACHABLE', 'ASKS_VISIT', 'REFUSED', 'OTHER'));
ALTER TABLE recheck_attempt ADD COLUMN callback_at BIGINT;

-- What was answered the second time, in the order of asking.
CREATE TABLE recheck_answer (
    case_id BYTEA NOT NULL REFERENCES recheck_case (case_id),
    number BIGINT NOT NULL CHECK (number >= 1),
    question TEXT COLLATE "C" NOT NULL,
    second_answer TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (case_id, number)
);
CREATE TRIGGER recheck_answer_keep_update BEFORE UPDATE ON recheck_answer
FOR EACH ROW EXECUTE FUNCTION keep('an answer is recorded once');
CREATE TRIGGER recheck_answer_keep_delete BEFORE DELETE ON recheck_answer
FOR EACH ROW EXECUTE FUNCTION keep('an answer is recorded once');
