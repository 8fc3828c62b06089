-- What was corrected or withdrawn is so in the case too: beside the answer, as what was accepted gets there.

ALTER TABLE hub.unrouted DROP CONSTRAINT ck_unrouted_kind;
ALTER TABLE hub.unrouted ADD CONSTRAINT ck_unrouted_kind CHECK (kind IN ('RENT_DEFAULT', 'LEASE_BREACH', 'MORTGAGE_DEFAULT', 'CONCERN_REPORT',
        'DEFAULT_NOTICE', 'DEFERRAL_REQUEST', 'FINANCIAL_AID_APPLICATION', 'EVICTION_NOTICE_COPY', 'RENT_DEMAND_COPY',
        'LANDLORD_NOTICE', 'DEFAULT_EVENT'));
ALTER TABLE hub.routed DROP CONSTRAINT ck_routed_kind;
ALTER TABLE hub.routed ADD CONSTRAINT ck_routed_kind CHECK (kind IN ('RENT_DEFAULT', 'LEASE_BREACH', 'MORTGAGE_DEFAULT', 'CONCERN_REPORT',
        'DEFAULT_NOTICE', 'DEFERRAL_REQUEST', 'FINANCIAL_AID_APPLICATION', 'EVICTION_NOTICE_COPY', 'RENT_DEMAND_COPY',
        'LANDLORD_NOTICE', 'DEFAULT_EVENT'));
ALTER TABLE hub.routed DROP CONSTRAINT ck_routed_outcome;
ALTER TABLE hub.routed ADD CONSTRAINT ck_routed_outcome CHECK (outcome IN ('SIGNAL', 'NO_COPY', 'NO_GROUND', 'APPLIED'));
ALTER TABLE hub.case_change DROP CONSTRAINT ck_case_change_kind;
ALTER TABLE hub.case_change ADD CONSTRAINT ck_case_change_kind
    CHECK (kind IN ('OPENED', 'REOPENED', 'PETITIONED', 'HANDED_OVER', 'CLOSED'));
ALTER TABLE hub.signal DROP CONSTRAINT ck_signal_triage_status;
ALTER TABLE hub.signal ADD CONSTRAINT ck_signal_triage_status
    CHECK (triage_status IN ('NEW', 'ASSIGNED', 'DISMISSED', 'MERGED', 'WITHDRAWN'));
ALTER TABLE bank.mortgage_loan DROP CONSTRAINT ck_mortgage_loan_status;
ALTER TABLE bank.mortgage_loan ADD CONSTRAINT ck_mortgage_loan_status
    CHECK (status IN ('ACTIVE', 'DEFAULTED', 'SETTLED', 'WITHDRAWN'));
ALTER TABLE hub.outbox DROP CONSTRAINT ck_outbox_kind;
ALTER TABLE hub.outbox ADD CONSTRAINT ck_outbox_kind CHECK (kind IN (
    'CASE_OPENED', 'CASE_CHANGED', 'CASE_CLOSED', 'CASE_REOPENED',
    'SIGNAL_RECEIVED', 'SIGNAL_CHANGED', 'PARTICIPANT_CHANGED', 'PLAN_CHANGED', 'AGREEMENT_CHANGED',
    'CONSENT_REQUESTED', 'CONSENT_GIVEN', 'CONSENT_RENEWED', 'CONSENT_WITHDRAWN', 'CONSENT_EXPIRED',
    'CONSENT_INVALIDATED', 'CONSENT_SUPERSEDED', 'CONSENT_REFUSED', 'CONSENT_LAPSED', 'SUBMISSION_RECEIVED', 'SUBMISSION_CHANGED'
));

ALTER TABLE hub.signal
    ADD COLUMN corrected_at TIMESTAMP WITH TIME ZONE,
    ADD COLUMN withdrawn_at TIMESTAMP WITH TIME ZONE,
    ADD COLUMN withdrawal_reason TEXT,
    ADD CONSTRAINT ck_signal_withdrawal_reason CHECK (withdrawal_reason IN ('PAID', 'WRONG_PERSON', 'REPORTED_IN_ERROR')),
    ADD CONSTRAINT ck_signal_why_withdrawn CHECK ((withdrawn_at IS NULL) = (withdrawal_reason IS NULL));
ALTER TABLE bank.mortgage_default ADD COLUMN corrected_at TIMESTAMP WITH TIME ZONE;

-- INVARIANT: stored, told of and queued is one thing, in one transaction, whoever it is about and whether or not there is
-- a case.
CREATE FUNCTION hub.tell_of_submitted_event() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO hub.unrouted (row_id, kind, turn) SELECT id, 'DEFAULT_EVENT', 1 FROM added;
    INSERT INTO hub.outbox (kind, submission_id, party_id)
    SELECT 'SUBMISSION_CHANGED', line.submission_id, added.submitter_party
    FROM added JOIN hub.submitted_default AS line ON line.id = added.submitted_default_id;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION hub.tell_of_submitted_event() FROM PUBLIC;
CREATE TRIGGER tell AFTER INSERT ON hub.submitted_default_event
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION hub.tell_of_submitted_event();
