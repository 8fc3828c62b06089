-- What was written in a ledger stays as it was written: a change is a new row.

CREATE FUNCTION hub.refuse_change() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'this ledger is append-only' USING ERRCODE = 'insufficient_privilege';
END $$;

DO $$
DECLARE
    ledger text;
BEGIN
    FOREACH ledger IN ARRAY ARRAY[
        'consent', 'consent_event', 'agreement', 'agreement_event', 'reservation', 'reservation_event',
        'mandate', 'mandate_event', 'submission', 'submitted_default'
    ] LOOP
        EXECUTE format('CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON hub.%I '
                       'FOR EACH ROW EXECUTE FUNCTION hub.refuse_change()', ledger);
        EXECUTE format('CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON hub.%I '
                       'EXECUTE FUNCTION hub.refuse_change()', ledger);
    END LOOP;
END $$;

REVOKE ALL ON FUNCTION hub.refuse_change() FROM PUBLIC;
