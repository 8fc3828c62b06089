"""Consent withdrawn in the middle of a case, end to end: Eva's loans as NAV reads them, before and after, with records;
and two withdrawals at the same moment.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import httpx

from hub.demo.offices import BANK, TESTBY
from hub.demo.people import EVA
from tests.acceptance.house import Answer, House
from tests.consent.asking import document, done

_LOANS = "query($id: ID!) { case(id: $id) { mortgageLoans { loanType outstanding } } }"
_STEPS = "SELECT names_party, status FROM hub.plan_step WHERE case_id = $1::text::uuid ORDER BY ord"
_MESSAGES = "SELECT kind, party_id FROM hub.message WHERE consent_id = $1::text::uuid AND party_id IS NOT NULL"
_LOG = "{ myAccessLog(first: 50) { nodes { occurredAt recipient { id } categories bases } } }"
_MINE = "{ myConsents(first: 50) { nodes { id status events { kind } receipt { document } } } }"


def loans(house: House) -> Answer:
    return house.ask("nav-caseworker", _LOANS, purpose="B101", id=house.case_of(EVA))


def amounts(answer: Answer) -> dict[str, bool]:
    """By kind of loan, whether what is owed is shown. A kind that is itself withheld has no name."""
    return {one["loanType"]: one["outstanding"] is not None for one in answer.data["case"]["mortgageLoans"]}


def to_nav(house: House) -> str:
    found = house.value(
        "SELECT DISTINCT q.id::text FROM facts.consent q WHERE q.subject_id = $1 AND q.recipient_party = $2"
        " AND q.category = 'LOAN_DETAILS' AND q.purpose = 'EVICTION_PREVENTION'",
        EVA.id, TESTBY.nav,
    )  # fmt: skip
    assert isinstance(found, str)
    return found


def grounds(answer: Answer) -> set[tuple[str, str, tuple[str, ...], str | None]]:
    return {(one.source, one.basis, one.categories, one.evidence) for one in answer.recorded.shown}


def mine(house: House, consent: str) -> dict[str, Any]:
    nodes = house.ask("citizen-eva", _MINE).data["myConsents"]["nodes"]
    return next(node for node in nodes if node["id"] == consent)


def test_scenario_5_loans_close_with_the_consent_and_the_startlan_stays(own_house: House) -> None:
    house, consent = own_house, to_nav(own_house)
    agreement = house.value("SELECT id::text FROM hub.agreement WHERE municipality = '9901'")
    before = loans(house)
    assert amounts(before) == {"BANK_LOAN": True, "STARTLAN": True}
    known = grounds(before)
    assert (BANK, "BANK_CUSTOMER_CONSENT", ("LOAN",), consent) in known
    assert (TESTBY.loan_manager, "LOAN_MANAGER_AGREEMENT", ("LOAN",), agreement) in known

    done(house, "citizen-eva", "withdrawConsent", consentId=consent)

    after = loans(house)
    assert amounts(after) == {"STARTLAN": True, None: False}
    assert [(one["field"], one["reason"]) for one in after.withheld] == [
        ("MortgageLoan.loanType", "CONSENT_REQUIRED"),
        ("MortgageLoan.outstanding", "CONSENT_REQUIRED"),
    ]
    assert grounds(after) == {ground for ground in known if ground[3] != consent}
    assert {one.subject for one in after.recorded.shown} == {str(EVA.id)}
    assert {row["status"] for row in house.rows(_STEPS, house.case_of(EVA)) if row["names_party"] == BANK} <= {
        "NEEDS_REVIEW", "DONE", "CANCELLED", "MISSED",
    }  # fmt: skip
    assert ("CONSENT_WITHDRAWN", BANK) in {(row["kind"], row["party_id"]) for row in house.rows(_MESSAGES, consent)}
    kept = mine(house, consent)
    assert (kept["status"], kept["events"][0]["kind"]) == ("WITHDRAWN", "WITHDRAWN")
    assert kept["receipt"]["document"]
    lines = [one for one in house.ask("citizen-eva", _LOG).data["myAccessLog"]["nodes"] if "LOAN" in one["categories"]]
    by_consent = [one for one in lines if "BANK_CUSTOMER_CONSENT" in one["bases"]]
    assert len(by_consent) == 1
    assert by_consent[0]["recipient"] == {"id": TESTBY.nav}
    assert len(lines) == 2


def test_two_withdrawals_at_once_are_one_and_both_are_told_the_same(own_house: House) -> None:
    house, token = own_house, own_house.token("citizen-eva")
    for number in range(20):
        scope = {
            "categories": ["BUDGET"], "source": TESTBY.nav, "recipient": BANK, "purpose": "REFINANCING",
        }  # fmt: skip
        given = done(
            house,
            "citizen-eva",
            "giveConsent",
            scope=scope,
            language="NB",
            expiresAt=f"2027-01-{number + 1:02}T00:00:00Z",
        )
        consent = given["consentId"]

        def withdraw(_: int, consent: str = consent) -> Any:
            body = {
                "query": document("withdrawConsent"),
                "variables": {"input": {"idempotencyKey": uuid4().hex, "consentId": consent}},
            }
            headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
            return httpx.post(f"{house.url}/graphql", json=body, headers=headers, timeout=30, trust_env=False).json()

        with ThreadPoolExecutor(4) as pool:
            told = list(pool.map(withdraw, range(4)))
        assert all(one == told[0] for one in told), told
        assert told[0]["data"]["withdrawConsent"]["status"] == "WITHDRAWN"
        count = "SELECT count(*) FROM hub.consent_event WHERE consent_id = $1::text::uuid AND kind = 'WITHDRAWN'"
        assert house.value(count, consent) == 1
