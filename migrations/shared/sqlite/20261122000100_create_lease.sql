-- Who follows a feed. Whoever waits for it asks by raising `asked`; the holder, while it lives, raises `answered`
-- to the same number.
CREATE TABLE {service}_lease (
    name TEXT PRIMARY KEY,
    holder TEXT NOT NULL,
    asked INTEGER NOT NULL,
    answered INTEGER NOT NULL CHECK (answered <= asked)
) STRICT;
