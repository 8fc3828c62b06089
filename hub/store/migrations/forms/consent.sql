-- A report of housing support may rest on a consent of the person's.
ALTER TABLE hub.submitted_report
    ADD COLUMN consent_id UUID,
    ADD CONSTRAINT fk_submitted_report_consent_id FOREIGN KEY (consent_id) REFERENCES hub.consent (id),
    DROP CONSTRAINT ck_submitted_report_rejected_keeps_nothing,
    ADD CONSTRAINT ck_submitted_report_rejected_keeps_nothing CHECK (outcome = 'ACCEPTED' OR
        NOT is_late AND NOT is_reserved AND num_nonnulls(basis, municipality, subject_national_id, payload,
        mandate_id, consent_id, earliest_petition, objection_deadline) = 0);
CREATE INDEX ix_submitted_report_consent_id ON hub.submitted_report (consent_id);
