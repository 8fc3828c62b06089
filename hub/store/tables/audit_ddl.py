"""What the tables of the record need beyond SQLModel: partitions by month, triggers that refuse changes, grants.

Order in a migration: CREATE SCHEMA audit, the tables (partitioned parents included), then `CREATE` and `GRANTS` here.
"""

PARTITIONED = ("event", "security_event")
APPEND_ONLY = ("event", "security_event", "writer", "writer_end")

# How many months beside the present one stand ready, so that a service that is not restarted has time to make more.
MONTHS_AHEAD = 3

_REFUSE_CHANGE = """
CREATE FUNCTION audit.refuse_change() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'the record is append-only' USING ERRCODE = 'insufficient_privilege';
END $$
"""

# Row triggers reach partitions by themselves, TRUNCATE triggers do not.
_ADD_PARTITION = """
CREATE FUNCTION audit.add_partition(parent text, suffix text, bounds text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    EXECUTE format('CREATE TABLE audit.%I PARTITION OF audit.%I %s', parent || suffix, parent, bounds);
    EXECUTE format('CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON audit.%I EXECUTE FUNCTION audit.refuse_change()',
                   parent || suffix);
END $$
"""

_ADD_MONTH = """
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
END $$
"""

# Rows that came while their month had no partition lie in the default partition. A month cannot be added over them, so
# the default is set aside, the months are made, the rows are routed anew and counted, and only then the old one goes.
_EMPTY_DEFAULT = """
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
END $$
"""

# Gives up after half a second rather than make the record's inserts queue behind its lock: there is time to try again.
_ENSURE_PARTITIONS = f"""
CREATE FUNCTION audit.ensure_partitions(ahead integer DEFAULT {MONTHS_AHEAD}) RETURNS integer
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
END $$
"""

_REFUSE_ROWS = "CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON audit.{} FOR EACH ROW {}"
_REFUSE_ALL = "CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON audit.{} {}"

CREATE = (
    _REFUSE_CHANGE,
    *(
        trigger.format(table, "EXECUTE FUNCTION audit.refuse_change()")
        for table in APPEND_ONLY
        for trigger in (_REFUSE_ROWS, _REFUSE_ALL)
    ),
    _ADD_PARTITION,
    _ADD_MONTH,
    _EMPTY_DEFAULT,
    _ENSURE_PARTITIONS,
    "REVOKE ALL ON ALL FUNCTIONS IN SCHEMA audit FROM PUBLIC",
    "SELECT audit.ensure_partitions()",
)

# The record may add events and follow them into the index; commands may add events and count them. Nobody changes any.
GRANTS = (
    "GRANT USAGE ON SCHEMA audit TO bofast_record, bofast_app",
    "GRANT EXECUTE ON FUNCTION audit.ensure_partitions(integer) TO bofast_record",
    "GRANT SELECT, INSERT ON audit.event, audit.writer, audit.writer_end TO bofast_record",
    "GRANT INSERT ON audit.security_event TO bofast_record",
    "GRANT SELECT, INSERT, UPDATE ON audit.command_counter, audit.index_cursor TO bofast_record",
    "GRANT SELECT, INSERT ON audit.access_ground, audit.access_entry, audit.subject_salt TO bofast_record",
    "GRANT UPDATE (delivered) ON audit.access_ground TO bofast_record",
    "GRANT INSERT ON audit.event, audit.security_event TO bofast_app",
    "GRANT SELECT, UPDATE (last_seq) ON audit.command_counter TO bofast_app",
)


def is_partition(table: str) -> bool:
    """Whether a table of schema `audit` is a month or the default of a partitioned one, which no metadata names."""
    return any(table.startswith(f"{parent}_") for parent in PARTITIONED)
