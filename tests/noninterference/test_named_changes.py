"""Who may not see a change cannot tell that there was one: not by any answer, nor by what the hub does and writes for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest

from tests.noninterference.changes import Change, added, changed
from tests.noninterference.named import NAMED, Named, own_lines
from tests.noninterference.questions import Focus, answers, focus_on, questions
from tests.noninterference.sight import purpose_of, who_asks
from tests.noninterference.trace import Trace, Tracer, same

# Errors and the many filters and orders are left to the random changes: here everybody asks about everything.
_ASKED = frozenset(
    {"the case", "the person", "aliases and fragments", "pages", "filter by state", "order by STATE", "inbox",
     "submissions", "own log", "log", "log of the person"}
)  # fmt: skip
Answers = Mapping[str, list[Trace]]


@pytest.fixture(scope="module")
def asked(tracer: Tracer) -> Iterator[Tracer]:
    """A hub whose log has lines to look at."""
    lines = Change(name="a log", steps=tuple(added("audit.access_subject", line) for line in own_lines()))
    with changed(tracer.house, lines):
        yield tracer


@pytest.fixture(scope="module")
def before() -> dict[tuple[str, str], Answers]:
    """Answers of before any change: the same for all of them."""
    return {}


def all_answers(tracer: Tracer, who: str, focus: Focus) -> Answers:
    asking = questions(who, focus, purpose_of(who))
    return {name: list(answers(tracer, who, question)) for name, question in asking if name in _ASKED}


def focus_of(tracer: Tracer, named: Named) -> Focus:
    case = tracer.house.value("SELECT id FROM hub.case WHERE subject_id = $1 ORDER BY id DESC", named.about.id)
    return focus_on(tracer.house, case)


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
    focus = focus_of(asked, named)
    others = [who for who in who_asks() if who not in named.seen_by]
    for who in others:
        if (who, focus.case) not in before:
            before[who, focus.case] = all_answers(asked, who, focus)
    with changed(asked.house, named.change(asked.house, name)):
        for who in others:
            compare(before[who, focus.case], all_answers(asked, who, focus), f"{name}, asked by {who}")


@pytest.mark.parametrize("name", [name for name, named in NAMED.items() if named.seen_by])
def test_change_is_told_to_those_who_may_see_it(asked: Tracer, name: str) -> None:
    """Else the test above would compare nothing with nothing."""
    named = NAMED[name]
    focus = focus_of(asked, named)
    for who in named.seen_by:
        before = all_answers(asked, who, focus)
        with changed(asked.house, named.change(asked.house, name)):
            after = all_answers(asked, who, focus)
        assert [t.body for pages in before.values() for t in pages] != [t.body for p in after.values() for t in p], who
