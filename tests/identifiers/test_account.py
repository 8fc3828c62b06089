"""Account numbers, against examples, an independent library, and at random."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.no import kontonr

from schema.identifiers import AccountNumber, InvalidIdentifier, parse_account

GOOD = ["12345678903", "15031234562", "97123456789", "86011117947"]
BAD = ["", "1234567890", "123456789030", "12345678904", "1234.56.78903", "1234 56 78903", "1234567890O", "١٢٣٤٥٦٧٨٩٠٣"]


@pytest.mark.parametrize("number", GOOD)
def test_account_number_is_valid(number: str):
    assert parse_account(number) == number


@pytest.mark.parametrize("text", BAD)
def test_what_is_not_eleven_digits_with_their_check_digit_is_refused(text: str):
    with pytest.raises(InvalidIdentifier) as error:
        parse_account(text)

    assert not text.strip() or text not in str(error.value)


def test_account_number_prints_masked():
    number = AccountNumber.parse("15031234562")

    assert str(number) == "1503*******"
    assert "15031234562" not in repr(number)


@given(st.text(alphabet="0123456789", min_size=10, max_size=10))
def test_each_account_number_is_valid_where_another_library_says_so(body: str):
    """But for 0000, by which that one knows the postal giro's accounts of seven digits."""
    numbers = [f"{body}{digit}" for digit in range(10)]

    valid = [number for number in numbers if _is_valid(number)]

    assert len(valid) <= 1
    if not body.startswith("0000"):
        assert valid == [number for number in numbers if kontonr.is_valid(number)]


@given(st.sampled_from(GOOD), st.integers(0, 10), st.integers(1, 9))
def test_one_wrong_digit_is_always_found(number: str, position: int, change: int):
    wrong = str((int(number[position]) + change) % 10)

    assert not _is_valid(number[:position] + wrong + number[position + 1 :])


def _is_valid(text: str) -> bool:
    try:
        return parse_account(text) == text
    except InvalidIdentifier:
        return False
