-- What is told of rent and of petitions without the lease that a register has: by the sender's own reference, with the signal
-- that it first came with. Whatever tells of the same later is linked to that one.

ALTER TABLE housing.rent_default
    ALTER COLUMN tenancy_id DROP NOT NULL,
    ADD COLUMN lease_ref TEXT,
    ADD COLUMN signal_id UUID,
    ADD CONSTRAINT ck_rent_default_of_a_lease CHECK (num_nonnulls(tenancy_id, lease_ref) > 0),
    ADD CONSTRAINT fk_rent_default_signal_id FOREIGN KEY (signal_id) REFERENCES hub.signal (id);
CREATE INDEX ix_rent_default_signal_id ON housing.rent_default (signal_id);

ALTER TABLE housing.rent_demand_copy
    ALTER COLUMN tenancy_id DROP NOT NULL,
    ADD COLUMN lease_ref TEXT,
    ADD COLUMN signal_id UUID,
    ADD CONSTRAINT ck_rent_demand_copy_of_a_lease CHECK (num_nonnulls(tenancy_id, lease_ref) > 0),
    ADD CONSTRAINT fk_rent_demand_copy_signal_id FOREIGN KEY (signal_id) REFERENCES hub.signal (id);
CREATE INDEX ix_rent_demand_copy_signal_id ON housing.rent_demand_copy (signal_id);

-- Nothing can be objected to before it was put before the tenant, and a private person who petitions is no party.
ALTER TABLE enforcement.eviction_petition
    ALTER COLUMN petitioner_party DROP NOT NULL,
    ALTER COLUMN objection_deadline DROP NOT NULL,
    ADD COLUMN signal_id UUID,
    ADD CONSTRAINT fk_eviction_petition_signal_id FOREIGN KEY (signal_id) REFERENCES hub.signal (id);
CREATE INDEX ix_eviction_petition_signal_id ON enforcement.eviction_petition (signal_id);

-- The tenant has reserved against notices of the municipal landlord. Whether that binds is open, so it only marks the signal.
ALTER TABLE hub.signal ADD COLUMN is_reserved BOOLEAN DEFAULT false NOT NULL;

-- What is told again brings a row up to date; whose it is, and what it is about, stays.
GRANT INSERT ON housing.rent_default, housing.rent_demand_copy, enforcement.eviction_petition TO bofast_app;
GRANT UPDATE (
    lease_ref, oldest_due_date, months_in_arrears, arrears_ore, fees_ore, interest_ore, reported_by, reported_at, basis,
    signal_id
) ON housing.rent_default TO bofast_app;
GRANT UPDATE (amount_ore, tenant_informed_at, signal_id) ON housing.rent_demand_copy TO bofast_app;
GRANT UPDATE (
    petition_received_at, petitioner_party, objection_deadline, eviction_date, status, received_at, basis, signal_id
) ON enforcement.eviction_petition TO bofast_app;
