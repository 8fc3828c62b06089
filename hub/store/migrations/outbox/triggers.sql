-- Each table tells what happens in it, in the transaction in which it happens: no command has to remember to, and none
-- can forget. One statement tells at once of all the rows that it wrote.

CREATE FUNCTION hub.tell_of_case() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO hub.outbox (kind, case_id) SELECT 'CASE_OPENED', made.id FROM made;
    ELSE
        INSERT INTO hub.outbox (kind, case_id)
        SELECT
            CASE
                WHEN before.closed_at IS NULL AND made.closed_at IS NOT NULL THEN 'CASE_CLOSED'
                WHEN before.closed_at IS NOT NULL AND made.closed_at IS NULL THEN 'CASE_REOPENED'
                ELSE 'CASE_CHANGED'
            END,
            made.id
        FROM made JOIN before USING (id)
        -- When it was last changed is no news by itself.
        WHERE (to_jsonb(made) - 'updated_at') <> (to_jsonb(before) - 'updated_at');
    END IF;
    RETURN NULL;
END $$;

-- A signal is the business of the unit that it was routed to.
CREATE FUNCTION hub.tell_of_signal() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO hub.outbox (kind, case_id, signal_id, unit_id)
    SELECT CASE TG_OP WHEN 'INSERT' THEN 'SIGNAL_RECEIVED' ELSE 'SIGNAL_CHANGED' END, made.case_id, made.id, made.unit_id
    FROM made;
    RETURN NULL;
END $$;

-- For tables of which every row belongs to a case, and of which it is enough to know that something changed.
CREATE FUNCTION hub.tell_of_part() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO hub.outbox (kind, case_id) SELECT DISTINCT TG_ARGV[0], made.case_id FROM made;
    RETURN NULL;
END $$;

CREATE FUNCTION hub.tell_of_consent() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO hub.outbox (kind, consent_id) SELECT 'CONSENT_' || made.kind, made.consent_id FROM made ORDER BY made.seq;
    RETURN NULL;
END $$;

CREATE FUNCTION hub.tell_of_submission() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO hub.outbox (kind, submission_id, party_id) SELECT 'SUBMISSION_RECEIVED', made.id, made.submitter_party FROM made;
    RETURN NULL;
END $$;

CREATE TRIGGER tell AFTER INSERT ON hub."case"
    REFERENCING NEW TABLE AS made FOR EACH STATEMENT EXECUTE FUNCTION hub.tell_of_case();
CREATE TRIGGER tell_again AFTER UPDATE ON hub."case"
    REFERENCING OLD TABLE AS before NEW TABLE AS made FOR EACH STATEMENT EXECUTE FUNCTION hub.tell_of_case();

CREATE TRIGGER tell AFTER INSERT ON hub.signal
    REFERENCING NEW TABLE AS made FOR EACH STATEMENT EXECUTE FUNCTION hub.tell_of_signal();
CREATE TRIGGER tell_again AFTER UPDATE ON hub.signal
    REFERENCING NEW TABLE AS made FOR EACH STATEMENT EXECUTE FUNCTION hub.tell_of_signal();

CREATE TRIGGER tell AFTER INSERT ON hub.participant
    REFERENCING NEW TABLE AS made FOR EACH STATEMENT EXECUTE FUNCTION hub.tell_of_part('PARTICIPANT_CHANGED');
CREATE TRIGGER tell_again AFTER UPDATE ON hub.participant
    REFERENCING NEW TABLE AS made FOR EACH STATEMENT EXECUTE FUNCTION hub.tell_of_part('PARTICIPANT_CHANGED');
CREATE TRIGGER tell AFTER INSERT ON hub.progress_plan
    REFERENCING NEW TABLE AS made FOR EACH STATEMENT EXECUTE FUNCTION hub.tell_of_part('PLAN_CHANGED');
CREATE TRIGGER tell_again AFTER UPDATE ON hub.progress_plan
    REFERENCING NEW TABLE AS made FOR EACH STATEMENT EXECUTE FUNCTION hub.tell_of_part('PLAN_CHANGED');
CREATE TRIGGER tell AFTER INSERT ON hub.plan_step
    REFERENCING NEW TABLE AS made FOR EACH STATEMENT EXECUTE FUNCTION hub.tell_of_part('PLAN_CHANGED');
CREATE TRIGGER tell_again AFTER UPDATE ON hub.plan_step
    REFERENCING NEW TABLE AS made FOR EACH STATEMENT EXECUTE FUNCTION hub.tell_of_part('PLAN_CHANGED');
CREATE TRIGGER tell AFTER INSERT ON hub.repayment_agreement
    REFERENCING NEW TABLE AS made FOR EACH STATEMENT EXECUTE FUNCTION hub.tell_of_part('AGREEMENT_CHANGED');
CREATE TRIGGER tell_again AFTER UPDATE ON hub.repayment_agreement
    REFERENCING NEW TABLE AS made FOR EACH STATEMENT EXECUTE FUNCTION hub.tell_of_part('AGREEMENT_CHANGED');

-- These two are ledgers: nothing in them ever changes.
CREATE TRIGGER tell AFTER INSERT ON hub.consent_event
    REFERENCING NEW TABLE AS made FOR EACH STATEMENT EXECUTE FUNCTION hub.tell_of_consent();
CREATE TRIGGER tell AFTER INSERT ON hub.submission
    REFERENCING NEW TABLE AS made FOR EACH STATEMENT EXECUTE FUNCTION hub.tell_of_submission();

REVOKE ALL ON FUNCTION
    hub.tell_of_case(), hub.tell_of_signal(), hub.tell_of_part(), hub.tell_of_consent(), hub.tell_of_submission()
    FROM PUBLIC;
