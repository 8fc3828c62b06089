-- The line: events in an order that every reader sees alike.
--
-- A number taken when a row is written is no position: a transaction that took a smaller number can be committed later, and
-- who has gone past it never sees it. Positions are given after the commit, by one at a time, without a gap. Of two things
-- of which one was committed before the other was written, the first stands first.

CREATE FUNCTION hub.put_in_line(most integer) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM hub.outbox) THEN
        -- INVARIANT: the lock comes in a statement of its own. The next one then sees all that was put in line before it.
        IF pg_try_advisory_xact_lock(hashtext('bofast.line')) THEN
            WITH taken AS (
                DELETE FROM hub.outbox WHERE no IN (SELECT no FROM hub.outbox ORDER BY no LIMIT most) RETURNING *
            ), addressed AS (
                SELECT no, case_id, party_id FROM taken WHERE consent_id IS NULL
                UNION ALL
                -- Of a consent: the cases of the person that it is for, and both its parties and whoever asked for it.
                SELECT taken.no, concerned.id, NULL
                FROM taken
                JOIN hub.consent AS consent ON consent.id = taken.consent_id
                JOIN hub."case" AS concerned ON concerned.subject_id = consent.subject_id
                    AND (consent.case_id IS NULL OR consent.case_id = concerned.id)
                UNION ALL
                SELECT taken.no, NULL, party.id
                FROM taken
                JOIN hub.consent AS consent ON consent.id = taken.consent_id
                CROSS JOIN LATERAL (
                    SELECT DISTINCT id FROM unnest(ARRAY[consent.source_party, consent.recipient_party, consent.asked_by]) AS id
                    WHERE id IS NOT NULL
                ) AS party
            )
            INSERT INTO hub.event (
                position, kind, occurred_at, case_id, consent_id, signal_id, submission_id, party_id, unit_id
            )
            SELECT
                last.position + row_number() OVER (ORDER BY no, addressed.case_id, addressed.party_id),
                taken.kind, taken.occurred_at, addressed.case_id, taken.consent_id, taken.signal_id, taken.submission_id,
                addressed.party_id, taken.unit_id
            FROM taken
            JOIN addressed USING (no)
            CROSS JOIN (SELECT coalesce(max(position), 0) AS position FROM hub.event) AS last;
        END IF;
    END IF;
    RETURN (SELECT coalesce(max(position), 0) FROM hub.event);
END $$;

-- Events are kept for a while, so that who was away can go on where it was. The last one stays: positions count on from it.
CREATE FUNCTION hub.forget_events(older_than interval, most integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    forgotten integer;
BEGIN
    IF older_than < interval '1 day' THEN
        RAISE EXCEPTION 'events are kept for a day at least' USING ERRCODE = 'insufficient_privilege';
    END IF;
    DELETE FROM hub.event WHERE position IN (
        SELECT oldest.position
        FROM (SELECT position, occurred_at FROM hub.event ORDER BY position LIMIT most) AS oldest
        WHERE oldest.occurred_at < now() - older_than
            AND oldest.position < (SELECT max(position) FROM hub.event)
    );
    GET DIAGNOSTICS forgotten = ROW_COUNT;
    RETURN forgotten;
END $$;

REVOKE ALL ON FUNCTION hub.put_in_line(integer), hub.forget_events(interval, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION hub.put_in_line(integer), hub.forget_events(interval, integer) TO bofast_app;
