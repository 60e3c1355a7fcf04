-- People who may sign in.
CREATE TABLE identity_person (
    person_id BLOB PRIMARY KEY CHECK (length(person_id) = 16),
    login TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    -- PHC string of Argon2id; NULL: signs in by token only.
    password_hash TEXT,
    disabled INTEGER NOT NULL DEFAULT 0
) STRICT;

-- Roles; empty cycle: every cycle, empty unit: none.
CREATE TABLE identity_grant (
    person_id BLOB NOT NULL REFERENCES identity_person (person_id),
    role INTEGER NOT NULL,
    cycle TEXT NOT NULL,
    unit TEXT NOT NULL,
    PRIMARY KEY (person_id, role, cycle, unit)
) STRICT;

-- Sessions and API tokens; the secret itself is kept nowhere.
CREATE TABLE identity_token (
    token_id BLOB PRIMARY KEY CHECK (length(token_id) = 16),
    person_id BLOB NOT NULL REFERENCES identity_person (person_id),
    secret_sha256 BLOB NOT NULL UNIQUE CHECK (length(secret_sha256) = 32),
    session INTEGER NOT NULL,
    label TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    revoked INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX identity_token_person ON identity_token (person_id, token_id);

-- Failed sign-ins, so that guessing is slow across restarts.
CREATE TABLE identity_failure (
    login TEXT NOT NULL,
    at INTEGER NOT NULL
) STRICT;
CREATE INDEX identity_failure_login ON identity_failure (login, at);
