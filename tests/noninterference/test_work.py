"""What PostgreSQL does for somebody hidden: it decides, and looks at nothing that would have been shown.

Time can be measured on a quiet machine only. That the work is the same can be read from the plan of a statement: the
same parts of it are worked out for somebody hidden, for whichever reason, as for nobody at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import orjson
import pytest

from hub.demo.people import KARI, NINA, OLA, Known
from hub.store.pool import ReadPool
from tests.intake.factory import strangers
from tests.noninterference.pairs import HIDDEN
from tests.noninterference.questions import ABSENT_ID, kind_of, whole_case, whole_person
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


def worked_out(node: Node) -> Iterator[str]:
    """The parts of a statement that stand for themselves, a fact each, that were executed."""
    if node.get("Actual Loops", 0):
        if "Subplan Name" in node:
            yield node["Subplan Name"]
        for below in node.get("Plans", ()):
            yield from worked_out(below)


@pytest.fixture
def plans(monkeypatch: pytest.MonkeyPatch) -> list[Node]:
    """The executed plan of each statement of an answer."""
    found: list[Node] = []
    fetchrow = ReadPool.fetchrow

    async def explaining(pool: ReadPool, sql: str, args: Sequence[Any] = ()) -> Any:
        told = await fetchrow(pool, f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}", args)
        found.append(orjson.loads(told[0])[0]["Plan"])
        return await fetchrow(pool, sql, args)

    monkeypatch.setattr(ReadPool, "fetchrow", explaining)
    return found


def ask(tracer: Tracer, who: str, number: str, case: str) -> None:
    """For the person, and for the case."""
    questions = ((whole_person(kind_of(who)), {"n": number}), (whole_case(kind_of(who)), {"id": case}))
    for text, variables in questions:
        tracer.ask(who, Question(text=text, variables=variables, purpose=purpose_of(who)))


def ask_about(tracer: Tracer, who: str, known: Known) -> None:
    ask(tracer, who, known.national_id, tracer.house.case_of(known))


@pytest.mark.parametrize(("who", "known"), HIDDEN, ids=lambda value: value if isinstance(value, str) else value.first)
def test_nothing_is_looked_at_of_a_case_that_is_hidden(
    tracer: Tracer, plans: list[Node], who: str, known: Known
) -> None:
    ask_about(tracer, who, known)
    assert len(plans) == 2
    assert [set(looked_at(plan)) - _TO_DECIDE for plan in plans] == [set(), set()]


@pytest.mark.parametrize(("who", "known"), HIDDEN, ids=lambda value: value if isinstance(value, str) else value.first)
def test_as_much_is_worked_out_for_nobody_as_for_somebody_hidden(
    tracer: Tracer, plans: list[Node], who: str, known: Known
) -> None:
    """A shielded person took a third of a millisecond longer than nobody (AUC 0.57 within a pair)."""
    ask_about(tracer, who, known)
    ask(tracer, who, strangers(1)[0], ABSENT_ID)
    hidden, absent = plans[:2], plans[2:]
    assert [sorted(worked_out(plan)) for plan in hidden] == [sorted(worked_out(plan)) for plan in absent]
    assert all(len(set(worked_out(plan))) > 3 for plan in hidden)


def test_content_is_looked_at_of_a_case_that_is_shown(tracer: Tracer, plans: list[Node]) -> None:
    """Else the test above would look for the wrong names."""
    ask_about(tracer, "nav-caseworker", KARI)
    assert all({"tenancy", "progress_plan", "rent_default"} <= set(looked_at(plan)) for plan in plans)
    assert {known.first for _, known in HIDDEN} == {KARI.first, NINA.first, OLA.first}
