-- Back to what 0011 knows: what was withdrawn has been put aside, and what was closed because of it stays closed.
DROP TRIGGER tell ON hub.submitted_default_event;
DROP FUNCTION hub.tell_of_submitted_event();
DELETE FROM hub.outbox WHERE kind = 'SUBMISSION_CHANGED';
DELETE FROM hub.unrouted WHERE kind = 'DEFAULT_EVENT';
ALTER TABLE hub.routed DISABLE TRIGGER refuse_change;
DELETE FROM hub.routed WHERE kind = 'DEFAULT_EVENT';
ALTER TABLE hub.routed ENABLE TRIGGER refuse_change;
ALTER TABLE hub.case_change DISABLE TRIGGER refuse_change;
DELETE FROM hub.case_change WHERE kind = 'CLOSED';
ALTER TABLE hub.case_change ENABLE TRIGGER refuse_change;
UPDATE hub.signal SET triage_status = 'DISMISSED' WHERE triage_status = 'WITHDRAWN';
UPDATE bank.mortgage_loan SET status = 'SETTLED' WHERE status = 'WITHDRAWN';
ALTER TABLE hub.signal DROP COLUMN corrected_at, DROP COLUMN withdrawn_at, DROP COLUMN withdrawal_reason;
ALTER TABLE bank.mortgage_default DROP COLUMN corrected_at;

ALTER TABLE hub.unrouted DROP CONSTRAINT ck_unrouted_kind;
ALTER TABLE hub.unrouted ADD CONSTRAINT ck_unrouted_kind CHECK (kind IN ('RENT_DEFAULT', 'LEASE_BREACH', 'MORTGAGE_DEFAULT', 'CONCERN_REPORT',
        'DEFAULT_NOTICE', 'DEFERRAL_REQUEST', 'FINANCIAL_AID_APPLICATION', 'EVICTION_NOTICE_COPY', 'RENT_DEMAND_COPY',
        'LANDLORD_NOTICE'));
ALTER TABLE hub.routed DROP CONSTRAINT ck_routed_kind;
ALTER TABLE hub.routed ADD CONSTRAINT ck_routed_kind CHECK (kind IN ('RENT_DEFAULT', 'LEASE_BREACH', 'MORTGAGE_DEFAULT', 'CONCERN_REPORT',
        'DEFAULT_NOTICE', 'DEFERRAL_REQUEST', 'FINANCIAL_AID_APPLICATION', 'EVICTION_NOTICE_COPY', 'RENT_DEMAND_COPY',
        'LANDLORD_NOTICE'));
ALTER TABLE hub.routed DROP CONSTRAINT ck_routed_outcome;
ALTER TABLE hub.routed ADD CONSTRAINT ck_routed_outcome CHECK (outcome IN ('SIGNAL', 'NO_COPY', 'NO_GROUND'));
ALTER TABLE hub.case_change DROP CONSTRAINT ck_case_change_kind;
ALTER TABLE hub.case_change ADD CONSTRAINT ck_case_change_kind
    CHECK (kind IN ('OPENED', 'REOPENED', 'PETITIONED', 'HANDED_OVER'));
ALTER TABLE hub.signal DROP CONSTRAINT ck_signal_triage_status;
ALTER TABLE hub.signal ADD CONSTRAINT ck_signal_triage_status
    CHECK (triage_status IN ('NEW', 'ASSIGNED', 'DISMISSED', 'MERGED'));
ALTER TABLE bank.mortgage_loan DROP CONSTRAINT ck_mortgage_loan_status;
ALTER TABLE bank.mortgage_loan ADD CONSTRAINT ck_mortgage_loan_status
    CHECK (status IN ('ACTIVE', 'DEFAULTED', 'SETTLED'));
ALTER TABLE hub.outbox DROP CONSTRAINT ck_outbox_kind;
ALTER TABLE hub.outbox ADD CONSTRAINT ck_outbox_kind CHECK (kind IN (
    'CASE_OPENED', 'CASE_CHANGED', 'CASE_CLOSED', 'CASE_REOPENED',
    'SIGNAL_RECEIVED', 'SIGNAL_CHANGED', 'PARTICIPANT_CHANGED', 'PLAN_CHANGED', 'AGREEMENT_CHANGED',
    'CONSENT_REQUESTED', 'CONSENT_GIVEN', 'CONSENT_RENEWED', 'CONSENT_WITHDRAWN', 'CONSENT_EXPIRED',
    'CONSENT_INVALIDATED', 'CONSENT_SUPERSEDED', 'CONSENT_REFUSED', 'CONSENT_LAPSED', 'SUBMISSION_RECEIVED'
));

DROP VIEW hub.submitted_default_standing;
DROP TABLE hub.submitted_default_event;
ALTER TABLE hub.submitted_default DROP CONSTRAINT uq_submitted_default_id_submitter_party;
