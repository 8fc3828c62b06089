-- Who may what. The three read roles get their columns from the contracts, at each start (hub/store/grants.py).

GRANT USAGE ON SCHEMA facts TO bofast_app, bofast_public, bofast_external, bofast_audit, bofast_record;
GRANT SELECT ON ALL TABLES IN SCHEMA facts TO bofast_app, bofast_public, bofast_external, bofast_audit;
-- How severe a look-up is depends on the protection of whom it concerns.
GRANT SELECT ON facts.person_protection TO bofast_record;

-- Commands. The hub is the system of record of the shared case; the sources it only reads, but for what is handed in.
GRANT USAGE ON SCHEMA hub, nav, housing, enforcement, bank TO bofast_app;
GRANT SELECT ON ALL TABLES IN SCHEMA hub, nav, housing, enforcement, bank TO bofast_app;
REVOKE ALL ON hub.alembic_version FROM bofast_app;
GRANT INSERT ON
    hub.consent, hub.consent_event, hub.agreement, hub.agreement_event, hub.reservation, hub.reservation_event,
    hub.mandate, hub.mandate_event, hub.submission, hub.submitted_default
    TO bofast_app;
GRANT INSERT, UPDATE ON
    hub."case", hub.case_person, hub.household, hub.participant, hub.signal, hub.contact_log_entry, hub.progress_plan,
    hub.plan_step, hub.repayment_agreement, hub.cost_comparison
    TO bofast_app;
GRANT INSERT, UPDATE ON bank.mortgage_loan, bank.mortgage_default TO bofast_app;
