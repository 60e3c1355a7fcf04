-- Where letters go; empty: nowhere.
ALTER TABLE identity_person ADD COLUMN email TEXT NOT NULL DEFAULT '';

-- What a session has beside its token.
CREATE TABLE identity_session (
    token_id BLOB PRIMARY KEY REFERENCES identity_token (token_id),
    -- To the minute, so that reading writes seldom.
    last_used_at INTEGER NOT NULL,
    -- It ends after so long without a call; 0: it does not.
    idle_micros INTEGER NOT NULL CHECK (idle_micros >= 0),
    agent TEXT NOT NULL,
    second_factor INTEGER NOT NULL CHECK (second_factor IN (0, 1))
) STRICT;

-- Second factors. Secrets are sealed; one that is not confirmed yet stands beside the one that counts.
CREATE TABLE identity_factor (
    person_id BLOB PRIMARY KEY REFERENCES identity_person (person_id),
    secret BLOB,
    confirmed_at INTEGER,
    -- Step of the last code that was taken: a code counts once.
    last_step INTEGER NOT NULL DEFAULT 0,
    next_secret BLOB,
    -- The request that made it, which may see it again.
    next_request BLOB
) STRICT;

-- Recovery codes by their keyed hash.
CREATE TABLE identity_recovery (
    person_id BLOB NOT NULL REFERENCES identity_person (person_id),
    code_hash BLOB NOT NULL CHECK (length(code_hash) = 32),
    used_at INTEGER,
    PRIMARY KEY (person_id, code_hash)
) STRICT;

-- Sign-ins whose password was right and whose code is awaited.
CREATE TABLE identity_pending (
    secret_sha256 BLOB PRIMARY KEY CHECK (length(secret_sha256) = 32),
    person_id BLOB NOT NULL REFERENCES identity_person (person_id),
    agent TEXT NOT NULL,
    idle_micros INTEGER NOT NULL CHECK (idle_micros >= 0),
    expires_at INTEGER NOT NULL
) STRICT;
