"""Organisation numbers, against examples and at random."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schema.identifiers import InvalidIdentifier, OrganisationNumber, parse_orgnr

# The demo's, those in Altinn's own tests, and a real one: that of Digdir.
ORGANISATIONS = ["312345005", "312346001", "313800105", "314100204", "315200318", "316300405", "317400500"]
ORGANISATIONS += ["310702641", "313876144", "991825827"]
WEIGHTS = (3, 2, 7, 6, 5, 4, 3, 2)
BAD = [
    "",
    "31234500",
    "3123450050",
    "312345004",
    "312 345 005",
    " 312345005",
    "31234500O",
    "٣١٢٣٤٥٠٠٥",
    "NO312345005MVA",
]
digits = st.text(alphabet="0123456789", min_size=1, max_size=12)


@pytest.mark.parametrize("number", ORGANISATIONS)
def test_organisation_number_is_valid(number: str):
    assert parse_orgnr(number) == number
    assert OrganisationNumber.parse(number).is_synthetic == (number[0] in "23")


@given(digits)
def test_organisation_number_has_nine_digits_and_its_own_check_digit(text: str):
    try:
        number = OrganisationNumber.parse(text)
    except InvalidIdentifier:
        return
    assert str(number) == text
    assert len(text) == 9
    for other in set("0123456789") - {text[8]}:
        with pytest.raises(InvalidIdentifier):
            OrganisationNumber.parse(text[:8] + other)


@given(st.text(alphabet="0123456789", min_size=8, max_size=8))
def test_organisation_number_has_the_check_digit_that_its_weights_give_or_none(body: str):
    rest = sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True)) % 11
    valid = [body + str(digit) for digit in range(10) if _is_valid(body + str(digit))]

    assert valid == ([] if rest == 1 else [body + str((11 - rest) % 11)])


@pytest.mark.parametrize("text", BAD)
def test_what_is_not_nine_digits_with_their_check_digit_is_refused(text: str):
    with pytest.raises(InvalidIdentifier) as error:
        OrganisationNumber.parse(text)

    assert not text.strip() or text not in str(error.value)


def _is_valid(text: str) -> bool:
    try:
        return parse_orgnr(text) == text
    except InvalidIdentifier:
        return False
