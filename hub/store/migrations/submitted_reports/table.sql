-- Whoever hands something in as a person is no party: the submitter refers to nothing, and is carried along by key.
ALTER TABLE hub.submission
    DROP CONSTRAINT fk_submission_submitter_party,
    ADD CONSTRAINT uq_submission_id_submitter_party_kind UNIQUE (id, submitter_party, kind);
-- The unique key of a batch begins with the submitter.
DROP INDEX hub.ix_submission_submitter_party;

ALTER TABLE hub.submitted_default DROP CONSTRAINT ck_submitted_default_code;
ALTER TABLE hub.submitted_default ADD CONSTRAINT ck_submitted_default_code
    CHECK (code IN ('NO_BASIS', 'INVALID_ID', 'BAD_VALUE', 'DUPLICATE_ROW', 'RESERVATION_ACTIVE', 'COPY_TOO_LATE'));

CREATE TABLE hub.submitted_report (
    id UUID DEFAULT uuidv7() NOT NULL,
    submission_id UUID NOT NULL,
    submitter_party TEXT NOT NULL,
    kind TEXT NOT NULL,
    row_no INTEGER NOT NULL,
    received_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    outcome TEXT NOT NULL,
    code TEXT,
    content_sha256 TEXT NOT NULL,
    basis TEXT,
    is_late BOOLEAN DEFAULT false NOT NULL,
    municipality TEXT,
    subject_national_id TEXT,
    payload JSONB,
    mandate_id UUID,
    earliest_petition DATE,
    objection_deadline DATE,
    is_reserved BOOLEAN DEFAULT false NOT NULL,
    CONSTRAINT pk_submitted_report PRIMARY KEY (id),
    CONSTRAINT uq_submitted_report_submission_id_row_no UNIQUE (submission_id, row_no),
    CONSTRAINT ck_submitted_report_kind CHECK (kind IN ('RENT_DEFAULT', 'LEASE_BREACH', 'MORTGAGE_DEFAULT',
        'CONCERN_REPORT', 'DEFAULT_NOTICE', 'DEFERRAL_REQUEST', 'FINANCIAL_AID_APPLICATION',
        'EVICTION_NOTICE_COPY', 'RENT_DEMAND_COPY', 'LANDLORD_NOTICE')),
    CONSTRAINT ck_submitted_report_outcome CHECK (outcome IN ('ACCEPTED', 'REJECTED')),
    CONSTRAINT ck_submitted_report_code CHECK (code IN ('NO_BASIS', 'INVALID_ID', 'BAD_VALUE', 'DUPLICATE_ROW',
        'RESERVATION_ACTIVE', 'COPY_TOO_LATE')),
    CONSTRAINT ck_submitted_report_content_sha256 CHECK (content_sha256 ~ '^[0-9a-f]{64}$'),
    CONSTRAINT ck_submitted_report_municipality CHECK (municipality ~ '^\d{4}$'),
    CONSTRAINT ck_submitted_report_subject_national_id CHECK (subject_national_id ~ '^\d{11}$'),
    CONSTRAINT ck_submitted_report_payload CHECK (jsonb_typeof(payload) = 'object'),
    CONSTRAINT ck_submitted_report_code_when_rejected CHECK ((outcome = 'REJECTED') = (code IS NOT NULL)),
    CONSTRAINT ck_submitted_report_rejected_keeps_nothing CHECK (outcome = 'ACCEPTED' OR
        NOT is_late AND NOT is_reserved AND num_nonnulls(basis, municipality, subject_national_id, payload,
        mandate_id, earliest_petition, objection_deadline) = 0),
    CONSTRAINT ck_submitted_report_accepted_rests_on_a_basis CHECK (outcome = 'REJECTED' OR
        num_nonnulls(basis, payload) = 2),
    CONSTRAINT fk_submitted_report_submission_id FOREIGN KEY (submission_id) REFERENCES hub.submission (id),
    CONSTRAINT fk_submitted_report_submission_id_submitter_party_kind FOREIGN KEY (submission_id,
        submitter_party, kind) REFERENCES hub.submission (id, submitter_party, kind),
    CONSTRAINT fk_submitted_report_mandate_id FOREIGN KEY (mandate_id) REFERENCES hub.mandate (id)
);
CREATE INDEX ix_submitted_report_submission_id ON hub.submitted_report (submission_id);
CREATE INDEX ix_submitted_report_submitter_party ON hub.submitted_report (submitter_party);
CREATE INDEX ix_submitted_report_mandate_id ON hub.submitted_report (mandate_id);

CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON hub.submitted_report
    EXECUTE FUNCTION hub.refuse_change();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON hub.submitted_report EXECUTE FUNCTION hub.refuse_change();

GRANT SELECT, INSERT ON hub.submitted_report TO bofast_app;
