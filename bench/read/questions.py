"""What is asked, by whom, and of which rows of the demo's data. Every side is asked the same.

Q1   one case with all its relations
Q2   fifty cases with person, tenancy, claims and petitions
Q3   one submitted default on a mortgage
Q4   Q2 by a debt counsellor, and the loans of each case, which are withheld without the person's consent
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import asyncpg

from hub.demo.offices import BANK, TESTBY

PAGE: Final = 50
CASES: Final = 100
"""How many different cases Q1 asks for, in turn."""

CASE: Final = """query Case($id: ID!) { case(id: $id) {
  id caseNo phase state openedAt
  subject { id nationalIdMasked name { first last } }
  household { hasChildren childrenCount members { id relation role } }
  dwelling { dwellingType address { line postalCode place } }
  tenancies { id startDate monthlyRent status claims { id dueDate amount paid status } }
  rentDefaults { arrears monthsInArrears status }
  rentDemandCopies { kind issuedAt amount }
  leaseBreaches { kind occurredAt status }
  evictionNotices { sentAt status }
  evictionPetitions { enforcementCaseNo petitionReceivedAt status }
  mortgageLoans { loanRef status }
  financialAidApplications { appliedAt status }
  participants { unit role }
  contactLog { at channel outcome }
  plan { status steps { what dueDate status } }
} }"""
_NODES: Final = """
  id caseNo phase state openedAt
  subject { id nationalIdMasked name { first last } }
  tenancies { id startDate monthlyRent status claims { id period dueDate amount paid status dunningLevel } }
  evictionPetitions { id enforcementCaseNo petitionReceivedAt evictionDate status }"""
_LOANS: Final = """
  mortgageLoans { id loanType loanRef principal outstanding status }"""
CASE_PAGE: Final = f"query Cases($first: Int!) {{ cases(first: $first) {{ nodes {{{_NODES}\n}} }} }}"
LOAN_PAGE: Final = f"query Loans($first: Int!) {{ cases(first: $first) {{ nodes {{{_NODES}{_LOANS}\n}} }} }}"
SUBMIT: Final = """mutation Submit($input: SubmitMortgageDefaultsInput!) { submitMortgageDefaults(input: $input) {
  ... on Submitted { id receivedAt acceptedCount rejectedCount rows { ... on RowAccepted {
    rowNo receipt basis isLate } } }
} }"""

# As the ones who ask see them: units that take part now, nobody in the household protected.
_TENANTS = """
    SELECT c.id FROM hub."case" AS c JOIN facts.protection AS p ON p.case_id = c.id
    WHERE c.track = 'TENANCY' AND c.municipality = $1 AND p.grade = 0 AND NOT p.shielded
        AND EXISTS (SELECT FROM facts.participant AS q WHERE q.case_id = c.id AND q.unit_id = $2)
        AND EXISTS (SELECT FROM hub.progress_plan AS plan WHERE plan.case_id = c.id)
    ORDER BY c.case_no LIMIT $3
"""
_CONSENTING = """
    SELECT DISTINCT ON (person.id) person.national_id, consent.id
    FROM facts.consent AS consent JOIN nav.person AS person ON person.id = consent.subject_id
    WHERE consent.source_party = $1 AND consent.recipient_party = $2 AND consent.category = 'LOAN_DEFAULT'
        AND consent.purpose = 'EVICTION_PREVENTION' AND person.grade = 0
    ORDER BY person.id, consent.id
"""
_LOANS_OF = """SELECT id FROM bank.mortgage_loan WHERE case_id = ANY ($1) AND NOT id = ANY ($2)"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A document, who asks it and for which purpose, and the variables that are asked for in turn."""

    name: str
    persona: str
    purpose: str
    unit: str
    document: str
    variables: tuple[dict[str, Any], ...]


async def reads(connection: asyncpg.Connection) -> tuple[Question, ...]:
    """Q1, Q2 and Q4 with what of the data they ask for."""
    cases = [str(row["id"]) for row in await connection.fetch(_TENANTS, TESTBY.number, TESTBY.nav_unit, CASES)]
    page: tuple[dict[str, Any], ...] = ({"first": PAGE},)
    nav, counsel = TESTBY.nav_unit, TESTBY.debt_unit
    return (
        Question(
            name="Q1",
            persona="nav-caseworker",
            purpose="B101",
            unit=nav,
            document=CASE,
            variables=tuple({"id": case} for case in cases),
        ),
        Question(name="Q2", persona="nav-caseworker", purpose="B101", unit=nav, document=CASE_PAGE, variables=page),
        Question(
            name="Q4", persona="debt-counsellor", purpose="B102", unit=counsel, document=LOAN_PAGE, variables=page
        ),
    )


async def submission(connection: asyncpg.Connection) -> Question:
    """Q3. Each variable is one row of one debtor; the key and the reference are added to each request."""
    debtors = await connection.fetch(_CONSENTING, BANK, TESTBY.nav)
    rows = tuple(default(row["national_id"], str(row["id"])) for row in debtors)
    return Question(name="Q3", persona="bank-system", purpose="B101", unit="", document=SUBMIT, variables=rows)


def default(national_id: str, consent: str) -> dict[str, Any]:
    """One default as a bank sends it."""
    return {
        "loanType": "BANK_LOAN",
        "debtorNationalId": national_id,
        "debtorName": {"first": "Test", "last": "Person"},
        "debtorAddress": {"line": "Testveien 12", "postalCode": "9901", "place": "Testby"},
        "firstUnpaidDue": "2026-09-01",
        "unpaidTerms": 3,
        "arrears": 3_018_750,
        "interestAccrued": 4_210,
        "consentId": consent,
    }


async def withheld_loans(connection: asyncpg.Connection, data: dict[str, Any]) -> list[str]:
    """The loans of which the hub's answer to Q4 holds nothing. The other sides must be told to leave them out."""
    nodes = data["cases"]["nodes"]
    shown = [loan["id"] for node in nodes for loan in node["mortgageLoans"] if loan["id"] is not None]
    found = await connection.fetch(_LOANS_OF, [node["id"] for node in nodes], shown)
    return [str(row["id"]) for row in found]


def leaves(value: Any) -> int:
    """How many leaf values an answer holds."""
    if isinstance(value, dict):
        return sum(leaves(one) for one in value.values())
    return sum(leaves(one) for one in value) if isinstance(value, list) else 1
