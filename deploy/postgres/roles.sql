-- Makes what chiso needs on a PostgreSQL server: for each service a schema and a login that sees only that schema.
-- May be run again at any time. Run it in chiso's own, otherwise empty database, as a superuser or as the owner
-- of the database with CREATEROLE:
--
--   createdb --template=template0 --encoding=UTF8 chiso
--   psql --dbname=chiso --file=deploy/postgres/roles.sql
--
-- The logins have no password yet. Give each its own, the one that database.passwords or database.password_dir
-- tells chiso, with `\password chiso_survey` and so on. The tables are made by the services when they start.

DO $$
DECLARE
    service TEXT;
    login TEXT;
    super BOOLEAN := (SELECT rolsuper FROM pg_roles WHERE rolname = current_user);
    -- Since 16 whoever makes a role is its member at once, but may not yet act as it.
    enough TEXT := CASE WHEN current_setting('server_version_num')::int < 160000 THEN 'MEMBER' ELSE 'SET' END;
BEGIN
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
    REVOKE ALL ON SCHEMA public FROM PUBLIC;
    FOREACH service IN ARRAY
        ARRAY['identity', 'registry', 'survey', 'recheck', 'leaders', 'ledger', 'ranking']
    LOOP
        login := 'chiso_' || service;
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = login) THEN
            EXECUTE format('CREATE ROLE %I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE', login);
        END IF;
        -- Only who may act as the login can hand a schema over to it; a superuser always may.
        IF NOT super AND NOT pg_has_role(current_user, login, enough) THEN
            EXECUTE format('GRANT %I TO CURRENT_USER', login);
        END IF;
        EXECUTE format('GRANT CONNECT ON DATABASE %I TO %I', current_database(), login);
        EXECUTE format('CREATE SCHEMA IF NOT EXISTS %I AUTHORIZATION %I', service, login);
        EXECUTE format('ALTER ROLE %I IN DATABASE %I SET search_path = %I', login, current_database(), service);
    END LOOP;
END
$$;
