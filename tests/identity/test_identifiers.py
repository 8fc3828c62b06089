"""National identity numbers, organisation numbers and ISO 6523, against published examples and at random."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from schema.identifiers import (
    ActorId,
    CheckRule,
    InvalidIdentifier,
    NationalId,
    OrganisationNumber,
    PersonNumberKind,
    parse_national_id,
    parse_orgnr,
)

SYNTHETIC = ["15928741270", "03847538057", "22816823084", "11901482987", "07957926899", "25922947409", "17912099997"]
FROM_2032 = ["02013299997", "30108299920", "30108299939"]
ORGANISATIONS = ["312345005", "312346001", "313800105", "314100204", "315200318", "316300405", "317400500", "991825827"]
digits = st.text(alphabet="0123456789", min_size=1, max_size=12)


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
    assert NationalId.parse("52879131057").kind is PersonNumberKind.D_NUMBER


BAD_NUMBERS = {
    "second check digit": "15928741271",
    "individual number": "15928741370",
    "no date": "00000000000",
    "ten digits": "1592874127",
    "twelve digits": "159287412700",
    "a letter": "1592874127O",
    "a space": " 15928741270",
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


element = st.text(alphabet=st.characters(codec="ascii", categories=["L", "N"]), min_size=1, max_size=9)
schemes = st.text(alphabet="0123456789", min_size=4, max_size=4)


@given(schemes, st.lists(element, min_size=1, max_size=3))
def test_actor_id_prints_what_was_parsed(scheme: str, elements: list[str]):
    text = ":".join((scheme, *elements))

    parsed = ActorId.parse(text)

    assert (parsed.scheme, parsed.elements, str(parsed)) == (scheme, tuple(elements), text)


@given(st.text(max_size=40))
def test_actor_id_is_parsed_whole_or_refused(text: str):
    try:
        parsed = ActorId.parse(text)
    except InvalidIdentifier:
        return
    assert str(parsed) == text


@given(schemes, st.lists(element, min_size=1, max_size=3))
def test_only_a_norwegian_organisation_as_a_whole_is_an_organisation(scheme: str, elements: list[str]):
    assume(scheme != "0192" or len(elements) > 1)

    with pytest.raises(InvalidIdentifier):
        ActorId.parse(":".join((scheme, *elements))).organisation()


@pytest.mark.parametrize(
    "claim",
    [
        None,
        "0192:313800105",
        [],
        {},
        {"authority": "iso6523-actorid-upis"},
        {"authority": "iso6523-actorid-upis", "ID": 192},
        {"authority": "iso6523-actorid-upis", "id": "0192:313800105"},
        {"authority": "ISO6523-ACTORID-UPIS", "ID": "0192:313800105"},
        {"authority": "iso6523-actorid-upis", "ID": "0192:"},
        {"authority": "iso6523-actorid-upis", "ID": "0192:313800105 "},
        {"authority": "iso6523-actorid-upis", "ID": "313800105"},
    ],
    ids=str,
)
def test_claim_that_is_no_actor_id_is_refused(claim: object):
    with pytest.raises(InvalidIdentifier):
        ActorId.from_claim(claim).organisation()
