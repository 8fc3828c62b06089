"""Made-up numbers are valid, synthetic, and nobody's twice."""

from __future__ import annotations

from datetime import date
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.demo.numbers import NationalIds, account, kid, orgnr
from schema.identifiers import NationalId, OrganisationNumber, PersonNumberKind

BIRTHS = st.dates(date(1940, 1, 1), date(2026, 11, 1))


@given(seed=st.integers(0, 2**32), born=BIRTHS, is_d=st.booleans())
def test_national_id_is_valid_and_synthetic(seed: int, born: date, is_d: bool) -> None:
    number = NationalId.parse(NationalIds([]).draw(Random(seed), born, d_number=is_d))
    assert number.is_synthetic
    assert (number.kind is PersonNumberKind.D_NUMBER) is is_d


def test_taken_number_is_not_given_out() -> None:
    first = NationalIds([]).draw(Random(7), date(1980, 5, 17))
    second = NationalIds([first]).draw(Random(7), date(1980, 5, 17))
    assert second != first


def test_no_number_is_given_out_twice_though_all_were_born_on_one_day() -> None:
    numbers, rng = NationalIds([]), Random(3)
    drawn = [numbers.draw(rng, date(1980, 5, 17)) for _ in range(200)]
    assert len(set(drawn)) == 200


@pytest.mark.parametrize(("body", "number"), [("31234500", "312345005"), ("31380010", "313800105")])
def test_organisation_number_gets_its_check_digit(body: str, number: str) -> None:
    assert orgnr(body) == OrganisationNumber.parse(number).value


@given(customer=st.integers(0, 10**8 - 1), claim=st.integers(0, 9999))
def test_kid_passes_modulus_10(customer: int, claim: int) -> None:
    digits = [int(digit) for digit in reversed(kid(customer, claim))]
    doubled = [sum(divmod(digit * 2, 10)) if place % 2 else digit for place, digit in enumerate(digits)]
    assert sum(doubled) % 10 == 0


@given(seed=st.integers(0, 2**32))
def test_account_passes_modulus_11(seed: int) -> None:
    digits = [int(digit) for digit in account(Random(seed))]
    weights = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)
    assert sum(digit * weight for digit, weight in zip(digits, weights, strict=True)) % 11 == 0
