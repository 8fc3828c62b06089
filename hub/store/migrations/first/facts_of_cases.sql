-- What policies may ask about a case or a person. The read roles see these facts, and the tables under them only as far
-- as their contracts go. Each view is total: no column of it is ever NULL, but where its comment says so.
-- An interval of instants holds its first and not its last; a period of legal days (Europe/Oslo) holds both.

CREATE VIEW facts.case_person AS
SELECT case_id, person_id, role FROM hub.case_person;

-- Parties that work on the case now. `unit_id` is NULL where the party takes part as a whole.
CREATE VIEW facts.participant AS
SELECT case_id, party_id, unit_id
FROM hub.participant
WHERE valid_from <= now() AND (valid_to IS NULL OR now() < valid_to);

-- The highest protection among the persons of the case and everybody whom they share a household with, in whichever case:
-- who lives with a protected person has that person's address.
CREATE VIEW facts.protection AS
SELECT member.case_id, max(housemate.grade) AS grade, bool_or(housemate.shielded) AS shielded
FROM hub.case_person AS member
JOIN hub.case_person AS membership ON membership.person_id = member.person_id
JOIN hub.case_person AS other ON other.case_id = membership.case_id
JOIN nav.person AS housemate ON housemate.id = other.person_id
GROUP BY member.case_id;

-- Relatives of anybody in the case.
CREATE VIEW facts.case_kin AS
SELECT member.case_id, tie.relative_id
FROM hub.case_person AS member
JOIN nav.kinship AS tie ON tie.person_id = member.person_id;

-- Parties that somebody in the case works for.
CREATE VIEW facts.own_employee AS
SELECT member.case_id, unit.party_id
FROM hub.case_person AS member
JOIN hub.employee AS employee ON employee.person_id = member.person_id
JOIN hub.unit AS unit ON unit.id = employee.unit_id
WHERE (now() AT TIME ZONE 'Europe/Oslo')::date
    BETWEEN employee.valid_from AND coalesce(employee.valid_to, 'infinity');

CREATE VIEW facts.person_key AS
SELECT id AS person_id, national_id FROM nav.person;

-- Parties that work now on any case that the person belongs to. `unit_id` as in facts.participant.
CREATE VIEW facts.person_relation AS
SELECT member.person_id, participant.party_id, participant.unit_id
FROM hub.case_person AS member
JOIN facts.participant AS participant ON participant.case_id = member.case_id;

-- A person is protected as the person's cases are, each of them as facts.protection says: the way in must not matter.
CREATE VIEW facts.person_protection AS
SELECT
    person.id AS person_id,
    greatest(person.grade, max(housemate.grade)) AS grade,
    person.shielded OR coalesce(bool_or(housemate.shielded), false) AS shielded
FROM nav.person AS person
LEFT JOIN hub.case_person AS own ON own.person_id = person.id
LEFT JOIN hub.case_person AS member ON member.case_id = own.case_id
LEFT JOIN hub.case_person AS membership ON membership.person_id = member.person_id
LEFT JOIN hub.case_person AS other ON other.case_id = membership.case_id
LEFT JOIN nav.person AS housemate ON housemate.id = other.person_id
GROUP BY person.id;

CREATE VIEW facts.person_kin AS
SELECT person_id, relative_id FROM nav.kinship;

-- Municipalities that have or had a case with the person.
CREATE VIEW facts.person_municipality AS
SELECT member.person_id, c.municipality
FROM hub.case_person AS member
JOIN hub."case" AS c ON c.id = member.case_id;

-- Who lends and who services a loan. `servicer_party` is NULL where the lender does it itself.
CREATE VIEW facts.loan AS
SELECT id, lender_party, servicer_party, loan_type FROM bank.mortgage_loan;

CREATE VIEW facts.party AS
SELECT id, log_shows_names FROM hub.party;
