"""Each purpose that a kind of party may state opens each way in of its contract: there is none that leads nowhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest

from hub.app import rules
from hub.gate import DENIED, RequesterClass
from hub.identity.model import Kind, Purpose

TODAY = date(2026, 11, 22)


def stated() -> Iterator[tuple[Kind, Purpose]]:
    for kind in Kind:
        for purpose in rules().purposes.permitted(kind, TODAY):
            yield kind, purpose


def asking(kind: Kind, purpose: Purpose | None) -> RequesterClass:
    who = rules().gate.contract_class(kind)
    bases = rules().purposes.bases(purpose, TODAY)
    return replace(who, purpose=purpose.code if purpose else None, bases=bases)


# What a kind may ask for on another of its purposes alone: then it is refused by name.
NOT_FOR = {(Kind.HOUSING, "B105"): frozenset({"consents", "reservations"})}


def opened(kind: Kind, purpose: Purpose | None) -> set[str]:
    known, who = rules(), asking(kind, purpose)
    roots = [root for root in known.catalogue.roots.values() if f"Query.{root.name}" in known.reached[kind]]
    return {root.name for root in roots if known.gate.decide(who, f"see:{root.entry.type}").residual != DENIED}


@pytest.mark.parametrize(
    ("kind", "purpose"), [pytest.param(kind, purpose, id=f"{kind} {purpose.number}") for kind, purpose in stated()]
)
def test_stated_purpose_opens_every_way_in_of_the_contract(kind: Kind, purpose: Purpose) -> None:
    query = rules().contracts[kind].query_type
    assert query is not None
    assert opened(kind, purpose) == set(query.fields) - NOT_FOR.get((kind, purpose.number), frozenset())


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.CITIZEN])
def test_without_a_purpose_only_the_requester_own_submissions_and_what_is_public_are_open(kind: Kind) -> None:
    own = {
        "submissions",
        "submittedConcernReports",
        "submittedEvictionNotices",
        "submittedLandlordNotices",
        "submittedRentDefaults",
        "submittedRentDemandCopies",
    }
    # Where it is called is what it submitted too: its own address, and what did not arrive there.
    called = {"webhookDeadLetters", "webhooks"}
    assert opened(kind, None) <= {"me", "routines", "submissionStatistics", *own, *called}


def test_citizen_needs_no_purpose_for_own_data() -> None:
    query = rules().contracts[Kind.CITIZEN].query_type
    assert query is not None
    assert opened(Kind.CITIZEN, None) == set(query.fields)


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_but_the_citizen_has_a_purpose_to_state(kind: Kind) -> None:
    assert bool(rules().purposes.permitted(kind, TODAY)) == (kind is not Kind.CITIZEN)
