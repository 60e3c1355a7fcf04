-- What every service has; {service} is its name. Everything lies in the service's own schema, which is the
-- whole search path of its login.

-- What SQLite has and PostgreSQL has not, so that a statement is one text for both. A list goes in as one
-- text parameter; of an element that is no array and no object, `atom` is the value.
CREATE FUNCTION json_each(list TEXT) RETURNS TABLE (key BIGINT, value JSONB, atom TEXT)
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT e.place - 1, e.value, e.value #>> '{}'
      FROM jsonb_array_elements(list::jsonb) WITH ORDINALITY AS e (value, place) $$;
CREATE FUNCTION unhex(digits TEXT) RETURNS BYTEA
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$ SELECT decode(digits, 'hex') $$;
CREATE FUNCTION hex(bytes BYTEA) RETURNS TEXT
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$ SELECT upper(encode(bytes, 'hex')) $$;

-- Refuses to change history; the reason is the trigger's argument.
CREATE FUNCTION keep() RETURNS TRIGGER LANGUAGE plpgsql
AS $$ BEGIN RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'integrity_constraint_violation'; END $$;

-- Whoever writes holds this row: the service's write transactions follow one another, as they do on SQLite.
CREATE TABLE {service}_writer (
    one BIGINT PRIMARY KEY CHECK (one = 1)
);
INSERT INTO {service}_writer (one) VALUES (1);

-- History: append-only, each row chained to the one before by its hash.
CREATE TABLE {service}_journal (
    seq BIGINT PRIMARY KEY,
    at BIGINT NOT NULL,
    actor TEXT COLLATE "C" NOT NULL,
    act TEXT COLLATE "C" NOT NULL,
    object TEXT COLLATE "C" NOT NULL,
    before TEXT COLLATE "C" NOT NULL,
    after TEXT COLLATE "C" NOT NULL,
    reason TEXT COLLATE "C" NOT NULL,
    hash BYTEA NOT NULL CHECK (length(hash) = 32)
);
CREATE INDEX {service}_journal_object ON {service}_journal (object, seq);
CREATE TRIGGER {service}_journal_keep_update BEFORE UPDATE ON {service}_journal
FOR EACH ROW EXECUTE FUNCTION keep('the journal is append-only');
CREATE TRIGGER {service}_journal_keep_delete BEFORE DELETE ON {service}_journal
FOR EACH ROW EXECUTE FUNCTION keep('the journal is append-only');

-- Mutations that were carried out, so that a repeated one gets its first answer.
CREATE TABLE {service}_request (
    request_id BYTEA PRIMARY KEY CHECK (length(request_id) = 16),
    method TEXT COLLATE "C" NOT NULL,
    caller TEXT COLLATE "C" NOT NULL,
    body_sha256 BYTEA NOT NULL CHECK (length(body_sha256) = 32),
    reply BYTEA NOT NULL,
    at BIGINT NOT NULL
);

-- Index points: every revision, numbered without gaps.
CREATE TABLE {service}_point (
    seq BIGINT PRIMARY KEY,
    cycle TEXT COLLATE "C" NOT NULL,
    unit TEXT COLLATE "C" NOT NULL,
    criterion TEXT COLLATE "C" NOT NULL,
    revision BIGINT NOT NULL CHECK (revision >= 1),
    body BYTEA NOT NULL,
    body_sha256 BYTEA NOT NULL,
    at BIGINT NOT NULL,
    UNIQUE (cycle, unit, criterion, revision)
);
