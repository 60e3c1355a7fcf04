-- Where letters go; empty: nowhere.
ALTER TABLE identity_person ADD COLUMN email TEXT COLLATE "C" NOT NULL DEFAULT '';

-- What a session has beside its token.
CREATE TABLE identity_session (
    token_id BYTEA PRIMARY KEY REFERENCES identity_token (token_id),
    -- To the minute, so that reading writes seldom.
    last_used_at BIGINT NOT NULL,
    -- It ends after so long without a call; 0: it does not.
    idle_micros BIGINT NOT NULL CHECK (idle_micros >= 0),
    agent TEXT COLLATE "C" NOT NULL,
    second_factor BIGINT NOT NULL CHECK (second_factor IN (0, 1))
);

-- Second factors. Secrets are sealed; one that is not confirmed yet stands beside the one that counts.
CREATE TABLE identity_factor (
    person_id BYTEA PRIMARY KEY REFERENCES identity_person (person_id),
    secret BYTEA,
    confirmed_at BIGINT,
    -- Step of the last code that was taken: a code counts once.
    last_step BIGINT NOT NULL DEFAULT 0,
    next_secret BYTEA,
    -- The request that made it, which may see it again.
    next_request BYTEA
);

-- Recovery codes by their keyed hash.
CREATE TABLE identity_recovery (
    person_id BYTEA NOT NULL REFERENCES identity_person (person_id),
    code_hash BYTEA NOT NULL CHECK (length(code_hash) = 32),
    used_at BIGINT,
    PRIMARY KEY (person_id, code_hash)
);

-- Sign-ins whose password was right and whose code is awaited.
CREATE TABLE identity_pending (
    secret_sha256 BYTEA PRIMARY KEY CHECK (length(secret_sha256) = 32),
    person_id BYTEA NOT NULL REFERENCES identity_person (person_id),
    agent TEXT COLLATE "C" NOT NULL,
    idle_micros BIGINT NOT NULL CHECK (idle_micros >= 0),
    expires_at BIGINT NOT NULL
);
