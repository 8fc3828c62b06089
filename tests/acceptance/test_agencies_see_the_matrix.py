"""One question over four sources, put by each agency to each case: exactly the fields of the matrix come back."""

from __future__ import annotations

import pytest

from tests.acceptance.asking import case_query
from tests.acceptance.house import House
from tests.acceptance.readers import AGENCIES, Expected
from tests.acceptance.stored import bare


@pytest.fixture(scope="module")
def expected(house: House) -> Expected:
    return Expected(house)


@pytest.mark.parametrize("who", AGENCIES)
def test_agency_sees_of_each_case_what_the_matrix_gives_it(house: House, expected: Expected, who: str) -> None:
    agency = AGENCIES[who]
    wrong = {}
    for case in expected.cases:
        answer = house.ask(who, case_query(agency.kind), purpose=agency.purpose, id=case["id"])
        found = bare(answer.data["case"])
        if found != expected.whole(agency, case):
            wrong[case["id"]] = (found, expected.whole(agency, case))
    assert wrong == {}
