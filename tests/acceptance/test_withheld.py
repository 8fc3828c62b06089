"""What is withheld is said, once per reason, with the rows where rows differ; private parties are told nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest

from hub.demo.offices import BANK, TESTBY
from hub.demo.people import EVA, KARI
from tests.acceptance.asking import case_query
from tests.acceptance.changes import renew, withdraw
from tests.acceptance.house import House

_LOANS = """query Loans($id: ID!) { case(id: $id) { mortgageLoans {
    loanType amount: principal lender { name } defaults { arrears } } } }"""


def consent_to(house: House, recipient: str, purpose: str) -> UUID:
    found = house.value(
        "SELECT id FROM hub.consent WHERE subject_id = $1 AND source_party = $2 AND recipient_party = $3"
        " AND purpose = $4",
        EVA.id,
        BANK,
        recipient,
        purpose,
    )
    assert isinstance(found, UUID)
    return found


@pytest.fixture
def withdrawn(own_house: House) -> Iterator[None]:
    """Eva has just withdrawn the consent by which her bank tells NAV of her loan."""
    consent = consent_to(own_house, TESTBY.nav, "EVICTION_PREVENTION")
    withdraw(own_house, consent)
    yield
    renew(own_house, consent)


def test_with_consent_and_agreement_both_loans_are_shown_and_nothing_is_withheld(own_house: House) -> None:
    answer = own_house.ask("nav-caseworker", _LOANS, purpose="B101", id=own_house.case_of(EVA))
    assert answer.json["data"]["case"]["mortgageLoans"] == [
        {
            "loanType": "BANK_LOAN",
            "amount": 241_500_000,
            "lender": {"name": "Prøvebanken ASA"},
            "defaults": [{"arrears": 2_012_500}],
        },
        {
            "loanType": "STARTLAN",
            "amount": 62_000_000,
            "lender": {"name": "Testby kommune"},
            "defaults": [{"arrears": 258_333}],
        },
    ]
    assert answer.withheld == []


@pytest.mark.usefixtures("withdrawn")
def test_without_consent_the_bank_loan_is_withheld_beside_the_municipal_one_that_is_shown(own_house: House) -> None:
    answer = own_house.ask("nav-caseworker", _LOANS, purpose="B101", id=own_house.case_of(EVA))
    startlan = {
        "loanType": "STARTLAN",
        "amount": 62_000_000,
        "lender": {"name": "Testby kommune"},
        "defaults": [{"arrears": 258_333}],
    }
    # The hidden loan's place in the list is by a value that is withheld too, so it may stand on either side.
    loans = answer.json["data"]["case"]["mortgageLoans"]
    place = loans.index({"loanType": None, "amount": None, "lender": None, "defaults": []})
    assert sorted(loans, key=lambda loan: loan["amount"] is None) == [startlan, loans[place]]
    expected = {
        "reason": "CONSENT_REQUIRED",
        "policy": "nav.eviction-prevention.bank-loan",
        "basis": "BANK_CUSTOMER_CONSENT",
        "opens": [["CONSENT:LOAN_DETAILS"]],
        "consent": {
            "command": "requestConsent",
            "recipient": TESTBY.nav,
            "purpose": "EVICTION_PREVENTION",
            "categories": ["LOAN_DETAILS"],
        },
    }
    fields = {"MortgageLoan.loanType": "loanType", "MortgageLoan.principal": "amount", "MortgageLoan.lender": "lender"}
    assert [without_text(entry) for entry in answer.withheld] == [
        {"field": name, "paths": [f"case.mortgageLoans.{place}.{key}"], **expected} for name, key in fields.items()
    ]
    assert all(set(entry["text"]) == {"nb", "en"} for entry in answer.withheld)
    assert answer.recorded.refusals == tuple(("gate:field:denied", "CONSENT_REQUIRED", name) for name in fields)
    sources = {entry.source: entry.basis for entry in answer.recorded.shown if entry.basis != "STL_17"}
    assert sources == {TESTBY.loan_manager: "LOAN_MANAGER_AGREEMENT"}


@pytest.mark.usefixtures("withdrawn")
def test_record_after_the_withdrawal_holds_nothing_of_the_bank_but_that_a_loan_is_there(own_house: House) -> None:
    answer = own_house.ask("nav-caseworker", _LOANS, purpose="B101", id=own_house.case_of(EVA))
    of_bank = [entry for entry in answer.recorded.shown if entry.source == BANK]
    assert [(entry.categories, entry.policies, entry.evidence) for entry in of_bank] == [
        (("LOAN",), ("nav.eviction-prevention.loan-exists",), None)
    ]


@pytest.mark.usefixtures("withdrawn")
def test_withdrawal_of_one_consent_leaves_the_others_in_force(own_house: House) -> None:
    answer = own_house.ask("debt-counsellor", _LOANS, purpose="B102", id=own_house.case_of(EVA))
    assert [loan["amount"] for loan in answer.json["data"]["case"]["mortgageLoans"]] == [241_500_000, 62_000_000]
    assert answer.withheld == []
    proof = {str(entry.evidence) for entry in answer.recorded.shown if entry.basis == "BANK_CUSTOMER_CONSENT"}
    assert proof == {str(consent_to(own_house, TESTBY.debt_counsel, "DEBT_COUNSELLING"))}


@pytest.mark.usefixtures("withdrawn")
def test_housing_office_is_not_told_of_a_bank_loan_that_it_may_never_see(own_house: House) -> None:
    answer = own_house.ask("housing-caseworker", _LOANS, purpose="B101", id=own_house.case_of(EVA))
    assert [loan["loanType"] for loan in answer.data["case"]["mortgageLoans"]] == ["STARTLAN"]
    assert answer.withheld == []
    assert BANK not in {entry.source for entry in answer.recorded.shown}


def test_other_purpose_withholds_what_it_does_not_cover_and_says_which_would(own_house: House) -> None:
    query = "query($id: ID!) { case(id: $id) { household { childrenCount } } }"
    answer = own_house.ask("nav-caseworker", query, purpose="B102", id=own_house.case_of(KARI))
    assert answer.json["data"]["case"]["household"] == {"childrenCount": None}
    entry = next(entry for entry in answer.withheld if entry["field"] == "Household.childrenCount")
    assert without_text(entry) == {
        "field": "Household.childrenCount",
        "paths": ["case.household.childrenCount"],
        "reason": "PURPOSE_NOT_SUFFICIENT",
        "policy": "nav.eviction-prevention.follow-up",
        "basis": "STL_17",
        "opens": [["PURPOSE:EVICTION_PREVENTION"]],
    }


def test_same_reason_on_every_row_of_a_long_list_is_said_once(own_house: House) -> None:
    query = "{ cases(first: 100) { totalCount nodes { leaseBreaches { description } household { childrenCount } } } }"
    answer = own_house.ask("nav-caseworker", query, purpose="B102")
    data = answer.json["data"]["cases"]
    assert data["totalCount"] > 10
    assert sorted((entry["field"], entry["paths"]) for entry in answer.withheld) == [
        ("Household.childrenCount", ["cases.nodes.*.household.childrenCount"]),
        ("LeaseBreach.description", ["cases.nodes.*.leaseBreaches.*.description"]),
    ]


def test_withheld_names_exactly_the_rows_on_which_the_field_is_withheld(own_house: House) -> None:
    """Over all cases of the debt counsellor: some bank loans have a consent, some have none, startlån need none."""
    query = "{ all: cases(first: 100) { edges { node { loans: mortgageLoans { id principal } } } } }"
    answer = own_house.ask("debt-counsellor", query, purpose="B102")
    nodes = [edge["node"]["loans"] for edge in answer.json["data"]["all"]["edges"]]
    empty = {
        f"all.edges.{n}.node.loans.{m}.principal"
        for n, loans in enumerate(nodes)
        for m, loan in enumerate(loans)
        if loan["principal"] is None
    }
    shown = sum(len(loans) for loans in nodes) - len(empty)
    assert empty
    assert shown
    named = [path for entry in answer.withheld if entry["field"] == "MortgageLoan.principal" for path in entry["paths"]]
    assert sorted(named) == sorted(empty)


def test_value_that_is_absent_is_not_said_to_be_withheld(own_house: House) -> None:
    answer = own_house.ask("nav-caseworker", case_query("nav"), purpose="B101", id=own_house.case_of(KARI))
    assert answer.data["case"]["closedAt"] is None
    assert answer.withheld == []


@pytest.mark.parametrize(
    ("who", "kind", "purpose"),
    [
        ("bank-system", "bank", "B103"),
        ("bank-system", "bank", "B104"),
        ("other-bank-system", "bank", "B103"),
        ("loan-manager-system", "loan-manager", "B103"),
        ("landlord-company", "landlord", "B104"),
        ("citizen-eva", "citizen", None),
    ],
)
@pytest.mark.usefixtures("withdrawn")
def test_private_party_is_never_told_that_something_is_withheld(
    own_house: House, who: str, kind: str, purpose: str | None
) -> None:
    answer = own_house.ask(who, case_query(kind), purpose=purpose, id=own_house.case_of(EVA))
    assert set(answer.json) == {"data"}
    assert not any(kind == "gate:field:denied" for kind, _, _ in answer.recorded.refusals)


def without_text(entry: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in entry.items() if name != "text"}
