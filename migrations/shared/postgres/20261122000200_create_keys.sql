-- The keys that these data were made with, by their SHA-256.
CREATE TABLE {service}_keys (
    one BIGINT PRIMARY KEY CHECK (one = 1),
    sha256 BYTEA NOT NULL CHECK (length(sha256) = 32)
);
