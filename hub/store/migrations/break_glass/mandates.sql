-- Who gives a mandate names its holder by national id. Whether the hub knows that person must show nowhere, so it is
-- taken either way, and counts from when the person is known.

ALTER TABLE hub.mandate
    ALTER COLUMN holder_id DROP NOT NULL,
    ADD COLUMN holder_national_id TEXT,
    ADD CONSTRAINT ck_mandate_one_holder CHECK (num_nonnulls(holder_id, holder_national_id) = 1),
    ADD CONSTRAINT ck_mandate_holder_national_id CHECK (holder_national_id ~ '^\d{11}$');
CREATE INDEX ix_mandate_holder_national_id ON hub.mandate (holder_national_id);

CREATE VIEW facts.mandate_holder AS
SELECT mandate.id AS mandate_id, mandate.holder_id
FROM hub.mandate AS mandate
WHERE mandate.holder_id IS NOT NULL
UNION ALL
SELECT mandate.id, holder.id
FROM hub.mandate AS mandate
JOIN nav.person AS holder ON holder.national_id = mandate.holder_national_id
WHERE mandate.holder_national_id IS NOT NULL;

-- Who has to do with a mandate, giver or holder.
CREATE VIEW facts.mandate_person AS
SELECT mandate.id AS mandate_id, mandate.giver_id AS person_id FROM hub.mandate AS mandate
UNION ALL
SELECT holder.mandate_id, holder.holder_id FROM facts.mandate_holder AS holder;

-- One row per area.
CREATE OR REPLACE VIEW facts.mandate AS
SELECT
    mandate.id, mandate.giver_id, holder.holder_id, area, 'READ' = ANY (mandate.rights) AS can_read,
    'CONSENT' = ANY (mandate.rights) AS can_consent, 'WITHDRAW' = ANY (mandate.rights) AS can_withdraw
FROM hub.mandate AS mandate
JOIN facts.mandate_holder AS holder ON holder.mandate_id = mandate.id
CROSS JOIN LATERAL unnest(mandate.areas) AS area
WHERE (statement_timestamp() AT TIME ZONE 'Europe/Oslo')::date
        BETWEEN mandate.valid_from AND coalesce(mandate.valid_to, 'infinity')
    AND (
        SELECT event.kind FROM hub.mandate_event AS event
        WHERE event.mandate_id = mandate.id AND event.effective_at <= statement_timestamp()
        ORDER BY event.seq DESC LIMIT 1
    ) = 'GRANTED';

GRANT SELECT ON facts.mandate_holder, facts.mandate_person
    TO bofast_app, bofast_public, bofast_external, bofast_audit;
