-- Back to what 0010 knows. What a sender did not tell becomes nothing: 0 øre, no name.
DROP TRIGGER queue_defaults ON hub.submitted_default;
DROP FUNCTION hub.queue_defaults();
DROP TABLE hub.unrouted, hub.routed, hub.case_change;

ALTER TABLE hub.message DISABLE TRIGGER refuse_change;
DELETE FROM hub.message WHERE kind = 'CASE_NEWS';
ALTER TABLE hub.message ENABLE TRIGGER refuse_change;
ALTER TABLE hub.message
    DROP CONSTRAINT uq_message_once,
    DROP CONSTRAINT ck_message_kind,
    DROP COLUMN case_id,
    DROP COLUMN signal_id,
    ADD CONSTRAINT uq_message_once UNIQUE NULLS NOT DISTINCT (kind, consent_id, event_seq, person_id, party_id),
    ADD CONSTRAINT ck_message_kind CHECK (kind IN ('CONSENT_REMINDER', 'CONSENT_EXPIRED', 'CONSENT_REQUESTED',
        'CONSENT_WITHDRAWN', 'CONSENT_LAPSED'));

UPDATE hub.signal SET sender_party = source_party WHERE sender_party IS NULL;
ALTER TABLE hub.signal
    ALTER COLUMN sender_party SET NOT NULL,
    DROP COLUMN task,
    DROP COLUMN due_on;

ALTER TABLE hub."case" DROP COLUMN recidivism;

UPDATE nav.person SET first_name = '', last_name = '' WHERE NOT in_register;
ALTER TABLE nav.person
    DROP CONSTRAINT ck_person_named_in_register,
    DROP CONSTRAINT ck_person_unknown_is_strict,
    DROP COLUMN in_register,
    ALTER COLUMN first_name SET NOT NULL,
    ALTER COLUMN last_name SET NOT NULL;
REVOKE INSERT ON nav.person FROM bofast_app;

ALTER TABLE bank.mortgage_default DROP COLUMN signal_id;
UPDATE bank.mortgage_loan SET
    principal_ore = coalesce(principal_ore, 0),
    outstanding_ore = coalesce(outstanding_ore, 0),
    collateral = coalesce(collateral, ''),
    term_amount_ore = coalesce(term_amount_ore, 0),
    next_due = coalesce(next_due, DATE '1900-01-01');
ALTER TABLE bank.mortgage_loan
    ALTER COLUMN principal_ore SET NOT NULL,
    ALTER COLUMN outstanding_ore SET NOT NULL,
    ALTER COLUMN collateral SET NOT NULL,
    ALTER COLUMN term_amount_ore SET NOT NULL,
    ALTER COLUMN next_due SET NOT NULL;
