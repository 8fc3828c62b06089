"""National identity numbers, against published examples, an independent library, and at random."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from stdnum.no import fodselsnummer

from schema.identifiers import (
    CheckRule,
    InvalidIdentifier,
    NationalId,
    PersonNumberKind,
    Population,
    parse_national_id,
)

SYNTHETIC = ["15928741270", "03847538057", "22816823084", "11901482987", "07957926899"]
# In the documentation of Altinn, and in NAV's.
SYNTHETIC += ["25922947409", "21818297804", "23886799519", "17912099997"]
# Skatteetaten's own examples, and with the remainder that each was made with.
FROM_2032 = ["02013299997", "30108299920", "30108299939"]
WEIGHTS = ((3, 7, 6, 1, 8, 9, 4, 5, 2), (5, 4, 3, 2, 7, 6, 5, 4, 3, 2))


@pytest.mark.parametrize("number", SYNTHETIC)
def test_synthetic_number_is_valid_under_the_old_rule(number: str):
    parsed = NationalId.parse(number)

    assert (parsed.kind, parsed.rule, parsed.is_synthetic) == (PersonNumberKind.BIRTH_NUMBER, CheckRule.PRE_2032, True)


@pytest.mark.parametrize("number", FROM_2032)
def test_published_examples_of_the_rule_of_2032_are_valid(number: str):
    assert not NationalId.parse(number).is_synthetic


def test_number_can_be_valid_under_the_rule_of_2032_alone():
    assert NationalId.parse("14938527629").rule is CheckRule.FROM_2032


def test_d_number_is_told_from_a_birth_number():
    parsed = NationalId.parse("52879131057")

    assert (parsed.kind, parsed.is_synthetic) == (PersonNumberKind.D_NUMBER, True)


BAD_NUMBERS = {
    "second check digit": "15928741271",
    "individual number": "15928741370",
    "no date": "00000000000",
    "ten digits": "1592874127",
    "twelve digits": "159287412700",
    "a letter": "1592874127O",
    "a space": " 15928741270",
    "a space in the middle": "159287 41270",
    "Arabic digits": "١٥٩٢٨٧٤١٢٧٠",
    "H-number, month + 40": "15528741270",
    "thirteenth month": "15138741270",
    "thirty-second day": "32928741270",
    "month 80": "15808741270",
    "nothing": "",
}


@pytest.mark.parametrize("number", BAD_NUMBERS.values(), ids=BAD_NUMBERS.keys())
def test_invalid_number_is_refused_without_being_repeated(number: str):
    with pytest.raises(InvalidIdentifier) as error:
        parse_national_id(number)

    assert not number.strip() or number not in str(error.value)


def test_number_prints_masked():
    number = NationalId.parse("15928741270")

    assert str(number) == "159287*****"
    assert "15928741270" not in repr(number)


@given(st.integers(0, 10), st.integers(1, 9))
def test_no_single_wrong_digit_passes_as_the_same_person_number(position: int, change: int):
    """One wrong digit is always found, unless the number passes by the laxer rule of 2032."""
    number = "15928741270"
    wrong = str((int(number[position]) + change) % 10)
    changed = number[:position] + wrong + number[position + 1 :]

    try:
        parsed = NationalId.parse(changed)
    except InvalidIdentifier:
        return
    assert parsed.rule is CheckRule.FROM_2032


births = st.dates(date(1900, 1, 1), date(2099, 12, 31))
individuals = st.integers(0, 999).map("{:03}".format)


def body(born: date, individual: str, *, is_d: bool, is_synthetic: bool) -> str:
    day, month = born.day + 40 * is_d, born.month + 80 * is_synthetic
    return f"{day:02}{month:02}{born.year % 100:02}{individual}"


def checked(text: str, top: int) -> str | None:
    """The number with its check digits: 11 is the rule of before 2032, and one of the four of after."""
    for weights, start in zip(WEIGHTS, (top, 11), strict=True):
        digit = (start - sum(int(digit) * weight for digit, weight in zip(text, weights, strict=True))) % 11
        if digit == 10:
            return None
        text += str(digit)
    return text


@given(births, individuals, st.booleans(), st.booleans(), st.sampled_from([11, 12, 13, 14]))
def test_number_made_by_the_rules_is_read_as_what_it_was_made_as(
    born: date, individual: str, is_d: bool, is_synthetic: bool, top: int
):
    number = checked(body(born, individual, is_d=is_d, is_synthetic=is_synthetic), top)
    assume(number is not None)

    parsed = NationalId.parse(number)

    assert parsed.kind is (PersonNumberKind.D_NUMBER if is_d else PersonNumberKind.BIRTH_NUMBER)
    assert parsed.population is (Population.SYNTHETIC if is_synthetic else Population.REAL)
    assert parsed.rule is (CheckRule.PRE_2032 if top == 11 else CheckRule.FROM_2032)


@given(births, individuals, st.booleans(), st.booleans())
def test_four_first_check_digits_are_possible_at_most_and_one_second(
    born: date, individual: str, is_d: bool, is_synthetic: bool
):
    start = body(born, individual, is_d=is_d, is_synthetic=is_synthetic)

    valid = {f"{end:02}" for end in range(100) if _is_valid(f"{start}{end:02}")}

    assert valid == {made[9:] for top in (11, 12, 13, 14) if (made := checked(start, top)) is not None}
    assert len({end[0] for end in valid}) == len(valid) <= 4


@given(births, individuals, st.booleans())
def test_what_another_library_takes_for_a_real_person_is_one_here(born: date, individual: str, is_d: bool):
    """Not the other way round: that one asks for the century, and knows neither synthetic numbers nor those of 2032."""
    number = checked(body(born, individual, is_d=is_d, is_synthetic=False), 11)
    assume(number is not None)
    assume(fodselsnummer.is_valid(number))

    parsed = NationalId.parse(number)

    assert (parsed.population, parsed.rule) == (Population.REAL, CheckRule.PRE_2032)


@pytest.mark.parametrize("number", [*SYNTHETIC, "52879131057", "14938527629"])
def test_service_for_real_persons_takes_no_synthetic_one(number: str):
    assert parse_national_id(number, Population.SYNTHETIC) == number
    with pytest.raises(InvalidIdentifier):
        parse_national_id(number, Population.REAL)


@pytest.mark.parametrize("number", FROM_2032)
def test_service_for_synthetic_persons_takes_no_real_one(number: str):
    assert parse_national_id(number, Population.REAL) == number
    with pytest.raises(InvalidIdentifier):
        parse_national_id(number, Population.SYNTHETIC)


def _is_valid(text: str) -> bool:
    try:
        return parse_national_id(text) == text
    except InvalidIdentifier:
        return False
