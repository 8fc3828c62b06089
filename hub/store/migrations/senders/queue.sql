-- INVARIANT: stored and queued is one thing, in one transaction, and no command can forget it.
CREATE FUNCTION hub.queue_reports() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    -- Arrears come by the thousand, the others one by one.
    INSERT INTO hub.unrouted (row_id, kind, turn)
    SELECT id, kind, CASE kind WHEN 'RENT_DEFAULT' THEN 1 ELSE 0 END FROM added WHERE outcome = 'ACCEPTED';
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION hub.queue_reports() FROM PUBLIC;
CREATE TRIGGER queue_reports AFTER INSERT ON hub.submitted_report
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION hub.queue_reports();

-- What this version took in before it was taken back.
INSERT INTO hub.unrouted (row_id, kind, turn)
SELECT line.id, line.kind, CASE line.kind WHEN 'RENT_DEFAULT' THEN 1 ELSE 0 END FROM hub.submitted_report AS line
WHERE line.outcome = 'ACCEPTED' AND NOT EXISTS (SELECT FROM hub.routed AS done WHERE done.id = line.id);
