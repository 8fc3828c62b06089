-- What a submitter later does to a default that was accepted. The row stays as it was sent; each event carries how the
-- default stands after it.

ALTER TABLE hub.submitted_default
    ADD CONSTRAINT uq_submitted_default_id_submitter_party UNIQUE (id, submitter_party);

CREATE TABLE hub.submitted_default_event (
    id UUID DEFAULT uuidv7() NOT NULL,
    submitted_default_id UUID NOT NULL,
    submitter_party TEXT NOT NULL,
    event_no INTEGER NOT NULL,
    kind TEXT NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    supplier TEXT,
    actor TEXT NOT NULL,
    correction_reason TEXT,
    withdrawal_reason TEXT,
    debtor_first_name TEXT,
    debtor_last_name TEXT,
    debtor_address_line TEXT,
    debtor_postal_code TEXT,
    debtor_postal_place TEXT,
    first_unpaid_due DATE NOT NULL,
    unpaid_terms INTEGER NOT NULL,
    arrears_ore BIGINT NOT NULL,
    interest_accrued_ore BIGINT,
    is_late BOOLEAN DEFAULT false NOT NULL,
    CONSTRAINT pk_submitted_default_event PRIMARY KEY (id),
    CONSTRAINT uq_submitted_default_event_submitted_default_id_event_no UNIQUE (submitted_default_id, event_no),
    CONSTRAINT ck_submitted_default_event_kind CHECK (kind IN ('CORRECTED', 'WITHDRAWN')),
    CONSTRAINT ck_submitted_default_event_correction_reason CHECK (correction_reason IN ('PARTLY_PAID', 'WRONG_AMOUNT',
        'WRONG_DATE', 'WRONG_DETAILS')),
    CONSTRAINT ck_submitted_default_event_withdrawal_reason CHECK (withdrawal_reason IN ('PAID', 'WRONG_PERSON',
        'REPORTED_IN_ERROR')),
    CONSTRAINT ck_submitted_default_event_why_corrected CHECK ((kind = 'CORRECTED') = (correction_reason IS NOT NULL)),
    CONSTRAINT ck_submitted_default_event_why_withdrawn CHECK ((kind = 'WITHDRAWN') = (withdrawal_reason IS NOT NULL)),
    CONSTRAINT ck_submitted_default_event_event_no CHECK (event_no > 0),
    CONSTRAINT fk_submitted_default_event_submitted_default_id_submitter_party FOREIGN KEY (submitted_default_id,
        submitter_party) REFERENCES hub.submitted_default (id, submitter_party)
);
CREATE UNIQUE INDEX ix_submitted_default_event_submitted_default_id ON hub.submitted_default_event (submitted_default_id)
    WHERE kind = 'WITHDRAWN';

CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON hub.submitted_default_event EXECUTE FUNCTION hub.refuse_change();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON hub.submitted_default_event EXECUTE FUNCTION hub.refuse_change();

-- How each default stands now, out of what its submitter itself sent. What is not asked for is not looked up.
CREATE VIEW hub.submitted_default_standing AS
SELECT
    line.id,
    line.submission_id,
    line.submitter_party,
    line.row_no,
    line.received_at,
    line.outcome,
    line.code,
    CASE line.outcome WHEN 'REJECTED' THEN 'REJECTED' ELSE coalesce((SELECT event.kind FROM hub.submitted_default_event AS event
        WHERE event.submitted_default_id = line.id ORDER BY event.event_no DESC LIMIT 1), 'ACCEPTED') END AS status,
    (SELECT event.withdrawal_reason FROM hub.submitted_default_event AS event
        WHERE event.submitted_default_id = line.id ORDER BY event.event_no DESC LIMIT 1) AS withdrawal_reason,
    line.loan_type,
    line.loan_ref,
    line.debtor_national_id,
    coalesce((SELECT event.debtor_first_name FROM hub.submitted_default_event AS event
        WHERE event.submitted_default_id = line.id ORDER BY event.event_no DESC LIMIT 1), line.debtor_first_name) AS debtor_first_name,
    coalesce((SELECT event.debtor_last_name FROM hub.submitted_default_event AS event
        WHERE event.submitted_default_id = line.id ORDER BY event.event_no DESC LIMIT 1), line.debtor_last_name) AS debtor_last_name,
    coalesce((SELECT event.debtor_address_line FROM hub.submitted_default_event AS event
        WHERE event.submitted_default_id = line.id ORDER BY event.event_no DESC LIMIT 1), line.debtor_address_line) AS debtor_address_line,
    coalesce((SELECT event.debtor_postal_code FROM hub.submitted_default_event AS event
        WHERE event.submitted_default_id = line.id ORDER BY event.event_no DESC LIMIT 1), line.debtor_postal_code) AS debtor_postal_code,
    coalesce((SELECT event.debtor_postal_place FROM hub.submitted_default_event AS event
        WHERE event.submitted_default_id = line.id ORDER BY event.event_no DESC LIMIT 1), line.debtor_postal_place) AS debtor_postal_place,
    coalesce((SELECT event.first_unpaid_due FROM hub.submitted_default_event AS event
        WHERE event.submitted_default_id = line.id ORDER BY event.event_no DESC LIMIT 1), line.first_unpaid_due) AS first_unpaid_due,
    coalesce((SELECT event.unpaid_terms FROM hub.submitted_default_event AS event
        WHERE event.submitted_default_id = line.id ORDER BY event.event_no DESC LIMIT 1), line.unpaid_terms) AS unpaid_terms,
    coalesce((SELECT event.arrears_ore FROM hub.submitted_default_event AS event
        WHERE event.submitted_default_id = line.id ORDER BY event.event_no DESC LIMIT 1), line.arrears_ore) AS arrears_ore,
    coalesce((SELECT event.interest_accrued_ore FROM hub.submitted_default_event AS event
        WHERE event.submitted_default_id = line.id ORDER BY event.event_no DESC LIMIT 1), line.interest_accrued_ore) AS interest_accrued_ore,
    line.basis,
    line.consent_id,
    line.agreement_id,
    coalesce((SELECT event.is_late FROM hub.submitted_default_event AS event
        WHERE event.submitted_default_id = line.id ORDER BY event.event_no DESC LIMIT 1), line.is_late) AS is_late
FROM hub.submitted_default AS line;

GRANT SELECT, INSERT ON hub.submitted_default_event TO bofast_app;
GRANT SELECT ON hub.submitted_default_standing TO bofast_app;
