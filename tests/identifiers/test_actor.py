"""ISO 6523 identifiers, at random and as claims of tokens."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from schema.identifiers import ActorId, InvalidIdentifier

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
