-- The kinds of acting party that hand in as systems: the municipality's rent ledger, the enforcement officer's case system.

ALTER TABLE hub.registration
    DROP CONSTRAINT ck_registration_kind,
    ADD CONSTRAINT ck_registration_kind CHECK (kind IN ('bank', 'citizen', 'debt-counsel', 'enforcement',
        'enforcement-system', 'housing', 'housing-support', 'landlord', 'leader', 'loan-manager', 'nav', 'privacy',
        'rent-collector', 'rent-ledger', 'secure-unit'));
