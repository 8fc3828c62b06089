-- The roles that rights are granted to. The embedded server has made them with passwords; on another server they are
-- made here without a right to log in, if the migrating role may, and the administrator gives them passwords.

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['bofast_app', 'bofast_public', 'bofast_external', 'bofast_audit', 'bofast_record'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) THEN
            EXECUTE format('CREATE ROLE %I NOLOGIN', name);
        END IF;
    END LOOP;
END $$;

CREATE SCHEMA IF NOT EXISTS hub;
CREATE SCHEMA nav;
CREATE SCHEMA housing;
CREATE SCHEMA enforcement;
CREATE SCHEMA bank;
CREATE SCHEMA audit;
CREATE SCHEMA facts;
