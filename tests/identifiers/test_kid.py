"""Payment references, against examples and at random."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schema.identifiers import InvalidIdentifier, Kid, KidRule, parse_kid

BY_RULE = {
    "12344": KidRule.MOD_10,
    "12343": KidRule.MOD_11,
    "20261000047112": KidRule.MOD_10,
    "20261000047117": KidRule.MOD_11,
}
BAD = ["", "1", "-", "12345", "1234 4", "1-344", "12344-", "1234O", "١٢٣٤٤", "0" * 26]
bodies = st.text(alphabet="0123456789", min_size=1, max_size=24)


@pytest.mark.parametrize(("kid", "rule"), BY_RULE.items())
def test_kid_says_which_rule_it_satisfies(kid: str, rule: KidRule):
    assert Kid.parse(kid).rules == {rule}


@pytest.mark.parametrize("text", BAD)
def test_what_no_rule_gives_is_refused(text: str):
    with pytest.raises(InvalidIdentifier) as error:
        parse_kid(text)

    assert not text.strip() or text not in str(error.value)


def test_kid_prints_masked():
    kid = Kid.parse("20261000047112")

    assert str(kid) == "*" * 14
    assert "20261000047112" not in repr(kid)


@given(bodies)
def test_every_body_has_one_last_character_by_each_rule(body: str):
    by_rule: dict[KidRule, list[str]] = {rule: [] for rule in KidRule}
    for last in "0123456789-":
        for rule in _rules(body + last):
            by_rule[rule].append(last)

    assert by_rule == {KidRule.MOD_10: [modulus_10(body)], KidRule.MOD_11: [modulus_11(body)]}


@given(bodies)
def test_a_dash_stands_for_ten_by_modulus_11_alone(body: str):
    assert _rules(body + "-") == ({KidRule.MOD_11} if modulus_11(body) == "-" else set())


def modulus_10(body: str) -> str:
    """As the rule is written: every other digit counts twice, and the digits of what that gives are added up."""
    total = 0
    for place, digit in enumerate(reversed(body)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value // 10 + value % 10
    return str((10 - total % 10) % 10)


def modulus_11(body: str) -> str:
    """As the rule is written: weights 2, 3, 4, 5, 6, 7 from the right, and again."""
    total, weight = 0, 2
    for digit in reversed(body):
        total += int(digit) * weight
        weight = 2 if weight == 7 else weight + 1
    return {0: "0", 1: "-"}.get(total % 11, str(11 - total % 11))


def _rules(text: str) -> set[KidRule]:
    try:
        return set(Kid.parse(text).rules)
    except InvalidIdentifier:
        return set()
