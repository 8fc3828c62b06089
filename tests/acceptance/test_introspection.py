"""Introspection shows each kind of party its own contract: what it could never see does not exist for its tools."""

from __future__ import annotations

import pytest
from graphql import build_client_schema, get_introspection_query, print_schema
from graphql.utilities import lexicographic_sort_schema

from tests.acceptance.asking import contract
from tests.acceptance.house import House

KINDS = {
    "nav-caseworker": "nav",
    "nav-secure-unit": "secure-unit",
    "debt-counsellor": "debt-counsel",
    "housing-caseworker": "housing",
    "rent-collector": "rent-collector",
    "housing-support": "housing-support",
    "enforcement-officer": "enforcement",
    "bank-system": "bank",
    "loan-manager-system": "loan-manager",
    "rent-ledger-system": "rent-ledger",
    "enforcement-system": "enforcement-system",
    "landlord": "landlord",
    "citizen-kari": "citizen",
    "privacy-officer": "privacy",
    "unit-leader": "leader",
}
EVERYBODY = pytest.mark.parametrize("who", KINDS)
# What each must never hear of.
_SOCIAL = {
    "ConcernReport",
    "ContactLogEntry",
    "CostComparison",
    "DeferralRequest",
    "FinancialAidApplication",
    "Household",
    "HouseholdMember",
    "Signal",
}
_MARKS = {"AddressProtection", "AddressGrade"}
_HOUSE = {"Tenancy", "RentClaim", "LandlordNotice", "LeaseBreach", "EvictionPetition", "EvictionNotice", "Dwelling"}
_CONTENT = {"Case", "Person", "Consent", "MortgageLoan", "ProgressPlan", "RepaymentAgreement"}
_SECRET = {
    "bank-system": _SOCIAL | _MARKS | _HOUSE | {"AccessLogEntry", "MortgageLoan"},
    "loan-manager-system": _SOCIAL | _MARKS | _HOUSE | {"AccessLogEntry", "MortgageLoan", "PlanStep"},
    "rent-ledger-system": _SOCIAL | _MARKS | _HOUSE | _CONTENT | {"AccessLogEntry", "SubmittedDefault"},
    "enforcement-system": _SOCIAL | _MARKS | _HOUSE | _CONTENT | {"AccessLogEntry", "SubmittedDefault"},
    "landlord": _SOCIAL | _MARKS | _HOUSE | {"AccessLogEntry", "MortgageLoan", "SubmittedDefault", "PlanStep"},
    "rent-collector": _SOCIAL | _MARKS | {"AccessLogEntry", "LeaseBreach", "MortgageLoan", "PlanStep", "Consent"},
    "enforcement-officer": (_SOCIAL - {"Household", "HouseholdMember"}) | {"LeaseBreach", "MortgageLoan", "PlanStep"},
    "privacy-officer": _SOCIAL | _MARKS | _HOUSE | _CONTENT,
    "unit-leader": _SOCIAL | _MARKS | _HOUSE | _CONTENT,
    "citizen-kari": {"ConcernReport", "CostComparison", "Signal", "AccessLogEntry", "SubmittedDefault"},
}


@EVERYBODY
def test_introspection_is_the_committed_contract_of_the_kind(house: House, who: str) -> None:
    answer = house.ask(who, get_introspection_query(descriptions=True, input_value_deprecation=True))
    told = print_schema(lexicographic_sort_schema(build_client_schema(answer.data)))
    committed = print_schema(lexicographic_sort_schema(contract(KINDS[who])))
    assert told == committed


@pytest.mark.parametrize("who", _SECRET)
def test_introspection_has_no_word_of_what_the_party_can_never_see(house: House, who: str) -> None:
    answer = house.ask(who, get_introspection_query(descriptions=True))
    types = {one["name"] for one in answer.data["__schema"]["types"]}
    assert types & _SECRET[who] == set()
    assert not [name for name in _SECRET[who] if f'"{name}"' in answer.content.decode()]


@pytest.mark.parametrize("who", _SECRET)
def test_type_outside_the_contract_answers_like_one_that_does_not_exist(house: House, who: str) -> None:
    query = "query($name: String!) { __type(name: $name) { name description fields { name } } }"
    for name in (*_SECRET[who], "NothingAtAll"):
        answer = house.ask(who, query, name=name)
        assert (answer.status, answer.json) == (200, {"data": {"__type": None}})


@EVERYBODY
def test_unknown_field_is_answered_without_suggestions(house: House, who: str) -> None:
    for query in ("{ mee { actor } }", "{ me { aktor } }", "{ me { actor(x: 1) } }", "{ me { ... on Mee { actor } } }"):
        answer = house.ask(who, query)
        assert answer.status == 400
        assert "id you mean" not in answer.content.decode()


@pytest.mark.parametrize("who", [who for who in KINDS if who not in ("bank-system", "loan-manager-system")])
def test_command_outside_the_contract_does_not_exist(house: House, who: str) -> None:
    query = 'mutation Send { submitMortgageDefaults(input: {idempotencyKey: "12345678", rows: []}) { __typename } }'
    known, unknown = (
        house.ask(who, query),
        house.ask(who, query.replace("submitMortgageDefaults", "nothingAtAllOfThat")),
    )
    # The answer names the field that was asked for, and says nothing else.
    named = known.content.replace(b"submitMortgageDefaults", b"nothingAtAllOfThat")
    assert (known.status, named) == (unknown.status, unknown.content)
    assert known.recorded == unknown.recorded
    assert house.value("SELECT count(*) FROM hub.submission WHERE idempotency_key = '12345678'") == 0


def test_values_of_an_enum_that_only_others_need_are_left_out(house: House) -> None:
    query = '{ __type(name: "CaseOrderField") { enumValues { name } } }'
    whole = house.ask("nav-caseworker", query).data["__type"]["enumValues"]
    assert {value["name"] for value in whole} == {"CASE_NO", "OPENED_AT", "STATE", "UPDATED_AT"}
    assert house.ask("bank-system", query).data["__type"] is None


def test_introspection_beside_data_is_answered_in_the_order_asked(house: House) -> None:
    query = '{ b: __typename me { actor } a: __type(name: "Me") { name } }'
    answer = house.ask("nav-caseworker", query)
    assert answer.content.decode() == '{"data":{"b":"Query","me":{"actor":"A123456"},"a":{"name":"Me"}}}'


def test_introspection_leaves_an_event_and_shows_nothing_of_anybody(house: House) -> None:
    answer = house.ask("bank-system", get_introspection_query())
    assert (answer.recorded.shape, answer.recorded.shown) == ((1, 0), ())
