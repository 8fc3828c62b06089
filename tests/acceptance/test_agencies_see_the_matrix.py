"""One question over four sources, put by each agency to each case: exactly the fields of the matrix come back."""

from __future__ import annotations

import pytest

from tests.acceptance.asking import case_query, elements
from tests.acceptance.house import House
from tests.acceptance.matrix import could_see
from tests.acceptance.readers import AGENCIES, Expected
from tests.acceptance.stored import bare

KINDS = {
    "nav": "nav",
    "secure-unit": "secure",
    "debt-counsel": "debt",
    "housing": "housing",
    "rent-collector": "rent",
    "housing-support": "support",
    "enforcement": "enforcement",
    "citizen": "citizen",
}
_TERMS = "channel creditor creditorType dayOfMonth breachRule firstDue id instalment lastDue signedBy status total"
# Everything that a private party could ever be shown of a case, whatever anybody agreed to.
_PRIVATE = {
    "Case": "consents debtSettlements plan repaymentAgreements subject",
    "Consent": "categories expiresAt id kind purpose status",
    "DebtSettlement": "id kind openedAt registryRef status",
    "Person": "case cases",
    "RepaymentAgreement": _TERMS,
}
PRIVATE = {
    "bank": {**_PRIVATE, "PlanStep": "dueDate id responsible status what", "ProgressPlan": "status steps"},
    "loan-manager": {**_PRIVATE, "ProgressPlan": "status"},
    "landlord": {
        **_PRIVATE,
        "Case": f"{_PRIVATE['Case']} reservations",
        "ProgressPlan": "status",
        "Reservation": "givenAt id landlord status tenancyId withdrawnAt",
    },
}


@pytest.fixture(scope="module")
def expected(house: House) -> Expected:
    return Expected(house)


@pytest.mark.parametrize("who", AGENCIES)
def test_agency_sees_of_each_case_what_the_matrix_gives_it(house: House, expected: Expected, who: str) -> None:
    agency = AGENCIES[who]
    wrong = {}
    for case in expected.cases:
        due = expected.whole(agency, case)
        query = case_query(agency.kind) if due else "query($id: ID!) { case(id: $id) { id } }"
        found = bare(house.ask(who, query, purpose=agency.purpose, id=case["id"]).data["case"])
        if found != due:
            wrong[case["id"]] = (found, due)
    assert wrong == {}


@pytest.mark.parametrize("kind", KINDS)
def test_contract_offers_exactly_what_the_matrix_could_ever_show(kind: str) -> None:
    offered = elements(kind)
    assert {element for element in could_see(KINDS[kind]) if element not in offered} == set()
    assert {element for element in offered if element in could_see("everything")} == could_see(KINDS[kind])


@pytest.mark.parametrize("kind", PRIVATE)
def test_contract_of_a_private_party_offers_nothing_of_a_case_but_what_can_be_agreed_to(kind: str) -> None:
    about_cases = {element.partition(".")[0] for element in could_see("everything")} | set(_PRIVATE)
    offered = {element for element in elements(kind) if element.partition(".")[0] in about_cases}
    assert offered == {f"{name}.{field}" for name, fields in PRIVATE[kind].items() for field in fields.split()}
