-- The record: partitions by month, no change of what was written, and who may write.

CREATE FUNCTION audit.refuse_change() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'the record is append-only' USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON audit.event FOR EACH ROW EXECUTE FUNCTION
    audit.refuse_change();

CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON audit.event EXECUTE FUNCTION audit.refuse_change();

CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON audit.security_event FOR EACH ROW EXECUTE FUNCTION
    audit.refuse_change();

CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON audit.security_event EXECUTE FUNCTION audit.refuse_change();

CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON audit.writer FOR EACH ROW EXECUTE FUNCTION
    audit.refuse_change();

CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON audit.writer EXECUTE FUNCTION audit.refuse_change();

CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON audit.writer_end FOR EACH ROW EXECUTE FUNCTION
    audit.refuse_change();

CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON audit.writer_end EXECUTE FUNCTION audit.refuse_change();

CREATE FUNCTION audit.add_partition(parent text, suffix text, bounds text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    EXECUTE format('CREATE TABLE audit.%I PARTITION OF audit.%I %s', parent || suffix, parent, bounds);
    EXECUTE format('CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON audit.%I EXECUTE FUNCTION audit.refuse_change()',
                   parent || suffix);
END $$;

CREATE FUNCTION audit.add_month(parent text, month timestamptz) RETURNS integer
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' AS $$
DECLARE
    suffix text := to_char(month, '"_"YYYY"_"MM');
BEGIN
    IF to_regclass(format('audit.%I', parent || suffix)) IS NOT NULL THEN
        RETURN 0;
    END IF;
    PERFORM audit.add_partition(parent, suffix,
        format('FOR VALUES FROM (%L) TO (%L)', month, month + interval '1 month'));
    RETURN 1;
END $$;

CREATE FUNCTION audit.empty_default(parent text) RETURNS integer
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' AS $$
DECLARE
    month timestamptz;
    made integer := 0;
    moved bigint;
    stray bigint;
BEGIN
    EXECUTE format('ALTER TABLE audit.%I DETACH PARTITION audit.%I', parent, parent || '_default');
    EXECUTE format('ALTER TABLE audit.%I RENAME TO %I', parent || '_default', parent || '_stray');
    PERFORM audit.add_partition(parent, '_default', 'DEFAULT');
    FOR month IN EXECUTE
        format('SELECT DISTINCT date_trunc(''month'', occurred_at) FROM audit.%I', parent || '_stray')
    LOOP
        made := made + audit.add_month(parent, month);
    END LOOP;
    EXECUTE format('SELECT count(*) FROM audit.%I', parent || '_stray') INTO stray;
    EXECUTE format('INSERT INTO audit.%I SELECT * FROM audit.%I', parent, parent || '_stray');
    GET DIAGNOSTICS moved = ROW_COUNT;
    IF moved <> stray THEN
        RAISE EXCEPTION 'rows would be lost: % of % moved', moved, stray;
    END IF;
    EXECUTE format('DROP TABLE audit.%I', parent || '_stray');
    RETURN made;
END $$;

CREATE FUNCTION audit.ensure_partitions(ahead integer DEFAULT 3) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET lock_timeout = '500ms'
AS $$
DECLARE
    parent text;
    month timestamptz;
    stray boolean;
    made integer := 0;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('audit.ensure_partitions'));
    FOREACH parent IN ARRAY ARRAY['event', 'security_event'] LOOP
        IF to_regclass(format('audit.%I', parent || '_default')) IS NULL THEN
            PERFORM audit.add_partition(parent, '_default', 'DEFAULT');
        END IF;
        EXECUTE format('SELECT EXISTS (SELECT FROM audit.%I)', parent || '_default') INTO stray;
        IF stray THEN
            made := made + audit.empty_default(parent);
        END IF;
        FOR month IN SELECT generate_series(date_trunc('month', now()),
                                            date_trunc('month', now()) + ahead * interval '1 month',
                                            interval '1 month')
        LOOP
            made := made + audit.add_month(parent, month);
        END LOOP;
    END LOOP;
    RETURN made;
END $$;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA audit FROM PUBLIC;

SELECT audit.ensure_partitions();

GRANT USAGE ON SCHEMA audit TO bofast_record, bofast_app;

GRANT EXECUTE ON FUNCTION audit.ensure_partitions(integer) TO bofast_record;

GRANT SELECT, INSERT ON audit.event, audit.writer, audit.writer_end TO bofast_record;

GRANT INSERT ON audit.security_event TO bofast_record;

GRANT SELECT, INSERT, UPDATE ON audit.command_counter, audit.index_cursor TO bofast_record;

GRANT SELECT, INSERT ON audit.access_subject, audit.subject_salt TO bofast_record;

GRANT UPDATE (delivered) ON audit.access_subject TO bofast_record;

GRANT INSERT ON audit.event, audit.security_event TO bofast_app;

GRANT SELECT, UPDATE (last_seq) ON audit.command_counter TO bofast_app;
