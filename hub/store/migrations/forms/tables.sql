-- What persons have filled in, as the case that it came to holds it. Nothing in it ever changes. It takes along no address
-- and not who sent it: the one stays in the sender's own copy, the other on the signal.

CREATE TABLE hub.landlord_notice (
    id UUID DEFAULT uuidv7() NOT NULL,
    case_id UUID NOT NULL,
    signal_id UUID NOT NULL,
    landlord_party TEXT,
    arrears_ore BIGINT,
    oldest_unpaid_due DATE,
    breach TEXT,
    grounds_summary TEXT,
    sent_at TIMESTAMP WITH TIME ZONE NOT NULL,
    copy_to_tenant_at TIMESTAMP WITH TIME ZONE NOT NULL,
    sent_by_agent BOOLEAN DEFAULT false NOT NULL,
    earliest_petition DATE NOT NULL,
    source_party TEXT NOT NULL,
    CONSTRAINT pk_landlord_notice PRIMARY KEY (id),
    CONSTRAINT ck_landlord_notice_breach CHECK (breach IN ('NOISE', 'DISORDER', 'DAMAGE', 'ILLEGAL_SUBLET', 'MISUSE',
        'HOUSE_RULES', 'UNACCEPTABLE_CONDITIONS', 'OTHER')),
    CONSTRAINT ck_landlord_notice_copy_in_time CHECK (copy_to_tenant_at <= sent_at),
    CONSTRAINT fk_landlord_notice_case_id FOREIGN KEY (case_id) REFERENCES hub."case" (id),
    CONSTRAINT fk_landlord_notice_signal_id FOREIGN KEY (signal_id) REFERENCES hub.signal (id),
    CONSTRAINT fk_landlord_notice_landlord_party FOREIGN KEY (landlord_party) REFERENCES hub.party (id),
    CONSTRAINT fk_landlord_notice_source_party FOREIGN KEY (source_party) REFERENCES hub.party (id)
);
CREATE INDEX ix_landlord_notice_case_id ON hub.landlord_notice (case_id);
CREATE INDEX ix_landlord_notice_signal_id ON hub.landlord_notice (signal_id);
CREATE INDEX ix_landlord_notice_landlord_party ON hub.landlord_notice (landlord_party);

CREATE TABLE hub.deferral_request (
    id UUID DEFAULT uuidv7() NOT NULL,
    case_id UUID NOT NULL,
    signal_id UUID NOT NULL,
    claim_refs TEXT[] NOT NULL,
    requested_until DATE NOT NULL,
    reason TEXT,
    requested_at TIMESTAMP WITH TIME ZONE NOT NULL,
    source_party TEXT NOT NULL,
    CONSTRAINT pk_deferral_request PRIMARY KEY (id),
    CONSTRAINT fk_deferral_request_case_id FOREIGN KEY (case_id) REFERENCES hub."case" (id),
    CONSTRAINT fk_deferral_request_signal_id FOREIGN KEY (signal_id) REFERENCES hub.signal (id),
    CONSTRAINT fk_deferral_request_source_party FOREIGN KEY (source_party) REFERENCES hub.party (id)
);
CREATE INDEX ix_deferral_request_case_id ON hub.deferral_request (case_id);
CREATE INDEX ix_deferral_request_signal_id ON hub.deferral_request (signal_id);

CREATE TABLE hub.concern_report (
    id UUID DEFAULT uuidv7() NOT NULL,
    case_id UUID NOT NULL,
    signal_id UUID NOT NULL,
    reporter_relation TEXT NOT NULL,
    text TEXT NOT NULL,
    child_concern BOOLEAN DEFAULT false NOT NULL,
    danger BOOLEAN DEFAULT false NOT NULL,
    reported_at TIMESTAMP WITH TIME ZONE NOT NULL,
    source_party TEXT NOT NULL,
    CONSTRAINT pk_concern_report PRIMARY KEY (id),
    CONSTRAINT ck_concern_report_reporter_relation CHECK (reporter_relation IN ('RELATIVE', 'NEIGHBOUR', 'FRIEND',
        'EMPLOYER', 'SCHOOL', 'HEALTH_SERVICE', 'PUBLIC_BODY', 'OTHER')),
    CONSTRAINT fk_concern_report_case_id FOREIGN KEY (case_id) REFERENCES hub."case" (id),
    CONSTRAINT fk_concern_report_signal_id FOREIGN KEY (signal_id) REFERENCES hub.signal (id),
    CONSTRAINT fk_concern_report_source_party FOREIGN KEY (source_party) REFERENCES hub.party (id)
);
CREATE INDEX ix_concern_report_case_id ON hub.concern_report (case_id);
CREATE INDEX ix_concern_report_signal_id ON hub.concern_report (signal_id);

DO $$
DECLARE
    ledger text;
BEGIN
    FOREACH ledger IN ARRAY ARRAY['landlord_notice', 'deferral_request', 'concern_report'] LOOP
        EXECUTE format('CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON hub.%I '
                       'EXECUTE FUNCTION hub.refuse_change()', ledger);
        EXECUTE format('CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON hub.%I '
                       'EXECUTE FUNCTION hub.refuse_change()', ledger);
    END LOOP;
END $$;

GRANT SELECT, INSERT ON hub.landlord_notice, hub.deferral_request, hub.concern_report TO bofast_app;

-- Whoever applies says why, and not under which paragraph: that the office finds out.
ALTER TABLE nav.financial_aid_application
    ALTER COLUMN legal_ref DROP NOT NULL,
    ADD COLUMN reason TEXT;
GRANT INSERT ON nav.financial_aid_application TO bofast_app;
