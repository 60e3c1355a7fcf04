-- People who may sign in.
CREATE TABLE identity_person (
    person_id BYTEA PRIMARY KEY CHECK (length(person_id) = 16),
    login TEXT COLLATE "C" NOT NULL UNIQUE,
    name TEXT COLLATE "C" NOT NULL,
    -- PHC string of Argon2id; NULL: signs in by token only.
    password_hash TEXT COLLATE "C",
    disabled BIGINT NOT NULL DEFAULT 0
);

-- Roles; empty cycle: every cycle, empty unit: none.
CREATE TABLE identity_grant (
    person_id BYTEA NOT NULL REFERENCES identity_person (person_id),
    role BIGINT NOT NULL,
    cycle TEXT COLLATE "C" NOT NULL,
    unit TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (person_id, role, cycle, unit)
);

-- Sessions and API tokens; the secret itself is kept nowhere.
CREATE TABLE identity_token (
    token_id BYTEA PRIMARY KEY CHECK (length(token_id) = 16),
    person_id BYTEA NOT NULL REFERENCES identity_person (person_id),
    secret_sha256 BYTEA NOT NULL UNIQUE CHECK (length(secret_sha256) = 32),
    session BIGINT NOT NULL,
    label TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    revoked BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX identity_token_person ON identity_token (person_id, token_id);

-- Failed sign-ins, so that guessing is slow across restarts.
CREATE TABLE identity_failure (
    login TEXT COLLATE "C" NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX identity_failure_login ON identity_failure (login, at);
