-- What persons have handed in as themselves cannot be kept: it refers to no party.
ALTER TABLE hub.submission DISABLE TRIGGER refuse_change;
DROP TABLE hub.submitted_report;
DELETE FROM hub.submission AS batch WHERE NOT EXISTS (SELECT FROM hub.submitted_default WHERE submission_id = batch.id)
    AND NOT EXISTS (SELECT FROM bank.mortgage_default WHERE submission_id = batch.id);
ALTER TABLE hub.submission ENABLE TRIGGER refuse_change;
ALTER TABLE hub.submission
    DROP CONSTRAINT uq_submission_id_submitter_party_kind,
    ADD CONSTRAINT fk_submission_submitter_party FOREIGN KEY (submitter_party) REFERENCES hub.party (id);
CREATE INDEX ix_submission_submitter_party ON hub.submission (submitter_party);

ALTER TABLE hub.submitted_default DROP CONSTRAINT ck_submitted_default_code;
ALTER TABLE hub.submitted_default ADD CONSTRAINT ck_submitted_default_code
    CHECK (code IN ('NO_BASIS', 'INVALID_ID', 'BAD_VALUE', 'DUPLICATE_ROW'));
