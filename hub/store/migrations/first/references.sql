-- Foreign keys, after all tables: some point in a circle.

ALTER TABLE audit.writer_end
    ADD CONSTRAINT fk_writer_end_writer_id FOREIGN KEY (writer_id) REFERENCES audit.writer (id);

ALTER TABLE audit.command_counter
    ADD CONSTRAINT fk_command_counter_writer_id FOREIGN KEY (writer_id) REFERENCES audit.writer (id);

ALTER TABLE audit.index_cursor
    ADD CONSTRAINT fk_index_cursor_writer_id FOREIGN KEY (writer_id) REFERENCES audit.writer (id);

ALTER TABLE bank.mortgage_loan
    ADD CONSTRAINT fk_mortgage_loan_case_id FOREIGN KEY (case_id) REFERENCES hub."case" (id),
    ADD CONSTRAINT fk_mortgage_loan_lender_party FOREIGN KEY (lender_party) REFERENCES hub.party (id),
    ADD CONSTRAINT fk_mortgage_loan_servicer_party FOREIGN KEY (servicer_party) REFERENCES hub.party (id),
    ADD CONSTRAINT fk_mortgage_loan_source_party FOREIGN KEY (source_party) REFERENCES hub.party (id);

ALTER TABLE bank.mortgage_default
    ADD CONSTRAINT fk_mortgage_default_agreement_id FOREIGN KEY (agreement_id) REFERENCES hub.agreement (id),
    ADD CONSTRAINT fk_mortgage_default_case_id FOREIGN KEY (case_id) REFERENCES hub."case" (id),
    ADD CONSTRAINT fk_mortgage_default_consent_id FOREIGN KEY (consent_id) REFERENCES hub.consent (id),
    ADD CONSTRAINT fk_mortgage_default_loan_id FOREIGN KEY (loan_id) REFERENCES bank.mortgage_loan (id),
    ADD CONSTRAINT fk_mortgage_default_loan_id_case_id_loan_type_loan_ref FOREIGN KEY (loan_id, case_id,
        loan_type, loan_ref) REFERENCES bank.mortgage_loan (id, case_id, loan_type, loan_ref),
    ADD CONSTRAINT fk_mortgage_default_source_party FOREIGN KEY (source_party) REFERENCES hub.party (id),
    ADD CONSTRAINT fk_mortgage_default_submission_id FOREIGN KEY (submission_id) REFERENCES hub.submission
        (id);

ALTER TABLE hub."case"
    ADD CONSTRAINT fk_case_dwelling_id FOREIGN KEY (dwelling_id) REFERENCES housing.dwelling (id),
    ADD CONSTRAINT fk_case_nav_unit FOREIGN KEY (nav_unit) REFERENCES hub.unit (id),
    ADD CONSTRAINT fk_case_responsible_unit FOREIGN KEY (responsible_unit) REFERENCES hub.unit (id),
    ADD CONSTRAINT fk_case_source_party FOREIGN KEY (source_party) REFERENCES hub.party (id),
    ADD CONSTRAINT fk_case_subject_among_persons FOREIGN KEY (id, subject_id) REFERENCES hub.case_person
        (case_id, person_id) DEFERRABLE INITIALLY DEFERRED,
    ADD CONSTRAINT fk_case_subject_id FOREIGN KEY (subject_id) REFERENCES nav.person (id);

ALTER TABLE hub.case_person
    ADD CONSTRAINT fk_case_person_case_id FOREIGN KEY (case_id) REFERENCES hub."case" (id),
    ADD CONSTRAINT fk_case_person_person_id FOREIGN KEY (person_id) REFERENCES nav.person (id),
    ADD CONSTRAINT fk_case_person_source_party FOREIGN KEY (source_party) REFERENCES hub.party (id);

ALTER TABLE hub.household
    ADD CONSTRAINT fk_household_case_id FOREIGN KEY (case_id) REFERENCES hub."case" (id),
    ADD CONSTRAINT fk_household_source_party FOREIGN KEY (source_party) REFERENCES hub.party (id);

ALTER TABLE hub.participant
    ADD CONSTRAINT fk_participant_case_id FOREIGN KEY (case_id) REFERENCES hub."case" (id),
    ADD CONSTRAINT fk_participant_party_id FOREIGN KEY (party_id) REFERENCES hub.party (id),
    ADD CONSTRAINT fk_participant_source_party FOREIGN KEY (source_party) REFERENCES hub.party (id),
    ADD CONSTRAINT fk_participant_unit_id FOREIGN KEY (unit_id) REFERENCES hub.unit (id);

ALTER TABLE hub.signal
    ADD CONSTRAINT fk_signal_case_id FOREIGN KEY (case_id) REFERENCES hub."case" (id),
    ADD CONSTRAINT fk_signal_duplicates_of FOREIGN KEY (duplicates_of) REFERENCES hub.signal (id),
    ADD CONSTRAINT fk_signal_sender_party FOREIGN KEY (sender_party) REFERENCES hub.party (id),
    ADD CONSTRAINT fk_signal_source_party FOREIGN KEY (source_party) REFERENCES hub.party (id),
    ADD CONSTRAINT fk_signal_unit_id FOREIGN KEY (unit_id) REFERENCES hub.unit (id);

ALTER TABLE hub.contact_log_entry
    ADD CONSTRAINT fk_contact_log_entry_by_unit FOREIGN KEY (by_unit) REFERENCES hub.unit (id),
    ADD CONSTRAINT fk_contact_log_entry_case_id FOREIGN KEY (case_id) REFERENCES hub."case" (id),
    ADD CONSTRAINT fk_contact_log_entry_source_party FOREIGN KEY (source_party) REFERENCES hub.party (id);

ALTER TABLE enforcement.eviction_notice
    ADD CONSTRAINT fk_eviction_notice_case_id FOREIGN KEY (case_id) REFERENCES hub."case" (id),
    ADD CONSTRAINT fk_eviction_notice_sender_party FOREIGN KEY (sender_party) REFERENCES hub.party (id),
    ADD CONSTRAINT fk_eviction_notice_source_party FOREIGN KEY (source_party) REFERENCES hub.party (id);

ALTER TABLE enforcement.eviction_petition
    ADD CONSTRAINT fk_eviction_petition_case_id FOREIGN KEY (case_id) REFERENCES hub."case" (id),
    ADD CONSTRAINT fk_eviction_petition_petitioner_party FOREIGN KEY (petitioner_party) REFERENCES hub.party
        (id),
    ADD CONSTRAINT fk_eviction_petition_source_party FOREIGN KEY (source_party) REFERENCES hub.party (id);

ALTER TABLE enforcement.debt_settlement
    ADD CONSTRAINT fk_debt_settlement_case_id FOREIGN KEY (case_id) REFERENCES hub."case" (id),
    ADD CONSTRAINT fk_debt_settlement_source_party FOREIGN KEY (source_party) REFERENCES hub.party (id);

ALTER TABLE housing.dwelling
    ADD CONSTRAINT fk_dwelling_owner_party FOREIGN KEY (owner_party) REFERENCES hub.party (id),
    ADD CONSTRAINT fk_dwelling_source_party FOREIGN KEY (source_party) REFERENCES hub.party (id);

ALTER TABLE housing.tenancy
    ADD CONSTRAINT fk_tenancy_case_id FOREIGN KEY (case_id) REFERENCES hub."case" (id),
    ADD CONSTRAINT fk_tenancy_dwelling_id FOREIGN KEY (dwelling_id) REFERENCES housing.dwelling (id),
    ADD CONSTRAINT fk_tenancy_landlord_party FOREIGN KEY (landlord_party) REFERENCES hub.party (id),
    ADD CONSTRAINT fk_tenancy_source_party FOREIGN KEY (source_party) REFERENCES hub.party (id);

ALTER TABLE housing.rent_claim
    ADD CONSTRAINT fk_rent_claim_case_id FOREIGN KEY (case_id) REFERENCES hub."case" (id),
    ADD CONSTRAINT fk_rent_claim_source_party FOREIGN KEY (source_party) REFERENCES hub.party (id),
    ADD CONSTRAINT fk_rent_claim_tenancy_id FOREIGN KEY (tenancy_id) REFERENCES housing.tenancy (id),
    ADD CONSTRAINT fk_rent_claim_tenancy_id_case_id FOREIGN KEY (tenancy_id, case_id) REFERENCES
        housing.tenancy (id, case_id);

ALTER TABLE housing.rent_default
    ADD CONSTRAINT fk_rent_default_case_id FOREIGN KEY (case_id) REFERENCES hub."case" (id),
    ADD CONSTRAINT fk_rent_default_reported_by FOREIGN KEY (reported_by) REFERENCES hub.party (id),
    ADD CONSTRAINT fk_rent_default_source_party FOREIGN KEY (source_party) REFERENCES hub.party (id),
    ADD CONSTRAINT fk_rent_default_tenancy_id FOREIGN KEY (tenancy_id) REFERENCES housing.tenancy (id),
    ADD CONSTRAINT fk_rent_default_tenancy_id_case_id FOREIGN KEY (tenancy_id, case_id) REFERENCES
        housing.tenancy (id, case_id);

ALTER TABLE housing.rent_demand_copy
    ADD CONSTRAINT fk_rent_demand_copy_case_id FOREIGN KEY (case_id) REFERENCES hub."case" (id),
    ADD CONSTRAINT fk_rent_demand_copy_delivered_to FOREIGN KEY (delivered_to) REFERENCES hub.party (id),
    ADD CONSTRAINT fk_rent_demand_copy_source_party FOREIGN KEY (source_party) REFERENCES hub.party (id),
    ADD CONSTRAINT fk_rent_demand_copy_tenancy_id FOREIGN KEY (tenancy_id) REFERENCES housing.tenancy (id),
    ADD CONSTRAINT fk_rent_demand_copy_tenancy_id_case_id FOREIGN KEY (tenancy_id, case_id) REFERENCES
        housing.tenancy (id, case_id);

ALTER TABLE housing.lease_breach
    ADD CONSTRAINT fk_lease_breach_case_id FOREIGN KEY (case_id) REFERENCES hub."case" (id),
    ADD CONSTRAINT fk_lease_breach_source_party FOREIGN KEY (source_party) REFERENCES hub.party (id),
    ADD CONSTRAINT fk_lease_breach_tenancy_id FOREIGN KEY (tenancy_id) REFERENCES housing.tenancy (id),
    ADD CONSTRAINT fk_lease_breach_tenancy_id_case_id FOREIGN KEY (tenancy_id, case_id) REFERENCES
        housing.tenancy (id, case_id);

ALTER TABLE hub.consent
    ADD CONSTRAINT fk_consent_case_id FOREIGN KEY (case_id) REFERENCES hub."case" (id),
    ADD CONSTRAINT fk_consent_mandate_id FOREIGN KEY (mandate_id) REFERENCES hub.mandate (id),
    ADD CONSTRAINT fk_consent_recipient_party FOREIGN KEY (recipient_party) REFERENCES hub.party (id),
    ADD CONSTRAINT fk_consent_source_party FOREIGN KEY (source_party) REFERENCES hub.party (id),
    ADD CONSTRAINT fk_consent_subject_id FOREIGN KEY (subject_id) REFERENCES nav.person (id);

ALTER TABLE hub.consent_event
    ADD CONSTRAINT fk_consent_event_consent_id FOREIGN KEY (consent_id) REFERENCES hub.consent (id);

ALTER TABLE hub.agreement
    ADD CONSTRAINT fk_agreement_lender_party FOREIGN KEY (lender_party) REFERENCES hub.party (id),
    ADD CONSTRAINT fk_agreement_loan_manager_party FOREIGN KEY (loan_manager_party) REFERENCES hub.party (id);

ALTER TABLE hub.agreement_event
    ADD CONSTRAINT fk_agreement_event_agreement_id FOREIGN KEY (agreement_id) REFERENCES hub.agreement (id);

ALTER TABLE hub.reservation
    ADD CONSTRAINT fk_reservation_landlord_party FOREIGN KEY (landlord_party) REFERENCES hub.party (id),
    ADD CONSTRAINT fk_reservation_tenancy_id FOREIGN KEY (tenancy_id) REFERENCES housing.tenancy (id),
    ADD CONSTRAINT fk_reservation_tenant_id FOREIGN KEY (tenant_id) REFERENCES nav.person (id);

ALTER TABLE hub.reservation_event
    ADD CONSTRAINT fk_reservation_event_reservation_id FOREIGN KEY (reservation_id) REFERENCES hub.reservation
        (id);

ALTER TABLE hub.mandate
    ADD CONSTRAINT fk_mandate_giver_id FOREIGN KEY (giver_id) REFERENCES nav.person (id),
    ADD CONSTRAINT fk_mandate_holder_id FOREIGN KEY (holder_id) REFERENCES nav.person (id);

ALTER TABLE hub.mandate_event
    ADD CONSTRAINT fk_mandate_event_mandate_id FOREIGN KEY (mandate_id) REFERENCES hub.mandate (id);

ALTER TABLE nav.person
    ADD CONSTRAINT fk_person_source_party FOREIGN KEY (source_party) REFERENCES hub.party (id);

ALTER TABLE nav.kinship
    ADD CONSTRAINT fk_kinship_person_id FOREIGN KEY (person_id) REFERENCES nav.person (id),
    ADD CONSTRAINT fk_kinship_relative_id FOREIGN KEY (relative_id) REFERENCES nav.person (id);

ALTER TABLE nav.financial_aid_application
    ADD CONSTRAINT fk_financial_aid_application_case_id FOREIGN KEY (case_id) REFERENCES hub."case" (id),
    ADD CONSTRAINT fk_financial_aid_application_source_party FOREIGN KEY (source_party) REFERENCES hub.party
        (id);

ALTER TABLE hub.unit
    ADD CONSTRAINT fk_unit_party_id FOREIGN KEY (party_id) REFERENCES hub.party (id);

ALTER TABLE hub.employee
    ADD CONSTRAINT fk_employee_person_id FOREIGN KEY (person_id) REFERENCES nav.person (id),
    ADD CONSTRAINT fk_employee_unit_id FOREIGN KEY (unit_id) REFERENCES hub.unit (id);

ALTER TABLE hub.registration
    ADD CONSTRAINT fk_registration_party_id FOREIGN KEY (party_id) REFERENCES hub.party (id),
    ADD CONSTRAINT fk_registration_unit_id FOREIGN KEY (unit_id) REFERENCES hub.unit (id);

ALTER TABLE hub.progress_plan
    ADD CONSTRAINT fk_progress_plan_case_id FOREIGN KEY (case_id) REFERENCES hub."case" (id),
    ADD CONSTRAINT fk_progress_plan_source_party FOREIGN KEY (source_party) REFERENCES hub.party (id);

ALTER TABLE hub.plan_step
    ADD CONSTRAINT fk_plan_step_case_id FOREIGN KEY (case_id) REFERENCES hub."case" (id),
    ADD CONSTRAINT fk_plan_step_names_party FOREIGN KEY (names_party) REFERENCES hub.party (id),
    ADD CONSTRAINT fk_plan_step_plan_id FOREIGN KEY (plan_id) REFERENCES hub.progress_plan (id),
    ADD CONSTRAINT fk_plan_step_plan_id_case_id FOREIGN KEY (plan_id, case_id) REFERENCES hub.progress_plan
        (id, case_id),
    ADD CONSTRAINT fk_plan_step_responsible_unit FOREIGN KEY (responsible_unit) REFERENCES hub.unit (id),
    ADD CONSTRAINT fk_plan_step_source_party FOREIGN KEY (source_party) REFERENCES hub.party (id);

ALTER TABLE hub.repayment_agreement
    ADD CONSTRAINT fk_repayment_agreement_case_id FOREIGN KEY (case_id) REFERENCES hub."case" (id),
    ADD CONSTRAINT fk_repayment_agreement_creditor_party FOREIGN KEY (creditor_party) REFERENCES hub.party
        (id),
    ADD CONSTRAINT fk_repayment_agreement_source_party FOREIGN KEY (source_party) REFERENCES hub.party (id);

ALTER TABLE hub.cost_comparison
    ADD CONSTRAINT fk_cost_comparison_case_id FOREIGN KEY (case_id) REFERENCES hub."case" (id),
    ADD CONSTRAINT fk_cost_comparison_source_party FOREIGN KEY (source_party) REFERENCES hub.party (id);

ALTER TABLE hub.submission
    ADD CONSTRAINT fk_submission_submitter_party FOREIGN KEY (submitter_party) REFERENCES hub.party (id);

ALTER TABLE hub.submitted_default
    ADD CONSTRAINT fk_submitted_default_agreement_id FOREIGN KEY (agreement_id) REFERENCES hub.agreement (id),
    ADD CONSTRAINT fk_submitted_default_consent_id FOREIGN KEY (consent_id) REFERENCES hub.consent (id),
    ADD CONSTRAINT fk_submitted_default_submission_id FOREIGN KEY (submission_id) REFERENCES hub.submission
        (id),
    ADD CONSTRAINT fk_submitted_default_submission_id_submitter_party FOREIGN KEY (submission_id,
        submitter_party) REFERENCES hub.submission (id, submitter_party),
    ADD CONSTRAINT fk_submitted_default_submitter_party FOREIGN KEY (submitter_party) REFERENCES hub.party
        (id);
