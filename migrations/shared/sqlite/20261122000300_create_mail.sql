-- What is to be told to whom, written in the transaction of the act that it tells of.
CREATE TABLE {service}_mail (
    mail_id BLOB PRIMARY KEY CHECK (length(mail_id) = 16),
    -- "sheet-sent/2026/SYT/…": under one name one mail, however often it is posted.
    name TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    -- JSON: people by id, or whoever holds a role.
    audience TEXT NOT NULL,
    -- JSON: what the text of its kind is filled in with. Nobody's name, number or address.
    about TEXT NOT NULL,
    posted_at INTEGER NOT NULL,
    -- When there was a letter for each of the audience.
    expanded_at INTEGER
) STRICT;
CREATE INDEX {service}_mail_open ON {service}_mail (expanded_at, posted_at);

-- A mail to one person.
CREATE TABLE {service}_letter (
    letter_id BLOB PRIMARY KEY CHECK (length(letter_id) = 16),
    mail_id BLOB NOT NULL REFERENCES {service}_mail (mail_id),
    person_id BLOB NOT NULL CHECK (length(person_id) = 16),
    -- nowhere: the person has no address.
    state TEXT NOT NULL CHECK (state IN ('waiting', 'sent', 'failed', 'nowhere')),
    attempts INTEGER NOT NULL,
    next_at INTEGER NOT NULL,
    last_fault TEXT NOT NULL,
    UNIQUE (mail_id, person_id)
) STRICT;
CREATE INDEX {service}_letter_next ON {service}_letter (state, next_at);
