"""Random hidden changes, random requesters, random questions: the answers, the statements and the writing stay the
same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from hub.app import rules
from hub.identity.model import Kind
from tests.noninterference.changes import changed
from tests.noninterference.questions import answers, focus_on, kind_of, pool_of, questions
from tests.noninterference.random_changes import find_hidden_change, some_protection
from tests.noninterference.sight import purpose_of, who_asks
from tests.noninterference.trace import Question, Trace, Tracer, same
from tests.plan.documents import Pool, Writer, Written

_EXAMPLES = 16
_MANY = 1_500
_DOCUMENTS = 2
_PAGES = 3
# Their lists grow with what anybody asks, the test included; they are asked up to a moment, or right before and after.
_LOGS = ("accessLog", "myAccessLog")


@pytest.fixture(scope="module")
def pool(tracer: Tracer) -> Pool:
    return pool_of(tracer.house)


def steady(max_examples: int, *, derandomize: bool) -> Callable[[Any], Any]:
    return settings(
        max_examples=max_examples,
        deadline=None,
        derandomize=derandomize,
        database=None,
        # What is drawn is a seed: there is nothing to shrink.
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )


def written(who: str, pool: Pool, seed: int) -> list[Written]:
    """Random documents under the contract of whoever asks, none of them about a log."""
    contract = rules().contracts[Kind(kind_of(who))]
    drawn = (Writer(contract, pool, Random(f"{seed} {n}")).write() for n in range(20 * _DOCUMENTS))
    return [one for one in drawn if not any(log in one.text for log in _LOGS)][:_DOCUMENTS]


def asked(tracer: Tracer, who: str, one: Written) -> Iterator[Trace]:
    """A random document, and with the cursors of its answer the next pages."""
    for _ in range(_PAGES):
        trace = tracer.ask(
            who,
            Question(
                text=one.text, variables=one.variables, purpose=purpose_of(who), operation_name=one.operation_name
            ),
        )
        yield trace
        cursors = {variable: found for key, variable in one.pages.items() if (found := trace.next_of(key))}
        if not cursors:
            return
        one = one.after(cursors)


def check(tracer: Tracer, pool: Pool, who: str, seed: int) -> None:
    """One hidden change; what can be asked about the case, and random documents, before and after."""
    random = Random(seed)
    with some_protection(tracer.house, who, random) as aim:
        touch = find_hidden_change(tracer.house, who, random, aim)
        told = f"{touch.change.name}, asked by {who}"
        known = list(questions(who, focus_on(tracer.house, min(touch.cases)), purpose_of(who), first=5 + seed % 30))
        chosen = [*known[:3], *random.sample(known, min(7, len(known)))]
        asking = [(name, partial(answers, tracer, who, question)) for name, question in chosen]
        asking += [(one.text, partial(asked, tracer, who, one)) for one in written(who, pool, seed)]
        before = [list(ask()) for _, ask in asking]
        with changed(tracer.house, touch.change):
            for (name, ask), traces in zip(asking, before, strict=True):
                for one, other in zip(traces, ask(), strict=True):
                    same(one, other, f"{told}: {name}")


def test_hidden_change_is_told_by_no_answer(tracer: Tracer, pool: Pool) -> None:
    @steady(_EXAMPLES, derandomize=True)
    @given(who=st.sampled_from(who_asks()), seed=st.integers(0, 2**32))
    def examples(who: str, seed: int) -> None:
        check(tracer, pool, who, seed)

    examples()


@pytest.mark.slow
def test_many_new_hidden_changes_are_told_by_no_answer(tracer: Tracer, pool: Pool) -> None:
    @steady(_MANY, derandomize=False)
    @given(who=st.sampled_from(who_asks()), seed=st.integers(0, 2**32))
    def examples(who: str, seed: int) -> None:
        check(tracer, pool, who, seed)

    examples()
