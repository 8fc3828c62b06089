// The statements of the relations, one for as many rows as are asked for at once.
'use strict'

const masked = `left(national_id, 6) || '*****' AS "nationalIdMasked"`

// Lists of a case, by the field that they answer.
const lists = {
  tenancies: `SELECT case_id AS key, id, start_date AS "startDate", monthly_rent_ore AS "monthlyRent", status
    FROM housing.tenancy WHERE case_id = ANY ($1) ORDER BY start_date DESC, id`,
  rentDefaults: `SELECT case_id AS key, arrears_ore AS arrears, months_in_arrears AS "monthsInArrears", status
    FROM housing.rent_default WHERE case_id = ANY ($1) ORDER BY reported_at DESC, id`,
  rentDemandCopies: `SELECT case_id AS key, kind, issued_at AS "issuedAt", amount_ore AS amount
    FROM housing.rent_demand_copy WHERE case_id = ANY ($1) ORDER BY issued_at DESC, id`,
  leaseBreaches: `SELECT case_id AS key, kind, occurred_at AS "occurredAt", status
    FROM housing.lease_breach WHERE case_id = ANY ($1) ORDER BY occurred_at DESC, id`,
  evictionNotices: `SELECT case_id AS key, sent_at AS "sentAt", status
    FROM enforcement.eviction_notice WHERE case_id = ANY ($1) ORDER BY sent_at DESC, id`,
  evictionPetitions: `SELECT case_id AS key, id, enforcement_case_no AS "enforcementCaseNo",
    petition_received_at AS "petitionReceivedAt", eviction_date AS "evictionDate", status
    FROM enforcement.eviction_petition WHERE case_id = ANY ($1) ORDER BY petition_received_at DESC, id`,
  financialAidApplications: `SELECT case_id AS key, applied_at AS "appliedAt", status
    FROM nav.financial_aid_application WHERE case_id = ANY ($1) ORDER BY applied_at DESC, id`,
  participants: `SELECT case_id AS key, unit_id AS unit, role
    FROM hub.participant WHERE case_id = ANY ($1) ORDER BY valid_from, id`,
  contactLog: `SELECT case_id AS key, at, channel, outcome
    FROM hub.contact_log_entry WHERE case_id = ANY ($1) ORDER BY at DESC, id`
}

// What is left out is told by id; it stands last, as in the hub's answer.
const loans = `SELECT case_id AS key, is_out AS "isOut", id, loan_type AS "loanType", loan_ref AS "loanRef",
    principal_ore AS principal, outstanding_ore AS outstanding, status
  FROM (SELECT *, id = ANY ($2::uuid[]) AS is_out FROM bank.mortgage_loan WHERE case_id = ANY ($1)) l
  ORDER BY is_out, CASE WHEN NOT is_out THEN loan_type END, id`

const claims = `SELECT tenancy_id AS key, id, period, due_date AS "dueDate", amount_ore AS amount, paid_ore AS paid, status,
    dunning_level AS "dunningLevel"
  FROM housing.rent_claim WHERE tenancy_id = ANY ($1) ORDER BY due_date, id`

const members = `SELECT case_id AS key, id, relation, role
  FROM hub.case_person WHERE case_id = ANY ($1) ORDER BY role, id`

const steps = `SELECT plan_id AS key, what, due_date AS "dueDate", status
  FROM hub.plan_step WHERE plan_id = ANY ($1) ORDER BY ord, id`

// One of each.
const persons = `SELECT id AS key, id, ${masked}, first_name AS first, last_name AS last
  FROM nav.person WHERE id = ANY ($1)`

const dwellings = `SELECT id AS key, dwelling_type AS "dwellingType", address_line AS line, postal_code AS "postalCode",
    postal_place AS place
  FROM housing.dwelling WHERE id = ANY ($1)`

const households = `SELECT DISTINCT ON (case_id) case_id AS key, case_id AS "caseId", has_children AS "hasChildren",
    children_count AS "childrenCount"
  FROM hub.household WHERE case_id = ANY ($1) ORDER BY case_id, id`

const plans = `SELECT DISTINCT ON (case_id) case_id AS key, id, state AS status
  FROM hub.progress_plan WHERE case_id = ANY ($1) ORDER BY case_id, version DESC, id`

// The case itself. The row filter of a page is what the hub's policies come to for the unit that asks.
const columns = `c.id, c.case_no AS "caseNo", c.phase, c.state, c.opened_at AS "openedAt", c.subject_id AS "subjectId",
  c.dwelling_id AS "dwellingId"`

const one = `SELECT ${columns} FROM hub."case" c WHERE c.id = $1`

const page = `SELECT ${columns} FROM hub."case" c
  WHERE c.municipality = '9901'
    AND EXISTS (
      SELECT FROM hub.participant q WHERE q.case_id = c.id AND q.unit_id = $1
        AND q.valid_from <= now() AND (q.valid_to IS NULL OR now() < q.valid_to)
    )
    AND NOT EXISTS (
      SELECT FROM hub.case_person m JOIN hub.case_person s ON s.person_id = m.person_id
        JOIN hub.case_person o ON o.case_id = s.case_id JOIN nav.person h ON h.id = o.person_id
      WHERE m.case_id = c.id AND (h.grade >= 2 OR h.shielded)
    )
  ORDER BY c.updated_at DESC, c.id DESC LIMIT $2`

module.exports = { claims, dwellings, households, lists, loans, members, one, page, persons, plans, steps }
