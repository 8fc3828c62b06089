"""Scenario 3 of the domain: the manager of a municipal loan (startlån) tells of an unpaid term for the municipality.

No consent is needed: the agreement between them is the ground, and it says within how many days. What NAV and Eva then
plan is not here.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from hub.demo.offices import SYNTEVIK, TESTBY
from hub.demo.people import EVA
from hub.identity.personas import Persona, SystemLogin
from hub.identity.scopes import Scope
from hub.identity.snapshot import legal_day
from hub.store.embedded import EmbeddedServer
from tests.acceptance.asking import case_query, elements, everything
from tests.acceptance.changes import withdraw
from tests.acceptance.house import LEGACY, STRICT, Answer, House, open_house
from tests.acceptance.test_amendments import wait_until_passed_on
from tests.acceptance.test_submission import result, row, send
from tests.acceptance.test_submission_statistics import figures, grown
from tests.conftest import clone

MANAGER, ELSEWHERE = "loan-manager-system", "the same manager, for another municipality"
TIMELY, LATE = "SL-TIMELY", "SL-LATE"
_TODAY = legal_day(datetime.now(UTC))
_LOANS = """query Loans($id: ID!) { case(id: $id) { phase state mortgageLoans { loanRef loanType lender { id }
    servicer { id } defaults { firstUnpaidDue arrears basis status } } } }"""
_SIGNALS = """query Signals($id: ID!) { case(id: $id) { signals {
    kind basis task dueOn sender { id } receivedAt } } }"""
_READ = f"{{ submissions(first: 100) {{ nodes {{ {everything('loan-manager', 'SubmittedDefault')} }} }} }}"
_SHARING = """query($id: ID!) { mySharing(caseId: $id) { recipients { party shared {
    category withoutConsent bases } } } }"""


@pytest.fixture(scope="module")
def town(server: EmbeddedServer, served_template: str) -> Iterator[House]:
    """A hub that the loan manager also asks with a token for a municipality that has no agreement with it."""
    login = SystemLogin(consumer=SYNTEVIK.orgnr, scope=Scope.LOAN_MANAGER, supplier=TESTBY.loan_manager)
    elsewhere = Persona(name=ELSEWHERE, description="", login=login)
    with clone(server, served_template) as endpoints, open_house(endpoints, elsewhere) as opened:
        yield opened


def unpaid(days_ago: int, **values: Any) -> dict[str, Any]:
    """One term of Eva's startlån, which fell due so many days ago."""
    due = (_TODAY - timedelta(days=days_ago)).isoformat()
    return row(loanType="STARTLAN", firstUnpaidDue=due, unpaidTerms=1, debtorName=None, debtorAddress=None, **values)


@pytest.fixture(scope="module")
def told(town: House) -> dict[str, Any]:
    """A term told of after 10 days, and one after 18. The agreement says 14."""
    before = figures(town, MANAGER)
    answer = send(town, unpaid(10, loanRef=TIMELY, arrears=412_500), unpaid(18, loanRef=LATE, arrears=987_600),
                  who=MANAGER)  # fmt: skip
    wait_until_passed_on(town)
    return {"answer": answer, "grown": grown(before, figures(town, MANAGER))}


def test_both_are_accepted_on_the_agreement_and_one_is_late(town: House, told: dict[str, Any]) -> None:
    timely, late = result(told["answer"])["rows"]
    assert (timely["basis"], timely["isLate"]) == ("LOAN_MANAGER_AGREEMENT", False)
    assert (late["basis"], late["isLate"]) == ("LOAN_MANAGER_AGREEMENT", True)
    stored = town.rows(
        "SELECT loan_ref, consent_id, is_late, agreement_id IS NOT NULL AS is_agreed FROM hub.submitted_default"
        " WHERE submission_id = $1::uuid ORDER BY row_no",
        result(told["answer"])["id"],
    )
    assert [tuple(line.values()) for line in stored] == [(TIMELY, None, False, True), (LATE, None, True, True)]


def test_figures_of_the_agreement_count_the_late_one(told: dict[str, Any]) -> None:
    grew = told["grown"]
    assert (grew["rows"], grew["accepted"], grew["late"], grew["rejected"]) == (2, 2, 1, {})


@pytest.mark.parametrize(("days", "is_late"), [(0, False), (14, False), (15, True)])
def test_fourteenth_day_is_in_time_and_the_day_after_is_not(town: House, days: int, is_late: bool) -> None:
    [one] = result(send(town, unpaid(days, loanRef=f"SL-{days}"), who=MANAGER))["rows"]
    assert (one["basis"], one["isLate"]) == ("LOAN_MANAGER_AGREEMENT", is_late)


def test_no_consent_is_asked_for(town: House, told: dict[str, Any]) -> None:
    """Eva has given the manager none. One that she gave somebody else is no part of the ground."""
    assert told["answer"].recorded.refusals == ()
    given = "SELECT id FROM hub.consent WHERE subject_id = $1 AND source_party = $2"
    assert town.rows(given, EVA.id, TESTBY.loan_manager) == []


def test_eva_is_told_that_nav_sees_it_without_her_consent_and_that_there_is_news(
    town: House, told: dict[str, Any]
) -> None:
    sharing = town.ask("citizen-eva", _SHARING, id=town.case_of(EVA)).data["mySharing"]["recipients"]
    [nav] = [one["shared"] for one in sharing if one["party"] == "NAV Testby"]
    assert any(line["withoutConsent"] and line["bases"] for line in nav if line["category"] == "LOAN")
    news = town.rows("SELECT kind, person_id FROM hub.message WHERE case_id = $1::uuid", town.case_of(EVA))
    assert {"kind": "CASE_NEWS", "person_id": EVA.id} in news


@pytest.mark.parametrize("accept", [STRICT, LEGACY])
def test_same_manager_for_another_municipality_is_refused_whatever_it_asks(town: House, accept: str) -> None:
    before = town.value("SELECT count(*) FROM hub.submission")
    for answer in (
        send(town, unpaid(10, loanRef="SL-ELSEWHERE"), who=ELSEWHERE, accept=accept),
        town.ask(ELSEWHERE, "{ me { actor } }", accept=accept),
    ):
        assert (answer.status, answer.codes) == (403, ["NO_ACTING_PARTY"])
        assert answer.json["errors"][0]["extensions"]["reason"] == "SUPPLIER_UNKNOWN"
        assert EVA.national_id not in answer.content.decode()
        assert answer.recorded.events == ()
        assert answer.recorded.refusals == (("identity:requester:refused", "NO_ACTING_PARTY", "SUPPLIER_UNKNOWN"),)
    assert town.value("SELECT count(*) FROM hub.submission") == before


def loans(house: House, who: str, purpose: str | None = "B101") -> dict[str, dict[str, Any]]:
    """By reference, what somebody sees of the loans in Eva's case."""
    asked: Answer = house.ask(who, _LOANS, purpose=purpose, id=house.case_of(EVA))
    return {loan["loanRef"]: loan for loan in asked.data["case"]["mortgageLoans"]}


@pytest.mark.parametrize(("who", "purpose"), [("nav-caseworker", "B101"), ("citizen-eva", None)])
def test_defaults_are_in_the_case_that_she_has_for_nav_and_for_herself(
    town: House, told: dict[str, Any], who: str, purpose: str | None
) -> None:
    seen = loans(town, who, purpose)
    for ref, arrears, days in ((TIMELY, 412_500, 10), (LATE, 987_600, 18)):
        assert (seen[ref]["loanType"], seen[ref]["lender"], seen[ref]["servicer"]) == (
            "STARTLAN", {"id": TESTBY.orgnr}, {"id": TESTBY.loan_manager},
        )  # fmt: skip
        [default] = seen[ref]["defaults"]
        assert default == {
            "firstUnpaidDue": (_TODAY - timedelta(days=days)).isoformat(),
            "arrears": arrears,
            "basis": "LOAN_MANAGER_AGREEMENT",
            "status": "OPEN",
        }
    assert town.value("SELECT count(*) FROM hub.case WHERE subject_id = $1", EVA.id) == 1


def test_office_has_a_task_for_each(town: House, told: dict[str, Any]) -> None:
    answer = town.ask("nav-caseworker", _SIGNALS, purpose="B101", id=town.case_of(EVA))
    received = datetime.fromisoformat(result(told["answer"])["receivedAt"])
    mine = [
        one
        for one in answer.data["case"]["signals"]
        if abs(datetime.fromisoformat(one["receivedAt"]) - received) < timedelta(milliseconds=1)
    ]
    assert [(one["kind"], one["basis"], one["sender"]["id"]) for one in mine] == [
        ("MORTGAGE_DEFAULT", "LOAN_MANAGER_AGREEMENT", TESTBY.loan_manager)
    ] * 2
    due = (_TODAY + timedelta(days=7)).isoformat()
    assert {(one["task"], one["dueOn"]) for one in mine} == {("Ta kontakt med låntakeren", due)}


def test_what_rests_on_the_agreement_stays_when_the_consent_to_the_bank_s_loan_is_withdrawn(
    town: House, told: dict[str, Any]
) -> None:
    before = loans(town, "nav-caseworker")
    given = town.value(
        "SELECT id FROM hub.consent WHERE subject_id = $1 AND source_party = '313800105'"
        " AND recipient_party = '9901-nav'",
        EVA.id,
    )
    withdraw(town, given)
    after = loans(town, "nav-caseworker")
    assert {TIMELY, LATE} <= after.keys()
    assert all(after[ref] == before[ref] for ref in (TIMELY, LATE))
    assert {loan["loanType"] for loan in before.values()} == {"STARTLAN", "BANK_LOAN"}
    assert {loan["loanType"] for loan in after.values() if loan["defaults"]} == {"STARTLAN"}


def test_manager_reads_back_what_it_sent_and_nothing_of_the_case(town: House, told: dict[str, Any]) -> None:
    nodes = {node["loanRef"]: node for node in town.ask(MANAGER, _READ).data["submissions"]["nodes"]}
    assert (nodes[TIMELY]["isLate"], nodes[LATE]["isLate"]) == (False, True)
    assert nodes[TIMELY]["debtorNationalIdMasked"] == f"{EVA.national_id[:6]}*****"
    assert not {f"Case.{name}" for name in ("mortgageLoans", "signals", "contactLog", "state")} & elements(
        "loan-manager"
    )
    case = town.ask(MANAGER, case_query("loan-manager"), purpose="B103", id=town.case_of(EVA))
    assert case.json == {"data": {"case": None}}
