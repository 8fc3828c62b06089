"""Who may not see a change cannot tell that there was one: not by any answer, nor by what the hub does and writes for
it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import pytest

from hub.demo.people import KARI, MONA
from tests.acceptance.changes import protected
from tests.noninterference.changes import Change, changed, line_added
from tests.noninterference.named import NAMED, Named, line, own_lines
from tests.noninterference.questions import Focus, answers, focus_on, questions
from tests.noninterference.sight import purpose_of, who_asks
from tests.noninterference.trace import Question, Trace, Tracer, same

# The rest of the questions is left to the random changes: here everybody asks about everything.
_ASKED = frozenset(
    {
        "the case", "the person", "pages", "inbox", "submissions", "submissions filter by status",
        "submissionStatistics", "log", "log of the person",
    }
)  # fmt: skip
# Lines that are not in a citizen's log: of somebody else, by herself, seen beside another, never delivered.
_NOT_HERS: Mapping[str, Mapping[str, Any]] = {
    "about somebody else": {"subject_id": MONA.id},
    "of her own looking": {"actor_kind": "CITIZEN", "actor_id": str(KARI.id)},
    "of what was shown beside another": {"kind": "RELATED"},
    "of what was listed": {"kind": "LISTED"},
    "of what was not delivered": {"delivered": False},
}
Answers = Mapping[str, list[Trace]]


@pytest.fixture(scope="module")
def asked(tracer: Tracer) -> Iterator[Tracer]:
    """A hub whose log has lines to look at."""
    lines = Change(name="a log", steps=tuple(line_added(line) for line in own_lines()))
    with changed(tracer.house, lines):
        yield tracer


@pytest.fixture(scope="module")
def before() -> dict[tuple[str, str], Answers]:
    """Answers of before any change: the same for all of them."""
    return {}


def all_answers(tracer: Tracer, who: str, focus: Focus) -> Answers:
    asking = questions(who, focus, purpose_of(who), first=40)
    return {name: list(answers(tracer, who, question)) for name, question in asking if name in _ASKED}


def focus_of(tracer: Tracer, named: Named) -> Focus:
    case = tracer.house.value("SELECT id FROM hub.case WHERE subject_id = $1 ORDER BY id DESC", named.about.id)
    return focus_on(tracer.house, case)


def protecting(tracer: Tracer, named: Named) -> AbstractContextManager[None]:
    """Somebody has just been protected, where the change is one of after that."""
    return protected(tracer.house, *named.protecting) if named.protecting else nullcontext()


def compare(before: Answers, after: Answers, told: str) -> None:
    for name, pages in before.items():
        for one, other in zip(pages, after[name], strict=False):
            same(one, other, f"{told}: {name}")
        assert len(pages) == len(after[name]), f"{told}: {name} has another number of pages"


@pytest.mark.parametrize("name", NAMED)
def test_hidden_change_is_told_to_nobody_who_may_not_see_it(
    asked: Tracer, before: dict[tuple[str, str], Answers], name: str
) -> None:
    named = NAMED[name]
    focus, given = focus_of(asked, named), str(named.protecting)
    others = [who for who in who_asks() if who not in named.seen_by]
    with protecting(asked, named):
        for who in others:
            if (who, focus.case + given) not in before:
                before[who, focus.case + given] = all_answers(asked, who, focus)
        with changed(asked.house, named.change(asked.house, name)):
            for who in others:
                compare(before[who, focus.case + given], all_answers(asked, who, focus), f"{name}, asked by {who}")


@pytest.mark.parametrize("kind", _NOT_HERS)
def test_line_that_is_not_hers_is_not_told_to_a_citizen(tracer: Tracer, kind: str) -> None:
    text = "query($after: String) { myAccessLog(first: 2, after: $after) { totalCount edges { cursor } } }"
    question = Question(text=text, variables={"after": None})
    step = line_added(line(subject_id=KARI.id) | _NOT_HERS[kind])
    before = tracer.ask("citizen-kari", question)
    with changed(tracer.house, Change(name=kind, steps=(step,))):
        same(before, tracer.ask("citizen-kari", question), kind)


@pytest.mark.parametrize("name", [name for name, named in NAMED.items() if named.seen_by])
def test_change_is_told_to_those_who_may_see_it(asked: Tracer, name: str) -> None:
    """Else the test above would compare nothing with nothing."""
    named = NAMED[name]
    focus = focus_of(asked, named)
    for who in named.seen_by:
        with protecting(asked, named):
            before = all_answers(asked, who, focus)
            with changed(asked.house, named.change(asked.house, name)):
                after = all_answers(asked, who, focus)
        assert [t.body for pages in before.values() for t in pages] != [t.body for p in after.values() for t in p], who
