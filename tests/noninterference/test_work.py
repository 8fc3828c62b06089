"""What PostgreSQL does for somebody hidden: it decides, and looks at nothing that would have been shown.

Time can be measured on a quiet machine only. That the work is the same can be read from the plan of a statement.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import orjson
import pytest

from hub.demo.people import KARI, NINA, OLA, Known
from hub.store.pool import ReadPool
from tests.noninterference.pairs import HIDDEN
from tests.noninterference.questions import kind_of, whole_case, whole_person
from tests.noninterference.sight import purpose_of
from tests.noninterference.trace import Question, Tracer

# What somebody is found by and what a decision rests on. All else is content.
_TO_DECIDE = {
    "agreement", "agreement_event", "break_glass", "break_glass_event", "case", "case_person", "consent",
    "consent_event", "employee", "kinship", "mandate", "mandate_event", "participant", "party", "person",
    "policy_version", "reservation", "reservation_event",
}  # fmt: skip
Node = dict[str, Any]


def looked_at(node: Node) -> Iterator[str]:
    """The tables of which the executed parts of a plan have read."""
    if node.get("Actual Loops", 0):
        if "Relation Name" in node:
            yield node["Relation Name"]
        for below in node.get("Plans", ()):
            yield from looked_at(below)


@pytest.fixture
def explained(monkeypatch: pytest.MonkeyPatch) -> list[set[str]]:
    """The tables that each statement of an answer has looked at."""
    found: list[set[str]] = []
    fetchrow = ReadPool.fetchrow

    async def explaining(pool: ReadPool, sql: str, args: Sequence[Any] = ()) -> Any:
        told = await fetchrow(pool, f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}", args)
        found.append(set(looked_at(orjson.loads(told[0])[0]["Plan"])))
        return await fetchrow(pool, sql, args)

    monkeypatch.setattr(ReadPool, "fetchrow", explaining)
    return found


def ask(tracer: Tracer, who: str, known: Known) -> None:
    """For the person, and for the case."""
    case = tracer.house.case_of(known)
    questions = ((whole_person(kind_of(who)), {"n": known.national_id}), (whole_case(kind_of(who)), {"id": case}))
    for text, variables in questions:
        tracer.ask(who, Question(text=text, variables=variables, purpose=purpose_of(who)))


@pytest.mark.parametrize(("who", "known"), HIDDEN, ids=lambda value: value if isinstance(value, str) else value.first)
def test_nothing_is_looked_at_of_a_case_that_is_hidden(
    tracer: Tracer, explained: list[set[str]], who: str, known: Known
) -> None:
    ask(tracer, who, known)
    assert len(explained) == 2
    assert [tables - _TO_DECIDE for tables in explained] == [set(), set()]


def test_content_is_looked_at_of_a_case_that_is_shown(tracer: Tracer, explained: list[set[str]]) -> None:
    """Else the test above would look for the wrong names."""
    ask(tracer, "nav-caseworker", KARI)
    assert all({"tenancy", "progress_plan", "rent_default"} <= tables for tables in explained)
    assert {known.first for _, known in HIDDEN} == {KARI.first, NINA.first, OLA.first}
