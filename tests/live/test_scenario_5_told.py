"""Consent withdrawn in the middle of a case, as a subscriber is told of it: Eva's loans, event by event."""

from __future__ import annotations

from typing import Any

from hub.demo.offices import TESTBY
from hub.demo.people import EVA
from tests.acceptance.house import House
from tests.consent.asking import done
from tests.live.listening import listening

LOANS = """subscription Told($id: ID!) {
    caseEvents(caseId: $id) { kind case { mortgageLoans { loanType outstanding } } } }"""
TO_NAV = """
    SELECT DISTINCT q.id::text FROM facts.consent q WHERE q.subject_id = $1 AND q.recipient_party = $2
    AND q.category = 'LOAN_DETAILS' AND q.purpose = 'EVICTION_PREVENTION'
"""


def amounts(payload: dict[str, Any]) -> dict[str | None, bool]:
    """By kind of loan, whether what is owed is shown. A kind that is itself withheld has no name."""
    loans = payload["data"]["caseEvents"]["case"]["mortgageLoans"]
    return {loan["loanType"]: loan["outstanding"] is not None for loan in loans}


def changed(house: House, case: str) -> None:
    house.execute("UPDATE hub.progress_plan SET source_party = source_party WHERE case_id = $1::text::uuid", case)


def test_scenario_5_subscriber_is_told_nothing_more_of_the_loan_and_of_the_startlan_as_before(house: House) -> None:
    case, consent = house.case_of(EVA), house.value(TO_NAV, EVA.id, TESTBY.nav)
    with listening(house, "nav-caseworker", "B101") as caseworker:
        caseworker.subscribe(LOANS, id=case)
        changed(house, case)
        assert amounts(caseworker.next()) == {"BANK_LOAN": True, "STARTLAN": True}

        done(house, "citizen-eva", "withdrawConsent", consentId=consent)

        # What the withdrawal itself brings about: that it was withdrawn, and the step of the plan to look at again.
        told = []
        while not told or told[-1] != "CONSENT_WITHDRAWN":
            payload = caseworker.next()
            told.append(payload["data"]["caseEvents"]["kind"])
            assert amounts(payload) == {"STARTLAN": True, None: False}
        changed(house, case)
        payload = caseworker.next()
        while payload["data"]["caseEvents"]["kind"] != "PLAN_CHANGED":
            payload = caseworker.next()
        assert amounts(payload) == {"STARTLAN": True, None: False}
        assert ("MortgageLoan.outstanding", "CONSENT_REQUIRED") in {
            (one["field"], one["reason"]) for one in payload["extensions"]["withheld"]
        }
        evidence = [{shown.evidence for shown in event.shown} for event in caseworker.recorded.events]
    assert consent in evidence[0]
    assert all(consent not in one for one in evidence[1:])
    log = house.ask("citizen-eva", "{ myAccessLog(first: 50) { nodes { bases recipient { id } } } }")
    by_consent = [line for line in log.data["myAccessLog"]["nodes"] if "BANK_CUSTOMER_CONSENT" in line["bases"]]
    assert [line["recipient"]["id"] for line in by_consent] == [TESTBY.nav]
