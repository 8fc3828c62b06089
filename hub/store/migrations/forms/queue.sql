-- INVARIANT: stored and queued is one thing, in one transaction, and no command can forget it.
CREATE FUNCTION hub.queue_reports() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    -- What persons fill in comes one by one, and goes before what comes by the thousand.
    INSERT INTO hub.unrouted (row_id, kind, turn) SELECT id, kind, 0 FROM added WHERE outcome = 'ACCEPTED';
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION hub.queue_reports() FROM PUBLIC;
CREATE TRIGGER queue_reports AFTER INSERT ON hub.submitted_report
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION hub.queue_reports();
