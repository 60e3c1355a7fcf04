-- The keys that these data were made with, by their SHA-256.
CREATE TABLE {service}_keys (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    sha256 BLOB NOT NULL CHECK (length(sha256) = 32)
) STRICT;
