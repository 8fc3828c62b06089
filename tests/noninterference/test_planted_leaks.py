"""Leaks planted in the hub, one at a time. A test of non-interference that does not find them is worth nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

import pytest

from hub.app import rules
from hub.audit import Record
from hub.audit.model import SecurityEvent, SecurityKind
from hub.edge.visit import Threshold
from hub.errors import BadInput
from hub.gate import Gate
from hub.identity.purposes import POLICIES
from hub.plan import pages, rows, statement, ways
from hub.store.pool import ReadPool
from tests.noninterference.changes import changed
from tests.noninterference.named import NAMED
from tests.noninterference.questions import answers, questions
from tests.noninterference.sight import purpose_of
from tests.noninterference.test_named_changes import focus_of, protecting
from tests.noninterference.trace import Leak, Question, Tracer, same

_NUMBERS = count()
_KNOWN = "SELECT count(*)::int FROM nav.person WHERE national_id = ANY($1::text[])"
Plant = Callable[[pytest.MonkeyPatch], None]


@dataclass(frozen=True, kw_only=True)
class Planted:
    """A leak, and by which change, asker and question it must come out."""

    plant: Plant
    change: str
    who: str
    by: str


# --- leaks of the policies
# -----------------------------------------------------------------------------------------------


def without_policy(identity: str) -> Plant:
    """The policies without one of them."""

    def plant(monkeypatch: pytest.MonkeyPatch) -> None:
        files = {path.name: path.read_text(encoding="utf-8") for path in POLICIES.glob("*.cedar")}
        kept = {name: "@id(".join(p for p in text.split("@id(") if identity not in p) for name, text in files.items()}
        assert kept != files
        leaking, decide = Gate.load(rules().gate.model, kept), Gate.decide
        monkeypatch.setattr(Gate, "decide", lambda _gate, who, action: decide(leaking, who, action))

    return plant


# --- leaks of the compiler
# -----------------------------------------------------------------------------------------------


def patched(place: object, name: str, leak: Callable[[Any], Any]) -> Plant:
    return lambda monkeypatch: monkeypatch.setattr(place, name, leak(getattr(place, name)))


def counts_all(original: Any) -> Any:
    """TotalCount without the condition of seeing."""

    def member(page: pages.Page, part: Any, text: Any) -> None:
        if part.name != "totalCount":
            return original(page, part, text)
        return text.sql(f"(SELECT count(*) FROM {page._target.row.entry.relation})::text")

    return member


def another_page_for_all(original: Any) -> Any:
    """hasNextPage, by all rows there are."""

    def info(page: pages.Page, part: Any, text: Any) -> None:
        if part.name != "hasNextPage":
            return original(page, part, text)
        return text.sql(f"((SELECT count(*) FROM {page._target.row.entry.relation}) % 2 = 0)::text")

    return info


def every_row(_original: Any) -> Any:
    return lambda _compiler, parent, child, known: known.declared.on.format(child=child.alias, parent=parent.alias)


def hidden_values(_original: Any) -> Any:
    """Order and filter look at values that are withheld, and the cursor tells them."""
    return lambda _ways, row, column: column.sql.format(row=row.alias)


# --- leaks around the compiler: something is done only where the person is known
# ------------------------------------------------


def asks_again(original: Any) -> Any:
    """A second statement, where there is something to ask about."""

    async def fetchrow(pool: ReadPool, sql: str, args: Sequence[Any] = ()) -> Any:
        if await is_known(original, pool, args):
            await original(pool, "SELECT 1", ())
        return await original(pool, sql, args)

    return fetchrow


def notes_down(monkeypatch: pytest.MonkeyPatch) -> None:
    """A refusal on record, where the person is known and not shown."""
    found = knowing(monkeypatch)
    write = Record.write
    probe = SecurityEvent(kind=SecurityKind.OBJECT_MISSED, code="HIDDEN", target="Person")

    async def written(record: Record, event: Any, security: Sequence[Any] = ()) -> None:
        await write(record, event, (*security, probe) if found.pop() else security)

    monkeypatch.setattr(Record, "write", written)


def says_so_in_a_header(monkeypatch: pytest.MonkeyPatch) -> None:
    found = knowing(monkeypatch)
    headers = Threshold.headers

    def more(threshold: Threshold, visit: Any) -> Any:
        return [*headers(threshold, visit), *([(b"x-cache", b"hit")] if found and found.pop() else [])]

    monkeypatch.setattr(Threshold, "headers", more)


def refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    """An error that says that one may not, where nothing would say that there is nothing."""
    fetchrow = ReadPool.fetchrow

    async def refusing(pool: ReadPool, sql: str, args: Sequence[Any] = ()) -> Any:
        if await is_known(fetchrow, pool, args):
            raise BadInput
        return await fetchrow(pool, sql, args)

    monkeypatch.setattr(ReadPool, "fetchrow", refusing)


def knowing(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Whether the last statement was about somebody who is known, without a statement that could be noticed."""
    found: list[bool] = []
    fetchrow = ReadPool.fetchrow

    async def watched(pool: ReadPool, sql: str, args: Sequence[Any] = ()) -> Any:
        found.append(await is_known(fetchrow, pool, args))
        return await fetchrow(pool, sql, args)

    monkeypatch.setattr(ReadPool, "fetchrow", watched)
    return found


async def is_known(fetchrow: Any, pool: ReadPool, args: Sequence[Any]) -> bool:
    numbers = [arg for arg in args if isinstance(arg, str) and len(arg) == 11]
    [known] = await fetchrow(pool, _KNOWN, (numbers,))
    return bool(known)


_STRICT, _SHIELDED = "core.protection.strictly-confidential", "core.protection.shielded"
_PROTECTED = "how the case of a strictly protected household stands"
_NUMBER = "the number of a shielded person"
PLANTED = {
    "strict protection is not in the policies": Planted(
        plant=without_policy(_STRICT), change=_PROTECTED, who="nav-caseworker", by="the case"
    ),
    "shielding is not in the policies": Planted(
        plant=without_policy(_SHIELDED), change="the name and address of a shielded person", who="nav-caseworker",
        by="the person",
    ),
    "a total counts hidden rows": Planted(
        plant=patched(pages.Page, "_member", counts_all), change="a case of a strictly protected person",
        who="housing-caseworker", by="pages",
    ),
    "a page counts hidden rows": Planted(
        plant=patched(pages.Page, "_page_info", another_page_for_all), change="a case of a strictly protected person",
        who="bank-system", by="pages",
    ),
    "a link shows hidden rows": Planted(
        plant=patched(statement.Compiler, "_where", every_row),
        change="one contact more that another unit keeps to itself", who="debt-counsellor", by="the case",
    ),
    "order looks at hidden values": Planted(
        plant=patched(ways.Ways, "_granted_value", hidden_values), change="when a case was last changed",
        who="enforcement-officer", by="pages",
    ),
    "what is sometimes granted is always shown": Planted(
        plant=patched(rows.Row, "granted", lambda granted: lambda row, *rest: bool(granted(row, *rest))),
        change="where a household with a confidential address lives", who="nav-caseworker", by="the person",
    ),
    "a second statement, where somebody is known": Planted(
        plant=patched(ReadPool, "fetchrow", asks_again), change=_NUMBER, who="nav-caseworker", by="the person"
    ),
    "a refusal on record, where somebody is known": Planted(
        plant=notes_down, change=_NUMBER, who="bank-system", by="the person"
    ),
    "a header, where somebody is known": Planted(
        plant=says_so_in_a_header, change=_NUMBER, who="rent-collector", by="the person"
    ),
    "an error, where somebody is known": Planted(plant=refuses, change=_NUMBER, who="landlord", by="the person"),
}  # fmt: skip


def anew(question: Question) -> Question:
    """The question in words that no plan is remembered for."""
    return replace(question, text=f"{question.text}\n# {next(_NUMBERS)}")


def look(tracer: Tracer, planted: Planted) -> None:
    """What the tests of this folder do: ask before, ask after, compare."""
    named = NAMED[planted.change]
    focus = focus_of(tracer, named)
    [asked] = [q for name, q in questions(planted.who, focus, purpose_of(planted.who)) if name == planted.by]
    question = anew(asked)
    with protecting(tracer, named):
        before = list(answers(tracer, planted.who, question))
        with changed(tracer.house, named.change(tracer.house, planted.change)):
            for one, other in zip(before, answers(tracer, planted.who, question), strict=True):
                same(one, other, planted.change)


@pytest.mark.parametrize("name", PLANTED)
def test_planted_leak_is_found(tracer: Tracer, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    planted = PLANTED[name]
    assert planted.who not in NAMED[planted.change].seen_by
    look(tracer, planted)
    planted.plant(monkeypatch)
    with pytest.raises(Leak):
        look(tracer, planted)
