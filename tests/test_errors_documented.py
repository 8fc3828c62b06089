"""docs/errors.md equals the code, and every error can be answered with."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import hub
from hub.edge.problems import error_body
from hub.errors import BofastError
from hub.gate.reasons import TEXTS, Reason
from hub.identity.faults import (
    PartyFault,
    PurposeFault,
    TokenFault,
    no_acting_party,
    purpose_refused,
    unauthenticated,
)
from schema.enums import RowCode

PAGE = Path(hub.__file__).parents[1] / "docs" / "errors.md"


def table(title: str) -> dict[str, list[str]]:
    """The rows of a section's table by their first cell."""
    section = re.search(rf"^## {re.escape(title)}$(.*?)(?=^## |\Z)", PAGE.read_text(), re.MULTILINE | re.DOTALL)
    assert section, title
    rows = re.findall(r"^\| `(\w+)` \| (.*) \|$", section[1], re.MULTILINE)
    return {name: cells.split(" | ") for name, cells in rows}


def errors(parent: type[BofastError] = BofastError) -> Iterator[type[BofastError]]:
    for child in parent.__subclasses__():
        if child.__module__.startswith("hub."):
            yield child
            yield from errors(child)


def refusals() -> list[BofastError]:
    """Every error that has a reason of its own."""
    tokens, parties = map(unauthenticated, TokenFault), map(no_acting_party, PartyFault)
    return [*tokens, *parties, *map(purpose_refused, PurposeFault)]


@pytest.fixture(scope="module", autouse=True)
def all_rooms_are_imported():
    for module in pkgutil.walk_packages(hub.__path__, "hub."):
        if "migrations" not in module.name and "__main__" not in module.name:
            importlib.import_module(module.name)


def test_every_code_is_documented_with_every_status_that_it_has():
    statuses: dict[str, set[str]] = {}
    for error in errors():
        statuses.setdefault(error.code, set()).add(str(error.status))
    assert {code: set(cells[0].split(", ")) for code, cells in table("Codes").items()} == statuses


def test_codes_stand_in_order_and_say_what_to_do():
    codes = table("Codes")
    assert list(codes) == sorted(codes)
    assert all(len(cells) == 3 and all(cells) for cells in codes.values())


def test_every_error_is_answered_with_its_message_and_nothing_internal():
    for error in errors():
        raised = error(detail="internal") if error.__init__ is BofastError.__init__ else None
        if raised is not None:
            assert raised.message.endswith((".", "!", "?"))
            assert b"internal" not in error_body(raised)
            assert raised.public()["extensions"] == {
                "code": error.code,
                "text": {"nb": error.said.nb, "en": error.said.en},
            }


def test_each_code_has_a_text_of_its_own_in_both_languages():
    said = {(error.code, error.said.nb, error.said.en) for error in errors()}
    codes, bokmaal, english = zip(*said, strict=True)
    assert all(len(set(column)) == len(said) for column in (codes, bokmaal, english))
    assert not set(bokmaal) & set(english)


def test_each_reason_has_a_text_and_one_of_its_own_where_people_can_do_something_about_it():
    refused = refusals()
    assert all(error.text.nb != error.text.en for error in refused)
    assert {error.facts["reason"] for error in refused if error.text is error.said} == set(TokenFault) - {
        "ASSURANCE_TOO_LOW",
        "EXPIRED",
        "MISSING",
        "UNKNOWN_CITIZEN",
    }


def test_what_people_are_told_is_documented_in_both_languages():
    told = {error.code: error.said for error in errors()}
    told |= {str(error.facts["reason"]): error.text for error in refusals() if error.text is not error.said}
    assert table("What people are told") == {name: [text.nb, text.en] for name, text in told.items()}


def test_reasons_of_refused_tokens_are_documented():
    documented = {name: cells[0] for name, cells in table("Reasons of UNAUTHENTICATED").items()}
    assert documented == {fault.value: unauthenticated(fault).message for fault in TokenFault}


def test_reasons_of_no_acting_party_are_documented():
    documented = {name: cells[0] for name, cells in table("Reasons of NO_ACTING_PARTY").items()}
    assert documented == {fault.value: no_acting_party(fault).message for fault in PartyFault}


def test_reasons_of_refused_purposes_are_documented():
    documented = {name: cells[0] for name, cells in table("Reasons of PURPOSE_NOT_PERMITTED").items()}
    assert documented == {fault.value: purpose_refused(fault).message for fault in PurposeFault}


def test_reasons_of_withheld_fields_are_documented_in_both_languages():
    documented = table("Reasons in extensions.withheld")
    assert documented == {reason.value: [TEXTS[reason].nb, TEXTS[reason].en] for reason in Reason}


def test_codes_of_rejected_rows_are_documented():
    assert set(table("Codes of a rejected row")) == {code.name for code in RowCode}
