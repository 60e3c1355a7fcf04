-- Who follows a feed. Whoever waits for it asks by raising `asked`; the holder, while it lives, raises `answered`
-- to the same number.
CREATE TABLE {service}_lease (
    name TEXT COLLATE "C" PRIMARY KEY,
    holder TEXT COLLATE "C" NOT NULL,
    asked BIGINT NOT NULL,
    answered BIGINT NOT NULL CHECK (answered <= asked)
);
