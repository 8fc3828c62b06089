-- One default, in one statement and so in one transaction. The keys, checks and triggers of the tables are as they are.
WITH sent AS (
    INSERT INTO hub.submission (id, submitter_party, actor, kind, idempotency_key, content_sha256, row_count)
    VALUES ($1, $2, $2, 'MORTGAGE_DEFAULT', $3, $4, 1)
    RETURNING id, received_at
)
INSERT INTO hub.submitted_default (
    id, submission_id, submitter_party, row_no, outcome, content_sha256, loan_type, loan_ref, debtor_national_id,
    debtor_first_name, debtor_last_name, debtor_address_line, debtor_postal_code, debtor_postal_place,
    first_unpaid_due, unpaid_terms, arrears_ore, interest_accrued_ore, basis, consent_id
)
SELECT $5, sent.id, $2, 1, 'ACCEPTED', $4, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17,
    'BANK_CUSTOMER_CONSENT', $18
FROM sent
RETURNING received_at
