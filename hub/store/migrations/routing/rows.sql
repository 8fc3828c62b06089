-- What a sender tells is less than what a register knows: of a loan its reference, of a person a number.

ALTER TABLE bank.mortgage_loan
    ALTER COLUMN principal_ore DROP NOT NULL,
    ALTER COLUMN outstanding_ore DROP NOT NULL,
    ALTER COLUMN collateral DROP NOT NULL,
    ALTER COLUMN term_amount_ore DROP NOT NULL,
    ALTER COLUMN next_due DROP NOT NULL;

-- The signal that a default first came with. Whatever tells of it later is linked to that one.
ALTER TABLE bank.mortgage_default
    ADD COLUMN signal_id UUID,
    ADD CONSTRAINT fk_mortgage_default_signal_id FOREIGN KEY (signal_id) REFERENCES hub.signal (id);
CREATE INDEX ix_mortgage_default_signal_id ON bank.mortgage_default (signal_id);

-- A person whom the register does not know is treated as strictly protected.
ALTER TABLE nav.person
    ALTER COLUMN first_name DROP NOT NULL,
    ALTER COLUMN last_name DROP NOT NULL,
    ADD COLUMN in_register BOOLEAN DEFAULT true NOT NULL,
    ADD CONSTRAINT ck_person_named_in_register CHECK (NOT in_register OR num_nulls(first_name, last_name) = 0),
    ADD CONSTRAINT ck_person_unknown_is_strict CHECK (in_register OR protection = 'STRENGT_FORTROLIG');

ALTER TABLE hub."case" ADD COLUMN recidivism BOOLEAN DEFAULT false NOT NULL;

-- Whoever hands something in as a person is no party.
ALTER TABLE hub.signal
    ALTER COLUMN sender_party DROP NOT NULL,
    ADD COLUMN task TEXT,
    ADD COLUMN due_on DATE;

ALTER TABLE hub.message
    DROP CONSTRAINT uq_message_once,
    DROP CONSTRAINT ck_message_kind,
    ADD COLUMN case_id UUID,
    ADD COLUMN signal_id UUID,
    ADD CONSTRAINT uq_message_once UNIQUE NULLS NOT DISTINCT (kind, consent_id, event_seq, signal_id, person_id, party_id),
    ADD CONSTRAINT ck_message_kind CHECK (kind IN ('CASE_NEWS', 'CONSENT_REMINDER', 'CONSENT_EXPIRED',
        'CONSENT_REQUESTED', 'CONSENT_WITHDRAWN', 'CONSENT_LAPSED')),
    ADD CONSTRAINT fk_message_case_id FOREIGN KEY (case_id) REFERENCES hub."case" (id),
    ADD CONSTRAINT fk_message_signal_id FOREIGN KEY (signal_id) REFERENCES hub.signal (id);
CREATE INDEX ix_message_case_id ON hub.message (case_id);
CREATE INDEX ix_message_signal_id ON hub.message (signal_id);

GRANT SELECT ON hub.unrouted, hub.routed, hub.case_change TO bofast_app;
GRANT INSERT ON hub.unrouted, hub.routed, hub.case_change TO bofast_app;
GRANT UPDATE (due_at, attempts), DELETE ON hub.unrouted TO bofast_app;
-- Of a person whom the register does not know, that there is one.
GRANT INSERT (id, national_id, address_grade, protection, in_register, source_party) ON nav.person TO bofast_app;
