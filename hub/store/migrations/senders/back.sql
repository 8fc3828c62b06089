-- Back to what 0011 knows: what was told without a lease or a day is not in its tables. The ledger keeps what was handed in.
DROP TRIGGER queue_reports ON hub.submitted_report;
DROP FUNCTION hub.queue_reports();
DELETE FROM hub.unrouted WHERE kind <> 'MORTGAGE_DEFAULT';

REVOKE INSERT, UPDATE ON housing.rent_default, housing.rent_demand_copy, enforcement.eviction_petition FROM bofast_app;
ALTER TABLE hub.signal DROP COLUMN is_reserved;

DELETE FROM enforcement.eviction_petition WHERE num_nulls(petitioner_party, objection_deadline) > 0;
ALTER TABLE enforcement.eviction_petition
    DROP COLUMN signal_id,
    ALTER COLUMN petitioner_party SET NOT NULL,
    ALTER COLUMN objection_deadline SET NOT NULL;
DELETE FROM housing.rent_demand_copy WHERE tenancy_id IS NULL;
ALTER TABLE housing.rent_demand_copy
    DROP CONSTRAINT ck_rent_demand_copy_of_a_lease,
    DROP COLUMN signal_id,
    DROP COLUMN lease_ref,
    ALTER COLUMN tenancy_id SET NOT NULL;
DELETE FROM housing.rent_default WHERE tenancy_id IS NULL;
ALTER TABLE housing.rent_default
    DROP CONSTRAINT ck_rent_default_of_a_lease,
    DROP COLUMN signal_id,
    DROP COLUMN lease_ref,
    ALTER COLUMN tenancy_id SET NOT NULL;

UPDATE hub.registration SET kind = 'rent-collector' WHERE kind = 'rent-ledger';
UPDATE hub.registration SET kind = 'enforcement' WHERE kind = 'enforcement-system';
ALTER TABLE hub.registration
    DROP CONSTRAINT ck_registration_kind,
    ADD CONSTRAINT ck_registration_kind CHECK (kind IN ('bank', 'citizen', 'debt-counsel', 'enforcement',
        'housing', 'housing-support', 'landlord', 'leader', 'loan-manager', 'nav', 'privacy',
        'rent-collector', 'secure-unit'));
